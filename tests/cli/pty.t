#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# --pty: the program's own terminal, as its user sees it.
. "${0%/*}/lib.sh"
needs_programs captor

# shellcheck source=tests/cli/terminal.sh
. "${lib_self%/*}/terminal.sh"

has_its_own_terminal()
{
	in_terminal 'end' sh -c 'tty; xunshare --pty -U sh -c "tty; ps -o tty= -p \$\$"'
	lines=$(printf '%s\n' "$shown" | tr -d '\r' | grep -c '^/dev/pts/')
	is "both terminals are shown" "$lines" 2
	outer=$(printf '%s\n' "$shown" | tr -d '\r' | sed -n 1p)
	inner=$(printf '%s\n' "$shown" | tr -d '\r' | sed -n 2p)
	ok "the program's terminal is another one" test "$outer" != "$inner"
	like "and it is the controlling one" "$shown" "^${inner#/dev/}"
	is "the exit status is the program's" "$out" "status 0"
}
for_each_mode has_its_own_terminal

# The size goes through when xunshare has the signal, so the shell inside waits for it.
follows_the_window()
{
	in_terminal 'size 33 77
wait \$ $
send until [ "$(stty size)" = "33 77" ]; do sleep 0.01; done; echo f$((1))rst\r
wait f1rst
size 20 100
send until [ "$(stty size)" = "20 100" ]; do sleep 0.01; done; exit 7\r
end
mode' env PS1='$ ' xunshare --pty -U sh
	is "size, its change and the status go through" "$out" "status 7
mode cooked"
}
for_each_mode follows_the_window

passes_keys_on()
{
	in_terminal 'wait \$ $
send sh -c "echo u$((1))p; exec sleep 1000"\r
wait u1p\r
mode
send \x03
wait \$ $
send echo a$((1+1))b\r
wait a2b
send exit\r
end
mode' env PS1='$ ' xunshare --pty -U sh
	is "Ctrl-C ends what runs inside, not the tool; raw in between, cooked behind" "$out" \
		"mode raw
status 0
mode cooked"
}
for_each_mode passes_keys_on

restores_on_every_way_out()
{
	for sig in TERM HUP INT QUIT USR1; do
		in_terminal "wait ready
mode
signal $sig
end
mode" xunshare --pty -U sh -c 'echo ready; exec sleep 1000'
		is "SIG$sig reaches the program, and the terminal is as it was" \
			"$(printf '%s\n' "$out" | sed 's/^signal .*/signal/')" "mode raw
signal
mode cooked"
	done
}
for_each_mode restores_on_every_way_out

stops_and_goes_on()
{
	in_terminal 'wait ready
mode
send \r
stopped
mode
signal CONT
wait again
mode
send \r
end
mode' xunshare --pty -U sh -c 'echo ready; read -r _; kill -STOP $$; echo again; read -r _'
	is "cooked while the program is stopped, raw when it goes on" "$out" "mode raw
mode cooked
mode raw
status 0
mode cooked"
}
for_each_mode stops_and_goes_on

# ioctl_tty(2): what is pushed into a terminal's input would be run by the shell outside. Kernels may
# refuse it altogether (dev.tty.legacy_tiocsti), which shows where there is no --pty between.
keeps_the_outer_input_clean()
{
	cat >"$work/push.py" <<-'END'
		import fcntl, os, sys, termios
		def push(fd):
		    for c in b"echo pushed\n":
		        fcntl.ioctl(fd, termios.TIOCSTI, bytes([c]))
		for name in (None, *sys.argv[1:]):
		    try:
		        push(os.open(name, os.O_RDWR | os.O_NOCTTY) if name else 0)
		    except OSError:
		        pass
	END
	cat >"$work/outer.py" <<-'END'
		import select
		print("outer got", "it" if select.select([0], [], [], 0)[0] else "nothing")
	END
	chmod 644 "$work/push.py" "$work/outer.py"
	in_terminal 'end' sh -c "xunshare -U python3 $work/push.py; python3 $work/outer.py"
	case $shown in
	*'outer got it'*) ;;
	*) skip "what is pushed inside does not come out" "nothing can be pushed here"; return ;;
	esac
	in_terminal 'end' sh -c "xunshare --pty -U python3 $work/push.py \$(tty); python3 $work/outer.py"
	like "what is pushed inside does not come out" "$shown" '^outer got nothing'
}
for_each_mode keeps_the_outer_input_clean

