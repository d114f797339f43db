#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# One binary, many names: by argv[0], by the first argument, under the names that it replaces.
. "${0%/*}/lib.sh"
needs_programs probe

sorted=$(for applet in $XNS_APPLETS; do echo "$applet"; done | sort)

finds_the_applet() {
	for applet in $XNS_APPLETS; do
		run "$applet" --version
		is "$applet by its own name" "$out/$err/$status" "$applet from xns $XNS_VERSION//0"
		run xns "$applet" --version
		is "xns $applet" "$out/$err/$status" "$applet from xns $XNS_VERSION//0"
		run "$bin/$applet" --version
		is "$applet by its path" "$out" "$applet from xns $XNS_VERSION"
		run probe with "argv0=./a/b/$applet" xns --version
		is "$applet by a path in argv[0]" "$out" "$applet from xns $XNS_VERSION"
	done
}

old_new='unshare:xunshare nsenter:xnsenter lsns:xnsls'

finds_the_replaced_name() {
	for pair in $old_new; do
		old=${pair%:*}
		case " $XNS_APPLETS " in *" ${pair#*:} "*) ;; *) continue ;; esac
		line="$old from xns, compatible with util-linux $XNS_UTIL_LINUX"
		for option in --version -V --vers; do
			run probe with "argv0=/usr/bin/$old" xns "$option"
			is "$old $option" "$out/$err/$status" "$line//0"
		done
		run xns "$old" --version
		is "xns $old --version" "$out/$err/$status" "$line//0"
		is "$old: one number in the line" "$(echo "$out" | grep -o '[0-9][0-9.]*')" "$XNS_UTIL_LINUX"
		is "$old: it begins and ends as that of the old tool does" \
			"$(echo "$out" | sed "s/ .* / ... /")" "$old ... $XNS_UTIL_LINUX"
		run sh -c "xns $old --version >/dev/full"
		is "$old --version on a full disk" "$err" \
			"$old: cannot write to standard output: No space left on device"
	done
	run probe with argv0=unshare xns -r sh -c 'id -u; exit 3'
	is "unshare does what it did" "$out/$status" 0/3
}

# Output that nothing takes is lost, and the exit status says so; the old tools do not look.
misses_its_output() {
	for words in 'xnsls' 'xnsls -J' 'xnsls -r' 'xnsls --dot' 'xnsls --help' 'xnsls --version' \
		'xnsls --list-columns' 'xnetns -V' 'xnetns --help' 'xnetns -j list' \
		'xunshare --check' 'xunshare --explain -u true' 'xunshare --help' 'xunshare --version' \
		'xnsenter --explain -r/ true' 'xnsenter --help' 'xns doctor' 'xns --list' \
		'xns --version' 'xns --help' 'xns --complete xunshare --'; do
		case " xns $XNS_APPLETS " in *" ${words%% *} "*) ;; *) continue ;; esac
		run sh -c "exec $words >&-"
		is "$words >&-" "$status" 1
		like "$words >&-: it says so" "$err" ': cannot write to standard output: Bad file descriptor$'
	done
	run sh -c 'xunshare -r true >&-'
	is "who prints nothing misses nothing" "$status/$err" 0/
	# A listing of lsns(8) goes into whichever file got the number 1.
	for words in 'lsns --help' 'lsns --version' 'unshare --help' 'unshare --version' \
		'nsenter --help' 'nsenter --version'; do
		command -v "${words%% *}" >/dev/null || continue
		case $words,$XNS_APPLETS in lsns*,*xnsls*) ;; lsns*) continue ;; esac
		run sh -c "exec $words >&-"
		wanted=$status
		run sh -c "exec xns $words >&-"
		is "xns $words >&-, as the old tool" "$status/$err" "$wanted/"
	done
}

# Callers tell the failure of unshare(1) from that of its program by the name in front. newuidmap prints
# a line of its own, and below a filter stands what is wrong with it.
all_lines_begin_with() { # NAME, WORDS that started it
	is "$2: all messages begin with '$1: '" "$(echo "$err" | grep -v -e "^$1: " -e ^newuidmap: -e '^  ')" ""
	like "$2: there is a message" "$err" "^$1: [^ ]"
}

command_lines="unshare --nonsense
unshare --setgroups=x
unshare --setgroups=allow
unshare -U --map-users 0:5:5 true
unshare -Ur nosuch
unshare -Urf nosuch
unshare -Urf --kill-child nosuch
unshare -Urp --init nosuch
unshare -Ur --uts=$work/pin nosuch
nsenter --nonsense
nsenter -a
nsenter -t x -n
nsenter -t 1 -n nosuch
nsenter --user=/ true
lsns --nonsense
lsns -o frob
lsns -Q FROB=1
lsns -o"

