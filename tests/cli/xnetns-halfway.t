#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Commands that are killed while the process that they have begun is not ready, or has not ended: the next command waits
# for it, and copes with what it leaves. A program stands for pasta and waits at a FIFO; a library has the anchor wait.
netns_programs=gate.so
. "${0%/*}/netns-user.sh"
[ -x /usr/bin/pasta ] || skip_all "no /usr/bin/pasta"
[ -c /dev/net/tun ] || skip_all "no /dev/net/tun"

XNS_MODES="root user"
mkdir tun
mount -t tmpfs -o mode=755,dev tmpfs tun
mknod -m 666 tun/tun c 10 200
mount --bind tun/tun /dev/net/tun
as_user sh -c 'exec 3<>/dev/net/tun' 2>/dev/null || skip_all "/dev/net/tun cannot be opened here"

# Each start is a line of starts; it fails while there are lines in busy, and waits at the gate if there is one.
# Not below /tmp, which pasta sees covered.
state=/run/state
mkdir -m 777 "$state"
mkfifo -m 666 "$state/gate"
cat >stands-for-pasta <<EOF2
#!/bin/sh
case " \$* " in *" --version "*) exit 0 ;; esac
cd $state || exit
echo \$\$ >>starts
if [ -s busy ]; then
	sed -i 1d busy
	echo "TUNSETIFF: Device or resource busy" >&2
	exit 1
fi
[ ! -e closed ] || read -r line <gate
echo \$\$
exec sleep 100000
EOF2
chmod 755 stands-for-pasta
mount --bind stands-for-pasta "$(readlink -f /usr/bin/pasta)"

keepers() { ps -eo pid=,stat=,comm= | awk '$2 !~ /^Z/ && $3 == "xns-uplink" { print $1 }'; }
no_keeper() { [ -z "$(keepers)" ]; }
n_starts() { wc -l <"$state/starts"; }
has_started() { [ -s "$state/starts" ]; }
all_over() {
	for pid; do
		lib_is_over "$pid" || return 1
	done
}
# Whether the kernel has $bg wait for a lock. /proc/locks does not show one whose first holder has ended.
waits_for_lock() { grep -qs lock "/proc/$bg/wchan"; }

begin() {
	rm -f "$state/starts" "$state/busy" "$state/closed"
	run xnetns add blue
	record=/run/xns/uplink/blue
	[ "$mode" = root ] || record=$records/uplink/blue
}

end() {
	run xnetns -d list
	like "$1: the uplink runs" "$out" '^blue .*\(uplink\)$'
	is "$1: once" "$(keepers | wc -l)" 1
	run xnetns delete blue
	is "$1: delete" "$status,$err" 0,
	until_ok no_keeper
	# shellcheck disable=SC2046 # PIDs
	ok "$1: no program that stands for pasta is left" until_ok all_over $(cat "$state/starts")
	is "$1: and no record" "$(ls -A "${record%/*}" 2>/dev/null)" ""
}

the_command() {
	begin
	touch "$state/closed"
	start xnetns uplink blue --host-loopback
	until_ok has_started
	kill -KILL "$bg"
	finish
	rm "$state/closed"
	start xnetns uplink blue --host-loopback
	ok "the command is killed: the next one waits until its uplink is ready" until_ok waits_for_lock
	is "and starts none as long" "$(n_starts)" 1
	echo >"$state/gate"
	finish
	is "then it succeeds" "$status,$err" 0,
	end "the command is killed"
}

the_keeper() {
	begin
	touch "$state/closed"
	start xnetns uplink blue --host-loopback
	until_ok has_started
	kill -KILL "$(keepers)"
	finish
	is "the process that keeps it is killed" "$status,$err" "1,xnetns: the uplink ended before it was ready"
	rm "$state/closed"
	printf 'once\ntwice\n' >"$state/busy"
	chmod 666 "$state/busy"
	run xnetns uplink blue --host-loopback
	is "the next one waits for the device of the one that ends" "$status,$err,$(n_starts)" 0,,4
	end "the keeper is killed"
}

the_end() {
	begin
	run xnetns uplink blue --host-loopback
	keeper=$(keepers)
	kill -STOP "$keeper"
	start xnetns uplink blue --off
	until_ok test ! -s "$record"
	kill -KILL "$bg" "$keeper"
	finish
	printf 'once\ntwice\n' >"$state/busy"
	chmod 666 "$state/busy"
	run xnetns uplink blue --host-loopback
	is "--off is killed: the next one waits for the device of the one that ends" "$status,$err,$(n_starts)" 0,,4
	end "--off is killed"
}

nobody() {
	begin
	echo once >"$state/busy"
	chmod 666 "$state/busy"
	run xnetns uplink blue --host-loopback
	like "a pasta that fails although nobody was killed: that is said" "$status,$err" \
		'^1,xnetns: cannot start the uplink: /usr/bin/pasta failed: TUNSETIFF: Device or resource busy'
	is "and it is not tried again" "$(n_starts)" 1
	run xnetns uplink blue --host-loopback
	is "the next command tries" "$status,$err" 0,
	end "a failure"
}

for part in the_command the_keeper the_end nobody; do
	for_each_mode $part
done

# --- the anchor ---
mode=user
if ! ldd "$bin/xns" >/dev/null 2>&1; then
	skip "an anchor whose command is killed" "a static program loads no library"
	done_testing
fi
gate=$home/gate
as_user mkfifo "$gate"
start env LD_PRELOAD="$bin/gate.so" XNS_GATE="$gate" xnetns add blue
until_ok test -e "$gate.here"
kill -KILL "$bg"
finish
start xnetns add blue
ok "the command is killed: the next one waits until its anchor is ready" until_ok waits_for_lock
as_user sh -c ': >"$0"' "$gate"
finish
is "then it succeeds" "$status,$err" 0,
run xnetns exec --no-sysfs blue true
is "and the name is there" "$status,$err" 0,
run xnetns delete blue
nothing_left "after an anchor that was late"
done_testing
