#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Whose a namespace is: processes in cgroups as the engines name them, with the files that these leave, and
# with forged ones.
. "${0%/*}/lib.sh"
is_real_root || skip_all "only root makes cgroups"
in_private_ns
# shellcheck source=tests/cli/cgroups.sh
. "${lib_self%/*}/cgroups.sh"
own_workloads

short=0123456789ab
pod_uid=8a2fd6a1_3f0e_4d5b_9c1a_2f0a5b0c7d11
pod=8a2fd6a1-3f0e-4d5b-9c1a-2f0a5b0c7d11

# Prints the row of a process in a namespace of its own. $1: columns
shows() {
	run xnsls -n -r -t uts -o "$1" -Q "PID == $pid"
}

# CGROUP, and what UNIT, CONTAINER, ENGINE and POD are; empty ones are left out.
shown_as() {
	join "$1" unshare -u sleep 1000
	shows UNIT,CONTAINER,ENGINE,POD,CGROUP
	is "$1" "$(squeeze "$out" | sed 's/\\x5c/\\/g; s/\\x20/ /g')" "$2 $1"
}

each_pattern() {
	shown_as /system.slice/ssh.service ssh.service
	shown_as /user.slice/user-1000.slice/session-3.scope session-3.scope
	shown_as "/docker/$id" "$short docker"
	shown_as "/system.slice/docker-$id.scope" "docker-$id.scope $short docker"
	shown_as "/machine.slice/libpod-$id.scope/container" "libpod-$id.scope $short podman"
	shown_as "/libpod_parent/$other/libpod-$id" "$short podman fedcba987654"
	shown_as "/machine.slice/libpod-conmon-$id.scope" "libpod-conmon-$id.scope"
	shown_as "/kubepods.slice/kubepods-burstable-pod$pod_uid.slice/cri-containerd-$id.scope" \
		"cri-containerd-$id.scope $short containerd $pod"
	shown_as "/system.slice/containerd.service/kubepods-besteffort-pod$pod_uid.slice:cri-containerd:$id" \
		"$short containerd $pod"
	shown_as "/kubepods/burstable/pod$pod/$id" "$short kubernetes $pod"
	shown_as "/system.slice/nerdctl-$id.scope" "nerdctl-$id.scope $short nerdctl"
	shown_as "/default/$id" "$short containerd"
	shown_as "/kubepods.slice/kubepods-pod$pod_uid.slice/crio-$id.scope/container" \
		"crio-$id.scope $short cri-o $pod"
	shown_as /lxc.payload.web "web lxc"
	shown_as /lxc.monitor.web lxc.monitor.web
	shown_as /lxc/db "db lxc"
	shown_as '/machine.slice/machine-my\x2dweb.scope/payload' 'machine-my\x2dweb.scope my-web nspawn'
	shown_as '/machine.slice/machine-qemu\x2d3\x2dvm.scope' 'machine-qemu\x2d3\x2dvm.scope vm libvirt'
	shown_as /machine.slice/machine-web.scope/supervisor machine-web.scope
	shown_as /by-hand by-hand
}
each_pattern

# Users' cgroups, and those that are named like others'.
forged() {
	mkdir -p "$tree$manager/user.slice" "$tree/system.slice/foo.service" "$tree/system.slice/odd.service/a.slice"
	chown "$user_uid" "$tree$manager" "$tree$manager/user.slice" "$tree/system.slice/foo.service" \
		"$tree/system.slice/odd.service"
	chown 4711 "$tree/system.slice/odd.service/a.slice"
	shown_as "$manager/user.slice/libpod-$id.scope" \
		"tester/libpod-$id.scope tester/$short podman"
	shown_as "/system.slice/foo.service/docker-$id.scope" "foo.service tester/$short docker"
	shown_as "/system.slice/odd.service/a.slice/docker-$id.scope" odd.service
	shown_as "/system.slice/cron.service/docker-$id.scope" cron.service
	shown_as "/docker/$id/docker-$other.scope" "$short docker"
}
forged

# Names, from files that are root's.
write() { # FILE: from standard input
	mkdir -p "${1%/*}"
	cat >"$1"
}

