#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The commands of xnetns, one after the other, and what it says to bad ones.
. "${0%/*}/netns.sh"

succeeds() { # NAME CMD...
	what=$1
	shift
	run "$@"
	is "$what" "$status,$err" "0,"
}

fails() { # NAME STATUS ERE CMD...
	what=$1 want=$2 pattern=$3
	shift 3
	run "$@"
	is "$what: status" "$status" "$want"
	like "$what: message" "$err" "$pattern"
	is "$what: one line" "$(grep -vc '^xnetns: hint: ' "$errfile")" 1
}

# --- list ---
run xnetns
is "no directory: no names, no failure" "$status,$out,$err" "0,,"
run xnetns -j list
is "no directory: an empty array" "$status,$out,$err" "0,[],"
succeeds "add makes a name" xnetns add foo
is "list has it" "$(xnetns list)" foo
is "no command means list" "$(xnetns)" foo
is "list as JSON" "$(xnetns -j list)" '[{"name":"foo","state":"here"}]'
for word in l li list sh show ls lst; do
	run xnetns $word
	is "list by '$word'" "$status,$out" 0,foo
done
is "-j behind the command" "$(xnetns list -j)" '[{"name":"foo","state":"here"}]'
like "pretty JSON has one value a line" "$(xnetns -j -p list)" '^    "name": "foo",$'
for option in -j -json --json -js; do
	is "option $option" "$(xnetns $option list)" '[{"name":"foo","state":"here"}]'
done
fails "list takes no name" 1 "unexpected argument 'x'" xnetns list x

# --- add ---
fails "add an existing name" 1 '^xnetns: cannot create namespace file "/run/netns/foo": File exists$' xnetns add foo
succeeds "add --exists-ok" xnetns add --exists-ok foo
succeeds "add several" xnetns add a b c
is "all of them are there" "$(names)" "$(ls -U /run/netns | tr '\n' ' ' | sed 's/ $//')"
is "and they are different ones" "$(stat -c %i /run/netns/a /run/netns/b /run/netns/c | sort -u | wc -l)" 3
run xnetns add d foo e
is "one that exists does not keep the others away" "$status,$(ls /run/netns/d /run/netns/e 2>&1 | wc -l)" 1,2
like "the one is named" "$err" '/run/netns/foo'
is "lo is down" "$(xnetns exec --no-sysfs a cat /proc/net/if_inet6)" ""
succeeds "add --up" xnetns add --up up
like "lo is up" "$(xnetns exec --no-sysfs up cat /proc/net/if_inet6)" ' lo$'
succeeds "add --up --exists-ok raises an existing one" xnetns add --up --exists-ok a
like "lo is up there too" "$(xnetns exec --no-sysfs a cat /proc/net/if_inet6)" ' lo$'
is "we are still where we were" "$(xnetns identify)" ""
is "the directory is a mount" "$(mounts_at /run/netns)" 1
like "a shared one" "$(seen_mounts | grep ' /run/netns ')" ' shared:'
is "with a peer group of its own" "$(seen_mounts | grep -c "$(seen_mounts | grep ' /run/netns ' |
	grep -o 'shared:[0-9]*') ")" 1
is "its mode" "$(stat -c %a /run/netns)" 755

# --- names ---
long=$(printf '%0255d' 0)
fails "empty name" 255 "invalid name ''" xnetns add ''
fails "name ." 255 "invalid name '.'" xnetns add .
fails "name .." 255 "invalid name '..'" xnetns add ..
fails "name with a slash" 255 "invalid name 'x/y'" xnetns add x/y
fails "name of 256 bytes" 255 'invalid name' xnetns add "${long}0"
fails "invalid name: nothing is added" 255 'invalid name' xnetns add new1 x/y
ok "invalid name: really nothing" test ! -e /run/netns/new1
for name in "$long" -x 'with blank' 'a\b' ...; do
	succeeds "name '$name'" xnetns add -- "$name"
	like "listed: '$name'" "$(xnetns -d list | grep -F -x -e "$name" | head -n1)" .
	succeeds "deleted: '$name'" xnetns delete -- "$name"
done
fails "a name that looks like an option" 255 "unknown option '-x'" xnetns add -x
evil=$(printf 'x\033[31m\ny')
succeeds "name with control characters" xnetns add "$evil"
is "shown escaped, on one line" "$(xnetns -d list | grep 31)" 'x\x1b[31m\x0ay'
like "JSON tells it as it is" "$(xnetns -j list)" '"x\\u001b\[31m\\ny"'
succeeds "and deleted" xnetns delete "$evil"

