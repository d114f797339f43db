#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Targets by name: units, containers, machines and cgroups, entered by root and by a user; and forged, stale and
# reused ones, which are not.
. "${0%/*}/lib.sh"
is_real_root || skip_all "only root makes cgroups"
needs_programs probe
in_private_ns
# shellcheck source=tests/cli/cgroups.sh
. "${lib_self%/*}/cgroups.sh"
own_workloads

mkdir -p "$tree$manager/user.slice/a.slice"
chown "$user_uid" "$tree$manager" "$tree$manager/user.slice"

as_tester() {
	echo "setpriv --reuid $user_uid --regid $user_gid --clear-groups"
}

# A container: the first process of a pid namespace, and one that was added before it.
container() { # CGROUP; sets $leader
	join "$1" unshare -u sleep 1000
	join "$1" unshare -upmf --kill-child --mount-proc sleep 1000
	leader=$(child_of "$pid")
}

# The host name tells where the program ran.
mark() { # PID NAME
	nsenter -t "$1" -u hostname "$2"
}

enters() { # NAME-OF-TEST TARGET HOSTNAME
	run xnsenter -t "$2" -u hostname
	is "$1" "$status/$out$err" "0/$3"
}

refuses() { # NAME-OF-TEST TARGET ERE
	run xnsenter -t "$2" -m -u hostname
	like "$1" "$status/$out/$err" "^1//xnsenter: $3"
}

containers() {
	container "/system.slice/docker-$id.scope"
	mark "$leader" docker
	mkdir -p "/var/lib/docker/containers/$id"
	printf '{"ID":"%s","Name":"/web"}' "$id" >"/var/lib/docker/containers/$id/config.v2.json"
	docker=$leader
	if grep -q '^#define HAVE_LIBJANSSON 1' "$XNS_BUILDDIR/config.h"; then
		enters "a container by its name" container:web docker
		enters "by the beginning of its name" container:we docker
		run xnsenter -t container:web -u --explain true
		like "--explain says how" "$out" "^'container:web' is process $leader, the first of its pid \
namespace, started at [0-9]+ ticks after boot; cgroup '/system.slice/docker-$id.scope'; state file \
'/var/lib/docker/containers/$id/config.v2.json'\$"
	else
		skip "names" "built without libjansson"
	fi
	enters "by its id" "container:$id" docker
	enters "by the beginning of its id" container:0123 docker
	enters "its scope is a unit, of which the oldest is meant" "cgroup:/system.slice/docker-$id.scope" \
		"$(hostname)"
	run xnsenter -t container:0123 -u --explain=json true
	like "in JSON too" "$(squeeze "$out")" "\"target\": \"'container:0123' is process $leader,.*\"steps\":"
	container /lxc.payload.db
	mark "$leader" lxc
	enters "another engine's" container:db lxc
	container '/machine.slice/machine-my\x2dvm.scope/payload'
	mark "$leader" nspawn
	enters "a machine" machine:my-vm nspawn
	enters "which is a container too" container:my-vm nspawn
	container /lxc.payload.db2
	refuses "a beginning that fits two" container:d "'container:d' may mean 2 of them: db, db2"
	refuses "a name that is not there" container:none "no process is in a container 'none'"
}

units() {
	join /system.slice/ssh.service unshare -u sleep 1000
	mark "$pid" ssh
	join /system.slice/ssh.service unshare -u sleep 1000
	enters "a unit: the oldest" unit:ssh.service ssh
	enters "a cgroup" cgroup:/system.slice/ssh.service ssh
	refuses "a unit that is not there" unit:ssh "no process is in a unit 'ssh'"
	# shellcheck disable=SC2046 # words
	join /system.slice/cron.service $(as_tester) unshare -Urm sleep 1000
	job=$(child_of "$pid") && [ -n "$job" ] || job=$pid
	refuses "a user's job in root's unit" unit:cron.service \
		"no process in 'unit:cron.service' can be entered by that name: process $job belongs"
	join /system.slice/cron.service unshare -mu sleep 1000
	mark "$pid" cron
	run xnsenter -t unit:cron.service -m -u hostname
	is "it is passed over" "$status/$out$err" 0/cron
}

