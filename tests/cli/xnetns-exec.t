#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# xnetns exec: what the command finds in /etc and /sys, who it is, and its exit status.
. "${0%/*}/netns.sh"

xnetns add vpn
[ -e /sys/class ] || mount -t sysfs sysfs /sys || note "this root directory has no /sys"
can_mount_sysfs || note "no sysfs can be mounted here"
sysfs=
can_mount_sysfs || sysfs=--no-sysfs

# In the namespace, with as much of its surroundings as can be had here.
inside() {
	# shellcheck disable=SC2086 # empty or one word
	run xnetns exec $sysfs vpn "$@"
}

# --- statuses ---
inside true
is "succeeds" "$status,$out,$err" 0,,
inside sh -c 'exit 42'
is "the command's status" "$status" 42
inside sh -c 'kill -TERM $$'
is "the command's signal" "$status" 143
inside nosuch-command
is "a command that is not there" "$status" 127
like "is named" "$err" "cannot run 'nosuch-command'"
run xnetns exec vpn --user nobody true
is "an option behind the name" "$status,$err" "127,xnetns: cannot run '--user': No such file or directory
xnetns: hint: options of exec stand before the name: xnetns exec --user... NAME COMMAND"
inside /etc/passwd
is "one that cannot be run" "$status" 126
inside /
is "a directory" "$status" 126
run xnetns exec nosuch touch ran
is "a namespace that is not there" "$status,$(ls ran 2>&1 | grep -c such)" 255,1
run xnetns exec vpn
is "no command" "$status" 1
run xnetns exec
is "no name" "$status" 1
inside sh -c 'echo "$@"' sh -x --help -- a
is "arguments are the command's own" "$out" "-x --help -- a"
inside readlink /proc/self/ns/net
is "in the namespace" "$out" "net:[$(stat -c %i /run/netns/vpn)]"
run ls /proc/self/fd
before=$out
inside ls /proc/self/fd
is "no descriptor too many" "$out" "$before"

# --- no mount namespace that is not needed ---
outside=$(readlink /proc/self/ns/mnt)
run xnetns exec --no-sysfs vpn readlink /proc/self/ns/mnt
is "--no-sysfs without files for /etc: the same mounts" "$out" "$outside"

# --- /etc ---
mkdir -p /etc/netns/vpn
echo 'nameserver 9.9.9.9' >/etc/netns/vpn/resolv.conf
rm -f /etc/resolv.conf

# $1: what kind of file /etc/resolv.conf is now
shows_ours() {
	inside cat /etc/resolv.conf
	is "resolv.conf over $1" "$status,$out" "0,nameserver 9.9.9.9"
}
echo host >/etc/resolv.conf
shows_ours "a file"
mkdir -p /run/systemd/resolve
echo stub >/run/systemd/resolve/stub-resolv.conf
ln -sf ../run/systemd/resolve/stub-resolv.conf /etc/resolv.conf
shows_ours "a symbolic link"
inside ls /run/systemd/resolve
is "the host's resolver cannot be asked past it" "$status,$out" 0,
ln -sf /nosuch/file /etc/resolv.conf
shows_ours "a dangling link"
rm /etc/resolv.conf
shows_ours "nothing"
like "a warning names the missing file" "$err" 'warning: there is no /etc/resolv.conf'
mkdir /etc/resolv.conf
shows_ours "a directory"
rmdir /etc/resolv.conf
echo host >/etc/resolv.conf

cd /etc || exit
inside cat resolv.conf
is "by its name alone, where we are in /etc" "$status,$out" "0,nameserver 9.9.9.9"
mkdir -p some.d
cd some.d || exit
inside sh -c 'pwd; cat ../resolv.conf'
is "and from a directory in it" "$status,$(squeeze "$out")" "0,/etc/some.d nameserver 9.9.9.9"
cd "$work" || exit