# --- delete ---
succeeds "delete several" xnetns delete b c
ok "they are gone" test ! -e /run/netns/b -a ! -e /run/netns/c
fails "delete what is not there" 1 '^xnetns: cannot remove namespace file "/run/netns/b": No such file or directory$' xnetns delete b
run xnetns delete d nosuch e
is "one that fails does not keep the others" "$status,$(ls /run/netns | grep -c '^[de]$')" 1,0
succeeds "shortened" xnetns del up
fails "delete without a name" 1 'no name' xnetns delete
fails "delete all, and one" 1 'exclude' xnetns --all delete foo

# --- set, list-id ---
clean
xnetns add foo bar
succeeds "set" xnetns set foo 5
is "list shows it" "$(xnetns -d list | grep foo)" "foo (id: 5)"
like "in JSON too" "$(xnetns -j list)" '\{"name":"foo","id":5,"state":"here"\}'
fails "an id stays" 2 'already' xnetns set foo 6
like "the hint names its nsid" "$err" 'has the nsid 5'
succeeds "set auto" xnetns set bar auto
like "some id" "$(xnetns list)" '^bar \(id: [0-9]+\)$'
is "list-id" "$(xnetns list-id nsid 5)" "nsid 5 (iproute2 netns name: foo)"
is "list-id as JSON" "$(xnetns -j list-id nsid 5)" '[{"nsid":5,"name":"foo"}]'
is "list-id lists all" "$(xnetns list-id | wc -l)" 2
fails "an id that is not there" 2 'nsid 77' xnetns list-id nsid 77
fails "ids of a namespace that is not there" 1 'nsid 77' xnetns list-id target-nsid 77
succeeds "-n: from inside" xnetns -n foo set bar 23
is "-n: ids as seen from there" "$(xnetns -n foo list | grep bar)" "bar (id: 23)"
bar_id=$(xnetns -j list-id | sed -n 's/.*"nsid":\([0-9]*\),"name":"bar".*/\1/p')
is "target-nsid" "$(xnetns list-id target-nsid 5)" \
	"nsid 23 current-nsid $bar_id (iproute2 netns name: bar)"
is "target-nsid as JSON" "$(xnetns -j list-id target-nsid 5)" \
	"[{\"nsid\":23,\"current-nsid\":$bar_id,\"name\":\"bar\"}]"
is "one that the target does not know" "$(xnetns list-id target-nsid 5 nsid 5)" \
	"nsid unassigned current-nsid 5 (iproute2 netns name: foo)"
is "as JSON" "$(xnetns -j list-id target-nsid 5 nsid 5)" '[{"current-nsid":5,"name":"foo"}]'
xnetns add stranger
xnetns -n foo set stranger 3
like "one that we do not know" "$(xnetns list-id target-nsid 5)" '^nsid 3 current-nsid unassigned $'
is "one that nobody knows" "$(xnetns -d list | grep stranger)" stranger
for bad in x -1 '' 99999999999 0x 08 1x '1 ' +-1; do
	fails "set to '$bad'" 255 'is no nsid' xnetns set foo "$bad"
	fails "nsid '$bad'" 255 'is no nsid' xnetns list-id nsid "$bad"
done
fails "nsid without a number" 255 "needs a number" xnetns list-id nsid
fails "an operand that is no nsid" 255 "unexpected argument 'foo'" xnetns list-id foo
fails "set what is not there" 1 '^xnetns: cannot open network namespace "nosuch": No such file or directory$' xnetns set nosuch 1
fails "set without an id" 1 'needs NAME' xnetns set foo
fails "-n what is not there" 255 'network namespace "nosuch": No such file' xnetns -n nosuch list
for option in -n -net -netns --netns; do
	is "option $option" "$(xnetns $option foo identify)" foo
done
is "option -netns=foo" "$(xnetns -netns=foo identify)" foo

# --- identify, pids, attach ---
run xnetns identify
is "identify outside of all: an empty line" "$status,$(wc -l <"$outfile"),$out" "0,1,"
is "identify as JSON" "$(xnetns -j identify)" '[]'
start xnetns exec --no-sysfs foo sleep 60
until_ok executes "$bg" sleep 2>/dev/null
sleeper=$bg
is "identify a process" "$(xnetns identify "$sleeper")" foo
is "pids" "$(xnetns pids foo)" "$sleeper"
is "pids as JSON" "$(xnetns -j pids foo bar)" "[{\"name\":\"foo\",\"pids\":[$sleeper]},{\"name\":\"bar\",\"pids\":[]}]"
succeeds "attach" xnetns attach again "$sleeper"
is "identify finds both names" "$(xnetns identify "$sleeper" | sort | tr '\n' ' ')" "again foo "
if command -v script >/dev/null; then
	as="setpriv --reuid $user_uid --regid $user_gid --clear-groups"
	run script -qec "$as $bin/xnetns pids foo" /dev/null
	like "a user is told on a terminal what may be missing" "$out" \
		'^xnetns: warning: [0-9]+ processe?s? could not be read and may be missing: run it as root'
	run script -qec 'xnetns pids foo' /dev/null
	unlike "root misses nothing" "$out" warning
