#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Writes the BPF programs of xnsls as one header for the compiler. configure tries it, and make runs it.
# usage: BPF_CLANG=... BPFTOOL=... AWK=... inventory/bpf_code.sh SOURCE-DIRECTORY OUTPUT
# The last line on standard error names the tool that failed or whose output has an unknown form.
set -u
source=$1
output=$2

cannot()
{
	rm -f "$output.elf" "$output.skeleton" "$output.tmp"
	echo "cannot make the BPF programs: $1" >&2
	exit 1
}

version()
{
	"$1" "$2" 2>/dev/null | sed -n 's/^.*v\(ersion \)\{0,1\}\([0-9][0-9.]*\).*/\2/p' | head -n 1
}

# -g is needed for the types; source lines, a third of the size, are omitted if the compiler finds no
# file.
"$BPF_CLANG" -O2 -g -gno-column-info -Wall -target bpfel -iquote "$source/.." -x c \
	-c -o "$output.elf" - <"$source/bpf.bpf.c" ||
	cannot "$BPF_CLANG, version $(version "$BPF_CLANG" --version), does not compile inventory/bpf.bpf.c"
"$BPFTOOL" gen skeleton -L "$output.elf" name xnsls_bpf >"$output.skeleton" ||
	cannot "$BPFTOOL, version $(version "$BPFTOOL" version), makes no skeleton of them"
"$AWK" -f "$source/bpf_code.awk" "$output.skeleton" >"$output.tmp" ||
	cannot "inventory/bpf_code.awk does not understand the skeleton of $BPFTOOL, version $(version "$BPFTOOL" version)"
mv -f "$output.tmp" "$output" || cannot "no $output"
rm -f "$output.skeleton"
