#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Provokes each refusal of refusals.list, and does what its hint says, as the reader would.

Usage: refusals.py SOURCES LIST [WORD...]    only rows that contain a WORD

A row is a line of six fields, separated by " | ":

 table:cause  the row of common/cause that it provokes; "arg" if it is one of the command line. "unit"
              in the second field: it cannot be provoked here; the third field says why
 situation    who, and what is taken away: root, user, or userns, the root of that user's namespace; -CAP or
              -all, noroot, nnp, group, docker, filter:RULES (tests/cli/filter.c)
 setup        shell commands of root, in namespaces of their own; functions of PRELUDE
 command      what is refused
 hint         what its message has to say: a regular expression
 then         empty: what the hint says works. "none": it names no remedy. Otherwise a regular expression:
              the next message, which the hint has announced; "end REGEX" if that is the end

{a,b} in a row makes a row of each.
"""
import concurrent.futures
import os
import re
import shlex
import shutil
import subprocess
import sys

from refusals_follow import alternatives

USER = os.environ.get('XNS_TEST_UID', '1000')
DOCKER = set('CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP '
             'NET_BIND_SERVICE SYS_CHROOT KILL AUDIT_WRITE'.split())
ALL = set('SYS_ADMIN SYS_CHROOT SYS_PTRACE SETUID SETGID SETFCAP NET_ADMIN SYS_TIME SETPCAP CHOWN '
          'DAC_OVERRIDE DAC_READ_SEARCH FOWNER KILL SYS_RESOURCE MKNOD NET_RAW FSETID '
          'NET_BIND_SERVICE AUDIT_WRITE'.split())
LOOKED_FOR = 4  # hints that are followed in turn

PRELUDE = r'''
set -u
mount -t tmpfs tmpfs /run
user() { setpriv --reuid $user --regid $user --clear-groups -- "$@"; }
# Waits until the process has executed a program of that name.
became() {
	i=0
	until grep -qx "$2" "/proc/$1/comm" 2>/dev/null; do
		i=$((i + 1)); [ $i -lt 250 ] || exit 99; sleep 0.02
	done
}
# Something to enter: $t. The child of one that forks is $c.
box() { unshare "$@" sleep 300 & t=$!; became $t sleep; }
user_box() {
	setpriv --reuid $user --regid $user --clear-groups -- unshare "$@" sleep 300 & t=$!
	became $t sleep
}
# A root directory on no mount of its own.
make_root() {
	mkdir "$1"
	for i in bin sbin lib lib64 usr etc proc dev; do
		if [ -L /$i ]; then cp -P /$i "$1/$i"; elif [ -d /$i ]; then
			mkdir "$1/$i" && mount --rbind /$i "$1/$i"
		fi
	done
	mkdir -p "$1$bin" && mount --bind "$bin" "$1$bin"
}
forking_box() {
	setpriv --reuid $user --regid $user --clear-groups -- unshare "$@" -f sleep 300 & t=$!; c=
	i=0
	until [ -n "$c" ] && grep -qx sleep "/proc/$c/comm"; do
		i=$((i + 1)); [ $i -lt 250 ] || exit 99; sleep 0.02
		c=$(cat /proc/$t/task/$t/children); c=${c%% *}
	done
}
'''


class State:
    """What a reader's shell is like, and the command to be tried in it."""

    def __init__(self, situation, setup, command):
        self.who, self.drop, self.rules, self.words = 'root', set(), '', set()
        for word in situation.split():
            if word in ('root', 'user', 'userns'):
                self.who = word
            elif word == '-all':
                self.drop = set(ALL)
            elif word.startswith('-'):
                self.drop.add(word[1:])
            elif word == 'docker':
                self.drop = ALL - DOCKER
                self.rules = 'unshare=EPERM,setns=EPERM,mount=EPERM'
            elif word.startswith('filter:'):
                self.rules = word[7:]
            else:
                self.words.add(word)
        self.setup, self.command, self.remedies = setup, command, []

    def copy(self, **changes):
        other = State('', self.setup, self.command)
        other.__dict__.update(self.__dict__)
        other.drop, other.words = set(self.drop), set(self.words)
        other.remedies = list(self.remedies)
        other.__dict__.update(changes)
        return other

    def without_rights(self):
        """The words before the command."""
        words = ['setpriv']
        if self.drop == ALL:
            words += ['--bounding-set=-all']
        elif self.drop:
            words += ['--bounding-set=' + ','.join('-' + c.lower() for c in sorted(self.drop))]
        if 'noroot' in self.words:
            words += ['--securebits=+noroot']
        if self.who == 'user':
            group = '4321' if 'group' in self.words else USER
            words += ['--reuid', USER, '--regid', group, '--clear-groups']
        if 'nameless' in self.words:
            words += ['--reuid', '4321', '--regid', '4321', '--clear-groups']
        if 'nnp' in self.words:
            words += ['--no-new-privs']
        words = words + ['--'] if len(words) > 1 else []
        return (['filter', self.rules] if self.rules else []) + words

    def script(self):
        words = shlex.join(self.without_rights())
        if self.who == 'userns':
            inner = '\n'.join([self.setup, *self.remedies, f'exec {words} sh -c {shlex.quote(self.command)}'])
            return PRELUDE + f'exec setpriv --reuid {USER} --regid {USER} --clear-groups -- ' \
                f'xunshare -rm sh -c {shlex.quote("set -u;" + inner)}'
        exports = 'export t="${t:-}" c="${c:-}" d'
        return '\n'.join([PRELUDE, self.setup, exports, *self.remedies,
                          f'exec {words} sh -c {shlex.quote(self.command)}'])

    def run(self, directory):
        """In a directory, of the same name each time, that is $d."""
        os.mkdir(directory)
        os.chmod(directory, 0o777)
        env = dict(os.environ, d=directory, user=USER, HOME=directory,
                   PATH=os.environ['bin'] + ':/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin')
        done = subprocess.run(
            ['unshare', '-muinpf', '--mount-proc', '--propagation', 'private', '--kill-child', 'sh', '-c',
             self.script()], env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, timeout=60, cwd=directory, check=False)
        shutil.rmtree(directory)
        return done.returncode, done.stderr.decode(errors='replace')


