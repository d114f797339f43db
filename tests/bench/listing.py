# SPDX-License-Identifier: GPL-2.0-or-later
"""The group "list" of bench.py: xnsls beside lsns, on populations of processes that sleep."""
import shutil
import statistics
import subprocess
import time

from idle import settle

COLUMNS = "NS,TYPE,NPROCS,PID,USER,COMMAND"
LSNS = ["lsns", "-o", COLUMNS]
# Processes and namespaces: the marks of proc, of proc without descriptors, and of bpf.
MARKS = {(3000, 400): (1 / 6, 1 / 9, 1 / 60), (10000, 400): (1 / 12, 1 / 12, 1 / 200)}
WARM = [(1000, 1), (1000, 400), (3000, 400), (10000, 400)]
# Hosts as they are: processes, namespaces, descriptors of each; the marks of the default, of proc and of bpf.
REAL = {(240, 40, 32): (1 / 2, None, None), (3000, 400, 32): (1 / 15, 1 / 3, 1 / 40)}
FIRST_TOUCH = [(1000, 1), (3000, 400), (10000, 400), (10000, 10000), (20000, 400), (30000, 400)]
LSNS_PROCESSES_MAX = 10000  # its time grows with their square
GROWTH = [((20000, 400), 2.2), ((30000, 400), 3.5)]  # over 10,000 in 400
MEMORY = ((10000, 10000), 30 * 1024)  # and kilobytes
ROUNDS_MIN, ROUNDS_MAX = 3, 25


class Population:
    """Processes in namespaces, in the initial pid namespace: there BPF sees them."""

    def __init__(self, bench, processes, namespaces, descriptors=0):
        self.title = f"{processes} processes, {namespaces} namespaces"
        seed = bench.options.seed
        options = ["-d", str(descriptors), "-s", str(seed)] if descriptors else []
        self.people = subprocess.Popen([bench.tool("population"), *options, str(processes), str(namespaces)],
                                       stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        ready = self.people.stdout.readline() == "ready\n"
        if not ready:
            print(f"{self.title}: left out, the population did not come up")
        settle()
        return ready

    def __exit__(self, *unused):
        self.people.kill()
        self.people.wait()


def contenders(bench, size):
    """Rows of name, command, mark: what can be run here."""
    marks = MARKS.get(size, (None, None, None))
    line = f"xnsls -o {COLUMNS} --scan="
    rows = [("proc", bench.ours(line + "proc"), marks[0]),
            ("proc, no fds", bench.ours(line + "proc --no-fds"), marks[1])]
    if subprocess.run(bench.ours(line + "bpf"), stdout=subprocess.DEVNULL, check=False).returncode == 0:
        rows.append(("bpf", bench.ours(line + "bpf"), marks[2]))
    return rows


def touch(bench, command):
    """Runs it in a /proc of its own, in which nobody has looked anything up: microseconds, those of
    them on a processor, kilobytes. None where it failed, as lsns does when a process ends under it."""
    script = 'mount -t proc proc /proc && exec "$@"'
    done = subprocess.run(bench.ours("xunshare -m sh -c") + [script, "sh", bench.tool("population"), "1", "1"]
                          + command, stdout=subprocess.PIPE, text=True, check=True)
    status, wall, cpu, memory = map(int, done.stdout.split())
    return None if status else (wall, cpu, memory)


def first_touch(bench, size):
    """Measures each in turn, and reports; the medians of time and memory by name."""
    rows = contenders(bench, size)
    if shutil.which("lsns") and size[0] <= LSNS_PROCESSES_MAX:
        rows.insert(0, ("reference", LSNS, None))
    rounds = []
    end = time.monotonic() + bench.options.seconds
    for i in range(ROUNDS_MAX):
        if i >= ROUNDS_MIN and time.monotonic() > end:
            break
        turn = rows[i % len(rows):] + rows[:i % len(rows)]
        runs = {name: touch(bench, command) for name, command, _ in turn}
        if None not in runs.values():
            rounds.append(runs)
    return report_touch(bench, size, rows, rounds) if rounds else {}


def report_touch(bench, size, rows, rounds):
    base = rows[0][0]
    medians = {}
    for name, _, mark in rows:
        wall, cpu, memory = (statistics.median(runs[name][i] for runs in rounds) for i in range(3))
        ratio = statistics.median(runs[name][0] / runs[base][0] for runs in rounds)
        bench.report(f"first touch, {size[0]} in {size[1]}", name, len(rounds), wall, cpu, ratio, mark)
        medians[name] = wall, cpu, memory
    return medians


def warm(bench, size):
    bench.race(f"lsns, {size[0]} in {size[1]}", LSNS, contenders(bench, size), (4, 50))


def rows_of(command):
    """The namespaces that a command lists."""
    return subprocess.run(command + ["-n", "-r", "-o", "NS,TYPE"], stdout=subprocess.PIPE, text=True,
                          check=True).stdout


def agree(commands):
    """Whether all list the same, at least once in five times: other programs may make namespaces meanwhile."""
    return any(len({rows_of(command) for command in commands}) == 1 for _ in range(5))


def real(bench, size):
    """Processes with descriptors. Both ways must list the same before anything is timed."""
    rows = contenders(bench, size[:2])
    ways = {name: command for name, command, _ in rows if "no fds" not in name}
    for flags in ([], ["--deep"]):
        if not agree([command[:1] + command[3:] + flags for command in ways.values()]):
            print(f"{size}: left out, the ways list different namespaces {' '.join(flags)}")
            return
    marks = dict(zip(("default", "proc", "bpf"), REAL[size]))
    rows = [("default", bench.ours(f"xnsls -o {COLUMNS}"), None)] + rows
    rows = [(name, command, marks.get(name)) for name, command, _ in rows]
    title = f"lsns, {size[0]} in {size[1]}, {size[2]} descriptors"
    bench.race(title, LSNS, rows, (4, 50))
    if bench.options.lsns:
        bench.race(title + ", current", [bench.options.lsns] + LSNS[1:], rows, (4, 50))


def growth(bench, found):
    """How time and memory grow with the number of processes."""
    base = found.get((10000, 400), {})
    for name in ("proc", "bpf"):
        for size, mark in GROWTH:
            if name in base and name in found.get(size, {}):
                wall, cpu, _ = found[size][name]
                bench.report(f"time({size[0]}) / time(10000)", name, 1, wall, cpu, wall / base[name][0], mark)
        size, most = MEMORY
        if name in found.get(size, {}):
            wall, cpu, memory = found[size][name]
            bench.report(f"memory, {size[0]} in {size[1]}, of {most >> 10} MB", name, 1, wall, cpu,
                         memory / most, 1)


def listing(bench):
    found = {}
    for size in sorted(set(WARM + FIRST_TOUCH)):
        if size[0] > LSNS_PROCESSES_MAX and not bench.options.big:
            continue
        with Population(bench, *size) as ready:
            if ready and size in WARM:
                warm(bench, size)
            if ready and size in FIRST_TOUCH:
                found[size] = first_touch(bench, size)
    for size in REAL:
        with Population(bench, *size) as ready:
            if ready:
                real(bench, size)
    growth(bench, found)
