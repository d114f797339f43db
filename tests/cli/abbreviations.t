#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Long options that are cut short mean what they mean to the installed util-linux, under the old names and
# under ours: each beginning of each of its options. tests/unit/test_opt_since.c holds our tables to the
# recorded releases, and this to a real one.
. "${0%/*}/lib.sh"
in_private_ns "$@"

compat=$XNS_SRCDIR/tests/compat
releases=$(awk '/^[^#]/ { print $2 }' "$compat/references" | sort -V)
oldest=$(echo "$releases" | head -n 1)

installed=$(unshare --version)
case $installed in
"unshare from util-linux "*) installed=${installed##* } ;;
*) skip_all "unshare is not util-linux's" ;;
esac
sh "$compat/list-options.sh" >listed 2>/dev/null
grep -q '^unshare --mount ' listed || skip_all "getopt_long(3) of this C library lists no options"
cat "$compat"/options/util-linux-* | grep -v '^#' | sort -u >known

is_what_was_recorded() {
	if [ -e "$compat/options/util-linux-$installed" ]; then
		is "the options of util-linux $installed were recorded as they are" \
			"$(diff listed "$compat/options/util-linux-$installed")" ""
	else
		skip "the options of util-linux $installed" "it is not in tests/compat/references"
	fi
}

# Takes from a message which option it means: its name, or that there are several or none.
meaning_of() {
	case $1 in
	*"ambiguous"*) answer=ambiguous ;;
	*"unrecognized option"* | *"unknown option"*) answer=unknown ;;
	*"option '--"*"' doesn't allow an argument"* | *"option '--"*"' takes no argument"* | \
		*"option '--"*"' requires an argument"* | *"option '--"*"' needs an argument"*)
		answer=${1#*"option '"}
		answer=${answer%%"'"*}
		;;
	*) answer= ;;
	esac
}

# Nothing is called x, so no command line gets far. PROGRAM... BEGINNING, to $answer.
ask() {
	ask_option=$1
	shift
	meaning_of "$("$@" "$ask_option=x" 2>&1)"
	[ -z "$answer" ] || return 0
	# It takes an argument. Only if it must have one, the next word is no option.
	meaning_of "$("$@" "$ask_option" --= 2>&1)"
	case $answer in
	ambiguous | unknown) answer="one with an optional argument" ;;
	*) meaning_of "$("$@" "$ask_option" 2>&1)" ;;
	esac
}

beginnings_of() { # TOOL
	grep -Fx -f known listed | awk -v tool="$1" '$1 == tool {
		for (n = 3; n <= length($2); n++)
			if (!seen[substr($2, 1, n)]++)
				print substr($2, 1, n)
	}'
}

# The oldest release counts if any of its options begins like this: then only the unit test knows it.
another_counts() { # TOOL BEGINNING
	[ "$installed" != "$oldest" ] &&
		grep -q "^$1 $2" "$compat/options/util-linux-$oldest"
}

mean_the_same() { # TOOL APPLET
	case " $XNS_APPLETS " in *" $2 "*) ;; *) return 0 ;; esac
	ln -s "$bin/xns" "$work/old/$1"
	for beginning in $(beginnings_of "$1"); do
		another_counts "$1" "$beginning" && continue
		ask "$beginning" "$1"
		wanted=$answer
		# Ours also takes --env=all.
		[ "$1 $wanted" != "nsenter --env" ] || wanted="one with an optional argument"
		ask "$beginning" "$work/old/$1"
		found=$answer
		ask "$beginning" "$2"
		is "$1 $beginning: $wanted" "$found, $answer" "$wanted, $wanted"
	done
}

mkdir "$work/old" "$work/empty"
is_what_was_recorded
cd "$work/empty" || exit 99
cp "$work/known" "$work/listed" .
mean_the_same unshare xunshare
mean_the_same nsenter xnsenter
mean_the_same lsns xnsls
ok "there are many" test "$tests_run" -gt 50
done_testing
