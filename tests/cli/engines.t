#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Real engines: what they start is listed, and entered by its name. Each is run in cgroups of the script's own,
# with the host's root directory.
. "${0%/*}/lib.sh"
is_real_root || skip_all "only root makes cgroups"
in_private_ns
# shellcheck source=tests/cli/cgroups.sh
. "${lib_self%/*}/cgroups.sh"
own_cgroups devices
mount -t tmpfs -o mode=755 none /run
mkdir "$work/rootfs"
mount --bind / "$work/rootfs"

# The engines look for the hierarchies in their usual place.
show_cgroups() {
	umount -l /sys/fs/cgroup/* 2>/dev/null
	umount -l /sys/fs/cgroup 2>/dev/null
	mount -t tmpfs -o mode=755 none /sys/fs/cgroup
	mkdir /sys/fs/cgroup/systemd /sys/fs/cgroup/devices
	mount_tree /sys/fs/cgroup/systemd
	mount -t cgroup -o devices none /sys/fs/cgroup/devices
}
grep -q ':devices:' /proc/self/cgroup && show_cgroups

# $1: its name, $2: the engine, $3: the host name in it; $4: what --explain says
is_found() {
	run xnsls -n -r -t uts -o CONTAINER,ENGINE -Q "CONTAINER == '$1'"
	is "$2: it is listed" "$status/$out" "0/$1 $2"
	run xnsenter -t "container:$1" -a hostname
	is "$2: it is entered by its name" "$status/$out$err" "0/$3"
	run xnsenter -t "container:$(echo "$1" | cut -c 1-5)" -u hostname
	is "$2: and by the beginning of it" "$status/$out$err" "0/$3"
	run xnsenter -t "container:$1" -u --explain true
	like "$2: --explain says how" "$out" "$4"
}

runs() { # NAME: whether a process of that container is there
	xnsls -n -r -t uts -o CONTAINER | grep -qx "$1"
}

runc_by_hand() {
	command -v runc >/dev/null || { skip runc "runc is not installed"; return; }
	mkdir "$work/bundle"
	cat >"$work/bundle/config.json" <<-END
		{ "ociVersion": "1.0.2", "hostname": "runcbox",
		  "process": { "user": { "uid": 0, "gid": 0 }, "args": [ "sleep", "1000" ], "cwd": "/",
		    "env": [ "PATH=/usr/sbin:/usr/bin:/sbin:/bin" ] },
		  "root": { "path": "$work/rootfs", "readonly": true },
		  "mounts": [ { "destination": "/proc", "type": "proc", "source": "proc" } ],
		  "linux": { "namespaces": [ { "type": "pid" }, { "type": "uts" }, { "type": "mount" } ] } }
	END
	if ! runc run -d --no-pivot -b "$work/bundle" xns-runc </dev/null >"$outfile" 2>"$errfile"; then
		skip runc "it does not start here: $(tail -1 "$errfile")"
		return
	fi
	is_found xns-runc runc runcbox "; state file '/run/runc/xns-runc/state.json'\$"
	runc kill xns-runc KILL
	until_ok runc delete xns-runc 2>/dev/null
	run xnsenter -t container:xns-runc -u true
	like "runc: it has gone" "$status/$err" "^1/xnsenter: no process is in a container 'xns-runc'"
}

lxc() {
	command -v lxc-start >/dev/null || { skip lxc "lxc is not installed"; return; }
	mkdir "$work/lxc"
	cat >"$work/lxc.conf" <<-END
		lxc.rootfs.path = dir:$work/rootfs
		lxc.uts.name = lxcbox
		lxc.net.0.type = empty
		lxc.apparmor.profile = unconfined
		lxc.init.cmd = /bin/sleep 1000
		lxc.mount.auto = proc:mixed
	END
	lxc-start -P "$work/lxc" -n xns-lxc -f "$work/lxc.conf" -F </dev/null >"$outfile" 2>&1 &
	bg=$!
	if ! until_ok runs xns-lxc; then
		skip lxc "it does not start here: $(tail -1 "$outfile")"
	else
		is_found xns-lxc lxc lxcbox "the first of its pid namespace, .*; cgroup '/lxc.payload.xns-lxc'\$"
		lxc-stop -P "$work/lxc" -n xns-lxc -k
	fi
	kill -KILL $bg 2>/dev/null
	wait $bg 2>/dev/null
}

if grep -q '^#define HAVE_LIBJANSSON 1' "$XNS_BUILDDIR/config.h"; then
	runc_by_hand
else
	skip runc "built without libjansson"
fi
lxc
leave_cgroups
done_testing
