#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Real engines whose cgroups systemd makes: machines of systemd-machined, and podman's containers and pods, as root
# and as a user with a manager of his own.
# shellcheck disable=SC2086 # $userns is an option, or empty
. "${0%/*}/lib.sh"
needs_applet xnsls
is_real_root || skip_all "not root"
[ -d /run/systemd/system ] || skip_all "systemd does not run here: VM_INIT=systemd tests/vm.sh"
. "$XNS_SRCDIR/tests/cli/engines.sh"
[ -n "$has_names" ] || skip_all "built without libjansson"
has_static_busybox || skip_all "no static busybox"
mkdir -p /var/lib/machines /srv
small_root "$work/small"
tar -C "$work/small" -c . >"$work/small.tar"
chmod 755 "$work"

# As root sees them: by unit, container and engine.
row() {
	run xnsls -n -r -t uts -o UNIT,CONTAINER,ENGINE -Q "CONTAINER == '$1'"
}

machine() {
	command -v systemd-nspawn >/dev/null || { skip machined "systemd-nspawn is not installed"; return; }
	systemd-run -q --unit=xns-starts systemd-nspawn -q -M xns-machine -D "$work/small" /bin/sleep 1000
	if ! until_ok runs xns-machine; then
		skip machined "it does not start here: $(systemctl status xns-starts 2>&1 | tail -1)"
		return
	fi
	is_found xns-machine nspawn xns-machine "the first of its pid namespace, "
	like "machined: it knows the machine" "$(machinectl list --no-legend 2>&1)" '^ *xns-machine +container '
	row xns-machine
	# --raw escapes the backslash.
	is "machined: its scope is the unit" "$status/$out" "0/machine-xns\\x5cx2dmachine.scope xns-machine nspawn"
	run xnsenter -t machine:xns-machine -u hostname
	is "machined: it is entered as a machine" "$status/$out$err" 0/xns-machine
	machinectl terminate xns-machine
	until_ok gone xns-machine
	has_gone xns-machine machined
	systemctl stop xns-starts 2>/dev/null
}

gone() {
	! runs "$1"
}

# As root, or with $become as that user. $1: words that begin the names of results
containers() {
	if ! podman import -q "$work/small.tar" xns-image >"$outfile" 2>"$errfile" ||
		! podman run -d --pids-limit=-1 --network none --hostname podmanbox --name xns-podman xns-image \
			/bin/sleep 1000 >"$outfile" 2>"$errfile"; then
		skip "$1" "it does not start here: $(tail -1 "$errfile")"
		return
	fi
	id=$(tail -1 "$outfile")
	until_ok runs xns-podman
	is_found xns-podman podman podmanbox "the first of its pid namespace, .*; cgroup '.*/libpod-$id\\.scope(/container)?'"
	run xnsls -n -r -t uts -o UNIT,CONTAINER,ENGINE -Q "CONTAINER == 'xns-podman'"
	is "$1: its scope is the unit" "$status/$out" "0/libpod-$id.scope xns-podman podman"
	podman rm -f -t 0 xns-podman >/dev/null 2>&1
	until_ok gone xns-podman
	has_gone xns-podman "$1"
	pod "$1"
}

# The containers of a pod share namespaces, which the first of them, the infra container, keeps.
pod() {
	if ! podman pod create --name xns-pod --network none --infra-image xns-image --infra-command '/bin/sleep 1001' \
			>"$outfile" 2>"$errfile" ||
		! podman run -d --pod xns-pod --pids-limit=-1 --name xns-one xns-image /bin/sleep 1000 \
			>"$outfile" 2>"$errfile" ||
		! podman run -d --pod xns-pod --pids-limit=-1 --name xns-two xns-image /bin/sleep 1000 \
			>"$outfile" 2>"$errfile"; then
		skip "$1, a pod" "it does not start here: $(tail -1 "$errfile")"
		return
	fi
	for one in xns-one xns-two; do
		run xnsenter -t container:$one $userns -u hostname
		is "$1, a pod: $one is entered, and has the pod's host name" "$status/$out$err" 0/xns-pod
		run xnsenter -t container:$one $userns -m -p sh -c 'echo $$'
		like "$1, a pod: $one by its own namespaces" "$status/$out$err" '^0/[0-9]+$'
	done
	run xnsls -n -r -t pid -o CONTAINER,ENGINE -Q "CONTAINER =~ '^xns-(one|two)\$'"
	is "$1, a pod: both are listed" "$(printf '%s\n' "$out" | sort | xargs)" "xns-one podman xns-two podman"
	podman pod rm -f -t 0 xns-pod >/dev/null 2>&1
}

as_root() {
	userns=
	podman() { timeout 300 podman --storage-driver=vfs --cgroup-manager=systemd --runtime=crun "$@"; }
	containers "podman and systemd"
}

# The user's manager; loginctl's lingering would start it, too.
as_a_user() {
	command -v newuidmap >/dev/null || { skip "podman and a user's manager" "no newuidmap"; return; }
	grep -q "^[^:]*:[^:]*:$user_uid:" /etc/passwd || echo "tester:x:$user_uid:$user_gid::/srv/tester:/bin/sh" >>/etc/passwd
	# By number: that id may have another name here. Without these ids the groups of the container were denied.
	for file in subuid subgid; do
		grep -q "^$user_uid:" /etc/$file 2>/dev/null || echo "$user_uid:100000:65536" >>/etc/$file
	done
	mkdir -p /srv/tester
	chown "$user_uid:$user_gid" /srv/tester
	if ! systemctl start "user@$user_uid.service" || ! [ -S "/run/user/$user_uid/bus" ]; then
		skip "podman and a user's manager" "no manager of the user's with a bus"
		return
	fi
	podman() {
		(cd /srv/tester && timeout 300 setpriv --reuid "$user_uid" --regid "$user_gid" --init-groups env \
			HOME=/srv/tester XDG_RUNTIME_DIR="/run/user/$user_uid" \
			DBUS_SESSION_BUS_ADDRESS="unix:path=/run/user/$user_uid/bus" \
			podman --storage-driver=vfs --cgroup-manager=systemd --runtime=crun "$@")
	}
	user_env="HOME=/srv/tester PATH=$bin:/usr/bin:/bin:/usr/sbin:/sbin XDG_RUNTIME_DIR=/run/user/$user_uid"
	mode=user userns=-U
	containers "podman and a user's manager"
	mode=
}

machine
if ! command -v podman >/dev/null || ! command -v crun >/dev/null; then
	skip podman "podman or crun is not installed"
else
	as_root
	as_a_user
fi
done_testing
