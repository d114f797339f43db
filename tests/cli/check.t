#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# xunshare --check: what may be created here, why not, and what would change it; then it is tried.
# shellcheck disable=SC2086 # options are lists of words
. "${0%/*}/lib.sh"
needs_programs filter
in_private_ns "$@"

types="mnt/m uts/u ipc/i net/n pid/p user/U cgroup/C"
possible=True
if has_time; then types="$types time/T"; else possible=False; fi

# The row of a type: "answer; reason; remedy".
row() {
	printf '%s\n' "$out" | sed -n "s/^$1  *//p" | sed 's/   */; /g'
}

all_types() {
	run xunshare --check
	is "all: status" "$status" "$([ $possible = True ]; echo $?)"
	is "all: nothing else" "$err" ""
	like "all: a heading" "$out" '^TYPE +POSSIBLE +REASON +REMEDY$'
	is "all: the rows" "$(printf '%s\n' "$out" | sed '1d; s/ .*//' | tr '\n' ' ')" \
		"mnt uts ipc net pid user cgroup time uid-blocks gid-blocks mounts read-only overlay overlay-memory seccomp pins memory pids cpu "
	is "user" "$(row user)" "yes; -; -"
	for type in $types; do
		type=${type%/*}
		[ "$type" != user ] || continue
		case $mode in
		user) like "$type" "$(row $type)" \
			'^with --user; creating an? .* namespace needs CAP_SYS_ADMIN; add --map-root-user' ;;
		*) is "$type" "$(row $type)" "yes; -; -" ;;
		esac
	done
}

# Its answer for one type, and for one with a user namespace, comes true.
agrees_with_the_kernel() {
	for type in $types; do
		option=-${type#*/}
		for options in $option "$option -U"; do
			run xunshare --check $options
			said=$status
			run xunshare $options true
			is "--check $options" "$said" "$status"
		done
	done
	run xunshare --check -m
	[ "$mode" = user ] || return 0
	is "--check -m: status" "$status" 1
	like "--check -m" "$(row mnt)" '^no; creating a mount namespace needs CAP_SYS_ADMIN; add'
	is "--check -m: no row for block maps" "$(printf '%s\n' "$out" | grep -c blocks)" 0
}

# What the mount options need, and of which kernel.
mounts() {
	has_since 5.12 || { skip "mounts" "Linux 5.12"; return; }
	run xunshare --check
	for name in mounts read-only overlay seccomp; do
		is "$name" "$(row $name)" "yes; -; -"
	done
	run filter linux-5.10 xunshare --check
	like "Linux 5.10: read-only" "$(row read-only)" '^yes; one mount after the other, since mount_setattr\(2\)'
	run filter linux-4.18 xunshare --check --tmpfs /mnt -r
	is "Linux 4.18: --tmpfs cannot be" "$status" 1
	like "Linux 4.18: and why" "$(row mounts)" '^no; this kernel lacks open_tree\(2\), .* Linux 5.2 introduced'
	for name in read-only overlay overlay-memory seccomp; do
		is "Linux 4.18: $name was not asked for" "$(row $name)" ""
	done
	run filter fsopen=EPERM xunshare --check --overlay /etc:/mnt -r
	is "a container's filter: status" "$status" 1
	for name in mounts overlay; do
		like "a container's filter: $name" "$(row $name)" '^no; a seccomp filter refuses fsopen\(2\)'
	done
	run xunshare --check -r --ro-bind / --overlay /etc:/mnt --seccomp "$work/none"
	is "what was asked for" "$status/$(printf '%s\n' "$out" | sed '1d; s/ .*//' | tr '\n' ' ')" \
		"0/mnt user uid-blocks gid-blocks mounts read-only overlay overlay-memory seccomp "
	run xunshare -r --ro-bind / --overlay /etc:/mnt true
	is "comes true" "$status" 0
}

