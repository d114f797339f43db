#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The scenarios of the fault sweep under valgrind: memory, leaks, and descriptors left open.

usage: memory.py [-v] [TEXT...]

-v         prints what valgrind says of every process
TEXT       only the scenarios whose names contain it

Valgrind sees every process of ours up to its end, the children that we fork too; the programs that
they execute it does not follow. TAP on standard output.
"""
import os
import re
import shutil
import subprocess
import sys

from machine import BUILD, check_machine, is_inside, read, run_inside, skip
from workbench import USER, Bench, lacking, select

VALGRIND = shutil.which("valgrind")
# --vgdb=no: its pipes are named by the PID, and one that another user has left in /tmp ends valgrind.
OPTIONS = ("--vgdb=no", "--leak-check=full", "--show-leak-kinds=definite,indirect,possible",
           "--errors-for-leak-kinds=definite,indirect,possible", "--track-fds=yes")
SUPPRESSIONS = os.path.join(os.path.dirname(os.path.realpath(__file__)), "memory.supp")


# A process that came to its end has a summary. One that a program replaced has none, but what was
# wrong before that is told, too, and where.
ERROR = re.compile(r"^==\d+== (?!Open )(.*\n==\d+==    at 0x.*)", re.M)
SUMMARY = re.compile(r"^==(\d+)== (ERROR SUMMARY: \d+ errors from (\d+) contexts.*)", re.M)
OPEN = re.compile(r"^==(\d+)== (Open .*\n(?:==\d+==    .*\n)*)", re.M)

# Since 3.24 valgrind reports the use of a descriptor that it did not see opened, but it does not know
# the calls of ioctl(2) that open one: NS_GET_PARENT, PIDFD_GET_NET_NAMESPACE, TIOCGPTPEER and others.
UNSEEN = re.compile(r"^==\d+== File descriptor \d+\b.* "
                    r"(?:was never created|is already closed|was closed already)\n"
                    r"(?:==\d+==  .*\n)+", re.M)

# Open at the end on purpose: the log, and the directory in /proc of a process that was entered, as who
# waits for the program ends as that did, without returning (apply_exit_like()). A terminal of --pty is on 0 to 2.
HELD = ("<inherited from parent>", "xnsenter_facts_read")
STANDARD = re.compile(r"Open file descriptor [012]:")


def watched(bench, scenario):
    """Runs one scenario; its outcome, with what valgrind said as the report."""
    # One for each: a process of the scenario before may end, and write its summary, only now.
    log = os.path.join(bench.work, "home", "log." + re.sub(r"\W+", "-", scenario.name))
    under = [VALGRIND, f"--log-file={log}", f"--suppressions={bench.path('supp')}", *OPTIONS]
    if scenario.user:
        under = [shutil.which("setpriv"), f"--reuid={USER}", f"--regid={USER}",
                 "--clear-groups", *under]
    bench.restore()
    for line in scenario.before:
        bench.plain(line, scenario.user)
    outcome = bench.start(bench.expand(scenario.line, under), "--pty" in scenario.line)
    bench.strangers()
    # A call that this valgrind does not know returns ENOSYS, and for each there is another way.
    outcome.report = re.sub(r"^--\d+-- .*\n", "", read(log), flags=re.M)
    os.unlink(log)
    return outcome


# The messages if a call seems to be missing that valgrind does not know, or does otherwise than the kernel.
LACKS = (("needs Linux 5.3 (pidfd_open(2))", "pidfd_open(2)"),
         ("the mount options need Linux 5.2", "open_tree(2)"),
         ("this kernel lacks open_tree(2)", "open_tree(2)"),
         ("cannot set the resource limit 7: Operation not permitted", "RLIMIT_NOFILE but its own"),
         ("cannot start the uplink: Function not implemented", "pidfd_open(2)"),
         ("the anchor of your networks ended before it was ready", "way to execute our own file"),
         ("cannot protect the binary of xns: No such file", "way to execute a descriptor"))


def verdict(scenario, outcome):
    # This valgrind cannot execute a descriptor, which is what root's xnsenter does.
    if outcome.status == 127 and scenario.line[0] == "xnsenter" and not scenario.user:
        pass
    elif outcome.status != 0:
        yield f"exit status {outcome.status}: {outcome.err.strip()[:200]}"
    elif not scenario.lists and "witness" in " ".join(scenario.line) and "witness " not in outcome.out:
        yield "the program did not run"
    report, unseen = UNSEEN.subn("", outcome.report)
    for match in ERROR.finditer(report):
        yield match.group(1)
    still_open = OPEN.findall(report)
    for _, text in still_open:
        if not STANDARD.match(text) and not any(word in text for word in HELD):
            yield text
    # Since 3.24 open descriptors count as errors; a child counts those of its parent as well.
    for pid, text, contexts in SUMMARY.findall(report):
        if int(contexts) > unseen + sum(one == pid for one, _ in still_open):
            yield text


def run_all(texts, verbose):
    bench = Bench(hanging=300.0)
    suppressions = read(SUPPRESSIONS)
    bench.prepare()
    # The ordinary user's valgrind reads them, too, and the source tree may be closed to that user.
    bench.write("supp", suppressions)
    chosen = select(texts)
    print(f"1..{len(chosen)}")
    bad = 0
    for number, scenario in enumerate(chosen, 1):
        lack = lacking(scenario)
        if lack:
            print(f"ok {number} - {scenario.name} # SKIP this build has no {lack}")
            continue
        outcome = watched(bench, scenario)
        unknown = [what for text, what in LACKS if text in outcome.err]
        if unknown:
            print(f"ok {number} - {scenario.name} # SKIP this valgrind knows no {unknown[0]}")
            continue
        wrong = list(verdict(scenario, outcome))
        if verbose:
            print(re.sub("^", "# ", outcome.report, flags=re.M))
        for one in wrong:
            print("# " + one.strip().replace("\n", "\n#     "))
        ends = outcome.report.count("ERROR SUMMARY")
        print(f"{'not ok' if wrong else 'ok'} {number} - {scenario.name}: {ends} seen to the end")
        sys.stdout.flush()
        bad += bool(wrong)
    bench.restore()
    return 1 if bad and not os.environ.get("XNS_HARNESS") else 0


def main():
    words = sys.argv[1:]
    if not VALGRIND:
        skip("no valgrind")
    if subprocess.run(["ldd", os.path.join(BUILD, "xns")], capture_output=True).returncode:
        skip("a static program, whose allocator valgrind does not know")
    if not is_inside():
        return run_inside(check_machine(), __file__, words)
    return run_all([word for word in words if word != "-v"], "-v" in words)


if __name__ == "__main__":
    sys.exit(main())
