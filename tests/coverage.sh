#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# make coverage: what the tests run, in a build directory that was configured with --enable-coverage;
# wants gcov, which comes with gcc. First the unit tests, for what the applets share and the files of
# cmd/ that decide without looking: 95 % of the lines, 90 % of the branches. Then the scripts in addition,
# for all of the program: 85 % of the lines. Fails below any of these.
# A process counts when it ends by itself, so what a test kills or executes away is missing; and those of
# the ordinary user, who may not write here.
LC_ALL=C
export LC_ALL

run_tests()
{
	${MAKE:-make} -s check TESTS="$1" >coverage.log 2>&1
}

# measure LINES BRANCHES OBJECT...: each file's share and that of all, which must not be below these.
measure()
{
	lines=$1
	branches=$2
	shift 2
	for object; do
		${GCOV:-gcov} -b -n "$object" 2>/dev/null
	done | awk -v lines="$lines" -v branches="$branches" '
		function share(part, all) { return all ? 100 * part / all : 100 }
		function show(name, l, run, b, taken) {
			printf "%6.2f %% of %4d lines %6.2f %% of %4d branches  %s\n",
				share(run, l), l, share(taken, b), b, name
		}
		function number(field) { sub(/.*:/, "", field); return field / 100 }
		/^File / {
			file = $2
			gsub(/\047/, "", file)
			match(file, /(common|cmd)\//)
			file = substr(file, RSTART)
			ours = $2 ~ /(common|cmd)\/([a-z]*\/)?[a-z_]*\.c\047$/ && !(file in all_lines)
		}
		ours && /^Lines executed:/ {
			all_lines[file] = $NF
			run_lines[file] = $NF * number($2)
		}
		ours && /^Taken at least once:/ {
			all_branches[file] = $NF
			taken[file] = $NF * number($4)
		}
		END {
			for (file in all_lines) {
				show(file, all_lines[file], run_lines[file], all_branches[file], taken[file])
				l += all_lines[file]; run += run_lines[file]
				b += all_branches[file]; t += taken[file]
			}
			show("in all; wanted are " lines " % and " branches " %", l, run, b, t)
			exit share(run, l) < lines || share(t, b) < branches
		}' >coverage.txt
	failed=$?
	sort coverage.txt | grep -v 'in all;'
	grep 'in all;' coverage.txt
	return $failed
}

status=0
find common cmd tests -name '*.gcda' -exec rm -f {} +

echo "Unit tests, common/ and what decides without looking:"
run_tests "$XNS_UNIT_TESTS" || {
	cat coverage.log
	exit 1
}
measure 95 90 common/base/*.gcno common/kernel/*.gcno common/output/*.gcno common/ids/*.gcno \
	common/opt/*.gcno common/plan/*.gcno common/apply/*.gcno common/cause/*.gcno \
	common/inventory/model.gcno common/inventory/scan_parse.gcno \
	cmd/*/parse.gcno cmd/*/rules.gcno cmd/*/plan.gcno || status=1

# Some scripts compare what is printed to the letter, and gcov prints too where it may not write. That they
# pass is a matter of other builds. xnetns-crash.t is killed at every system call, of which gcov makes a
# thousand in each process, so it would not come to its end.
echo "Unit tests and scripts, the whole program:"
run_tests "$(echo "$XNS_CLI_TESTS" | sed 's,tests/cli/xnetns-crash\.t,,')"
measure 85 0 common/*/*.gcno cmd/*.gcno cmd/*/*.gcno || status=1

exit $status