messages_bear_the_name_that_was_called() {
	touch "$work/pin"
	echo "$command_lines" >"$work/command-lines"
	for pair in $old_new; do
		old=${pair%:*}
		case " $XNS_APPLETS " in *" ${pair#*:} "*) ;; *) continue ;; esac
		while read -r tool line; do
			[ "$tool" = "$old" ] || continue
			# shellcheck disable=SC2086 # words
			run probe with "argv0=/bin/$old" xns $line
			# As root the map is written, and true runs.
			[ "$mode/$status" != root/0 ] || continue
			all_lines_begin_with "$old" "$old $line"
			# shellcheck disable=SC2086
			run xns "$old" $line
			all_lines_begin_with "$old" "xns $old $line"
			# shellcheck disable=SC2086
			run "${pair#*:}" $line
			all_lines_begin_with "${pair#*:}" "${pair#*:} $line"
		done <"$work/command-lines"
		run probe with "argv0=$old" xns --frob
		is "$old: help is pointed out by the same name" "$err" \
			"$old: unknown option '--frob' (see '$old --help')"
		run sh -c "xns $old --help >/dev/full"
		is "$old on a full disk" "$err" \
			"$old: cannot write to standard output: No space left on device"
		run xns "$old" --help
		is "$old --help: the usage has the same name" \
			"$(echo "$out" | sed -n "2s/ \[.*//p")" " $old"
		is "$old --help: and is the same otherwise" "$(echo "$out" | sed "s/^ $old / ${pair#*:} /")" \
			"$(xns "${pair#*:}" --help)"
	done
}

warnings_bear_it() {
	command -v python3 >/dev/null || { skip "warnings on a terminal" "no python3"; return; }
	run python3 -c 'import pty, sys; sys.exit(pty.spawn(sys.argv[1:]))' xns unshare -Ur -p true
	like "a warning on a terminal" "$out" '^unshare: warning: '
}

is_xns_by_other_names() {
	for name in '' frob - /; do
		run probe with "argv0=$name" xns --version
		is "called '$name' it is xns" "$(echo "$out" | head -n 1)" "xns $XNS_VERSION"
	done
}

lists() {
	run xns --list
	is "--list prints the applets and nothing else" "$(echo "$out" | sort)" "$sorted"
	for way in "" --help -h; do
		# shellcheck disable=SC2086 # nothing or a word
		run xns $way
		is "xns $way succeeds" "$status/$err" 0/
		for applet in $XNS_APPLETS; do
			like "xns $way names $applet and its purpose" "$out" "^ $applet +[a-z]"
		done
	done
	for way in --list --help --version; do
		run sh -c "xns $way >/dev/full"
		is "xns $way on a full disk fails" "$status" 1
		is "xns $way says so" "$err" \
			"xns: cannot write to standard output: No space left on device"
	done
}

refuses() {
	run xns "$@"
	is "xns $*: exit status" "$status" 1
	is "xns $*: nothing on standard output" "$out" ""
}

bad_arguments() {
	refuses frob
	is "no such applet" "$err" "xns: no applet 'frob' (see 'xns --help')"
	refuses frob xunshare
	is "no such applet, with arguments" "$err" "xns: no applet 'frob' (see 'xns --help')"
	refuses ''
	is "an empty name" "$err" "xns: no applet '' (see 'xns --help')"
	for name in xnsls xnetns; do
		! xns --list | grep -qxF "$name" || continue
		refuses "$name"
		like "$name was left out" "$err" "^xns: this program was built without lib[a-z]+, so it has no $name \\("
		ln -s "$(command -v xns)" "$home/$name"
		run "$home/$name" --help
		like "$name was left out, by a link" "$status:$err" "^1:xns: this program was built without .* no $name \\("
		rm "$home/$name"
	done
	refuses --frob
	is "no such option" "$err" "xns: unknown option '--frob' (see 'xns --help')"
	refuses --list frob
	is "an argument too many" "$err" "xns: unexpected argument 'frob' (see 'xns --help')"
	refuses --install
	is "no directory" "$err" "xns: no directory after '--install' (see 'xns --help')"
	refuses --install --compat
	is "no directory but --compat" "$err" "xns: no directory after '--install' (see 'xns --help')"
	refuses --install a b
	is "two directories" "$err" "xns: unexpected argument 'b' (see 'xns --help')"
	refuses --install a --frob
	is "an unknown option behind --install" "$err" \
		"xns: unknown option '--frob' (see 'xns --help')"
	refuses --compat
	is "--compat alone" "$err" "xns: unknown option '--compat' (see 'xns --help')"
	refuses --install "$home/none"
	is "a directory that is not there" "$err" \
		"xns: cannot open the directory '$home/none': No such file or directory"
	refuses --install /etc/passwd
	is "a file for a directory" "$err" \
		"xns: cannot open the directory '/etc/passwd': Not a directory"
}

installs() {
	dir=$home/links.$mode
	run mkdir "$dir"
	run xns --install "$dir"
	is "--install succeeds, silently" "$status/$out/$err" 0//
	is "--install makes one link for each applet" \
		"$(cd "$dir" && printf '%s\n' * | sort)" "$sorted"
	is "the links lead to xns" "$(readlink "$dir/xunshare")" "$bin/xns"
	run "$dir/xunshare" --version
	is "the links work" "$out" "xunshare from xns $XNS_VERSION"
	run xns --install "$dir"
	is "a second time is no error" "$status/$err" 0/
	run xns --install "$dir" --compat
	is "--compat succeeds" "$status/$err" 0/
	run "$dir/unshare" --version
	is "--compat adds the names that are replaced" "$out" \
		"unshare from xns, compatible with util-linux $XNS_UTIL_LINUX"

	run rm "$dir/xunshare"
	run sh -c "echo precious >$dir/unshare.new && mv $dir/unshare.new $dir/unshare"
	run xns --install --compat "$dir"
	is "a file of the same name is not replaced" "$status/$(cat "$dir/unshare")" 1/precious
	is "and named" "$err" "xns: cannot make the link $dir/unshare: File exists"
	ok "and then no link is made" test ! -e "$dir/xunshare"
	run chmod 555 "$dir"
	if [ "$mode" = user ]; then
		run rm "$dir/unshare"
		run xns --install "$dir"
		like "a directory without write permission" "$err" \
			"^xns: cannot make the link $dir/[a-z]+: Permission denied$"
	fi
	run chmod 755 "$dir"
}

for_each_mode finds_the_applet
for_each_mode finds_the_replaced_name
for_each_mode misses_its_output
for_each_mode messages_bear_the_name_that_was_called
for_each_mode warnings_bear_it
for_each_mode is_xns_by_other_names
for_each_mode lists
for_each_mode bad_arguments
for_each_mode installs
done_testing
