#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Builds for other architectures with Debian's cross compilers and --enable-werror, and runs the unit tests
# there by qemu-user. Each test must have as many results as the same build has here, less those of
# architectures.list. All this in roots of Debian that are made for it. TAP.
# Usage: tests/architectures.sh [ARCHITECTURE...]
. "$(dirname -- "${BASH_SOURCE[0]}")/fresh.sh"

list=$top/tests/architectures.list
libraries="libc6-dev libcap-ng-dev libsmartcols-dev libmnl-dev libjansson-dev libcmocka-dev libsubid-dev"
tools="autoconf automake make gcc libc6-dev procps qemu-user"

# Debian's name, suite, GNU name, emulator. riscv64 came with trixie.
known="i386 trixie i686-linux-gnu qemu-i386
arm64 trixie aarch64-linux-gnu qemu-aarch64
armhf trixie arm-linux-gnueabihf qemu-arm
riscv64 trixie riscv64-linux-gnu qemu-riscv64
s390x bookworm s390x-linux-gnu qemu-s390x"

# prepare SUITE ARCHITECTURE...: a root with the compilers and libraries of all of them
prepare()
{
	local suite=$1 arch wanted=$tools
	shift
	make_root "$suite" "$suite" && unpack "$suite" xns || return
	for arch; do
		in_root "$suite" dpkg --add-architecture "$arch" || return
		wanted+=" crossbuild-essential-$arch ${libraries// /:$arch }:$arch"
	done
	# shellcheck disable=SC2086 # lists of words
	in_root "$suite" sh -c 'apt-get update && apt-get install -y --no-install-recommends "$@" &&
		cd /xns && autoreconf -fi' sh $wanted $libraries >>"$roots/$suite.log" 2>&1
}

# build SUITE DIRECTORY CONFIGURE-ARGUMENT...: the program and all that the tests compile
build()
{
	local suite=$1 dir=$2
	shift 2
	# shellcheck disable=SC2016 # those of the inner shell
	in_root "$suite" sh -c 'mkdir -p "/build/$1" && cd "/build/$1" && shift &&
		/xns/configure --enable-werror --without-bpf "$@" &&
		make -s -j2 && make -s -j2 check TESTS=' sh "$dir" "$@" >"$roots/$dir.log" 2>&1
}

# run_units SUITE DIRECTORY [EMULATOR]: a line "NAME RESULTS" for each test, without those that failed
run_units()
{
	# shellcheck disable=SC2016 # those of the inner shell
	in_root "$1" sh -c 'cd "/build/$1" && printf "%s\n" "include Makefile" \
		"units:" "	@echo \$(UNIT_TESTS)" >units.mk && units=$(make -s --no-print-directory -f units.mk units | tail -n 1) &&
		make -s check check_PROGRAMS= "TESTS=$units" "LOG_COMPILER=${2:+timeout -k 9 3600 $2}"' \
		sh "$2" "${3:-}" >>"$roots/$2.log" 2>&1
	for trs in "$work/$1/build/$2"/tests/unit/*.trs; do
		echo "$(basename "$trs" .trs) $(grep -c '^:test-result: *PASS' "$trs")"
	done
}

# expected ARCHITECTURE: what was counted here, less what the list says
expected()
{
	awk -v arch="$1" 'FNR == NR { if ($1 ~ /^[^#]/ && ($1 == arch || $1 == "all")) less[$2] = $3; next }
		{ print $1, less[$1] == "*" ? 0 : $2 - less[$1] }' "$list" "$roots/here-$2.counts"
}

try()
{
	local arch=$1 suite=$2 triplet=$3 emulator=$4 warnings
	if ! build "$suite" "$arch" --host="$triplet"; then
		result 1 "$arch: builds"
		tail -n 20 "$roots/$arch.log" | sed 's/^/# /'
		return
	fi
	result 0 "$arch: builds"
	warnings=$(grep -c 'warning: ' "$roots/$arch.log")
	result "$warnings" "$arch: without a warning"
	run_units "$suite" "$arch" "$emulator" >"$roots/$arch.counts"
	expected "$arch" "$suite" >"$roots/$arch.expected"
	diff "$roots/$arch.expected" "$roots/$arch.counts" >"$roots/$arch.diff"
	result $? "$arch: $(awk '{ n += $2 } END { print n }' "$roots/$arch.counts") results of unit tests, here $(
		awk '{ n += $2 } END { print n }' "$roots/here-$suite.counts")"
	sed 's/^/# /' "$roots/$arch.diff"
}

begin
wanted=${*:-$(awk '{ print $1 }' <<<"$known")}
for suite in bookworm trixie; do
	mapfile -t rows < <(awk -v suite="$suite" -v wanted=" ${wanted//$'\n'/ } " \
		'$2 == suite && index(wanted, " " $1 " ")' <<<"$known")
	[[ ${#rows[@]} != 0 ]] || continue
	# shellcheck disable=SC2046 # words
	if ! prepare "$suite" $(printf '%s\n' "${rows[@]}" | awk '{ print $1 }'); then
		result 1 "$suite: a root with the cross compilers (see $roots/$suite.log)"
		continue
	fi
	build "$suite" "here-$suite"
	run_units "$suite" "here-$suite" >"$roots/here-$suite.counts"
	for row in "${rows[@]}"; do
		# shellcheck disable=SC2086 # the columns
		try $row
	done
	remove_root "$suite"
done
done_testing
