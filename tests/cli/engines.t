#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Real engines: what they start is listed, and entered by its name. Each is run in cgroups of the script's own.
. "${0%/*}/lib.sh"
needs_applet xnsls
is_real_root || skip_all "only root makes cgroups"
in_private_ns
# shellcheck source=tests/cli/cgroups.sh
. "${lib_self%/*}/cgroups.sh"
. "$XNS_SRCDIR/tests/cli/engines.sh"
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

# In the cgroup that the unit systemd-nspawn@.service would have made.
nspawn() {
	command -v systemd-nspawn >/dev/null || { skip nspawn "systemd-nspawn is not installed"; return; }
	has_static_busybox || { skip nspawn "no static busybox"; return; }
	small_root "$work/small"
	unit=/machine.slice/systemd-nspawn@xns-nspawn.service
	mkdir -p "$tree$unit"
	# shellcheck disable=SC2016 # the inner shell's
	sh -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$tree$unit" systemd-nspawn -q --register=no --keep-unit \
		-M xns-nspawn -D "$work/small" /bin/sleep 1000 </dev/null >"$outfile" 2>&1 &
	bg=$!
	if ! until_ok runs xns-nspawn; then
		skip nspawn "it does not start here: $(tail -1 "$outfile")"
	else
		is_found xns-nspawn nspawn xns-nspawn "the first of its pid namespace, .*; cgroup '$unit(/payload)?'\$"
		run xnsenter -t machine:xns-nspawn -u hostname
		is "nspawn: it is a machine" "$status/$out$err" 0/xns-nspawn
		run xnsenter -t unit:systemd-nspawn@xns-nspawn.service -u hostname
		is "nspawn: its unit is outside" "$status/$out$err" "0/$(hostname)"
	fi
	# Its child has a cgroup of its own, and does not end with it at once.
	# shellcheck disable=SC2046 # a list
	kill -KILL $bg $(cat "$tree$unit/cgroup.procs" "$tree$unit"/*/cgroup.procs) 2>/dev/null
	until_ok is_empty "$tree$unit"/*/cgroup.procs
	wait $bg 2>/dev/null
}

if [ -n "$has_names" ]; then
	by_hand runc state.json
else
	skip runc "built without libjansson"
fi
lxc
nspawn
leave_cgroups
done_testing
