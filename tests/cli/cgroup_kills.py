# SPDX-License-Identifier: GPL-2.0-or-later
"""cgroup_kills.py ROUNDS PARENT COMMAND...: kills processes of COMMAND with SIGKILL at random moments.

Each round starts COMMAND, whose cgroup is below PARENT, and kills one of its processes, or all of them, and then ends what is left.
Prints the seed, so that a run can be repeated: SEED=N.
"""
import glob
import os
import random
import signal
import subprocess
import sys
import time


def family(pid):
    """The process and all below it, which may end meanwhile."""
    found = [pid]
    for parent in found:
        try:
            with open(f"/proc/{parent}/task/{parent}/children", encoding="ascii") as children:
                found += [int(child) for child in children.read().split()]
        except OSError:
            pass
    return found


def kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def confined(parent):
    """The programs, and our processes that will become them."""
    found = []
    for path in glob.glob(f"{parent}/xns-*/limit/program/cgroup.procs"):
        try:
            with open(path, encoding="ascii") as members:
                found += [int(pid) for pid in members.read().split()]
        except OSError:
            pass
    return found


def at_work(parent):
    """Whether a process of ours is there, which has the cgroup in its command line: a program may yet start."""
    for path in glob.glob("/proc/[0-9]*/cmdline"):
        try:
            with open(path, "rb") as line:
                words = line.read().split(b"\0")
        except OSError:
            continue
        if parent.encode() in words and words[0].endswith(b"/xunshare"):
            return True
    return False


def one_round(parent, command):
    child = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    time.sleep(random.random() * 0.05)
    members = family(child.pid)
    if random.random() < 0.3:
        for pid in members:
            kill(pid)
    else:
        kill(random.choice(members))
    while True:
        # The program may have lost its parent, and may only start after our look.
        for pid in confined(parent):
            kill(pid)
        try:
            child.wait(0.05)
            break
        except subprocess.TimeoutExpired:
            pass
    while confined(parent) or at_work(parent):
        for pid in confined(parent):
            kill(pid)
        time.sleep(0.005)


def main():
    seed = int(os.environ.get("SEED", random.randrange(1 << 30)))
    random.seed(seed)
    print("seed", seed)
    for _ in range(int(sys.argv[1])):
        one_round(sys.argv[2], sys.argv[3:])


main()
