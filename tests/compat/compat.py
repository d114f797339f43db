#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs the command lines of TOOL.list through the references and through ours, and compares.

usage: compat.py TOOL [-v] [TEXT]     TEXT: only the rows that contain it; -v: show what was found

TAP on standard output, one result per row, mode and pair of programs. README.md describes the tables.
"""
import difflib
import json
import os
import re
import signal
import sys
from collections import Counter, defaultdict, namedtuple

from lists import MODES, expected, here, is_within, read_cases, read_differences
from references import build, find_references, listed_releases
from surroundings import Surroundings, end_with_parent, in_child, read

NOTES_MAX = 60
WORKERS = 2  # for each processor: most of the time a row waits for the kernel

# Numbers of namespaces begin at 0xeffffff8, the first of the initial ones (linux/nsfs.h).
NAMESPACE_NUMBER = re.compile(r"\b4\d{9}\b")
NAMESPACE_FIRST, NAMESPACE_LAST = 0xeffffff8, 0xfeffffff

# A command of a larger program is called by the same name on both sides, through scripts.
COMMANDS = {"ip-netns": ("ip", "netns")}
# Ours has two names. Under the old one it is compared with the references, under its own with the old one.
NEW_NAMES = {"unshare": "xunshare", "nsenter": "xnsenter", "lsns": "xnsls"}

Run = namedtuple("Run", "aspects said")
# Two sides of a case whose aspects are compared: one is expected to do what the other does.
Pair = namedtuple("Pair", "one other suffix ignored scopes")



# --- what a run showed ----------------------------------------------------------------------------

def namespace_namer(outside):
    """Replaces numbers of namespaces: the caller's own by "outside", others in order by "new1"."""
    names = {re.search(r"\d+", link).group(): "outside" for link in outside.values()}

    def name(match):
        number = match.group()
        if number not in names and NAMESPACE_FIRST <= int(number) <= NAMESPACE_LAST:
            names[number] = f"new{len(set(names.values()) - {'outside'}) + 1}"
        return names.get(number, number)

    return lambda text: NAMESPACE_NUMBER.sub(name, text)


def ending(status):
    if os.WIFSIGNALED(status):
        return f"signal {os.WTERMSIG(status)}"
    return f"exit {os.WEXITSTATUS(status)}"


def said(result):
    """The lines on standard error, but for those of a coverage build that cannot write counters."""
    return [line for line in result["stderr"].splitlines() if not line.startswith("profiling:")]


def aspects_of(result):
    """What is compared: aspect to text. The lines of our probe are aspects by their key.

    "messages" is compared only between the two names of ours, as the wording is our own; without
    numbers, some of which are those of the moment.
    """
    name = namespace_namer(result["outside"])
    aspects = defaultdict(str)
    for line in name(result["stdout"]).splitlines():
        key, _, value = line.partition(" ") if line.startswith("@") else ("stdout", "", line)
        aspects[key] += value + "\n"
    # How far apart columns are is up to libsmartcols, of which each release has its own idea.
    aspects["layout"] = aspects["stdout"]
    aspects["stdout"] = "".join(" ".join(line.split()) + "\n" for line in aspects["stdout"].splitlines())
    # In which order mounts were made that have nothing to do with each other is no matter.
    aspects["@mount"] = "\n".join(sorted(aspects["@mount"].splitlines()))
    aspects["probe"] = "ran" if "@argv" in aspects else "did not run"
    aspects["status"] = ending(result["status"])
    aspects["stderr"] = "something" if said(result) else "nothing"
    aspects["messages"] = re.sub(r"\d+", "N", "\n".join(said(result)))
    aspects["left"] = "\n".join(map(name, result["left"]))
    return aspects


def differing(one, other, ignored):
    """The aspects that are not the same; those of the probe only where it ran on both sides."""
    found = {key for key in {*one, *other} - ignored if one.get(key, "") != other.get(key, "")}
    if "stdout" in found:
        found.discard("layout")
    return {key for key in found if key[0] != "@"} if "probe" in found else found


# --- results --------------------------------------------------------------------------------------

class Tap:
    def __init__(self):
        self.count = self.failed = 0

    def result(self, ok, name, directive=""):
        self.count += 1
        self.failed += not ok
        name = re.sub(r"([\\#])", r"\\\1", name)
        print(f"{'ok' if ok else 'not ok'} {self.count} - {name}{directive}", flush=True)
        return ok

    def skip(self, name, reason):
        self.result(True, name, f" # SKIP {reason}")

    @staticmethod
    def notes(lines):
        for line in list(lines)[:NOTES_MAX]:
            print("#", line.rstrip("\n"))

    def done(self):
        print(f"1..{self.count}")
        # The harness has read the failures, and would count the status as one more.
        return 1 if self.failed and not os.environ.get("XNS_HARNESS") else 0


