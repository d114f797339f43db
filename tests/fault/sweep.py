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
import ctypes
import errno
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from scenarios import SCENARIOS

ERRORS = ("EPERM", "EACCES", "ENOMEM", "ENOSPC", "EINTR", "EIO", "EINVAL", "EMFILE", "ENOSYS")
FAULTS = ERRORS + ("kill", "short")
SLOW, HANGING = 2.0, 20.0  # seconds: what is slow thrice waits for something; what hangs is killed
USER = 1000
NAMESPACES = ("mnt", "uts", "ipc", "net", "pid", "user", "cgroup", "time")

# Calls that cannot fail, or not with arguments that are right: they are only killed at.
UNFAILING = ("exit exit_group rt_sigreturn restart_syscall brk getpid getppid getuid geteuid getgid "
             "getegid gettid umask sched_yield set_robust_list rseq futex sigaltstack "
             "set_tid_address arch_prctl rt_sigprocmask rt_sigaction clock_gettime munmap madvise").split()
FORKS = ("clone", "clone3", "fork", "vfork")
WITH_LENGTH = ("read", "write", "pread64", "getdents64", "readlinkat", "recvfrom", "sendto")

BUILD = os.environ.get("XNS_BUILDDIR") or os.path.realpath(
    os.path.join(os.path.dirname(__file__), "../../build"))
APPLETS = [one for one in ("xunshare", "xnsenter", "xnsls", "xnetns")
           if os.path.exists(os.path.join(BUILD, one))]
LIBC = ctypes.CDLL(None, use_errno=True)
MNT_DETACH = 2
NUMBER = re.compile(r"\d+")


class Slow(Exception):
    pass


def call_names():
    """The names of the system calls by number, from the kernel's header."""
    names = {}
    for path in ("/usr/include/x86_64-linux-gnu/asm/unistd_64.h", "/usr/include/asm/unistd_64.h"):
        if os.path.exists(path):
            with open(path, encoding="ascii") as file:
                for name, number in re.findall(r"#define __NR_(\w+) (\d+)", file.read()):
                    names[int(number)] = name
            break
    return names