fi
run xnetns pids foo nosuch again
is "pids of several names" "$status,$(squeeze "$out")" "1,$sleeper $sleeper"
fails "attach to a name that exists" 1 'File exists' xnetns attach foo "$sleeper"
fails "attach nobody" 1 'No such process' xnetns attach new 99999999
fails "attach no number" 1 "'x' is not a process id" xnetns attach new x
fails "attach 0" 1 "'0' is not a process id" xnetns attach new 0
fails "attach without a PID" 1 'needs NAME PID' xnetns attach new
ok "none of these made a file" test ! -e /run/netns/new
fails "identify no number" 1 'is not a process id' xnetns identify x
fails "identify nobody" 1 'No such process' xnetns identify 99999999
fails "identify two" 1 "unexpected argument" xnetns identify 1 2
fails "pids of nothing" 1 'No such file' xnetns pids nosuch

# --- delete with processes ---
run xnetns -d delete again
is "delete while it lives on" "$status" 0
like "says who holds it" "$err" "'again' lives on, held by process $sleeper, mount /run/netns/foo"
succeeds "delete --kill" xnetns delete --kill foo
finish
is "the process got SIGTERM" "$status" 143
xnetns add stubborn
cat >stubborn.sh <<'END'
trap '' TERM
: >ready
while :; do sleep 0.1; done
END
start xnetns exec --no-sysfs stubborn sh stubborn.sh
until_ok test -e ready
run xnetns delete --kill --wait 1 stubborn
is "a process that ignores SIGTERM: not deleted" "$status,$(names | grep -c stubborn)" 1,1
like "the message names the process" "$err" 'still in .stubborn. 1 s after SIGTERM'
like "the hint says what to do" "$err" 'kill=KILL'
succeeds "delete --kill=KILL" xnetns delete --kill=KILL stubborn
finish
is "the process got SIGKILL" "$status" 137
fails "a signal that is none" 255 "is not a signal" xnetns delete --kill=FOO bar
xnetns add empty
succeeds "--kill with nobody there" xnetns delete --kill empty
exec 7</run/netns/bar
run xnetns -d delete bar
exec 7<&-
! has_since 6.18 || like "a descriptor is a holder" "$err" "'bar' lives on, held by fd [0-9]+/7"

# A name may be given to the namespace of whoever calls, or of PID 1. PID 1 itself ignores the signal.
spares()
{
	run unshare -npf --mount-proc --propagation unchanged sh -c "sleep 300 & xnetns attach host 1
		$1 xnetns delete --kill host; echo status \$?; xnetns list | grep host
		kill \$! && echo lived"
	is "delete --kill spares $2" "$(squeeze "$out")" "status 1 host lived"
	like "says why: $2" "$err" "^xnetns: cannot end the processes in 'host': $3 is one of them\$"
	xnetns delete host
}
spares "" "our own namespace" "this process"
spares "unshare -n" "the namespace of PID 1" "PID 1"

# A process that is about to exit is no holder.
xnetns add left
succeeds "delete from inside of it" xnetns -d -n left delete left
xnetns add left
succeeds "delete as a command in it" xnetns exec --no-sysfs left xnetns -d delete left
xnetns add left
run xnetns exec --no-sysfs left sh -c 'xnetns -d delete left; :'
like "only the parent of the command is a holder" "$err" "'left' lives on, held by process [0-9]+$"
for n in 1 2 3; do
	xnetns add left
	xnetns exec --no-sysfs left xnetns list-id
	succeeds "the socket of a process that has ended, $n" xnetns -d delete left
done

# --- help and bad words ---
run xnetns help
is "help fails, on standard error" "$status,$out" 255,
like "help has the commands" "$err" '^ xnetns exec NAME COMMAND'
run xnetns h
is "help shortened" "$status" 255
run xnetns --help
is "--help succeeds" "$status,$err" 0,
like "--help has the commands" "$out" '^ exec NAME COMMAND\.\.\. {5,}run a command in the namespace$'
is "in lines that are no longer than others" "$(echo "$out" | awk 'length > 80 || / $/')" ""
fails "unknown command" 255 "'nosuch' is unknown" xnetns nosuch
fails "empty command" 255 "'' is unknown" xnetns ''
fails "longer than a command" 255 "'addx' is unknown" xnetns addx
fails "unknown option" 255 "unknown option '--frob'" xnetns --frob
unlike "no hint, as it cannot be a name" "$err" hint
fails "unknown option of a command" 255 "unknown option '-x'" xnetns add -x
like "a hint, as it may be a name" "$err" "hint: write '--' before a name that begins with '-'"
fails "an option's argument" 255 "'0' is not a number from 1 to 1024" xnetns exec --all --jobs 0 true
unlike "is no name" "$err" hint
fails "an option of another command" 255 "'list' takes no option '--up'" xnetns list --up
fails "the same in front" 255 "'list' takes no option '--up'" xnetns --up list
fails "a global option behind the command" 255 "goes before the command" xnetns list -n foo
fails "-n without a name" 255 "needs an argument" xnetns -n

