#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# When an entry is refused: which namespace, why, and what would help. One line each.
# shellcheck disable=SC2046,SC2086 # lists of words
. "${0%/*}/lib.sh"
. "$XNS_SRCDIR/tests/cli/box.sh"
needs_programs filter inmate probe

# told NAME MESSAGE HINT: the two lines of the last run, without the applet's name.
told() {
	is "$1" "$status" 1
	is "$1: what" "$(echo "$err" | sed -n 1p)" "xnsenter: $2"
	is "$1: why" "$(echo "$err" | sed -n 2p)" "${3:+xnsenter: hint: $3}"
	is "$1: no more" "$(echo "$err" | sed -n '3,$p')" ""
}

others="setpriv --reuid 4321 --regid 4321 --clear-groups --"

needs_its_user() {
	[ "$mode" = user ] || return 0
	box -un
	run xnsenter -t "$box" -n true
	told "a namespace without its user namespace" \
		"cannot enter the network namespace of process $box: Operation not permitted" \
		"it needs CAP_SYS_ADMIN, which this process does not have; enter the user namespace that owns it too: --user"
	run xnsenter "-n/proc/$box/ns/net" true
	told "the same from a file" \
		"cannot enter the network namespace of '/proc/$box/ns/net': Operation not permitted" \
		"it needs CAP_SYS_ADMIN, which this process does not have; enter the user namespace that owns it too: xnsenter --user-parent"
	run xnsenter -t "$box" -U -n true
	told "groups that cannot be dropped" "cannot drop the supplementary groups: Operation not permitted" \
		"setgroups is denied in this user namespace, as always if a group was mapped without privileges; add --preserve-credentials to keep your groups and ids"
	run xnsenter -t "$box" -U --preserve-credentials -S 77 true
	told "an id that is not mapped" "cannot become uid 77: Invalid argument" \
		"uid 77 does not exist in this user namespace: its uid map is '0 $user_uid 1'"
	run xunshare -r xnsenter -t "$box" -U -n true
	told "a user namespace beside ours" \
		"cannot enter the network namespace of process $box: Permission denied" \
		"process $box is in a user namespace that is not below ours, or is protected by a security module; run it as root outside"
	run xnsenter -t "$box" -U --preserve-credentials -n -i true
	told "a namespace that the target shares with us" \
		"cannot enter the IPC namespace of process $box: Operation not permitted" \
		"this process is in this IPC namespace already, and a process enters its own again only with CAP_SYS_ADMIN; leave out --ipc"
	run xnsenter -t "$box" -U -U --preserve-credentials xnsenter -t "$box" -U true
	told "the user namespace twice" \
		"cannot enter the user namespace of process $box: Invalid argument" \
		"this process is in this user namespace already, and a process cannot enter its own again; leave out --user"
	run xnsenter -t "$box" -U --user-parent --preserve-credentials true
	told "a parent that is ours" "cannot enter the user namespace of '--user-parent': Invalid argument" \
		"this process is in this user namespace already, and a process cannot enter its own again; leave out --user-parent"
	unbox
}