def hint_of(text):
    found = re.findall(r'^[a-z ]+: hint: (.*)', text, re.M)
    return found[-1] if found else ''


def split(line):
    return re.split(r'(?<=\s)\|(?=\s|$)', line)


class Row:
    n = 0

    def __init__(self, line):
        Row.n += 1
        self.directory = f'{os.environ["work"]}/refusal.{Row.n}'
        fields = [field.strip() for field in split(line)]
        self.cause, self.situation, self.setup, self.command, self.hint, self.then = \
            fields + [''] * (6 - len(fields))
        self.name = f'{self.cause}: {self.command} [{self.situation}] {self.setup}'.strip()

    def follow(self, state, text, depth):
        """Each remedy of the message in turn; yields what went wrong."""
        hint = hint_of(text)
        remedies = alternatives(state, hint, text)
        if not remedies:
            yield f'the hint says nothing that can be done: {text}'
        for done, after in remedies:
            status, told = after.run(self.directory)
            if status == 0:
                continue
            end = self.then.startswith('end ')
            announced = self.then and self.then != 'none' and \
                re.search(self.then[4:] if end else self.then, told)
            if not announced:
                yield f'{done}: then it says: {status} {told}'
            elif not end and depth < LOOKED_FOR:
                yield from self.follow(after, told, depth + 1)

    def lacks(self):
        """The applet that the row needs and this build has not, or None."""
        for applet in ('xunshare', 'xnsenter', 'xnsls', 'xnetns'):
            if re.search(rf'\b{applet}\b', f'{self.setup} {self.command}') and \
                    not os.path.exists(f'{os.environ["bin"]}/{applet}'):
                return applet
        return None

    def check(self):
        if self.lacks():
            return []
        state = State(self.situation, self.setup, self.command)
        status, text = state.run(self.directory)
        if status == 0:
            return ['it is not refused']
        if not re.search(self.hint, text):
            return [f'it says: {status} {text}']
        if self.then == 'none':
            found = [done for done, _ in alternatives(state, hint_of(text), text)]
            return [f'this could be followed: {found}'] if found else []
        return list(self.follow(state, text, 1))