# Whether a namespace can be pinned, by one file and by a set; and then it is.
pins() {
	directory=$work/pins.$mode
	mkdir "$directory"
	run xunshare --check -u -r --pins "$directory/set"
	said=$status
	case $mode in
	root) is "pins" "$(row pins)" "yes; -; -" ;;
	user) like "pins" "$(row pins)" '^no; a pin is a mount outside the new namespaces, .*CAP_SYS_ADMIN; .*xunshare -rm' ;;
	*) like "pins" "$(row pins)" '^no; this mount namespace belongs to a user namespace above' ;;
	esac
	is "a pin is no mount: no row was asked for" "$(printf '%s\n' "$out" | grep -c '^mounts')" 0
	chmod 755 "$directory"
	run xunshare -u -r --pins "$directory/set" true
	is "--check --pins comes true" "$said" "$status"
	umount -R "$directory/set" 2>/dev/null
	run filter mount=EPERM xunshare --check -u -r --uts="$directory/file"
	like "an engine's filter" "$(row pins)" '^no; a seccomp filter refuses mount\(2\)'
	is "an engine's filter: status" "$status" 1
	rm -rf "$directory"
}

# Each form is tried as it was asked for: uid 0 without CAP_SETFCAP cannot map itself.
without_setfcap() {
	[ "$mode" = root ] || return 0
	for options in -U -Un -n; do
		run setpriv --bounding-set=-setfcap xunshare --check $options
		is "without CAP_SETFCAP: --check $options" "$status" 0
		run setpriv --bounding-set=-setfcap xunshare $options true
		is "without CAP_SETFCAP: $options" "$status" 0
	done
	run setpriv --bounding-set=-setfcap xunshare --check
	like "without CAP_SETFCAP: what -U alone gives" "$(row user)" \
		'^yes; mapping uid 0 of the parent user namespace needs CAP_SETFCAP there; leave it out'
	run setpriv --bounding-set=-setfcap xunshare --check -r
	is "without CAP_SETFCAP: --check -r" "$status" 1
	like "without CAP_SETFCAP: the row" "$(row user)" '^no; mapping uid 0 .*; leave it out of the map, as --user \(-U\) alone does; in a container: run that with --cap-add SETFCAP'
	run setpriv --bounding-set=-all xunshare --check
	is "without any capability: status" "$status" "$([ $possible = True ]; echo $?)"
	like "without any capability" "$(row net)" '^with --user; creating a network namespace needs CAP_SYS_ADMIN; add --user \(-U\) alone'
	run setpriv --bounding-set=-all xunshare --check -n
	is "without any capability: --check -n" "$status" 1
	run setpriv --bounding-set=-all xunshare -Un true
	is "without any capability: -Un" "$status" 0
}

limits() {
	for type in $types; do
		name=${type%/*}
		run xunshare -r sh -c "echo 0 >/proc/sys/user/max_${name}_namespaces
			exec xunshare --check -${type#*/}"
		is "max_${name}_namespaces=0: status" "$status" 1
		is "max_${name}_namespaces=0" "$(row "$name")" "no; user.max_${name}_namespaces is 0; as root of this user namespace: sysctl user.max_${name}_namespaces=15000"
	done
	run xunshare -r sh -c 'echo 0 >/proc/sys/user/max_user_namespaces; exec xunshare --check'
	is "no user namespaces: status" "$status" 1
	is "no user namespaces: mnt" "$(row mnt)" "yes; -; -"
	like "no user namespaces: blocks neither" "$(row uid-blocks)" '^no; user.max_user_namespaces is 0; '
	# And without privilege nothing else.
	run xunshare -r sh -c 'echo 0 >/proc/sys/user/max_user_namespaces
		exec setpriv --bounding-set=-all --inh-caps=-all --securebits=+noroot xunshare --check'
	is "no user namespaces, no privilege: status" "$status" 1
	for type in mnt net user; do
		like "no user namespaces, no privilege: $type" "$(row $type)" '^no; user.max_user_namespaces is 0; '
	done
}

filters() {
	for answer in EPERM ENOSYS; do
		run filter "unshare=$answer" xunshare --check
		is "filtered with $answer: status" "$status" 1
		for type in mnt user; do
			like "filtered with $answer: $type" "$(row $type)" \
				'^no; a seccomp filter refuses unshare\(2\) here; in a container: '
		done
	done
	run filter unshare=kill xunshare --check
	is "killed: status" "$status" 1
	is "killed" "$(row net)" "no; a seccomp filter kills a process that tries; -"
}

unmapped() {
	run xunshare -U xunshare --check -U
	is "unmapped: status" "$status" 1
	like "unmapped" "$(row user)" '^no; the uid of this process is not mapped in its user namespace, '
}