needs_its_owner() {
	[ "$mode" = root ] && can_be_user || return 0
	mode=user
	box -un
	mode=root
	chmod 755 "$work"
	run $others xnsenter -t "$box" -U true
	told "somebody else's process" \
		"cannot enter the user namespace of process $box: Permission denied" \
		"process $box belongs to uid $user_uid, and this one to uid 4321; run it as that user, or as root"
	run $others xnsenter -t "$box" -r true
	# Root would run what that user has put there.
	told "its root directory" "cannot open /proc/$box/root: Permission denied" \
		"process $box belongs to uid $user_uid, and this one to uid 4321; run it as that user, or as root with --user (-U) too"
	run $others xnsenter -t "$box" -m true
	told "its mounts" "cannot enter the mount namespace of process $box: Permission denied" \
		"process $box belongs to uid $user_uid, and this one to uid 4321; run it as that user, or as root with --user (-U) too"
	run $others xnsenter -t "$box" -U -m true
	told "its mounts, as one of its users" "cannot enter the mount namespace of process $box: Permission denied" \
		"process $box belongs to uid $user_uid, and this one to uid 4321; run it as that user, or as root"
	run $others xnsenter -t "$box" -u -e true
	told "its environment" "cannot read /proc/$box/environ: Permission denied" \
		"process $box belongs to uid $user_uid, and this one to uid 4321; run it as that user, or as root"
	if has_since 5.6; then
		run $others xnsenter -t "$box" -u -N 0 true
		told "its descriptors" "cannot take descriptor 0 of process $box: Operation not permitted" \
			"process $box belongs to uid $user_uid, and this one to uid 4321; run it as that user, or as root"
	fi
	# openat2 opens what /proc hides.
	! has_since 5.6 || run unshare -m sh -c 'mount -t proc -o hidepid=2 proc /proc; exec "$@"' sh \
		$others xnsenter -t "$box" -n true
	! has_since 5.6 || told "a process that /proc hides" \
		"cannot enter the network namespace of process $box: Permission denied" \
		"this /proc hides the processes of others (hidepid, see proc(5)); run it as the user of process $box, or as root"
	for type in user net; do
		eval "exec 8<\"/proc/$box/ns/$type\""
		if [ $type = user ]; then
			run $others sh -c 'xnsenter --user=/dev/fd/8 --preserve-credentials true'
			told "a descriptor of somebody else's user namespace" \
				"cannot enter the user namespace of '/dev/fd/8': Operation not permitted" \
				"this user namespace belongs to a process of uid $user_uid; run it as that user, or as root"
		else
			run $others xunshare -r sh -c 'xnsenter --net=/dev/fd/8 true'
			told "a descriptor of a namespace that is not below ours" \
				"cannot enter the network namespace of '/dev/fd/8': Operation not permitted" \
				"this network namespace belongs to a user namespace that is not below that of this process; run it from outside"
		fi
		exec 8<&-
	done
	unbox
}

needs_capabilities() {
	[ "$mode" = root ] || return 0
	box -mun
	for cap in SYS_ADMIN SYS_CHROOT; do
		run setpriv --bounding-set "-$(echo $cap | tr '[:upper:]' '[:lower:]')" xnsenter -t "$box" -m true
		told "CAP_$cap" "cannot enter the mount namespace of process $box: Operation not permitted" \
			"it needs CAP_$cap, which this process does not have; in a container: run that with --cap-add $cap, or --privileged; in a systemd unit: see CapabilityBoundingSet="
	done
	run setpriv --bounding-set -sys_chroot xnsenter -t "$box" -n true
	is "a network namespace does not need CAP_SYS_CHROOT" "$status$err" 0
	unbox
}

points_at_the_child() {
	box -pm -f
	run xnsenter -t "$box_parent" -p true
	case $mode in
	root) is "root enters what it asks for" "$status$err" 0 ;;
	user)
		told "the pid namespace of who waits outside" \
			"cannot enter the pid namespace of process $box_parent: Operation not permitted" \
			"process $box_parent is not in the pid namespace that it has created for its children; enter its child: --target $box"
		run xnsenter -t "$box_parent" -U -p --preserve-credentials true
		told "with its user namespace" \
			"cannot enter the pid namespace of process $box_parent: Operation not permitted" \
			"process $box_parent is not in the pid namespace that it has created for its children; enter its child: --target $box"
		;;
	esac
	unbox
}

cannot_go_out() {
	[ "$mode" = root ] || return 0
	box -u
	exec 8<"/proc/$box/ns/pid"
	run xunshare -pf --mount-proc sh -c 'xnsenter --pid=/dev/fd/8 true'
	told "a pid namespace above ours" \
		"cannot enter the pid namespace of '/dev/fd/8': Invalid argument" \
		"this pid namespace is not below that of this process, and a process can enter only those below its own; run it in an outer pid namespace, or leave out --pid"
	exec 8<&-
	run xunshare -Urpf sh -c 'exec xnsenter -t 1 -u true'
	told "a PID where /proc is another one's" \
		"cannot enter the UTS namespace of process 1: Permission denied" \
		"this /proc belongs to another pid namespace and shows its PIDs; make the pid namespace with --mount-proc"
	run xunshare -pf --mount-proc xnsenter -t 2147483647 -u true
	like "a PID of another pid namespace" "$err" \
		'^xnsenter: hint: use a PID of this pid namespace, pid:\[[0-9]+\]; a process outside has none'
	unbox
}

