#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Bad command lines: one clear line that quotes what is wrong and points to --help, exit status 1,
# no program, and not one system call that changes anything.
. "${0%/*}/lib.sh"

# All that could change something; a refusal must come before the first of them.
effects=unshare,setns,clone,clone3,fork,vfork,mount,umount2,pivot_root,chroot,setuid,setgid
effects=$effects,setresuid,setresgid,setgroups,sethostname,capset,move_mount,open_tree
strace=
if command -v strace >/dev/null && strace -o "$work/trace" true 2>/dev/null; then strace=yes; fi

# Describes what is wrong with the last run; prints nothing if all is well. $1: what must be quoted
fault() {
	[ "$status" = 1 ] || echo "exit status $status"
	[ -z "$out" ] || echo "standard output"
	# A hint is a line of its own, and not the message.
	[ "$(grep -vc '^xunshare: hint: ' "$errfile")" = 1 ] || echo "not one line"
	[ ! -e "$home/ran" ] || { echo "the program ran"; rm -f "$home/ran"; }
	case $err in *"$1"*) ;; *) echo "does not quote $1" ;; esac
	case $err in xunshare:*) ;; *) echo "does not begin with our name" ;; esac
	# The first execve is xunshare's own.
	[ -z "$traced" ] || grep -v ^execve "$work/trace" | grep -v '^+++' | head -n 1
}

# Only root is traced: once is enough, and it takes its time.
run_traced() {
	traced=
	if [ -n "$strace" ] && [ "$mode" = root ]; then
		traced=yes
		set -- strace -f -qqq -e trace="$effects" -o "$work/trace" "$@"
	fi
	run "$@"
}

# refuses WHAT ARGUMENT...: WHAT must be in the message.
refuses() {
	what=$1
	shift
	run_traced xunshare "$@"
	faults=$(fault "$what")
	case $err in *"(see 'xunshare --help')"*) ;; *) faults="$faults
no pointer to --help" ;; esac
	is "refuses $*" "$faults" ""
}

# The same for errors of the system, with a correct command line.
fails() {
	what=$1
	shift
	run_traced xunshare "$@"
	is "fails before any effect: $*" "$(fault "$what")" ""
}

unknown_options() {
	refuses "unknown option '--frob'" --frob
	refuses "unknown option '--frob'" --frob=x touch "$home/ran"
	refuses "unknown option '-x'" -x
	refuses "unknown option '-x'" -umx touch "$home/ran"
	refuses "unknown option '-1'" -1
	refuses "unknown option '--=x'" --=x
	refuses "unknown option '---mount'" ---mount
	refuses "'-$(printf '\303\244')'" "-$(printf '\303\244')"
	refuses "'--\\x1b[31m'" "--$(printf '\033[31m')"
	refuses "unknown option '--Mount'" --Mount
	refuses "ambiguous option '--map-us' (could be '--map-user' or '--map-users')" --map-us true
}

# All that take none, or must have one, found in the help.
arguments_of_every_option() {
	xunshare --help | sed -n 's/^ \(-.,\|   \) \(--[a-z-]*\)\(.*\)/\1|\2|\3/p' >"$work/options"
	while IFS='|' read -r letter name rest <&3; do
		letter=${letter%,}
		case $rest in
		'[='*)
			[ "$letter" = '   ' ] || refuses "'$letter'" "$letter=$home/x"
			;;
		' '[A-Z]* | ' ['[A-Z]* | ' '[a-z]*'|'*)
			refuses "'$name' needs an argument" -u "$name"
			[ "$letter" = '   ' ] || refuses "'$letter' needs an argument" -u "$letter"
			;;
		*)
			# These print, whatever stands behind them.
			case $letter in -h | -V) letter='   ' ;; esac
			refuses "'$name' takes no argument" "$name=x" touch "$home/ran"
			[ "$letter" = '   ' ] || refuses "'$letter' takes no argument" "$letter=x"
			;;
		esac
	done 3<"$work/options"
	ok "all options were tried" test "$(wc -l <"$work/options")" -gt 40
}

# Every text that is no id, or too large for one.
bad_ids() {
	for id in '' ' ' -1 +1 ' 1' '1 ' 0x10 1.5 1e3 4294967295 4294967296 18446744073709551616 \
		99999999999999999999999 no-such-user '0 ' -0; do
		for option in --map-user --map-group --setuid --setgid -S -G; do
			refuses "'$id'" -U "$option" "$id" touch "$home/ran"
		done
		for spec in "$id:0" "0:$id" "$id:$id"; do
			refuses "'$spec'" "--owner=$spec"
		done
	done
	for spec in '' : 0 0: :0 0:0:0 0:0: root:root 1,1; do
		refuses "'$spec'" --owner "$spec"
	done
}

