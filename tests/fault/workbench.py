# SPDX-License-Identifier: GPL-2.0-or-later
"""Where the cases of the fault tests run: directories, processes to enter, what belongs there."""
import ctypes
import os
import re
import shutil
import signal
import stat
import struct
import subprocess
import threading
import time

from machine import BUILD, CGROUP, DIRECTORY, cgroups, read
from scenarios import SCENARIOS

SLOW, HANGING = 2.0, 20.0  # seconds: what is slower thrice waits for something; what hangs is killed
WATCH_TRIES = 100
USER = 1000
PASTA, TUN = "/usr/bin/pasta", "/dev/net/tun"
UPLINKS = "/run/xns/uplink"
NAMESPACES = ("mnt", "uts", "ipc", "net", "pid", "user", "cgroup", "time")

APPLETS = [one for one in ("xunshare", "xnsenter", "xnsls", "xnetns")
           if os.path.exists(os.path.join(BUILD, one))]
LIBC = ctypes.CDLL(None, use_errno=True)
MNT_DETACH = 2
NUMBER = re.compile(r"\d+")


def cgroup(pid):
    """The path of its cgroup that xns reads: not the root, and rather systemd's or version 2's."""
    lines = [line.split(":", 2) for line in read(f"/proc/{pid}/cgroup").splitlines()]
    ranks = {"name=systemd": 2, "": 1}
    return max(lines, key=lambda line: (line[2] != "/", ranks.get(line[1], 0)))[2]


def has_pasta():
    return os.path.exists(PASTA) and os.path.exists(TUN) and shutil.which("ip")


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


class Outcome:
    def __init__(self, status, out, err, seconds, report):
        self.status, self.out, self.err = status, out, err
        self.seconds, self.report = seconds, report


