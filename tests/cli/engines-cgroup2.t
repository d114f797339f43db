#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Real engines that need version 2 of cgroups alone: crun, and podman as root and as an ordinary user. Each is run
# in cgroups of the script's own, without a daemon, a manager or a network.
. "${0%/*}/lib.sh"
needs_applet xnsls
is_real_root || skip_all "only root makes cgroups"
in_private_ns
# shellcheck source=tests/cli/cgroups.sh
. "${lib_self%/*}/cgroups.sh"
. "$XNS_SRCDIR/tests/cli/engines.sh"
[ -n "$has_names" ] || skip_all "built without libjansson"
cgroup_version=2
own_cgroups
private_etc
mount -t tmpfs -o mode=755 none /run
mount -t tmpfs -o mode=755 none /var/lib
mkdir "$work/rootfs"
mount --bind / "$work/rootfs"
umount -l /sys/fs/cgroup/* 2>/dev/null
umount -l /sys/fs/cgroup 2>/dev/null
mount_tree /sys/fs/cgroup
# A cgroup with processes cannot enable controllers for others (cgroups(7)).
mkdir "$tree/script"
echo 0 >"$tree/script/cgroup.procs"

# What podman runs after a container may take a while.
is_alone() {
	while read -r one; do
		[ "$one" = $$ ] || return 1
	done <"$tree/script/cgroup.procs"
}

# $1: a driver of its storage, which names the directory
podman_as_root() {
	mkdir -p /var/lib/containers
	mount -t tmpfs -o mode=755 none /var/lib/containers
	mount -t tmpfs -o mode=755 none /run
	podman="podman --storage-driver=$1 --cgroup-manager=cgroupfs --runtime=crun"
	tar -C "$work/small" -c . >"$work/small.tar"
	# shellcheck disable=SC2086 # a list of words
	if ! $podman import -q "$work/small.tar" xns-image >"$outfile" 2>"$errfile" ||
		! timeout 100 $podman run -d --privileged --pids-limit=-1 --network none --hostname podmanbox \
			--name xns-podman xns-image /bin/sleep 1000 >"$outfile" 2>"$errfile"; then
		skip "podman, $1" "it does not start here: $(tail -1 "$errfile")"
		return
	fi
	id=$(cat "$outfile")
	is_found xns-podman podman podmanbox "the first of its pid namespace, .*; cgroup '/libpod_parent/libpod-$id'; \
state file '/var/lib/containers/storage/$1-containers/(volatile-)?containers.json'\$"
	run xnsenter -t "container:$(echo "$id" | cut -c 1-12)" -u hostname
	is "podman: it is entered by its id" "$status/$out$err" 0/podmanbox
	# shellcheck disable=SC2086
	$podman rm -f -t 0 xns-podman >/dev/null
	has_gone xns-podman podman
	until_ok is_alone
}

# As a unit of Quadlet starts it: the service is delegated, and podman splits its cgroup.
podman_as_user() {
	service=/user.slice/user-$user_uid.slice/user@$user_uid.service/app.slice/web.service
	mkdir -p "$tree$service"
	(cd "$tree${service%/*/*}" && chown "$user_uid" . app.slice app.slice/web.service cgroup.procs \
		app.slice/cgroup.procs app.slice/web.service/cgroup.*)
	# Below /tmp others may write to a directory above a file, so it would not be believed.
	mkdir -p /run/user /run/home
	chown "$user_uid:$user_gid" /run/home
	sed -i "s|^\(tester:.*:\)[^:]*:\([^:]*\)\$|\1/run/home:\2|" /etc/passwd
	user_env="HOME=/run/home PATH=$bin:/usr/bin:/bin:/usr/sbin:/sbin"
	mkdir -m 700 "/run/user/$user_uid"
	chown "$user_uid" "/run/user/$user_uid"
	cat >"$home/podman" <<-END
		XDG_RUNTIME_DIR=/run/user/$user_uid HOME=/run/home
		export XDG_RUNTIME_DIR HOME
		cd /run/home || exit
		set -- podman --storage-driver=vfs --cgroup-manager=cgroupfs --runtime=crun "\$@"
		exec timeout 100 "\$@"
	END
	# shellcheck disable=SC2016 # the inner shell's
	user_podman() {
		sh -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$tree$service" setpriv --reuid "$user_uid" \
			--regid "$user_gid" --clear-groups sh "$home/podman" "$@"
	}
	if ! user_podman import -q "$work/small.tar" xns-image >"$outfile" 2>"$errfile" ||
		! user_podman run -d --cgroups=split --pids-limit=-1 --network none --hostname userbox \
			--name xns-mine xns-image /bin/sleep 1000 >"$outfile" 2>"$errfile"; then
		skip "podman, as a user" "it does not start here: $(tail -1 "$errfile")"
		return
	fi
	id=$(cat "$outfile")
	mode=user
	is_found xns-mine podman userbox "the first of its pid namespace, .*; cgroup '$service/libpod-payload-$id'; \
state file '/run/home/.local/share/containers/storage/vfs-containers/(volatile-)?containers.json'\$"
	mode=
	run xnsls -n -r -t uts -o CONTAINER,ENGINE -Q "CONTAINER == 'tester/$(echo "$id" | cut -c 1-12)'"
	is "podman, as a user: root sees whose it is" "$status/$out" "0/tester/$(echo "$id" | cut -c 1-12) podman"
	run xnsenter -t container:tester/xns-mine -U -u hostname
	is "podman, as a user: root names the user" "$status/$out$err" 0/userbox
	run xnsenter -t container:xns-mine -U -u hostname
	like "podman, as a user: without whom it is nobody's for root" "$status/$err" \
		"^1/xnsenter: no process is in a container 'xns-mine'"
	user_podman rm -f -t 0 xns-mine >/dev/null
	mode=user
	has_gone xns-mine "podman, as a user"
	mode=
	# Of podman one process stays, which keeps its user namespace.
	# shellcheck disable=SC2046 # a list
	kill -KILL $(cat "$tree$service/cgroup.procs" "$tree$service"/*/cgroup.procs) 2>/dev/null
	until_ok is_empty "$tree$service/cgroup.procs" "$tree$service"/*/cgroup.procs
}

# Debian's crun fails if it may not raise RLIMIT_MEMLOCK, which it would need on old kernels only.
by_hand crun status
if ! command -v podman >/dev/null; then
	skip podman "podman is not installed"
elif ! command -v crun >/dev/null; then
	skip podman "crun is not installed"
elif ! has_static_busybox; then
	skip podman "no static busybox"
else
	small_root "$work/small"
	podman_as_root overlay
	podman_as_root vfs
	if command -v newuidmap >/dev/null; then podman_as_user; else skip "podman, as a user" "no newuidmap"; fi
fi
leave_cgroups
done_testing
