#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The effect of each option of xnsenter.
# shellcheck disable=SC2086 # options are lists of words
. "${0%/*}/lib.sh"
. "$XNS_SRCDIR/tests/cli/box.sh"
needs_programs inmate probe

# Letter, long option and name in /proc; the user namespace apart.
ns_rows='m mount mnt
u uts uts
i ipc ipc
n net net
p pid pid
C cgroup cgroup
T time time'

enters_each_by_each_name() {
	box -muinpCT --mount-proc
	echo "$ns_rows" >"$work/rows"
	readlink /proc/self/ns/* | sort -u >"$work/own"
	user_ns=
	[ "$mode" = root ] || user_ns=$(ns "$box" user)
	while read -r letter option name; do
		[ "$name" != time ] || has_time || { skip "--time" "no time namespaces"; continue; }
		# The box's /proc knows only who is in its pid namespace.
		with=
		[ "$name" != mnt ] || with=-p
		want=$(ns "$box" "$name")
		for words in "-$letter" "--$option" "-$letter/proc/$box/ns/$name" \
			"-$letter=/proc/$box/ns/$name" "--$option=/proc/$box/ns/$name"; do
			# shellcheck disable=SC2086 # one word or none
			enter $with "$words" readlink "/proc/self/ns/$name"
			is "$words enters it" "$out$err" "$want"
		done
		id=$(inmate id "/proc/$box/ns/$name" 2>/dev/null)
		if [ -n "$id" ]; then
			# shellcheck disable=SC2086 # one word or none
			enter $with "--$option=:$id" readlink "/proc/self/ns/$name"
			is "--$option=:NSID enters it" "$out$err" "$want"
		else
			skip "--$option=:NSID enters it" "this kernel has no namespace ids"
		fi
		[ -z "$with" ] || continue
		enter "-$letter" sh -c 'readlink /proc/self/ns/*'
		is "-$letter enters no other" "$(echo "$out" | sort -u | comm -13 "$work/own" -)" \
			"$(printf '%s\n' "$want" $user_ns | sort)"
	done <"$work/rows"
	enter -a sh -c 'readlink /proc/self/ns/*; hostname; cat "$0/box/only/file"' "$home"
	is "--all enters all" "$(echo "$out" | head -n -2 | sort -u)" \
		"$(readlink "/proc/$box/ns/"* | sort -u)"
	is "and is where the target is" "$(echo "$out" | tail -n 2 | tr '\n' ' ')" "box text "
	unbox
}

takes_the_user_namespace() {
	box -r -u
	run xnsenter -t "$box" -U --preserve-credentials readlink /proc/self/ns/user
	is "--user enters it" "$out$err" "$(ns "$box" user)"
	run xnsenter -t "$box" -a --preserve-credentials readlink /proc/self/ns/user
	is "--all does" "$out$err" "$(ns "$box" user)"
	run xnsenter -a -t "$box" "--user=/proc/$box/ns/user" --preserve-credentials hostname
	is "a type of its own choice beside --all" "$out$err" box
	run xnsenter "--user=/proc/$box/ns/user" "--uts=/proc/$box/ns/uts" --preserve-credentials \
		hostname
	is "files alone need no target" "$out$err" box
	unbox
}

# The box denies setgroups, as it must where an ordinary user maps a group.
tells_of_setgroups() {
	box -r -u
	run xnsenter -t "$box" -U id
	if [ "$mode" = root ]; then
		is "root drops its groups before it enters" "$out$err" \
			"uid=0(root) gid=0(root) groups=0(root)"
	else
		is "a user who may not drop groups is refused" "$status" 1
		like "and the message says so" "$err" "^xnsenter: cannot drop the supplementary groups: "
		like "with the remedy" "$err" "^xnsenter: hint: .*--preserve-credentials"
	fi
	unbox
}

# Somebody of our own in our own namespaces.
neighbour() {
	start sleep 300
	until_ok is_running "$bg" sleep
}

knows_its_own() {
	neighbour
	run xnsenter -t "$bg" -a -- sh -c 'echo ran'
	is "--all on a process with our own namespaces is no error" "$out$err" ran
	run xnsenter -t "$bg" -U true
	is "our own user namespace by name is one" "$status" 1
	like "that says why" "$err" "^xnsenter: cannot enter the user namespace of process $bg: "
	kill "$bg" && finish
}

# --- root and working directory ---------------------------------------------------------------------

changes_directories() {
	neighbour
	here=$PWD
	cd /
	run xnsenter -t "$bg" -w sh -c 'pwd'
	is "--wd alone: the target's directory" "$out$err" "$here"
	cd "$here" || return
	kill "$bg" && finish
	box -mp --mount-proc --
	run xnsenter -t "$box" -w/usr pwd
	is "--wd=DIR: that one" "$out$err" /usr
	enter -m -w/usr pwd
	is "--wd=DIR is opened outside: inside it has no path" "$status" 0
	enter -m pwd
	is "a mount namespace is entered at its root" "$out$err" /
	enter -m -p -w "-W" pwd
	is "--wd and --wdns exclude each other" "$status" 1
	enter -m "--wdns=$home/box/only" pwd
	is "--wdns=DIR is looked up inside" "$out$err" "$home/box/only"
	enter -m "-W$home/box/only" cat file
	is "-WDIR" "$out$err" text
	enter -m --wdns pwd
	is "--wdns: the path of the target's directory" "$out$err" "$here"
	enter -m "--wd=$home/box/only" pwd
	is "--wd=DIR is not" "$status" 1
	like "and says so" "$err" "cannot open the directory '$home/box/only': No such file"
	unbox
}

keeps_the_working_directory_inside() {
	mkdir -p "$home/jail/in/side"
	ln -f "$bin/probe" "$home/jail/probe" 2>/dev/null || cp "$bin/probe" "$home/jail/probe"
	chmod 755 "$home/jail"
	# A walk up from a directory outside would reach the machine's root, which has /proc.
	walk='for one in . .. ../.. ../../.. ../../../..; do [ ! -d "$one/proc/self" ] || echo out; done'
	for one in /bin /lib* /usr; do
		if [ -L "$one" ]; then cp -a "$one" "$home/jail$one"; else mkdir -p "$home/jail$one"; fi
	done
	box -m -- sh -c 'for one in /bin /lib* /usr; do
		[ -L "$one" ] || mount --rbind "$one" "$0/jail$one"; done; echo mounted; exec sleep 300' \
		"$home"
	until_ok grep -q mounted "$outfile"
	with=-m
	for options in "" "-W/" "-W/in"; do
		# shellcheck disable=SC2086 # one word or none
		enter $with "--root=/proc/$box/root$home/jail" $options sh -c "pwd; $walk"
		want=${options#-W}
		is "--root ${options:-alone}: the working directory is inside" "$out$err" "${want:-/}"
	done
	unbox
}

# --- ids ------------------------------------------------------------------------------------------

sets_ids() {
	[ "$mode" = root ] || return 0
	run xnsenter -t $$ -S 5 -G 6 id
	like "--setuid and --setgid without a namespace" "$out" '^uid=5.* gid=6.* groups=6'
	run xnsenter -t $$ -S games id -u
	is "a name" "$out$err" "$(id -u games)"
	run xnsenter -G 6 id -g
	is "no target is needed" "$out$err" 6
	start setpriv --reuid 1234 --regid 2345 --clear-groups sleep 300
	until_ok is_running "$bg" sleep
	run xnsenter -t "$bg" -S follow -G follow id
	like "follow: those of the target" "$out" '^uid=1234 gid=2345 groups=2345$'
	run xnsenter -t "$bg" -S follow -G 7 sh -c 'id -u; id -g'
	is "one of them" "$out$err" "1234
7"
	kill "$bg" && finish
}

follows_ids_inside() {
	box -u --
	run xnsenter -t "$box" -a -S follow -G follow --preserve-credentials sh -c 'id -u; id -g'
	is "follow: as the target's user namespace numbers them" "$out$err" "0
0"
	unbox
}

keeps_capabilities() {
	box -u -U
	run xnsenter -t "$box" -U --keep-caps --preserve-credentials grep CapAmb /proc/self/status
	unlike "--keep-caps: the program has ambient capabilities" "$out" '0000000000000000'
	run xnsenter -t "$box" -U --preserve-credentials grep -e CapAmb -e CapInh /proc/self/status
	is "without it none, and none inheritable" "$(echo "$out" | tr -d ' \t\n')" \
		CapInh:0000000000000000CapAmb:0000000000000000
	unbox
}

# --- processes -------------------------------------------------------------------------------------

ends_as_the_program() {
	box -up
	for way in -u -p; do
		enter "$way" sh -c 'exit 7'
		is "$way: its status" "$status" 7
		enter "$way" sh -c 'kill -TERM $$'
		is "$way: its signal" "$status" 143
		enter "$way" "$home/nosuch"
		is "$way: not found" "$status" 127
		like "$way: and says so" "$err" "^xnsenter: cannot run '$home/nosuch': No such file"
		enter "$way" "$home"
		is "$way: not executable" "$status" 126
	done
	# shellcheck disable=SC2046 # a list of words
	start xnsenter -t "$box" $(user_words) -p sleep 300
	ok "--pid forks" until_ok has_child "$bg"
	kill "$bg" && finish
	# shellcheck disable=SC2046 # a list of words
	start xnsenter -t "$box" $(user_words) -p --no-fork sleep 300
	ok "--no-fork does not" until_ok is_running "$bg" sleep
	kill "$bg" && finish
	unbox
}

# A directory is a script's interpreter: only exec finds that out, and where root enters the trampoline does.
has_one_name_in_messages() {
	box -p
	printf '#!%s\n' "$home" >"$home/script"
	chmod 755 "$home/script"
	ln -s "$bin/xns" "$home/nsenter"
	for way in xnsenter "xns xnsenter" "$home/nsenter"; do
		# shellcheck disable=SC2046 # a list of words
		run $way -t "$box" $(user_words) -p "$home/script"
		called=xnsenter
		[ "$way" != "$home/nsenter" ] || called=nsenter
		is "$way: a failed exec is reported by the name that was called" "$status $(echo "$err" | head -n 1)" \
			"126 $called: cannot run '$home/script': Permission denied"
	done
	unbox
}

passes_signals_on() {
	box -p
	# shellcheck disable=SC2046 # a list of words
	start xnsenter -t "$box" $(user_words) -p probe catch 64
	until_ok grep -qx ready "$outfile"
	wanted=ready
	for sig in $(seq 1 8) $(seq 10 18) $(seq 20 31) $(seq 34 64); do
		kill "-$sig" "$bg"
		until_ok grep -qx "$sig" "$outfile" || break
		wanted="$wanted $sig"
	done
	finish
	is "every signal reaches the program, once" "$(echo "$out" | tr '\n' ' ')" "$wanted "
	is "and xnsenter ends with it" "$status" 0
	# shellcheck disable=SC2046 # a list of words
	start xnsenter -t "$box" $(user_words) -p sleep 300
	until_ok is_child_running sleep
	kill -STOP "$child"
	ok "a stopped program stops us" until_ok is_in_state "$bg" T
	kill -CONT "$bg"
	ok "continuing us continues it" until_ok is_in_state "$child" S
	kill "$bg" && finish
	is "SIGTERM ends both" "$status" 143
	ok "no orphan stays" is_gone "$child"
	unbox
}

# Sets $child. Before exec the shell that became the tool may have had children of its own.
is_child_running() {
	child=$(child_of "$bg")
	[ -n "$child" ] && is_running "$child" "$1"
}

has_child() {
	child_of "$1" >/dev/null
}

is_in_state() {
	[ "$(ps -o stat= -p "$1" | cut -c 1)" = "$2" ]
}

# --- environment ----------------------------------------------------------------------------------

takes_the_environment() {
	box -u -- env -i A=1 'B=two words' LD_PRELOAD=/nonexistent.so GCONV_PATH=/x LD_LIBRARY_PATH=/x \
		MALLOC_CHECK_=3 GLIBC_TUNABLES=x NLSPATH=/x "PATH=$PATH" SHELL=/bin/sh sleep 300
	until_ok is_running "$box" sleep
	enter -u --env env
	is "--env: the target's, without what steers the loader" \
		"$(echo "$out" | grep -v -e '^PATH=' -e '^HOME=' -e '^SHELL=' | sort | tr '\n' ' ')" "A=1 B=two words "
	enter -u -e env
	is "-e" "$(echo "$out" | grep -c '^A=1$')" 1
	enter -u --env=all env
	is "--env=all: all of it" "$(echo "$out" | grep -c -e ^LD_ -e ^GCONV -e ^MALLOC -e ^GLIBC -e ^NLS)" 6
	enter -u env
	unlike "without it ours" "$out" '^A=1$'
	unbox
}

runs_a_shell() {
	box -u
	printf '#!/bin/sh\necho "shell $0"\n' >"$home/shell"
	chmod 755 "$home/shell"
	SHELL=$home/shell enter -u
	is "without a program: the shell" "$out$err" "shell $home/shell"
	unbox
	box -u -- env "SHELL=$home/shell" sleep 300
	until_ok is_running "$box" sleep
	SHELL=/bin/false enter -u --env
	is "with --env, and our own files: ours" "$status$out$err" 1
	SHELL=/bin/false enter -u --env=all
	is "with --env=all: the target's" "$out$err" "shell $home/shell"
	if [ "$mode" = root ]; then
		SHELL=/bin/false enter -r --env
		is "with --env and --root: the target's" "$out$err" "shell $home/shell"
	fi
	unbox
}

# --- sockets, owners, clocks ------------------------------------------------------------------------

enters_by_a_socket() {
	[ "$mode" = root ] || return 0
	has_since 5.6 || { skip "--net-socket" "no pidfd_getfd"; return; }
	start inmate socket
	until_ok test -s "$outfile"
	read -r socket file <"$outfile"
	pid=$bg
	run xnsenter -t "$pid" -N "$socket" sh -c 'readlink /proc/self/ns/net; ip -o link | wc -l'
	is "--net-socket: a network namespace that only a socket holds" "$(echo "$out" | tail -n 1)" 1
	ok "it is none that a process is in" test "$(echo "$out" | head -n 1)" != "$(ns self net)"
	run xnsenter -t "$pid" --net-socket="$file" true
	is "no socket" "$status" 1
	is "the message names the descriptor" "$err" \
		"xnsenter: descriptor $file of process $pid is no socket of a network namespace"
	run xnsenter -t "$pid" -N 999 true
	is "no descriptor" "$err" \
		"xnsenter: cannot take descriptor 999 of process $pid: Bad file descriptor"
	kill "$pid" && finish
}

enters_the_owner() {
	box -rn -- sh -c 'xunshare -rfn --kill-child sh -c "echo nested; exec sleep 300"; :'
	until_ok grep -q nested "$outfile"
	inner=$(child_of "$(child_of "$box")")
	run xnsenter -t "$inner" -n --user-parent --preserve-credentials sh -c \
		'readlink /proc/self/ns/user /proc/self/ns/net'
	is "--user-parent: the owner of the namespace" "$out$err" "$(ns "$inner" user)
$(ns "$inner" net)"
	run xnsenter -t "$inner" -U --user-parent --preserve-credentials readlink /proc/self/ns/user
	is "with --user: its parent" "$out$err" "$(ns "$box" user)"
	run xnsenter -t "$inner" --user-parent --preserve-credentials readlink /proc/self/ns/user
	is "alone: the parent of the target's" "$out$err" "$(ns "$box" user)"
	run xnsenter --user-parent -S 0 true
	is "without a target it has nothing to be the parent of" "$status" 1
	run xnsenter -t "$box" -U --preserve-credentials xnsenter -t "$box" --user-parent true
	like "an ancestor of our user namespace is out of reach" "$err" \
		"^xnsenter: hint: run it in an ancestor user namespace"
	# The shell between dies without a word to what it has started.
	kill -KILL "$inner"
	unbox
}

enters_clocks() {
	has_time || { skip "enters clocks" "no time namespaces"; return; }
	box -T --boottime 100000
	offset=$(($(probe clock 7) + 50000))
	enter -T probe clock 7
	ok "--time: the target's clocks" test "$out" -gt "$offset"
	unbox
}

# --- what cannot be done ----------------------------------------------------------------------------

refuses() {
	while IFS='|' read -r words message; do
		# shellcheck disable=SC2086 # a list of words
		run xnsenter $words
		is "$words: refused" "$status" 1
		# A hint may follow, where this is not the first pid namespace.
		said=$(head -n 1 "$errfile")
		is "$words: says why" "${said%" (see 'xnsenter --help')"}" "xnsenter: $message"
	done <<-END
		-m true|option '--mount' needs '--target', or an argument
		true|no namespace was asked for
		-t 1 true|no namespace was asked for
		-t 1 --preserve-credentials true|no namespace was asked for
		-t 1 -t 1 -u true|option '--target' was given twice: 1 and '1'
		-a true|option '--all' needs '--target'
		-e -u/x true|option '--env' needs '--target'
		-c -u/x true|option '--join-cgroup' needs '--target'
		-r true|option '--root' needs '--target', or an argument
		-S follow true|option '--setuid' needs '--target', or an argument
		-t 0 -u true|option '-t': '0' is not a process id, or PID:INODE
		-t 1: -u true|option '-t': '1:' is not a process id, or PID:INODE
		-t 1x -u true|option '-t': '1x' is not a process id, or PID:INODE
		-t -1 -u true|option '-t': '-1' is not a process id, or PID:INODE
		-t 99999999999 -u true|option '-t': '99999999999' is not a process id, or PID:INODE
		-t 2147483647 -u true|there is no process 2147483647
		-u:x true|option '-u': ':x' is not a namespace id; a file of that name is ./:NAME
		-t 1 -N x true|option '-N': 'x' is not the number of a descriptor
		-u/nonexistent true|cannot open the UTS namespace file '/nonexistent': No such file or directory
	END
}

says_who_has_gone() {
	start inmate zombie
	until_ok test -s "$outfile"
	zombie=$(cat "$outfile")
	parent=$bg
	run xnsenter -t "$zombie" -u echo ran
	is "a zombie" "$status$out" 1
	like "the message says that it has ended" "$err" "^xnsenter: process $zombie has ended$"
	like "and the hint names the reason" "$err" "^xnsenter: hint: .*: this one is a zombie"
	kill "$parent" && wait "$parent" 2>/dev/null
	until_ok lib_is_over "$parent"
	run xnsenter -t "$parent" -u echo ran
	is "a process that has been reaped" "$status$out" 1
	is "the message says that it does not exist" "$(head -n 1 "$errfile")" "xnsenter: there is no process $parent"
}

enters_threads() {
	for kind in thread leaderless; do
		start xunshare -r inmate $kind "$kind-name"
		until_ok test -s "$outfile"
		thread=$(cat "$outfile")
		pid=$bg
		run xnsenter -t "$thread" -U -u --preserve-credentials hostname
		is "$kind: a thread's id stands for its own namespaces" "$out$err" "$kind-name"
		if [ $kind = leaderless ]; then
			run xnsenter -t "$pid" -U -u --preserve-credentials echo ran
			is "a first thread that has ended has none" "$out$status" 1
			like "and the message says that it has ended" "$err" "^xnsenter: process $pid has ended$"
		fi
		kill "$pid" && wait "$pid" 2>/dev/null
	done
}

for fn in enters_each_by_each_name takes_the_user_namespace tells_of_setgroups knows_its_own \
	changes_directories keeps_the_working_directory_inside sets_ids follows_ids_inside \
	keeps_capabilities ends_as_the_program has_one_name_in_messages passes_signals_on \
	takes_the_environment runs_a_shell enters_by_a_socket enters_the_owner enters_clocks refuses \
	says_who_has_gone enters_threads; do
	for_each_mode $fn
done
done_testing
