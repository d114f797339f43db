#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Refusals as the kernel makes them, and what the second line of the message says of each. Limits
# are set in user namespaces of their own, mounts are made in private mount namespaces.
# shellcheck disable=SC2086 # options are lists of words
. "${0%/*}/lib.sh"
needs_programs filter probe
in_private_ns "$@"

# Sets what a mode needs to create anything: root has the right, the others get it with -r.
set_rights() {
	rights=-r
	[ "$mode" != root ] || rights=
}

# The last run failed with this status, and its hint matches.
hinted() {
	is "$1: status" "$status" "${3:-1}"
	like "$1: hint" "$err" "^xunshare: hint: $2"
}

# As root of a user namespace, which may lower the limits for itself.
limited() {
	run xunshare -r sh -c "echo 0 >/proc/sys/user/max_$1_namespaces; exec xunshare $2 true"
}

time=
if has_time; then time=time/T; fi

limits() {
	for type in mnt/m uts/u ipc/i net/n pid/p user/U cgroup/C $time; do
		name=${type%/*}
		limited "$name" "-${type#*/}"
		hinted "user.max_${name}_namespaces=0" \
			"user\.max_${name}_namespaces is 0; as root of this user namespace: sysctl user\.max_${name}_namespaces=15000\$"
		is "max_${name}_namespaces=0: two lines" "$(echo "$err" | wc -l | tr -d ' ')" 2
	done
	limited net -umn
	hinted "one limit of three types" "it is the network namespace: user\.max_net_namespaces is 0;"
	limited uts -rum
	hinted "one limit, with a user namespace" "it is the UTS namespace: user\.max_uts_namespaces is 0;"
	run xunshare -r sh -c "echo 0 >/proc/sys/user/max_net_namespaces
		echo 0 >/proc/sys/user/max_ipc_namespaces; exec xunshare -umni true"
	hinted "two limits" "it is these namespaces: IPC, network: user\.max_ipc_namespaces is 0;"
	run xunshare -r sh -c 'echo 0 >/proc/sys/user/max_uts_namespaces; exec xunshare -r xunshare -u true'
	hinted "a limit above" "user\.max_uts_namespaces of a user namespace above this one is used up or 0;"
	run xunshare -r sh -c 'echo 1 >/proc/sys/user/max_uts_namespaces; exec xunshare -u xunshare -u true'
	hinted "a limit that is used up" "user\.max_uts_namespaces is used up: 1 here, or less"
	run xunshare -r sh -c 'echo 0 >/proc/sys/user/max_net_namespaces; xunshare -n true ||
		$(sed -n "s/.*: sysctl/sysctl -q/p" '"$errfile"') && xunshare -n true'
	command -v sysctl >/dev/null || status=0
	is "the remedy works" "$status" 0
}

depth() {
	cat >"$work/deep" <<'EOF'
#!/bin/sh
n=$1
shift
[ "$n" = 0 ] || exec xunshare "$@" "$0" $((n - 1)) "$@"
EOF
	chmod 755 "$work/deep"
	run "$work/deep" 34 -r
	hinted "user namespaces, too deep" "user\.max_user_namespaces of a user namespace above this one is used up or 0, or they are nested 32 deep"
	[ "$mode" != user ] || return 0
	run "$work/deep" 34 -p -f
	is "pid namespaces, too deep: status" "$status" 1
	like "pid namespaces, too deep: hint" "$err" '^xunshare: hint: .*nested 32 deep'
}

filters() {
	set_rights
	for answer in EPERM ENOSYS; do
		run filter "unshare=$answer" xunshare -u true
		hinted "unshare filtered with $answer" "a seccomp filter refuses unshare\(2\) here; in a container: "
		run filter "unshare=$answer" xunshare -Um true
		hinted "unshare of two types filtered with $answer" "a seccomp filter refuses unshare\(2\) here; "
		run filter "mount=$answer" xunshare $rights -m true
		hinted "mount filtered with $answer" "a seccomp filter refuses mount\(2\); "
	done
}

