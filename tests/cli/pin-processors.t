#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A mount namespace can be pinned whichever processor made it, and the one around it: since Linux
# 6.18 each numbers namespaces for itself, and the kernel wants the numbers in order.
. "${0%/*}/lib.sh"
in_private_ns "$@"

has_mount_numbers || skip_all "the numbers of mount namespaces are hidden"
command -v taskset >/dev/null || skip_all "no taskset"
processors=$(taskset -cp $$ | sed 's/.*: //' | tr ',' '\n' |
	awk -F- '{ for (i = $1; i <= ($2 == "" ? $1 : $2); i++) print i }' | head -n 4)
[ "$(echo "$processors" | wc -l)" -gt 1 ] || skip_all "one processor only"

mkdir "$work/private"
mount -t tmpfs private "$work/private"
mount --make-private "$work/private"
cd "$work/private" || exit 99
touch f

for outer in $processors; do
	for inner in $processors; do
		run taskset -c "$outer" unshare -m --propagation unchanged \
			taskset -c "$inner" xunshare --mount=f sh -c 'taskset -cp $$'
		is "pins on processor $inner below $outer" "$status $err" "0 "
		is "and runs the program on $inner" "${out##*: }" "$inner"
	done
done
done_testing
