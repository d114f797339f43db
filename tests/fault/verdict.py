# SPDX-License-Identifier: GPL-2.0-or-later
"""One scenario of the fault sweep: what it does without a fault, and what must hold with one."""
import errno
import json
import os
import re

from machine import read

ERRORS = ("EPERM", "EACCES", "ENOMEM", "ENOSPC", "EINTR", "EIO", "EINVAL", "EMFILE", "ENOSYS")
FORKS = ("clone", "clone3", "fork", "vfork")


class Course:
    """A scenario and its course without a fault: its sites, what it prints, what it leaves."""

    def __init__(self, bench, scenario):
        self.bench, self.scenario = bench, scenario
        self.fresh()
        self.before = bench.state()
        self.good = bench.inject(scenario)
        self.after = bench.state()
        self.witness = bench.normal(self.good.out)
        self.end()
        self.ended = bench.state()
        self.left = bench.strangers()
        self.sites = self.find_sites()

    def fresh(self):
        self.bench.restore()
        for line in self.scenario.before:
            self.bench.plain(line, self.scenario.user)
        self.bench.settle()

    def end(self):
        for line in self.scenario.ends:
            self.bench.plain(line, self.scenario.user)

    def find_sites(self):
        sites = []
        for line in self.good.report.splitlines():
            process, index, number, argument = line.split()
            name = self.bench.names.get(int(number), number)
            sites.append((process, int(index), name, int(argument)))
        return sites

    def waits(self, site):
        """Whether the process has only to wait there for the one that goes on to the program."""
        runner = [process for process, _, name, _ in self.sites if name.startswith("exec")][-1]
        if not runner.startswith(site[0] + "."):
            return False
        child = int(runner[len(site[0]) + 1:].split(".")[0])
        forks = [index for process, index, name, _ in self.sites
                 if process == site[0] and name in FORKS]
        return site[1] > forks[child - 1]

    def sanity(self):
        """Why the scenario is no scenario: without a fault it must work."""
        if self.good.status != 0:
            return f"fails by itself: {self.good.status} {self.good.err}"
        if self.left:
            return "leaves processes"
        if not self.sites:
            return "no system calls were seen"
        if self.runs_witness() and "witness " not in self.good.out:
            return "the program did not run"
        return None

    def runs_witness(self):
        return any("witness" in word for word in self.scenario.line)

    def seconds(self):
        """How long it takes without a fault, as busy as the machine is now."""
        self.fresh()
        return self.bench.inject(self.scenario).seconds

    def run(self, site, fault):
        process, index, _, _ = site
        action = str(getattr(errno, fault)) if fault in ERRORS else fault
        self.fresh()
        return self.bench.inject(self.scenario, f"{process}:{index}={action}")


