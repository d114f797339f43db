# SPDX-License-Identifier: GPL-2.0-or-later
# From the skeleton that "bpftool gen skeleton -L" writes: the loader program and its data, which is
# all that inventory/scan_bpf.c needs. The texts begin after a line that ends in "\ and end with ";. Bpftool
# assigned them to opts.data and opts.insns first, then to arrays opts_data and opts_insns, and calls the
# latter opts_insn since 7.5. The exit status is 1 unless each is there once, and whole.
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