# A process that waits inside has no terminal; the one that has the outer one is out of reach.
outer_terminal_is_out_of_reach()
{
	[ "$(captor able)" = yes ] || { skip "outer terminal" "no registers known here"; return; }
	for way in -U -Ur "-Ur --init --mount-proc" "-Ur --kill-child"; do
		victim=parent
		case $way in *--init*) victim=1 ;; esac
		# shellcheck disable=SC2086 # a list of words
		in_terminal 'end' xunshare --pty $way captor open $victim /dev/tty
		like "$way: who waits cannot open the terminal" "$shown" \
			'^(refused: No such device or address|not traced: )'
	done
	for way in '' -Ur; do
		cat >"$work/proxy.sh" <<-'END'
			captor open "$(cut -d ' ' -f 4 /proc/$PPID/stat)" /dev/tty
			captor take "$(cut -d ' ' -f 4 /proc/$PPID/stat)" 1
		END
		[ "$mode" = user ] || [ -n "$way" ] || continue
		# shellcheck disable=SC2086 # a list of words
		in_terminal 'end' xunshare --pty $way sh "$work/proxy.sh"
		like "${way:-no namespace}: the proxy cannot be traced" "$shown" '^not traced: '
		! has_since 5.6 ||
			like "${way:-no namespace}: nothing can be taken out of it" "$shown" '^taken 0'
	done
}
for_each_mode outer_terminal_is_out_of_reach

is_over() # COMMAND LINE
{
	! pgrep -f "^$1\$" >/dev/null
}

kill_child_under_a_terminal()
{
	for way in --kill-child "--init --kill-child"; do
		# shellcheck disable=SC2086
		in_terminal "wait ready
signal KILL
end" xunshare --pty -Ur $way sh -c 'trap "" HUP; echo ready; exec sleep "$0"' "1000.$$"
		like "$way: all die with the proxy" "$out" '^signal (9|KILL)'
		ok "$way: nothing stays" until_ok is_over "sleep 1000.$$"
	done
}
for_each_mode kill_child_under_a_terminal

# A check of these opens /proc before the proxy forks; the maps are those of its child.
with_fewer_rights()
{
	for way in "-r --drop" "-r --cap-drop all --disable-userns" "-r --drop --disable-userns --setup true"; do
		# shellcheck disable=SC2086
		in_terminal end xunshare --pty $way sh -c 'echo inside; exit 4'
		is "$way: the program runs" "$text/$out" "inside/status 4"
	done
}
for_each_mode with_fewer_rights

# The host's /proc lies below the new one. Through it the program could write to the memory of the one who waits,
# and take away its parent-death signal.
cannot_outlive_the_proxy()
{
	cat >"$work/outlive.sh" <<-'END'
		umount /proc
		read -r _ _ _ init _ </proc/self/stat
		read -r _ _ _ waiter _ </proc/$init/stat
		(: <>/proc/$waiter/mem) 2>/dev/null && echo in reach || echo out of reach
	END
	for way in --init "--init --kill-child"; do
		want='^in reach'
		[ "$way" = --init ] || want='^out of reach'
		# shellcheck disable=SC2086
		in_terminal end xunshare --pty -Ur $way --mount-proc sh "$work/outlive.sh"
		like "$way: who waits under the proxy is ${want#^}" "$text" "$want"
	done
}
for_each_mode cannot_outlive_the_proxy

under_init()
{
	in_terminal 'wait \$ $
send echo $$\r
wait ^\r?\n?2|[^0-9]2\r
send exit 5\r
end
mode' env PS1='$ ' xunshare -Ur --init --pty sh
	is "with --init as well" "$out" "status 5
mode cooked"
}
for_each_mode under_init

enters_with_a_terminal()
{
	in_terminal 'wait \$ $
send tty; id -u; exit 3\r
wait /dev/pts/
end
mode' sh -c 'xunshare -Ur sleep 60 & target=$!
		i=0; while [ "$(readlink /proc/$target/ns/user)" = "$(readlink /proc/self/ns/user)" ]; do
			i=$((i + 1)); [ $i -lt 500 ] || exit 99; sleep 0.02; done
		PS1="$ " xnsenter -t $target -U --preserve-credentials --pty sh; status=$?; kill $target; exit $status'
	is "xnsenter --pty" "$out" "status 3
mode cooked"
}
for_each_mode enters_with_a_terminal

needs_a_terminal()
{
	for tool in "xunshare -U" "xnsenter -r/"; do
		run $tool --pty true
		is "$tool --pty without a terminal is refused" "$status" 1
		like "in one clear line" "$err" "^${tool%% *}: option '--pty' needs a terminal"
	done
}
for_each_mode needs_a_terminal

done_testing
