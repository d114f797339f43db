# SPDX-License-Identifier: GPL-2.0-or-later
"""What a reader does who follows a hint: a row for each way that hints put it."""
import re

APPLETS = r'\b(xunshare|xnsenter|xnsls|xnetns)\b'
LETTERS = {'mount': 'm', 'uts': 'u', 'ipc': 'i', 'net': 'n', 'pid': 'p', 'user': 'U', 'cgroup': 'C',
           'time': 'T', 'root': 'R', 'map-root-user': 'r', 'setgid': 'G', 'setuid': 'S'}


def add(state, words, nth=-1):
    """Puts options behind the last applet of the command."""
    command = state.command
    found = list(re.finditer(APPLETS, command))[nth]
    return state.copy(command=command[:found.end()] + ' ' + words + command[found.end():])


def leave_out(state, options):
    command = state.command
    for option in options.split():
        name = option.lstrip('-')
        letter = LETTERS.get(name, '-')
        if letter in 'GSR':
            command = re.sub(rf' -{letter} \S+', '', command, count=1)
        command = re.sub(rf' --{name}(=\S+)?(?= |$)', '', command, count=1)
        command = re.sub(rf' -{letter}(?= |$)', '', command, count=1)
        command = re.sub(rf'( -[a-zA-Z]*){letter}([a-zA-Z]*)', r'\1\2', command, count=1) \
            if re.search(rf' -[a-zA-Z]*{letter}', command) else command
    return state.copy(command=command)


def change(pattern, words):
    return lambda state, _: state.copy(command=re.sub(pattern, words, state.command, count=1))


def without_setup(pattern):
    return lambda state, _: state.copy(setup=re.sub(pattern, 'true', state.setup))


def without_word(word):
    return lambda state, _: state.copy(words=state.words - {word})


def add_capabilities(state, found):
    if 'where root has' in found.string:
        return None
    added = set(re.findall(r'--cap-add (\w+)', found.group(0)))
    rules = '' if 'SYS_ADMIN' in added else state.rules
    who = 'root' if ', as root' in found.string else state.who
    return state.copy(drop=state.drop - added, rules=rules, who=who)


def as_root(state, found):
    """Outside, if it says so; with the capabilities that it names."""
    text = found.string
    after = state.copy(who='root', words=state.words - {'group', 'nameless'})
    after.drop -= set(re.findall(r'--cap-add (\w+)', text)) if 'where root has' in text else set()
    return add(after, '--user') if 'with --user (-U) too' in text else after


def paste(state, found):
    """Commands are carried out as root of the place, and as they stand."""
    return state.copy(remedies=state.remedies + [found.group(1)])


def map_own(state, found):
    return state.copy(command=re.sub(r'(--map-\w+) \S+', rf'\1 0:{found.group(1)}:10', state.command))


