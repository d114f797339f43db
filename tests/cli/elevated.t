#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The program, installed setuid or with file capabilities, would give root to every user. It refuses
# to run like that. A setuid program that runs it works as before.
. "${0%/*}/lib.sh"
in_private_ns "$@"
is_real_root || skip_all "only root makes files that give privileges"
can_be_user || skip_all "cannot become an ordinary user"

# $work may lie in a file system that is mounted with nosuid.
mkdir trusted
mount -t tmpfs -o mode=755 none trusted
PATH=$PATH:/usr/sbin:/sbin

# install MODE [CAPABILITIES]
install() {
	rm -f trusted/*
	cp "$bin/xns" trusted/xns
	chmod "$1" trusted/xns
	[ $# -eq 1 ] || setcap "$2" trusted/xns
	for name in $XNS_APPLETS unshare; do
		ln -s xns "trusted/$name"
	done
}

mode=user
refused="which any caller could abuse; as root:"
install 4755
for applet in $XNS_APPLETS unshare; do
	run "$work/trusted/$applet" --version
	is "$applet refuses to run setuid" "$status $out$err" \
		"1 $applet: cannot run with the setuid or setgid bit of its file, $refused chmod ug-s '$work/trusted/xns'"
done
run "$work/trusted/xns" --list
is "and so does xns" "$status $out$err" \
	"1 xns: cannot run with the setuid or setgid bit of its file, $refused chmod ug-s '$work/trusted/xns'"
run "$work/trusted/xunshare" -m id -u
is "no program is run as root" "$status $out" "1 "
run env LD_LIBRARY_PATH=/x LD_PRELOAD=/y MALLOC_CHECK_=3 GCONV_PATH=/z "$work/trusted/xunshare" -m id -u
is "nor with an environment that the loader shortens" "$status $out" "1 "
run env -i "$work/trusted/xunshare" -m id -u
is "nor with an empty one" "$status $out" "1 "
install 2755
run "$work/trusted/xunshare" -r id -u
is "xunshare refuses to run setgid" "$status $out$err" \
	"1 xunshare: cannot run with the setuid or setgid bit of its file, $refused chmod ug-s '$work/trusted/xns'"
if install 755 cap_sys_admin+ep 2>/dev/null; then
	run "$work/trusted/xunshare" -m true
	is "xunshare refuses to run with the capabilities of its file" "$status $out$err" \
		"1 xunshare: cannot run with the capabilities of its file, $refused setcap -r '$work/trusted/xns'"
else
	skip "file capabilities" "setcap(8) fails here"
fi

install 755
cp "$(command -v env)" trusted/wrapper
chmod 4755 trusted/wrapper
run "$work/trusted/wrapper" "$work/trusted/xunshare" -u id -u
is "a setuid program may run xunshare" "$status $out$err" "0 0"
chmod 2755 trusted/wrapper
chmod 755 trusted/xns
run "$work/trusted/wrapper" "$work/trusted/xns" --list
is "and so may a setgid one" "$status $err" "0 "

install 4755
mode=root
run "$work/trusted/xunshare" -u id -u
is "root, who gains nothing, is not refused" "$status $out$err" "0 0"
mount -o remount,nosuid trusted
mode=user
run "$work/trusted/xns" --list
is "nor is a user for whom the bit has no effect" "$status $err" "0 "
mode=
done_testing