privileges() {
	run xunshare -U xunshare -U true
	hinted "ids that are not mapped" "the uid of this process is not mapped in its user namespace, whose map is empty; create that namespace with --map-root-user or --map-current-user"
	run xunshare -r setpriv --bounding-set=-all xunshare -m true
	hinted "root without capabilities" "creating a mount namespace needs CAP_SYS_ADMIN; add .*--user \(-U\)"
	run xunshare -r setpriv --bounding-set=-all xunshare -Um true
	is "root without capabilities, as the hint says: status" "$status" 0
	[ "$mode" = user ] || return 0
	for option in -m -u -i -n -p -C ${time:+-T}; do
		run xunshare $option true
		hinted "$option without privilege" "creating an? [a-zA-Z]+ namespace needs CAP_SYS_ADMIN; add --map-root-user \(-r\) or --user \(-U\), or run it as root"
	done
	run xunshare -mun true
	hinted "several without privilege" "creating a mount namespace needs CAP_SYS_ADMIN; "
	run xunshare --owner 1:1 true
	hinted "--owner without privilege" "it needs CAP_SETGID and CAP_SETUID, which this process does not have; run it as root"
	touch "$home/pin"
	run xunshare -r --uts="$home/pin" true
	hinted "a pin without privilege" "a pin is a mount outside the new namespaces, and mounting there requires CAP_SYS_ADMIN; run it as root, or inside: xunshare -rm"
	run xunshare -r xunshare --uts="$home/pin" true
	hinted "a pin in the mounts of others" "this mount namespace belongs to a user namespace above this one, .*; create the outer user namespace with --mount"
	run xunshare -rm xunshare --uts="$home/pin" true
	is "a pin as the hints say" "$status" 0
}

# A root directory in which xns runs, on no mount of its own.
make_root() {
	mkdir -p "$work/root"
	for dir in bin sbin lib lib32 lib64 libx32 usr etc proc dev tmp; do
		if [ -L "/$dir" ]; then
			cp -P "/$dir" "$work/root/$dir"
		elif [ -d "/$dir" ]; then
			mkdir "$work/root/$dir" && mount --rbind "/$dir" "$work/root/$dir"
		fi
	done
	cp "$bin/xns" "$work/root/xunshare"
}

chroots() {
	[ "$mode" != user ] || return 0
	run chroot "$work/root" /xunshare -U true
	hinted "a chroot" "this process is in a chroot, where the kernel creates no user namespace; enter that directory by pivot_root\(2\) instead, as 'xunshare --root DIR --pivot' does"
	run chroot "$work/root" /xunshare -Um true
	hinted "a chroot, two types" "it is the user namespace: this process is in a chroot"
	run xunshare -R "$work/root" -m --pivot /xunshare -U /bin/true
	is "--root --pivot instead" "$status" 0
}

proc_covered() {
	for cover in 'mount --bind /dev/null /proc/version' 'mount -t tmpfs tmpfs /proc/sys/kernel'; do
		run xunshare -rm sh -c "$cover && exec xunshare -rpf --mount-proc true"
		hinted "--mount-proc after $cover" \
			"parts of /proc are covered, so a user namespace may not mount another: ${cover##* } "
		run xunshare -rm sh -c "$cover && exec xunshare -rpf -R / --mount-proc true"
		hinted "--mount-proc --root after $cover" \
			"parts of /proc are covered, so a user namespace may not mount another: ${cover##* } "
	done
	run xunshare -rm --mount-proc true
	hinted "--mount-proc without a pid namespace" "a new proc shows the pid namespace of this process, which belongs to a user namespace above this one; add --pid --fork"
	run xunshare -rmp --mount-proc true
	hinted "--mount-proc without --fork" "a new proc shows the pid namespace of this process, .*; add --pid --fork"
	run xunshare -rmpf --mount-proc true
	is "--mount-proc as the hint says" "$status" 0
}

