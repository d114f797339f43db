# SPDX-License-Identifier: GPL-2.0-or-later
"""leak.py TYPE NUMBER READY: keeps that many uts or net namespaces alive by descriptors, writes the file READY,
and sleeps."""
import ctypes, os, resource, sys, time

kind, n, ready = sys.argv[1], int(sys.argv[2]), sys.argv[3]
flag = {"uts": 0x04000000, "net": 0x40000000}[kind]
most = max(resource.getrlimit(resource.RLIMIT_NOFILE)[1], n + 50)
resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
libc = ctypes.CDLL(None, use_errno=True)
kept, home = [], os.open(f"/proc/self/ns/{kind}", os.O_RDONLY)
for i in range(n):
    if libc.unshare(flag):
        sys.exit("unshare: %s" % os.strerror(ctypes.get_errno()))
    kept.append(os.open(f"/proc/self/ns/{kind}", os.O_RDONLY))
    libc.setns(home, 0)
open(ready, "w").write("ready")
time.sleep(1000)