def read(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


# ---- running --------------------------------------------------------------------------------------

class Outcome:
    def __init__(self, status, out, err, seconds, report):
        self.status, self.out, self.err = status, out, err
        self.seconds, self.report = seconds, report


class Bench:
    """Where the cases run: directories, the processes to enter, what belongs there."""

    def __init__(self):
        self.work = "/tmp/work"
        self.words = {}
        self.names = call_names()
        self.known = set()
        self.outer = {kind: os.readlink(f"/proc/self/ns/{kind}") for kind in NAMESPACES}
        self.null = os.open("/dev/null", os.O_RDWR | os.O_CLOEXEC)

    def path(self, name):
        return os.path.join(self.work, name)

    def prepare(self):
        # By a descriptor: the build may lie below what is covered now.
        build = f"/proc/self/fd/{os.open(BUILD, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)}"
        self.detach_below(("/run/", "/tmp/"))
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/tmp"], check=True)
        os.chmod("/tmp", 0o1777)
        os.makedirs(self.path("home"))
        os.chown(self.path("home"), USER, USER)
        os.chdir(self.work)
        # Not below /tmp: names are to be found by the path that users have.
        subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", "/run"], check=True)
        for tool in ("inject", "witness"):
            shutil.copy(os.path.join(build, "tests/fault", tool), self.path(tool))
        shutil.copy(os.path.join(build, "xns"), self.path("xns"))
        for applet in APPLETS:
            os.symlink("xns", self.path(applet))
        self.prepare_etc()
        root = self.path("root")
        os.makedirs(root + "/dir")
        self.copy_with_libraries(self.path("witness"), root)
        os.makedirs(root + "/proc")
        # pivot_root(2) wants a mount.
        subprocess.run(["mount", "--bind", root, root], check=True)
        for name in ("file", "other"):
            self.touch(name)
        self.words = {"witness": self.path("witness"), "root": root,
                      "file": self.path("file"), "other": self.path("other")}
        self.prepare_store()
        self.words["target"] = self.target(
            ["xunshare", "-m", "-u", "-n", "-i", "-p", "-C", "-T", "-f", "--kill-child",
             "--mount-proc"], 0)
        self.words["guest"] = self.target(["xunshare", "-r", "-m", "-u", "--kill-child"], USER)
        self.known = self.processes()

    def prepare_store(self):
        if "xnetns" not in APPLETS:
            os.makedirs("/run/netns", exist_ok=True)
        elif not os.path.ismount("/run/netns/kept"):
            self.plain(["xnetns", "add", "kept"])

    def detach_below(self, tops):
        """What the machine has there would be read with every look at the mounts."""
        points = [line.split()[4] for line in read("/proc/self/mountinfo").splitlines()]
        for point in reversed(points):
            if point.startswith(tops):
                LIBC.umount2(point.encode(), MNT_DETACH)

    def prepare_etc(self):
        """The ordinary user, and the user's subordinate ids."""
        etc = self.path("etc")
        shutil.copytree("/etc", etc, symlinks=True, ignore_dangling_symlinks=True)
        for name in ("passwd", "group"):
            with open(f"{etc}/{name}", "a", encoding="utf-8") as file:
                file.write(f"tester:x:{USER}:{USER}::/:/bin/sh\n" if name == "passwd"
                           else f"tester:x:{USER}:\n")
        for name in ("subuid", "subgid"):
            with open(f"{etc}/{name}", "w", encoding="utf-8") as file:
                file.write(f"tester:100000:65536\n{USER}:100000:65536\n")
        subprocess.run(["mount", "--bind", etc, "/etc"], check=True)

    def copy_with_libraries(self, program, root):
        shutil.copy(program, root + "/witness")
        listing = subprocess.run(["ldd", program], stdout=subprocess.PIPE, check=True, text=True)
        for library in re.findall(r"(/\S+)", listing.stdout):
            os.makedirs(root + os.path.dirname(library), exist_ok=True)
            shutil.copy(library, root + library)

    def touch(self, name):
        with open(self.path(name), "w", encoding="ascii"):
            pass

    def expand(self, line, under=()):
        """The words of a command line: its first one is an applet."""
        return [*under, self.path(line[0]), *(word.format(**self.words) for word in line[1:])]

    def target(self, line, user):
        """Starts something to enter; its PID as we see it."""
        gate, inner = os.pipe()
        os.set_inheritable(inner, True)
        argv = self.expand([*line, "sh", "-c", f"echo >&{inner}; exec {inner}>&-; exec sleep 100000"])
        if user:
            argv = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", *argv]
        process = subprocess.Popen(argv, close_fds=False, stdin=self.null, stdout=self.null)
        os.close(inner)
        os.read(gate, 1)
        os.close(gate)
        children = read(f"/proc/{process.pid}/task/{process.pid}/children").split()
        return int(children[0]) if children else process.pid

    def plain(self, line):
        """Runs a command line without faults; it must succeed."""
        outcome = self.start(self.expand(line))
        if outcome.status != 0:
            raise RuntimeError(f"{line}: {outcome.status}: {outcome.err}")

    def start(self, argv, terminal=False):
        write = os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
        err = os.open(self.path("err"), write)
        master, out = os.openpty() if terminal else (-1, os.open(self.path("out"), write))
        began = time.monotonic()
        actions = [(os.POSIX_SPAWN_DUP2, out if terminal else self.null, 0),
                   (os.POSIX_SPAWN_DUP2, out, 1), (os.POSIX_SPAWN_DUP2, err, 2)]
        env = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
               "WITNESS": "kept", "LC_ALL": "C"}
        pid = os.posix_spawn(argv[0], argv, env, file_actions=actions)
        status = self.wait(pid)
        seconds = time.monotonic() - began
        text = self.take(master if terminal else out, terminal)
        errors = self.take(err, False)
        for fd in {master, out, err} - {-1}:
            os.close(fd)
        return Outcome(status, text, errors, seconds, "")

    def take(self, fd, terminal):
        """All that was written to a file, or to the other side of a terminal."""
        data = b""
        if terminal:
            os.set_blocking(fd, False)
        else:
            os.lseek(fd, 0, os.SEEK_SET)
        try:
            while chunk := os.read(fd, 65536):
                data += chunk
        except OSError:
            pass
        # The settings of a terminal are a comfort: without them the line ends look different.
        return data.decode(errors="replace").replace("\r", "")

    def wait(self, pid):
        """The exit status; None for one that hangs, which is killed."""
        def late(*_):
            raise Slow
        signal.signal(signal.SIGALRM, late)
        signal.setitimer(signal.ITIMER_REAL, HANGING)
        try:
            while True:
                ended, status = os.waitpid(-1, 0)
                if ended == pid:
                    return os.waitstatus_to_exitcode(status)
        except Slow:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            return None
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)

    def inject(self, scenario, fault=None):
        report = self.path("report")
        under = [self.path("inject"), f"{report}@{fault}" if fault else report,
                 str(USER if scenario.user else 0)]
        outcome = self.start(self.expand(scenario.line, under), "--pty" in scenario.line)
        outcome.report = read(report)
        return outcome

    # ---- what is there ----

    def processes(self):
        found = set()
        for name in os.listdir("/proc"):
            if name.isdigit():
                found.add(int(name))
        return found

    def strangers(self):
        """What runs that should not; waits for what is ending, at most as long as may be waited."""
        for _ in range(int(SLOW / 0.01)):
            try:
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass
            except ChildProcessError:
                pass
            left = self.processes() - self.known
            if not left:
                return left
            time.sleep(0.01)
        return left

    def state(self):
        """Mounts and files, without the numbers that differ from run to run."""
        seen = []
        with open("/proc/self/mountinfo", encoding="utf-8") as file:
            for line in file:
                fields = line.split()
                kind = fields[fields.index("-") + 1]
                shared = "shared" if "shared:" in line else "private"
                seen.append(("mount", fields[4], NUMBER.sub("N", fields[3]), kind, shared))
        for top in (self.work, "/run/netns"):
            for directory, below, files in os.walk(top):
                below[:] = [one for one in below if one not in ("root", "etc")]
                for name in files:
                    if name not in ("out", "err", "report"):
                        seen.append(("file", os.path.join(directory, name)))
        return sorted(seen)

    def restore(self):
        """Takes away what a case has made; not by our own tools, which are under test."""
        for pid in self.processes() - self.known:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.strangers()
        names = set(os.listdir("/run/netns")) - {"kept"}
        for path in [*(f"/run/netns/{name}" for name in names), self.path("file"), self.path("other")]:
            while LIBC.umount2(path.encode(), MNT_DETACH) == 0:
                pass
        for name in names:
            os.unlink(f"/run/netns/{name}")
        self.prepare_store()

    def normal(self, text):
        """What the witness saw; each namespace is ours, the one that is entered, or new."""
        known = {link: f"{kind}:ours" for kind, link in self.outer.items()}
        for word in ("target", "guest"):
            for kind in NAMESPACES:
                link = os.readlink(f"/proc/{self.words[word]}/ns/{kind}")
                known.setdefault(link, f"{kind}:{word}")
        return re.sub(r"\w+:\[\d+\]",
                      lambda m: known.get(m.group(), m.group().split(":")[0] + ":new"), text)


