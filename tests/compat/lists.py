# SPDX-License-Identifier: GPL-2.0-or-later
"""The tables that the compat tests are: TOOL.list, TOOL.differences, references. README.md describes them."""
import os
import re
import sys
from collections import namedtuple

MODES = ("root", "user", "userns")

# One mode of a row. wants: fragments of setup.sh, and options that the reference must have.
Case = namedtuple("Case", "mode wants line")
# scope: the releases in which the aspects differ, or the new name of ours.
Difference = namedtuple("Difference", "aspects scope reason place")
Release = namedtuple("Release", "suite version")

here = os.path.dirname(os.path.abspath(__file__))


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


def read_cases(tool):
    return [case for place, text in lines_of(f"{here}/{tool}.list")
            for case in cases_of(place, text)]


def read_releases(column):
    """The releases in a column of the table of references, the oldest first."""
    rows = [text.split() for _, text in lines_of(f"{here}/references")]
    return [Release(row[0], row[column]) for row in rows]


def number_of(version):
    """Its first two numbers: updates of a release have a third, and change nothing on purpose."""
    return tuple(map(int, re.findall(r"\d+", version)[:2]))


def is_within(version, scope):
    """Whether a scope has the release: "all", or some of "2.38" and "2.41+", separated by commas."""
    for word in scope.split(","):
        if word == "all":
            return True
        if not word[0].isdigit():
            continue
        if number_of(version) == number_of(word):
            return True
        if word[-1] == "+" and number_of(version) > number_of(word):
            return True
    return False


def read_differences(tool):
    """A dictionary from case to its list of Differences.

    A reason stands at the margin; its rows, "ASPECTS SCOPE ROW", are indented.
    """
    found, reason = {}, None
    for place, text in lines_of(f"{here}/{tool}.differences"):
        if not text[0].isspace():
            reason = text
            continue
        aspects, scope, row = text.split(None, 2)
        for case in cases_of(place, row):
            found.setdefault(case, []).append(
                Difference(frozenset(aspects.split(",")), scope, reason, place))
    return found


def expected(differences, case, applies):
    """The aspects of the case that shall differ. applies: a function of a scope."""
    rows = [row for row in differences.get(case, ()) if applies(row.scope)]
    if len(rows) > 1:
        sys.exit(f"{rows[1].place}: listed before: {case}")
    return rows[0].aspects if rows else frozenset()
