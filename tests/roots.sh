#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Both commands of README.md in fresh roots of Debian, as a stranger types them: as root, as a user with
# sudo, and as a user without, who is told what root has to install. TAP.
# Usage: tests/roots.sh [--no-check] [SUITE...]; by default bookworm, trixie and sid, with "check" as root.
. "$(dirname -- "${BASH_SOURCE[0]}")/fresh.sh"

first='./bootstrap run xunshare -Urmpf --mount-proc ps -ef'
check=yes
if [[ ${1:-} = --no-check ]]; then
	check=
	shift
fi
[[ $# != 0 ]] || set -- bookworm trixie sid

# as_user NAME LINE: what the shell of an ordinary user does in its clone
as_user()
{
	in_root "$1" su -s /bin/sh - stranger -c "cd xns && $2"
}

# Only ps and the shell that runs it are in the new pid namespace.
shows_only_ps()
{
	[[ $(awk '$NF == "-ef" && $2 == 1' "$1" | wc -l) = 1 && $(grep -c '^root ' "$1") = 1 ]]
}

# try NAME TEXT COMMAND...: one result; what was printed goes to the log
try()
{
	local name=$1 text=$2 status=0
	shift 2
	"$@" >"$roots/$name.out" 2>>"$roots/$name.log" || status=$?
	cat "$roots/$name.out" >>"$roots/$name.log"
	[[ $status != 0 ]] || shows_only_ps "$roots/$name.out" || status=1
	result "$status" "$text"
	[[ $status = 0 ]] || sed 's/^/# /' < <(tail -n 20 "$roots/$name.log")
}

add_user()
{
	in_root "$1" useradd -m -s /bin/sh stranger &&
		unpack "$1" home/stranger/xns && in_root "$1" chown -R stranger: /home/stranger
}

with_sudo()
{
	in_root "$1" sh -c 'apt-get update && apt-get install -y --no-install-recommends sudo &&
		echo "stranger ALL=(ALL) NOPASSWD: ALL" >/etc/sudoers.d/stranger' >>"$roots/$1.log" 2>&1
}

# What the message says is all that root has to do.
without_sudo()
{
	local name=$1 line
	if as_user "$name" "$first" >/dev/null 2>"$roots/$name.out"; then
		return 1
	fi
	line=$(sed -n 's/.*neither root nor sudo to install it: //p' "$roots/$name.out")
	[[ $line = "apt-get install -y "* ]] || return 1
	# shellcheck disable=SC2086 # a command line
	in_root "$name" sh -c 'apt-get update && exec "$@"' sh $line >>"$roots/$name.log" 2>&1
}

begin
for suite; do
	if ! make_root "$suite" "$suite"; then
		result 1 "$suite: debootstrap (see $roots/$suite.log)"
		continue
	fi
	copy_root "$suite" "$suite-root" && unpack "$suite-root" root/xns
	try "$suite-root" "$suite: run, as root" in_root "$suite-root" sh -c "cd /root/xns && $first"
	copy_root "$suite" "$suite-sudo" && add_user "$suite-sudo" && with_sudo "$suite-sudo"
	try "$suite-sudo" "$suite: run, as a user with sudo" as_user "$suite-sudo" "$first"
	remove_root "$suite-sudo"
	copy_root "$suite" "$suite-user" && add_user "$suite-user"
	without_sudo "$suite-user"
	result $? "$suite: run, as a user without sudo: the message has root's command"
	try "$suite-user" "$suite: run, as that user after that command" as_user "$suite-user" "$first"
	remove_root "$suite-user"
	if [[ -n $check ]]; then
		in_root "$suite-root" sh -c 'cd /root/xns && exec ./bootstrap check' \
			>"$roots/$suite-check.log" 2>&1
		result $? "$suite: check, as root"
		grep '^# [A-Z]*:' "$roots/$suite-check.log"
		grep -E '^(FAIL|ERROR)' "$roots/$suite-check.log" | sed 's/^/# /' | head -n 40
	fi
	remove_root "$suite-root"
	remove_root "$suite"
done
done_testing