bad_ranges() {
	for spec in '' : :: 0 0:0 0:0: 0::1 :0:1 0:0:0 0:0:-1 -1:0:1 0:-1:1 0:0:+1 ' 0:0:1' '0:0:1 ' \
		0:0:1: 0:0:1:1 0,0 0,0,1,1 0:0,1 0,0:1 0x0:0:1 0:0:4294967296 4294967295:0:1 \
		0:4294967295:1 4294967294:0:2 0:4294967294:2 1:1:4294967295 4294967296:0:1 \
		0:18446744073709551616:1 1:18446744073709551615:2 0,0,0 1,2,-3 AUTO autox sub none; do
		refuses "'$spec'" --map-users "$spec"
		refuses "'$spec'" "--map-groups=$spec"
	done
	fails "0:0:10 and 5:100:10 overlap inside, at id 5" \
		--map-users 0:0:10 --map-users 5:100:10 touch "$home/ran"
	fails "0:0:10 and 100:9:1 overlap outside, at id 9" \
		--map-groups 0:0:10 --map-groups 100:9:1 touch "$home/ran"
}

bad_words() {
	for word in '' Allow allowed 'allow ' no; do
		refuses "'$word' is not allow or deny" -U --setgroups "$word"
	done
	for word in '' Private rprivate 'private,shared' none; do
		refuses "'$word' is not private, shared, slave or unchanged" -m --propagation "$word"
	done
	for word in '' JSON jsonx text; do
		refuses "'$word'" "--explain=$word"
		refuses "'$word'" "--check=$word"
	done
	for sig in '' 0 65 -9 +9 ' 9' 9x SIG sigsig KILLER RTMAX+1 RTMIN-1 RTMIN+99 4294967305; do
		refuses "'$sig' is not a signal" "--kill-child=$sig" touch "$home/ran"
	done
	for seconds in '' - + ++1 -+1 ' 1' 1.5 1s 0x1 9223372036854775808 -9223372036854775809; do
		refuses "'$seconds'" -T --monotonic "$seconds"
		refuses "'$seconds'" -T "--boottime=$seconds"
	done
	long=$(printf '%065d' 0)
	for name in '' "$long"; do
		refuses "'$name'" --hostname "$name"
	done
	for line in '' x :a:b :a:M::b:c:d :a:M::b:c:d:e:f; do
		refuses "'$line'" --load-interp "$line"
		refuses "'$line'" -l "$line"
	done
	for list in 'A=b' 'PATH,A=b'; do
		refuses "'$list'" --whitelist-env "$list"
	done
	for option in --mount --uts --ipc --net --pid --user --cgroup --time --mount-proc \
		--mount-binfmt; do
		refuses "''" "$option="
	done
	refuses "''" --root ''
	refuses "''" --wd=
	refuses "''" -R ''
}

contradictions() {
	refuses "'--setgroups=allow' and '--map-root-user'" -r --setgroups=allow touch "$home/ran"
	refuses "'--setgroups=allow' and '--map-group'" --setgroups=allow --map-group 0
	refuses "'--setgroups=allow' and '--map-current-user'" -c --setgroups allow
	refuses "'--setgroups' needs '--user'" --setgroups deny touch "$home/ran"
	refuses "'--monotonic' needs '--time'" --monotonic 1 touch "$home/ran"
	refuses "'--boottime' needs '--time'" --boottime=-1 touch "$home/ran"
	refuses "'--pivot' needs '--root'" --pivot touch "$home/ran"
	refuses "'--pivot' and '--propagation=shared'" --pivot -R / --propagation shared true
	refuses "'--explain' and '--check'" --check --explain
	refuses "'--pid=$work' needs '--fork'" --pid="$work" touch "$home/ran"
}

# The command line names things that the system lacks.
missing_objects() {
	fails "'$home/none'" -u -R "$home/none" touch "$home/ran"
	fails "'/etc/passwd'" -u --root /etc/passwd touch "$home/ran"
	fails "'$home/none'" -u -w "$home/none" touch "$home/ran"
	fails "'/etc/passwd'" -u --wd=/etc/passwd touch "$home/ran"
	for option in --mount --uts --ipc --net --user --cgroup --time; do
		fails "'$home/none'" "$option=$home/none" touch "$home/ran"
		fails "'$home'" "$option=$home" touch "$home/ran"
		fails "'/dev/null'" "$option=/dev/null" touch "$home/ran"
	done
	fails "'$home/none'" -f --pid="$home/none" touch "$home/ran"
	fails "'$home/none'" -m --mount-proc="$home/none" touch "$home/ran"
}

# The command line alone decides these, so they are the same for everybody: the first mode runs them.
tables=
all() {
	unknown_options
	contradictions
	missing_objects
	[ -z "$tables" ] || return 0
	tables=tried
	arguments_of_every_option
	bad_ids
	bad_ranges
	bad_words
}

for_each_mode all
done_testing