def skip_all(reason):
    print(f"1..0 # SKIP {reason}")
    sys.exit(0)


def describe(pair, runs, keys):
    """The aspects as notes: a line each, or the difference between the two sides."""
    for key in sorted(keys):
        texts = [runs[side].aspects.get(key, "").splitlines() for side in (pair.one, pair.other)]
        if texts[0] == texts[1]:
            yield from (f"  {key}: {line}" for line in texts[0])
        for line in list(difflib.unified_diff(*texts, lineterm="", n=0))[2:]:
            if not line.startswith("@@"):
                yield f"{line[0]} {key}: {line[1:]}"


def name_of(case):
    return f"{case.line} [{case.mode}{'' if case.wants == '-' else ', ' + case.wants}]"


def judge(tap, case, pair, runs, differences, verbose):
    """One result from the runs of a pair: the same but for the aspects that are expected."""
    name = f"{name_of(case)} {pair.suffix}"
    if not runs:
        tap.result(False, name)
        tap.notes(["it hung, or could not be set up"])
        return
    one, other = runs[pair.one].aspects, runs[pair.other].aspects
    found = differing(one, other, pair.ignored)
    wanted = [expected(differences, case, applies) for applies in pair.scopes]
    ok = tap.result(found in wanted, name)
    if verbose or not ok:
        tap.notes(describe(pair, runs, {*one, *other} if verbose else found))
    if ok:
        return
    for side in (pair.one, pair.other):
        tap.notes(f"{side} says: {line}" for line in runs[side].said)
    listed = " or ".join(",".join(sorted(one)) or "no difference" for one in wanted)
    scope = pair.suffix.split()[-1]
    tap.notes([f"listed: {listed}",
               f"found:  {' '.join((','.join(sorted(found)), scope, *case)) if found else 'no difference'}"])


# --- the whole ------------------------------------------------------------------------------------

def options_of(case):
    return {word for word in case.wants.split(",") if word.startswith("--")}


class Bench:
    """Runs the cases on all sides, several at once."""

    def __init__(self, tool, references, place):
        self.tool, self.new_name = tool, NEW_NAMES.get(tool)
        self.references, self.place = references, place
        self.together = False  # the sides run in the same surroundings, all by the old name
        self.modes = [mode for mode in MODES if place.run("ours", mode, [], "true")]

    def pairs(self):
        for one in self.references:
            # Ours has the libraries of the installed program.
            foreign = set() if one.is_installed else {"layout"}
            yield Pair(one.name, "ours", f"as {one.version}", {"messages", *foreign},
                       [lambda scope, like=like: is_within(like, scope) for like in one.like])
        if self.new_name:
            yield Pair("ours", "new", f"as {self.new_name}", set(),
                       [lambda scope: self.new_name in scope.split(",")])

    def sides_of(self, case):
        """The sides that the case can be run on: not those of releases that lack an option."""
        able = [one.name for one in self.references if options_of(case) <= one.options]
        return [*able, "ours", *(["new"] if self.new_name else [])]

    def obstacle_to(self, case):
        """Why this case cannot be run here; None if it can."""
        return None if case.mode in self.modes else f"the mode {case.mode} is out of reach"

    def run(self, case):
        """Side to its Run; empty if one hung, or could not be set up."""
        fragments = [word for word in case.wants.split(",") if word[0] != "-"]
        sides, runs = self.sides_of(case), {}
        together = self.place.run_together(sides, case.mode, fragments, case.line) if self.together else {}
        for side in sides:
            line = case.line
            if side == "new":
                line = re.sub(rf"\b{self.tool}\b", self.new_name, line)
            result = together.get(side) if self.together else self.place.run(side, case.mode, fragments, line)
            if not result:
                return {}
            if side == "ours" and self.new_name:
                called = re.sub(rf"^{self.new_name}:", "another name:", result["stderr"], flags=re.M)
                result["stderr"] = called
            if side in ("ours", "new") and self.new_name:
                # Hints have the new name even if the old one was called.
                result = json.loads(json.dumps(result).replace(self.new_name, self.tool))
            runs[side] = Run(aspects_of(result), said(result))
        return runs

    def start_worker(self, cases, processor):
        """A process that writes the runs of some cases, a line each: its PID and what it writes."""
        told, tell = os.pipe()

        def work():
            # A mount namespace can be pinned only where its number is above that of the mount namespace
            # around it (mnt_ns_loop()), and since Linux 6.18 each processor counts for itself.
            os.sched_setaffinity(0, [processor])
            end_with_parent()
            with os.fdopen(tell, "w") as stream:
                for case in cases:
                    print(json.dumps(self.run(case)), file=stream, flush=True)

        pid = in_child(work)
        os.close(tell)
        return pid, os.fdopen(told)

    def run_all(self, cases):
        """Each case and its runs, in order."""
        processors = sorted(os.sched_getaffinity(0)) * WORKERS
        workers = [self.start_worker(cases[number::len(processors)], processor)
                   for number, processor in enumerate(processors)]
        for number, case in enumerate(cases):
            runs = json.loads(workers[number % len(workers)][1].readline() or "{}")
            yield case, {side: Run(*run) for side, run in runs.items()}
        for pid, stream in workers:
            stream.close()
            os.waitpid(pid, 0)


