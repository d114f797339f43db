#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# xunshare --explain: the plan in words and as JSON, and nothing else happens.
# shellcheck disable=SC2086 # options are lists of words
. "${0%/*}/lib.sh"

python=$(command -v python3) && "$python" -c pass 2>/dev/null || python=
strace=
if command -v strace >/dev/null && strace -o "$work/trace" true 2>/dev/null; then strace=yes; fi

# Words and calls of one plan, to the letter.
text() {
	run xunshare --explain -r -u -pf --mount-proc --hostname h --wd / prog 'two words'
	id=0
	[ "$mode" != user ] || id=$user_uid
	is "--explain succeeds" "$status/$err" 0/
	is "--explain: words and system calls" "$(echo "$out" | sed 's/  */ /g')" " \
1. self create namespaces: mount, UTS, pid, user \
unshare(CLONE_NEWNS|CLONE_NEWUTS|CLONE_NEWPID|CLONE_NEWUSER)
 2. self deny setgroups in the user namespace write(/proc/self/setgroups, \"deny\")
 3. self write the uid map: 0 $id 1 write(/proc/self/uid_map)
 4. self write the gid map: 0 $id 1 write(/proc/self/gid_map)
 5. self go on in a child; the parent waits for it fork()
 6. child set the host name to h sethostname(h)
 7. child make all mounts private mount(none, /, MS_REC|MS_PRIVATE)
 8. child change the working directory to / chdir(/)
 9. child mount proc at /proc mount(proc, /proc, proc, MS_NOSUID|MS_NODEV|MS_NOEXEC)
10. child run prog 'two words' execvp(prog)
uid map (inside, outside, count):
 0 $id 1
gid map (inside, outside, count):
 0 $id 1"
	run xunshare --explain
	is "--explain alone: the shell" "$(echo "$out" | grep -c .)" 1
	run xunshare --explain prog "$(printf 'a\nb\033[31m')"
	unlike "control characters are escaped" "$out" "$(printf '\033')"
	is "and lines stay whole" "$(echo "$out" | grep -c .)" 1
	run xunshare --explain --map-users 0:100000:10 --map-users 20:5:1 -r true
	like "the map that results" "$(squeeze "$out")" "0 $id 1 1 100000 9 20 5 1"
}

# Every option somewhere; nothing of it need exist.
everything="--mount=/n/m --uts=/n/u --ipc=/n/i --net=/n/n -f --pid=/n/p --user=/n/U --cgroup=/n/c
	--time=/n/t --init --kill-child=USR1 --forward-signals --mount-proc=/p --propagation=slave
	--up --hostname=h -R /none --pivot -w /w --monotonic=1 --boottime=2 -S 3 -G 4 --keep-caps
	--whitelist-env=A,B -l :a:M::MZ::/w:F --owner=7:8 --setgroups=deny --map-users=0:0:5
	--map-groups=all -r"

json() {
	[ -n "$python" ] || { skip json "no python3"; return; }
	for options in "" -r "-u -i -C" "-r --up --keep-caps -S 0" "$everything"; do
		run xunshare --explain=json $options prog "$(printf 'x"\\\n\t\033\377\303\244')"
		is "--explain=json succeeds" "$status/$err" 0/
		"$python" - "$outfile" >"$work/json" 2>&1 <<'EOF'
import json, sys
plan = json.loads(open(sys.argv[1], "rb").read().decode("utf-8"))
assert set(plan) == {"version", "steps", "uid_map", "gid_map"}, plan.keys()
for step in plan["steps"]:
    assert set(step) == {"step", "by", "action", "call"}, step
    assert step["by"] in ("self", "helper", "child", "init"), step
    assert all(isinstance(value, str) and value for value in step.values()), step
for extent in plan["uid_map"] + plan["gid_map"]:
    assert set(extent) == {"inner", "outer", "count"}, extent
    assert all(isinstance(value, int) for value in extent.values()), extent
assert plan["steps"][-1]["step"] == "exec"
print(len(plan["steps"]))
EOF
		like "it is what it should be: $(squeeze "$options")" "$(cat "$work/json")" '^[0-9]+$'
		run xunshare --explain $options prog
		is "as many steps as in words" "$(echo "$out" | grep -c '^ *[0-9]*\. ')" \
			"$(cat "$work/json")"
	done
}

changes_nothing() {
	[ -n "$strace" ] || { skip changes_nothing "no strace"; return; }
	for options in "-r" "$everything" "$everything --explain=json"; do
		run strace -f -qqq -o "$home/trace" -e trace=unshare,setns,clone,clone3,fork,vfork \
			-e trace=mount,umount2,pivot_root,chroot,setuid,setgid,setresuid,setresgid \
			-e trace=setgroups,sethostname,capset,prctl,move_mount,open_tree,ioctl,chdir \
			-e trace=unlink,unlinkat,mkdir,mkdirat \
			xunshare --explain $options touch "$home/ran"
		is "--explain of $(squeeze "$options"): succeeds" "$status/$err" 0/
		is "--explain: no system call that changes anything" \
			"$(grep -v -e 'ioctl.*TCGETS' "$home/trace")" ""
		rm -f "$home/trace"
	done
	ok "--explain runs no program" test ! -e "$home/ran"
}

for_each_mode text
for_each_mode json
for_each_mode changes_nothing
done_testing