# Replaced while the command runs, in the ways programs do it.
cat >later.sh <<'END'
: >started
until test -e "$1"; do sleep 0.02; done
shift
cat "$@"
END
# $1: name of the result, $2: what is done meanwhile, $3: the file looked at, $4: what it must say
meanwhile() {
	rm -f started go
	# shellcheck disable=SC2086
	start xnetns exec $sysfs vpn sh "$work/later.sh" "$work/go" "$3"
	until_ok test -e started
	eval "$2"
	: >go
	finish
	is "$1" "$status,$out" "0,$4"
}
ours='nameserver 9.9.9.9'
meanwhile "the host replaces resolv.conf by rename" \
	'echo leak >/etc/r; mv /etc/r /etc/resolv.conf' /etc/resolv.conf "$ours"
meanwhile "the host removes it and makes it anew" \
	'rm /etc/resolv.conf; echo leak >/etc/resolv.conf' /etc/resolv.conf "$ours"
meanwhile "the host makes it a link" \
	'ln -sf /etc/hostname /etc/resolv.conf' /etc/resolv.conf "$ours"
rm /etc/resolv.conf
echo host >/etc/resolv.conf
meanwhile "the host writes into it" 'echo leak >/etc/resolv.conf' /etc/resolv.conf "$ours"
meanwhile "the host removes the directory behind it" \
	'rm -r /etc/netns/vpn' /etc/resolv.conf "$ours"
mkdir -p /etc/netns/vpn
echo 'nameserver 9.9.9.9' >/etc/netns/vpn/resolv.conf
echo first >/etc/hosts # a small system may have none
case $(cat /sys/module/apparmor/parameters/enabled 2>/dev/null) in
Y) seen=first ;; # bound there, so that they keep their paths
*) seen=replaced ;;
esac
meanwhile "other files are the host's, also replaced ones" \
	'echo replaced >/etc/h; mv /etc/h /etc/hosts' /etc/hosts $seen
ln -s ../some.d/inside /etc/some.d/link
ln -s ../dev/null /etc/away
meanwhile "directories too, with links in them" \
	'echo new >/etc/some.d/inside' /etc/some.d/link new

is "the host's file is as the host left it" "$(cat /etc/resolv.conf)" leak
inside sh -c 'echo written >/etc/resolv.conf'
is "the command writes to a file of its own" "$(cat /etc/netns/vpn/resolv.conf /etc/resolv.conf)" \
	"written
leak"
inside sh -c 'echo in place >/etc/hosts'
is "other files can be written" "$status,$(cat /etc/hosts)" "0,in place"
inside touch /etc/new-file
ok "the command cannot create a file that would be lost" test "$status" != 0
like "as read-only" "$err" 'Read-only'
inside touch /etc/some.d/new-file
ok "but not in directories" test -e /etc/some.d/new-file
inside readlink /etc/away
is "links are the same" "$out" ../dev/null
inside sh -c 'ls -A /etc | grep -v xns-host'
is "the same names" "$out" "$(ls -A /etc)"
inside id -nu
is "passwd is found" "$out" "$(id -nu)"

mkdir /etc/netns/vpn/some.d
echo other >/etc/netns/vpn/some.d/only
inside ls /etc/some.d
is "a directory takes a directory's place" "$out" only
ln -s /etc/hostname /etc/netns/vpn/hosts
inside cat /etc/hosts
is "a link there leads to the file" "$out" "$(cat /etc/hostname)"
ln -sf /nosuch /etc/netns/vpn/hosts
inside touch ran
is "one that leads nowhere: the command does not run" "$status,$(ls ran 2>&1 | grep -c such)" 255,1
like "and why" "$err" "cannot show '/etc/netns/vpn/hosts' in /etc: No such file"
run xnetns exec $sysfs --no-etc vpn cat /etc/resolv.conf
is "--no-etc leaves /etc alone" "$status,$out" 0,leak
rm -r /etc/netns/vpn
: >/etc/netns/vpn
inside touch ran
is "no directory there: the command does not run" "$status,$(ls ran 2>&1 | grep -c such)" 255,1
rm /etc/netns/vpn

