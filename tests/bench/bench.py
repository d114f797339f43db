#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""usage: bench.py [--json FILE] [--plot FILE] [--seconds N] [--cpu] [--big] [--static XNS] [--lsns LSNS]
                [--seed N] [GROUP...]

Measures xns beside the installed tools, on this machine, as ratios of programs that take turns:
tests/bench/race.c. Prints a table with the marks; fails nothing. Groups: start, enter, sandbox, netns, list.
--static takes another xns, a static build, into the groups start and enter; --big lists 10,000 names too, and
20,000 and 30,000 processes, which take 4 GB of memory; --cpu judges and plots by processor time, which a busy
machine disturbs less. --lsns is a newer lsns, which reads descriptors too; --seed chooses the descriptors of processes,
by default others each time. Needs root, and works in a mount namespace with a /run of its own. $XNS_BUILDDIR is the
build."""
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile

from idle import settle
from listing import listing

BUILD = os.environ.get("XNS_BUILDDIR", "build")
BENCH = os.path.join(os.path.abspath(BUILD), "tests/bench")


def judged_ratio(result, by_cpu):
    """Processor time is not known of what is measured otherwise than in a race."""
    return by_cpu and result["cpu_ratio"] or result["ratio"]


class Bench:
    """Where the links to our applets are, and the results."""

    def __init__(self, options, directory):
        self.options = options
        self.bin = directory
        self.results = []
        subprocess.run([os.path.join(BUILD, "xns"), "--install", directory], check=True)

    def ours(self, line):
        """The command line with our applet in front."""
        words = line.split()
        return [os.path.join(self.bin, words[0])] + words[1:]

    def tool(self, name):
        return os.path.join(BENCH, name)

    def both(self, line, mark, static_mark=None):
        """Runners of the build that is measured, and of the static one."""
        runners = [("xns", self.ours(line), mark)]
        if self.options.static:
            runners.append(("xns static", [self.options.static] + line.split(), static_mark))
        return runners

    def race(self, title, reference, runners, rounds=(100, 4000), own_mark=None):
        """runners: rows of name, command, mark or None. The reference's command comes first. If a runner is
        "floor", the own cost of each of ours is reported too, with its mark."""
        rows = [("reference", reference, None)] + runners
        rows = [row for row in rows if shutil.which(row[1][0])]
        if not shutil.which(reference[0]):
            print(f"{title}: left out, {reference[0]} is not installed")
            return
        commands = "".join("\t".join([name] + command) + "\n" for name, command, _ in rows)
        limits = [str(n) for n in rounds] + [str(self.options.seconds)]
        done = subprocess.run([self.tool("race")] + limits, input=commands,
                              stdout=subprocess.PIPE, text=True, check=False)
        if done.returncode:
            print(f"{title}: left out, a command failed")
            return
        marks = {name: mark for name, _, mark in rows}
        first = len(self.results)
        for line in done.stdout.splitlines():
            self.add(title, line.split("\t"), marks)
        self.report_own_cost(title, self.results[first:], own_mark)

    def report_own_cost(self, title, results, mark):
        """(ours - floor) / (reference - floor): what the kernel and the program that is run cost is in both."""
        by_name = {result["program"]: result for result in results}
        floor, reference = by_name.get("floor"), by_name.get("reference")
        for result in results if floor else []:
            if not result["program"].startswith("xns"):
                continue
            wall, cpu = ((result[key] - floor[key]) / max(reference[key] - floor[key], 1)
                         for key in ("median_us", "cpu_us"))
            self.report(title + ", own cost", result["program"], result["rounds"],
                        result["median_us"] - floor["median_us"], result["cpu_us"] - floor["cpu_us"], wall, mark,
                        cpu, steady=result["steady"])

    def add(self, title, fields, marks):
        """A line of tests/bench/race.c."""
        steady, name, count, median, _, cpu, ratio, cpu_ratio, faults = fields
        self.report(title, name, int(count), int(median) / 1000, int(cpu) / 1000, float(ratio), marks[name],
                    float(cpu_ratio), int(faults), steady == "steady")

    def report(self, title, name, rounds, median, cpu, ratio, mark, cpu_ratio=None, faults=None, steady=True):
        """Takes a result, in microseconds, and prints it."""
        self.results.append({"case": title, "program": name, "rounds": rounds, "median_us": int(median),
                             "cpu_us": int(cpu), "ratio": ratio, "cpu_ratio": cpu_ratio, "mark": mark,
                             "faults": faults, "steady": steady})
        judged = judged_ratio(self.results[-1], self.options.cpu)
        verdict = ("reached" if judged <= mark else "missed") if mark else ""
        print(f"{title:38} {name:12} {rounds:5} {int(median):9} {int(cpu):9} {ratio:7.4f} "
              f"{f'{cpu_ratio:.4f}' if cpu_ratio else '':>7} {f'{mark:.4f}' if mark else '':>7} {verdict:7} "
              f"{'' if steady else 'unsteady'}", flush=True)


def start(bench):
    """From spawn to the end of true(1)."""
    bench.race("unshare -u true", ["unshare", "-u", "true"],
               bench.both("xunshare -u true", 0.85, 0.70) +
               [("floor", [bench.tool("floor"), "start", "true"], None),
                ("busybox", ["busybox", "unshare", "-u", "true"], None)], own_mark=0.40)
    line = "-Urmpf --mount-proc true"
    bench.race("unshare " + line, ["unshare"] + line.split(),
               bench.both("xunshare " + line, 0.85) +
               [("floor", [bench.tool("floor"), "full", "true"], None)], own_mark=0.40)


def is_guarded(bench, line):
    """Whether the plan keeps our binary from being overwritten from inside."""
    plan = subprocess.run(bench.ours(line.replace("xnsenter", "xnsenter --explain=json")),
                          stdout=subprocess.PIPE, text=True, check=True)
    return '"guard"' in plan.stdout


def enter(bench):
    """Into namespaces of the same owner, and into those of a container."""
    for title, options, mark in [("nsenter -t PID -a true", "-muinCpf --mount-proc", 0.80),
                                 ("nsenter -t PID -a true, container", "-UrmuinCpf --mount-proc", 1.0)]:
        target = subprocess.Popen(bench.ours(f"xunshare {options} --kill-child sleep 1000"))
        try:
            subprocess.run(["sleep", "0.5"], check=True)
            children = f"/proc/{target.pid}/task/{target.pid}/children"
            with open(children, encoding="ascii") as file:
                pid = file.read().split()[0]
            line = f"xnsenter -t {pid} -a true"
            if not is_guarded(bench, line):
                print(f"{title}: without the guard, so the mark means nothing")
            # The floor enters what root's own sandbox has; a container's user namespace it does not.
            floor = [] if "-U" in options else [("floor", [bench.tool("floor"), "enter", pid, "true"], None)]
            bench.race(title, ["nsenter", "-t", pid, "-a", "true"], bench.both(line, mark) + floor, own_mark=0.40)
        finally:
            target.kill()
            target.wait()


def sandbox(bench):
    """A read-only root, /dev, /proc, and a /tmp of its own, as an ordinary user and as root."""
    view = "--ro-bind / --dev /dev --tmpfs /tmp --mount-proc true"
    theirs = ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc",
              "--tmpfs", "/tmp", "true"]
    user = ["setpriv", "--reuid", "1000", "--regid", "1000", "--clear-groups", "--"]
    # The user may be unable to enter the build.
    os.chmod(bench.bin, 0o755)
    os.mkdir(os.path.join(bench.bin, "user"), 0o755)
    ours = [shutil.copy(os.path.join(BUILD, "xns"), os.path.join(bench.bin, "user", "xunshare"))]
    bench.race("bwrap: a sandbox, as a user", user + ["bwrap", "--unshare-user"] + theirs,
               [("xns", user + ours + f"-c -n --up -i -p -f {view}".split(), 0.80),
                ("xns --init", user + ours + f"-c -n --up -i -p --init {view}".split(), None)])
    bench.race("bwrap: a sandbox, as root", ["bwrap"] + theirs,
               [("xns", bench.ours(f"xunshare -n --up -i -p -f {view}"), 0.80)])


def netns_exec(bench, title, mark, rounds=(100, 4000)):
    line = "exec bench true".split()
    bench.race(f"ip netns exec N true{title}", ["ip", "netns"] + line,
               [("xns", bench.ours("xnetns") + line, mark),
                ("floor", [BENCH + "/netns_floor"] + line, None)], rounds, own_mark=0.20)


def netns_list(bench, n):
    """Names without ids, then each with one."""
    names = [f"many{i}" for i in range(n)]
    xnetns = bench.ours("xnetns")
    ids = "".join(f"set {name} auto\n" for name in names)
    subprocess.run(xnetns + ["add"] + names, check=True)
    for title in (f"ip netns list of {n}", f"ip netns list of {n}, with ids"):
        bench.race(title, ["ip", "netns", "list"], [("xns", xnetns + ["list"], 1 / 3)], (5, 200))
        subprocess.run(xnetns + ["-b", "-"], input=ids, text=True, check=True)
        ids = ""
    subprocess.run(xnetns + ["delete"] + names, check=True)


def netns_make(bench, n):
    """Each has to be undone before the next round, so both ways together."""
    names = [f"many{i}" for i in range(n)]
    for file, lines in (("names", names), ("add", [f"netns add {name}" for name in names]),
                        ("delete", [f"netns delete {name}" for name in names])):
        with open(os.path.join(bench.bin, file), "w", encoding="ascii") as out:
            out.write("\n".join(lines) + "\n")

    def script(text):
        return ["sh", "-c", f"cd {bench.bin}; names=$(cat names); {text}"]
    bench.race(f"ip netns add and delete of {n}", script("ip -b add; ip -b delete"),
               [("xns", script("./xnetns add $names; ./xnetns delete $names"), None),
                ("floor", script(BENCH + "/netns_floor make $names"), None)], (3, 30))


def netns_monitor(bench, n):
    """The processor time of a monitor while names are added in a row, and while twice as many are."""
    spent = []
    for count in (n, 2 * n):
        names = [f"many{i}" for i in range(count)]
        with subprocess.Popen(bench.ours("xnetns monitor"), stdout=subprocess.PIPE, text=True) as monitor:
            subprocess.run(["sleep", "0.5"], check=True)
            subprocess.run(bench.ours("xnetns add") + names, check=True)
            for _ in names:
                monitor.stdout.readline()
            with open(f"/proc/{monitor.pid}/schedstat", encoding="ascii") as file:
                spent.append(int(file.read().split()[0]) / 1000)
            monitor.kill()
        subprocess.run(bench.ours("xnetns delete") + names, check=True)
    bench.report(f"xnetns monitor, {2 * n} names over {n}", "xns", 1, spent[1], spent[1], spent[1] / spent[0], 2.2)


def netns(bench):
    """Names in a /run of its own; then on a host with 5,000 mounts."""
    subprocess.run(bench.ours("xnetns add bench"), check=True)
    netns_exec(bench, "", 0.60)
    netns_make(bench, 300)
    netns_list(bench, 1000)
    netns_monitor(bench, 500)
    if bench.options.big:
        netns_list(bench, 10000)
    os.mkdir("/run/mounts")
    # Of its own, so that all go with it: what follows shall not read of them.
    subprocess.run(["mount", "-t", "tmpfs", "none", "/run/mounts"], check=True)
    for i in range(5000):
        os.mkdir(f"/run/mounts/{i}")
    script = "for i in $(seq 0 4999); do mount -t tmpfs -o size=4k none /run/mounts/$i; done"
    subprocess.run(["sh", "-c", script], check=True)
    netns_exec(bench, ", 5,000 mounts", 1.0, (10, 100))
    subprocess.run(["umount", "-l", "/run/mounts"], check=True)
    subprocess.run(bench.ours("xnetns delete bench"), check=True)


GROUPS = {"start": start, "enter": enter, "sandbox": sandbox, "netns": netns, "list": listing}


def plot(results, by_cpu, path):
    """Bars of our ratios, and a stroke where the mark is; 1 is the installed tool."""
    rows = [r for r in results if r["cpu_ratio"] and r["mark"] and "floor" not in r["case"]]
    data = "\n".join(f'"{r["case"]} ({r["program"]})" {judged_ratio(r, by_cpu)} {r["mark"] or "NaN"}' for r in rows)
    what = "processor time" if by_cpu else "time"
    script = f"""set terminal svg noenhanced size 900,{80 + 26 * len(rows)}; set output '{path}'
