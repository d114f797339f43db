#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# make coverage: how much of common/ and of the pure files of cmd/ the unit tests run. In a build
# directory that was configured with --enable-coverage; wants gcov, which comes with gcc.
# Fails below 95 % of the lines.
LC_ALL=C
export LC_ALL

find common cmd tests -name '*.gcda' -exec rm -f {} +
${MAKE:-make} -s check TESTS="$XNS_UNIT_TESTS" >coverage.log 2>&1 || {
	cat coverage.log
	exit 1
}
# trampoline.c is a program of its own; parse, plan and options are what is pure in cmd/.
for object in common/*.gcno cmd/*_parse.gcno cmd/*_plan.gcno cmd/install.gcno; do
	${GCOV:-gcov} -n "$object" 2>/dev/null
done | awk '
	/^File / { file = $2; gsub(/\047/, "", file); sub(/.*\/(common|cmd)\//, "&", file); next }
	/^Lines executed:/ && file ~ /(common|cmd)\/[a-z_]*\.c$/ {
		percent = $0; sub(/^Lines executed:/, "", percent); sub(/%.*/, "", percent)
		lines = $NF; sub(/.*\//, "", file)
		if (!(file in seen)) {
			seen[file] = 1
			all += lines; run += lines * percent / 100
			printf "%6.2f %% of %4d lines  %s\n", percent, lines, file
		}
		file = ""
	}
	END {
		printf "%6.2f %% of %4d lines  in all\n", 100 * run / all, all
		exit (run / all < 0.95)
	}'
