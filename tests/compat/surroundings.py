# SPDX-License-Identifier: GPL-2.0-or-later
"""Where a command line is run: the same fresh surroundings every time, and nothing else's.

Surroundings() moves this process into namespaces of its own once, with an /etc in which there is a
user "tester" with subordinate ids. run() then gives every command line its own mount and pid
namespaces, its own working directory and its own PID 1, so that what is left behind can be seen and
ends with the run.
"""
import ctypes
import fcntl
import json
import os
import re
import select
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time

UID, GID, GROUPS = 1000, 1000, [1000, 4242]
RUN_LIMIT = 20  # seconds; only a hanging program needs them
LINGER_LIMIT = 100  # times 10 ms; only a process that stays behind needs them

CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC = 0x00020000, 0x04000000, 0x08000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_BIND, MS_REC = 2, 4, 8, 4096, 16384
MS_PRIVATE, MS_SHARED = 1 << 18, 1 << 20
MNT_DETACH = 2
PR_SET_PDEATHSIG, PR_SET_DUMPABLE = 1, 4
SIOCSIFFLAGS, IFF_UP = 0x8914, 1

libc = ctypes.CDLL(None, use_errno=True)


def call(name, *arguments):
    """A system call that Python does not have, or has only since 3.12."""
    if getattr(libc, name)(*arguments) < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}{arguments}: {os.strerror(number)}")


def mount(source, target, kind=None, flags=0, data=None):
    texts = [None if text is None else text.encode() for text in (source, target, kind, data)]
    call("mount", *texts[:3], ctypes.c_ulong(flags), texts[3])


def read(path):
    with open(path, encoding="utf-8", errors="surrogateescape") as file:
        return file.read()


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def in_child(function):
    """Forks; the child runs function, whose result is its exit status. Returns the child's PID."""
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        status = function() or 0
    except BaseException as error:  # a child must not go on as a second parent
        os.write(2, f"surroundings: {error}\n".encode())
    finally:
        os._exit(status)


def end_with_parent():
    call("prctl", PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def become(mode):
    """The rest of this process is the caller that the mode names."""
    if mode == "root":
        return
    os.setgroups(GROUPS)
    os.setresgid(GID, GID, GID)
    os.setresuid(UID, UID, UID)
    # Since the change of ids /proc/self belongs to root (proc(5)).
    call("prctl", PR_SET_DUMPABLE, 1, 0, 0, 0)
    if mode != "userns":
        return
    call("unshare", CLONE_NEWUSER)
    write("/proc/self/setgroups", "deny")
    write("/proc/self/uid_map", f"0 {UID} 1")
    write("/proc/self/gid_map", f"0 {GID} 1")


def set_loopback_up():
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))


def mounts():
    """The lines of mountinfo as a list of (mount point, root, type)."""
    rows = []
    for line in read("/proc/self/mountinfo").splitlines():
        fields = line.split(" ")
        rows.append((fields[4], fields[3], fields[fields.index("-") + 1]))
    return rows


def processes():
    """PID to name of every process but this one."""
    found = {}
    for pid in map(int, filter(str.isdigit, os.listdir("/proc"))):
        try:
            found[pid] = read(f"/proc/{pid}/comm").strip()
        except OSError:
            continue
    found.pop(os.getpid(), None)
    return found


def reap():
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def open_directory():
    """$TMPDIR, or /tmp if others may not enter that, as with pam_tmpdir(8)."""
    path = os.path.realpath(tempfile.gettempdir())
    parts = path.split("/")
    above = ["/".join(parts[:end]) or "/" for end in range(1, len(parts) + 1)]
    return path if all(os.stat(one).st_mode & 0o001 for one in above) else "/tmp"


