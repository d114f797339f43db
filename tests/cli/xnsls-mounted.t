#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# xnsls --mounted: which mount namespaces have something mounted, by file system and not by path.
. "${0%/*}/lib.sh"
needs_applet xnsls
# shellcheck source=tests/cli/terminal.sh
. "${lib_self%/*}/terminal.sh"
needs_programs probe
in_private_ns "$@"

# Starts a process in a mount namespace of its own after a command there: $bg, $ns. $@: the command
elsewhere() {
	rm -f "$home/ready"
	# shellcheck disable=SC2016 # for the inner shell
	start xunshare "$own" sh -c '"$@" && echo >"$0" && exec sleep 1000' "$home/ready" "$@"
	until_ok test -s "$home/ready"
	until_ok executes "$bg" sleep
	ns=$(stat -Lc %i "/proc/$bg/ns/mnt")
}

ends() {
	kill "$bg"
	finish
}

# --mounted prints the namespace and the mount points.
shows() {
	run xnsls --mounted "$1" -n -r -o NS,MOUNTED
}

followed() {
	here=$(stat -Lc %i /proc/self/ns/mnt)
	mkdir "$work/dir" "$work/other"
	mount -t tmpfs none "$work/dir"
	elsewhere mount --bind "$work/dir" "$work/other"
	shows "$work/dir"
	is "each mount namespace, and where" "$status/$out" \
		"0/$(printf '%s\n' "$here $work/dir" "$ns $work/dir,$work/other" | sort -n)"
	umount "$work/dir"
	shows "$work/dir"
	is "once it is unmounted here: what lies on it elsewhere" "$status/$out" "0/$ns $work/dir"
	run xnsls --mounted "$work/dir" --verbose
	like "who keeps it mounted" "$err" "^xnsls: 1 other mount namespace has '$work/dir' mounted"
	like "the remedy names who has to end" "$err" "^xnsls: hint: end process $bg \('sleep 1000'\): "
	unlike "it unmounts nothing in there" "$err" umount
	in_terminal end xnsls --mounted "$work/dir"
	like "on a terminal it is said too" "$text" "^xnsls: hint: end process $bg \('sleep 1000'\): "
	run xnsls --mounted "$work/dir" -J -o NS,MOUNTED
	is "JSON has an array" "$(squeeze "$out")" \
		"{ \"version\": 1, \"namespaces\": [ { \"ns\": $ns, \"mounted\": [ \"$work/dir\" ] } ] }"
	run xnsls --mounted "$work/dir" -n -r -o PID -Q "MOUNTED == '$work/dir'"
	is "a filter finds it" "$out" "$bg"
	run xnsls --mounted "$work/dir" -n -r -o PID -p $$
	is "-p: only those of this process" "$status/$out" 0/
	ends
	run xnsls --mounted "$work/dir" --verbose
	like "nowhere" "$err" "^xnsls: no mount namespace that could be read has '$work/dir' mounted"
	rmdir "$work/dir" "$work/other"
}

# A process that has changed its root shows less in /proc.
chrooted() {
	mkdir "$work/dir" "$work/jail"
	mount -t tmpfs none "$work/dir"
	mount --rbind / "$work/jail"
	mount --make-rprivate "$work/jail"
	umount "$work/jail$work/dir" 2>/dev/null
	# shellcheck disable=SC2016 # for the inner shell
	elsewhere sh -c 'exec 3>"$0.pid"; chroot "$1" sleep 1000 3>&- & echo $! >&3' "$home/ready" "$work/jail"
	jailed=$(cat "$home/ready.pid")
	kill "$bg"
	finish
	until_ok executes "$jailed" sleep
	shows "$work/dir"
	like "of a chrooted process" "$out" "^$ns .*$work/dir(,|\$)"
	kill "$jailed"
	umount -l "$work/jail"
	umount "$work/dir"
	rmdir "$work/dir" "$work/jail"
}

# A mount namespace without a process; a device; a file.
held() {
	mkdir "$work/dir"
	mount -t tmpfs none "$work/dir"
	elsewhere true
	exec 3<"/proc/$bg/ns/mnt"
	ends
	umount "$work/dir"
	shows "$work/dir"
	is "one that only a descriptor keeps" "$status/$out" "0/$ns $work/dir"
	run xnsls --mounted "$work/dir" -n -r -o NS,HELDBY
	like "and what keeps it" "$out" "^$ns fd\\\\x20$$/3"
	exec 3<&-
	rmdir "$work/dir"
	: >"$work/file"
	: >"$work/uts"
	mount --bind "/proc/$$/ns/uts" "$work/uts"
	mount --bind "$work/uts" "$work/file"
	shows "$work/file"
	is "a namespace that is mounted" "$out" "$(stat -Lc %i /proc/self/ns/mnt) $work/uts,$work/file"
	umount "$work/file"
	umount "$work/uts"
	(cd "$work" && mkdir dir && mount -t tmpfs none dir && ln -s dir link &&
		xnsls --mounted link -n -r -o MOUNTED && umount dir && rmdir dir && rm link) >"$work/shown"
	is "a relative path, a link" "$(cat "$work/shown")" "$work/dir"
}

# A file system without a device has a number too, and the kernel makes a node of any number.
devices() {
	mkdir "$work/dir" "$work/part"
	mount -t tmpfs none "$work/dir"
	mkdir "$work/dir/sub"
	mount --bind "$work/dir/sub" "$work/part"
	number=$(awk -v point="$work/dir" '$5 == point { print $3 }' /proc/self/mountinfo)
	mknod "$work/device" b "${number%:*}" "${number#*:}"
	shows "$work/device"
	is "a device: each part of it" "$status/$out" "0/$(stat -Lc %i /proc/self/ns/mnt) $work/dir,$work/part"
	umount "$work/part" "$work/dir"
	rmdir "$work/part" "$work/dir"
}

unprivileged() {
	run xunshare -m sh -c 'mkdir "$0" && mount -t tmpfs none "$0" && xnsls --mounted "$0" -n -r -o MOUNTED' \
		"$home/own"
	is "our own mount namespace is read" "$status/$out" "0/$home/own"
	rmdir "$home/own"
}

refused() {
	for option in '-t net' --groups --processes --dot; do
		# shellcheck disable=SC2086 # an option with its argument
		run xnsls --mounted / $option
		like "--mounted with $option" "$status/$err" "^1/.*exclude each other"
	done
	run xnsls --mounted / 4026531832
	like "with an operand" "$status/$err" "^1/.*option '--mounted' and an operand NAMESPACE exclude each other"
	run xnsls -o MOUNTED
	like "the column alone" "$status/$err" "^1/xnsls: the column MOUNTED exists only with --mounted"
	run xnsls -Q 'MOUNTED == "/"'
	like "in a filter alone" "$status/$err" "^1/xnsls: the column MOUNTED exists only with --mounted"
	run xnsls --mounted "$work/missing"
	like "a missing path" "$status/$err" "^1/xnsls: cannot examine '$work/missing': No such file or directory"
	run xnsls --mounted ''
	like "an empty path" "$status/$err" "^1/"
}

if is_real_root; then
	own=-m
	mode=root
	followed
	chrooted
	held
	devices
	mode=
fi
XNS_MODES=userns
for_each_mode unprivileged
refused
done_testing
