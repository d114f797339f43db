#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# xnsls: what the kernel alone knows, and tells only root in the initial pid namespace; so this
# script stays there. It leaves the system as it is.
. "${0%/*}/lib.sh"
needs_applet xnsls
is_real_root || skip_all "not root"

# NS_MNT_GET_NEXT (0x8010b70b): the mount namespace after our own, or ENOENT where that is the last.
can_ask_the_kernel() {
	python3 -c '
import errno, fcntl, os, sys
try:
    fcntl.ioctl(os.open("/proc/self/ns/mnt", os.O_RDONLY), 0x8010b70b, bytearray(16))
except OSError as e:
    sys.exit(e.errno != errno.ENOENT)'
}

# A descriptor on its way through a socket belongs to no process (Linux 6.12 tells all the same).
in_flight() {
	if ! command -v python3 >/dev/null; then
		skip "in flight" "no python3"
		return
	fi
	python3 -c '
import array, os, socket, sys, ctypes, time
libc = ctypes.CDLL(None, use_errno=True)
home = os.open("/proc/self/ns/mnt", os.O_RDONLY)
if libc.unshare(0x20000): sys.exit(1)
fd = os.open("/proc/self/ns/mnt", os.O_RDONLY)
ino = os.fstat(fd).st_ino
libc.setns(home, 0x20000)
a, b = socket.socketpair()
a.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [fd]))])
os.close(fd)
print(ino, flush=True)
time.sleep(1000)' >said &
	pid=$!
	until_ok test -s said
	ino=$(cat said)
	run xnsls -n -r -o TYPE,NPROCS -Q "NS == $ino"
	if [ "$out" ] || can_ask_the_kernel; then
		is "in flight: found through the kernel's list of mount namespaces" "$out" "mnt 0"
	else
		skip "in flight" "needs Linux 6.12 and the initial pid namespace"
	fi
	run xnsls -n -r -o TYPE --no-fds -Q "NS == $ino"
	is "in flight: not with --no-fds" "$out" ""
	kill -KILL $pid
	wait $pid 2>/dev/null
}
in_flight
done_testing
