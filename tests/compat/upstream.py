#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs the tests that util-linux has of unshare, nsenter and lsns, and iproute2 of netns, with our programs.

usage: upstream.py [-v] [TEXT]     TEXT: only the scripts whose path contains it; -v: show what they print

They come from Debian's source packages, and are run twice, each time in namespaces of their own: with the newest
reference, and with ours under the old names. TAP on standard output, one result for each result of theirs. What the
reference does not pass in these surroundings is a skip; all else ours has to pass.
"""
import glob
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import namedtuple

from compat import Tap, skip_all
from lists import here, number_of
from references import archive_directory, build, fetch, find_references, launched, listed_releases
from surroundings import (CLONE_NEWIPC, CLONE_NEWNET, CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWUTS, MS_NODEV, MS_NOEXEC,
                          MS_NOSUID, MS_PRIVATE, MS_REC, call, end_with_parent, in_child, mount, read,
                          set_loopback_up, write)

HANG_LIMIT = 120  # seconds for a script; only one that hangs needs them
TOOLS = ("unshare", "nsenter", "lsns")
SYSTEM_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"

# The results of util-linux's configure for its helper programs with the GNU C library.
CONFIG = "".join(f"#define {name} 1\n" for name in (
    "_GNU_SOURCE", "HAVE_ERR_H", "HAVE_LINUX_NET_NAMESPACE_H", "HAVE_LINUX_NSFS_H", "HAVE_NANOSLEEP",
    "HAVE_PROGRAM_INVOCATION_SHORT_NAME", "HAVE_REALLOCARRAY", "HAVE_SETNS", "HAVE_SIGSET_T", "HAVE_SYS_SYSCALL_H",
    "HAVE_SYS_SYSMACROS_H", "HAVE_UNSHARE"))
HELPERS = {
    "test_mkfds": ["tests/helpers/test_mkfds.c", "tests/helpers/test_mkfds_ppoll.c"],
    "test_sigreceive": ["tests/helpers/test_sigreceive.c", "lib/strutils.c"],
    "test_sysinfo": ["tests/helpers/test_sysinfo.c"]}

# Scripts sleep until the helper takes signals, which it says with its handler of SIGHUP, its last. This sleeps
# exactly so long, on a busy machine too.
SLEEP = r"""#!/bin/sh
for turn in $(seq 3000); do
	awk '/^Name:/ { name = $2 } /^SigCgt:/ && name == "test_sigreceive" && /[13579bdf]$/ { found = 1 }
		END { exit !found }' /proc/[0-9]*/status 2>/dev/null && exit
	/bin/sleep 0.01