says_where_it_looked() {
	box -m
	PATH=/usr/bin:$PATH
	enter -m sh -c 'PATH=/bin:/usr/bin exec true'
	is "a program in a box" "$status" 0
	here=$PATH
	run env PATH=/bin:/usr/bin "$bin/xnsenter" -t "$box" $(user_words) -m nosuch
	is "a program that is not there" "$status" 127
	is "the hint says where it was searched" "$err" "xnsenter: cannot run 'nosuch': No such file or directory
xnsenter: hint: it is in none of the directories of PATH: /bin:/usr/bin, in the mount namespace of process $box; give its full path, or take the target's PATH with --env"
	PATH=$here
	enter -m /nosuch/program
	is "a path that does not exist" "$err" "xnsenter: cannot run '/nosuch/program': No such file or directory
xnsenter: hint: '/nosuch' does not exist, in the mount namespace of process $box"
	enter -m -r /nosuch/program
	like "below its root" "$err" "hint: '/nosuch' does not exist, in the root directory of process $box\$"
	enter "-m/proc/$box/ns/mnt" /nosuch/program
	like "in that of a file" "$err" \
		"hint: '/nosuch' does not exist, in the mount namespace of '/proc/$box/ns/mnt'\$"
	printf '#!/no/such/shell\n' >"$home/script" && chmod 755 "$home/script"
	enter -m "$home/script"
	is "an interpreter" "$status $err" "127 xnsenter: cannot run '$home/script': No such file or directory
xnsenter: hint: its interpreter '/no/such/shell' does not exist, in the mount namespace of process $box"
	enter -m -W/nosuch true
	like "a directory" "$err" "hint: '/nosuch' does not exist, as seen from the mount namespace of process $box\$"
	unbox
}

names_filters_and_slips() {
	box -un
	run filter setns=1 xnsenter -t "$box" $(user_words) -u true
	like "a filter" "$err" "^xnsenter: hint: a seccomp filter refuses setns\(2\); in a container: "
	enter -nu true
	told "letters that were run together" \
		"cannot open the network namespace file 'u': No such file or directory" \
		"separate the options: -n -u (text after a letter is its FILE)"
	run xnsenter -ut "$box" true
	told "a letter that wants an argument" \
		"cannot open the UTS namespace file 't': No such file or directory" \
		"separate the options: -u -t (text after a letter is its FILE)"
	unbox
}

# meant WORDS HINT: a line that shows what was meant.
meant() {
	run sh -c "$1"
	is "$1: status" "$status" 1
	is "$1" "$(echo "$err" | sed -n 's/^[a-z]*: hint: //p')" "$2"
}

guesses_what_was_meant() {
	stopped="a container that is not running has the process id 0: start it"
	empty="nothing was found: is the process, or the container, running?"
	several="these are several process ids: choose one"
	box -u
	for words in 'xnsenter -m -t' 'xnsenter --all --target' 'xnsls --task' 'xnsls --compare 1' \
		'xnetns identify' 'xnetns attach n'; do
		case " $XNS_APPLETS " in *" ${words%% *} "*) ;; *) continue ;; esac
		meant "$words 0" "$stopped"
		meant "$words ''" "$empty"
		meant "$words '7 8'" "$several"
		meant "$words '7
8'" "$several"
		case $words in
		xnsls*) meant "$words 4026531840" "it is greater than any process id; the processes of a namespace with that inode number: xnsls 4026531840" ;;
		xnsenter*) meant "$words $(stat -L -c %i /proc/self/ns/net)" \
			"it is the number of a network namespace: --net=$(stat -L -c %i /proc/self/ns/net)" ;;
		esac # xnetns takes the number of a network namespace
	done
	meant "xnsenter $box -m" "process $box is named by --target $box (-t), before the program"
	meant "xnsenter -m $box" "process $box is named by --target $box (-t), before the program"
	case " $XNS_APPLETS " in
	*" xnsls "*) meant "xnsls $box" "it is the number of a process; its namespaces: xnsls --task $box"
		run xnsls --task "$box"
		is "as the hint says" "$status" 0 ;;
	esac
	[ "$mode" = root ] || user=-U
	run xnsenter -t "$box" ${user:+-U --preserve-credentials} -u true
	is "as the hints say" "$status" 0
	unbox
}