def check_lists(tap, tool, cases, differences):
    """Every case once, and no difference without a case, a reason or a release."""
    listed = [(case, one) for case, rows in differences.items() for one in rows]
    releases = [one.version for one in listed_releases(COMMANDS.get(tool, (tool,))[0])]
    for name, wrong in (
            ("no row is listed twice", {case for case, n in Counter(cases).items() if n > 1}),
            ("every difference belongs to a row", set(differences) - set(cases)),
            ("every difference has a reason", {case for case, one in listed if not one.reason}),
            ("every difference is one of a listed release, or of the new name",
             {case for case, one in listed if one.scope != NEW_NAMES.get(tool) and
              not any(is_within(version, one.scope) for version in releases)})):
        tap.result(not wrong, name)
        tap.notes(sorted(map(name_of, wrong)))


def check_references(tap, tool, references):
    for one in references:
        if one.version not in one.like:
            tap.notes([f"{one.name} has {one.version}, reviewed was {' and '.join(one.like)}"])
        tap.result(not one.unrecorded, f"the options of {tool} {one.version} are recorded")
        tap.notes(sorted(one.unrecorded))


def programs_of(tool, references, probe):
    """Side to name to path, for what the command lines call."""
    sides = {one.name: dict(one.files) for one in references}
    if tool in COMMANDS:
        name = COMMANDS[tool][1]
        for files in sides.values():
            files[name] = f"{here}/{name}-reference.sh"
        sides["ours"] = {name: f"{here}/{name}-ours.sh", "xns": f"{build}/xns"}
    else:
        sides["ours"] = {tool: f"{build}/xns"}
        sides["new"] = {NEW_NAMES[tool]: f"{build}/xns"}
    return {side: {**files, "probe": probe} for side, files in sides.items()}


def run_cases(tap, bench, cases, differences, verbose):
    obstacles = {case: bench.obstacle_to(case) for case in cases}
    for case in cases:
        if obstacles[case]:
            tap.skip(name_of(case), obstacles[case])
    for case, runs in bench.run_all([case for case in cases if not obstacles[case]]):
        if not any(options_of(case) <= one.options for one in bench.references):
            tap.skip(name_of(case), f"no reference has {' '.join(options_of(case))}")
        for pair in bench.pairs():
            if not runs or {pair.one, pair.other} <= set(runs):
                judge(tap, case, pair, runs, differences, verbose)


def main(tool, *words):
    verbose, text = "-v" in words, " ".join(word for word in words if word != "-v")
    cases, differences = read_cases(tool), read_differences(tool)
    if os.geteuid() != 0 or "4294967295" not in read("/proc/self/uid_map"):
        skip_all("needs the machine's root")
    probe = f"{build}/tests/compat/probe"
    if not os.path.exists(probe):
        print(f"Bail out! no {probe}; make check builds it")
        sys.exit(99)
    references, absent = find_references(COMMANDS.get(tool, (tool,))[0])
    if not references:
        skip_all("; ".join(absent))
    tap = Tap()
    for reason in absent:
        tap.skip("the rows of a reference", reason)
    place = Surroundings(programs_of(tool, references, probe))
    for sig in (signal.SIGHUP, signal.SIGTERM):
        signal.signal(sig, lambda number, _: sys.exit(128 + number))
    try:
        place.enter()
        check_references(tap, tool, references)
        check_lists(tap, tool, cases, differences)
        run_cases(tap, Bench(tool, references, place), [case for case in cases if text in name_of(case)],
                  differences, verbose)
    except PermissionError as error:
        skip_all(f"no private namespaces: {error}")
    finally:
        place.close()
    return tap.done()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) if len(sys.argv) > 1 else __doc__)
