#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs a program in a terminal and acts as the user of that terminal.

usage: terminal.py PROGRAM [ARGUMENT...] <ACTIONS

One action a line:
  wait REGEX       read until the output matches, for at most 10 s
  send TEXT        type it; \\r, \\x03 and their like as in Python
  size ROWS COLS   change the window's size, which sends SIGWINCH
  signal NAME      send a signal to the program
  stopped          wait until the program has stopped
  mode             print "mode cooked" or "mode raw" of the terminal
  hangup           the terminal goes away
  end              read until the program ends; print "status N" or "signal N"
Whatever the program printed goes to the file named by $TERMINAL_LOG.
Exit status 1 when a wait was in vain, with what was seen on standard error.
"""
import codecs, fcntl, os, pty, re, select, signal, struct, sys, termios, time

LIMIT = 10


class Terminal:
    def __init__(self, argv):
        # The slave stays open here: once the program has let go of it, its modes can still be read.
        self.master, self.slave = pty.openpty()
        self.seen, self.position = b"", 0
        self.pid = os.fork()
        if self.pid == 0:
            os.setsid()
            fcntl.ioctl(self.slave, termios.TIOCSCTTY, 0)
            for fd in range(3):
                os.dup2(self.slave, fd)
            os.closerange(3, 64)
            os.execvp(argv[0], argv)

    def read(self, seconds):
        if self.master is None:
            time.sleep(seconds)
            return False
        if not select.select([self.master], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self.master, 65536)
        except OSError:
            return False
        self.seen += data
        return bool(data)

    def do_wait(self, regex):
        deadline = time.monotonic() + LIMIT
        while not (found := re.search(regex.encode(), self.seen[self.position:])):
            if time.monotonic() > deadline:
                sys.exit(f"no {regex!r} in {self.seen!r}")
            self.read(0.1)
        self.position += found.end()

    def do_send(self, text):
        os.write(self.master, codecs.decode(text, "unicode_escape").encode("latin-1"))

    def do_size(self, sizes):
        rows, cols = map(int, sizes.split())
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))

    def do_signal(self, name):
        os.kill(self.pid, getattr(signal, "SIG" + name))

    def reap(self, options):
        deadline = time.monotonic() + LIMIT
        while True:
            pid, status = os.waitpid(self.pid, os.WNOHANG | options)
            if pid:
                return status
            if time.monotonic() > deadline:
                os.kill(self.pid, signal.SIGKILL)
                sys.exit(f"the program goes on; seen: {self.seen!r}")
            self.read(0.02)

    def do_stopped(self, _):
        status = self.reap(os.WUNTRACED)
        if not os.WIFSTOPPED(status):
            sys.exit(f"not stopped but ended with {status}")

    def do_mode(self, _):
        flags = termios.tcgetattr(self.slave)[3]
        print("mode", "cooked" if flags & termios.ICANON and flags & termios.ECHO else "raw")

    def do_hangup(self, _):
        os.close(self.slave)
        os.close(self.master)
        self.master = self.slave = None

    def do_end(self, _):
        status = self.reap(0)
        while self.read(0):
            pass
        if os.WIFSIGNALED(status):
            print("signal", os.WTERMSIG(status))
        else:
            print("status", os.WEXITSTATUS(status))


terminal = Terminal(sys.argv[1:])
try:
    for line in sys.stdin:
        action, _, argument = line.rstrip("\n").partition(" ")
        if action and not action.startswith("#"):
            getattr(terminal, "do_" + action)(argument)
finally:
    with open(os.environ.get("TERMINAL_LOG", "/dev/null"), "wb") as log:
        log.write(terminal.seen)
