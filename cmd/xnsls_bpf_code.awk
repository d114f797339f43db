# SPDX-License-Identifier: GPL-2.0-or-later
# From the skeleton that "bpftool gen skeleton -L" writes: the loader program and its data, which is
# all that xnsls_scan_bpf.c needs. The texts begin behind a line that ends in "\ and end with ";
/opts[._](data|insns)( __attribute__.*| *\[\].*)? = .*"\\$/ {
	name = /insns/ ? "insns" : "data"
	printf "static const char bpf_%s[] = \"\\\n", name
	inside = 1
	found++
	next
}
inside {
	print
	inside = !/";$/
}
END {
	exit found == 2 ? 0 : 1
}
