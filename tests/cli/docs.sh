# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Shared by the tests of the documents: docs*.t source it.
# shellcheck disable=SC2034,SC2086 # for those scripts; lists of words
. "${0%/*}/lib.sh"
in_private_ns

docs=$XNS_SRCDIR/tests/cli/docs.awk
readme=$XNS_SRCDIR/README.md
hacking=$XNS_SRCDIR/HACKING.md
pages=$(find "$XNS_SRCDIR/man" -name '*.[1-9]' | sort)
applets=$(xns --list)
have_mandoc=$(command -v mandoc)

# Applets that have a page, and are not in this build for want of a library.
unbuilt=$(for page in $pages; do echo "${page##*/}"; done | sed -n 's/^\(x[a-z]*\)\.[1-9]$/\1/p' |
	grep -vx xns | grep -vxF "$applets")

one_line()
{
	printf '%s' "$1" | tr -s ' \t\n' ' ' | sed 's/^ //; s/ $//'
}

matches()
{
	# shellcheck disable=SC2254 # it is a pattern
	case $1 in
	$2) return 0 ;;
	esac
	return 1
}

# $1: what is expected, $2: the page without its directory, or a pattern
page_exists()
{
	is "$1" "$(find "$XNS_SRCDIR/man" -name "$2" | wc -l)" 1
}

# A shell pattern: "..." is anything, the rest stands for itself.
pattern_of()
{
	one_line "$1" | sed -e 's/[][*?\\]/\\&/g' -e 's/ *\.\.\. */*/g'
}
