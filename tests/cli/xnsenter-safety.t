#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# xnsenter among hostile processes, files and file systems. XNS_ROUNDS is how often it meets a swapped
# file, 300 by default.
# shellcheck disable=SC2046,SC2086 # options are lists of words
. "${0%/*}/lib.sh"
. "$XNS_SRCDIR/tests/cli/box.sh"
needs_programs filter inmate probe
in_private_ns
: "${XNS_ROUNDS:=300}"

# --- descriptors ----------------------------------------------------------------------------------

leaves_no_descriptor() {
	box -muinpCT --mount-proc
	cp "$bin/probe" "$home/probe"
	run probe state
	fds=$(echo "$out" | grep ^fds)
	for options in -a "-a -r -w" "-a -W" "-a -e" "-p -F" "-u/proc/$box/ns/uts" \
		"--uts=:$(inmate id "/proc/$box/ns/uts" 2>/dev/null || echo none)" \
		"-p/proc/$box/ns/pid -n/proc/$box/ns/net" "-r/ -w/" "-S 0"; do
		[ "$options" != --uts=:none ] || continue
		[ "$mode:$options" != "user:-S 0" ] || continue
		enter $options "$home/probe" state
		is "$options: the program has the caller's descriptors" "$(echo "$out" | grep ^fds)" "$fds"
		like "$options: no signal blocked" "$out" '^blocked:$'
		like "$options: and can be traced by its own" "$out" '^dumpable: 1$'
	done
	for closed in 0 0,1 0,1,2; do
		rm -f "$home/state"
		run probe with close=$closed xnsenter -t "$box" $(user_words) -u -r/ -w/ -e \
			probe state "$home/state"
		is "$closed closed: and so they are for the program" \
			"$status $(grep ^fds "$home/state")" \
			"0 $(echo "$fds" | sed "s/ [$closed]\>//g")"
	done
	unbox
}

# --- strace ---------------------------------------------------------------------------------------

# Up to where the program is started.
trace_entry() {
	rm -f "$home/trace"
	run strace -f -s 300 -o "$home/trace" "$@"
	awk '/execve/ && n++ { exit } { print }' "$home/trace" >"$work/entry"
}

closes_on_exec() {
	command -v strace >/dev/null || { skip "each descriptor is close-on-exec" "no strace"; return; }
	box -muinpCT --mount-proc
	trace_entry xnsenter -t "$box" $(user_words) -m -p -n"/proc/$box/ns/net" -r -w -e true
	is "an entry under strace" "$status" 0
	ok "enters" grep -q 'setns(' "$work/entry"
	# libcap-ng, which a static program has in it, reads cap_last_cap and closes it at once.
	is "each descriptor is close-on-exec from its first moment" "$(grep -E \
		'\b(openat2?|open|memfd_create|signalfd4?|pipe2?|socket|socketpair|dup[23]?|epoll_create1?|eventfd2?|F_DUPFD)\(' \
		"$work/entry" | grep -v -e CLOEXEC -e ' = -1 ' -e resumed -e cap_last_cap)" ""
	unbox
}

# The image of the trampoline is a new program, which the kernel lets others trace if its file can be read by
# whoever executes it, as root can read any (fs/exec.c: would_dump()).
trampoline_hides_first() {
	[ "$mode" = root ] || return 0
	command -v strace >/dev/null || { skip "the trampoline hides first" "no strace"; return; }
	box -muinpCT --mount-proc
	run strace -f -o "$home/trace" xnsenter -t "$box" -m -p true
	hidden="$status $(grep -A1 'execveat(.*AT_EMPTY_PATH' "$home/trace" | sed -n '2s/^[0-9]* *//p')"
	is "the trampoline hides from tracing before all else" "$hidden" \
		"0 prctl(PR_SET_DUMPABLE, SUID_DUMP_DISABLE) = 0"
	unbox
}

