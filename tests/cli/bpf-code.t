#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# How the BPF programs become a header: the skeletons of each bpftool are understood, and a tool that
# fails or writes something else is named. The tools are stand-ins.
# shellcheck disable=SC2016 # those of the stand-ins
. "${0%/*}/lib.sh"
code=$XNS_SRCDIR/common/inventory/bpf_code.sh
tab=$(printf '\t')
array='[] __attribute__((__aligned__(8))) ='

# $1: clang or bpftool; $2: what its version says; $3: what it does otherwise
stand_in()
{
	printf '#!/bin/sh\ncase $1 in version | --version) echo "%s" ;; *) %s ;; esac\n' "$2" "$3" \
		>"$work/$1"
	chmod 755 "$work/$1"
}

# The lines of a skeleton that matter. $1, $2: what stands before the data and before the program
skeleton()
{
	cat <<-END
		#include <bpf/skel_internal.h>
		${tab}struct bpf_load_and_run_opts opts = {};
		${tab}$1 "\\
		\\x01\\x02\\
		\\x03";
		${tab}$2 "\\
		\\x04\\x05";
		${tab}opts.data_sz = sizeof(opts_data) - 1;
		${tab}opts.insns_sz = sizeof(opts_insn) - 1;
		${tab}err = bpf_load_and_run(&opts);
	END
}

# From the file bpftool.out, if the tools work.
make_code()
{
	rm -f made.inc
	run env BPF_CLANG="$work/clang" BPFTOOL="$work/bpftool" AWK="${AWK:-awk}" \
		sh "$code" "$XNS_SRCDIR/common/inventory" made.inc
}

# $1: the bpftool
is_understood()
{
	make_code
	is "$1: exit status" "$status/$err" 0/
	is "$1: the header has both texts" "$(cat made.inc)" 'static const char bpf_data[] = "\
\x01\x02\
\x03";
static const char bpf_insns[] = "\
\x04\x05";'
	is "$1: only the object is left beside it" "$(echo made.*)" "made.inc made.inc.elf"
}

# $1: what is wrong; $2: an ERE that the message matches
is_refused()
{
	make_code
	is "$1: exit status" "$status" 1
	like "$1: the last line names the tool" "$(printf '%s\n' "$err" | tail -n 1)" \
		"^cannot make the BPF programs: .*$2"
	is "$1: nothing is left" "$(echo made.*)" 'made.*'
}

stand_in clang "Debian clang version 98.7.6 (1)" "cat >/dev/null && echo >made.inc.elf"
stand_in bpftool "bpftool v99.9.0" "cat '$work/bpftool.out'"
skeleton "opts.data = (void *)" "opts.insns = (void *)" >bpftool.out
is_understood "bpftool 7.1"
skeleton "static const char opts_data$array" "static const char opts_insns$array" >bpftool.out
is_understood "arrays"
skeleton "static const char opts_data$array" "static const char opts_insn$array" >bpftool.out
is_understood "bpftool 7.5"

not_understood="does not understand the skeleton of $work/bpftool, version 99\.9\.0\$"
skeleton "static const char opts_data$array" "static const char program$array" >bpftool.out
is_refused "another name" "$not_understood"
skeleton "static const char opts_data$array" "static const char opts_data$array" >bpftool.out
is_refused "one text twice" "$not_understood"
skeleton "static const char opts_data$array" "static const char opts_insn$array" | sed '/x05/,$d' >bpftool.out
is_refused "a text that is cut off" "$not_understood"
: >bpftool.out
is_refused "no output" "$not_understood"

stand_in bpftool "bpftool v99.9.0" "echo odd >&2; exit 1"
is_refused "bpftool fails" "$work/bpftool, version 99\.9\.0, makes no skeleton of them\$"
stand_in clang "clang version 98.7.6" "exit 1"
is_refused "clang fails" "$work/clang, version 98\.7\.6, does not compile inventory/bpf\.bpf\.c\$"
done_testing
