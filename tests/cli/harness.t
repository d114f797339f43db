#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Tests what lib.sh promises to the other scripts.
. "${0%/*}/lib.sh"
in_private_ns "$@"
XNS_MODES=root

# XNS_PRIVATE is unset, so that the script enters namespaces of its own.
script() {
	printf '%s\n' '#!/bin/sh' ". '$XNS_SRCDIR/tests/cli/lib.sh'" "$1 \"\$@\"" "$2" >"$work/script.t"
	chmod 755 "$work/script.t"
	run env -u XNS_PRIVATE -u XNS_WORK XNS_SECONDS="$3" XNS_SRCDIR="$XNS_SRCDIR" "$work/script.t"
}

takes_too_long() {
	for way in in_private_ns in_private_mounts; do
		script "$way" 'sleep 300' 0.2
		like "$way: a script that takes too long says so" "$out" '^Bail out! this script took longer than [0-9.]+ s$'
		ok "$way: and fails" test "$status" != 0
		script "$way" 'echo inside; exit 3' 300
		is "$way: another one ends with its own status" "$status/$out" "3/inside"
	done
}

waits_for_a_child() {
	sleep 300 &
	ok "child_of: the child" test "$(child_of $$)" -gt 0
	if child_of $! >/dev/null; then fail "child_of: no child"; else pass "child_of: no child"; fi
	kill -KILL $!
}

for_each_mode takes_too_long
for_each_mode waits_for_a_child
done_testing