# ---- one scenario ---------------------------------------------------------------------------------

class Sweep:
    """One scenario: its sites, what it does without a fault, and the check of each case."""

    def __init__(self, bench, scenario, verbose):
        self.bench, self.scenario, self.verbose = bench, scenario, verbose
        self.tried = self.missed = 0
        self.faults = []
        self.fresh()
        self.before = bench.state()
        self.good = bench.inject(scenario)
        self.after = bench.state()
        self.witness = bench.normal(self.good.out)
        self.left = bench.strangers()
        self.sites = self.find_sites()

    def fresh(self):
        self.bench.restore()
        for line in self.scenario.before:
            self.bench.plain(line)

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

    def cases(self):
        for site in self.sites:
            for fault in FAULTS:
                if fault == "short" and site[2] not in WITH_LENGTH:
                    continue
                if fault == "kill" or site[2] not in UNFAILING:
                    yield site, fault

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

    def run(self, site, fault):
        process, index, _, _ = site
        action = str(getattr(errno, fault)) if fault in ERRORS else fault
        self.fresh()
        return self.bench.inject(self.scenario, f"{process}:{index}={action}")

    def try_case(self, site, fault):
        outcome = self.run(site, fault)
        if outcome.report.strip() != "reached":
            self.missed += 1
            return
        self.tried += 1
        slow = 0
        while outcome.seconds > SLOW and slow < 2:  # a busy machine, or does it wait?
            slow += 1
            outcome = self.run(site, fault)
        wrong = list(self.violations(site, fault, outcome))
        told = f"{self.scenario.name}: {site[0]}:{site[1]} {site[2]} {fault}"
        if wrong:
            self.faults.append(told)
            print(f"# {told}: {'; '.join(wrong)}")
            print(f"#     status {outcome.status}, {outcome.seconds:.2f} s, stderr: "
                  f"{outcome.err.strip()[:300]}")
        elif self.verbose:
            print(f"# {told}: {outcome.status} {outcome.err.strip()[:200]}")
        sys.stdout.flush()

    # ---- what must hold ----

    def violations(self, site, fault, outcome):
        if outcome.status is None:
            yield "hangs"
        elif outcome.seconds > SLOW:
            yield "waits"
        left = self.bench.strangers()
        if left:
            yield f"leaves processes: {[self.describe(pid) for pid in sorted(left)]}"
        # Who does not wait for a program any more has not seen all of its output.
        if "--pty" not in self.scenario.line:
            outcome.out = read(self.bench.path("out"))
        if outcome.status is not None:
            yield from self.wrong_answer(site, fault, outcome)
        # Without a child to try it, the pins stay when the very last call fails.
        last = site[2].startswith("exec") and site[0] == "0"
        # Whose parent fails to wait for it, the program may run.
        alone = self.runs_witness() and self.waits(site)
        yield from self.wrong_state(fault == "kill" or last or alone, outcome)

    def describe(self, pid):
        try:
            return " ".join(read(f"/proc/{pid}/stat").split()[:3])
        except OSError:
            return str(pid)

    def wrong_answer(self, site, fault, outcome):
        applet = self.scenario.line[0]
        # Who waits for a child that was killed is ended by the same signal.
        killed = fault == "kill" and (site[0] == "0" or outcome.status in (137, -9))
        if outcome.status == 0 and self.runs_witness():
            # EIO from a terminal's master says that the program has closed the other side.
            closed = "--pty" in self.scenario.line and site[2] == "read" and fault == "EIO"
            if self.bench.normal(outcome.out) != self.witness and not closed:
                yield "says that all went well, which it did not: " + self.difference(outcome.out)
        elif outcome.status == 0 and self.scenario.lists:
            yield from self.wrong_listing(site, fault, outcome)
        elif self.runs_witness() and "witness " in outcome.out:
            ran = self.bench.normal(outcome.out)
            if any(line not in self.witness.splitlines() for line in ran.splitlines()):
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
        if not outcome.out and self.good.out:
            yield "says that all went well, and prints nothing"
        if site[2] in ("write", "writev") and site[3] == 1 and fault in ERRORS and fault != "EINTR":
            yield "the output failed, and that is not said"
        # xnsls leaves out what cannot be read; xnetns lists all or fails.
        if self.scenario.line[0] == "xnetns" and outcome.out != self.good.out:
            yield f"incomplete: {outcome.out!r} for {self.good.out!r}"
        if "-J" in self.scenario.line or "-j" in self.scenario.line:
            try:
                json.loads(outcome.out)
            except ValueError:
                yield "no JSON"

    def difference(self, text):
        got, want = self.bench.normal(text).split(), self.witness.split()
        extra = [word for word in got if word not in want]
        return f"{extra[:8]}, without {[word for word in want if word not in got][:8]}"

    def wrong_state(self, excused, outcome):
        state = self.bench.state()
        if outcome.status == 0 and state != self.after:
            yield f"succeeds, but {self.changes(self.after, state)}"
        elif outcome.status == 0 or state == self.before:
            return
        elif not excused and self.scenario.line[0] == "xnetns" and self.partly(state):
            return
        elif excused and state == self.after:
            return
        elif excused and self.scenario.left:
            yield from self.not_repaired()
        elif state != self.after or "witness " not in outcome.out:
            yield f"fails, but {self.changes(self.before, state)}"

    def partly(self, state):
        """
        Of several names some may be done; each is whole or not there at all. A name that is half
        deleted is stale, which the next command knows.
        """
        names = {path for kind, path, *_ in state if kind == "file" and "/run/netns/" in path}
        mounts = {path for kind, path, *_ in state if kind == "mount" and "/run/netns/" in path}
        if "delete" in self.scenario.line:
            return mounts <= names
        several = sum(word in ("a", "b") for word in self.scenario.line) > 1
        return (several or "--all" in self.scenario.line) and names == mounts

    def not_repaired(self):
        """What a killed process has left is no obstacle to the next one."""
        if self.scenario.line[0] == "xnetns":
            self.bench.plain(["xnetns", "gc"])
            state = self.bench.state()
            if state not in (self.before, self.after) and not self.partly(state):
                yield f"after gc there is {self.changes(self.before, state)}"
        else:
            again = self.bench.inject(self.scenario)
            if again.status != 0:
                yield f"the next run fails: {again.err.strip()[:200]}"

    def changes(self, old, new):
        return (f"{[' '.join(one) for one in new if one not in old][:6]} more, "
                f"{[' '.join(one) for one in old if one not in new][:6]} less")


