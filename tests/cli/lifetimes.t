#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# --pidfile, --status-fd and --start-fd: when a program starts and ends, for scripts and supervisors.
. "${0%/*}/lib.sh"
needs_programs probe
needs_files tests/cli/supervisor.py
in_private_ns

supervise() {
	run python3 "$bin/supervisor.py" "$@"
}

files() {
	(cd "$home" && echo *)
}

pidfiles() {
	file=$home/pid
	run xunshare -r --pidfile "$file" sh -c "cat $file; echo \$\$; exit 3"
	is "the program finds its PID in the file" "$status,$(echo "$out" | uniq | wc -l)" 3,1
	ok "the file goes with the program" test ! -e "$file"
	for way in "-r -p --mount-proc" "-r -p --init" "-r -p --init --kill-child" "-r --map-users=all"; do
		case $way,$mode in *map-users*,user) continue ;; esac
		# shellcheck disable=SC2086 # words
		start xunshare $way --pidfile "$file" sleep 300
		until_ok test -s "$file"
		pid=$(cat "$file")
		ok "$way: it is the program's PID outside" until_ok executes "$pid" sleep
		kill -TERM "$pid"
		[ "$(ps -o comm= -p "$pid")" != sleep ] || kill -KILL "$pid"
		finish
		ok "$way: the file goes when a signal ends the program" test ! -e "$file"
	done
	run xunshare -r --pidfile "$file" /nonexistent
	is "no program, no file" "$status,$(ls "$file" 2>/dev/null)" 127,
	run xunshare -r --pidfile "$home/none/pid" touch "$home/ran"
	is "a directory that is not there" "$status,$err" \
		"1,xunshare: cannot write the pidfile '$home/none/pid': No such file or directory"
	is "is refused before anything happens" "$(files)" "*"

	start xunshare -r --pidfile "$file" sleep 300
	until_ok test -s "$file"
	run xunshare -r --pidfile "$file" true
	like "the file of a process that runs is left" "$status,$err" \
		"^1,xunshare: the pidfile '$file' belongs to process $(cat "$file"), which runs"
	other=$(cat "$file")
	as_user sh -c "rm -f $file; echo 1 >$file"
	kill -KILL "$other"
	finish
	is "a file that somebody replaced stays" "$(cat "$file" 2>&1)" 1
	rm -f "$file"
	as_user sh -c "echo 4194304 >$file"
	run xunshare -r --pidfile "$file" sh -c "cat $file; echo \$\$"
	is "the file of a process that has gone is replaced" "$status,$(echo "$out" | uniq | wc -l)" 0,1
	as_user sh -c "echo hello >$file"
	run xunshare -r --pidfile "$file" true
	is "another file is left" "$status,$err,$(cat "$file")" \
		"1,xunshare: '$file' exists, and is no pidfile: its first line is 'hello',hello"
	rm -f "$file"
	ok "nothing is left" test "$(files)" = "*"
}

# The process that waits is killed: the helper still cleans up when the program ends.
killed_in_turn() {
	file=$home/pid
	for who in waiter helper; do
		start xunshare -r --pidfile "$file" sleep 300
		until_ok test -s "$file"
		pid=$(cat "$file")
		helper=$(ps -o pid= --ppid "$bg" | awk -v program="$pid" '$1 != program { print $1 }')
		if [ "$who" = waiter ]; then
			kill -KILL "$bg"
			finish
			ok "the file stays while the program runs" test -e "$file"
			kill -KILL "$pid"
			ok "and goes with it" until_ok test ! -e "$file"
		else
			kill -KILL "$helper"
			kill -TERM "$pid"
			finish
			is "without its helper xunshare ends as the program did" "$status" 143
			ok "a file is left then" test -e "$file"
			run xunshare -r --pidfile "$file" true
			is "the next run replaces it" "$status,$(files)" "0,*"
		fi
	done
}

statuses() {
	supervise status xunshare -r -u sh -c 'exit 3'
	is "ready, then the exit status" "$status,$out" "3,ready exit 3"
	supervise status xunshare -r -p --init sh -c 'kill -9 $$'
	is "and a signal" "$status,$out" "137,ready exit KILL"
	supervise status xunshare -r /nonexistent
	is "a program that is not there" "$status,$out" "127,failed"
	supervise status xunshare -r sh -c 'ls -l /proc/self/fd >&2'
	unlike "the program has none of our descriptors" "$err" 'socket:|pidfd|/proc$'
	supervise gone xunshare -r sh -c 'echo still here'
	is "a reader that has gone is no reason to end" "$status,$out" "0,still here"
	supervise full xunshare -r true
	is "nor one that does not read" "$status" 0
	run_limit=$((run_limit * 100))
	supervise enter "${XNS_ROUNDS:-25}" xunshare -r -m -u -i -n -p -C
	is "who reads ready enters at once, each time" "$out" "${XNS_ROUNDS:-25} of ${XNS_ROUNDS:-25}"
	run_limit=$((run_limit / 100))
	supervise waiter-killed xunshare -r
	is "if xunshare is killed, the end is reported, without a status" "$out" "ready exit None"
}

# The PIDs of another pid namespace's /proc are those of other processes. The program stays until its line
# is there: the namespaces of a program that has ended cannot be read.
mkdir -m 1777 "$work/anybody"
other_proc() {
	# shellcheck disable=SC2016 # the inner shell's
	run unshare -rpf sh -c 'cd "$0" && xunshare -u --status-fd 7 sh -c "readlink /proc/self/ns/uts >uts
		until grep -q ready status; do sleep 0.02; done" 7>status; cat uts status; rm uts status' \
		"$work/anybody"
	uts=$(printf '%s\n' "$out" | sed -n 's/^uts:.\([0-9]*\).$/\1/p')
	like "namespaces are the program's, not those of its PID in another /proc" "$out" \
		"\"namespaces\":[{]([^}]*,)?\"uts\":${uts}[,}]"
}

