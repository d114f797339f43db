#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# README.md, HACKING.md and tests/README.md: what they name exists, and is where they say.
# shellcheck disable=SC2013,SC2086 # lists of words
. "${0%/*}/docs.sh"

# A test cannot make these messages appear on every host: their words, but for "hint:", must be in the
# program. In a page they are the literal blocks that begin with that word.
quotes_real_messages()
{
	[ -n "$have_mandoc" ] || { skip "the pages quote messages" "no mandoc"; return; }
	tr -c '[:print:]' '\n' <"$XNS_BUILDDIR/xns" >"$work/strings"
	for page in $pages; do
		mandoc -T html "$page" | awk -v what=blocks -f "$docs"
	done | sed -n -e '/^hint: /!d' -e 's/^hint: //' -e 's/ *\.\.\. */\n/g' -e p | grep . >"$work/quoted"
	ok "the pages quote messages" test -s "$work/quoted"
	while read -r words; do
		ok "the pages: '$words' is said" grep -qF "$words" "$work/strings"
	done <"$work/quoted"
}

# --- README and HACKING ---------------------------------------------------------------------------

lists_the_applets()
{
	is "the table in README.md has the applets of xns --list" \
		"$(sed -n 's/^| `\(x[a-z]*\)` .*/\1/p' "$readme" | sort)" \
		"$(printf '%s\n' $applets $unbuilt | sort)"
	for applet in $applets; do
		page_exists "$applet has a manual page" "$applet.[1-9]"
		ok "xns(1) names $applet" grep -q "^.*Xr $applet [1-9]" "$XNS_SRCDIR/man/xns.1"
	done
}

names_what_exists()
{
	# NAME stands for any.
	grep -oE '\b(cmd|common|man|tests)/[a-zA-Z0-9_./-]*[a-zA-Z0-9]' "$hacking" | grep -v NAME |
		sort -u >"$work/paths"
	while read -r path; do
		ok "HACKING.md names $path, which is there" test -e "$XNS_SRCDIR/$path"
	done <"$work/paths"
}

names_every_directory()
{
	for directory in "$XNS_SRCDIR"/cmd/*/ "$XNS_SRCDIR"/common/*/ "$XNS_SRCDIR"/tests/*/; do
		directory=${directory#"$XNS_SRCDIR"/}
		case $directory in
		cmd/*) line="^  ${directory#cmd/}  " ;;
		tests/*) line="^tests/ .* ${directory#tests/}( |\$)" ;;
		*) line="^$directory  " ;;
		esac
		ok "HACKING.md lists $directory" grep -Eq "$line" "$hacking"
	done
}

# "`NAME()`, `TABLE[]` (FILE", "`NAME()` in FILE" and "FILE: a row in `TABLE[]`": a line for each name, and
# its file.
names_beside_files()
{
	name='`[a-zA-Z0-9_]+(\(\)|\[\])`'
	file='(cmd|common|tests)/[a-z0-9_./-]+\.([ch]|t|sh)'
	tr -s '\n ' ' ' <"$hacking" |
		grep -oE "($name(, | and ))*$name (\(|in |of )$file|$file: [^.:\`]*$name" |
		while read -r match; do
			file_of_match=$(echo "$match" | grep -oE "$file")
			for one in $(echo "$match" | grep -oE "$name" | tr -d '`'); do
				echo "$one $file_of_match"
			done
		done | grep -v '^NAME_' | sort -u
}

# A definition begins in the first column, where no call does, and its line does not end in ";".
is_defined_in() # NAME() or TABLE[], FILE
{
	grep -E "^([a-z}].*[ *]|#define |)${1%??}[[(]" "$XNS_SRCDIR/$2" | grep -qv ';$'
}

# Each function and table is named beside its file at least once, and defined there.
ties_names_to_files()
{
	names_beside_files >"$work/ties"
	for name in $(grep -oE '`[a-zA-Z0-9_]+(\(\)|\[\])`' "$hacking" | tr -d '`' | sort -u); do
		# Those are patterns: main() of every applet, the function of every step.
		case $name in do_ID* | end_ID* | NAME_main*) continue ;; esac
		ok "HACKING.md names the file of $name" grep -qF "$name " "$work/ties"
	done
	while read -r name path; do
		ok "HACKING.md names $name in $path, which defines it" is_defined_in "$name" "$path"
	done <"$work/ties"
}

# "`cli/NAME.t` (`case`, `case`": the files of that name, and what must be in them.
names_tests_that_exist()
{
	grep -oE '`(unit|cli|compat|fault|fuzz|bench)/[^`]+`( \(`[a-z_]+`(, `[a-z_]+`)*)?' \
		"$XNS_SRCDIR/tests/README.md" | tr -d '`(,' | sort -u >"$work/tests"
	ok "tests/README.md names tests" test -s "$work/tests"
	while read -r test cases; do
		files=$(find "$XNS_SRCDIR/tests/${test%/*}" -name "${test##*/}" -o -name "${test##*/}.c")
		ok "tests/README.md names $test, which is there" test -n "$files"
		for case in $cases; do
			ok "tests/README.md names $case, which $test has" grep -qw -e "$case" $files
		done
	done <"$work/tests"
}

# --------------------------------------------------------------------------------------------------

lists_the_applets
names_what_exists
names_every_directory
ties_names_to_files
names_tests_that_exist
quotes_real_messages
done_testing