def expand(line):
    """{a,b}: braces that contain a comma, and no blank at their beginning."""
    found = re.search(r'\{(?! )([^{}]*,[^{}]*)\}', line)
    if not found:
        return [line]
    return [one for word in found.group(1).split(',')
            for one in expand(line[:found.start()] + word + line[found.end():])]


def read_list(path):
    rows, exempt = [], {}
    with open(path, encoding='utf-8') as lines:
        for line in lines:
            line = line.rstrip('\n')
            if not line or line.startswith('#'):
                continue
            fields = split(line)
            if fields[1].strip() == 'unit':
                exempt.update((name, fields[2].strip()) for name in expand(fields[0].strip()))
            else:
                rows += [Row(one) for one in expand(line)]
    return rows, exempt


def causes(sources):
    """Each row of each table of causes: "mount:capability"."""
    directory = os.path.join(sources, 'common/cause')
    for name in sorted(os.listdir(directory)):
        table = None
        with open(os.path.join(directory, name), encoding='utf-8') as lines:
            for line in lines:
                begin = re.match(r'const struct cause (\w+)_causes\[\] = \{', line)
                table = begin.group(1) if begin else None if line.startswith('}') else table
                row = re.match(r'\t\{ "([a-z-]+)",', line)
                if table and row:
                    yield f'{table}:{row.group(1)}'


def in_unit_tests(sources, cause):
    # The search puts the module's own name in the place of this word.
    cause = 'apparmor' if cause == 'security-module' else cause
    directory = os.path.join(sources, 'tests/unit')
    for name in os.listdir(directory):
        if name.startswith('test_cause'):
            with open(os.path.join(directory, name), encoding='utf-8') as text:
                if f'"{cause}"' in text.read():
                    return True
    return False


class Tap:
    def __init__(self):
        self.n = self.failed = 0

    def result(self, name, faults, lack=None):
        self.n += 1
        self.failed += bool(faults)
        name = name.replace('#', '\\#')
        if lack:
            name += f' # SKIP this build has no {lack}'
        print('not ok' if faults else 'ok', self.n, '-', name, flush=True)
        for fault in faults:
            print('# ' + fault.replace('\n', '\n# '), flush=True)


def check_tables(tap, sources, rows, exempt):
    there = set(causes(sources))
    provoked = {row.cause for row in rows} - {'arg'}
    tap.result('the tables of causes are found', [] if len(there) > 80 else [str(there)])
    for cause in sorted(there):
        if cause in provoked:
            tap.result(f'{cause} has a row that provokes it', [])
        elif cause in exempt:
            word = cause.split(':')[1]
            tap.result(f'{cause} is found by a unit test: {exempt[cause]}',
                       [] if in_unit_tests(sources, word) else ['no unit test has it'])
        else:
            tap.result(f'{cause} has a row that provokes it', ['refusals.list has none'])
    for cause in sorted((provoked | set(exempt)) - there):
        tap.result(f'{cause} is a cause', ['no table has it'])


def main():
    sources, path, *words = sys.argv[1:]
    rows, exempt = read_list(path)
    tap = Tap()
    if not words:
        check_tables(tap, sources, rows, exempt)
        tap.result('there are 200 refusals and more', [] if len(rows) >= 200 else [str(len(rows))])
    chosen = [row for row in rows if not words or any(word in row.name for word in words)]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for row, faults in zip(chosen, pool.map(Row.check, chosen)):
            tap.result(row.name, faults, row.lacks())
    print(f'1..{tap.n}')
    return 1 if tap.failed and not os.environ.get('XNS_HARNESS') else 0


if __name__ == '__main__':
    sys.exit(main())