class Verdict:
    """What must hold of each case of a scenario."""

    def __init__(self, course):
        self.course = course
        self.bench, self.scenario = course.bench, course.scenario

    def violations(self, site, fault, outcome, limit):
        if outcome.status is None:
            yield "hangs"
        elif outcome.seconds > limit:
            yield "waits"
        if not self.scenario.ends:
            yield from self.left_processes()
        # A process that no longer waits for a program has not seen all of its output.
        if "--pty" not in self.scenario.line:
            outcome.out = read(self.bench.path("out"))
        if outcome.status is not None:
            yield from self.wrong_answer(site, fault, outcome)
        # Without a child to try it, the pins stay when the very last call fails.
        last = site[2].startswith("exec") and site[0] == "0"
        # Whose parent fails to wait for it, the program may run.
        alone = self.course.runs_witness() and self.course.waits(site)
        if self.scenario.ends:
            yield from self.wrong_stay(fault == "kill", outcome)
        else:
            yield from self.wrong_state(fault == "kill" or last or alone, outcome)

    def left_processes(self):
        left = self.bench.strangers()
        if left:
            yield f"leaves processes: {[self.describe(pid) for pid in sorted(left)]}"

    def wrong_stay(self, killed, outcome):
        """
        What stays is there whole, or not at all, or what it was to replace has ended. If the command was killed,
        what it has begun in the background goes on.
        """
        course, state = self.course, self.bench.state()
        if ": warning: XDG_RUNTIME_DIR is not set to a directory of yours" in outcome.err:
            return  # so the names are elsewhere
        if outcome.status == 0 and state != course.after and not killed:
            yield f"succeeds, but {self.changes(course.after, state)}"
        partly = set(course.after) <= set(state) <= set(course.before)
        if outcome.status != 0 and not killed and not partly and \
                state not in (course.before, course.after, course.ended):
            yield f"fails, but {self.changes(course.before, state)}"
        if outcome.status != 0 and not killed and state == course.before != course.after:
            yield from self.left_processes()
        try:
            self.course.end()
        except RuntimeError as error:
            yield f"the next command fails: {error}"
            return
        yield from self.left_processes()
        state = self.bench.state()
        if state != self.course.ended:
            yield f"in the end there is {self.changes(self.course.ended, state)}"

    def describe(self, pid):
        try:
            return " ".join(read(f"/proc/{pid}/stat").split()[:3])
        except OSError:
            return str(pid)

    def wrong_answer(self, site, fault, outcome):
        applet = self.scenario.line[0]
        # A process that waits for a child which was killed is ended by the same signal.
        killed = fault == "kill" and (site[0] == "0" or outcome.status in (137, -9))
        if outcome.status == 0 and self.course.runs_witness():
            # EIO from a terminal's master says that the program has closed the other side.
            accepted = "--pty" in self.scenario.line and site[2] == "read" and fault == "EIO"
            accepted = accepted or ": warning: the working directory is / now: " in outcome.err
            if self.bench.normal(outcome.out) != self.course.witness and not accepted:
                yield "says that all went well, which it did not: " + self.difference(outcome.out)
        elif outcome.status == 0 and self.scenario.lists:
            yield from self.wrong_listing(site, fault, outcome)
        elif self.course.runs_witness() and "witness " in outcome.out:
            ran = self.bench.normal(outcome.out)
            if any(line not in self.course.witness.splitlines() for line in ran.splitlines()):
                yield "the program ran although a step failed: " + self.difference(outcome.out)
        # In a static program the C library starts as a part of it, and tells its own faults.
        if outcome.status != 0 and not killed and not re.search(
                rf"^({applet}|: error while loading shared libraries): \S.{{8,}}", outcome.err, re.M):
            # Standard error itself may be what fails.
            if not (site[2] == "write" and site[3] == 2):
                yield "fails without a message"
        if re.search(r"Success$|runtime error|AddressSanitizer", outcome.err, re.M):
            yield "a message without a reason"

    def wrong_listing(self, site, fault, outcome):
        if not outcome.out and self.course.good.out:
            yield "says that all went well, and prints nothing"
        if site[2] in ("write", "writev") and site[3] == 1 and fault in ERRORS and fault != "EINTR":
            yield "the output failed, and that is not said"
        # xnsls leaves out what cannot be read; xnetns lists all or fails.
        if self.scenario.line[0] == "xnetns" and outcome.out != self.course.good.out:
            yield f"incomplete: {outcome.out!r} for {self.course.good.out!r}"
        if "-J" in self.scenario.line or "-j" in self.scenario.line:
            watches = any(word.startswith("--watch") for word in self.scenario.line)
            try:
                for text in outcome.out.splitlines() if watches else [outcome.out]:
                    json.loads(text)
            except ValueError:
                yield "no JSON"

    def difference(self, text):
        got, want = self.bench.normal(text).split(), self.course.witness.split()
        extra = [word for word in got if word not in want]
        return f"{extra[:8]}, without {[word for word in want if word not in got][:8]}"

    def wrong_state(self, excused, outcome):
        state = self.bench.state()
        if outcome.status == 0 and state != self.course.after and excused and "{parent}" in self.scenario.line:
            yield from self.not_repaired()
        elif outcome.status == 0 and state != self.course.after:
            yield f"succeeds, but {self.changes(self.course.after, state)}"
        elif outcome.status == 0 or state == self.course.before:
            return
        elif not excused and self.scenario.line[0] == "xnetns" and self.partly(state):
            return
        elif excused and state == self.course.after:
            return
        elif excused and self.scenario.left:
            yield from self.not_repaired()
        elif state != self.course.after or "witness " not in outcome.out:
            yield f"fails, but {self.changes(self.course.before, state)}"

    def partly(self, state):
        """
        Of several names some may be done; each is whole or not there at all. A name that is half
        deleted is stale, which the next command knows. What gc has removed is gone, also if it
        could not say so.
        """
        names = {path for kind, path, *_ in state if kind == "file" and "/run/netns/" in path}
        mounts = {path for kind, path, *_ in state if kind == "mount" and "/run/netns/" in path}
        if "delete" in self.scenario.line or "gc" in self.scenario.line:
            return mounts <= names
        several = sum(word in ("a", "b") for word in self.scenario.line) > 1
        return (several or "--all" in self.scenario.line) and names == mounts

    def not_repaired(self):
        """What a killed process has left is no obstacle to the next one."""
        if self.scenario.line[0] == "xnetns":
            self.bench.plain(["xnetns", "gc"])
            # In this pid namespace nobody can tell whether another mount namespace has it mounted.
            for name in sorted(set(os.listdir("/run/netns")) - {"kept"}):
                if not os.path.ismount(f"/run/netns/{name}"):
                    self.bench.plain(["xnetns", "gc", "--unseen", name])
            state = self.bench.state()
            if state not in (self.course.before, self.course.after) and not self.partly(state):
                yield f"after gc there is {self.changes(self.course.before, state)}"
        else:
            again = self.bench.inject(self.scenario)
            if again.status != 0:
                yield f"the next run fails: {again.err.strip()[:200]}"
            if self.bench.cgroups():
                yield f"the next run leaves {self.bench.cgroups()[-1]}"

    def changes(self, old, new):
        return (f"{[' '.join(one) for one in new if one not in old][:6]} more, "
                f"{[' '.join(one) for one in old if one not in new][:6]} less")