# A user with a user namespace may call chroot(2) in it, without a mount namespace of his own.
chrooted() {
	# shellcheck disable=SC2046 # words
	for file in $(command -v sleep) $(ldd "$(command -v sleep)" | grep -o '/[^ )]*'); do
		mkdir -p "$work/theirs${file%/*}"
		cp -L "$file" "$work/theirs$file"
	done
	# shellcheck disable=SC2046 # words
	join /system.slice/www.service $(as_tester) unshare -Ur --root="$work/theirs" sleep 1000
	run xnsenter -t unit:www.service -r sleep 0
	like "a root directory that a user chose is not root's" "$status/$err" \
		"^1/xnsenter: no process in 'unit:www.service' can be entered by that name: process $pid belongs"
	run xnsenter -t cgroup:/system.slice/www.service -r sleep 0
	like "by the cgroup too" "$status/$err" "^1/xnsenter: no process in 'cgroup:/system.slice/www.service' can"
	# shellcheck disable=SC2046 # words
	join "$manager/user.slice/lxc.payload.theirs" $(as_tester) unshare -Ur --root="$work/theirs" sleep 1000
	run xnsenter -t container:tester/theirs -r sleep 0
	like "nor if root names the user" "$status/$err" "^1/xnsenter: 'container:tester/theirs' is process $pid, \
whose files another user namespace controls"
	mkdir -p "$work/theirs/etc"
	echo "boss:x:0:0::/:/bin/sh" >"$work/theirs/etc/passwd"
	: >"$work/theirs/etc/group"
	run xnsenter -t container:tester/theirs -m --run-as boss sleep 0
	like "nor are its names of users believed" "$status/$err" "^1/xnsenter: 'container:tester/theirs' is process $pid, \
whose files another user namespace controls"
	run xnsenter -t container:tester/theirs -U -r sleep 0
	is "with the user namespace it is entered" "$status/$err" 0/
}

# A target with a user namespace of its own may create another mount namespace at any time. root enters the one that it
# has examined.
moving() {
	command -v strace >/dev/null || { skip "a process that moves on the way" "no strace"; return; }
	for word in ours others; do
		printf '#!/bin/sh\necho %s\n' $word >"$work/$word"
	done
	chmod 755 "$work/ours" "$work/others"
	# shellcheck disable=SC2016,SC2046 # the inner shells' words
	join /system.slice/moving.service $(as_tester) unshare -Ur sh -c 'until [ -e "$0" ]; do sleep 0.1; done
		exec unshare -m sh -c "mount --bind \"\$0\" \"\$1\" && exec sleep 1000" "$1" "$2"' \
		"$work/go" "$work/others" "$work/ours"
	start strace -o "$work/trace" -e trace=setns -e inject=setns:delay_enter=4000000:when=1 \
		xnsenter -t unit:moving.service -m "$work/ours"
	ok "an entry by name: under way" until_ok grep -q 'setns(' "$work/trace"
	: >"$work/go"
	ok "the process has mounts of its own" until_ok executes "$pid" sleep
	finish
	is "the examined mounts are entered" "$status/$out$err" 0/ours
	run xnsenter -t unit:moving.service -m "$work/ours"
	like "the new ones are refused" "$status/$out$err" "^1/xnsenter: no process in 'unit:moving.service' can be entered"
	rm "$work/go"
}

forged() {
	# shellcheck disable=SC2046 # words
	join "$manager/user.slice/docker-$other.scope" $(as_tester) unshare -Urmu sleep 1000
	refuses "a user's container is no name for root" container:fedc \
		"no process is in a container 'fedc'"
	like "its user is named" "$err" "hint: user $user_uid has one: container:$user_uid/fedc\$"
	run xnsenter -t container:tester/fedc -U -u true
	is "root enters it as the user's" "$status/$err" 0/
	refuses "not its programs with root's rights" container:tester/fedc \
		"'container:tester/fedc' is process [0-9]+, whose files another user namespace controls"
	mode=user
	run xnsenter -t container:fedc -U -m --preserve-credentials true
	is "its user enters it" "$status/$err" 0/
	mode=
	join "$manager/user.slice/a.slice/lxc.payload.odd" unshare -u sleep 1000
	refuses "a directory of root's in a user's" container:tester/odd "no process is in"
	refuses "a name of another user's" container:4711/fedc "no process is in"
	refuses "a user who is not there" container:nosuchuser_/fedc "there is no user 'nosuchuser_'"
	join "/system.slice/docker-$id.scope/lxc.payload.inner" unshare -u sleep 1000
	refuses "a container in a container" container:inner "no process is in"
}

