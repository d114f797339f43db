# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by the scripts that try this source in fresh roots of Debian: real root and debootstrap make
# them below roots/ of the build directory, and they go when the script ends. What was said in them,
# apt's words too, stays in roots/NAME.log.
set -u
top=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
build=${XNS_BUILDDIR:-$top/build}
roots=$build/roots
results=0 failures=0

skip_all()
{
	echo "1..0 # SKIP $1"
	exit 77
}

# result STATUS TEXT: one line of TAP
result()
{
	results=$((results + 1))
	if [[ $1 = 0 ]]; then
		echo "ok $results - $2"
	else
		failures=$((failures + 1))
		echo "not ok $results - $2"
	fi
}

done_testing()
{
	echo "1..$results"
	[[ $failures = 0 ]]
}

# make_root NAME SUITE: the smallest system of debootstrap's, and nothing else
make_root()
{
	rm -rf --one-file-system -- "${work:?}/$1"
	debootstrap --variant=minbase "$2" "$work/$1" >"$roots/$1.log" 2>&1
}

# copy_root FROM TO: another one that is as fresh
copy_root()
{
	rm -rf --one-file-system -- "${work:?}/$2"
	cp -a "$work/$1" "$work/$2" && : >"$roots/$2.log"
}

remove_root()
{
	rm -rf --one-file-system -- "${work:?}/$1"
}

# in_root NAME COMMAND...: in namespaces that end with it. Not by chroot, in which the kernel creates no
# user namespace; /dev because the tests open terminals.
in_root()
{
	local root=$work/$1
	shift
	# shellcheck disable=SC2016 # those of the inner shell
	"$build/xunshare" --mount sh -c 'mount --rbind /dev "$1/dev" &&
		root=$1 xunshare=$2 && shift 2 &&
		exec "$xunshare" -puif --kill-child --root "$root" --pivot --mount-proc --wd / "$@"' \
		sh "$root" "$build/xunshare" env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
		HOME=/root LC_ALL=C DEBIAN_FRONTEND=noninteractive "$@" </dev/null
}

# unpack NAME DIRECTORY: what a clone has, by git, or what this release has
unpack()
{
	mkdir -p "$work/$1/$2" || return
	if git -C "$top" rev-parse HEAD >/dev/null 2>&1; then
		git -C "$top" archive HEAD | tar -x -C "$work/$1/$2"
	else
		make -s -C "$build" dist && tar -xJf "$build"/xns-*.tar.xz --strip-components=1 -C "$work/$1/$2"
	fi
}

begin()
{
	[[ $(id -u) = 0 && $(awk '{ print $3; exit }' /proc/self/uid_map) = 4294967295 ]] ||
		skip_all "only root can make a root of Debian"
	command -v debootstrap >/dev/null || skip_all "no debootstrap"
	mkdir -p "$roots" || skip_all "cannot make $roots"
	work=$(mktemp -d "$roots/run.XXXXXX") || skip_all "cannot write to $roots"
	trap 'rm -rf --one-file-system -- "$work"' EXIT
	trap 'exit 130' INT TERM HUP
}
