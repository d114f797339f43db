#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The system calls of xunshare as strace sees them: their order, and what they must not do.
# shellcheck disable=SC2086 # options are lists of words
. "${0%/*}/lib.sh"
needs_programs probe
in_private_ns "$@"

if ! command -v strace >/dev/null || ! strace -o "$work/trace" true 2>/dev/null; then
	skip_all "no strace"
fi

# The calls that xunshare makes, without PIDs, in $work/calls.
trace() {
	calls=$1
	shift
	rm -f "$home/trace"
	run strace -f -qqq -e signal=none -e trace="$calls" -o "$home/trace" "$@"
	is "succeeds: $(squeeze "$*")" "$status/$err" 0/
	sed 's/^[0-9]* *//' "$home/trace" >"$work/calls"
}

# Below Linux 5.6 the rest is looked at.
clock='' clock_step=''
if has_time; then clock="-T --monotonic 1" clock_step="clock "; fi

# The order of unshare(1), which users see when a step fails. Before the program is executed, the parent
# that waits has done three of these, too.
order() {
	trace unshare,write,clone,fork,vfork,mount,chroot,chdir,setresuid,prctl,execve \
		xunshare -r $clock -p --kill-child=TERM --propagation slave -R / -w /tmp \
		--mount-proc -S 0 --keep-caps true
	is "in order" "$(awk '
		/^unshare/ { print "unshare" }
		/^write\([0-9]*, "deny/ { print "setgroups" }
		/^write\([0-9]*, "0 / { print "map" }
		/^write\([0-9]*, "mono/ { print "clock" }
		/^(clone|v?fork)/ { print "fork" }
		/^mount.*MS_SLAVE/ { print "propagation" }
		/^chroot/ { print "chroot" }
		/^chdir..\/tmp/ { print "chdir" }
		/^mount.*"proc"/ { print "proc" }
		/^setresuid/ { print "setuid" }
		/AMBIENT_RAISE/ { print "ambient" }
		/SET_PDEATHSIG/ { print "death-signal" }
		/^execve.*"true"\]/ && NR > 1 { print "exec"; exit }' "$work/calls" | uniq | tr '\n' ' ')" \
		"unshare setgroups map ${clock_step}fork propagation chroot chdir proc setuid ambient death-signal \
chroot setuid ambient exec "
}

# The call that makes a descriptor also marks it: later may be too late.
close_on_exec() {
	pin=$home/pin
	[ -e "$pin" ] || touch "$pin"
	making=open,openat,openat2,socket,socketpair,pipe,pipe2,signalfd,signalfd4,dup,dup2,dup3
	making=$making,memfd_create,open_tree,pidfd_open,recvmsg,eventfd,eventfd2,fcntl
	for way in "-u" "--init --forward-signals --kill-child" "-r --keep-caps -f" \
		"--uts=$pin --net --up --hostname h -f" "-m --mount-proc -pf" \
		"-r $clock --init --mount-proc"; do
		# Pins and namespaces other than user take privileges; who has none gets them first.
		[ "$mode" = root ] || way="-rm xunshare $way"
		trace $making xunshare $way true
		# libcap-ng reads cap_last_cap when it is loaded, and closes it at once.
		is "close on exec" "$(grep -v -e CLOEXEC -e ' = -1 ' -e F_GETF \
			-e F_ADD_SEALS -e cap_last_cap -e msg_controllen=0 -e resumed \
			-e '^recvmsg([0-9]*,* *<unfinished' "$work/calls")" ""
	done
}

# Our descriptors must not be taken for the caller's input, output or errors.
standard_descriptors() {
	way="-r --init --forward-signals --kill-child"
	trace openat,socketpair,pipe2,signalfd4,execve probe with close=0,1,2 xunshare $way true
	is "closed descriptors 0 to 2 are filled first, and not with anything of ours" "$(awk '
		/^execve.*\["xunshare"/ { ours = 1; next }
		/^execve.*\["true"\]/ { exit }
		ours && !/\.so|cap_last_cap/ && (/^(openat|signalfd4).* = [012]$/ || /\[[012], [0-9]+\]|\[[0-9]+, [012]\]/)' \
		"$work/calls" | sed 's/(.*"\(.*\)".* = /(\1) = /')" \
		"openat(/dev/null) = 0
openat(/dev/null) = 1
openat(/dev/null) = 2"
}

# A file that is loaded or looked up afterwards could be another's by then.
looked_up_before() {
	trace unshare,open,openat,execve xunshare -r -m -R / --keep-caps --map-user root -S root true
	is "no library, name or locale is looked up behind unshare" "$(awk '
		/^unshare/ { behind = 1; print "unshare" }
		behind && /^execve.*"true"/ { behind = 0; print "exec" }
		behind && /\.so|nsswitch|passwd|\/group|locale/ { print }' "$work/calls")" "unshare
exec"
}

for_each_mode order
for_each_mode close_on_exec
for_each_mode standard_descriptors
for_each_mode looked_up_before
done_testing