resolves_before_it_enters() {
	command -v strace >/dev/null || { skip "resolves names before" "no strace"; return; }
	box -muinpCT --mount-proc
	id=0
	[ "$mode" = user ] || id=root
	for program in true ""; do
		trace_entry env SHELL=/bin/true xnsenter -t "$box" $(user_words) -m -p -S $id \
			--keep-caps $program
		is "${program:-the shell}: an entry under strace" "$status$err" 0
		sed '1,/setns(/d' "$work/entry" >"$work/inside"
		is "${program:-the shell}: inside, no library or configuration is opened" \
			"$(grep -E 'open.*(\.so|/etc/|locale|gconv|nsswitch)' "$work/inside")" ""
	done
	unbox
}

# --- tracing --------------------------------------------------------------------------------------

is_not_traced() {
	box -muinpCTU -r --mount-proc -- inmate watch xnsenter
	# shellcheck disable=SC2034 # for unbox
	until_ok grep -q ready "$outfile"
	words="--preserve-credentials"
	entries=0
	while [ $entries -lt 100 ]; do
		(lib_exec timeout 20 xnsenter -t "$box" -a $words true) 2>>"$home/complaints" || break
		entries=$((entries + 1))
		[ $((entries % 2)) = 0 ] || words="-S 0 -G 0 --preserve-credentials"
	done
	is "a hundred entries beside a watcher" "$entries $(cat "$home/complaints")" "100 "
	kill "$box"
	until_ok grep -q seen "$outfile"
	seen=$(sed -n 's/seen \([0-9]*\).*/\1/p' "$outfile")
	# None of root's processes is inside before it executes the program or what executes that.
	if [ "$mode" = root ]; then
		is "it has never seen us" "$seen" 0
	else
		ok "it has seen us" test "$seen" -gt 0
	fi
	is "and could neither trace us, nor read our memory, nor see our descriptors" \
		"$(grep seen "$outfile" | sed 's/seen [0-9]* //')" "traced 0 read 0 listed 0"
	wait "$box_parent"
}

# --- files that are no namespaces -------------------------------------------------------------------

never_hangs() {
	box -un
	dir=$home/odd
	mkdir -p "$dir/directory"
	cd "$dir" || return
	mkfifo fifo
	echo text >file
	ln -s fifo to-fifo
	ln -s nowhere dangling
	ln -s loop loop
	python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("socket")' 2>/dev/null
	while read -r file what; do
		[ -e "$file" ] || [ -L "$file" ] || { skip "$file" "could not be made"; continue; }
		run xnsenter --uts="$file" echo ran
		is "$file: refused" "$status $out" "1 "
		like "$file: and said" "$err" "^xnsenter: .*$what\$"
	done <<-END
		directory is no UTS namespace file but a directory
		fifo is no UTS namespace file but a FIFO
		to-fifo is no UTS namespace file but a FIFO
		file is no UTS namespace file but an ordinary file
		dangling No such file or directory
		loop Too many levels of symbolic links
		socket is no UTS namespace file but a socket
		/dev/null is no UTS namespace file but a device
		/dev/zero is no UTS namespace file but a device
		/proc/self/status is no UTS namespace file but an ordinary file
		/proc/$box/ns/net is a network namespace, not a UTS namespace
		/proc/$box/ns is no UTS namespace file but a directory
	END
	rm -f fifo
	unbox
}

# The file is now a namespace, now a FIFO, a directory or a namespace of another type, all the time.
is_not_taken_in_by_swaps() {
	box -un
	cd "$home" || return
	mkfifo swap.fifo
	(
		while [ ! -e swap.over ]; do
			for one in "/proc/$box/ns/uts" swap.fifo . "/proc/$box/ns/net" nothing; do
				ln -s "$one" swap.new && mv -T swap.new swap
			done
		done
	) &
	swapper=$!
	until_ok [ -L swap ]
	rounds=0 entered=0 refused=0
	while [ $rounds -lt "$XNS_ROUNDS" ]; do
		if [ "$mode" = root ]; then
			run xnsenter --uts=swap hostname
		else
			run xnsenter "--user=/proc/$box/ns/user" --preserve-credentials \
				--uts=swap hostname
		fi
		case "$status $out" in
		"0 box") entered=$((entered + 1)) ;;
		"1 ") refused=$((refused + 1)) ;;
		*) break ;;
		esac
		rounds=$((rounds + 1))
	done
	: >swap.over
	wait $swapper
	is "$XNS_ROUNDS rounds: entered or refused, never anything else" "$rounds" "$XNS_ROUNDS"
	ok "some were refused" test $refused -gt 0
	ok "some were entered" test $entered -gt 0
	rm -f swap swap.*
	cd "$work" || return
	unbox
}