class Surroundings:
    """Owns the directory top, removed by close(). programs: {side: {name: path}}, put on PATH."""

    def __init__(self, programs):
        # The ordinary user reads and runs what is copied here.
        os.umask(0o022)
        self.top = tempfile.mkdtemp(prefix="xns-compat.", dir=open_directory())
        os.chmod(self.top, 0o755)
        self.work, self.bin = self.top + "/work", self.top + "/bin"
        self.programs = programs
        self.user_namespace = None
        self.setup = os.path.dirname(os.path.abspath(__file__)) + "/setup.sh"
        self.environment = {
            "PATH": f"{self.bin}:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": self.work,
            "SHELL": "/bin/sh",
            "LC_ALL": "C",
            # Each run has a place of its own for the networks of a user.
            "XDG_RUNTIME_DIR": self.work + "/runtime",
        }

    def close(self):
        libc.umount2(f"{self.top}/etc".encode(), MNT_DETACH)
        subprocess.run(["rm", "-rf", "--one-file-system", "--", self.top], check=False)

    def enter(self):
        """Private namespaces for all runs. What is left of them ends with this process."""
        for name in ("work", "bin", "etc", *self.programs):
            os.mkdir(f"{self.top}/{name}")
        for side, files in self.programs.items():
            for name, path in files.items():
                copy = f"{self.top}/{side}/{name}"
                os.makedirs(os.path.dirname(copy), exist_ok=True)
                os.chmod(shutil.copy(path, copy), 0o755)
        call("unshare", CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC)
        mount("none", "/", None, MS_REC | MS_PRIVATE)
        socket.sethostname("outside")
        self.private_etc()

    def private_etc(self):
        etc = self.top + "/etc"
        mount("tmpfs", etc, "tmpfs", 0, "mode=755")
        subprocess.run(["cp", "-a", "/etc/.", etc], check=True, stderr=subprocess.DEVNULL)
        own = {"passwd": ["root:x:0:0::/root:/bin/sh",
                          f"tester:x:{UID}:{GID}::{self.work}:/bin/sh"],
               "group": ["root:x:0:", f"tester:x:{GID}:"]}
        for name, entries in own.items():
            others = [line for line in read(f"/etc/{name}").splitlines()
                      if line.split(":")[0] not in ("root", "tester")
                      and line.split(":")[2] != str(UID)]
            write(f"{etc}/{name}", "\n".join(entries + others) + "\n")
        for name in ("subuid", "subgid"):
            write(f"{etc}/{name}", "tester:100000:65536\n")
        mount(etc, "/etc", None, MS_BIND)

    def run(self, side, mode, fragments, line):
        """Runs one command line. A dictionary: status, stdout, stderr, outside, left; or None."""
        return self.run_together([side], mode, fragments, line).get(side)

    def run_together(self, sides, mode, fragments, line):
        """Side to what its command line did, one after the other in the same surroundings; empty if one hung.

        Each finds the same processes, and gets the same PIDs.
        """
        answer, report = os.pipe()
        pid = in_child(lambda: self.supervise(sides, mode, fragments, line, report))
        os.close(report)
        text = b""
        while select.select([answer], [], [], RUN_LIMIT)[0]:
            part = os.read(answer, 65536)
            text += part
            if not part:
                break
        else:
            os.kill(pid, signal.SIGKILL)
        os.close(answer)
        os.waitpid(pid, 0)
        # The tool's directory must make no difference.
        text = text.decode()
        for side in sides:
            text = text.replace(f"{self.top}/{side}", self.bin)
        # How launch.c starts a program is no part of its command line.
        blank = r"(?: |\\+x20)"
        text = re.sub(rf"{self.bin}/lib/(\w+){blank}--argv0{blank}(\w+){blank}--library-path{blank}{self.bin}/lib"
                      rf"{blank}{self.bin}/lib/programs/\1\b", r"\2", text)
        return json.loads(text) if text else {}

    def supervise(self, sides, mode, fragments, line, report):
        """In a child: makes the namespaces, and waits for their PID 1, which reports."""
        end_with_parent()
        # The id that a network namespace had in ours is taken for a while after its end.
        call("unshare", CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET)
        # Up, so that a new network namespace, where it is down, looks different.
        set_loopback_up()

        def first():
            end_with_parent()
            self.prepare(sides[0], mode, fragments)
            if mode == "userns" and len(sides) > 1:
                self.hold_user_namespace()
            results = {sides[0]: self.observe(mode, line)}
            for side in sides[1:]:
                call("umount2", self.bin.encode(), MNT_DETACH)
                mount(f"{self.top}/{side}", self.bin, None, MS_BIND)
                results[side] = self.observe(mode, line)
            result = json.dumps(results).encode()
            while result:
                result = result[os.write(report, result):]

        return os.waitstatus_to_exitcode(os.waitpid(in_child(first), 0)[1])

    def prepare(self, side, mode, fragments):
        # As where systemd runs: all mounts are shared, so that a change of propagation shows.
        mount("none", "/", None, MS_REC | MS_SHARED)
        mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)
        mount(f"{self.top}/{side}", self.bin, None, MS_BIND)
        # Not this one: a mount namespace cannot be pinned below a shared mount.
        mount("tmpfs", self.work, "tmpfs", 0, "mode=755")
        mount("none", self.work, None, MS_PRIVATE)
        os.mkdir(self.work + "/runtime", 0o700)
        os.chown(self.work + "/runtime", UID, GID)
        os.chdir(self.work)
        if fragments:
            subprocess.run(["sh", "-eu", "-c", ". \"$0\"; " + "; ".join(fragments), self.setup],
                           check=True, stdin=subprocess.DEVNULL, env={
                               **self.environment, "TOP": self.top, "WORK": self.work})
        if mode != "root":
            os.chown(self.work, UID, GID)

    def hold_user_namespace(self):
        """Makes the user namespace of the mode "userns", in a process that stays, for all that follow."""
        made, tell = os.pipe()

        def stay():
            end_with_parent()
            become("userns")
            os.write(tell, b"x")
            signal.pause()

        pid = in_child(stay)
        os.read(made, 1)
        self.user_namespace = os.open(f"/proc/{pid}/ns/user", os.O_RDONLY)

    def observe(self, mode, line):
        """In PID 1 of a prepared run: starts the command line, and tells what came of it."""
        before, running = mounts(), processes()
        write("/proc/sys/kernel/ns_last_pid", str(max(running, default=1) + 1))
        files = [os.open(self.work, os.O_TMPFILE | os.O_RDWR) for _ in range(2)]
        told, tell = os.pipe()
        pid = in_child(lambda: self.start(mode, line, files, tell))
        os.close(tell)
        with os.fdopen(told) as pipe:
            outside = json.loads(pipe.read() or "{}")
        status = os.waitpid(pid, 0)[1]
        texts = [os.pread(fd, 1 << 20, 0).decode(errors="surrogateescape") for fd in files]
        return {"status": status, "stdout": texts[0], "stderr": texts[1], "outside": outside,
                "left": self.left_behind(before, running)}

    def left_behind(self, before, running):
        """What is there that was not: processes, which are given a moment to end, mounts, files."""
        for _ in range(LINGER_LIMIT):
            reap()
            left = {pid: name for pid, name in processes().items() if pid not in running}
            if not left:
                break
            time.sleep(0.01)
        return ([f"process {left[pid]}" for pid in sorted(left)] +
                [f"mount {point} {root} {kind}" for point, root, kind in sorted(mounts())
                 if (point, root, kind) not in before] +
                [f"file {name}" for name in sorted(os.listdir(self.work))])

    def start(self, mode, line, files, tell):
        os.setsid()
        for sig in range(1, 65):
            if sig not in (signal.SIGKILL, signal.SIGSTOP, 32, 33):
                signal.signal(sig, signal.SIG_DFL)
        os.umask(0o022)
        if self.user_namespace is None:
            become(mode)
        else:
            become("user")
            call("setns", self.user_namespace, CLONE_NEWUSER)
        links = {kind: os.readlink(f"/proc/self/ns/{kind}") for kind in os.listdir("/proc/self/ns")}
        os.write(tell, json.dumps(links).encode())
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(files[0], 1)
        os.dup2(files[1], 2)
        os.closerange(3, 256)
        os.execve("/bin/sh", ["sh", "-c", line], self.environment)