by_hand() {
	join /by-hand unshare -u sleep 1000
	mark "$pid" hand
	mkdir -p /run/crun/by-hand
	start=$(sed 's/.*) //' "/proc/$pid/stat" | cut -d ' ' -f 20)
	printf '{"pid":%s,"process-start-time":%s}' "$pid" "$start" >/run/crun/by-hand/status
	enters "crun by hand" container:by-hand hand
	printf '{"pid":%s,"process-start-time":%s}' "$pid" $((start + 1)) >/run/crun/by-hand/status
	refuses "a process that started at another time" container:by-hand \
		"'/run/crun/by-hand/status' is stale: process $pid"
	printf '{"pid":%s,"process-start-time":%s}' "$docker" "$start" >/run/crun/by-hand/status
	refuses "a process of another cgroup" container:by-hand "'/run/crun/by-hand/status' is stale"
	chmod 666 /run/crun/by-hand/status
	refuses "a file that others may write" container:by-hand "no process is in a container 'by-hand'"
	like "it is said why" "$err" "hint: '/run/crun/by-hand/status' is not believed: others"
}

completions() {
	tab=$(printf '\t')
	join '/lxc.payload.odd$name' unshare -u sleep 1000
	run xns --complete xnsenter -t container:
	like "completions offer containers" "$out" '^container:db	lxc$'
	like "and a user's with the user" "$out" '^container:tester/fedcba987654	podman$|^container:tester/.*docker$'
	unlike "and nothing that a shell could read otherwise" "$out" 'odd'
	case " $XNS_APPLETS " in
	*" xnsls "*) ;;
	*) return ;;
	esac
	run xns --complete xnsls --task=unit:s
	like "and units" "$out" "^--task=unit:ssh.service$tab\$"
}

other_applets() {
	case " $XNS_APPLETS " in
	*" xnsls "*) ;;
	*) skip "xnsls" "this build has none"; return ;;
	esac
	run xnsls -n -r -p container:db -t uts -o NS,NPROCS
	is "xnsls --task" "$status/$out$err" "0/$(stat -Lc %i "/proc/$(xnsenter -t container:db --explain -u true |
		sed -n "s/.* is process \([0-9]*\),.*/\1/p")/ns/uts") 2"
	run xnsls --compare -r -t uts container:db container:db
	is "xnsls --compare: the same" "$status" 0
	run xnsls --compare -r -t uts container:db container:0123
	is "xnsls --compare: not the same" "$status" 3
	run xnsls --compare container:db container:none
	like "xnsls --compare: none" "$status/$err" "^1/xnsls: no process is in a container 'none'"
	run xnsls -p unit:
	like "xnsls: no name" "$status/$err" "^1/xnsls: 'unit:' is not unit:NAME"
	case " $XNS_APPLETS " in
	*" xnetns "*) ;;
	*) skip "xnetns" "this build has none"; return ;;
	esac
	join /lxc.payload.net unshare -n sleep 1000
	run xnetns attach netname container:net
	is "xnetns attach" "$status/$err" 0/
	run xnetns identify container:net
	is "xnetns identify" "$status/$out$err" 0/netname
	run xnetns attach --explain other container:net
	like "xnetns attach --explain" "$out" "^'container:net' is process $pid, "
	run xnetns identify container:none
	like "xnetns identify: none" "$status/$err" "^[12]/xnetns: no process is in a container 'none'"
	run xnsenter --net=netns:netname readlink /proc/self/ns/net
	is "xnsenter --net=netns:NAME" "$status/$out$err" "0/$(readlink "/proc/$pid/ns/net")"
	run xnsenter --net=netns:none true
	like "a name that is not there" "$status/$err" "^1/xnsenter: .*none"
	cd "$work" || return
	: >netns:netname
	run xnsenter --net=netns:netname true
	like "a file of that name wins" "$status/$err" "^1/xnsenter: .*'netns:netname'"
	run xnsenter --uts=netns:netname true
	like "other types have no names" "$status/$err" "^1/xnsenter: .*'netns:netname'"
	rm netns:netname
}

containers
units
chrooted
moving
forged
by_hand
completions
other_applets
leave_cgroups
done_testing