done
"""

# verdict: OK, FAILED, KNOWN FAILED, SKIPPED or MISSING; said: a reason; log: the lines above the verdict.
Result = namedtuple("Result", "verdict said log")
MISSING = Result("MISSING", "", [])


# --- the programs on both sides -------------------------------------------------------------------

def build_helpers(tree, directory):
    """What of HELPERS can be built, in directory; each message of the compiler is a note."""
    write(f"{directory}/config.h", CONFIG)
    for name, sources in HELPERS.items():
        result = subprocess.run(
            [*shlex.split(os.environ.get("CC", "cc")), "-w", "-include", "config.h", f"-I{directory}", f"-I{tree}/include",
             f"-I{tree}/libmount/src", "-o", f"{directory}/{name}", *[f"{tree}/{one}" for one in sources], "-lrt"],
            cwd=directory, capture_output=True, text=True, check=False)
        Tap.notes(f"{name}: {line}" for line in result.stderr.splitlines()[:5])


def newest_reference(program):
    """The Reference of the newest listed release, or a skip of all."""
    references, absent = find_references(program)
    newest = listed_releases(program)[-1].version
    for one in references:
        if number_of(one.version) >= number_of(newest):
            return one
    return skip_all(f"no {program} {newest}: {'; '.join(absent)}")


def fetch_lsfd():
    """The files of the newest lsfd(1), which two of the tests ask; none if the archive has not got it."""
    suite = listed_releases("lsns")[-1].suite
    place = f"{archive_directory()}/lsfd"
    reasons = fetch({f"{place}/{suite}": [f"{here}/fetch.sh", suite, place, "util-linux util-linux-extra", "lsfd"]})
    Tap.notes(f"lsfd: {reason}" for reason in reasons.values())
    return {} if reasons else launched(f"{place}/{suite}", "lsfd", f"{build}/tests/compat/launch")


def fetch_source(tap, package, program):
    """The directory of the newest source package that the archive has, or None; a skip for each newer one."""
    for suite, version in reversed(listed_releases(program)):
        target = f"{archive_directory()}/source/{package}-{suite}"
        reasons = fetch({target: [f"{here}/fetch-source.sh", suite, target, package]})
        if not reasons:
            return target
        tap.skip(f"{package} {version} of {suite}", reasons[target])
    return None


class Side:
    """A directory with all that the tests call, first on their PATH."""

    def __init__(self, top, name, files):
        self.name, self.directory = name, f"{top}/{name}"
        for file, path in files.items():
            link = f"{self.directory}/{file}"
            os.makedirs(os.path.dirname(link), exist_ok=True)
            os.symlink(path, link)
        self.environment = {"PATH": f"{self.directory}:{SYSTEM_PATH}", "HOME": self.directory, "LC_ALL": "C",
                            "XNS_IP": f"{top}/reference/ip"}

    def run(self, command, directory, extra=None):
        """Runs the command in namespaces that end with it: (status, what it printed)."""
        with tempfile.TemporaryFile("w+", errors="replace") as output:
            def first():
                end_with_parent()
                mount("none", "/", None, MS_REC | MS_PRIVATE)
                mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)
                mount("tmpfs", "/run", "tmpfs", 0, "mode=755")
                set_loopback_up()
                return subprocess.run(command, cwd=directory, env={**self.environment, **(extra or {})}, check=False,
                                      stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                      timeout=HANG_LIMIT).returncode

            def outer():
                end_with_parent()
                call("unshare", CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC)
                return os.waitstatus_to_exitcode(os.waitpid(in_child(first), 0)[1])

            status = os.waitstatus_to_exitcode(os.waitpid(in_child(outer), 0)[1])
            output.seek(0)
            return status, output.read()


def make_sides(top, tree, references, applets):
    common = {**fetch_lsfd(), "sleep": f"{top}/sleep", "config.h": f"{top}/config.h",
              **{name: shutil.which(name) for name in ("mount", "umount") if shutil.which(name)}}
    write(f"{top}/sleep", SLEEP)
    os.chmod(f"{top}/sleep", 0o755)
    if tree:
        build_helpers(tree, top)
        common.update({name: f"{top}/{name}" for name in HELPERS if os.path.exists(f"{top}/{name}")})
    theirs = dict(common)
    for one in references:
        theirs.update(one.files)
    ours = {**common, "xns": f"{build}/xns", **{tool: f"{build}/xns" for tool in TOOLS},
            "ip": f"{here}/ip-ours.sh" if "xnetns" in applets else f"{top}/reference/ip"}
    return Side(top, "reference", theirs), Side(top, "ours", ours)


# --- util-linux -----------------------------------------------------------------------------------

VERDICT = re.compile(r"^\s*(\S+: .*?)\s*\.\.\. (OK|SKIPPED|KNOWN FAILED|FAILED)(?: \((.*)\))?$")


def results_of_util_linux(side, tree, script):
    """Name to Result, of the script and of its parts."""
    options = f"--srcdir={tree} --builddir={side.directory} --parsable --show-diff --nolocks"
    _, text = side.run(["bash", f"{tree}/tests/{script}", options], f"{tree}/tests")
    results, log = {}, []
    for line in text.splitlines():
        match = VERDICT.match(line)
        if match:
            results[f"{script}: {match[1].split(': ', 1)[1]}"] = Result(match[2], match[3] or "", log)
            log = []
        else:
            log.append(line)
    return results or {script: Result("FAILED", "it printed no result", log)}


def scripts_of_util_linux(tree):
    """Those of our three tools, and all others that call them."""
    found = glob.glob(f"{tree}/tests/ts/*/*")
    calls = re.compile(rf"TS_CMD_({'|'.join(TOOLS).upper()})\b")
    return sorted(os.path.relpath(path, f"{tree}/tests") for path in found
                  if os.path.isfile(path) and os.access(path, os.X_OK) and calls.search(read(path)))


# --- iproute2 -------------------------------------------------------------------------------------

def results_of_iproute2(side, tree, script):
    """What iproute2's own Makefile does: a file of errors is a failure, the status 127 a skip."""
    with tempfile.TemporaryDirectory(dir=side.directory) as place:
        status, text = side.run(["sh", script], f"{tree}/testsuite", {
            "IP": f"{side.directory}/ip", "STD_ERR": f"{place}/err", "STD_OUT": f"{place}/out",
            "ERRF": f"{place}/failed", "DEV": "lo", "TMPDIR": place})
        failed = os.path.exists(f"{place}/failed") or "succeeded" not in text or status not in (0, 127)
        log = text.splitlines() + (read(f"{place}/failed").splitlines() if os.path.exists(f"{place}/failed") else [])
    return {script: Result("SKIPPED" if status == 127 else "FAILED" if failed else "OK", "", log)}


