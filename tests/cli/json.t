#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The version of JSON: each object that is a document or a line has it, what old scripts read has none.
. "${0%/*}/lib.sh"
in_private_ns "$@"

# $1: what it is; $2: the last output without blanks
has_version() {
	is "$1: the first key is the version" "$(echo "$2" | head -c 13)" '{"version":1,'
}

document() { # COMMAND...
	run "$@"
	has_version "$*" "$(echo "$out" | tr -d ' \n')"
}

document xunshare --explain=json -Ur true
document xunshare --check=json
document xnsenter --explain=json -t $$ -u true
document xns doctor --json
if [ -x "$bin/xnsls" ]; then
	for options in '' --groups --list-columns --processes "--compare $$ $$"; do
		# shellcheck disable=SC2086 # words
		document xnsls -J $options
	done
	ln -s xns "$bin/lsns"
	run lsns -J -o NS -t uts
	is "lsns -J, by the old name: that of the old tool" "$(echo "$out" | tr -d ' \n' | head -c 21)" \
		'{"namespaces":[{"ns":'
	run lsns -J -H
	is "and the list of columns" "$(echo "$out" | tr -d ' \n' | head -c 16)" '{"lsns-columns":'
fi
if [ -x "$bin/xnetns" ]; then
	document xnetns --explain=json add a
	for command in list list-id identify "gc --dry-run"; do
		# shellcheck disable=SC2086 # words
		run xnetns -j $command
		is "xnetns -j $command: an array, as ip -j prints one" "$(echo "$out" | head -c 1)" "["
	done
fi

run sh -c 'exec 9>lines && xunshare -Ur --status-fd 9 sh -c "exit 3"; cat lines'
is "--status-fd: two lines" "$(echo "$out" | grep -c .)" 2
for line in ready exit; do
	has_version "--status-fd: $line" "$(echo "$out" | grep "\"$line\"")"
done
run sh -c 'exec 9>lines && xunshare -Ur --status-fd 9 /no/program; cat lines'
has_version "--status-fd: failed" "$(echo "$out" | grep '"failed"')"

# A new option for JSON stands in this list, and above.
known="doctor --json
xnsenter --explain
xnetns --explain
xnetns --json
xnetns --pretty
xnsls --json
xnsls --list-columns
xunshare --check
xunshare --explain
xunshare --status-fd"
for applet in $XNS_APPLETS doctor; do
	xns "$applet" --help | sed -En "s/^.* (--[a-z-]+).*[jJ](son|SON).*/$applet \1/p"
done >options
is "each option for JSON is tried here or in xnetns-monitor.t" \
	"$(LC_ALL=C sort -u options)" "$(for applet in $XNS_APPLETS doctor; do
		echo "$known" | grep "^$applet "
	done | LC_ALL=C sort)"
done_testing
