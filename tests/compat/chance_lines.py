# SPDX-License-Identifier: GPL-2.0-or-later
"""Command lines by chance, from a seed: each a Case of lists.py. The same seed gives the same lines."""
import random

from lists import MODES, Case

PROGRAMS = ["probe"] * 6 + ["true", "pwd", "sh -c 'exit 7'", "nosuchprogram", "sh -c 'id -u; id -g; id -G'"]
IDS = ["0", "1", "5", "1000", "65534", "100000", "4294967295", "4294967294", "-1", "x", "tester", "''"]
NS_LETTERS = "muinpUCT"
NS_NAMES = ["mount", "uts", "ipc", "net", "pid", "user", "cgroup", "time"]
TYPES = ["mnt", "net", "ipc", "user", "pid", "uts", "cgroup", "time", "all"]


class Lines:
    """Makes lines for one tool. Each method that makes a word gets its randomness from self.random."""

    def __init__(self, tool, seed):
        self.random = random.Random(f"{tool}:{seed}")
        self.make = {"unshare": self.unshare, "nsenter": self.nsenter, "lsns": self.lsns,
                     "ip-netns": self.netns}[tool]
        self.modes = ("root", "user") if tool == "ip-netns" else MODES

    def pick(self, words):
        return self.random.choice(words)

    def likely(self, part):
        return self.random.random() < part

    def some(self, words, most):
        """Some of the words, in any order, and perhaps one of them twice."""
        count = self.random.randint(0, most)
        return [self.pick(words) for _ in range(count)]

    def filled(self, word):
        """ID, SPEC and so on in an option become an argument."""
        for name, words in (
                ("ID", IDS),
                ("SPEC", ["0:0:1", "0,0,1", "0:100000:10", "5:1000:1", "100000,0,10", "auto", "subids",
                          "all", "0:0", "x", "0:0:0", "1000:0:1"]),
                ("SECONDS", ["1", "0", "-1", "100", "x", "9223372036854775807"]),
                ("SIGNAL", ["TERM", "SIGKILL", "9", "HUP", "nosuch", "rtmin"]),
                ("WORD", ["private", "shared", "slave", "unchanged", "x"]),
                ("DIR", ["/", "/usr", "root", "/nosuch", ".", "dir", "''"]),
                ("TYPE", TYPES)):
            if name in word:
                word = word.replace(name, self.pick(words), 1)
        return word

    def case(self):
        mode = self.pick(self.modes)
        wants, line = self.make()
        # From inside a user namespace nobody sees who created one outside.
        if line.startswith("lsns") and mode == "userns" and "names" in wants:
            wants.remove("names")
        return Case(mode, ",".join(wants) or "-", line)

    # --- unshare

    UNSHARE = ([f"-{letter}" for letter in NS_LETTERS] * 2 + [f"--{name}" for name in NS_NAMES] + [
        "-f", "-r", "-c", "-r", "-f", "--map-user=ID", "--map-user ID", "--map-group=ID", "--map-group ID",
        "--map-users=SPEC", "--map-groups=SPEC", "--map-users SPEC", "--map-auto", "--map-subids",
        "--mount-proc", "--mount-proc=/proc", "--mount-proc=/nosuch", "--kill-child", "--kill-child=SIGNAL",
        "--propagation WORD", "--propagation=WORD", "--setgroups allow", "--setgroups=deny", "--setgroups x",
        "-S ID", "-G ID", "-S0", "-G0", "-R DIR", "--root=DIR", "-w DIR", "--wd=DIR", "--keep-caps",
        "--monotonic SECONDS", "--boottime=SECONDS", "--uts=f", "--net=f", "--user=f", "--ipc=nosuch",
        "--forward-signals", "--owner 1000:1000", "--owner ID:ID", "-Umr", "-mpf", "-rf", "--fo", "--mo", "--"])

    def unshare(self):
        words = [self.filled(word) for word in self.some(self.UNSHARE, 5)]
        wants = [name for name, part in (("rootfs", 0.1), ("rootsubid", 0.05), ("nosubid", 0.05),
                                         ("enough", 0)) if self.likely(part)]
        if len({"rootsubid", "nosubid"} & set(wants)) > 1:
            wants.remove("nosubid")
        before = "touch f; " if any(word.endswith("=f") for word in words) else ""
        program = self.pick(PROGRAMS)
        if self.likely(0.05):
            return wants, f"{before}SHELL={self.pick(['/bin/true', 'probe', '', '/nosuch'])} unshare {' '.join(words)}"
        return wants, f"{before}unshare {' '.join(words + [program])}"

    # --- nsenter

    NSENTER = ([f"-{letter}" for letter in NS_LETTERS] * 3 + [f"--{name}" for name in NS_NAMES] + [
        "-a", "--all", "-a", "-r", "-r/", "-rDIR", "--root=DIR", "-w", "-w/usr", "--wd=DIR", "-W", "-W/usr",
        "--wdns=DIR", "-S ID", "-G ID", "-S follow", "-G follow", "--preserve-credentials", "--keep-caps",
        "-F", "--no-fork", "-e", "--env", "-c", "--user-parent", "-Z", "-N 0", "-N 300", "-N x",
        "--net=FILE", "-nFILE", "--uts=FILE", "-uFILE", "-i=FILE", "--cgroup=FILE", "-U/proc/$(cat box)/ns/user",
        "-m/proc/$(cat box)/ns/mnt", "-p/proc/$(cat box)/ns/pid", "--time=FILE", "--pre", "-mu", "--"])
    FILES = ["ns/net", "ns/uts", "ns/ipc", "ns/cgroup", "ns/time", "ns/user", "/proc/$$/ns/net", "/nosuch", "ns",
             "''", ":x"]
    TARGETS = ["$(cat box)"] * 8 + ["$$", "4000000", "$(cat box):1", "x", "0", "''"]
    BOXES = ["rootbox", "userbox", "mappedbox", "plainbox"]

    def nsenter(self):
        words = [f"-t {self.pick(self.TARGETS)}"] if self.likely(0.85) else []
        for word in self.some(self.NSENTER, 4):
            word = self.filled(word)
            words.append(word.replace("FILE", self.pick(self.FILES)) if "FILE" in word else word)
        self.random.shuffle(words)
        wants = [self.pick(self.BOXES)]
        if any("ns/" in word for word in words):
            wants.append("names")
        return wants, f"nsenter {' '.join(words + [self.pick(PROGRAMS)])}"

    # --- lsns

    COLUMNS = ["NS", "TYPE", "PATH", "NPROCS", "PID", "PPID", "COMMAND", "UID", "USER", "NETNSID", "NSFS", "PNS",
               "ONS", "ns", "NOSUCH"]
    VALUES = ["1", "'9'", '"9"', "2", '"root"', '"net"', '"sleep 300"', '"x"', "4026531840", "PID", "0"]
    LSNS = ["-J", "-r", "-l", "-n", "-u", "-W", "-T", "-T=parent", "-Towner", "--tree=process", "--tree=parent",
            "--tree=owner", "--tree=x", "-t TYPE", "-t TYPE", "-t TYPE", "--type=TYPE", "-p $(cat box)",
            "-p $(cat box)", "-p $$", "-p 4000000", "-p ' 1'", "-p +1", "-p x", "-p ''", "-P", "-P", "-o LIST",
            "-o LIST", "-o +LIST", "--output-all", "-Q EXPR", "-Q EXPR", "-Q EXPR", "-Q ''", "NUMBER", "NUMBER",
            "4026531838", "x", "--noh", "--no", "--list"]

    def columns(self):
        return ",".join(self.pick(self.COLUMNS[:-1] if self.likely(0.98) else self.COLUMNS)
                        for _ in range(self.random.randint(1, 5)))

    def expression(self):
        def term():
            column = self.pick(self.COLUMNS[:-1])
            if self.likely(0.15):
                return self.pick([column, f"!{column}", "1", "0", '"x"', "true"])
            operator = self.pick(["==", "!=", "<", "<=", ">", ">=", "=~", "!~", "eq", "ne", "lt", "ge"])
            return f"{column} {operator} {self.pick(self.VALUES)}"
        text = term()
        while self.likely(0.35):
            text += f" {self.pick(['and', 'or', '&&', '||'])} {term()}"
        return "'" + text.replace("'", "'\\''") + "'"

    def lsns(self):
        words = []
        for word in self.some(self.LSNS, 5):
            word = self.filled(word)
            word = word.replace("LIST", self.columns()).replace("EXPR", self.expression())
            words.append(word.replace("NUMBER", f"$(stat -L -c %i /proc/$(cat box)/ns/{self.pick(TYPES[:-1])})"))
        wants = [self.pick(self.BOXES)]
        if self.likely(0.3):
            wants.append("names")
        return wants, f"lsns {' '.join(words)}"

    # --- ip netns

    NETNS = ["list", "list", "show", "l", "add NAME", "add NAME", "add", "a NAME", "delete NAME", "del NAME", "d NAME",
             "set NAME NUMBER", "set NAME NUMBER", "set NAME auto", "set NAME", "list-id", "list-id nsid NUMBER",
             "list-id target-nsid NUMBER", "list-id target-nsid NUMBER nsid NUMBER", "identify", "identify PID",
             "pids NAME", "pids", "attach NAME PID", "attach NAME", "exec NAME true", "exec NAME netns identify",
             "exec NAME sh -c 'exit 7'", "exec NAME nosuchcommand", "exec NAME", "exec NAME probe", "nosuch", "se NAME 3",
             "i PID", "p NAME", "e NAME true", "at NAME PID", "exec NAME netns list", "exec NAME netns exec NAME true"]
    GLOBAL = ["-all", "-a", "-j", "-json", "-p", "-n NAME", "-netns NAME", "-d", "-details"]
    NAMES = ["foo", "foo", "foo", "bar", "bar", "new", "new", "nosuch", "''", ".", "a/b", "'a b'"]
    NUMBERS = ["5", "6", "7", "0", "77", "+3", "' 4'", "0x10", "010", "08", "x", "-1", "''", "2147483648"]
    PIDS = ["$$", "1", "$(cat pid)", "$(cat pid)", "99999999", "x", "0", "+1", "''"]

    def netns(self):
        commands = []
        for _ in range(self.random.randint(1, 3)):
            words = self.some(self.GLOBAL, 2) if self.likely(0.25) else []
            text = " ".join(["netns", *words, self.pick(self.NETNS)])
            for name, choice in (("NAME", self.NAMES), ("NUMBER", self.NUMBERS), ("PID", self.PIDS)):
                while name in text:
                    text = text.replace(name, self.pick(choice), 1)
            commands.append(text)
        # The order of a directory is that of a file system.
        return [self.pick(["two", "known", "lived_in", "run_dir"])], f"{'; '.join(commands)}; ls /run/netns"


def random_cases(tool, seed, count):
    lines = Lines(tool, seed)
    return [lines.case() for _ in range(count)]