# --- output ---
xnetns add foo
for command in list 'identify 1' 'pids foo' 'exec --explain foo true' list-id gc -j\ gc --help; do
	# shellcheck disable=SC2086 # words
	xnetns $command >/dev/full 2>"$errfile"
	status=$?
	case $command in
	'pids foo' | list-id | gc) ;; # nothing to print
	*) is "full device: $command" "$status" 1 ;;
	esac
done

xnetns -j list >/dev/full 2>"$errfile"
like "why it cannot be written" "$(cat "$errfile")" 'No space left on device'

# --- where it may not mount ---
if [ "$(id -u)" = 0 ]; then
	while umount -l /run/netns 2>/dev/null; do :; done
	rm -rf /run/netns
	fails "without the right to mount" 1 'cannot make /run/netns a shared mount' \
		unshare -r xnetns add foo
	is "nothing is left behind" "$(ls -d /run/netns 2>&1 | grep -c 'No such')" 1
fi

# --- batch ---
clean
batch() {
	printf '%b' "$1" >./batch
	shift
	run xnetns "$@" -batch batch
}
batch 'netns add q1\nadd q2\n'
is "batch" "$status,$(ls /run/netns | tr '\n' ' ')" "0,q1 q2 "
batch 'add q3\nadd q3\nadd q4\n'
is "batch stops at the first failure" "$status,$(ls /run/netns | tr '\n' ' ')" "1,q1 q2 q3 "
like "batch says where" "$err" 'Command failed batch:2'
batch 'add q3\nadd q5\n' -force
is "-force goes on" "$status,$(ls /run/netns | tr '\n' ' ')" "1,q1 q2 q3 q5 "
batch '# comment\n\n   \nnetns add a#b\nadd \\\nc "d e"\n'
is "comments, continuation, quotes" "$status,$(ls /run/netns | grep -v q | tr '\n' ' ')" "0,a c d e "
batch 'nosuch\nadd never\n'
is "an unknown command ends it" "$status,$(ls /run/netns | grep -c never)" 255,0
batch 'add "x\n'
is "a quote without end" "$status" 1
batch "exec --no-sysfs q1 xnetns identify\nidentify\nlist\n"
is "commands stay apart" "$status,$(head -n 2 "$outfile" | tr '\n' ,)" "0,q1,,"
batch "exec --no-sysfs q1 sh -c 'exit 3'\n"
is "a command's failure is one" "$status" 1
batch 'list\nlist\n' -j
is "JSON: an array a command" "$(grep -c '^\[' "$outfile")" 2
run sh -c 'echo add standard | xnetns -b -'
ok "from standard input" test -e /run/netns/standard
batch 'list\nadd nu\0ll\nadd never\n'
is "a NUL byte" "$status,$err" "1,xnetns: line 2 of 'batch' has a NUL byte"
fails "a batch and a command" 255 "'list' and option '--batch' exclude each other" xnetns -b batch list
fails "no batch file" 1 "cannot open 'nosuch'" xnetns -b nosuch
batch 'add last-line'
ok "without a newline at the end" test -e /run/netns/last-line

# --- a mount namespace that others do not see ---
unseen() {
	run script -qec "$1" /dev/null
	tr -d '\r' <"$outfile"
}
if command -v script >/dev/null; then
	is "add is silent where process 1 sees the name" "$(unseen 'xnetns add seen')" ""
	is "a name that process 1 does not see" "$(unseen 'xunshare -m --propagation=private xnetns add hidden')" \
		"xnetns: warning: 'hidden' is mounted in this mount namespace only: process 1 does not see it"
	is "several" "$(unseen 'xunshare -m --propagation=private xnetns add h1 h2')" \
		"xnetns: warning: 'h1' and 1 more name is mounted in this mount namespace only: process 1 does not see them"
	is "none where mounts propagate" "$(unseen 'xunshare -m --propagation=unchanged xnetns add seen2')" ""
	is "none for --explain" "$(unseen 'xunshare -m --propagation=private xnetns add --explain h3' | grep warning)" ""
	run xunshare -m --propagation=private xnetns add h4
	is "none without a terminal" "$status/$err" 0/
	rm -f /run/netns/hidden /run/netns/h?
else
	skip "warnings on a terminal" "no script(1)"
fi

# --- all ---
succeeds "--all delete" xnetns --all delete
is "nothing is left" "$(names)" ""
is "no name is mounted" "$(seen_mounts | grep -c ' /run/netns/')" 0
succeeds "--all delete of nothing" xnetns -all delete
done_testing