# The commands of the hint are carried out, and then it works.
shared_pin() {
	has_mount_numbers || { skip "a pin on a shared mount" "the numbers are hidden"; return; }
	run xunshare -rm sh -c 'cd "$HOME" && mkdir -p pins && mount -t tmpfs tmpfs pins &&
		mount --make-shared pins && mkdir pins/below && touch pins/mnt pins/below/mnt || exit 99
		for pin in pins/mnt pins/below/mnt; do
			xunshare --mount=$pin true 2>message && exit 98
			cat message
			eval "$(sed -n "s/.*as root: //p" message)" || exit 97
			xunshare --mount=$pin true || exit 96
			mount --make-shared pins
		done'
	is "a pin on a shared mount: works after the hint" "$status" 0
	like "a pin on a shared mount: the mount is named" "$out" "^xunshare: hint: it lies on the shared mount .*/pins, and a mount namespace can be pinned only on a private mount; as root: mount --make-private .*/pins\$"
	like "below a shared mount: two commands" "$out" "; as root: mount --bind (.*/pins/below) .*/pins/below && mount --make-private .*/pins/below\$"
}

ids() {
	run xunshare -r -G 0 true
	hinted "-r -G" "setgroups is denied in this user namespace, as always if a group was mapped without privileges; leave out --setgid, or map groups with"
	run xunshare -U -G 0 true
	case $mode in # what is denied above stays so
	userns) hinted "-U -G" "setgroups is denied in this user namespace" ;;
	*) hinted "-U -G" "setgroups is refused until groups are mapped in the user namespace; add" ;;
	esac
	run xunshare -r -S 5 true
	hinted "-r -S" "uid 5 does not exist in this user namespace: its uid map is '0 [0-9]+ 1'; map it with --map-users"
	run xunshare -r xunshare -U --setgroups allow true
	hinted "--setgroups allow below deny" "setgroups is denied in the parent user namespace"
	run xunshare -r xunshare --map-users 0:1:5 true
	hinted "a block that is not there" "uid 1 does not exist in the parent user namespace, whose uid map is '0 [0-9]+ 1'"
	run xunshare -r xunshare --owner 5:0 true
	is "an owner that is not there: status" "$status" 1
}

# Each hint is carried out as it stands, until it works.
nameless() {
	cp -a /etc "$work/etc2" && mount --bind "$work/etc2" /etc
	as="setpriv --reuid 4321 --regid 4321 --clear-groups xunshare --map-auto"
	echo 4321:300000:65536 >>/etc/subuid
	run_as=$mode mode=
	run $as true
	hinted "no entry in /etc/passwd, gids" "as root: echo u4321:x:4321:4321::/:/bin/sh >>/etc/passwd; echo u4321:165536:65536 >>/etc/subgid\$"
	eval "$(echo "$err" | sed -n 's/.*hint: as root: //p')"
	run $as true
	is "it works after the hint: status" "$status" 0
	sed -i /u4321:x/d /etc/passwd && echo 4321:300000:65536 >>/etc/subgid
	run $as true
	hinted "no entry in /etc/passwd" "[^ ]*/newuidmap maps ids only for users who have a name, and uid 4321 has none; as root: echo u4321:x:4321:4321::/:/bin/sh >>/etc/passwd\$"
	eval "$(echo "$err" | sed -n 's/.*as root: //p')"
	run $as true
	is "it works after that hint: status" "$status" 0
	mode=$run_as
	umount /etc
}