# --- under AppArmor, which judges paths ---
if [ -z "$sysfs" ] && [ -d /sys/module ]; then
	mkdir -p /etc/netns/vpn
	echo x >/etc/netns/vpn/resolv.conf
	mount -t tmpfs tmpfs /sys/module
	mkdir -p /sys/module/apparmor/parameters
	echo Y >/sys/module/apparmor/parameters/enabled
	inside sh -c 'exec </etc/hosts; readlink /proc/self/fd/0'
	is "with AppArmor files keep their paths" "$out" /etc/hosts
	umount /sys/module
	rm -r /etc/netns/vpn
else
	skip "with AppArmor files keep their paths" "no /sys of our own"
fi

# SELinux is not at work here: its label is asked for, and what the kernel refuses is left out.
label='system_u:object_r:etc_t:s0:c1,c2'
if command -v strace >/dev/null && command -v python3 >/dev/null &&
	python3 -c "import os; os.setxattr('/etc', 'security.selinux', b'$label')" 2>/dev/null; then
	mkdir -p /etc/netns/vpn
	echo 'nameserver 9.9.9.9' >/etc/netns/vpn/resolv.conf
	# shellcheck disable=SC2086
	run strace -f -s 200 -e trace=mount -o trace xnetns exec $sysfs vpn cat /etc/resolv.conf
	like "the view asks for the label of /etc" "$(cat trace)" "tmpfs.*rootcontext=.*$label"
	is "and does without it" "$status,$out" "0,nameserver 9.9.9.9"
	rm -r /etc/netns/vpn
	python3 -c "import os; os.removexattr('/etc', 'security.selinux')"
else
	skip "the view asks for the label of /etc" "no strace, no python3 or no such attribute"
fi

# --- /sys ---
if [ -z "$sysfs" ]; then
	inside ls /sys/class/net
	is "/sys shows the namespace's devices" "$out" lo
	cd /sys/class/net || exit
	inside ls
	is "also as the working directory" "$out" lo
	cd "$work" || exit
	run xnetns exec --no-sysfs vpn ls /sys/class/net
	is "--no-sysfs shows ours" "$out" "$(ls /sys/class/net)"
	mount -t tmpfs -o mode=755 tmpfs /sys/fs/cgroup
	mkdir /sys/fs/cgroup/inner
	mount -t tmpfs marked /sys/fs/cgroup/inner
	: >/sys/fs/cgroup/inner/kept
	inside ls /sys/fs/cgroup/inner
	is "mounts in /sys are kept, at every depth" "$out" kept
	ok "and stays where it was for us" test -e /sys/fs/cgroup/inner/kept
	umount -R /sys/fs/cgroup
	mount -o remount,bind,ro /sys
	inside sh -c 'awk "\$5 == \"/sys\"" /proc/self/mountinfo | tail -n 1'
	like "read-only where it was" "$out" ' /sys ro,'
	mount -o remount,bind,rw /sys
else
	for what in "/sys shows the namespace's devices" "what is mounted in /sys is kept" \
		"read-only where it was"; do
		skip "$what" "no sysfs can be mounted here"
	done
	run xnetns exec vpn touch ran
	is "refused /sys: the command does not run" "$status,$(ls ran 2>&1 | grep -c such)" 255,1
	like "and what to do" "$err" 'hint: .*--no-sysfs'
fi

# --- --explain ---
run xnetns exec --explain vpn touch ran
like "--explain shows the steps" "$out" 'enter the network namespace of /run/netns/vpn'
ok "and does nothing" test ! -e ran
run xnetns exec --explain=json --no-sysfs vpn true
like "as JSON" "$out" '"step": "setns"'

