#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The binary starts, says who it is and knows its applets.
. "${0%/*}/lib.sh"

says_its_version() {
	run xns --version
	is "xns --version succeeds" "$status" 0
	is "xns --version prints name and version" "$(echo "$out" | head -n 1)" "xns $XNS_VERSION"
	is "then the applets" "$(echo "$out" | sed -n 's/^applets: //p')" "$(squeeze "$XNS_APPLETS")"
	lacks=
	while IFS=: read -r macro library lack; do
		if grep -q "^#define HAVE_$macro 1" "$XNS_BUILDDIR/config.h"; then has=yes; else has=no; fi
		[ "$has" = yes ] || lacks="$lacks${lacks:+, }$lack"
		[ -n "$library" ] || continue
		is "whether it has $library" "$has" \
			"$(echo "$out" | grep -q "^libraries, .*: .*$library" && echo yes || echo no)"
	done <<-END
		LIBCAP_NG:libcap-ng:
		LIBSMARTCOLS:libsmartcols:xnsls
		LIBMNL:libmnl:xnetns
		LIBJANSSON:libjansson:names of containers
		LIBSUBID:libsubid:subordinate ids that are not in files
		BPF::xnsls --scan=bpf
	END
	is "what was left out" "$(echo "$out" | sed -n 's/^left out: //p')" "${lacks:-nothing}"
	is "xns --version leaves standard error alone" "$err" ""
}

lists_its_applets() {
	run xns --list
	is "xns --list succeeds" "$status" 0
	for applet in $XNS_APPLETS; do
		like "xns --list names $applet" "$out" "^$applet\$"
	done
}

# The sections of the segments that are mapped with this right, a letter.
sections_with() { # LETTER
	readelf -lW "$bin/xns" | awk -v right="$1" '
		/^  [A-Z]/ && $1 != "Type" { n++ }
		/^  LOAD/ { flags = ""; for (i = 7; i < NF; i++) flags = flags $i; wanted[n - 1] = flags ~ right }
		/^   [0-9]/ && wanted[$1 + 0] { for (i = 2; i <= NF; i++) print $i }'
}

# Linkers for other machines join the two by default, as each segment of its own begins at 64 KB there.
maps_constants_without_code() {
	if ! command -v readelf >/dev/null || [ "$(uname -m)" != x86_64 ]; then
		skip "constants cannot be executed" "no readelf, or another machine than x86_64"
		return
	fi
	sections_with E >"$work/code"
	sections_with W >"$work/variables"
	ok "the code can be executed" grep -qx '\.text' "$work/code"
	ok "constants cannot be executed" sh -c '! grep -q "^\.rodata" "$1"' sh "$work/code"
	is "what can be written cannot be executed" "$(grep -xFf "$work/code" "$work/variables")" ""
}

# As "make install" leaves a directory: relative links.
installs_where_make_did() {
	dest=$(mktemp -d "$home/dest.XXXXXX") && chmod 777 "$dest" && cp "$bin/xns" "$dest/xns"
	for applet in $XNS_APPLETS; do
		ln -s xns "$dest/$applet"
	done
	run "$dest/xns" --install "$dest" --compat
	is "xns --install takes the links of make install as they are" "$status $err" "0 "
	is "and leaves them alone" "$(readlink "$dest/xunshare")" xns
	run "$dest/unshare" --version
	like "the drop-in is ours" "$out" "^unshare from xns,"
	rm "$dest/unshare" && ln -s /bin/true "$dest/unshare"
	run "$dest/xns" --install "$dest" --compat
	is "xns --install replaces no other program" "$status" 1
	is "and names it" "$err" "xns: cannot make the link $dest/unshare: File exists"
	is "which stays" "$(readlink "$dest/unshare")" /bin/true
}

for_each_mode installs_where_make_did
for_each_mode says_its_version
for_each_mode lists_its_applets
maps_constants_without_code
done_testing