def scripts_of_iproute2(tree):
    found = glob.glob(f"{tree}/testsuite/tests/**/*.t", recursive=True)
    return sorted(os.path.relpath(path, f"{tree}/testsuite") for path in found if "netns" in read(path))


# --- the whole ------------------------------------------------------------------------------------

def judge(tap, name, theirs, ours, verbose):
    if theirs.verdict not in ("OK", "MISSING") and ours.verdict != "OK":
        tap.skip(name, f"{theirs.verdict} with the reference: "
                       f"{theirs.said or (theirs.log or ['it cannot be run here'])[-1]}")
    else:
        tap.result(ours.verdict == "OK", name)
        if ours.verdict != "OK":
            tap.notes([f"{ours.verdict} {ours.said}", *ours.log])
    if verbose:
        for side, result in (("reference", theirs), ("ours", ours)):
            tap.notes(f"{side}: {line}" for line in [*result.log, f"{result.verdict} {result.said}"])


def missing_applet(tree, script, applets):
    """The applet that the script calls and a static build may lack; None if it is there."""
    applet = "xnsls" if script.startswith("ts/") and "TS_CMD_LSNS" in read(f"{tree}/tests/{script}") else \
        "xnetns" if script.startswith("tests/") else None
    return applet if applet and applet not in applets else None


def run_script(tap, sides, name, tree, script, verbose):
    results_of = results_of_util_linux if name == "util-linux" else results_of_iproute2
    theirs, ours = (results_of(side, tree, script) for side in sides)
    for case in {**theirs, **ours}:
        judge(tap, f"{name} {case}", theirs.get(case, MISSING), ours.get(case, MISSING), verbose)


def main(*words):
    verbose, text = "-v" in words, " ".join(word for word in words if word != "-v")
    if os.geteuid() != 0 or "4294967295" not in read("/proc/self/uid_map"):
        skip_all("needs the machine's root")
    for tool in ("bash", "cc"):
        if not shutil.which(tool):
            skip_all(f"no {tool}")
    for sig in (signal.SIGHUP, signal.SIGTERM):
        signal.signal(sig, lambda number, _: sys.exit(128 + number))
    applets = subprocess.run([f"{build}/xns", "--list"], capture_output=True, text=True, check=True).stdout.split()
    references = [newest_reference(program) for program in (*TOOLS, "ip")]
    tap = Tap()
    util_linux = fetch_source(tap, "util-linux", "unshare")
    iproute2 = fetch_source(tap, "iproute2", "ip")
    scripts = [("util-linux", util_linux, one) for one in util_linux and scripts_of_util_linux(util_linux) or []]
    scripts += [("iproute2", iproute2, one) for one in iproute2 and scripts_of_iproute2(iproute2) or []]
    with tempfile.TemporaryDirectory(prefix="xns-upstream.") as top:
        sides = make_sides(top, util_linux, references, applets)
        for name, tree, script in [one for one in scripts if text in one[2]]:
            lacking = missing_applet(tree, script, applets)
            if lacking:
                tap.skip(f"{name} {script}", f"this build has no {lacking}")
            else:
                run_script(tap, sides, name, tree, script, verbose)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
