# SPDX-License-Identifier: GPL-2.0-or-later
"""Waiting for the kernel to have done what it puts off: namespaces and processes that have ended."""
import time

ENOUGH = 0.9  # of the processors' time
SECONDS_MAX = 30


def times():
    """Idle time and all time of all processors together (proc_stat(5))."""
    with open("/proc/stat", encoding="ascii") as file:
        numbers = [int(word) for word in file.readline().split()[1:9]]
    return numbers[3] + numbers[4], sum(numbers)


def settle():
    """Returns when the machine has been idle for half a second, or is not going to be."""
    for _ in range(2 * SECONDS_MAX):
        idle, whole = times()
        time.sleep(0.5)
        idle_now, whole_now = times()
        if idle_now - idle >= ENOUGH * (whole_now - whole):
            break
