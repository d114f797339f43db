#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs random command lines through the newest reference and through ours, and compares.

usage: chance.py [--seed N] [--count N] [-v] TOOL     -v: also the differences of a known class

TAP on standard output: one result for each mode, which fails if a difference belongs to no class
of chance.classes. README.md describes that file. make check-long runs it.
"""
import argparse
import os
import re
import signal
import sys
from collections import Counter, namedtuple

import compat
from lists import here, lines_of, number_of
from chance_lines import random_cases
from references import find_references
from surroundings import Surroundings, read

TOOLS = ("unshare", "nsenter", "lsns", "ip-netns")
SHOWN_MAX = 20  # differences of no known class, for each tool and mode

# A class of differences. It explains its aspects of a line in which the pattern is found, if the two sides said what
# theirs and ours match, and if what they printed or left is the same without what ignored finds (None: however it differs).
DifferenceClass = namedtuple("DifferenceClass", "tool modes aspects pattern theirs ours ignored reason place")

# The lines after a message: hints are ours alone.
ASIDE = re.compile(r"\w+: hint: |Try '")


def read_classes():
    """Rows "TOOL MODES ASPECTS PATTERN" are indented below their reason, as in TOOL.differences; README.md has what
    stands below a row."""
    classes, reason = [], None
    for place, text in lines_of(f"{here}/chance.classes"):
        if not text[0].isspace():
            reason = text
            continue
        word, *rest = text.split(None, 1)
        if word in ("<", ">", "~"):
            field = {"<": "theirs", ">": "ours", "~": "ignored"}[word]
            classes[-1] = classes[-1]._replace(**{field: re.compile("".join(rest), re.S)})
            continue
        tool, modes, aspects, pattern = text.split(None, 3)
        modes = compat.MODES if modes == "all" else modes.split(",")
        nothing = re.compile("")
        classes.append(DifferenceClass(tool, modes, frozenset(aspects.split(",")), re.compile(pattern), nothing, nothing,
                                       None, reason, place))
    return classes


def said(run):
    return "\n".join(line for line in run.said if not ASIDE.match(line))


def same_but_for(ignored, aspects, runs):
    texts = [[" ".join(ignored.sub("", line).split()) for line in run.aspects.get(aspect, "").splitlines()]
             for run in runs for aspect in sorted(aspects)]
    lines = [[line for line in text if line] for text in texts]
    return lines[:len(aspects)] == lines[len(aspects):]


def explains(one, tool, case, covered, runs):
    texts = covered - {"status", "stderr", "probe"}
    return (one.tool == tool and case.mode in one.modes and one.pattern.search(case.line) and
            one.theirs.fullmatch(said(runs[0])) and one.ours.fullmatch(said(runs[1])) and
            (not one.ignored or same_but_for(one.ignored, texts, runs)))


def unexplained(tool, case, found, runs, classes, used):
    """The differing aspects that no class has. Counts the classes that were needed. runs: theirs and ours."""
    left = set(found)
    for one in classes:
        covered = {key for key in left if key in one.aspects or ("@" in one.aspects and key[0] == "@")}
        if covered and explains(one, tool, case, covered, runs):
            used[one.place] += 1
            left -= covered
    return left


def canonical(runs):
    """JSON without its layout, of which each library has its own; in place."""
    for run in runs.values():
        text = run.aspects.get("stdout", "")
        if re.search(r"^[\[{]", text, re.M):
            text = re.sub(r"\s*([][{},])\s*", r"\n\1\n", text)
            run.aspects["stdout"] = re.sub(r"\n+", "\n", text)
    return runs


class Summary:
    """What became of the lines of one mode."""

    def __init__(self):
        self.count = self.same = 0
        self.strange = []


def compare(tool, bench, cases, classes, used, verbose):
    summaries = {mode: Summary() for mode in bench.modes}
    pair = next(bench.pairs())
    for case, runs in bench.run_all([case for case in cases if case.mode in bench.modes]):
        canonical(runs)
        summary = summaries[case.mode]
        summary.count += 1
        notes = [f"{compat.name_of(case)}"]
        if not runs:
            summary.strange.append(notes + ["  it hung, or could not be set up"])
            continue
        found = compat.differing(runs[pair.one].aspects, runs[pair.other].aspects, pair.ignored)
        left = unexplained(tool, case, found, [runs[pair.one], runs[pair.other]], classes, used)
        summary.same += not found
        if left or (found and verbose):
            notes += compat.describe(pair, runs, found)
            for side in (pair.one, pair.other):
                notes += [f"  {side} says: {line}" for line in runs[side].said]
        if left:
            summary.strange.append(notes)
        elif found and verbose:
            compat.Tap.notes(notes)
    return summaries


def run_all(tap, tool, options, classes):
    command = compat.COMMANDS.get(tool, (tool,))[0]
    references, absent = find_references(command)
    if not references:
        compat.skip_all("; ".join(absent))
    newest = max(references, key=lambda one: number_of(one.version))
    place = Surroundings(compat.programs_of(tool, [newest], f"{compat.build}/tests/compat/probe"))
    used = Counter()
    try:
        place.enter()
        bench = compat.Bench(tool, [newest], place)
        bench.new_name = None  # the lists compare the two names of ours
        # In which order namespaces are listed depends on their numbers, which are others in each run.
        bench.together = tool == "lsns"
        cases = random_cases(tool, options.seed, options.count)
        for mode, summary in compare(tool, bench, cases, classes, used, options.verbose).items():
            if summary.count == 0:
                continue
            tap.result(not summary.strange,
                       f"{tool} [{mode}]: {summary.count} lines of seed {options.seed} do what "
                       f"{newest.version} does, or differ for a known reason")
            for notes in summary.strange[:SHOWN_MAX]:
                compat.Tap.notes(notes)
            compat.Tap.notes([f"{summary.same} do the same; {len(summary.strange)} differ for no known reason"])
    finally:
        place.close()
    if options.verbose:
        compat.Tap.notes(f"{count} by {place}" for place, count in sorted(used.items()))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("-v", dest="verbose", action="store_true")
    parser.add_argument("tool", choices=TOOLS)
    options = parser.parse_args()
    if os.geteuid() != 0 or "4294967295" not in read("/proc/self/uid_map"):
        compat.skip_all("needs the machine's root")
    for sig in (signal.SIGHUP, signal.SIGTERM):
        signal.signal(sig, lambda number, _: sys.exit(128 + number))
    tap, classes = compat.Tap(), read_classes()
    tap.result(all(one.reason for one in classes), "every class has a reason")
    run_all(tap, options.tool, options, classes)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
