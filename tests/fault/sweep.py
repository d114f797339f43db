#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Fails each system call of each scenario in turn, and checks what must hold whatever fails.

usage: sweep.py [--all | --sample N] [-v] [TEXT...]

--all      every fault at every call; else a fixed sample of N cases, spread over all scenarios
-v         tells of every case
TEXT       only the scenarios whose names contain it

TAP on standard output, one result per scenario; the last line tells how many cases held. Runs in
mount, pid and other namespaces of its own. See tests/README.md.
"""
import os
import random
import re
import subprocess
import sys

from verdict import ERRORS, Course, Verdict
from machine import check_machine, is_inside, read, run_inside
from workbench import SLOW, USER, Bench, lacking, select

FAULTS = ERRORS + ("kill", "short")

# Calls that cannot fail, or not with arguments that are right: they are only killed at.
UNFAILING = ("exit exit_group rt_sigreturn restart_syscall brk getpid getppid getuid geteuid getgid "
             "getegid gettid umask sched_yield set_robust_list rseq futex sigaltstack "
             "set_tid_address arch_prctl rt_sigprocmask rt_sigaction clock_gettime munmap madvise").split()
STEPS = os.path.join(os.path.dirname(os.path.realpath(__file__)), "../../common/plan/steps.def")
WITH_LENGTH = ("read", "write", "pread64", "getdents64", "readlinkat", "recvfrom", "sendto")


class Sweep:
    """The cases of one scenario: tried, and counted."""

    def __init__(self, course, verbose):
        self.course, self.verdict, self.verbose = course, Verdict(course), verbose
        self.tried = self.missed = 0
        self.faults = []

    def cases(self):
        for site in self.course.sites:
            for fault in FAULTS:
                if fault == "short" and site[2] not in WITH_LENGTH:
                    continue
                if fault == "kill" or site[2] not in UNFAILING:
                    yield site, fault

    def try_case(self, site, fault):
        outcome = self.course.run(site, fault)
        if outcome.report.strip() != "reached":
            self.missed += 1
            return
        self.tried += 1
        tries, limit = 1, SLOW
        while outcome.seconds > limit and tries < 3:  # a busy machine, or does it wait?
            tries += 1
            limit = SLOW + 10 * self.course.seconds()
            outcome = self.course.run(site, fault)
        wrong = list(self.verdict.violations(site, fault, outcome, limit))
        told = f"{self.course.scenario.name}: {site[0]}:{site[1]} {site[2]} {fault}"
        if wrong:
            self.faults.append(told)
            print(f"# {told}: {'; '.join(wrong)}")
            print(f"#     status {outcome.status}, {outcome.seconds:.2f} s, stderr: "
                  f"{outcome.err.strip()[:300]}")
        elif self.verbose:
            print(f"# {told}: {outcome.status} {outcome.err.strip()[:200]}")
        sys.stdout.flush()


# ---- which steps they reach ---------------------------------------------------------------------------

# Steps that no scenario has: what they need is not in the bench.
OUT_OF_REACH = {
    "scope": "systemd",
    "exec-context": "a security module",
    "binfmt-register": "binfmt_misc in user namespaces",
    "raise-limits": "a process whose hard limits are above ours",
    "limit": "a controller of cgroup version 2",
    "start-fd": "a descriptor of the caller",
    "status-fd": "a descriptor of the caller",
    "uplink": "a pasta, which this machine may lack",
    "resolver": "a pasta, which this machine may lack",
}


def steps_of(bench, scenario):
    for one in scenario.before:
        bench.plain(one, scenario.user)
    line = bench.expand([*scenario.line[:1], "--explain=json", *scenario.line[1:]],
                        ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups"] if scenario.user else [])
    said = subprocess.run(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if scenario.before:
        bench.restore()
    return set(re.findall(r'"step": "([^"]*)"', said.stdout))


def unreached(bench, steps):
    """The kinds of steps in the text of common/plan/steps.def that are in the plan of no scenario."""
    reached = set()
    for scenario in select([]):
        if scenario.line[0] != "xnsls" and not lacking(scenario):
            reached |= steps_of(bench, scenario)
    return sorted(set(re.findall(r'^STEP\(\w+, \w+, "([^"]*)"', steps, re.M)) - reached - set(OUT_OF_REACH))


# ---- all of them ----------------------------------------------------------------------------------

def chosen(sweep, share):
    """Which cases: all, or a sample that is the same in every run."""
    cases = list(sweep.cases())
    if share is None or share >= len(cases):
        return cases
    return random.Random(sweep.course.scenario.name).sample(cases, share)


def run_all(options, texts):
    bench = Bench()
    # The bench may cover the tree: it stands below /tmp, too.
    steps = read(STEPS)
    bench.prepare()
    scenarios = select(texts)
    share = None if options["all"] else max(1, options["sample"] // len(scenarios))
    print(f"1..{len(scenarios) + (not texts)}")
    tried = missed = 0
    broken = []
    for number, scenario in enumerate(scenarios, 1):
        if lacking(scenario):
            print(f"ok {number} - {scenario.name} # SKIP this build has no {lacking(scenario)}")
            continue
        sweep = Sweep(Course(bench, scenario), options["verbose"])
        reason = sweep.course.sanity()
        if reason:
            print(f"# {scenario.name}: {reason}")
        else:
            for site, fault in chosen(sweep, share):
                sweep.try_case(site, fault)
        good = not reason and not sweep.faults
        print(f"{'ok' if good else 'not ok'} {number} - {scenario.name}: {sweep.tried} faults at "
              f"{len(sweep.course.sites)} system calls")
        sys.stdout.flush()
        tried, missed = tried + sweep.tried, missed + sweep.missed
        broken += sweep.faults
    bench.restore()
    if not texts:
        name = f"{len(scenarios) + 1} - each step is in the plan of a scenario"
        lack = next((lacking(one) for one in scenarios if lacking(one)), None)
        missing = [] if lack else unreached(bench, steps)
        print(f"{'not ok' if missing else 'ok'} {name}" + (f" # SKIP this build has no {lack}" if lack else ""))
        broken += [f"no scenario has the step {kind}" for kind in missing]
        print("".join(f"# no scenario has the step {kind}\n" for kind in missing), end="")
    print(f"# {tried} cases tried, {tried - len(broken)} held, {missed} not reached")
    return 1 if broken and not os.environ.get("XNS_HARNESS") else 0


def main():
    options = {"all": "--all" in sys.argv, "verbose": "-v" in sys.argv, "sample": 700}
    words = [word for word in sys.argv[1:] if word not in ("--all", "-v")]
    if words[:1] == ["--sample"]:
        options["sample"] = int(words[1])
        words = words[2:]
    if not is_inside():
        alone = check_machine()
        # Linux 6.18 numbers mount namespaces by processor, and a pin may need several attempts
        # (common/apply/pin.c): on one processor the sites are the same in every run.
        os.sched_setaffinity(0, [min(os.sched_getaffinity(0))])
        return run_inside(alone, __file__, sys.argv[1:])
    return run_all(options, words)


if __name__ == "__main__":
    sys.exit(main())
