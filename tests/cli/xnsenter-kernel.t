#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# xnsenter on kernels and under filters that lack what it would rather use; errno values as numbers.
# shellcheck disable=SC2046,SC2086 # options are lists of words
. "${0%/*}/lib.sh"
. "$XNS_SRCDIR/tests/cli/box.sh"
needs_programs filter inmate probe

# 38 is ENOSYS, 22 EINVAL, 25 ENOTTY, 1 EPERM, 13 EACCES.
linux_6_10=pidfd-ioctl=25
linux_5_7=$linux_6_10,setns-many=22
linux_5_2=$linux_5_7,pidfd_open=38,pidfd_getfd=38,openat2=38,open_by_handle_at=22
container=pidfd_open=1,pidfd_getfd=1,openat2=1,open_by_handle_at=1,pidfd-ioctl=25

enter_without() {
	rules=$1
	shift
	run filter "$rules" xnsenter -t "$box" $(user_words) "$@"
}

enters_on_older_kernels() {
	box -muinpCT --mount-proc
	readlink "/proc/$box/ns/"* | sort -u >"$work/theirs"
	for rules in $linux_6_10 $linux_5_7 $linux_5_2 $container; do
		enter_without $rules -a sh -c 'readlink /proc/self/ns/*; hostname'
		is "$rules: --all" "$(echo "$out" | grep : | sort -u)" "$(cat "$work/theirs")"
		is "$rules: and is inside" "$(echo "$out" | tail -n 1)$err" box
		enter_without $rules -m -p -r -w -e "-S" follow cat "$home/box/only/file"
		is "$rules: root, directory, environment and ids" "$out$err" text
		enter_without $rules "-m/proc/$box/ns/mnt" -p -u "-W$home/box/only" sh -c 'hostname; pwd'
		is "$rules: files and the target's together" "$out$err" "box
$home/box/only"
		run filter $rules xnsenter -t "$box" -u "-U/proc/$box/ns/user" \
			--preserve-credentials hostname
		[ "$mode" = root ] || is "$rules: a user namespace of its own choice" "$out$err" box
	done
	unbox
}

# The user namespace is another file's, the rest the target's: what root may enter only before, and
# the ordinary user only behind it.
mixes_owners() {
	box -uU
	for rules in setns-none $linux_5_7 $linux_5_2; do
		[ $rules != setns-none ] || rules=pidfd_getfd=38
		run filter $rules xnsenter -t "$box" -u "-U/proc/$box/ns/user" -n \
			--preserve-credentials readlink /proc/self/ns/uts /proc/self/ns/user
		if [ "$mode" = root ]; then
			is "$rules: the network namespace is root's, the others the box's" "$out$err" \
				"$(ns "$box" uts)
$(ns "$box" user)"
		else
			is "$rules: our own network namespace is not ours to enter" "$status" 1
			like "$rules: as is said" "$err" "cannot enter the network namespace of process $box: "
		fi
	done
	unbox
}

finds_ids_by_searching() {
	box -u
	id=$(inmate id "/proc/$box/ns/uts" 2>/dev/null)
	[ -n "$id" ] || { skip "finds ids by searching" "this kernel has no namespace ids"; unbox; return; }
	enter_without open_by_handle_at=1 "--uts=:$id" hostname
	is "an id is looked for where there are no handles" "$out$err" box
	enter "--net=:$id" true
	is "the id of another type" "$status" 1
	enter "--uts=:18446744073709551615" true
	is "no such id" "$(echo "$err" | head -n 1)" \
		"xnsenter: no UTS namespace with the id 18446744073709551615 was found"
	unbox
}

tells_of_old_kernels() {
	box -u
	enter_without $linux_5_2 -N 5 true
	like "--net-socket" "$err" \
		"^xnsenter: cannot take descriptor 5 of process $box: Function not implemented"
	run filter $linux_5_2 xnsenter -t "$box:1" -u true
	like "PID:INODE" "$err" \
		"^xnsenter: cannot tell the inode number of process $box: Function not implemented"
	run filter $linux_5_2 xnsenter -t 2147483647 -u true
	is "no such process" "$(head -n 1 "$errfile")" "xnsenter: there is no process 2147483647"
	start inmate zombie
	until_ok test -s "$outfile"
	zombie=$(cat "$outfile")
	parent=$bg
	run filter $linux_5_2 xnsenter -t "$zombie" -u echo ran
	is "a zombie is seen without a pidfd" "$out$(echo "$err" | head -n 1)" \
		"xnsenter: process $zombie has ended"
	kill "$parent" && wait "$parent" 2>/dev/null
	unbox
}

for fn in enters_on_older_kernels mixes_owners finds_ids_by_searching tells_of_old_kernels; do
	for_each_mode $fn
done
done_testing
