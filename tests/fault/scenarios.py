# SPDX-License-Identifier: GPL-2.0-or-later
"""The command lines of the fault sweep: one row each, README.md tells what the fields are."""
from collections import namedtuple

# name: what the results are called.   line: the command line; see expand() in workbench.py for {words}.
# user: run as the ordinary user.      before: command lines that are run first, without faults.
# left: what may be left by a process that was killed: "stale" names and pins.
# lists: the program is a listing, whose output is the result; otherwise a witness is run.
# ends: command lines that succeed whatever has failed before them, and end the processes that stay.
Scenario = namedtuple("Scenario", "name line user before left lists ends")


def row(name, line, user=False, before=(), left=False, lists=False, ends=()):
    return Scenario(name, line.split(), user, tuple(one.split() for one in before), left, lists,
                    tuple(one.split() for one in ends))


ADD_A = ("xnetns add a",)
UPLINK_OFF = ("xnetns uplink a", "xnetns uplink a --off")
ALL_OFF = ("xnetns add --exists-ok a", "xnetns exec a true", "xnetns --all delete")
LEFT_A = ("xunshare -- touch -d 2001-01-01 /run/netns/a",)

SCENARIOS = (
    # xunshare: namespaces of each kind, with and without a child
    row("uts", "xunshare -u --hostname box {witness}"),
    row("ipc, net", "xunshare -i -n --up {witness}"),
    row("mount", "xunshare -m {witness}"),
    row("mount, shared", "xunshare -m --propagation shared {witness}"),
    row("proc, shared", "xunshare -p -f --mount-proc --propagation shared {witness}"),
    row("proc, shared, root", "xunshare -p -f -R {root} --mount-proc --propagation shared /witness"),
    row("cgroup, time", "xunshare -C -T --boottime 100 --monotonic -5 -f {witness}"),
    row("pid, proc", "xunshare -p -f --mount-proc {witness}"),
    row("init", "xunshare -p --init --mount-proc {witness}"),
    row("kill-child", "xunshare -u -f --kill-child {witness}"),
    row("forward signals", "xunshare -p --forward-signals {witness}"),
    row("pty", "xunshare -u --pty {witness}"),
    row("all at once", "xunshare -m -u -i -n -p -C -T -f --mount-proc --up --hostname box {witness}"),
    # root, working directory, ids, environment
    row("root", "xunshare -R {root} -w /dir /witness"),
    row("root, pivot", "xunshare -m -R {root} --pivot /witness"),
    row("root, pivot, proc", "xunshare -p -f -R {root} --pivot --mount-proc=/link -w /dir /witness"),
    # mounts as descriptors
    row("binds", "xunshare --bind {root}/dir:/mnt --ro-bind {file}:{other} --dev-bind /dev:/srv {witness}"),
    row("mounts, new root", "xunshare -p -f --bind {root}:/ --tmpfs /dir:1m --dev /dir/dev --symlink a:/dir/b "
        "--mount-proc /witness"),
    row("mounts, root", "xunshare -R {root} --ro-bind {root}:/dir --mount-proc -w /dir /witness"),
    row("mounts, pivot", "xunshare -m -R {root} --pivot --tmpfs /dir --bind {file}:/dir/made/file /witness"),
    row("mounts, user", "xunshare -r --ro-bind / --tmpfs /mnt --dev /dev {witness}", user=True),
    row("overlay, memory", "xunshare --overlay {root}:/mnt {witness}"),
    row("overlay, directories", "xunshare --overlay /usr:{root}/dir:{root}/proc:/mnt {witness}"),
    row("ids", "xunshare -u -S 1000 -G 1000 {witness}"),
    row("environment", "xunshare -u --clear-env {witness}"),
    # what waits gives up its rights
    row("ids, fork", "xunshare -u -S 1000 -G 1000 -f --kill-child {witness}"),
    row("ids, root, init", "xunshare -p --init --kill-child -S 1000 -R {root} -w /dir /witness"),
    row("capabilities, fork", "xunshare -U -f --clear-env {witness}", user=True),
    # fewer rights
    row("capabilities dropped", "xunshare -r -f --cap-drop all --cap-add kill --no-new-privs {witness}", user=True),
    row("capabilities, another user", "xunshare -u -S 1000 --cap-drop sys_admin --cap-add net_raw {witness}"),
    row("enter, fewer rights", "xnsenter -t {target} -u -p --cap-drop all --no-new-privs --close-fds "
        "--clear-env {witness}"),
    row("set up, drop", "xunshare -r -m --setup true --drop --disable-userns {witness}", user=True),
    row("set up, init, drop", "xunshare -r -p --init --mount-proc --kill-child --setup true --drop {witness}",
        user=True),
    row("seccomp", "xunshare -r -f --no-new-privs --seccomp {filter} {witness}", user=True),
    row("run as", "xunshare -u -f --run-as tester {witness}"),
    row("enter, etc", "xnsenter -t {target} -n --etc {witness}"),
    row("enter, proc", "xnsenter -t {target} -p --mount-proc {witness}"),
    row("enter, etc, user", "xnsenter -t {guest} -U -n --etc --preserve-credentials {witness}", user=True),
    row("enter, view", "xnsenter -t {target} -a --view {root}/dir {witness}"),
    row("enter, view, writable", "xnsenter -t {guest} -u --view rw:{root}/dir {witness}"),
    row("enter, like the target", "xnsenter -t {target} -u -p --like-target=no-seccomp {witness}"),
    row("enter, like the guest", "xnsenter -t {guest} -a --like-target {witness}"),
    row("enter, filters", "xnsenter -t {filtered} -m --like-target=seccomp {witness}"),
    row("enter, filters, pid", "xnsenter -t {filtered} -p --like-target=seccomp {witness}"),
    row("enter, filters, no trampoline", "xnsenter -t {filtered} -n --like-target=seccomp {witness}"),
    row("enter, run as", "xnsenter -t {target} -m -u --run-as tester {witness}"),
    # user namespaces
    row("map root", "xunshare -r {witness}", user=True),
    row("map current", "xunshare -c --keep-caps {witness}", user=True),
    row("map auto", "xunshare --map-auto --map-root-user -m -n {witness}", user=True),
    row("map subids", "xunshare --map-subids -c -p -f --mount-proc {witness}", user=True),
    row("map blocks", "xunshare --map-users 0:1000:1 --map-users 1:100000:1000 "
        "--map-groups all --setgroups allow {witness}"),
    row("owner", "xunshare --owner 1000:1000 {witness}"),
    row("user, everything", "xunshare -r -m -u -i -n -p -C --init --mount-proc {witness}", user=True),
    # a helper that stays
    row("pidfile", "xunshare -u --pidfile {root}/pid {witness}", left=True),
    row("pidfile, init", "xunshare -p --init --pidfile {root}/pid {witness}", left=True),
    # uplinks, by a program that stands for pasta
    row("uplink", "xunshare --uplink --publish 8080:80 {witness}"),
    row("uplink, user", "xunshare -r --uplink --publish 8080:80 --publish 127.0.0.1:5353:53/udp {witness}", user=True),
    row("uplink, init", "xunshare -p --init --mount-proc --uplink --host-loopback {witness}"),
    # limits: what a kill leaves, the next run with the same parent removes
    row("cgroup", "xunshare --cgroup-parent {parent} {witness}", left=True),
    row("cgroup, namespaces", "xunshare -C -p --init --cgroup-parent {parent} {witness}", left=True),
    # pins
    row("pin", "xunshare --uts={file} --net={other} {witness}", left=True),
    row("pin, time", "xunshare --time={file} {witness}", left=True),
    row("pin, link", "xunshare --uts={way}/file {witness}", left=True),
    row("pin, mount", "xunshare --mount={file} -f {witness}", left=True),
    row("pin, user", "xunshare --user={file} -r --pid={other} --init {witness}", left=True),
    row("pin set", "xunshare --pins {root}/set -u -n {witness}", left=True),
    row("pin set, fork", "xunshare --pins {root}/set -m -p {witness}", left=True),
    # xnsenter
    row("enter uts", "xnsenter -t {target} -u {witness}"),
    row("enter all", "xnsenter -t {target} -a {witness}"),
    row("enter pid, no fork", "xnsenter -t {target} -p -F {witness}"),
    row("enter root, wd, env", "xnsenter -t {target} -m -r -w -e {witness}"),
    row("enter user", "xnsenter -t {guest} -U -m -u --preserve-credentials {witness}", user=True),
    row("enter user, follow", "xnsenter -t {guest} -a -S follow -G follow {witness}"),
    row("enter, wait", "xnsenter -t {guest} -a --children --wait=1 -S follow -G follow {witness}"),
    row("enter a file", "xnsenter --net=/run/netns/kept --wdns=/ {witness}"),
    row("enter a set", "xnsenter --pins {root}/set {witness}", before=("xunshare --pins {root}/set -u -n true",)),
    row("enter, cgroup", "xnsenter -t {target} -u --join-cgroup {witness}"),
    row("enter by name", "xnsenter -t cgroup:{cgroup} -u {witness}"),
    row("enter, pty", "xnsenter -t {target} -u -p --pty {witness}"),
    # xnetns
    row("add", "xnetns add a b", left=True),
    row("add, up", "xnetns add --up a", left=True),
    row("add, exists", "xnetns add --exists-ok --up a b", before=ADD_A, left=True),
    row("attach", "xnetns attach a {target}", left=True),
    row("delete", "xnetns delete a", before=ADD_A, left=True),
    row("delete all", "xnetns --all delete", before=("xnetns add a b",), left=True),
    row("exec", "xnetns exec kept {witness}"),
    row("exec, all", "xnetns --all exec {witness}", before=ADD_A),
    row("exec, etc", "xnetns exec a {witness}", before=(*ADD_A, "xunshare -- mkdir -p /etc/netns/a",
                                                        "xunshare -- touch /etc/netns/a/resolv.conf")),
    row("set", "xnetns set a 7", before=ADD_A),
    row("connect", "xnetns connect a b --address 10.0.0.1/24,10.0.0.2/24",
        before=("xnetns add a b",), left=True),
    row("disconnect", "xnetns disconnect a b",
        before=("xnetns add a b", "xnetns connect a b"), left=True),
    row("uplink of a name", "xnetns uplink a --publish 8080:80", before=ADD_A, left=True, ends=UPLINK_OFF),
    row("uplink, other ports", "xnetns uplink a --publish 8080:80", before=(*ADD_A, "xnetns uplink a"), left=True,
        ends=UPLINK_OFF),
    row("uplink, off", "xnetns uplink a --off", before=(*ADD_A, "xnetns uplink a"), left=True, ends=UPLINK_OFF),
    # an ordinary user's, which a process keeps
    row("add, user", "xnetns add a", user=True, left=True, ends=ALL_OFF),
    row("delete, user", "xnetns delete a", user=True, before=ADD_A, left=True, ends=ALL_OFF),
    row("connect, user", "xnetns connect a b --address 10.0.0.1/24,10.0.0.2/24", user=True,
        before=("xnetns add a b",), left=True, ends=ALL_OFF),
    row("exec, user", "xnetns exec a {witness}", user=True, before=ADD_A),
    row("uplink of a user's name", "xnetns uplink a --publish 8080:80", user=True, before=ADD_A, left=True,
        ends=UPLINK_OFF),
    row("gc", "xnetns gc", lists=True, left=True),
    row("gc, unseen", "xnetns gc --unseen a", before=LEFT_A, left=True),
    row("names", "xnetns -j list", lists=True),
    row("names, one left", "xnetns -j list", before=LEFT_A, lists=True),
    row("pids", "xnetns pids kept", lists=True),
    row("identify", "xnetns identify {target}", lists=True),
    # xnsls
    row("list", "xnsls -r", lists=True),
    row("networks", "xnsls -r -t net", lists=True),
    row("list as JSON", "xnsls -J --deep --output-all", lists=True),
    row("units and containers", "xnsls -r -o PID,UNIT,CONTAINER,ENGINE,POD,CGROUP", lists=True),
    row("mounted", "xnsls -r --mounted /run", lists=True),
    row("tree", "xnsls --tree=owner -o NS,TYPE,PID,COMMAND", lists=True),
    row("one process", "xnsls -p {target} -Q TYPE=='net'", lists=True),
    row("watch", "xnsls --watch=0.02 -r -t uts -o TYPE", lists=True),
    row("watch, JSON", "xnsls --watch=0.02 -J --deep -t uts -o TYPE", lists=True),
    row("compare", "xnsls --compare {target} {target}", lists=True),
)
