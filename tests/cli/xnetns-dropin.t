#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Scripts that were written for `ip netns`: their use of names, numbers and links.
netns_on_host=yes
. "${0%/*}/netns.sh"

sleep 1000 &
living=$!
# A process in a network namespace of its own. The script ends it.
unshare -n sleep 1000 &
member=$!
until_ok test "$(readlink /proc/$member/ns/net)" != "$(readlink /proc/self/ns/net)"
sleep 0 &
ended=$!
wait $ended

succeeds() # NAME CMD...
{
	what=$1
	shift
	run "$@"
	is "$what" "$status,$err" "0,"
}

# --- messages that programs parse: what they take from between the quotes ---
quoted()
{
	printf '%s\n' "$err" | sed -n '1s/^xnetns: [^"]*"\([^"]*\)": .*/\1/p'
}

xnetns add foo
run xnetns add foo
is "add: the path is between quotes" "$status,$(quoted)" 1,/run/netns/foo
is "add: in the words of ip netns" "$err" \
	'xnetns: cannot create namespace file "/run/netns/foo": File exists'
run xnetns attach foo $$
is "attach: the path is between quotes" "$status,$(quoted)" 1,/run/netns/foo
run xnetns delete nosuch
is "delete: the path is between quotes" "$status,$(quoted)" 1,/run/netns/nosuch
for words in "exec nosuch true" "pids nosuch" "set nosuch 3" "-n nosuch list"; do
	# shellcheck disable=SC2086 # a list of words
	run xnetns $words
	is "$words: the name is between quotes" "$(quoted)" nosuch
	like "$words: in the words of ip netns" "$err" \
		'^xnetns: cannot open network namespace "nosuch": No such file or directory$'
done

# --- what list prints is accepted back ---
line()
{
	# shellcheck disable=SC2086 # an option, or none
	xnetns ${2:-} list | grep "^$1"
}

takes_back() # NAME DETAILS...
{
	name=$1
	shift
	# Unquoted, as scripts do it.
	# shellcheck disable=SC2046,SC2086
	for command in pids set "delete --explain" "exec --explain" "add --exists-ok --explain"; do
		case $command in
		set) run xnetns set --explain $(line "$name" "$@") 7 ;;
		exec*) run xnetns $command $(line "$name" "$@") true ;;
		*) run xnetns $command $(line "$name" "$@") ;;
		esac
		is "$(line "$name" "$@"): $command, as several words" "$status,$err" "0,"
		case $command in
		set) run xnetns set --explain "$(line "$name" "$@")" 7 ;;
		exec*) run xnetns $command "$(line "$name" "$@")" true ;;
		*) run xnetns $command "$(line "$name" "$@")" ;;
		esac
		is "$(line "$name" "$@"): $command, as one" "$status,$err" "0,"
		unlike "$(line "$name" "$@"): the mark is no name" "$out" '\(id|7\)'
	done
}

