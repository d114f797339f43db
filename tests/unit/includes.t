#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The architecture: which directories the files of a directory may include. There are no exceptions.
LC_ALL=C
export LC_ALL
cd "${XNS_SRCDIR:-.}" || exit 1

# A directory of common/ by its name; "." is cmd/ itself, and "cmd" each directory in it.
awk '
function report(name, wrong) {
	printf "%sok %d - %s\n%s", wrong == "" ? "" : "not ", ++n, name, wrong
	failed = failed || wrong != ""
}
function name_of(directory) {
	sub(/^common\//, "", directory)
	return directory == "cmd" ? "." : directory
}
FNR == NR { split($0, row, ": *"); allowed[row[1]] = " " row[2] " "; next }
FNR == 1 { from = FILENAME; sub(/\/[^\/]*$/, "", from); from = name_of(from); seen[from] = 1 }
/^#[ \t]*include "/ {
	split($0, quoted, "\"")
	to = quoted[2]
	if (!sub(/\/[^\/]*$/, "", to)) to = "."
	list = from ~ /^cmd\// ? allowed["cmd"] " " substr(from, 5) " " : allowed[from]
	if (index(list, " " to " ") == 0)
		bad[from] = bad[from] "#   " FILENAME ":" FNR ": " $0 "\n"
}
END {
	for (from in seen) report(from " includes what it may", bad[from])
	print "1.." n
	exit failed
}' - cmd/*.[ch] cmd/*/*.[ch] common/*/*.[ch] <<'END_OF_TABLE'
base: base
kernel: base kernel
output: base kernel output
ids: base kernel ids
netns: base kernel inventory netns
inventory: base kernel inventory
workload: base kernel workload
opt: base kernel output ids opt
uplink: base uplink
plan: base ids plan
cgroup: base kernel cgroup
cause: base kernel ids plan cause
apply: base kernel ids uplink plan cgroup cause apply
.: base kernel output ids netns inventory workload cgroup opt plan cause apply .
cmd: base kernel output ids netns inventory workload cgroup opt uplink plan cause apply .
END_OF_TABLE