# Warnings are for who looks: a terminal.
warns_on_a_terminal() {
	command -v script >/dev/null || { skip "warns on a terminal" "no script(1)"; return; }
	box -muinpC -f
	words="$(user_words)"
	run script -qec "xnsenter -t $box $words -C -p true" /dev/null
	like "--cgroup without --join-cgroup" "$out" "warning: .*--join-cgroup"
	run script -qec "xnsenter -t $box $words -C -c -p --explain" /dev/null
	unlike "with it" "$out" warning
	[ "$mode" = user ] || run script -qec "xnsenter -t $box_parent -p true" /dev/null
	[ "$mode" = user ] || like "a target that waits outside" "$out" \
		"warning: process $box_parent is not in the pid namespace that it has created for its children: --target $box is in that"
	run script -qec "xnsenter -t $box $words -p true" /dev/null
	is "the right one" "$out" ""
	if [ "$mode" = root ]; then
		run script -qec "cd /usr && xnsenter -r/lib -- /nosuch" /dev/null
		like "a working directory outside the new root" "$out" \
			"warning: the working directory '/usr' is not below the new root '.*/lib'"
		run script -qec "cd /usr && xnsenter -r/ -- true" /dev/null
		is "one inside" "$out" ""
	fi
	if [ "$mode" = root ]; then
		outside="warning: the working directory '/etc' is outside the root directory of the program: --wdns=/etc is inside"
		run script -qec "xnsenter -t $box -m -w/etc true" /dev/null
		is "--wd outside the mount namespace that is entered" "$out" "xnsenter: $outside$(printf '\r')"
		run script -qec "xnsenter -r/usr -w/etc -- /nosuch" /dev/null
		like "--wd outside the new root" "$out" "$outside"
		run script -qec "xns nsenter -t $box -m -w/etc true" /dev/null
		is "under the old name there is no warning" "$out" ""
		for way in "-t $box -m -W/etc" "-t $$ -m -w/etc" "-r/usr -w/usr/lib --"; do
			run script -qec "xnsenter $way /nosuch" /dev/null
			unlike "nor inside: $way" "$out" "is outside the root directory"
		done
	fi
	shared='warning: process [0-9]+ and the caller share every namespace that was requested, so none is entered'
	run script -qec 'xnsenter -t $$ -i -u true' /dev/null
	like "a target that shares all" "$out" "^xnsenter: $shared"
	# As in a container that nobody started with the pid namespace of the host.
	[ "$mode" = user ] || run script -qec 'xunshare -pf --mount-proc sh -c "xnsenter -t 1 -a true; :"' /dev/null
	[ "$mode" = user ] ||
		like "in a pid namespace" "$out" "^xnsenter: $shared; PIDs count in this pid namespace: .*hostPID"
	run script -qec 'xnsenter -t $$ -a true' /dev/null
	like "with --all" "$out" "^xnsenter: $shared"
	for way in 'xns nsenter -t $$ -u' 'xnsenter -t $$ -u --ipc=/proc/self/ns/ipc' 'xnsenter -t $$' \
		'xnsenter -t $$ -u --explain'; do
		run script -qec "$way true" /dev/null
		unlike "none: $way" "$out" warning
	done
	run xnsenter -t "$box" $words -C -p true
	is "elsewhere there is no noise" "$err" ""
	run sh -c 'exec xnsenter -t $$ -u true'
	unlike "not even about a target that shares all" "$err" warning
	unbox
}

for fn in needs_its_user needs_its_owner needs_capabilities points_at_the_child cannot_go_out \
	says_where_it_looked guesses_what_was_meant names_filters_and_slips warns_on_a_terminal; do
	for_each_mode $fn
done
done_testing