clean
xnetns add n1 n2
xnetns set n1 7
is "it has a mark" "$(line n1)" "n1 (id: 7)"
takes_back n1
# shellcheck disable=SC2046 # as scripts do it
run xnetns -n $(line n1) identify
is "-n, as several words" "$status,$out,$err" "0,n1,"
run xnetns -n "$(line n1)" identify
is "-n, as one" "$status,$out,$err" "0,n1,"
run xnetns attach "new (id: 3)" $member
is "attach" "$status,$(ls /run/netns/new)" 0,/run/netns/new
xnetns delete new
# shellcheck disable=SC2046
run xnetns delete $(xnetns list)
is "the whole list is deleted" "$status,$err,$(ls /run/netns)" "0,,"
printf 'netns add b (id: 4) c\nnetns delete "b (stale)"\n' >./batch
run xnetns -b batch
is "in a batch" "$status,$err,$(names)" "0,,c"
run xnetns delete c '(user)'
is "a mark that only other names have" "$status,$err,$(names)" "0,,"
run xnetns delete '(stale)'
is "a mark alone is a name" "$status,$(quoted)" '1,/run/netns/(stale)'
xnetns add '(user)' '(id:' x 'y (id: 3)'
is "words that are no mark are names" "$(ls /run/netns | tr '\n' ,)" "(id:,(user),x,y,"
run xnetns delete x '(user)'
is "a name that is there wins over a mark" "$status,$(ls /run/netns | tr '\n' ,)" "0,(id:,y,"
: >'/run/netns/z (id: 4)'
old '/run/netns/z (id: 4)'
run xnetns delete 'z (id: 4)'
is "as one word too" "$status,$(ls /run/netns | tr '\n' ,)" "0,(id:,y,"
run xnetns exec --no-sysfs y '(id:' true
is "half a mark is a command" "$status" 127
run xnetns exec --no-sysfs y true '(id: 3)'
is "a mark after the command is the command's" "$status" 0
clean
xnetns add ghost
umount /run/netns/ghost
old /run/netns/ghost
is "a mark that ip netns lacks is not printed without a terminal" "$(xnetns list)" ghost
like "with --details it is" "$(xnetns -d list)" '^ghost \((stale|unknown: not mounted here)\)$'
for option in -d -details --details -det; do
	is "$option" "$(xnetns $option list)" "$(xnetns -d list)"
done
# shellcheck disable=SC2046
run xnetns delete $(xnetns -d list)
is "it is taken back, as several words" "$status,$err,$(ls /run/netns)" "0,,"
if command -v python3 >/dev/null; then
	: >/run/netns/ghost
	old /run/netns/ghost
	like "on a terminal it is printed" "$(python3 -c 'import pty, sys; pty.spawn(sys.argv[1:])' \
		xnetns list)" '^ghost \((stale|unknown: not mounted here)\).?$'
else
	skip "on a terminal it is printed" "no python3"
fi

# --- numbers, as iproute2 reads them. The usage line of iproute2 7.3.0, Debian unstable's:
# "ip netns set NAME NETNSID". It takes the PID of a process too, if there is no file of that name ---
clean
xnetns add foo
succeeds "set of a process" xnetns set $member 9
xnetns attach of-process $member
is "its namespace has the nsid" "$(line of-process)" "of-process (id: 9)"
like "--explain says that it is a process" "$(xnetns set --explain $member 9)" \
	"network namespace of process $member "
xnetns add $member
succeeds "an existing name wins over a PID" xnetns set $member 10
is "it has the nsid" "$(line $member)" "$member (id: 10)"
xnetns delete of-process
run xnetns set $ended 3
is "a process that has ended" "$status" 1
run xnetns list-id target-nsid $member
is "target-nsid is an nsid, not a PID" "$status" 1
succeeds "set to +3" xnetns set foo +3
is "a sign" "$(line foo)" "foo (id: 3)"
is "and a blank" "$(xnetns list-id nsid ' +3')" "nsid 3 (iproute2 netns name: foo)"
for number in +$member " $member" "$(printf '0x%x' $member)"; do
	succeeds "attach '$number'" xnetns attach by-number "$number"
	xnetns delete by-number
done

# --- ip -all COMMAND ---
clean
xnetns add foo
for words in "set foo 5" "add bar" "identify $$" "pids foo" list-id "list" "attach new $member"; do
	# shellcheck disable=SC2086 # a list of words
	succeeds "-all $words" xnetns -all $words
done
is "-all: the commands did what they do" "$(ls /run/netns | tr '\n' ,),$(line foo)" "bar,foo,new,,foo (id: 5)"
run xnetns -all delete foo
is "-all delete NAME would delete all, and is refused" "$status,$(ls /run/netns | wc -l)" 1,3
run xnetns -all delete
is "-all delete" "$status,$err,$(ls /run/netns)" "0,,"

# --- delete says nothing that ip netns does not say ---
xnetns attach held $member
run xnetns delete held
is "a namespace that lives on: nothing without a terminal" "$status,$out,$err" "0,,"
xnetns attach held $member
run xnetns -d delete held
like "with --details what holds it" "$err" "'held' lives on, held by process $member"