blocks() {
	case $mode in
	root)
		run xunshare --check --map-auto
		is "blocks: status" "$status" 1
		like "blocks of root" "$(row uid-blocks)" "^no; user 'root' \(uid 0\) has no subordinate uids in /etc/subuid; as root: usermod"
		run xunshare --check --map-users 0:0:1000 --map-groups 0:0:1000
		is "blocks that root may map: status" "$status" 0
		is "blocks that root may map" "$(row uid-blocks)" "yes; -; -"
		;;
	user)
		command -v newuidmap >/dev/null || { skip "blocks" "no newuidmap"; return; }
		run xunshare --check --map-auto
		is "blocks: status" "$status" 0
		is "uid blocks" "$(row uid-blocks)" "yes; -; -"
		is "gid blocks" "$(row gid-blocks)" "yes; -; -"
		run xunshare --check --map-users 0:5:10
		is "blocks of others: status" "$status" 1
		like "blocks of others" "$(row uid-blocks)" '^no; uids 5 to 14 are not among your subordinate uids'
		is "blocks of others: not the groups" "$(row gid-blocks)" "yes; -; -"
		run setpriv --no-new-privs xunshare --check --map-auto
		is "no_new_privs: status" "$status" 1
		like "no_new_privs" "$(row gid-blocks)" '^no; this process runs with no_new_privs, '
		;;
	userns)
		run xunshare --check --map-users 0:0:2
		is "blocks that are not there: status" "$status" 1
		like "blocks that are not there" "$(row uid-blocks)" "^no; uid 1 does not exist in the parent user namespace, whose uid map is '0 [0-9]+ 1'"
		;;
	esac
	run xunshare --check -u --map-current-user
	is "blocks that were not asked for do not count" "$status" 0
}

json() {
	run xunshare --check=json
	is "json: status" "$status" "$([ $possible = True ]; echo $?)"
	command -v python3 >/dev/null || { skip "json" "no python3"; return; }
	is "json: all types" "$(python3 -c 'import json, sys
document = json.load(sys.stdin)
print(document["possible"], *(row["type"] for row in document["checks"]))' <"$outfile")" \
		"$possible mnt uts ipc net pid user cgroup time uid-blocks gid-blocks mounts read-only overlay overlay-memory seccomp pins memory pids cpu"
	run xunshare -r sh -c 'echo 0 >/proc/sys/user/max_uts_namespaces; exec xunshare --check=json -u'
	is "json: a refusal's status" "$status" 1
	is "json: a refusal" "$(python3 -c 'import json, sys
row, = json.load(sys.stdin)["checks"]
print(*("%s=%s" % pair for pair in sorted(row.items())), sep="\n")' <"$outfile")" \
"asked=True
cause=limit
needs_user=False
possible=False
reason=user.max_uts_namespaces is 0
remedy=as root of this user namespace: sysctl user.max_uts_namespaces=15000
type=uts"
	run xunshare --check=json -n
	want="0 None False"
	[ "$mode" != user ] || want="1 capability True"
	is "json: whether --user would help" "$status $(python3 -c 'import json, sys
row, = json.load(sys.stdin)["checks"]
print(row["cause"], row["needs_user"])' <"$outfile")" "$want"
}

output_errors() {
	for format in --check --check=json; do
		run sh -c "xunshare $format -u -U >/dev/full"
		is "$format to a full disk: status" "$status" 1
		like "$format to a full disk" "$err" '^xunshare: cannot write to standard output: No space left on device$'
	done
}

changes_nothing() {
	run sh -c 'before=$(readlink /proc/self/ns/*; cat /proc/self/mountinfo; hostname)
		xunshare --check >/dev/null
		[ "$(readlink /proc/self/ns/*; cat /proc/self/mountinfo; hostname)" = "$before" ]'
	is "nothing is changed" "$status" 0
	run xunshare -rpf --mount-proc sh -c 'xunshare --check >/dev/null; echo /proc/[0-9]*'
	is "no process stays" "$out" "/proc/1"
}

private_etc
for test in all_types agrees_with_the_kernel mounts pins without_setfcap limits filters unmapped blocks json output_errors \
	changes_nothing; do
	for_each_mode $test
done
done_testing
