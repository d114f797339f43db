# SPDX-License-Identifier: GPL-2.0-or-later
"""The programs that ours are compared with: the installed one, and those of other releases of Debian."""
import fcntl
import os
import re
import shutil
import subprocess
import time
from collections import namedtuple

from lists import here, lines_of, number_of, read_releases

build = os.environ.get("XNS_BUILDDIR", os.path.join(here, "../../build"))
RETRY_AFTER = 600  # seconds for which an archive that did not answer is not asked again

# name: the side of a run; like: the listed releases whose differences it may have; files: what is put on
# PATH; options: its long options; unrecorded: those that tests/compat/options lacks.
Reference = namedtuple("Reference", "name version like files options unrecorded is_installed")

# Of which column of the table a program has its release, and how it prints that.
PROGRAMS = {"ip": (2, r"iproute2-(\d[\d.]*)")}
UTIL_LINUX = (1, r"util-linux (\d[\d.]*)")


def ask(command, option):
    result = subprocess.run([*command, option], capture_output=True, text=True, check=False)
    return result.stdout + result.stderr


def likes(version, releases):
    """The releases whose list of differences a version is compared with: its own, or its neighbours'."""
    same = [one.version for one in releases if number_of(one.version) == number_of(version)]
    older = [one.version for one in releases if number_of(one.version) < number_of(version)]
    newer = [one.version for one in releases if number_of(one.version) > number_of(version)]
    return same or older[-1:] + newer[:1]


def recorded_options(program, version):
    """The long options of a listed release, also those that its help leaves out; None of another one."""
    try:
        rows = [text.split() for _, text in lines_of(f"{here}/options/util-linux-{version}")]
    except FileNotFoundError:
        return None
    return {row[1] for row in rows if row[0] == program}


def describe(name, program, command, pattern, releases, files):
    """The Reference that the command runs; None if that is another program of that name."""
    match = re.search(pattern, ask(command, "-V"))
    if not match:
        return None
    version = match.group(1).rstrip(".")
    options = set(re.findall(r"--[a-z][a-z-]*", ask(command, "--help")))
    recorded = recorded_options(program, version)
    return Reference(name, version, likes(version, releases), files, options | (recorded or set()),
                     set() if recorded is None else options - recorded, len(command) == 1)


def launched(directory, program, launcher):
    """The files on PATH for a program that needs the libraries beside it: launch.c."""
    files = {f"lib/{name}": f"{directory}/lib/{name}" for name in os.listdir(f"{directory}/lib")}
    files[f"lib/{program}"] = files.pop("lib/ld.so")
    files[f"lib/programs/{program}"] = f"{directory}/bin/{program}"
    return {**files, program: launcher}


def start_fetching(target, command):
    """A process that makes the target, or None if the archive did not answer a moment ago."""
    refused = f"{target}.failed"
    if os.path.exists(refused) and time.time() - os.path.getmtime(refused) < RETRY_AFTER:
        return None
    os.makedirs(os.path.dirname(target), exist_ok=True)
    log = open(refused, "w", encoding="utf-8")  # pylint: disable=consider-using-with
    return subprocess.Popen(command, stderr=log, stdin=subprocess.DEVNULL)


def archive_directory():
    return os.environ.get("XNS_REFERENCES", f"{build}/tests/compat/archive")


def fetch(commands):
    """commands: what makes each target, a directory of the archive. Target to reason of those that are not there
    afterwards. The tests take turns, and fetch once."""
    archive = archive_directory()
    os.makedirs(archive, exist_ok=True)
    with open(f"{archive}/lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        missing = [target for target in commands if not os.path.exists(target)]
        started = [start_fetching(target, commands[target]) for target in missing]
        for target, process in zip(missing, started):
            if process and process.wait() == 0:
                os.remove(f"{target}.failed")
    reasons = {}
    for target in commands:
        if not os.path.exists(target):
            with open(f"{target}.failed", encoding="utf-8") as file:
                reasons[target] = (file.read().splitlines() or [f"{os.path.basename(commands[target][0])} failed"])[-1]
    return reasons


def describe_fetched(suite, directory, program, pattern, releases, launcher):
    command = [f"{directory}/lib/ld.so", "--library-path", f"{directory}/lib",
               f"{directory}/bin/{program}"]
    return describe(suite, program, command, pattern, releases, launched(directory, program, launcher))


def listed_releases(program):
    return read_releases(PROGRAMS.get(program, UTIL_LINUX)[0])


def find_references(program):
    """The References that are at hand, and a reason for each that is not."""
    pattern, releases = PROGRAMS.get(program, UTIL_LINUX)[1], listed_releases(program)
    archive = archive_directory()
    found, reasons = [], []
    path = shutil.which(program)
    own = path and describe("installed", program, [path], pattern, releases, {program: path})
    if not own:
        reasons.append(f"the installed {program}: there is none that says its release")
    elif own.version not in [one.version for one in releases]:
        found.append(own)
    absent = fetch({f"{archive}/{one.suite}": [f"{here}/fetch.sh", one.suite, archive]
                    for one in releases if not own or one.version != own.version})
    for suite, version in releases:
        if own and own.version == version:
            found.append(own._replace(name=suite))
        elif f"{archive}/{suite}" in absent:
            reasons.append(f"{program} of {suite}: {absent[f'{archive}/{suite}']}")
        else:
            found.append(describe_fetched(suite, f"{archive}/{suite}", program, pattern, releases,
                                          f"{build}/tests/compat/launch"))
    return found, reasons
