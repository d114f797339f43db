#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# xunshare --help and --version print the whole table, and report a failed write.
. "${0%/*}/lib.sh"

# "LETTER NAME" of each option, "0" for none: the completions have them from the table, a letter right before
# its name.
table_rows() {
	xns --complete xunshare - | awk -F '\t' '
		/^--/ { sub(/=$/, "", $1); print letter ? letter : 0, substr($1, 3); letter = ""; next }
		/^-/ { letter = substr($1, 2) }'
}

shows_every_option() {
	run xunshare --help
	is "--help succeeds" "$status" 0
	is "--help leaves standard error alone" "$err" ""
	table_rows >"$work/rows"
	rows=0
	while read -r letter name; do
		rows=$((rows + 1))
		[ "$letter" = 0 ] && letter='   ' || letter="-$letter,"
		like "--help shows --$name" "$out" "^ $letter --$name([ [].*)?\$"
	done <"$work/rows"
	ok "there are many" test "$rows" -gt 40
	is "and --help shows no other" "$(echo "$out" | grep -cE '^ (-.,|   ) --')" "$rows"
}

# All options of unshare 2.43 must be there, whatever the table says.
shows_what_users_know() {
	run xunshare --help
	for name in mount uts ipc net pid user cgroup time fork forward-signals kill-child \
		mount-proc mount-binfmt load-interp map-user map-group map-root-user \
		map-current-user map-users map-groups map-auto map-subids owner setgroups \
		propagation keep-caps no-new-privs setuid setgid root wd monotonic boottime clear-env \
		whitelist-env help version; do
		like "knows --$name" "$out" "^ (-.,|   ) --$name([ [].*)?\$"
	done
	for letter in m u i n p U C T f l r c S G R w h V; do
		like "knows -$letter" "$out" "^ -$letter, --"
	done
}

is_well_set() {
	run xunshare --help
	is "no line is longer than 80 columns" "$(echo "$out" | awk 'length > 80')" ""
	is "no line ends in a blank" "$(echo "$out" | grep -c ' $')" 0
	like "begins with the usage" "$(echo "$out" | head -n 1)" '^Usage:$'
	is "headings end in one colon" "$(echo "$out" | grep -c '::$')" 0
	run xunshare -h
	is "-h is --help" "$out" "$(xunshare --help)"
	run xns xunshare --help
	is "xns xunshare --help too" "$out" "$(xunshare --help)"
}

stands_anywhere() {
	run xunshare -u --help
	like "--help behind others" "$out/$status" '^Usage:'
	run xunshare --help --frob
	is "what stands behind --help is not looked at" "$status" 0
	run xunshare --frob --help
	is "what stands before is" "$status/$out" 1/
	run xunshare --setgroups=allow -r --help
	is "nor are the rules between options" "$status" 0
	run xunshare sh -c 'echo "$0"' --help
	is "behind the program it is the program's" "$out/$status" --help/0
}

version() {
	for option in --version -V --vers; do
		run xunshare "$option"
		is "$option" "$out/$err/$status" "xunshare from xns $XNS_VERSION//0"
	done
}

full_disk() {
	for option in --help --version --explain --explain=json; do
		run sh -c "xunshare -r $option >/dev/full"
		is "$option on a full disk: exit status" "$status" 1
		is "$option on a full disk: one message" "$err" \
			"xunshare: cannot write to standard output: No space left on device"
		run sh -c "exec xunshare -r $option >&-"
		is "$option without standard output" "$status/$err" \
			"1/xunshare: cannot write to standard output: Bad file descriptor"
		run sh -c "exec xns unshare -r $option >&-"
		is "$option without standard output, under the old name" "$status/$err" 0/
	done
}

for_each_mode shows_every_option
for_each_mode shows_what_users_know
for_each_mode is_well_set
for_each_mode stands_anywhere
for_each_mode version
for_each_mode full_disk
done_testing