# In each hint all patterns are looked for; each that is found is one way.
WAYS = [
    (r'add --map-root-user \(-r\)', lambda s, m: add(s, '-r')),
    (r'(?:add|or) --user \(-U\)(?! would)', lambda s, m: add(s, '-U')),
    (r'add --pid --fork', lambda s, m: add(s, '-pf')),
    (r'add (--propagation unchanged)', lambda s, m: add(s, m.group(1))),
    (r'add (--preserve-credentials)', lambda s, m: add(s, m.group(1))),
    (r'(?<!out)[ :](--user)$|\((--user)\)', lambda s, m: add(s, '-U --preserve-credentials'
                                           if 'xnsenter' in s.command else '-U')),
    (r'add (--map-auto) or --map-groups', lambda s, m: add(s, m.group(1))),
    (r'(?<!SYS_ADMIN, )(?<!of that, )as root(?! of | outside|:|, here)', as_root),
    (r'of that, as root', lambda s, m: as_root(s, m).copy(
        command=re.sub(r'^setpriv .* xunshare -r ', '', s.command))),
    (r'run it outside(?! of)|from outside|root outside(?!:)', as_root),
    (r'run it as that user', lambda s, m: s.copy(who='user', drop=set())),
    (r'(?:--cap-add \w+ ?)+', add_capabilities),
    (r'or --privileged', lambda s, m: s.copy(drop=set(), rules='')),
    (r'seccomp=unconfined', lambda s, m: s.copy(rules='')),
    (r'leave out --security-opt no-new-privileges', without_word('nnp')),
    (r'without the securebit noroot', without_word('noroot')),
    (r'primary group: newgrp', without_word('group')),
    (r'(?:as root|as root of this user namespace): ((?:echo|sysctl|mount|setcap|modprobe|umount) .*?)(?:; --map.*)?$',
     paste),
    (r'(?:^|; )(chmod \+x \S+)', paste),
    (r'touch (\S+)', lambda s, m: s.copy(remedies=s.remedies + [f'touch {m.group(1)}'])),
    (r'leave out (?!--root and)((?:--(?!security)[a-z-]+ ?)+)', lambda s, m: leave_out(s, m.group(1).replace(',', ''))),
    (r'leave out --root and --pivot', lambda s, m: leave_out(leave_out(s, '--pivot'), '--root').copy(
        command=re.sub(r' -R \S+| --pivot', '', s.command))),
    (r'as --user \(-U\) alone does', change(r' -r(\w*)| --map-\w+ \S+', r' -U\1')),
    (r'too: xnsenter (--user-parent)', lambda s, m: s.copy(command=re.sub(
        r'xnetns exec (\w+)|xnsenter', lambda c: f'xnsenter {m.group(1)}' +
        (f' --net=/run/netns/{c.group(1)}' if c.group(1) else ''), s.command, count=1))),
    (r'enter its child: --target', change(r'\$t', '$c')),
    (r'replace --preserve-credentials with (-S 0 -G 0)', change(r'--preserve-credentials', '-S 0 -G 0')),
    (r'add (--keep-outside-ids)', lambda s, m: add(s, m.group(1))),
    (r'make the pid namespace with (--mount-proc)', lambda s, m: add(s, m.group(1), 0)),
    (r'mount -t proc proc /proc$', lambda s, m: s.copy(
        command=re.sub(r'sh -c "', 'sh -c "mount -t proc proc /proc; ', s.command, count=1))),
    (r'name a program, such as /bin/sh', lambda s, m: s.copy(command=s.command + ' /bin/sh')),
    (r'create that namespace with --map-root-user', change(r'xunshare -U', 'xunshare -r')),
    (r'add --fork to the command that made', change(r'-p sh', '-pf sh')),
    (r'remove the carriage returns', lambda s, m: s.copy(
        remedies=s.remedies + ['sed -i s/.$// $d/script'])),
    (r'inside: (xunshare -rm)', lambda s, m: s.copy(command=f'{m.group(1)} {s.command}')),
    (r'(xunshare -rmn), then (mount -t tmpfs tmpfs /run)', lambda s, m: s.copy(
        command=f'{m.group(1)} sh -c "{m.group(2)} && {s.command}"')),
    (r"give its full path", change(r'true$', '/bin/true')),
    (r'separate the options: ((?:-\w ?)+)', lambda s, m: s.copy(
        command=re.sub(r' -\w\w+', ' ' + m.group(1).rstrip(), s.command, count=1))),
    (r'map it with --map-users', lambda s, m: add(s, '--map-users 5:$user:1').copy(
        command=s.command.replace('-r', '-U --map-users 5:$user:1 --map-groups 0:$user:1'))),
    (r'use (\d+) to', map_own),
    (r'use --propagation private', change(r'--propagation unchanged', '--propagation private')),
    (r'unmount these outside', without_setup(r'mount --bind /dev/null /proc/\w+|mount -t tmpfs \S+ /proc/\w+')),
    (r"as 'xunshare --root DIR --pivot' does", change(r'chroot (\S+)', r'xunshare -R \1 -m --pivot')),
    (r'create the outer user namespace with --mount', change(r'xunshare -r ', 'xunshare -rm ')),
    (r'keep your ids: --preserve-credentials', lambda s, m: add(
        s.copy(command=re.sub(r' -[SG] ?\d+', '', s.command)), '--preserve-credentials')),
    (r'map your own id to it: (--map-user=\d+)', lambda s, m: add(s, m.group(1))),
    (r'give an offset from \S+ to (\d+)', lambda s, m: s.copy(
        command=re.sub(r'=-?\d+', f'={int(m.group(1)) - 60}', s.command))),
    # The argument that was meant.
    (r'is the process, or the container, running', change(r"''", '$t')),
    (r'has the process id 0: start it', change(r' 0( |$)', r' $t\1')),
    (r'these are several process ids: choose one', change(r"'[^']*'", '$t')),
    (r'named by --target', change(r'xnsenter( -\w)? \$t(.*)', r'xnsenter -t $t\1\2 true')),
    (r'to enter its namespaces: (xnsenter --target \d+)', lambda s, m: s.copy(command=re.sub(
        r'xnsenter --(\w+)=\$t|xnetns exec \$t', lambda c: f'{m.group(1)} --{c.group(1) or "net"}', s.command))),
    (r'namespaces: \w+ --task', change(r'xnsls', 'xnsls --task')),
    (r'with that inode number: (xnsls \d+)', lambda s, m: s.copy(command=m.group(1))),
    (r'options of exec stand before the name', change(r'exec (\w+) (--user \w+|--no-\w+)', r'exec \2 \1')),
    # Sets of pins, pidfiles.
    (r'enter it with (xnsenter --pins)', lambda s, m: s.copy(command=f'{m.group(1)} /run/set true')),
    (r'or remove it with (umount -R)', lambda s, m: s.copy(remedies=s.remedies + [f'{m.group(1)} /run/set'])),
    (r'choose a directory that only root can write', change(r'\$d/w/', '/run/')),
    (r'must lie in a directory that only root can write', lambda s, m: s.copy(
        remedies=s.remedies + ['chmod 755 /run'])),
    (r'enter the others by their files, such as --uts=DIR', change(r'--pins /run/set', '--uts=/run/set/uts')),
    (r'end it first', lambda s, m: s.copy(remedies=s.remedies + ['kill $t; while kill -0 $t 2>/dev/null; do sleep 0.02; done'])),
    (r'or choose another file', change('/run/p', '/run/q')),
    (r'raise the limit', lambda s, m: s.copy(command=re.sub(r'-n \d+', '-n 1024', s.command))),
]


def alternatives(state, hint, text):
    """(what is done, the state in which the command is tried again) for each way of the hint."""
    ways = []
    for pattern, make in WAYS:
        found = re.search(pattern, hint)
        if found:
            after = make(state, found)
            ways += [(found.group(0), after)] if after else []
    return ways