# --- links ---
clean
xnetns add live
before=$(readlink /proc/$member/ns/net)
for target in /proc/$member/ns/net ../../proc/$member/ns/net /proc/$ended/ns/net /nosuch/file /etc/hostname; do
	ln -s "$target" /run/netns/web
	run xnetns delete web
	is "a link to $target is deleted" "$status,$err,$(ls /run/netns)" "0,,live"
	ln -s "$target" /run/netns/web
	run xnetns --all delete
	[ "$target" != /etc/hostname ] || xnetns delete web
	is "--all: a link to $target is deleted" "$status,$err,$(ls /run/netns)" "0,,"
	xnetns add live
done
is "the process is where it was" "$(readlink /proc/$member/ns/net)" "$before"
ln -s live /run/netns/alias
run xnetns delete alias
is "a link to a mount is not, as the mount would go" "$status,$(ls /run/netns | tr '\n' ,)" 1,alias,live,
run xnetns --all delete
is "--all: first the name that it leads to, then the link" "$status,$err,$(ls /run/netns)" "0,,"
ln -s /proc/$living/ns/net /run/netns/web
run xnetns delete --explain web
is "--explain removes nothing" "$status,$(readlink /run/netns/web)" 0,/proc/$living/ns/net
run xnetns gc
is "gc leaves a link to a process that lives" "$status,$out,$(ls /run/netns)" "0,,web"
rm /run/netns/web

ln -s /proc/$ended/ns/net /run/netns/web
ln -s /nosuch /run/netns/nowhere
is "list has links that lead nowhere" "$(xnetns list | sort | tr '\n' ,)" nowhere,web,
run xnetns exec web true
like "exec: no such file" "$status,$err" '^255,xnetns: cannot open network namespace "web": No such file'
if [ -n "$on_host" ]; then
	is "stale: the process has ended" "$(line web -d)" "web (stale: the process has ended)"
	is "JSON" "$(xnetns -j list | grep -o '{"name":"web"[^}]*}')" '{"name":"web","stale":true,"state":"stale"}'
	run xnetns exec web true
	like "exec says so" "$err" "hint: it is a link to a process, which has ended; 'xnetns gc' removes it"
	run xns doctor
	like "doctor says so" "$out" 'web: a stale name: a link to a process that has ended'
	# shellcheck disable=SC2046
	run xnetns delete --explain $(line web -d)
	is "the mark is taken back" "$status,$err" "0,"
	run xnetns gc
	is "gc removes it" "$status,$(printf '%s\n' "$out" | grep web),$(ls /run/netns)" \
		"0,removed web: stale: the process has ended,nowhere"
	ln -s /proc/$ended/ns/net /run/netns/web
	run xnetns add web
	is "add makes the name anew" "$status,$(stat -c %F /run/netns/web)" "0,regular empty file"
else
	run xnetns gc
	like "a /proc of a pid namespace does not show every process" "$out" \
		'^left web: it is a link to a process that this /proc does not show$'
fi
run xnetns gc
like "a path may exist in another mount namespace" "$out" \
	'^left nowhere: it is a link to what another mount namespace may have$'
run xnetns gc --unseen nowhere
is "gc --unseen removes it" "$status,$out,$(ls /run/netns | grep -c nowhere)" \
	"0,removed nowhere: it leads nowhere here,0"

# --- a sysfs of that network is there already ---
clean
if can_mount_sysfs; then
	xnetns add n
	succeeds "exec in exec" xnetns exec n xnetns exec n true
	is "the devices are those of the namespace" "$(xnetns exec n xnetns exec n ls /sys/class/net)" lo
	xnetns attach here $$
	succeeds "exec in our own namespace" xnetns exec here true
	is "mounts below /sys stay" "$(xnetns exec n xnetns exec n awk '$5 ~ "^/sys/" { print $5 }' /proc/self/mountinfo)" \
		"$(xnetns exec n awk '$5 ~ "^/sys/" { print $5 }' /proc/self/mountinfo)"
else
	skip "exec in exec" "this user namespace may not mount a sysfs"
fi

kill $living $member
done_testing