# A name full of what a terminal would obey.
escapes_what_others_chose() {
	name=$(printf 'odd\033[31m\nname')
	run xnsenter --uts="$home/$name" true
	is "a hostile file name" "$status" 1
	is "is printed on one line, escaped" "$(echo "$err" | wc -l)$(echo "$err" | tr -d ' -~\n')" 1
}

# --- a false /proc ----------------------------------------------------------------------------------

# Runs the rest of the words behind a mount, in a mount namespace of its own.
behind() {
	cover=$1
	shift
	run unshare -m --propagation private sh -c "$cover && exec \"\$@\"" sh "$@"
}

refuses_a_false_proc() {
	[ "$mode" = root ] || return 0
	box -un
	me="xnsenter -t $box"
	{
	behind 'mount -t tmpfs tmpfs /proc' $me -u echo ran
	is "a tmpfs over /proc" "$status $out" "1 "
	like "the message names /proc" "$err" '^xnsenter: /proc is not a proc file system'
	behind 'mount --bind /proc/sys /proc' $me -u echo ran
	is "a part of /proc over it" "$status $out" "1 "
	like "the message names /proc" "$err" '^xnsenter: /proc is not a proc file system'
	behind "mount --bind /proc/self /proc/$box" $me -u echo ran
	is "a process over another" "$status $out" "1 "
	like "the message names its directory" "$err" "^xnsenter: cannot open /proc/$box: Invalid cross-device link"
	behind "mount -t tmpfs tmpfs /proc/$box" $me -u -r echo ran
	is "a tmpfs over a process" "$status $out" "1 "
	echo A=forged | tr '\n' '\0' >"$work/forged"
	behind "mount --bind $work/forged /proc/$box/environ" $me -u -e echo ran
	is "a file over its environment" "$status $out" "1 "
	like "the message names the file" "$err" "^xnsenter: cannot read /proc/$box/environ: Invalid cross-device link"
	# Without the ioctls of the pidfd the files are needed.
	for covered in "mount -t tmpfs tmpfs /proc/$box/ns" \
		"mount --bind /proc/$$/ns /proc/$box/ns" \
		"mkdir -p $work/false && mount --bind $work/false /proc/$box/ns && : >/proc/$box/ns/uts \
			&& mount --bind /proc/$$/ns/uts /proc/$box/ns/uts"; do
		behind "$covered" filter pidfd-ioctl=25,setns-many=22,pidfd_open=38 \
			$me -u -n echo ran
		is "$covered: refused" "$status $out" "1 "
	done
	}
	unbox
}

# --- process ids that are used again ----------------------------------------------------------------

hostname_in() {
	echo "xunshare -u sh -c 'hostname $1; exec sleep 300'"
}

refuses_a_recycled_pid() {
	[ "$mode" = root ] || return 0
	has_since 5.3 || { skip "a PID that is used again" "no clone3"; return; }
	start sh -c "exec $(hostname_in first)"
	until_ok is_running "$bg" sleep
	pid=$bg
	inode=$(inmate inode "$pid")
	run xnsenter -t "$pid:$inode" -u hostname
	is "PID:INODE" "$out$err" first
	kill "$pid" && wait "$pid" 2>/dev/null
	inmate recreate "$pid" sh -c "exec $(hostname_in second)" >/dev/null 2>&1 </dev/null
	until_ok is_running "$pid" sleep
	run xnsenter -t "$pid" -u hostname
	is "the PID has come back as another process" "$out$err" second
	run xnsenter -t "$pid:$inode" -u hostname
	is "PID:INODE refuses that process" "$status $out" "1 "
	like "and says so" "$err" "^xnsenter: process $pid has the inode number [0-9]+, not $inode: it is another one"
	kill "$pid"
	until_ok is_gone "$pid"
}

# Whether the program under strace has come to this call for the nth time.
is_at() {
	[ "$(grep -c "$1" "$home/trace" 2>/dev/null)" = "$2" ]
}

