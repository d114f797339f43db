# SPDX-License-Identifier: GPL-2.0-or-later
"""A supervisor for lifetimes.t: supervisor.py MODE [ROUNDS] COMMAND...

The option that MODE is about is put after the first two words of the command.
"""
import json
import os
import signal
import subprocess
import sys


def launch(command, *options, fds=(), **more):
    return subprocess.Popen([command[0], *options, *command[1:]], pass_fds=fds, **more)


def with_status(command, **more):
    reader, writer = os.pipe()
    child = launch(command, f"--status-fd={writer}", fds=(writer,), **more)
    os.close(writer)
    return child, os.fdopen(reader)


def words(line):
    event = json.loads(line)
    if event["event"] != "exit":
        return event["event"]
    return f"exit {event.get('signal', event.get('status'))}"


def status(command):
    child, lines = with_status(command)
    print(*[words(line) for line in lines])
    return child.wait()


def gone(command):
    reader, writer = os.pipe()
    child = launch(command, f"--status-fd={writer}", fds=(writer,))
    os.close(writer)
    os.close(reader)
    return child.wait()


def full(command):
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    try:
        while True:
            os.write(writer, b"x" * 4096)
    except BlockingIOError:
        os.set_blocking(writer, True)
    return launch(command, f"--status-fd={writer}", fds=(writer,)).wait()


def enter(rounds, command):
    good = 0
    for _ in range(int(rounds)):
        child, lines = with_status(command + ["sleep", "300"])
        ready = json.loads(lines.readline())
        inside = subprocess.run(["xnsenter", "-t", str(ready["pid"]), "-U", "-m", "-u", "-i", "-n", "-p", "-C", "--preserve-credentials",
                                 "readlink", "/proc/self/ns/uts"], capture_output=True, text=True)
        good += inside.returncode == 0 and str(ready["namespaces"]["uts"]) in inside.stdout
        if inside.returncode:
            print(inside.stderr, file=sys.stderr)
        os.kill(ready["pid"], signal.SIGKILL)
        child.wait()
        lines.close()
    print(f"{good} of {rounds}")
    return 0


def waiter_killed(command):
    child, lines = with_status(command + ["sleep", "300"])
    ready = json.loads(lines.readline())
    child.kill()
    child.wait()
    os.kill(ready["pid"], signal.SIGKILL)
    print("ready", *[words(line) for line in lines])
    return 0


def with_start(command, **more):
    reader, writer = os.pipe()
    child = launch(command, f"--start-fd={reader}", fds=(reader,), **more)
    os.close(reader)
    return child, writer


def start(command):
    child, writer = with_start(command, stdout=subprocess.PIPE, text=True)
    try:
        child.wait(0.2)
        print("too early")
    except subprocess.TimeoutExpired:
        print("quiet", end=" ")
    os.write(writer, b"x")
    print(child.communicate()[0], end="")
    return child.returncode


def hold(command):
    child, writer = with_start(command)
    os.close(writer)
    return child.wait()


def interrupted(command):
    child, writer = with_start(command, start_new_session=True)
    os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    os.close(writer)
    return 0


def main():
    mode, *command = sys.argv[1:]
    if mode == "enter":
        return enter(command[0], command[1:])
    result = globals()[mode.replace("-", "_")](command)
    return 128 - result if result < 0 else result


sys.exit(main())
