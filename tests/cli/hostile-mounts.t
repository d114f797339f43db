#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The mount options in root directories that a stranger has prepared and is changing: either they are
# refused, or nothing is mounted over the root and nothing of the host can be reached. Nothing is made
# outside in any case.
# shellcheck disable=SC2086 # options are lists of words
# shellcheck disable=SC2154 # hostile.sh sets some variables
. "${0%/*}/lib.sh"
needs_programs probe stranger
in_private_ns "$@"
has_since 5.2 || skip_all "Linux 5.2"
. "$XNS_SRCDIR/tests/cli/hostile.sh"

source=$outside/source
mkdir "$source"

nothing_is_made() {
	is "$1: nothing was made outside" "$(cd "$outside" && find . | sort | tr '\n' ' ')" "$2"
	is "$1: nothing was made in the root" "$(ls -A "$root/dir" "$root/inside$outside/dir" | tr -d '\n')" \
		"$root/dir:sub$root/inside$outside/dir:"
}

static_places() {
	set_rights
	tries --pivot --bind "$source:/place"
	tries --pivot --tmpfs /place
	# Whose rights they are makes no difference to the rest.
	[ "$mode" = root ] || ! is_real_root || return 0
	tries --pivot --ro-bind "$source:/place"
	tries --pivot --dev-bind "$source:/place"
	tries --pivot --dev /place
	tries --bind "$source:/place"
	if has_since 5.11; then tries --pivot --overlay "$source:/place"; fi
	for way in --pivot ''; do
		tries_below $way --bind "$source:/place/sub"
		tries_below $way --tmpfs /place --bind "$source:/place/sub/../made"
		tries_below $way --symlink text:/place/made
	done
	# Nothing is missing in the host's directories.
	tries_below --pivot --tmpfs /place/made
	nothing_is_made "mounts" ". ./dir ./secret ./source "
}

races() {
	set_rights
	racer="xunshare $rights -R $root"
	for text in .. "dir/..$outside/dir" /old-proc/self/root; do
		for option in "--bind $source:/place" "--ro-bind $source:/place/sub" "--dev /place" \
			"--tmpfs /place --symlink a:/place/b"; do
			clear_place
			mkdir -p "$place/sub"
			ln -s "$text" "$root/x/other"
			race "$place" "$root/x/other" --pivot $option
		done
	done
	# The directory above the place goes out of the root, and another one comes in.
	clear_place
	mkdir -p "$place/sub" "$outside/place/sub"
	race "$place" "$outside/place" --pivot --tmpfs /place/sub
	race "$place" "$outside/place" --pivot --overlay "$source:/place/sub/../sub"
	race "$place" "$outside/place" --bind "$source:/place/sub" --bind "$source:/dir"
	nothing_is_made "races" ". ./dir ./place ./place/sub ./secret ./source "
	rm -rf "$outside/place"
	clear_place
}

# Descriptors that a mount option uses itself must not become the destination.
own_descriptors() {
	set_rights
	for n in 3 4 5 6 7 8 9; do
		clear_place
		link "/old-proc/self/fd/$n"
		for option in "--bind $source:/place" "--tmpfs /place" "--symlink a:/place/b"; do
			run xunshare $rights --pivot -R "$root" $option stranger contained "$secret"
			expect "$option: a link to the descriptor $n" refused
		done
	done
	clear_place
}

for_each_mode static_places
for_each_mode races
for_each_mode own_descriptors
done_testing
