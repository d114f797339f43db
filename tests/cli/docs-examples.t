#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The examples in README.md and the manual pages are run, and print what is shown. tests/README.md,
# "Documents are tests", says how an example is written.
# shellcheck disable=SC2086 # lists of words
. "${0%/*}/docs.sh"
# shellcheck source=tests/cli/cgroups.sh
. "${lib_self%/*}/cgroups.sh"

# --- examples -------------------------------------------------------------------------------------

# Root's PATH may have directories that an ordinary user may not even search.
user_path=$bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

is_message()
{
	for message_of in xns $applets; do
		case $1 in
		"$message_of: "*) return 0 ;;
		esac
	done
	return 1
}

# A directory that can be somebody's root: a few programs and what they are linked with.
make_rootfs()
{
	rootfs=$work/rootfs
	mkdir -p "$rootfs/proc" "$rootfs/bin" "$rootfs/tmp" "$rootfs/etc"
	for program in sh ps mount cat id ls hostname; do
		program=$(command -v "$program") || continue
		cp -L "$program" "$rootfs/bin"
		ldd "$program" | grep -o '/[^ ]*' | while read -r library; do
			mkdir -p "$rootfs${library%/*}"
			[ -e "$rootfs$library" ] || cp -L "$library" "$rootfs$library"
		done
	done
}

# Whether the block is about containers and services, which are made for it.
needs_population()
{
	grep -q -e 'container:' -e CONTAINER -e WHOSE -e '[.]service' -e 'xns doctor' "$1"/*.command && [ "$document" = xnsls.8 ]
}

# The commands of a block, each with its output and status in files beside it. $1: the block
write_script()
{
	echo "cd '$place' || exit"
	! needs_population "$1" || echo "tree='$tree'; . '$XNS_SRCDIR/tests/cli/docs-population.sh'"
	for command in "$1"/*.command; do
		echo "{"
		cat "$command"
		echo "} >'${command%.command}.out' 2>&1"
		echo "echo \$? >'${command%.command}.status'"
	done
}

judge_command()
{
	base=${1%.command}
	title="$2: $(one_line "$(cat "$1")")"
	expected=$(cat "$base.expected")
	out=$(cat "$base.out" 2>/dev/null)
	err=
	status=$(cat "$base.status" 2>/dev/null)
	last_run=$(cat "$1")
	if [ -z "$status" ]; then
		fail "$title: is reached"
		return
	fi
	if is_message "$expected"; then
		ok "$title: fails" test "$status" != 0
	else
		is "$title: succeeds" "$status" 0
	fi
	if [ -n "$expected" ]; then
		ok "$title: prints what is shown" \
			matches "$(one_line "$out")" "$(pattern_of "$expected")"
	fi
}

# $1: the block, $2: the document's name
run_block()
{
	place=$(mktemp -d "$work/place.XXXXXX")
	ln -s "$rootfs" "$place/rootfs"
	# With a /run of its own, where names of network namespaces are made.
	set -- "$1" "$2" unshare -m --propagation private \
		sh -c 'mount -t tmpfs tmpfs /run && exec "$@"' sh \
		unshare -muinpf --mount-proc --propagation private --kill-child
	case $(sort -u "$1/prompts" | tr -d '\n') in
	'#') set -- "$@" env HOME="$work/roothome" ;;
	'$')
		chown "$user_uid:$user_gid" "$place" "$1"
		set -- "$@" setpriv --reuid "$user_uid" --regid "$user_gid" --clear-groups \
			env -u SHELL "HOME=$home" USER=tester \
			"PATH=$user_path"
		;;
	*)
		fail "$2: one block, one kind of prompt: $(cat "$1"/01.command)"
		return
		;;
	esac
	block=$1 document=$2
	shift 2
	write_script "$block" >"$block/script"
	run "$@" sh "$block/script"
	for command in "$block"/*.command; do
		judge_command "$command" "$document"
	done
}

has_static_busybox()
{
	busybox=$(command -v busybox) && ! ldd "$busybox" >/dev/null 2>&1
}

# The blocks in $work/text. $1: the document's name
run_blocks()
{
	blocks=$work/blocks/$1
	mkdir -p "$blocks" "$work/roothome"
	awk -v what=sessions -v dir="$blocks" -f "$docs" "$work/text"
	for block in "$blocks"/*/; do
		[ -e "$block/prompts" ] || continue
		for missing in $unbuilt; do
			grep -qwF "$missing" "$block"*.command || continue
			skip "$1: $(one_line "$(cat "$block"*.command)")" "built without $missing"
			continue 2
		done
		if ! has_static_busybox && grep -qw busybox "$block"*.command; then
			skip "$1: $(one_line "$(cat "$block"*.command)")" "no static busybox"
			continue
		fi
		document=$1
		if needs_population "$block" && [ -z "${XNS_CGROUP:-}" ]; then
			skip "$1: $(one_line "$(cat "$block"*.command)")" "no cgroups can be made"
			continue
		fi
		run_block "${block%/}" "$1"
	done
}

# Prints what make would do in the build directory. $1: its arguments
make_would()
{
	# Not by the jobserver of the make that runs this test.
	# shellcheck disable=SC2086 # a list of words
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make -n -C "$XNS_BUILDDIR" $1 >"$work/would" 2>&1
}

# $1: "sudo cp FROM TO", where FROM is a file that make install has put there
copies_what_is_installed()
{
	copied=${1##* }
	from=${1#sudo cp }
	from=${from%% *}
	make_would "install prefix=/usr/local" && grep -qF "'${from%/*}'" "$work/would"
}

# "./bootstrap run" would build in the tree that is being tested, so its command line is run instead;
# of what would install something it is seen that it could.
run_sh_line()
{
	title="README.md: $1"
	case $1 in
	'./bootstrap run '*)
		run sh -c "xns ${1#* run }"
		is "$title: succeeds" "$status" 0
		;;
	'./bootstrap '*) ok "$title: is known" grep -q "^${1#* })\$" "$XNS_SRCDIR/bootstrap" ;;
	'make -C build '* | 'sudo make -C build '*) ok "$title: can be made" make_would "${1#*build }" ;;
	'sudo cp '*) ok "$title: the file is there" copies_what_is_installed "$1" ;;
	'sudo apparmor_parser -r '*) is "$title: takes the copy" "${1##* }" "$copied" ;;
	*) fail "$title: is run by a test" ;;
	esac
}

run_sh_lines()
{
	{
		awk -v what=fences -v kind=sh -f "$docs" "$readme"
		grep -oE '`(sudo )?make -C build [^`]*`' "$readme" | tr -d '`'
	} | tr -d '\f' | grep . >"$work/lines"
	ok "README.md has lines for a shell" test -s "$work/lines"
	while read -r line; do
		run_sh_line "$line"
	done <"$work/lines"
}

# --------------------------------------------------------------------------------------------------

if is_real_root; then
	! can_own_cgroups || own_cgroups
	private_etc
	make_rootfs
	run_sh_lines
	awk -v what=fences -v kind=console -f "$docs" "$readme" >"$work/text"
	run_blocks README.md
	[ -n "$have_mandoc" ] || pages=
	for page in $pages; do
		mandoc -T html "$page" | awk -v what=blocks -f "$docs" >"$work/text"
		run_blocks "${page##*/}"
	done
	[ -z "${XNS_CGROUP:-}" ] || leave_cgroups
else
	skip "the examples work" "not root"
fi
done_testing
