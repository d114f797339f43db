# SPDX-License-Identifier: GPL-2.0-or-later
# Extracts the loader program and its data from the skeleton that "bpftool gen skeleton -L" writes:
# inventory/scan_bpf.c needs no more. Each text begins after a line that ends in "\ and ends with ";.
# The first bpftool assigned them to opts.data and opts.insns, later ones to arrays opts_data and
# opts_insns, and 7.5 to opts_insn. The exit status is 1 unless each is there once, and complete.
/opts[._](data|insns?)( __attribute__.*| *\[\].*)? = .*"\\$/ {
	name = /opts[._]insn/ ? "insns" : "data"
	printf "static const char bpf_%s[] = \"\\\n", name
	inside = 1
	found[name]++
	next
}
inside {
	print
	inside = !/";$/
}
END {
	exit !(found["data"] == 1 && found["insns"] == 1 && !inside)
}