set logscale x; set xrange [0.003:1.5]; set yrange [{len(rows) - 0.5}:-0.5]; set grid x
set xlabel '{what} (1: the installed tool; stroke: the mark)'; set style fill solid 0.6; unset key
$data << END
{data}
END
plot $data using 2:0:(0.003):2:($0-0.35):($0+0.35):ytic(1) with boxxyerror lc 'steelblue', \\
     $data using 3:0:(0):(0.4) with vectors nohead lw 3 lc 'black', \\
     $data using 3:0:(0):(-0.4) with vectors nohead lw 3 lc 'black'
"""
    subprocess.run(["gnuplot"], input=script, text=True, check=True)


def enter_private():
    """Runs this again where what it mounts and makes in /run is nobody else's."""
    if "XNS_BENCH_PRIVATE" in os.environ:
        return
    os.environ["XNS_BENCH_PRIVATE"] = "1"
    os.execv(os.path.join(BUILD, "xns"), ["xns", "xunshare", "-m", "sh", "-c",
             'mount -t tmpfs none /run && exec "$@"', "sh", sys.executable] + sys.argv)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--json")
    parser.add_argument("--plot")
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--cpu", action="store_true")
    parser.add_argument("--big", action="store_true")
    parser.add_argument("--static")
    parser.add_argument("--lsns")
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(2), "little"))
    parser.add_argument("groups", nargs="*", metavar="GROUP")
    options = parser.parse_args()
    if not set(options.groups) <= set(GROUPS):
        parser.error("GROUP is one of " + ", ".join(GROUPS))
    if os.geteuid() != 0:
        sys.exit("bench: needs root")
    enter_private()
    with tempfile.TemporaryDirectory() as directory:
        bench = Bench(options, directory)
        print(f"seed {options.seed}")
        print(f"{'case':38} {'program':12} {'times':>5} {'median us':>9} {'cpu us':>9} "
              f"{'ratio':>7} {'of cpu':>7} {'mark':>7}")
        for group in options.groups or GROUPS:
            settle()
            GROUPS[group](bench)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(bench.results, file, indent=1)
    if options.plot and shutil.which("gnuplot"):
        plot(bench.results, options.cpu, options.plot)


if __name__ == "__main__":
    main()