# ---- all of them ----------------------------------------------------------------------------------

def chosen(sweep, share):
    """Which cases: all, or a sample that is the same in every run."""
    cases = list(sweep.cases())
    if share is None or share >= len(cases):
        return cases
    return random.Random(sweep.scenario.name).sample(cases, share)


def select(texts):
    """The scenarios that have one of these in their names, or all."""
    return [one for one in SCENARIOS if not texts or any(text in one.name for text in texts)]


def lacking(scenario):
    """What this build has not, or None."""
    used = [line[0] for line in (*scenario.before, scenario.line)]
    if any("/run/netns/" in word for word in scenario.line):
        used.append("xnetns")
    return next((one for one in used if one not in APPLETS), None)


def run_all(options, texts):
    bench = Bench()
    bench.prepare()
    scenarios = select(texts)
    share = None if options["all"] else max(1, options["sample"] // len(scenarios))
    print(f"1..{len(scenarios)}")
    tried = missed = 0
    broken = []
    for number, scenario in enumerate(scenarios, 1):
        if lacking(scenario):
            print(f"ok {number} - {scenario.name} # SKIP this build has no {lacking(scenario)}")
            continue
        sweep = Sweep(bench, scenario, options["verbose"])
        reason = sweep.sanity()
        if reason:
            print(f"# {scenario.name}: {reason}")
        else:
            for site, fault in chosen(sweep, share):
                sweep.try_case(site, fault)
        good = not reason and not sweep.faults
        print(f"{'ok' if good else 'not ok'} {number} - {scenario.name}: {sweep.tried} faults at "
              f"{len(sweep.sites)} system calls")
        sys.stdout.flush()
        tried, missed = tried + sweep.tried, missed + sweep.missed
        broken += sweep.faults
    bench.restore()
    print(f"# {tried} cases tried, {tried - len(broken)} held, {missed} not reached")
    return 1 if broken and not os.environ.get("XNS_HARNESS") else 0


def skip(reason):
    print(f"1..0 # SKIP {reason}")
    sys.exit(0)


def check_machine():
    if os.geteuid() != 0:
        skip("not root")
    if os.path.exists(os.path.join(BUILD, "cmd/main.gcno")):
        skip("a build for coverage, which writes files of its own")
    inject = os.path.join(BUILD, "tests/fault/inject")
    if subprocess.run([inject], stderr=subprocess.DEVNULL).returncode == 77:
        skip("the injector is not written for this kind of processor")
    alone = ["unshare", "-m", "-u", "-i", "-n", "-p", "-f", "--mount-proc", "--kill-child"]
    report = tempfile.NamedTemporaryFile()
    if subprocess.run([*alone, inject, report.name, "0", os.path.join(BUILD, "xns"), "--version"],
                      stdout=subprocess.DEVNULL).returncode != 0:
        skip("no private namespaces, or no tracing in them")
    return alone


def main():
    options = {"all": "--all" in sys.argv, "verbose": "-v" in sys.argv, "sample": 700}
    words = [word for word in sys.argv[1:] if word not in ("--all", "-v")]
    if words[:1] == ["--sample"]:
        options["sample"] = int(words[1])
        words = words[2:]
    if os.environ.get("XNS_SWEEP") != "inside":
        alone = check_machine()
        # Linux 6.18 numbers mount namespaces by processor, and a pin may need several attempts
        # (common/apply_pin.c): on one processor the sites are the same in every run.
        os.sched_setaffinity(0, [min(os.sched_getaffinity(0))])
        os.environ["XNS_SWEEP"] = "inside"
        inside = subprocess.Popen([*alone, "--propagation", "private", sys.executable, __file__,
                                   *sys.argv[1:]])
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        try:
            return inside.wait()
        finally:
            inside.kill()
    return run_all(options, words)


if __name__ == "__main__":
    sys.exit(main())
