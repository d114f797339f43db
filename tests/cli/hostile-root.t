#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Root directories that a stranger has prepared, through every option that takes a path inside one:
# either it is refused, or nothing is mounted over the root and nothing of the host can be reached.
# XNS_ROUNDS is how often each race is run.
# shellcheck disable=SC2086 # options are lists of words
. "${0%/*}/lib.sh"
needs_programs probe stranger
in_private_ns "$@"

. "$XNS_SRCDIR/tests/cli/hostile.sh"

has_binfmt() {
	mkdir -p "$work/binfmt"
	[ "$mode" = root ] || rights=-rm
	run xunshare $rights --mount-binfmt="$work/binfmt" true
	[ "$status" = 0 ]
}

static_places() {
	set_rights
	tries --pivot -pf --mount-proc=/place
	tries --pivot -w /place
	tries_below --pivot -pf --mount-proc=/place/sub
	# Whose rights they are makes no difference to the rest.
	[ "$mode" = root ] || ! is_real_root || return 0
	tries_below --pivot -pf --mount-proc=/place/dir
	tries -pf --mount-proc=/place
	tries -w /place
	if has_binfmt; then
		tries --pivot --mount-binfmt=/place
		tries --mount-binfmt=/place
	else
		skip "--mount-binfmt" "$err"
	fi
}

# The default name, and the default place in it.
default_place() {
	set_rights
	for text in .. . / /.. dir/.. "dir/..$outside/dir" nowhere; do
		ln -sfn "$text" "$root/proc"
		for way in --pivot ''; do
			run xunshare $rights -R "$root" $way -pf --mount-proc stranger contained "$secret"
			expect "$way --mount-proc: proc is a link to $text" refused
			run xunshare $rights -R "$root" $way -pf --mount-binfmt stranger contained "$secret"
			expect "$way --mount-binfmt: proc is a link to $text" refused
		done
	done
	rm "$root/proc"
	mkdir "$root/proc"
	for way in --pivot ''; do
		run xunshare $rights -R "$root" $way -pf --mount-proc stranger contained "$secret" proc /proc
		expect "$way --mount-proc: proc is a directory" works
	done
	rmdir "$root/proc"
}

# The same in a path that the user gave.
dots() {
	set_rights
	for way in --pivot ''; do
		for path in .. ../.. /.. /dir/.. /dir/sub/../../.. "/dir/../..$outside/dir" "..$outside/dir"; do
			run xunshare $rights -R "$root" $way -pf --mount-proc="$path" \
				stranger contained "$secret"
			expect "$way --mount-proc=$path" refused
		done
		for path in /dir/../dir ../dir /../dir dir/./../dir/; do
			run xunshare $rights -R "$root" $way -pf --mount-proc="$path" \
				stranger contained "$secret" proc /dir
			expect "$way --mount-proc=$path" works
		done
	done
}

# Our own open directories must not become the working directory: the host's /proc, above all.
own_descriptors() {
	set_rights
	mkdir -p "$root/proc"
	for n in 3 4 5 6 7 8 9; do
		clear_place
		link "/proc/self/fd/$n"
		for way in "-pf" "-rpf" "-rpf --init" "-r" "-pf --kill-child"; do
			run xunshare $rights $way --pivot -R "$root" --mount-proc -w /place \
				stranger contained "$secret"
			expect "$way -w: a link to /proc/self/fd/$n" either
			run xunshare $rights $way -R "$root" --mount-proc -w /place/self \
				stranger contained "$secret"
			expect "$way -w: a directory in a link to /proc/self/fd/$n" either
		done
	done
	clear_place
	rmdir "$root/proc"
}

has_inmate() {
	inmate=$(child_of "$bg")
	[ -n "$inmate" ] && executes "$inmate" sleep
}

