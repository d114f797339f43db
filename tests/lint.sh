#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# make lint: clang-tidy, gcc's analyzer and cppcheck over the C sources, shellcheck over the shell
# scripts, and the length of functions and files. Prints the findings, and fails if there is one or a tool is missing
# (./bootstrap tools). Exceptions stand, with the reason, here, in .clang-tidy and in
# .shellcheckrc.
# Runs in the build directory, after make; the arguments are those of the preprocessor.
set -u
shopt -s extglob
export LC_ALL=C
: "${XNS_SRCDIR:?}"
flags=(-std=gnu11 -O1 "$@")
failed=0

# lint NAME FILE... -- COMMAND...: COMMAND succeeds with each of the files.
lint()
{
	local name=$1 files=() start=$SECONDS
	shift
	while [[ $1 != -- ]]; do
		files+=("$1")
		shift
	done
	shift
	if ! command -v "$1" >/dev/null; then
		echo "$name: $1 is missing"
		failed=1
	elif printf '%s\0' "${files[@]}" | xargs -0 -P2 -n1 "$@" >lint.log 2>&1; then
		echo "$name: no finding in ${#files[@]} files ($((SECONDS - start)) s)"
	else
		grep -v ' warnings generated' lint.log
		echo "$name: see above"
		failed=1
	fi
}

# inventory/bpf.bpf.c is for the BPF machine, and includes the kernel's own types.
sources=("$XNS_SRCDIR"/{cmd,cmd/*,common/*}/!(*.bpf).c)
headers=("$XNS_SRCDIR"/{cmd,cmd/*,common/*,tests/*}/*.h)
tests=("$XNS_SRCDIR"/tests/*/*.c)
# By their first lines; what autotools have made is not ours.
mapfile -t scripts < <(find "$XNS_SRCDIR" \( -name .git -o -name 'build*' -o -name '*.cache' -o \
	-name 'configure*' \) -prune -o -type f -exec awk '
		FNR <= 2 && /^#!.*sh$|^# shellcheck shell=/ { print FILENAME; nextfile }
		FNR > 2 { nextfile }' {} +)

printf '%s\n' "${flags[@]}" >compile_flags.txt
lint clang-tidy "${sources[@]}" "${tests[@]}" -- clang-tidy -quiet -p .

# Not malloc-leak: it loses sight of what an array or a list keeps. Valgrind and the sanitizers look for
# leaks while the tests run.
lint "gcc -fanalyzer" "${sources[@]}" -- \
	gcc "${flags[@]}" -fanalyzer -Wno-analyzer-malloc-leak -Werror -S -o /dev/null

# Not style: it wants variables declared in the innermost block, and does not see who reads ELF notes.
# memleak takes _cleanup_free_ for a leak.
includes=()
for ((i = 0; i < ${#flags[@]} - 1; i++)); do
	case ${flags[i]} in
	-include) includes+=("--include=${flags[i + 1]}") ;;
	-iquote) includes+=("-I${flags[i + 1]}") ;;
	esac
done
lint cppcheck "${sources[@]}" "${tests[@]}" -- cppcheck -q --std=c11 --inline-suppr --error-exitcode=1 \
	--enable=warning,performance,portability --suppress=memleak "${includes[@]}"

lint shellcheck "${scripts[@]}" -- shellcheck -P "$XNS_SRCDIR"

lint "length of functions" "${sources[@]}" "${tests[@]}" -- awk '
	FNR == 1 { start = 0 }
	/^{/ { start = FNR }
	/^}/ && start {
		if (FNR - start > 61) {
			print FILENAME ":" start ": a function of " FNR - start - 1 " lines, more than 60"
			bad = 1
		}
		start = 0
	}
	END { exit bad }'

lint "length of C files" "${sources[@]}" "${headers[@]}" -- \
	awk 'FNR == 401 { print FILENAME ": more than 400 lines"; bad = 1 } END { exit bad }'
lint "length of tests in C" "${tests[@]}" -- \
	awk 'FNR == 401 { print FILENAME ": more than 400 lines"; bad = 1 } END { exit bad }'

mapfile -t lists < <(find "$XNS_SRCDIR"/{cmd,common,man,packaging,tests} -name '*.py' -o -name local.mk)
lint "length of other files" "${scripts[@]}" "${lists[@]}" -- \
	awk 'FNR == 451 { print FILENAME ": more than 450 lines"; bad = 1 } END { exit bad }'

# Python looks for its own modules beside the script first.
lint "names of Python files" "${lists[@]}" -- /usr/bin/env python3 -c '
import os, sys
name, kind = os.path.splitext(os.path.basename(sys.argv[1]))
sys.exit(f"{sys.argv[1]} takes the place of a module of Python" if kind == ".py" and name in sys.stdlib_module_names else 0)'

exit $failed
