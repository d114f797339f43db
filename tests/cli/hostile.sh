# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
# For the scripts hostile-*.t: a root directory, what a stranger makes of a name in it, and the verdict.
# XNS_ROUNDS is how often each race is run.
# shellcheck disable=SC2086 # options are lists of words
# shellcheck disable=SC2154 # lib.sh sets some variables

rounds=${XNS_ROUNDS:-20}

# The host's programs and a place, x, for what the stranger needs.
root=$work/root
outside=$work/outside
secret=$outside/secret
mkdir -p "$root$bin" "$root/dir/sub" "$outside/dir" "$root/inside$outside/dir"
echo secret >"$secret"
for dir in bin sbin lib lib32 lib64 usr; do
	if [ -L "/$dir" ]; then
		cp -P "/$dir" "$root/$dir"
	elif [ -d "/$dir" ]; then
		mkdir "$root/$dir" && mount --rbind "/$dir" "$root/$dir"
	fi
done
mount --bind "$bin" "$root$bin"
mkdir "$root/old-proc" "$root/mounted"
mount --rbind /proc "$root/old-proc"
mount -t tmpfs stranger "$root/mounted"
mkdir "$root/mounted/sub"

# The stranger's variants of the name "place", which the options lead to.
place=$root/place
clear_place() {
	while [ ! -L "$place" ] && mountpoint -q "$place" 2>/dev/null && umount "$place"; do :; done
	if [ -d "$place" ] && [ ! -L "$place" ]; then chmod 755 "$place"; fi
	rm -rf --one-file-system "$place" "$root/x"
	mkdir "$root/x"
}

link() { ln -s "$1" "$place"; }
no() { :; }
file() { : >"$place"; }
fifo() { mkfifo "$place"; }
device() { mknod "$place" c 1 3 2>/dev/null; }
directory() { mkdir -p "$place/sub"; }
closed() { mkdir -m 0 "$place"; }
tmpfs() { mkdir "$place" && mount -t tmpfs stranger "$place" && mkdir "$place/sub"; }
twice() { tmpfs && mount -t tmpfs stranger "$place" && mkdir "$place/sub"; }
bound() { mkdir "$place" && mount --bind "$root/dir" "$place"; }
bound_root() { mkdir "$place" && mount --bind "$root" "$place"; }
loop() { ln -s x/a "$place" && ln -s b "$root/x/a" && ln -s ../place "$root/x/b"; }
# chain N TEXT: N links, the last of which is TEXT
chain() {
	ln -s "$2" "$root/x/1"
	n=1
	while [ $((n += 1)) -lt "$1" ]; do ln -s "$((n - 1))" "$root/x/$n"; done
	ln -s "x/$((n - 1))" "$place"
}
long() { ln -s "$(printf '%02000d' 0 | sed 's,0,./,g')$1" "$place"; }
deep() {
	path=x
	for n in $(seq 90); do path=$path/$n; done
	mkdir -p "$root/$path/sub" && ln -s "$path" "$place"
}

# A row is: what becomes of a mount there (works, refused or either), and how the place is made.
# "either" depends on the rights of the mode. Below /dir/sub/.. a mount would cover the way to itself.
places="refused link ..
refused link .
refused link /
refused link //
refused link /..
refused link ../..
refused link /../../..
refused link ./.
refused link dir/..
refused link /dir/..
refused link dir/../..
refused link dir/sub/../../../..
refused link mounted/..
refused link mounted/sub/../../..
refused link dir/..$outside/dir
refused link ..$outside/dir
refused link /..$outside/dir
refused link ../../..$outside/dir
refused link mounted/../..$outside/dir
refused link $outside/dir
refused link $outside
refused link nowhere
refused link place
refused link x/../place
refused link old-proc/self/root
refused link old-proc/self/cwd
refused link old-proc/self/root$outside/dir
refused link old-proc/1/root
refused link old-proc/self/fd/0
refused link old-proc/self/fd/3
refused link old-proc/self/fd/4
refused link old-proc/self/fd/5
refused link /old-proc/self/fd/6
refused link old-proc/self/exe
refused loop
refused chain 41 ../dir
refused chain 39 ../..
refused chain 39 /..
refused chain 5 ../../..$outside/dir
refused long ..
refused long ../..$outside/dir
refused no
refused file
refused fifo
refused device
refused link x/../bin/sh
works link dir
works link /dir
works link ../dir
works link ../../dir/
refused link /dir/sub/..
works link dir/../../../dir
works link /inside$outside/dir
works link mounted
works link mounted/../dir
works chain 39 ../dir
works chain 39 /dir
works long dir
works deep
works directory
works tmpfs
works twice
works bound
either closed
either bound_root
either link old-proc/self
either link old-proc/sys"

set_rights() {
	rights=-m
	[ "$mode" = root ] || rights=-rm
}

# In one word what happened, or all of it.
judge() {
	if [ "$status/$out/$err" = 0/contained/ ]; then
		verdict=contained
	elif [ "$status/$out" = 1/ ] && printf '%s\n' "$err" | sed 1q | grep -q '^[a-z]*: cannot ' &&
		! printf '%s\n' "$err" | sed 1d | grep -qv '^[a-z]*: hint: '; then
		verdict=refused
	else
		verdict="status $status, $out, $err"
	fi
}

# expect NAME WHAT: works, refused, either
expect() {
	judge
	case $2/$verdict in
	works/contained | refused/refused | either/contained | either/refused) pass "$1" ;;
	*)
		fail "$1: $2"
		note "verdict: $verdict"
		;;
	esac
}

is_made() {
	case $1 in no | link | loop | chain | long) return 0 ;; esac
	[ -e "$place" ]
}

# tries OPTIONS: each place by them
tries() {
	printf '%s\n' "$places" >"$work/places"
	while read -r what how; do
		clear_place
		$how
		if ! is_made $how; then
			skip "$*: $how" "cannot be made here"
			continue
		fi
		case "$*" in
		# A directory is no place for a mount over it, but one to be in; it need not be a root.
		*-w*) [ "$what" != works ] && what=either ;;
		esac
		case "$*" in
		*-proc=*) check="proc /place" ;;
		*-binfmt=*) check="binfmt_misc /place" ;;
		*--tmpfs* | *"--dev "*) check="tmpfs /place" ;;
		*) check= ;;
		esac
		run xunshare $rights -R "$root" "$@" stranger contained "$secret" $check
		expect "$*: $how" "$what"
	done <"$work/places"
	clear_place
}

# The same in a place below, which is there only if the link leads to what has one.
tries_below() {
	printf '%s\n' "$places" >"$work/places"
	while read -r what how; do
		clear_place
		$how
		is_made $how || continue
		run xunshare $rights -R "$root" "$@" stranger contained "$secret"
		expect "$*: $how" either
	done <"$work/places"
	clear_place
}

# race LEFT RIGHT OPTIONS: both names are exchanged meanwhile
race() { # LEFT RIGHT OPTIONS; $racer is the command before these
	left=$1 right=$2
	shift 2
	stranger exchange "$left" "$right" >/dev/null &
	exchanger=$!
	n=0 bad=
	while [ $((n += 1)) -le "$rounds" ]; do
		run $racer "$@" "$bin/stranger" contained "$secret"
		judge
		case $verdict in contained | refused) ;; *) bad=$verdict && break ;; esac
	done
	kill -KILL $exchanger
	wait $exchanger 2>/dev/null
	is "$*: $rounds rounds while ${left#"$work/"} and ${right#"$work/"} are exchanged" "$bad" ''
}