# A stopped parent says nothing about the end: the helper waits until it does, or dies.
parent_is_stopped() {
	start xunshare -r --status-fd 7 sleep 300 7>status
	until_ok grep -q ready status
	program=$(sed -n 's/.*"ready","pid":\([0-9]*\).*/\1/p' status)
	helper=$(ps -o pid= --ppid "$bg" | awk -v program="$program" '$1 != program { print $1 }')
	kill -STOP "$bg"
	kill -KILL "$program"
	ok "the helper waits" executes "$((helper))" xunshare
	kill -CONT "$bg"
	finish
	until_ok grep -q exit status
	like "and hears it then" "$(cat status)" '"event":"exit","signal":"KILL"'
	# With ids of its own the parent could not signal the helper, as its death must not need.
	maps=-r
	[ "$mode" != root ] || maps="-U --map-users 0:100000:1000 --map-groups 0:100000:1000 -S 0 -G 0"
	# shellcheck disable=SC2086 # words
	start xunshare $maps --pidfile stopped.pid sleep 300
	until_ok test -s stopped.pid
	program=$(cat stopped.pid)
	kill -STOP "$bg"
	kill -KILL "$program"
	kill -KILL "$bg"
	wait "$bg" 2>/dev/null
	ok "the end of a stopped parent is noticed" until_ok test ! -e stopped.pid
}

starts() {
	pidfile=$home/pid
	[ "$mode" != root ] || pidfile=$work/pid
	supervise start xunshare -r sh -c "echo started"
	is "the program starts with the byte" "$status,$out" "0,quiet started"
	supervise hold xunshare -r --pidfile "$pidfile" touch "$home/ran"
	is "without one it does not start" "$status,$(files)" "1,*"
	like "and that is said" "$err" '^xunshare: descriptor [0-9]* was closed without a byte: the program is not started$'
	supervise interrupted xunshare -r --pidfile "$pidfile" touch "$home/ran"
	is "SIGKILL while it waits leaves nothing" "$(files),$(ls "$pidfile" 2>/dev/null)" "*,"
}

arguments() {
	while read -r wrong; do
		# shellcheck disable=SC2086 # words
		run xunshare -r $wrong touch "$home/ran"
		is "$wrong is refused" "$status,$(echo "$err" | grep -c .),$(files)" "1,1,*"
	done <<-EOL
		--status-fd x
		--status-fd 2
		--status-fd -1
		--status-fd 4294967299
		--status-fd 77
		--start-fd 77
		--pidfile=
	EOL
	run sh -c "xunshare -r --status-fd 7 true 7</dev/null"
	like "a descriptor that cannot be written" "$status,$err" "^1,xunshare: option '--status-fd': descriptor 7 is not open for writing"
	run sh -c "xunshare -r --start-fd 7 true 7>/dev/null"
	like "a descriptor that cannot be read" "$status,$err" "^1,xunshare: option '--start-fd': descriptor 7 is not open for reading"
}

# If another user could replace the file, root does not write it.
root_is_careful() {
	[ "$mode" = root ] || return 0
	run xunshare -u --pidfile "$home/pid" touch "$home/ran"
	is "root does not write into a user's directory" "$status,$(files)" "1,*"
	mkdir sticky
	chmod 1777 sticky
	run xunshare -u --pidfile sticky/pid cat sticky/pid
	is "but into a sticky one" "$status,$((out > 0))" 0,1
	echo 4194304 >sticky/pid
	chown "$user_uid" sticky/pid
	run xunshare -u --pidfile sticky/pid true
	is "unless somebody else's file is there" "$status,$(cat sticky/pid)" 1,4194304
	rm -r sticky
	mkdir ours
	as_user ln -s "$work/ours" "$home/link"
	run xunshare -u --pidfile "$home/link/pid" touch "$home/ran"
	like "root does not follow a user's link" "$status,$err,$(files)" \
		"^1,xunshare: cannot write the pidfile '$home/link/pid': a symbolic link in that path"
	ln -s ours link
	run xunshare -u --pidfile link/pid cat ours/pid
	is "but its own" "$status,$((out > 0))" 0,1
	# The directory changes hands while the program waits for its start.
	mkfifo go
	exec 7<>go
	start xunshare -u --pidfile ours/pid --start-fd 7 touch "$home/ran"
	until_ok has_helper
	chown "$user_uid" ours
	echo >&7
	finish
	exec 7<&-
	like "the directory is examined again before the file is written" "$status,$err,$(ls ours)" \
		"^1,xunshare: cannot write the pidfile 'ours/pid': another user could replace it"
	rm -f "$home/link"
	# Another directory takes its place.
	mkdir -p above/dir
	mkfifo go2
	exec 7<>go2
	start xunshare -u --pidfile above/dir/pid --start-fd 7 sleep 300
	until_ok has_helper
	mv above/dir above/old
	mkdir above/dir
	echo >&7
	ok "the file is written where it was checked" until_ok test -s above/old/pid
	is "not where the path leads now" "$(ls above/dir)" ""
	kill -TERM "$(cat above/old/pid)"
	finish
	exec 7<&-
	is "it goes from there too" "$(ls above/old)" ""
}

has_helper() {
	child_of "$bg" >/dev/null
}

for part in statuses other_proc parent_is_stopped starts arguments root_is_careful; do
	for_each_mode $part
done
[ "$(id -u)" != 0 ] || export XNS_MODES="${XNS_MODES:-user userns}"
XNS_MODES=$(echo "$XNS_MODES" | sed 's/root//')
for_each_mode pidfiles
for_each_mode killed_in_turn
done_testing