names() {
	join "/system.slice/docker-$id.scope" unshare -u sleep 1000
	file=/var/lib/docker/containers/$id/config.v2.json
	write "$file" <<-END
		{"ID":"$id","Name":"/web"}
	END
	shows CONTAINER,ENGINE
	is "docker's name" "$out" "web docker"
	run xnsls -n -r -t uts -o PID -Q "CONTAINER == 'web' and ENGINE == 'docker'"
	like "the filter finds it" "$out" "^$pid\$"
	run xnsls -J -t uts -o CONTAINER,POD -Q "PID == $pid"
	like "it is in JSON" "$(squeeze "$out")" '"container": "web", "pod": null'
	run xnsls --dot -t uts
	like "--dot has the name too" "$out" "label=\"uts:.[0-9]+.\\\\nweb\\\\n$pid sleep 1000\""
	chmod 666 "$file"
	run xnsls --strict -n -r -t uts -o CONTAINER -Q "PID == $pid"
	is "a file that others may write gives no name" "$status/$out" "1/$short"
	is "it is said why" "$err" "xnsls: names of containers may be missing: '$file' is not believed: \
others than its owner may write to it, or to a directory above it"
	rm "$file"
	ln -s /etc/passwd "$file"
	run xnsls --strict -n -r -t uts -o CONTAINER -Q "PID == $pid"
	like "a link gives no name" "$status/$out$err" "^1/$short.*it is a symbolic link"
	rm "$file"
	mkfifo "$file"
	shows CONTAINER
	is "a FIFO keeps nobody waiting" "$status/$out" "0/$short"
	rm "$file"
	truncate -s 64M "$file"
	run xnsls --strict -n -r -t uts -o CONTAINER -Q "PID == $pid"
	like "64 MiB give no name" "$status/$out$err" "^1/$short.*it is too large"
	head -c 1000000 /dev/zero | tr '\0' '[' >"$file"
	run xnsls --strict -n -r -t uts -o CONTAINER -Q "PID == $pid"
	like "a million brackets give no name" "$status/$out$err" "^1/$short.*not what that runtime writes"
	printf '{"ID":"%s","Name":"/\\u001b[2J\\u0000"}' "$id" >"$file"
	shows CONTAINER
	is "a NUL gives no name" "$out" "$short"
	printf '{"ID":"%s","Name":"/\\u001b[2J"}' "$id" >"$file"
	shows CONTAINER
	is "a name reaches no terminal as it is" "$out" '\x1b[2J'
}

pods() {
	join "/kubepods.slice/kubepods-pod$pod_uid.slice/cri-containerd-$other.scope" unshare -u sleep 1000
	write "/run/containerd/io.containerd.runtime.v2.task/k8s.io/$other/config.json" <<-END
		{"annotations":{"io.kubernetes.cri.container-name":"app",
		"io.kubernetes.cri.sandbox-name":"web-0","io.kubernetes.cri.sandbox-namespace":"prod"}}
	END
	shows CONTAINER,ENGINE,POD
	is "the names that the kubelet gave" "$out" "app containerd prod/web-0"
	join /by-hand2 unshare -u sleep 1000
	write /run/crun/by-hand2/status <<-END
		{"pid":$pid,"process-start-time":1}
	END
	shows CONTAINER,ENGINE
	is "crun by hand" "$out" "by-hand2 crun"
}

users_own() {
	join "$manager/user.slice/lxc.payload.mine" setpriv --reuid "$user_uid" --regid "$user_gid" --clear-groups \
		unshare -Uru sleep 1000
	mode=user
	shows CONTAINER,ENGINE
	is "for its user the name is his" "$status/$out" "0/mine lxc"
	mode=
	shows CONTAINER,ENGINE
	is "for root it has the user's" "$status/$out" "0/tester/mine lxc"
}

without_a_tree() {
	umount "$tree"
	shows CONTAINER,ENGINE
	is "whose the cgroup is cannot be seen" "$out" "tester/mine lxc?"
	mount_tree "$tree"
}

if grep -q '^#define HAVE_LIBJANSSON 1' "$XNS_BUILDDIR/config.h"; then
	names
	pods
else
	skip "names" "built without libjansson"
fi
users_own
without_a_tree

old_name() {
	ln -s xns "$bin/lsns"
	run lsns --output-all -J
	unlike "lsns --output-all has the reference's columns" "$out" '"(unit|container|engine|pod|cgroup)":'
	run xnsls --output-all -J
	like "xnsls --output-all has ours too" "$out" '"container":'
}
old_name
leave_cgroups
done_testing
