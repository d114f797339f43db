#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# make fuzz: builds the fuzz targets in fuzz/ with clang, libFuzzer and the sanitizers, and runs each
# for as many seconds as the argument says. The seeds stay as they are; what is new goes to
# fuzz/found, and an input that breaks a property to fuzz/.
set -eu
seconds=$1
mkdir -p fuzz
cd fuzz
[ -e Makefile ] || "$XNS_SRCDIR/configure" -q CC=clang CFLAGS="-g -O1 -fsanitize=fuzzer-no-link" \
	--enable-sanitizers
# shellcheck disable=SC2086 # a list
make -s -j2 LDFLAGS=-fsanitize=fuzzer $XNS_FUZZ_TARGETS
for target in $XNS_FUZZ_TARGETS; do
	name=${target##*/}
	mkdir -p "found/$name"
	echo "$name: $seconds s"
	"$target" -max_total_time="$seconds" -max_len=4096 -timeout=10 -print_final_stats=1 \
		-artifact_prefix="$name-" "found/$name" "$XNS_SRCDIR/tests/fuzz/corpus/$name" \
		>"$name.log" 2>&1 || { tail -40 "$name.log"; exit 1; }
	grep -E "number_of_executed_units|new_units_added" "$name.log"
done