class Bench:
    """Where the cases run: directories, the processes to enter, what belongs there."""

    def __init__(self, hanging=HANGING):
        self.hanging = hanging
        self.work = os.environ[DIRECTORY]
        self.words = {}
        self.names = call_names()
        self.known = self.settled = set()
        self.outer = {kind: os.readlink(f"/proc/self/ns/{kind}") for kind in NAMESPACES}
        self.null = os.open("/dev/null", os.O_RDWR | os.O_CLOEXEC)

    def path(self, name):
        return os.path.join(self.work, name)

    def prepare(self):
        # By a descriptor: the build may lie below /run, or on a mount that is detached now.
        build = f"/proc/self/fd/{os.open(BUILD, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)}"
        os.umask(0o022)
        self.detach_below(("/run/", "/tmp/"))
        subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", self.work], check=True)
        self.cover_tmp()
        os.makedirs(self.path("home"))
        os.makedirs(self.path("runtime"), 0o700)
        for name in ("home", "runtime"):
            os.chown(self.path(name), USER, USER)
        os.chdir(self.work)
        # Not in the bench's directory: names are to be found by the path that users have.
        subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", "/run"], check=True)
        for tool in ("tests/fault/inject", "tests/fault/witness", "tests/fault/pasta", "xns"):
            copy = shutil.copy(os.path.join(build, tool), self.work)
            # The clone and build may have had a umask of 077.
            os.chmod(copy, 0o755)
        for applet in APPLETS:
            os.symlink("xns", self.path(applet))
        self.prepare_etc()
        self.prepare_network()
        root = self.path("root")
        os.makedirs(root + "/dir")
        self.copy_with_libraries(self.path("witness"), root)
        os.makedirs(root + "/proc")
        os.symlink("/dir/../../proc", root + "/link")
        # pivot_root(2) wants a mount.
        subprocess.run(["mount", "--bind", root, root], check=True)
        for name in ("file", "other"):
            self.write(name, "")
        with open(self.path("filter"), "wb") as file:
            file.write(struct.pack("=HBBI", 6, 0, 0, 0x7fff0000))  # return SECCOMP_RET_ALLOW
        os.symlink(".", self.path("way"))
        self.words = {"witness": self.path("witness"), "root": root,
                      "file": self.path("file"), "other": self.path("other"),
                      "way": self.path("way"), "filter": self.path("filter")}
        if CGROUP in os.environ:
            self.words["parent"] = os.environ[CGROUP]
        self.prepare_store()
        self.words["target"] = self.target(
            ["xunshare", "-m", "-u", "-n", "-i", "-p", "-C", "-T", "-f", "--kill-child",
             "--mount-proc"], 0)
        self.words["guest"] = self.target(["xunshare", "-r", "-m", "-u", "-n", "--kill-child"], USER)
        self.words["filtered"] = self.target(
            ["xunshare", "-m", "-p", "--seccomp", self.path("filter"), "--kill-child", "--mount-proc"], 0)
        self.words["cgroup"] = cgroup(self.words["target"])
        self.known = self.settled = self.processes()

    def cover_tmp(self):
        """Only the bench's directory stays there: without XDG_RUNTIME_DIR a user's names are kept in /tmp."""
        own = os.open(self.work, os.O_PATH)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=1777", "tmpfs", "/tmp"], check=True)
        os.mkdir(self.work)
        subprocess.run(["mount", "--bind", f"/proc/self/fd/{own}", self.work], check=True, pass_fds=[own])
        os.close(own)

    def prepare_store(self):
        if "xnetns" not in APPLETS:
            os.makedirs("/run/netns", exist_ok=True)
        elif not os.path.ismount("/run/netns/kept"):
            if os.path.exists("/run/netns/kept"):
                self.plain(["xnetns", "gc", "--unseen", "kept"])
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

    def prepare_network(self):
        """What an uplink needs: a default route, a device that everybody may open, and a pasta."""
        if not has_pasta():
            return
        subprocess.run("ip link set lo up && ip addr add 192.0.2.2/24 dev lo && ip route add default via 192.0.2.1 dev lo",
                       shell=True, check=True)
        os.umask(0)
        os.mknod(self.path("tun"), 0o666 | stat.S_IFCHR, os.stat(TUN).st_rdev)
        os.umask(0o022)
        subprocess.run(["mount", "--bind", self.path("tun"), TUN], check=True)
        subprocess.run(["mount", "--bind", self.path("pasta"), os.path.realpath(PASTA)], check=True)

    def copy_with_libraries(self, program, root):
        shutil.copy(program, root + "/witness")
        listing = subprocess.run(["ldd", program], stdout=subprocess.PIPE, check=True, text=True)
        for library in re.findall(r"(/\S+)", listing.stdout):
            os.makedirs(root + os.path.dirname(library), exist_ok=True)
            shutil.copy(library, root + library)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)

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

    def plain(self, line, user=False):
        """Runs a command line without faults; it must succeed."""
        become = ["/usr/bin/setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups"] if user else []
        outcome = self.start(self.expand(line, become))
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
               "WITNESS": "kept", "LC_ALL": "C", "XDG_RUNTIME_DIR": self.path("runtime")}
        pid = os.posix_spawn(argv[0], argv, env, file_actions=actions)
        other = threading.Thread(target=self.end_watch, args=(pid, env))
        if any(word.startswith("--watch") for word in argv):
            other.start()
        status = self.wait(pid)
        if other.ident:
            other.join()
        seconds = time.monotonic() - began
        text = self.take(master if terminal else out, terminal)
        errors = self.take(err, False)
        for fd in {master, out, err} - {-1}:
            os.close(fd)
        return Outcome(status, text, errors, seconds, "")

    def end_watch(self, pid, env):
        """Makes namespaces until there is a line about one, and ends what watches them."""
        for _ in range(WATCH_TRIES):
            if os.stat(self.path("out")).st_size or not os.path.exists(f"/proc/{pid}"):
                break
            os.posix_spawn(self.path("xunshare"), ["xunshare", "-u", "sleep", "0.05"], env)
            time.sleep(0.05)
        try:
            children = read(f"/proc/{pid}/task/{pid}/children").split()
            os.kill(int(children[0]) if children else pid, signal.SIGTERM)
        except (OSError, ValueError):
            pass  # it has ended by itself

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
        signal.setitimer(signal.ITIMER_REAL, self.hanging)
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

    def settle(self):
        """What runs now belongs to the case."""
        self.settled = self.processes()

    def strangers(self):
        """What runs that should not; waits for what is ending, at most as long as may be waited."""
        for _ in range(int(SLOW / 0.01)):
            try:
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass
            except ChildProcessError:
                pass
            left = self.processes() - self.settled
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
        for top in (self.work, "/run/netns", UPLINKS):
            for directory, below, files in os.walk(top):
                below[:] = [one for one in below if one not in ("root", "etc")]
                for name in files:
                    if name not in ("out", "err", "report"):
                        seen.append(("file", os.path.join(directory, name)))
        seen += [("cgroup", NUMBER.sub("N", path)) for path in self.cgroups()]
        return sorted(seen)

    def cgroups(self):
        return cgroups(self.words["parent"]) if "parent" in self.words else []

    def restore(self):
        """Takes away what a case has made; not by our own tools, which are under test."""
        for pid in self.processes() - self.known:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.settled = self.known
        self.strangers()
        names = set(os.listdir("/run/netns")) - {"kept"}
        for path in [*(f"/run/netns/{name}" for name in names), self.path("file"), self.path("other"),
                     self.words["root"] + "/set"]:
            while LIBC.umount2(path.encode(), MNT_DETACH) == 0:
                pass
        for name in names:
            os.unlink(f"/run/netns/{name}")
        for path in (self.words["root"] + "/set", self.path("runtime/xns"), UPLINKS, f"/tmp/xns-{USER}"):
            shutil.rmtree(path, ignore_errors=True)
        for path in self.cgroups():
            os.rmdir(path)
        self.prepare_store()

    def normal(self, text):
        """What the witness saw; each namespace is ours, the one that is entered, or new."""
        known = {link: f"{kind}:ours" for kind, link in self.outer.items()}
        for word in ("target", "guest", "filtered"):
            for kind in NAMESPACES:
                link = os.readlink(f"/proc/{self.words[word]}/ns/{kind}")
                known.setdefault(link, f"{kind}:{word}")
        return re.sub(r"\w+:\[\d+\]",
                      lambda m: known.get(m.group(), m.group().split(":")[0] + ":new"), text)


# ---- the scenarios to run ---------------------------------------------------------------------------

def select(texts):
    """The scenarios that have one of these in their names, or all."""
    return [one for one in SCENARIOS if not texts or any(text in one.name for text in texts)]


def lacking(scenario):
    """What this build has not, or None."""
    used = [line[0] for line in (*scenario.before, scenario.line)]
    if any("/run/netns/" in word for word in scenario.line):
        used.append("xnetns")
    if "{parent}" in scenario.line and CGROUP not in os.environ:
        return "cgroup of version 2 here"
    if any("uplink" in word for word in scenario.line) and not has_pasta():
        return "place for a pasta"
    return next((one for one in used if one not in APPLETS), None)
