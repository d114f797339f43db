#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Makes the picture of README.md from what the commands below print here, and writes it to standard
# output. An ordinary user runs it, with the tools of a build first in PATH:
#
#	PATH=$PWD/build:$PATH packaging/terminal.sh >packaging/terminal.svg
#
# tests/cli/picture.t compares the committed picture with a new one.
set -eu
LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin
export LC_ALL PATH

commands()
{
	cat <<'END'
unshare -u true
xunshare -u true
xunshare -r -u --hostname bird sh -c 'hostname; id -un'
xunshare -Urmpf --mount-proc ps -e -o pid,user,args
xunshare --explain -r -u --hostname bird true
END
}

# The user who makes the picture is 1000 in it. The table of ids below the steps is left out.
session()
{
	uid=$(id -u)
	gid=$(id -g)
	commands | while read -r command; do
		printf '$ %s\n' "$command"
		sh -c "$command" 2>&1 </dev/null |
			sed -e '/^uid map (/,$d' -e "s/ 0 \($uid\|$gid\) 1 / 0 1000 1 /"
	done
}

# Lines of at most 112 columns; one that is longer goes on below, indented.
draw()
{
	awk '
	function escaped(text) {
		gsub(/&/, "\\&amp;", text)
		gsub(/</, "\\&lt;", text)
		gsub(/>/, "\\&gt;", text)
		return text
	}
	function add(class, text) {
		lines[++n] = sprintf("<text%s x=\"14\" y=\"%d\">%s</text>", class, 24 + 18 * n, escaped(text))
	}
	{
		class = /^\$ / ? " class=\"typed\"" : /: hint: / ? " class=\"hint\"" : ""
		while (length($0) > 112) {
			for (cut = 112; substr($0, cut, 1) != " "; cut--)
				;
			add(class, substr($0, 1, cut - 1))
			$0 = "    " substr($0, cut + 1)
		}
		add(class, $0)
	}
	END {
		printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"840\" height=\"%d\" xml:space=\"preserve\">\n", 40 + 18 * n
		print "<!-- packaging/terminal.sh made this from what the commands print. -->"
		print "<style>"
		print "text { font: 12px ui-monospace, monospace; white-space: pre; fill: #d8dee9 }"
		print ".typed { fill: #a3e08c; font-weight: bold }"
		print ".hint { fill: #f0c674 }"
		print "</style>"
		print "<rect width=\"840\" height=\"100%\" rx=\"8\" fill=\"#1d2129\"/>"
		for (i = 1; i <= n; i++)
			print lines[i]
		print "</svg>"
	}'
}

[ "$(id -u)" != 0 ] || { echo "packaging/terminal.sh: an ordinary user has to run it" >&2; exit 1; }
session | draw
