#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Five sandboxes that projects publish as bubblewrap command lines, with xunshare's options: the same view.
# shellcheck disable=SC2086 # options are lists of words
. "${0%/*}/lib.sh"
command -v bwrap >/dev/null || skip_all "no bubblewrap"
in_private_ns "$@"
has_since 5.2 || skip_all "Linux 5.2"

# Lists the mounts that a program sees: where, which part of which file system, read-only or not. Left out: what
# the new /dev covers, which bubblewrap leaves writable; and /proc/bus and others, which it covers for root.
view='awk "{ split(\$6, flags, \",\"); for (i = 7; \$i != \"-\"; i++); print \$5, \$(i + 1), \$4, flags[1] }" /proc/self/mountinfo |
	sed "s,[^ ]*newroot,,; s,  , / ,; s, //, /,; /^.dev.shm tmpfs/d; /^.proc.[a-z-]* proc/d" | sort -u'
# The files of the root, and what can be written.
files='ls -A / | tr "\n" " "; for dir in / /usr /tmp /etc "$PWD" /dev; do
	if (: >"$dir/xns-written") 2>/dev/null; then rm "$dir/xns-written"; echo "$dir is writable"; fi; done
	echo /dev/* /dev/pts/*; echo >/dev/null && echo null; pwd'

# same NAME FILTER: bubblewrap's words are in $1 ..., ours after "--"
same() {
	name=$1
	shift
	theirs='' ours='' now=theirs
	for word; do
		if [ "$word" = == ]; then now=ours; continue; fi
		eval "$now=\"\$$now \$word\""
	done
	for what in "$view" "$files"; do
		run bwrap $theirs sh -c "$what"
		[ "$status" = 0 ] || { skip "$name" "bwrap: $err" && return; }
		wanted=$out
		run xunshare $ours sh -c "$what"
		is "$name" "$out" "$wanted"
	done
}

links="--symlink usr/bin /bin --symlink usr/lib /lib --symlink usr/lib64 /lib64 --symlink usr/sbin /sbin"
our_links="--symlink usr/bin:/bin --symlink usr/lib:/lib --symlink usr/lib64:/lib64 --symlink usr/sbin:/sbin"

sandboxes() {
	project=$home/project
	mkdir -p "$project/.git"
	[ "$(id -u)" != 0 ] || chown -R "$user_uid:$user_gid" "$project"
	cd "$project" || return
	drop=-c
	[ "$mode" = root ] && drop=-m
	# The example of bubblewrap's README.
	same "README: a shell with /usr" --ro-bind /usr /usr $links --proc /proc --dev /dev --unshare-pid --chdir / \
		== $drop -p -f --tmpfs / --ro-bind /usr $our_links --dev /dev --mount-proc -w /
	# An agent in its project directory, the rest read-only.
	same "an agent: read-only, but for the project" --ro-bind / / --dev /dev --proc /proc --tmpfs /tmp \
		--bind "$project" "$project" --unshare-pid --die-with-parent --chdir "$project" \
		== $drop -p --kill-child --ro-bind / --dev /dev --tmpfs /tmp --bind "$project" --mount-proc -w "$project"
	# An agent that may not change the history.
	same "an agent: the history is read-only" --ro-bind / / --dev /dev --proc /proc --bind "$project" "$project" \
		--ro-bind "$project/.git" "$project/.git" --unshare-pid --unshare-net --chdir "$project" \
		== $drop -n -p -f --ro-bind / --dev /dev --bind "$project" --ro-bind "$project/.git" --mount-proc -w "$project"
	# A build without a network.
	same "a build: no network, its own /tmp" --ro-bind /usr /usr --ro-bind /etc /etc $links --dev /dev --proc /proc \
		--tmpfs /tmp --bind "$project" /build --unshare-pid --unshare-net --unshare-ipc --unshare-uts --chdir /build \
		== $drop -n -i -u -p -f --tmpfs / --ro-bind /usr --ro-bind /etc $our_links --dev /dev --tmpfs /tmp \
		--bind "$project:/build" --mount-proc -w /build
	# A viewer of untrusted files, with nothing but libraries.
	same "a viewer: no home, no /etc" --ro-bind /usr /usr $links --dev /dev --proc /proc --tmpfs /home \
		--ro-bind "$project" /in --unshare-pid --unshare-net --unshare-cgroup-try --new-session --chdir /in \
		== $drop -n -p -f --tmpfs / --ro-bind /usr $our_links --dev /dev --tmpfs /home --ro-bind "$project:/in" \
		--mount-proc -w /in
}

# Whoever switches finds each option of bubblewrap in the table of the manual page.
listed() {
	page=$(sed -n '/^\.Ss Options of bubblewrap/,/^\.Sh/p' "$XNS_SRCDIR/man/xunshare.1" | tr ' ' '\n')
	missing=
	for option in $(bwrap --help | sed -n 's/^ *--\([a-z0-9-]*\).*/\1/p' | grep -vxE 'help|version'); do
		printf '%s\n' "$page" | grep -qx -e "$option" || missing="$missing $option"
	done
	is "xunshare(1) has each option of bubblewrap" "$missing" ''
}

for_each_mode sandboxes
listed
done_testing