# xnsenter --wdns looks a path up in the target's root, and has directories of the host open. They are
# seen there if the target is in the pid namespace of whoever enters.
enters() { # OPTIONS of the target
	start xunshare $rights $1 --kill-child --pivot -R "$root" --mount-proc sleep 300
	until_ok has_inmate || note "$(cat "$errfile")"
	for n in no 3 4 5 6 7 8 9; do
		clear_place
		if [ $n = no ]; then directory; else link "/proc/self/fd/$n"; fi
		for way in "-m --wdns=/place" "-m -p --wdns=/place" "-a --wdns=/place" \
			"-m -r --wdns=/place/../place" "-m -r -p -e --wdns=/place"; do
			run xnsenter -t "$inmate" $words $way "$bin/stranger" contained "$secret"
			what=either
			[ $n = no ] && what=works
			expect "$1, $way: $n" "$what"
		done
	done
	kill -KILL "$bg"
	wait "$bg" 2>/dev/null
}

entered() {
	# A user namespace of its own has another owner than ours.
	if [ "$mode" = userns ]; then
		skip "--wdns" "no rights over the user namespace"
		return
	fi
	set_rights
	words=
	[ "$mode" = root ] || words="-U --preserve-credentials"
	mkdir "$root/proc"
	enters -pf
	# With the proc of a pid namespace that is ours; an ordinary user may not mount that.
	[ "$mode" = root ] && enters -f
	clear_place
	rmdir "$root/proc"
}

races() {
	set_rights
	racer="xunshare $rights -R $root"
	for text in .. "dir/..$outside/dir" /old-proc/self/root; do
		for way in "--pivot -pf --mount-proc=/place" "--pivot -w /place" "-pf --mount-proc=/place"; do
			clear_place
			mkdir "$place"
			ln -s "$text" "$root/x/other"
			race "$place" "$root/x/other" $way
		done
	done
	# The directory above the place goes out of the root, and another one comes in.
	clear_place
	mkdir -p "$place/sub" "$outside/place/sub"
	race "$place" "$outside/place" --pivot -pf --mount-proc=/place/sub
	race "$place" "$outside/place" --pivot -pf --mount-proc=/place/sub/../sub
	rm -rf "$outside/place"
	clear_place
}

# A process inside exchanges them while we enter. Root's target is in our pid namespace, where its proc
# shows our descriptors; an ordinary user may not mount that.
races_with_an_entry() {
	if [ "$mode" = userns ]; then
		skip "--wdns" "no rights over the user namespace"
		return
	fi
	set_rights
	words=
	[ "$mode" = root ] || words="-U --preserve-credentials"
	mkdir "$root/proc"
	own=-pf
	[ "$mode" != root ] || own=-f
	start xunshare $rights $own --kill-child --pivot -R "$root" --mount-proc sleep 300
	until_ok has_inmate || note "$(cat "$errfile")"
	box=$bg
	racer="xnsenter -t $inmate $words"
	for text in .. /old-proc/self/root /proc/self/fd/3 /proc/self/fd/4 /proc/self/fd/5; do
		for way in "-m --wdns=/place" "-a -r --wdns=/place/../place"; do
			clear_place
			mkdir "$place"
			ln -s "$text" "$root/x/other"
			race "$place" "$root/x/other" $way
		done
	done
	kill -KILL "$box"
	wait "$box" 2>/dev/null
	clear_place
	rmdir "$root/proc"
}

# The root directory itself: it is one or the other, never a mixture of both.
root_is_exchanged() {
	set_rights
	mkdir -p "$work/pick"
	ln -sfn "$root" "$work/pick/a"
	ln -sfn "$outside" "$work/pick/b"
	stranger exchange "$work/pick/a" "$work/pick/b" >/dev/null &
	exchanger=$!
	n=0 bad=
	while [ $((n += 1)) -le "$rounds" ]; do
		run xunshare $rights -R "$work/pick/a" --pivot "$bin/stranger" contained "$secret"
		judge
		# 127: there is no program in the other one.
		case $status/$verdict in */contained | */refused | 127/*) ;; *) bad=$verdict && break ;; esac
	done
	kill -KILL $exchanger
	wait $exchanger 2>/dev/null
	is "--root: $rounds rounds while it is exchanged" "$bad" ''
	rm -r "$work/pick"
}

for_each_mode static_places
for_each_mode default_place
for_each_mode dots
for_each_mode own_descriptors
for_each_mode entered
for_each_mode races
for_each_mode races_with_an_entry
for_each_mode root_is_exchanged
done_testing