# Stops an entry at a system call, replaces the target meanwhile, and lets it go on.
survives_a_swap() {
	[ "$mode" = root ] || return 0
	has_since 5.3 || { skip "a target that dies on the way" "no clone3"; return; }
	command -v strace >/dev/null || { skip "a target that dies on the way" "no strace"; return; }
	while read -r call when options; do
		start sh -c "exec $(hostname_in first)"
		until_ok is_running "$bg" sleep
		pid=$bg
		rm -f "$home/trace"
		start strace -o "$home/trace" -e "trace=$call" \
			-e "inject=$call:delay_enter=1500000:when=$when" \
			xnsenter -t "$pid" $options sh -c 'echo ran; hostname; id -u'
		ok "$call $options: under way" until_ok is_at "$call(" "$when"
		kill "$pid" && wait "$pid" 2>/dev/null
		inmate recreate "$pid" setpriv --reuid 4321 --clear-groups sleep 300 >/dev/null 2>&1
		ok "the PID is used again" until_ok kill -0 "$pid"
		finish
		is "nothing is run, as anybody, anywhere" "$status $out" "1 "
		like "and the message names the process" "$err" \
			"^xnsenter: (process $pid has ended|cannot tell the gid of process $pid: No such process)\$"
		kill "$pid"
		until_ok is_gone "$pid"
	done <<-END
		setns 1 -u
		setns 1 -u -n
		openat2 2 -u -r -e
		setgroups 1 -u -S follow -G follow
	END
}

# Its mounts are then those of others, and the program would be root's.
follows_nobody_into_a_user_namespace() {
	[ "$mode" = root ] || return 0
	command -v strace >/dev/null || { skip "a target that joins others on the way" "no strace"; return; }
	rm -f "$home/go" "$home/trace"
	start sh -c 'until [ -e "$0" ]; do sleep 0.1; done; exec unshare -U -r -m sleep 300' "$home/go"
	pid=$bg
	start strace -o "$home/trace" -e trace=setns -e inject=setns:delay_enter=10000000:when=1 \
		xnsenter -t "$pid" -a echo ran
	ok "an entry without the user namespace: under way" until_ok is_at "setns(" 1
	: >"$home/go"
	ok "the target has one of its own" until_ok is_running "$pid" sleep
	finish
	is "nothing is run" "$status $out" "1 "
	like "and the message says why" "$err" "^xnsenter: process $pid has changed its namespaces meanwhile"
	kill "$pid"
	until_ok is_gone "$pid"
}

# Then its maps are others than those by which root's ids were judged.
keeps_no_ids_in_a_later_user_namespace() {
	[ "$mode" = root ] || return 0
	command -v strace >/dev/null || { skip "a target that makes a user namespace on the way" "no strace"; return; }
	rm -f "$home/go" "$home/trace"
	start xunshare -U --map-users=all --map-groups=all setpriv --reuid "$user_uid" --regid "$user_gid" --clear-groups \
		--bounding-set=-all sh -c 'until [ -e "$0" ]; do sleep 0.1; done; exec unshare -U -r sleep 300' "$home/go"
	pid=$bg
	until_ok is_running "$pid" sh
	run xnsenter -t "$pid" -U --preserve-credentials id -u
	is "as long as it stays there" "$status $out$err" "0 0"
	start strace -o "$home/trace" -e trace=setns -e inject=setns:delay_enter=10000000:when=1 \
		xnsenter -t "$pid" -U --preserve-credentials echo ran
	ok "an entry with root's ids: under way" until_ok is_at "setns(" 1
	: >"$home/go"
	ok "the target has another one of its own" until_ok is_running "$pid" sleep
	finish
	is "nothing is run in that" "$status $out" "1 "
	like "and the message says why" "$err" "^xnsenter: process $pid has changed its namespaces meanwhile"
	kill "$pid"
	until_ok is_gone "$pid"
}

for fn in leaves_no_descriptor closes_on_exec trampoline_hides_first resolves_before_it_enters is_not_traced \
	never_hangs is_not_taken_in_by_swaps escapes_what_others_chose refuses_a_false_proc refuses_a_recycled_pid survives_a_swap \
	follows_nobody_into_a_user_namespace keeps_no_ids_in_a_later_user_namespace; do
	for_each_mode $fn
done
done_testing
