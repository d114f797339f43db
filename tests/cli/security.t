#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# SECURITY.md: each promise is numbered, and names tests that exist and are run.
. "${0%/*}/lib.sh"

page=$XNS_SRCDIR/SECURITY.md
[ -e "$page" ] || skip_all "no SECURITY.md here"

# A promise is a list item; a line of it each: NUMBER TEXT
awk '/^- / { n = ""; sub(/^- /, "") } /^\*\*P[0-9]+\.\*\*/ { split($1, part, /[P.]/); n = part[2] }
	/^$/ { n = "" } n != "" { sub(/^ +/, ""); print n, $0 }' "$page" |
	awk '$1 != n { if (n != "") print text; n = $1; text = $0; next }
	{ sub(/^[0-9]+ /, ""); text = text " " $0 } END { print text }' >promises
tests='`(unit|cli|compat|fault|fuzz)/[^`]+`( \(`[a-z_]+`(, `[a-z_]+`)*\))?'
run_lists="$XNS_SRCDIR/tests/local.mk $XNS_SRCDIR/tests/unit/local.mk"

is "there are promises, numbered from 1 on" "$(cut -d ' ' -f 1 promises | sort -n | tr '\n' ' ')" \
	"$(seq -s ' ' 1 "$(wc -l <promises)") "
ok "there are many" test "$(wc -l <promises)" -gt 15
while read -r number text; do
	printf '%s\n' "$text" | grep -oE "$tests" | tr -d '`(),' >named
	ok "P$number names a test" test -s named
	while read -r test cases; do
		file=$XNS_SRCDIR/tests/$test
		[ -e "$file" ] || file=$file.c
		ok "P$number: $test is there" test -e "$file"
		# shellcheck disable=SC2086 # a list of words
		ok "P$number: $test is run" grep -q "^[[:space:]]*tests/$test\( \\\\\)\?\$" $run_lists
		for case in $cases; do
			ok "P$number: $test has $case, and calls it" \
				test "$(grep -cw -e "$case" "$file")" -gt 1
		done
	done <named
done <promises

like "how to report is said" "$(cat "$page")" '^## How to report$'
like "the contact is where the page says" "$(cat "$XNS_SRCDIR/configure.ac")" 'XNS_CONTACT'
is "nothing is written to syslog" "$(grep -rlw -e syslog -e vsyslog -e openlog \
	"$XNS_SRCDIR/common" "$XNS_SRCDIR/cmd" --include='*.[ch]')" ""
like "README.md links to the page" "$(cat "$XNS_SRCDIR/README.md")" '\(SECURITY\.md\)'
like "a release has it" "$(cat "$XNS_SRCDIR/Makefile.am")" 'SECURITY\.md'
done_testing
