#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# xns doctor: what it finds on a host that has it, and that its remedies work.
. "${0%/*}/lib.sh"
needs_programs holder
in_private_ns

# A line of the last run with this state and text: has STATE ERE
has()
{
	printf '%s\n' "$out" | grep -Eq "^  $1 +$2"
}

# The line below the one that matches.
remedy_of()
{
	printf '%s\n' "$out" | awk -v text="$1" 'found { print; exit } index($0, text) { found = 1 }' |
		sed 's/^ *//'
}

examines() {
	run xns doctor
	is "nothing on standard error" "$err" ""
	for title in "This system" "Permission to create namespaces" "Subordinate ids" \
		"Security modules" "Limits and their use" "Names, and namespaces without processes" \
		"Limits of programs by cgroups" "Mounts and filters of sandboxes"; do
		like "has '$title'" "$out" "^$title\$"
	done
	ok "names the kernel" has ok "kernel: Linux $(uname -r) "
	like "and the types" "$out" "^  ok +namespace types: .*uts.*"
	[ "$mode" = userns ] || like "newuidmap is looked at" "$out" "newuidmap: "
	problems=$(printf '%s\n' "$out" | grep -c '^  problem ')
	if [ "$problems" = 0 ]; then
		is "without a problem the exit status is 0" "$status/$(echo "$out" | tail -n 1)" \
			"0/no problems"
	else
		is "with a problem it is 1" "$status" 1
		like "and they are counted" "$(echo "$out" | tail -n 1)" "^$problems problems?\$"
	fi
	page=$out
	for file in /proc/sys/user/max_*_namespaces; do
		type=${file#*/max_}
		type=${type%%_*}
		run cat "$file"
		like "has the limit of $type" "$page" "^  [a-z]+ +$type: .* of $out; "
	done
}

speaks_json() {
	command -v python3 >/dev/null || { skip "--json" "no python3"; return; }
	run xns doctor
	lines=$(printf '%s\n' "$out" | grep -Ec '^  (ok|note|problem) ')
	for option in --json -J; do
		run xns doctor "$option"
		run python3 -c 'import json, sys
doc = json.load(open(sys.argv[1]))
found = doc["findings"]
bad = [f for f in found if f["state"] == "problem"]
limits = [f for f in found if f["section"] == "limits" and "limit" in f]
assert doc["problems"] == len(bad), doc
assert all(isinstance(f["limit"], int) and f["taken"] >= 0 for f in limits)
assert len(limits) >= 7 and all(f["text"] for f in found)
print(len(found))' "$(cp "$outfile" "$work/json"; echo "$work/json")"
		is "$option has the same findings" "$status/$out" "0/$lines"
	done
}

is_strict() {
	run xns doctor --frob
	is "an unknown option" "$status/$err" \
		"1/xns doctor: unknown option '--frob' (see 'xns doctor --help')"
	run xns doctor frob
	is "an argument" "$status/$err" \
		"1/xns doctor: unexpected argument 'frob' (see 'xns doctor --help')"
	run xns doctor --help
	like "--help" "$status/$out" "^0/Usage:"
	for option in "" --json --help; do
		run sh -c "xns doctor $option >/dev/full"
		is "doctor $option on a full disk" "$status/$err" \
			"1/xns doctor: cannot write to standard output: No space left on device"
	done
	run xns --complete xns doctor --js
	like "its options are completed" "$out" "^--json"
}

limits() {
	run xunshare -r sh -c 'echo 0 >/proc/sys/user/max_net_namespaces; xns doctor'
	is "a type that is switched off is a problem" "$status" 1
	ok "it says which limit" has problem "net: user.max_net_namespaces is 0"
	like "the remedy names the setting" "$(remedy_of "user.max_net_namespaces is 0")" \
		"sysctl user.max_net_namespaces="
	run xunshare -r sh -c 'echo 2 >/proc/sys/user/max_uts_namespaces
		xunshare -u sleep 30 & one=$!
		xunshare -u sleep 30 & two=$!
		tries=0
		until [ "$(ls -L -i /proc/$$/ns/uts /proc/$one/ns/uts /proc/$two/ns/uts |
			cut -d" " -f1 | sort -u | wc -l)" = 3 ] || [ $((tries += 1)) -gt 500 ]; do
			sleep 0.02
		done
		xns doctor
		code=$?
		kill $one $two
		exit $code'
	is "a limit that is reached is a problem" "$status" 1
	like "with how much is taken" "$out" "^  problem +uts: uid [0-9]+ has most, 2 of 2; "
	is "and a remedy" "$(remedy_of "2 of 2; ")" "as root: sysctl user.max_uts_namespaces=4"
}

held_by_mounts() {
	touch "$work/pin"
	run xunshare --uts="$work/pin" true
	run xns doctor
	ok "doctor reports a namespace that only a mount holds" has note "uts:\[[0-9]+\]: held by nothing but mount $work/pin\$"
	remedy=$(remedy_of "mount $work/pin")
	is "with the remedy" "$remedy" "if nobody needs it, as root: umount $work/pin"
	sh -c "${remedy#*: }"
	run xns doctor
	unlike "the remedy works" "$out" "$work/pin"

	run xunshare --uts="$work/pin" true
	xnsenter --uts="$work/pin" sleep 30 &
	until_ok executes "$!" sleep
	run xns doctor
	unlike "a namespace with a process in it is none of these" "$out" "$work/pin"
	kill "$!"
	wait "$!"
	umount "$work/pin"
}

# Paths are anybody's choice, and the remedy is there to be pasted.
held_by_mounts_with_odd_names() {
	odd="$work/it's; touch \$HOME"
	touch "$odd"
	run xunshare --uts="$odd" true
	run xns doctor
	remedy=$(remedy_of "but mount $odd")
	like "an odd name is mounted on" "$(cat /proc/self/mountinfo)" "it.*touch"
	HOME=$work/no sh -c "${remedy#*: }"
	ok "it is one word in the remedy" test ! -e "$work/no"
	unlike "the remedy works" "$(cat /proc/self/mountinfo)" "it.*touch"
}

# A user pins a namespace where he has covered the programs: a command that enters his mounts would run
# his choice as root.
held_in_mounts_of_others() {
	if ! can_be_user || ! is_real_root; then
		skip "pinned in the mounts of another user" "needs root and another user"
		return
	fi
	mkdir -p "$home/bin"
	printf '#!/bin/sh\necho "$(id -u) $0" >>%s/pasted\n' "$home" >"$home/bin/umount"
	chmod 755 "$home/bin/umount"
	: >"$home/pin"
	chown -R "$user_uid:$user_gid" "$home"
	: >box_said
	as_user unshare -Urm sh -c 'for dir in /usr/bin /bin /usr/sbin /sbin; do
			mount --bind "$1/bin/umount" "$dir/umount" 2>/dev/null
		done
		unshare -u sleep 100 & inner=$!
		until [ "$(readlink /proc/$inner/ns/uts)" != "$(readlink /proc/self/ns/uts)" ]; do :; done
		mount --bind "/proc/$inner/ns/uts" "$1/pin" && kill "$inner" && wait "$inner"
		sleep 100 &
		echo "$(readlink /proc/self/ns/mnt) $! $$"
		exec sleep 100' sh "$home" >box_said 2>&1 &
	until_ok grep -q '^mnt:' box_said
	# The shell may have said that its child was killed.
	sed -n 's/^mnt:\[\([0-9]*\)\] /\1 /p' box_said >names
	read -r mnt other pid <names
	run xns doctor
	ok "pinned in the mounts of another user: it is found" has note "uts:\[[0-9]+\]: held by nothing but mount $home/pin \(of [0-9]+\)\$"
	remedy=$(remedy_of "but mount $home/pin")
	# As a reader would paste it.
	(cd "$work" && PATH=/usr/local/bin:$PATH timeout 10 sh -c "${remedy#*as root: }" >/dev/null 2>&1)
	ok "the remedy runs nothing of that user's" test ! -e "$home/pasted"
	unlike "and enters no namespace" "$out" '(^|[^a-z])x?nsenter '
	like "it names who has to end" "$remedy" \
		"^if nobody needs it, end process ($pid|$other) \('sleep 100'\) and 1 more: the mount is in their mount namespace \(to see them: xnsls $mnt\)\$"
	if command -v xnsls >/dev/null; then
		run xnsls -n -r -o PID "$mnt"
		is "and what it says shows them" "$(echo "$out" | sort -n | tr '\n' ' ')" "$(printf '%s\n' "$pid" "$other" | sort -n | tr '\n' ' ')"
	else
		skip "and what it says shows them" "this build has no xnsls"
	fi
	kill "$other"
	until_ok lib_is_over "$other"
	run xns doctor
	is "one alone" "$(remedy_of "but mount $home/pin")" \
		"if nobody needs it, end process $pid ('sleep 100'): the mount is in its mount namespace"
	kill "$pid"
	until_ok lib_is_over "$pid"
	wait 2>/dev/null
	run xns doctor
	unlike "and gone with it" "$out" "$home/pin"
}

# Processes call themselves what they like.
held_by_a_process_with_an_odd_name() {
	ln -s "$bin/holder" './x; touch $HOME'
	mkfifo odd
	'./x; touch $HOME' fd >odd &
	pid=$!
	read -r link <odd
	run xns doctor
	is "a process with an odd name is one word" "$(remedy_of "$link")" \
		"if nobody needs it, process $pid ('./x; touch \$HOME fd') has to close it or to end"
	kill -KILL "$pid"
	wait "$pid" 2>/dev/null
	rm odd
}

held_by_descriptors() {
	mkfifo said
	holder fd >said &
	pid=$!
	read -r link <said
	run xns doctor
	ok "doctor reports a namespace that only a descriptor holds" has note \
		"$(printf %s "$link" | sed 's/[][]/\\&/g'): held by nothing but fd $pid/7\$"
	is "with the process that has to let it go" "$(remedy_of "$link")" \
		"if nobody needs it, process $pid ('holder fd') has to close it or to end"
	run xns doctor --json
	like "also in JSON" "$(squeeze "$out")" "\"text\": ?\"held by nothing but fd $pid/7\""
	touch "$work/pin"
	mount --bind "/proc/$pid/fd/7" "$work/pin"
	run xns doctor
	is "by both" "$(remedy_of "$link")" "if nobody needs it, as root: umount $work/pin; and \
process $pid ('holder fd') has to close it or to end"
	umount "$work/pin"
	kill -KILL "$pid"
	wait "$pid" 2>/dev/null
	run xns doctor
	unlike "and gone with it" "$out" "fd $pid/7"
}

stale_names() {
	mount -t tmpfs tmpfs /run
	mkdir /run/netns
	command -v xnetns >/dev/null || { skip "stale names" "built without libmnl"; return; }
	run xns doctor
	ok "no stale name" has ok "names: none in /run/netns is stale"
	touch -d @7892595 /run/netns/lost # as a file of ours that was never mounted on
	run xns doctor
	is "a stale name is a problem" "$status" 1
	ok "it is named" has problem "lost: a stale name"
	is "with the remedy" "$(remedy_of "lost: a stale name")" "as root: xnetns gc"
	run xnetns gc
	run xns doctor
	ok "the remedy works" has ok "names: none in /run/netns is stale"
	xnetns add blue
	run xns doctor
	is "a name that nobody uses: the remedy" "$(remedy_of "but mount /run/netns/blue")" \
		"if nobody needs it, as root: xnetns delete blue"
	xnetns delete blue
}

# Doctor tries what users may do in a process with ids that nobody else has, since others with these ids could trace it.
tries_with_ids_of_its_own() {
	command -v strace >/dev/null || { skip "ids of its own" "no strace"; return; }
	for maps in "" "xunshare -U --map-users 0:100000:65536 --map-groups 0:100000:65536 -S 0 -G 0"; do
		: >"$work/calls"
		chmod 666 "$work/calls"
		# shellcheck disable=SC2086 # a list of words
		run $maps strace -f -qq -e trace=setresuid,setresgid,prctl -o "$work/calls" xns doctor
		like "${maps:-root}: it is tried" "$out" "ordinary users may create|ordinary users, user namespaces"
		ids=$(sed -n 's/^\([0-9]*\) .*PR_SET_DUMPABLE, SUID_DUMP_USER.*/\1/p' "$work/calls" | while read -r tried; do
			sed -n "s/^$tried .*setres[ug]id(\\([0-9]*\\),.*/\\1/p" "$work/calls"
		done)
		is "${maps:-root}: with two ids" "$(echo "$ids" | wc -w)" 2
		for id in $ids; do
			ok "${maps:-root}: $id is nobody's" test "$id" != 65534 -a "$id" -gt 1000
			is "${maps:-root}: nor anybody else's" "$(getent passwd "$id"; getent group "$id")" ""
		done
	done
}

programs() {
	[ -u /usr/bin/newuidmap ] || { skip "newuidmap" "no newuidmap with setuid"; return; }
	run xns doctor
	ok "newuidmap is fine" has ok "/usr/bin/newuidmap: "
	cp /usr/bin/newuidmap "$work/powerless"
	mount --bind "$work/powerless" /usr/bin/newuidmap
	run xns doctor
	ok "without its privilege it is a problem" \
		has problem "/usr/bin/newuidmap: .*is not setuid root, and has no file capability"
	like "with the remedy" "$(remedy_of "is not setuid root")" "setcap cap_setuid\+ep /usr/bin/newuidmap"
	umount /usr/bin/newuidmap
}

# A /usr/bin without it.
programs_that_are_missing() {
	mkdir "$work/layer"
	if ! mount -t tmpfs tmpfs "$work/layer" || ! mkdir "$work/layer/upper" "$work/layer/work" ||
		! mount -t overlay overlay -o \
			"lowerdir=/usr/bin,upperdir=$work/layer/upper,workdir=$work/layer/work" /usr/bin; then
		skip "newuidmap is missing" "no overlay file system"
		return
	fi
	rm -f /usr/bin/newuidmap
	run xns doctor
	ok "newuidmap is missing" has note "/usr/bin/newuidmap: No such file or directory: "
	like "with the remedy" "$(remedy_of "/usr/bin/newuidmap: ")" "^install the package uidmap "
	private_etc
	mode=user
	run xunshare --check=json --map-auto
	mode=
	like "--check too" "$(squeeze "$out")" "\"cause\": \"program-missing\", \
\"reason\": \"/usr/bin/newuidmap: No such file or directory\", \"remedy\": \"install "
	umount /usr/bin
}

security_modules() {
	mount -t tmpfs tmpfs /sys
	run xns doctor
	ok "no AppArmor" has ok "AppArmor: not active"
	ok "no SELinux" has ok "SELinux: not active"
	mkdir -p /sys/module/apparmor/parameters /sys/fs/selinux
	echo Y >/sys/module/apparmor/parameters/enabled
	echo 1 >/sys/fs/selinux/enforce
	run xns doctor
	ok "AppArmor" has ok "AppArmor: active; we run as "
	ok "SELinux" has ok "SELinux: enforcing; we run as "
	mkdir -p /sys/kernel/security/apparmor
	printf '%s\n' 'snap.pasta-like (enforce)' '/usr/bin/other (enforce)' >/sys/kernel/security/apparmor/profiles
	run xns doctor
	ok "AppArmor without a profile for pasta" has ok "uplinks, AppArmor: no profile confines pasta"
	for profile in 'pasta (enforce)' '/usr/bin/passt//pasta (enforce)'; do
		echo "$profile" >>/sys/kernel/security/apparmor/profiles
		run xns doctor
		ok "with $profile" has ok "uplinks, AppArmor: a profile confines pasta \(enforce\)"
		like "the remedy" "$(remedy_of 'uplinks, AppArmor')" '^as root, if an uplink fails, .*: aa-complain /usr/bin/pasta$'
		sed -i '$d' /sys/kernel/security/apparmor/profiles
	done
	echo 0 >/sys/fs/selinux/enforce
	run xns doctor
	ok "a permissive SELinux" has ok "SELinux: permissive; "
	umount /sys
}

for_each_mode examines
for_each_mode speaks_json
for_each_mode is_strict
run xns doctor
if is_real_root; then
	like "root is told what ordinary users may do" "$out" "ordinary users"
	held_by_mounts
	held_by_mounts_with_odd_names
	held_in_mounts_of_others
	held_by_a_process_with_an_odd_name
	held_by_descriptors
	stale_names
	tries_with_ids_of_its_own
	programs
	programs_that_are_missing
	security_modules
else
	skip "findings of root" "not root"
fi
limits
done_testing
