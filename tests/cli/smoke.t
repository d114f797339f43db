#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The binary starts, says who it is and knows its applets.
. "${0%/*}/lib.sh"

says_its_version() {
	run xns --version
	is "xns --version succeeds" "$status" 0
	is "xns --version prints name and version" "$out" "xns $XNS_VERSION"
	is "xns --version leaves standard error alone" "$err" ""
}

lists_its_applets() {
	run xns --list
	is "xns --list succeeds" "$status" 0
	for applet in $XNS_APPLETS; do
		like "xns --list names $applet" "$out" "^$applet\$"
	done
}

for_each_mode says_its_version
for_each_mode lists_its_applets
done_testing
