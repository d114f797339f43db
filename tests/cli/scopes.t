#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Limits where systemd runs: in a scope that systemd-run makes, as root and as a user with a manager of his own.
. "${0%/*}/lib.sh"
is_real_root || skip_all "not root"
[ -d /run/systemd/system ] || skip_all "systemd does not run here: VM_INIT=systemd tests/vm.sh"
command -v systemd-run >/dev/null || skip_all "no systemd-run"

# The user's manager; with the variable that pam_systemd(8) sets.
manager() {
	grep -q "^[^:]*:[^:]*:$user_uid:" /etc/passwd || echo "tester:x:$user_uid:$user_gid::/:/bin/sh" >>/etc/passwd
	systemctl start "user@$user_uid.service" 2>&1
}

scopes() {
	runtime=/run/user/$user_uid
	[ "$mode" = user ] || runtime=
	if [ "$mode" = user ] && ! [ -S "$runtime/systemd/private" ]; then
		skip "a scope of the user's" "no manager of the user's: $managed"
		return
	fi
	limit() { run env ${runtime:+XDG_RUNTIME_DIR=$runtime} xunshare "$@"; }
	limit --memory 50M sh -c 'cat /proc/self/cgroup; echo $$; ls -l /proc/self/fd'
	like "the program is in a scope of its own" "$status,$(squeeze "$out")" \
		'^0,0::/.*/(xns-[0-9]+-[0-9]+)\.scope/\1/limit/program '
	unlike "it has none of our descriptors" "$out" '/xns$'
	is "and nothing is said" "$err" ""
	limit --memory 50M python3 -c 'b = bytearray(200 << 20); print(len(b))'
	is "too much memory" "$status,$err" "137,xunshare: the memory limit of 50 MiB killed 1 process"
	limit --pids-limit 20 -rC sh -c 'cat /proc/self/cgroup; exit 7'
	is "in a cgroup namespace, with its exit status" "$status,$out" 7,0::/
	limit --cpus 1.5 --explain true
	like "--explain shows the scope" "$out" 'start again in a new scope of systemd: .*systemd-run --scope'
	limit --pids-limit 20 sh -c 'printf "%s\n" "$@"' sh 'a  b' '$HOME' '%n' '' .
	is "arguments stay as they are" "$out" "a  b
\$HOME
%n

."
	limit --limit hugetlb.2MB.max=0 true
	like "what systemd does not pass on" "$status,$(squeeze "$err")" '^[01],'
	ok "no scope is left" until_ok sh -c "! find /sys/fs/cgroup -name 'xns-[0-9]*' | grep ."
}

managed=$(manager)
XNS_MODES="root user"
for_each_mode scopes
done_testing