map_programs() {
	[ "$mode" = user ] || return 0
	run xunshare --map-users 0:5000:10 true
	hinted "uids of others" "uids 5000 to 5009 are not among your subordinate uids in /etc/subuid; use 100000 to 165535"
	run xunshare --map-groups 0:5000:10 true
	hinted "gids of others" "gids 5000 to 5009 are not among your subordinate gids in /etc/subgid; use 100000 to 165535"
	run setpriv --no-new-privs xunshare --map-auto true
	hinted "newuidmap under no_new_privs" "this process runs with no_new_privs, so [^ ]*/newuidmap gains no privileges"
	run xunshare --map-auto true
	is "subordinate ids, by the user's own group: status" "$status" 0
	for words in '--map-auto -r' '--map-auto'; do
		run_as=$mode mode=
		run setpriv --reuid "$user_uid" --regid 4321 --clear-groups xunshare $words true
		mode=$run_as
		hinted "$words with another group" "this process has the group 4321, and the primary group of user 'tester' is $user_gid, which [^ ]*/newuidmap wants; start it with the primary group: newgrp\$"
	done
	nameless
	newuidmap=$(command -v newuidmap) || { skip "newuidmap" "no newuidmap"; return; }
	mount --bind "$newuidmap" "$newuidmap" && mount -o remount,bind,nosuid "$newuidmap"
	run xunshare --map-auto true
	hinted "newuidmap on nosuid" "[^ ]*/newuidmap lies on a file system that is mounted nosuid"
	umount "$newuidmap"
	cp "$newuidmap" "$work/plain" && mount --bind "$work/plain" "$newuidmap"
	run xunshare --map-auto true
	hinted "newuidmap without privilege" "[^ ]*/newuidmap is not setuid root, and has no file capability; as root: setcap cap_setuid\+ep [^ ]*/newuidmap"
	umount "$newuidmap"
	run xunshare --map-auto true
	is "newuidmap as it was" "$status" 0
}

programs() {
	set_rights
	run xunshare $rights -m no-such-program
	hinted "no such program" "it is in none of the directories of PATH: $bin:" 127
	run xunshare $rights --clear-env no-such-program
	hinted "no such program, no PATH" "PATH is not set, and it is neither in /bin nor in /usr/bin" 127
	run env SHELL=/none/shell xunshare $rights
	hinted "no such shell" "'/none' does not exist; name a program, such as /bin/sh; without one your shell is run" 127
	run xunshare $rights ./none/program
	hinted "no such directory" "'./none' does not exist" 127
	run xunshare ${rights:--m} -R "$home" /sh
	hinted "no such program in the new root" "'/sh' does not exist, below the new root directory '$home'" 127
	cp "$bin/probe" "$home/probe"
	run xunshare ${rights:--m} -R "$home" /probe
	hinted "no dynamic linker in the new root" "its interpreter '/[^']*' does not exist, below the new root directory '$home'" 127
	printf '#!/none/interpreter\n' >"$work/script" && chmod 755 "$work/script"
	run xunshare $rights "$work/script"
	hinted "no interpreter" "its interpreter '/none/interpreter' does not exist" 127
	printf '#!/bin/sh\r\n' >"$work/script"
	run xunshare $rights "$work/script"
	hinted "carriage returns" "its interpreter '/bin/sh.x0d' does not exist; remove the carriage returns at the ends of its lines" 127
	chmod 644 "$work/script"
	run xunshare $rights "$work/script"
	hinted "no permission" "'$work/script' is not executable; chmod \+x $work/script" 126
	run xunshare $rights "$work"
	hinted "a directory" "'$work' is a directory" 126
	run xunshare $rights "$work/noexec/program"
	hinted "noexec" "the file system at $work/noexec is mounted noexec" 126
	if [ "$mode" = user ]; then
		run xunshare "$work/closed/program"
		hinted "a closed directory" "'$work/closed' may not be searched by uid $user_uid" 126
		run xunshare "$work/mine"
		hinted "a program of others" "'$work/mine' may not be executed by uid $user_uid: its mode is 0700, its owner 0:0" 126
	fi
}