# --- --user ---
if is_real_root; then
	run xnetns exec --user tester vpn sh -c 'id -u; id -g; id -G; echo "$HOME $USER $LOGNAME"'
	is "--user" "$(squeeze "$out")" "$user_uid $user_gid $user_gid $home tester tester"
	run xnetns exec --run-as tester vpn sh -c 'id -u; id -g; id -G; echo "$HOME $USER $LOGNAME"'
	is "--run-as is the same" "$(squeeze "$out")" "$user_uid $user_gid $user_gid $home tester tester"
	run xnetns exec --user "$user_uid" vpn id -un
	is "--user by number" "$out" tester
	echo "extra:x:4242:tester" >>/etc/group
	run xnetns exec --user tester vpn id -G
	is "with the user's groups" "$out" "$user_gid 4242"
	run xnetns exec --user tester vpn sh -c "grep -E '^Cap(Inh|Prm|Eff|Amb)' /proc/self/status"
	is "without capabilities" "$(printf '%s' "$out" | tr -d '0\n\t')" "CapInh:CapPrm:CapEff:CapAmb:"
else
	skip "--user" "not root"
fi
run xnetns exec --user nosuchuser vpn touch ran
is "a user that is not there" "$status,$(ls ran 2>&1 | grep -c such)" 1,1

# --- all of them ---
xnetns add n2 n3
order=$(xnetns list | tr '\n' ' ')
# shellcheck disable=SC2086
run xnetns -all exec $sysfs sh -c 'echo in "$(xnetns identify)"'
is "--all announces each" "$out" "$(for n in $order; do printf '\nnetns: %s\nin %s\n' "$n" "$n"; done)"
cat >fail.sh <<'END'
case $(xnetns identify) in
vpn) exit 7 ;;
n2) exit 9 ;;
esac
END
first=$(for n in $order; do case $n in vpn) echo 7 ;; n2) echo 9 ;; esac; done | head -n 1)
# shellcheck disable=SC2086
run xnetns -all exec $sysfs sh fail.sh
is "the first failure's status" "$status" "$first"
like "a summary" "$err" 'failed in 2 of 3 namespaces: .*vpn \(7\)'
cat >slow.sh <<'END'
name=$(xnetns identify)
for i in 1 2 3 4 5; do echo "$name $i"; sleep 0.05; done
echo "$name to standard error" >&2
exit 5
END
# shellcheck disable=SC2086
run xnetns -all exec $sysfs --jobs 3 sh slow.sh
is "--jobs keeps output whole" "$out" "$(for n in $order; do
	printf '\nnetns: %s\n' "$n"
	for i in 1 2 3 4 5; do echo "$n $i"; done
done)"
is "and standard error apart" "$(grep -c 'to standard error' "$errfile"),$status" 3,5
# shellcheck disable=SC2086
run xnetns -all exec $sysfs --jobs 2 sh -c 'kill -KILL $$'
is "killed: 128 and the signal" "$status" 137
# A child that was there before exec ends first; it is none of the commands.
# shellcheck disable=SC2086
run sh -c 'true & export child=$!; exec xnetns -all exec "$@"' sh $sysfs \
	sh -c 'while grep -qs "^State:.[RSD]" /proc/$child/status; do sleep 0.02; done; exit 3'
like "children of others are not counted" "$err" 'failed in 3 of 3 namespaces'
cat >late.sh <<'END'
echo output
[ "$(xnetns identify)" = "$1" ] || { sleep 0.5; echo "late" >>late; }
END
# shellcheck disable=SC2086
run sh -c 'exec xnetns -all exec --jobs 3 "$@" >/dev/full' sh $sysfs sh late.sh "${order%% *}"
is "after lost output, exec waits for the commands that run" "$status,$(grep -c late late)" 1,2
is "and reports the lost output once" "$err" "xnetns: cannot print the output of the commands: No space left on device"
run xnetns -all exec nosuch-command
is "a command that is not there" "$status" 127
run xnetns exec --jobs 2 vpn true
is "--jobs without --all" "$status" 1
for bad in 0 -1 x 1025 ''; do
	run xnetns -all exec --jobs "$bad" true
	is "--jobs '$bad'" "$status" 255
done
run xnetns --all exec
is "--all without a command" "$status" 1
xnetns --all delete
run xnetns --all exec false
is "no names: nothing to do" "$status,$out,$err" 0,,
done_testing
