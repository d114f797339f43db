# SPDX-License-Identifier: GPL-2.0-or-later
# What tests/cli/docs.t takes out of documents. As output lines, with a form feed before each block:
#   -v what=fences -v kind=console   the insides of Markdown fences of that kind
#   -v what=blocks                   the literal blocks of mandoc's HTML
#   -v what=terms                    the terms of its tagged lists, one a line
# and, from such blocks:
#   -v what=sessions -v dir=DIR      DIR/S/C.command and C.expected for command C of block S, and
#                                    DIR/S/prompts, for the blocks that begin with a prompt

function plain(line)
{
	gsub(/<[^>]*>/, "", line)
	gsub(/&lt;/, "<", line)
	gsub(/&gt;/, ">", line)
	gsub(/&quot;/, "\"", line)
	gsub(/&#x00A0;/, " ", line)
	gsub(/&#x2010;/, "-", line)
	gsub(/&#x2026;/, "...", line)
	gsub(/&amp;/, "\\&", line)
	return line
}

what == "fences" && /^```/ {
	inside = !inside && $0 == "```" kind
	if (inside)
		print "\f"
	next
}
what == "fences" && inside

what == "blocks" && /<pre/ {
	sub(/.*<pre[^>]*>/, "")
	inside = 1
	print "\f"
}
what == "blocks" && inside {
	ends = sub(/<\/pre>.*/, "")
	print plain($0)
	inside = !ends
}

what == "terms" && /<dt/ {
	sub(/.*<dt/, "<dt")
	inside = 1
	text = ""
}
what == "terms" && inside {
	ends = sub(/<\/dt>.*/, "")
	text = text " " $0
	inside = !ends
	if (ends) {
		text = plain(text)
		gsub(/[ \t]+/, " ", text)
		sub(/^ /, "", text)
		print text
	}
}

what == "sessions" && $0 == "\f" {
	begun = decided = more = 0
	next
}
what == "sessions" && !decided {
	decided = 1
	begun = /^[$#] /
	if (begun) {
		base = sprintf("%s/%02d", dir, ++session)
		command = 0
		system("mkdir -p '" base "'")
	}
}
what == "sessions" && begun && (more || /^[$#] /) {
	if (!more) {
		print substr($0, 1, 1) > (base "/prompts")
		file = sprintf("%s/%02d", base, ++command)
		printf "" > (file ".expected")
		$0 = substr($0, 3)
	}
	print > (file ".command")
	more = /\\$/
	next
}
what == "sessions" && begun {
	print > (file ".expected")
}
