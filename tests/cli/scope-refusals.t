#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What systemd-run refuses is one line of ours with a remedy, before anything happens. systemd and systemd-run are
# made up here: a directory, a socket, and a script at the place of the program.
. "${0%/*}/lib.sh"
in_private_ns
is_real_root || skip_all "not root"
place=$("$bin/xns" doctor 2>/dev/null | grep -o '/[^ ]*/systemd-run' | head -n 1)
[ -n "$place" ] || place=/usr/bin/systemd-run
[ -e "$place" ] || skip_all "no systemd-run"
grep -q ' - cgroup2 ' /proc/self/mountinfo || skip_all "no cgroup2 is mounted"
grep '^0::' /proc/self/cgroup | grep -q . || skip_all "no cgroup of version 2"

mount -t tmpfs -o mode=755 none /run
mkdir -p /run/systemd/system "$home/runtime/systemd"
: >"$home/runtime/systemd/private"
: >"$work/systemd-run"
chmod 755 "$work/systemd-run"
mount --bind "$work/systemd-run" "$place"

# $1: what systemd-run does, but for --version
systemd_run() {
	cat >"$work/systemd-run" <<END
#!/bin/sh
case "\$*" in *--version*) exit 0 ;; esac
echo "\$*" >>"$work/asked"
$1
END
}

ask() {
	rm -f "$work/asked"
	: >"$work/asked"
	chmod 666 "$work/asked"
	run env XDG_RUNTIME_DIR="$home/runtime" xunshare --memory 50M "$@"
}

refusals() {
	user=
	[ "$mode" = root ] || user=' --user'
	systemd_run 'echo "Failed to start transient scope unit: Access denied" >&2; echo more >&2; exit 1'
	ask touch "$home/ran"
	is "one line, and the remedy" "$status,$err" \
		"1,xunshare: systemd makes no scope for the limits: Failed to start transient scope unit: Access denied
xunshare: hint: see 'systemctl$user status'; or name a cgroup that is yours with --cgroup-parent"
	is "it was asked once" "$(wc -l <"$work/asked")" 1
	systemd_run 'exit 4'
	ask touch "$home/ran"
	like "without a word" "$status,$err" "^1,xunshare: systemd makes no scope for the limits: systemd-run says no reason$"
	systemd_run 'kill -9 $$'
	ask touch "$home/ran"
	like "killed" "$status,$err" "^1,xunshare: systemd makes no scope for the limits: "
	ok "nothing has run" test ! -e "$home/ran"
}

XNS_MODES="root user"
for_each_mode refusals
done_testing
