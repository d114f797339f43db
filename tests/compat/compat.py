#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs the command lines of TOOL.list through the installed TOOL and through ours, and compares.

usage: compat.py TOOL [-v] [TEXT]     TEXT: only the rows that contain it; -v: show what was found

TAP on standard output, one result per row and mode. README.md tells how the tables are written.
"""
import difflib
import os
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter, defaultdict, namedtuple

from surroundings import Surroundings, read

MODES = ("root", "user", "userns")
SIDES = ("reference", "ours")
NOTES_MAX = 60
REVIEWED = "REVIEWED WITH:"

# Numbers of namespaces: from the initial ones (linux/nsfs.h), which begin in 0xeffffff8, up.
NAMESPACE_NUMBER = re.compile(r"\b4\d{9}\b")
NAMESPACE_FIRST, NAMESPACE_LAST = 0xeffffff8, 0xfeffffff

# What is a command of a larger program is called by the same name on both sides, through scripts.
COMMANDS = {"ip-netns": ("ip", "netns")}

# One mode of a row. wants: fragments of setup.sh, and options that the installed program must have.
Case = namedtuple("Case", "mode wants line")
Difference = namedtuple("Difference", "aspects reason")
Run = namedtuple("Run", "aspects said")
Reference = namedtuple("Reference", "path options version")

here = os.path.dirname(os.path.abspath(__file__))
build = os.environ.get("XNS_BUILDDIR", os.path.join(here, "../../build"))


# --- the tables -----------------------------------------------------------------------------------

def lines_of(path):
    """(place, line) of what is neither empty nor a comment."""
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if line.strip() and not line.startswith("#"):
                yield f"{os.path.basename(path)}:{number}", line.rstrip("\n")


def cases_of(place, text):
    """The cases of "MODES WANTS COMMAND LINE"."""
    modes, wants, line = text.split(None, 2)
    modes = MODES if modes == "all" else modes.split(",")
    if not set(modes) <= set(MODES):
        sys.exit(f"{place}: no such mode: {text}")
    return [Case(mode, wants, line) for mode in modes]


def read_cases(path):
    return [case for place, text in lines_of(path) for case in cases_of(place, text)]


def read_differences(path):
    """What they were reviewed with, and a dictionary from case to Difference.

    A reason stands at the margin; its rows, "ASPECTS ROW", are indented.
    """
    found, reason, reviewed = {}, None, ""
    for place, text in lines_of(path):
        if text.startswith(REVIEWED):
            reviewed = text[len(REVIEWED):].strip()
        elif not text[0].isspace():
            reason = text
        else:
            aspects, row = text.split(None, 1)
            for case in cases_of(place, row):
                if case in found:
                    sys.exit(f"{place}: listed before: {case}")
                found[case] = Difference(set(aspects.split(",")), reason)
    return reviewed, found


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
    """What is compared: aspect to text. The lines of our probe are aspects by their key."""
    name = namespace_namer(result["outside"])
    aspects = defaultdict(str)
    for line in name(result["stdout"]).splitlines():
        key, _, value = line.partition(" ") if line.startswith("@") else ("stdout", "", line)
        aspects[key] += value + "\n"
    # In which order mounts were made that have nothing to do with each other is no matter.
    aspects["@mount"] = "\n".join(sorted(aspects["@mount"].splitlines()))
    aspects["probe"] = "ran" if "@argv" in aspects else "did not run"
    aspects["status"] = ending(result["status"])
    # The wording is our own; whether there is something to say is not.
    aspects["stderr"] = "something" if said(result) else "nothing"
    aspects["left"] = "\n".join(map(name, result["left"]))
    return aspects


def differing(one, other):
    """The aspects that are not the same; those of the probe only where it ran on both sides."""
    found = {key for key in {*one, *other} if one.get(key, "") != other.get(key, "")}
    return {key for key in found if key[0] != "@"} if "probe" in found else found


# --- results --------------------------------------------------------------------------------------

class Tap:
    def __init__(self, excuse):
        """excuse: why a difference is no failure, but a skip; or None."""
        self.count = self.failed = 0
        self.excuse = excuse

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


def describe(runs, keys):
    """The aspects as notes: a line each, or the difference between the two sides."""
    for key in sorted(keys):
        texts = [runs[side].aspects.get(key, "").splitlines() for side in SIDES]
        if texts[0] == texts[1]:
            yield from (f"  {key}: {line}" for line in texts[0])
        for line in list(difflib.unified_diff(*texts, lineterm="", n=0))[2:]:
            if not line.startswith("@@"):
                yield f"{line[0]} {key}: {line[1:]}"


def name_of(case):
    return f"{case.line} [{case.mode}{'' if case.wants == '-' else ', ' + case.wants}]"


def judge(tap, case, runs, expected, verbose):
    """One result from the runs of both sides: the same but for the aspects that are expected."""
    if not runs:
        tap.result(False, name_of(case))
        tap.notes(["it hung, or could not be set up"])
        return
    one, other = (runs[side].aspects for side in SIDES)
    found = differing(one, other)
    if found == expected or not tap.excuse:
        tap.result(found == expected, name_of(case))
    else:
        tap.skip(name_of(case), tap.excuse)
    if verbose:
        tap.notes(describe(runs, {*one, *other}))
    elif found != expected:
        tap.notes(describe(runs, found))
    if found == expected:
        return
    for side in SIDES:
        tap.notes(f"{side} says: {line}" for line in runs[side].said)
    aspects = ",".join(sorted(found))
    tap.notes([f"listed: {','.join(sorted(expected)) or 'no difference'}",
               f"found:  {' '.join((aspects, *case)) if found else 'no difference'}"])


# --- the whole ------------------------------------------------------------------------------------

def run_both(place, case):
    """Side to its Run; empty if one hung, or could not be set up."""
    fragments = [word for word in case.wants.split(",") if word[0] != "-"]
    runs = {}
    for side in SIDES:
        result = place.run(side, case.mode, fragments, case.line)
        if not result:
            return {}
        runs[side] = Run(aspects_of(result), said(result))
    return runs


def obstacle_to(case, reference, modes):
    """Why this case cannot be run here; None if it can."""
    missing = [word for word in case.wants.split(",")
               if word.startswith("--") and word not in reference.options]
    if missing:
        return f"the installed program has no {' '.join(missing)}"
    return None if case.mode in modes else f"the mode {case.mode} is out of reach"


def check_lists(tap, cases, differences):
    """Every case once, and no difference without a case or a reason."""
    for name, wrong in (
            ("no row is listed twice", {case for case, n in Counter(cases).items() if n > 1}),
            ("every difference belongs to a row", set(differences) - set(cases)),
            ("every difference has a reason",
             {case for case, difference in differences.items() if not difference.reason})):
        tap.result(not wrong, name)
        tap.notes(sorted(map(name_of, wrong)))


def find_reference(tool, reviewed):
    """The installed program; reviewed is what the one says that the differences were listed for."""
    path = shutil.which(tool) or skip_all(f"no {tool} installed")
    version, text = (subprocess.run([path, option], capture_output=True, text=True, check=False)
                     for option in ("-V", "--help"))
    if re.sub(r"[\d.]+", "", version.stdout.strip()) != re.sub(r"[\d.]+", "", reviewed):
        skip_all(f"{path} is not '{reviewed}' or another version of that")
    return Reference(path, set(re.findall(r"--[a-z][a-z-]*", text.stdout + text.stderr)),
                     version.stdout.strip())


def programs_of(tool, reference, probe):
    """Side to name to path, for what the command lines call."""
    if tool not in COMMANDS:
        return {"reference": {tool: reference.path, "probe": probe},
                "ours": {tool: f"{build}/xns", "probe": probe}}
    name = COMMANDS[tool][1]
    return {"reference": {name: f"{here}/{name}-reference.sh", "probe": probe},
            "ours": {name: f"{here}/{name}-ours.sh", "xns": f"{build}/xns", "probe": probe}}


def run_cases(tap, place, cases, differences, reference, verbose):
    modes = [mode for mode in MODES if place.run("reference", mode, [], "true")]
    for case in cases:
        obstacle = obstacle_to(case, reference, modes)
        if obstacle:
            tap.skip(name_of(case), obstacle)
        else:
            expected = differences[case].aspects if case in differences else set()
            judge(tap, case, run_both(place, case), expected, verbose)


def main(tool, *words):
    verbose, text = "-v" in words, " ".join(word for word in words if word != "-v")
    cases = read_cases(f"{here}/{tool}.list")
    reviewed, differences = read_differences(f"{here}/{tool}.differences")
    if os.geteuid() != 0 or "4294967295" not in read("/proc/self/uid_map"):
        skip_all("needs the machine's root")
    reference = find_reference(COMMANDS.get(tool, (tool,))[0], reviewed)
    tap = Tap(None if reference.version == reviewed else
              f"differs, but so may {reference.version}; reviewed was {reviewed}")
    probe = f"{build}/tests/compat/probe"
    if not os.path.exists(probe):
        print(f"Bail out! no {probe}; make check builds it")
        sys.exit(99)
    place = Surroundings(programs_of(tool, reference, probe))
    for sig in (signal.SIGHUP, signal.SIGTERM):
        signal.signal(sig, lambda number, _: sys.exit(128 + number))
    try:
        place.enter()
        check_lists(tap, cases, differences)
        run_cases(tap, place, [case for case in cases if text in name_of(case)], differences,
                  reference, verbose)
    except PermissionError as error:
        skip_all(f"no private namespaces: {error}")
    finally:
        place.close()
    return tap.done()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) if len(sys.argv) > 1 else __doc__)
