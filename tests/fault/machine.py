# SPDX-License-Identifier: GPL-2.0-or-later
"""The machine under the fault sweep: whether it can run it, and private namespaces for the bench."""
import os
import signal
import subprocess
import sys
import tempfile

CGROUP = "XNS_FAULT_CGROUP"  # and its own cgroup, if one can be made
DIRECTORY = "XNS_FAULT_DIRECTORY"  # set inside the private namespaces: the bench's own directory
BUILD = os.environ.get("XNS_BUILDDIR") or os.path.realpath(
    os.path.join(os.path.dirname(__file__), "../../build"))


def read(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def make_cgroup():
    """A cgroup of version 2 in the root of the tree, or None."""
    for line in read("/proc/self/mountinfo").splitlines():
        fields = line.split()
        if fields[fields.index("-") + 1] == "cgroup2" and fields[3] == "/":
            try:
                return tempfile.mkdtemp(prefix="xns-fault-", dir=fields[4])
            except OSError:
                return None
    return None


def cgroups(top):
    """Those below it, the deepest first."""
    return [path for path, *_ in os.walk(top, topdown=False) if path != top]


def skip(reason):
    print(f"1..0 # SKIP {reason}")
    sys.exit(0)


def is_inside():
    return DIRECTORY in os.environ


def check_machine():
    if os.geteuid() != 0:
        skip("not root")
    if os.path.exists(os.path.join(BUILD, "cmd/main.gcno")):
        skip("a build for coverage, which writes files of its own")
    inject = os.path.join(BUILD, "tests/fault/inject")
    if subprocess.run([inject], stderr=subprocess.DEVNULL).returncode == 77:
        skip("the injector is not written for this kind of processor")
    alone = ["unshare", "-m", "-u", "-i", "-n", "-p", "-f", "--mount-proc", "--kill-child"]
    report = tempfile.NamedTemporaryFile()
    if subprocess.run([*alone, inject, report.name, "0", os.path.join(BUILD, "xns"), "--version"],
                      stdout=subprocess.DEVNULL).returncode != 0:
        skip("no private namespaces, or no tracing in them")
    return alone


def run_inside(alone, script, words):
    """Runs the script once more, in private namespaces, where a directory of its own is covered."""
    # Not in $TMPDIR: the ordinary user must be able to enter it.
    directory = tempfile.mkdtemp(prefix="xns-fault.", dir="/tmp")
    environment = {**os.environ, DIRECTORY: directory}
    own = make_cgroup()
    if own:
        environment[CGROUP] = own
    inside = None
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        inside = subprocess.Popen([*alone, "--propagation", "private", sys.executable, script, *words],
                                  env=environment)
        return inside.wait()
    finally:
        if inside:
            inside.kill()
            inside.wait()
        os.rmdir(directory)
        for path in [*cgroups(own), own] if own else []:
            os.rmdir(path)
