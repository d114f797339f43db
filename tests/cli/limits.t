#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Other processes decide how long the things are that we read of them. Each is read here at a hundred
# times its usual size, with little memory: the result, or one clear line, and never the memory of the
# machine.
. "${0%/*}/lib.sh"
needs_applet xnsls
needs_programs hoarder filter
in_private_ns "$@"

# little CMD...: runs CMD with 60 MB of address space
little() {
	run sh -c 'ulimit -s 1024; ulimit -v 60000; exec "$@"' - "$@"
}

# --- the environment and the command line of a process --------------------------------------------

# hoard MIB: $hoarder is a process with an environment and a command line of that size
hoard() {
	: >said
	hoarder "$1" >said &
	hoarder=$!
	until_ok said_or_gone || note "hoarder: neither ready nor gone"
	grep -qx ready said
}
said_or_gone() {
	[ -s said ] || ! kill -0 "$hoarder" 2>/dev/null
}
drop() {
	kill -KILL "$hoarder"
	wait "$hoarder" 2>/dev/null
}

if hoard 7; then
	little xnsenter -t "$hoarder" -e -- /bin/true
	is "an environment of 7 MiB is taken" "$status $err" "0 "
	drop
	hoard 65536
	little xnsenter -t "$hoarder" -e -- /bin/true
	is "an environment of 64 GiB is refused by one line" "$status $err" \
		"1 xnsenter: cannot read /proc/$hoarder/environ: it has more than 8 MiB"
	little xnsls -p "$hoarder" -n -o command
	is "a command line of 64 GiB does not end the listing" "$status $err" "0 "
	drop
else
	wait "$hoarder"
	skip "a large environment" "the kernel lets no process choose it: status $?"
fi

# --- what the caller allows us -------------------------------------------------------------------

columns=NS,TYPE,PATH,USER,ONS,PNS,ID
run xnsls -n -o $columns
all=$out
for limit in 5 12 30; do
	for command in "xnsls" "xnsls --compare $$ $$" "xns doctor"; do
		# shellcheck disable=SC2016,SC2086
		run sh -c 'ulimit -n "$0"; exec "$@"' $limit $command
		is "$command with $limit descriptors ends with status 1, and prints nothing" "$status $out" "1 "
		like "and says why" "$err" "^xns.*: cannot report with at most $limit open files: Too many open files\$"
	done
done
# shellcheck disable=SC2016
run sh -c 'ulimit -S -n 5; exec "$@"' - xnsls -n -o $columns
is "a soft limit of 5 is raised, and nothing is missing" "$status $err$out" "0 $all"
for command in "xnsls --output-all" "xnsls -J" "xns doctor"; do
	# shellcheck disable=SC2016,SC2086
	run sh -c '{ (ulimit -f 0; exec "$@" 2>&1 >"$0"); echo "status $?"; } | cat' "$work/report" $command
	is "$command into a file that may not grow fails, and is not killed" "$(squeeze "$out")" \
		"$(expr "$command" : '\(xns doctor\|xnsls\)'): cannot write to standard output: File too large status 1"
done

# The program that root enters with is copied to a memory file, for which the limit holds too.
xunshare -m sleep 600 &
entered=$!
until_ok executes "$entered" sleep
# shellcheck disable=SC2016,SC3045 # dash and bash have both limits
run sh -c '(ulimit -S -f 0; exec "$@" 2>&1) | cat' - xnsenter -t "$entered" -m sh -c 'ulimit -S -f; ulimit -H -f'
# shellcheck disable=SC3045
is "xnsenter works under a soft limit on files, and the program has that limit" "$(squeeze "$out")" \
	"0 $(ulimit -H -f)"
# shellcheck disable=SC2016
run sh -c '(ulimit -f 0; exec "$@" 2>&1) | cat' - xnsenter -t "$entered" -m sh -c 'ulimit -S -f; ulimit -H -f'
if (ulimit -f 0 && ulimit -f unlimited) 2>/dev/null; then
	is "and so it does under a hard limit" "$(squeeze "$out")" "0 0"
else
	is "under a hard limit, without CAP_SYS_RESOURCE, it says why it cannot" "$out" \
		"xnsenter: cannot protect the binary of xns: File too large"
fi
kill -KILL "$entered"
wait "$entered" 2>/dev/null

# --- a filter -------------------------------------------------------------------------------------

many=$(printf '%020000d' 0)
open=$(printf %s "$many" | tr 0 '(')
close=$(printf %s "$many" | tr 0 ')')
run xnsls -Q "${open}PID == 1$close"
is "an expression of 20,000 parentheses is refused with status 1" "$status" 1
is "and shown in three short lines" "$(awk 'length > 250 { long++ } END { print NR, 0 + long }' "$errfile")" "3 0"
like "the first of which says why" "$err" '^xnsls: filter: more than 100 levels'
run xnsls -Q "COMMAND =~ '${open}a$close'"
is "a pattern of 20,000 parentheses is refused with status 1" "$status" 1
like "and a line that says why" "$err" '^xnsls: filter: more than 200 groups in a regular expression'

# --- mountinfo ------------------------------------------------------------------------------------

# A tree that is bound on a directory in itself is twice as large. 13 times: 8,192 mounts, each a line
# of 7 KB, or 56 MB.
part=$(printf '%0240d' 0)
long=$work/tree
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14; do
	long=$long/$part
done
mkdir -p "$long"
cat >make-mounts <<'MAKE'
mount --bind "$1" "$1" && cd "$1" || exit
for i in 1 2 3 4 5 6 7 8 9 a b c d; do
	mkdir -p "$i" && mount --rbind "$1" "$1/$i" || exit
done
shift
exec "$@"
MAKE
unshare -m sh "$work/make-mounts" "$long" sleep 600 &
crowded=$!
run_limit=60
if until_ok executes "$crowded" sleep; then
	note "mountinfo has $(wc -c <"/proc/$crowded/mountinfo") bytes"
	little nsenter -t "$crowded" -m "$bin/xnsls" -t mnt -n -o ns
	ok "xnsls lists, although its own mountinfo has 56 MB" test "$status" = 0
	is "and complains of nothing" "$err" ""
	little xnsls --deep --strict -t mnt -n -o ns
	is "xnsls --deep lists, although that of another process has" "$status $err" "0 "
	if [ -e "$bin/xnetns" ]; then
		little nsenter -t "$crowded" -m unshare -m sh -c 'mount -t tmpfs none /run &&
			exec filter linux-6.1 xnetns add large'
		is "xnetns adds a name there without statmount(2)" "$status $err" "0 "
		mount -t tmpfs none /run
		mkdir /run/netns
		: >/run/netns/none
		little xnetns list
		is "xnetns looks for a name in all mount namespaces" "$status $err" "0 "
		umount /run
	fi
	little nsenter -t "$crowded" -m "$bin/xunshare" -m --mount-proc="$work/none" true
	is "a refusal there is one line" "$status $err" \
		"1 xunshare: cannot mount proc at '$work/none': No such file or directory"
else
	fail "a mount namespace with many long mounts"
fi
kill -KILL "$crowded"
wait "$crowded" 2>/dev/null
done_testing
