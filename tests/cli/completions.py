#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What a shell makes of a command line: completions.py SHELL DIR <LINES

A real interactive shell on a terminal of its own. For each line of standard input the line is typed
and TAB pressed; what then stands on the line is printed, as "LINE => RESULT". DIR is a directory to
work in. XNS_LINKS is a directory with the completions, under the names that they are installed by.
"""
import os
import pty
import select
import sys
import time

LIMIT = 20  # seconds for one answer

# ^X^D writes the line to $RESULT and empties it.
RC = {
    "bash": r"""
PS1='ready> '
. /usr/share/bash-completion/bash_completion
for file in "$XNS_LINKS"/*[a-z]; do [[ $file == */_* || $file == *.fish ]] || . "$file"; done
dump() { printf '%s\n' "$READLINE_LINE" >"$RESULT.new"; mv "$RESULT.new" "$RESULT"; READLINE_LINE=; }
bind -x '"\C-x\C-d": dump'
""",
    "zsh": r"""
PS1='ready> '
fpath=("$XNS_LINKS" $fpath)
autoload -Uz compinit && compinit -u -D
compdef _xns unshare
dump() { printf '%s\n' "$BUFFER" >"$RESULT.new"; mv "$RESULT.new" "$RESULT"; BUFFER= }
zle -N dump
bindkey '^X^D' dump
""",
}
ARGV = {
    "bash": ["bash", "--noprofile", "--rcfile", "rc", "-i"],
    "zsh": ["zsh", "-i"],
}


class Shell:
    def __init__(self, name):
        with open("rc", "w") as rc:
            rc.write(RC[name])
        os.environ.update(ZDOTDIR=os.getcwd(), RESULT=os.path.abspath("result"), TERM="dumb",
                          INPUTRC="/dev/null", HISTFILE="")
        if name == "zsh":
            os.rename("rc", ".zshrc")
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.execvp(ARGV[name][0], ARGV[name])
        self.seen = b""
        self.wait(lambda: b"ready> " in self.seen)

    def wait(self, done):
        deadline = time.monotonic() + LIMIT
        while not done():
            if time.monotonic() > deadline:
                sys.exit(f"no answer; the terminal shows: {self.seen[-2000:]!r}")
            if select.select([self.terminal], [], [], 0.02)[0]:
                try:
                    self.seen += os.read(self.terminal, 4096)
                except OSError:
                    sys.exit(f"the shell has ended: {self.seen[-2000:]!r}")

    def complete(self, line):
        self.seen = b""
        os.write(self.terminal, line.encode() + b"\t\x18\x04")
        self.wait(lambda: os.path.exists("result"))
        with open("result") as result:
            text = result.read().rstrip("\n")
        os.unlink("result")
        return text

    def end(self):
        os.close(self.terminal)
        os.waitpid(self.pid, 0)


def main():
    os.chdir(sys.argv[2])
    shell = Shell(sys.argv[1])
    for line in sys.stdin.read().splitlines():
        print(f"{line} => {shell.complete(line)}")
    shell.end()


main()
