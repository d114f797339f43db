#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The manual pages: lint, and options and words against the program's own. tests/unit/test_pages.c
# compares them with tables that the program does not print.
# shellcheck disable=SC2013,SC2086 # lists of words
. "${0%/*}/docs.sh"

# --- pages ----------------------------------------------------------------------------------------

# Whether a page of another package is installed here is no matter of style. The pages of BSD systems leave
# out the name after .Os; for the others mandoc prints nothing there, and groff "BSD".
mandoc_complaints()
{
	mandoc -T lint "$1" 2>/dev/null | grep -v -e 'referenced manual not found' \
		-e 'operating system explicitly specified: Os xns'
}

# $1: page, $2: its name
names_its_system()
{
	is "$2: .Os names xns" "$(grep '^\.Os' "$1")" ".Os xns"
	if ! man --version 2>/dev/null | grep -q '^man [0-9]'; then
		skip "$2: head and foot do not name BSD" "no man-db"
		return
	fi
	run env MANWIDTH=100 man -E UTF-8 -l "$1"
	like "$2: the page is shown" "$out" "^ *$(sed -n 's/^\.Dt \([^ ]*\) .*/\1/p' "$1")\("
	unlike "$2: head and foot do not name BSD" "$(printf '%s\n' "$out" | sed -n '1p;$p')" BSD
}

# man-db's; other implementations have no --warnings.
man_complaints()
{
	{ man --warnings -E UTF-8 -l -Tutf8 -Z "$1" >/dev/null; } 2>&1
}

lint_page()
{
	if [ -n "$have_mandoc" ]; then
		is "$2: mandoc -T lint is content" "$(mandoc_complaints "$1")" ""
	else
		skip "$2: mandoc -T lint is content" "no mandoc"
	fi
	if man --version 2>/dev/null | grep -q '^man [0-9]'; then
		is "$2: man --warnings is content" "$(man_complaints "$1")" ""
	else
		skip "$2: man --warnings is content" "no man-db"
	fi
	case $2 in
	*.7) sections='SEE_ALSO HISTORY' ;;
	*) sections='EXIT_STATUS FILES EXAMPLES DIFFERENCES SEE_ALSO HISTORY BUGS AUTHORS' ;;
	esac
	for section in $sections; do
		section=$(echo "$section" | tr _ ' ')
		ok "$2 has $section" grep -Eqi "^\.S[hH] \"?$section\"?$" "$1"
	done
}

# The lists of types that programs and people read, which the compiler cannot compare with the table.
lists_every_type()
{
	run xnsls --help
	help=$(one_line "$out")
	page=$(one_line "$(sed -n '/^.It Fl t , Fl Fl type/,/repeated/p' "$XNS_SRCDIR/man/xnsls.8")")
	schema=$(grep '"type": { "enum": \["mnt"' "$XNS_SRCDIR/man/xnsls.schema.json")
	run xns --complete xnsls --type ''
	for type in $(printf '%s\n' "$out" | sed 1d | cut -f 1); do
		like "xnsls --help: --type has $type" "$help" "only this type:.* ${type}[, ;].*repeatable"
		like "xnsls.8: --type has $type" "$page" "this type: .* $type( |\$)"
		like "xnsls.schema.json has $type" "$schema" "\"$type\""
	done
}

# $1: page, $2: its name
refers_to_pages_that_exist()
{
	for own in xns xns-tutorial xns-switching $applets; do
		sed -n -e "s/^\.\(It \)\{0,1\}Xr $own \([1-9]\).*/$own.\2/p" \
			-e "s/^\.BR $own (\([1-9]\)).*/$own.\1/p" "$1"
	done | sort -u >"$work/references"
	while read -r reference; do
		page_exists "$2 refers to $reference, which is there" "$reference"
	done <"$work/references"
}

# --- options --------------------------------------------------------------------------------------

# From "-m, --mount[=FILE]" to "-m --mount optional": one line an option. A text follows after two
# blanks in a help text, never in a page.
normalise_options()
{
	sed -n -E -e 's/  +.*//' -e '/^-/!d' \
		-e 's/^(-[^-]), /\1 /' -e 't next' -e ':next' \
		-e 's/^((-[^-] )?--[a-z-]+)\[=.*/\1 optional/p; t' \
		-e 's/^((-[^-] )?--[a-z-]+)$/\1 none/p; t' \
		-e 's/^((-[^-] )?--[a-z-]+) .*/\1 required/p' | sort -u
}

options_of_help()
{
	"$@" --help | sed -n -E 's/^ {1,5}(-)/\1/p' | normalise_options
}

options_of_page()
{
	mandoc -T html "$1" | awk -v what=terms -f "$docs" | normalise_options
}

# $1: page, $2: its name
compare_options()
{
	program=${2%.*}
	[ "$program" = xns ] || [ -x "$bin/$program" ] || return 0
	options_of_help "$program" >"$work/help.options"
	options_of_page "$1" >"$work/page.options"
	ok "$program --help has options" test -s "$work/help.options"
	is "$2 has every option of $program --help, with its argument" \
		"$(comm -23 "$work/help.options" "$work/page.options")" ""
	is "$program --help has every option of $2" \
		"$(comm -13 "$work/help.options" "$work/page.options")" ""
}

# --- columns and commands ---------------------------------------------------------------------------

lists_every_column()
{
	for column in $(xnsls --list-columns | awk '{ print $1 }'); do
		ok "xnsls.8 has the column $column" grep -Eq "^\.It ([A-Z]+ , )*$column( |\$)" "$XNS_SRCDIR/man/xnsls.8"
		ok "xnsls.schema.json has the column $column" \
			grep -q "\"$(echo "$column" | tr "[:upper:]" "[:lower:]")\":" "$XNS_SRCDIR/man/xnsls.schema.json"
	done
}

lists_every_command()
{
	xns --complete xnetns '' >"$work/commands"
	for command in $(sed 1d "$work/commands" | cut -f 1); do
		ok "xnetns.8 has the command $command" grep -Eq "^\.It Cm $command( |\$)" "$XNS_SRCDIR/man/xnetns.8"
	done
	ok "xnetns has commands" test "$(wc -l <"$work/commands")" -gt 10
}

# --------------------------------------------------------------------------------------------------

for page in $pages; do
	lint_page "$page" "${page##*/}"
	names_its_system "$page" "${page##*/}"
	refers_to_pages_that_exist "$page" "${page##*/}"
	if [ -n "$have_mandoc" ]; then
		compare_options "$page" "${page##*/}"
	else
		skip "${page##*/} has the options of the program" "no mandoc"
	fi
done
if [ -x "$bin/xnsls" ]; then
	lists_every_type
	lists_every_column
fi
[ ! -x "$bin/xnetns" ] || lists_every_command
done_testing
