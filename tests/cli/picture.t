#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The picture in README.md: packaging/terminal.sh makes the same one here, so it shows what the commands
# print.
. "${0%/*}/lib.sh"
needs_files packaging/terminal.sh
in_private_ns
picture=$XNS_SRCDIR/packaging/terminal.svg

# The text lines of a picture.
text_of()
{
	sed -n 's/^<text[^>]*>\(.*\)<\/text>$/\1/p' "$1"
}

ok "the picture has text" test "$(text_of "$picture" | wc -l)" -gt 10
ok "README.md shows it" grep -qF '](packaging/terminal.svg)' "$XNS_SRCDIR/README.md"
ok "it is on the first screen" \
	test "$(grep -nF '](packaging/terminal.svg)' "$XNS_SRCDIR/README.md" | cut -d : -f 1)" -lt 20
if is_real_root && can_be_user; then
	private_etc
	mode=user
	run xunshare -r true
	if [ "$status" != 0 ]; then
		skip "it shows what the commands print" "a user may not create user namespaces here"
	else
		run sh "$bin/terminal.sh"
		is "it shows what the commands print" "$(text_of "$outfile")" "$(text_of "$picture")"
		is "the script makes the same bytes" "$(cat "$outfile")" "$(cat "$picture")"
	fi
	mode=
else
	skip "it shows what the commands print" "not root"
fi
done_testing