directories() {
	set_rights
	run xunshare $rights -w "$work/none/below" true
	hinted "--wd" "'$work/none' does not exist"
	run xunshare $rights -w "$bin/xns/below" true
	hinted "--wd below a file" "'$bin/xns' is not a directory"
	ln -sf nowhere "$work/link"
	run xunshare $rights -w "$work/link" true
	hinted "--wd at a broken link" "'$work/link' is a link to 'nowhere', which does not exist"
	run xunshare ${rights:--m} -R / -w /none true
	hinted "--wd in the new root" "'/none' does not exist, as seen from the new root directory '/'"
	run xunshare $rights -R "$work/none/below" true
	hinted "--root" "'$work/none' does not exist"
	run xunshare $rights -R / --pivot true
	hinted "--pivot to what is the root" "it is the root directory already; leave out --root and --pivot"
	[ "$mode" = user ] || return 0
	run xunshare -w "$work/closed" true
	hinted "--wd that is closed to us" "'$work/closed' may not be searched by uid $user_uid: its mode is 0700, its owner 0:0"
}

clocks() {
	[ "$time" ] || { skip "clocks" "no time namespaces"; return; }
	set_rights
	for clock in monotonic boottime; do
		for offset in -99999999999 99999999999; do
			run xunshare $rights -T --$clock=$offset true
			hinted "--$clock=$offset" "the clock is at [0-9]+ s and with the offset must be between 0 and 4611686018 s: give an offset from -[0-9]+ to 46[0-9]+\$"
		done
		most=$(echo "$err" | sed -n 's/.* to \([0-9]*\)$/\1/p')
		# A second may have passed, so a minute of distance.
		run xunshare $rights -T --$clock=$((most - 60)) true
		is "--$clock, as far as it goes" "$status" 0
	done
}

forks() {
	set_rights
	run xunshare $rights -p sh -c '/bin/true; exec xunshare -f true'
	hinted "a dead pid namespace" "the pid namespace that this process starts its children in is dead: its first process has ended; add --fork to the command that made it"
	run xunshare $rights -p sh -c 'exec xunshare -p true'
	hinted "two pid namespaces without a fork" "this process already starts its children in another pid namespace than its own; add --fork"
}

interpreters() {
	run xunshare -rpf --load-interp ':a/b:E::one::/bin/sh:' true
	if echo "$err" | grep -q -e "no binfmt_misc" -e "from Linux 6.7 on"; then
		skip "binfmt_misc" "not in a user namespace of this kernel"
		return
	fi
	hinted "a bad line" "the line is :NAME:TYPE:OFFSET:MAGIC:MASK:INTERPRETER:FLAGS"
	run xunshare -rpf --load-interp ':one:E::one::/none/interpreter:F' true
	[ "$mode" != user ] || {
		run xunshare -pf --load-interp ':one:E::one::/bin/sh:' true
		hinted "no root inside" "it belongs to uid 0 of the new user namespace, which is not mapped; add --map-root-user"
		run xunshare -rpf --load-interp ':one:E::one::/none/interpreter:F' true
	}
	hinted "an interpreter that is not there" "with the flag F the interpreter must exist when it is registered"
}

# The search has children of its own: none is left, nor anything else.
leaves_nothing() {
	run xunshare -rpf --mount-proc sh -c 'echo 0 >/proc/sys/user/max_net_namespaces
		before=$(cat /proc/self/mountinfo; hostname; readlink /proc/$$/ns/*)
		xunshare -rumnpi true
		[ "$(cat /proc/self/mountinfo; hostname; readlink /proc/$$/ns/*)" = "$before" ] && echo same
		echo /proc/[0-9]*'
	hinted "a search with many children" "it is the network namespace" 0
	is "no process and no mount stays" "$out" "same
/proc/1"
}

prepare() {
	private_etc
	mkdir "$work/noexec" "$work/closed"
	mount -t tmpfs -o noexec tmpfs "$work/noexec"
	cp "$bin/xns" "$work/noexec/program"
	cp "$bin/xns" "$work/closed/program"
	cp "$bin/xns" "$work/mine"
	chmod 700 "$work/closed" "$work/mine"
}

prepare
for test in limits depth filters privileges proc_covered shared_pin ids map_programs programs \
	directories clocks forks interpreters leaves_nothing; do
	for_each_mode $test
done
# Its /proc is covered by nothing, so it comes after proc_covered.
make_root
for_each_mode chroots
done_testing
