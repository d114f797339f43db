#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# xnsls: JSON, raw words, terminals, hostile names, comparison, graphs, and what goes wrong on the way.
# shellcheck disable=SC2046,SC2086
. "${0%/*}/lib.sh"
needs_applet xnsls
in_private_ns "$@"

have_python=$(command -v python3)

# Reads JSON from standard input and evaluates an expression over d.
json() {
	python3 -c 'import json, sys
d = json.load(sys.stdin)
print(eval(sys.argv[1]))' "$1"
}

json_ok() { # NAME EXPRESSION WANT: of the last run
	if [ -z "$have_python" ]; then
		skip "$1" "no python3"
	else
		is "$1" "$(json "$2" <"$outfile" 2>&1)" "$3"
	fi
}

json_documents() {
	run xnsls -J --output-all
	is "-J succeeds" "$status" 0
	json_ok "-J: one document with namespaces" 'sorted(d)' "['namespaces', 'version']"
	json_ok "-J: keys are the columns" \
		'sorted(k for k in d["namespaces"][0] if k != "children")' \
		"$(xnsls -H -J | json 'sorted(set(c["name"].lower() for c in d["columns"]) - {"listen", "links", "mounted"})')"
	json_ok "-J: a member is one of the types" \
		'all(n["type"] in "mnt net ipc user pid uts cgroup time".split() for n in d["namespaces"])' True
	run xnsls -J -l --output-all
	json_ok "-J -l: no children" 'any("children" in n for n in d["namespaces"])' False
	json_ok "-J: numbers are numbers, texts are texts" \
		'all(type(n["ns"]) == int and type(n["nprocs"]) == int and type(n["type"]) == str for n in d["namespaces"])' True
	json_ok "-J: netnsid is a text, or null where it is none" \
		'all((type(n["netnsid"]) == str) == (n["type"] == "net") for n in d["namespaces"])' True
	json_ok "-J: missing is null" \
		'all(n["pns"] is None for n in d["namespaces"] if n["type"] == "uts")' True
	run xnsls -J -Q 'NS == 1'
	json_ok "-J: nothing found" 'd' "{'version': 1, 'namespaces': []}"
	run xnsls -J -T -t user -t uts -o TYPE
	json_ok "-J -T: children" \
		'[n["type"] for n in d["namespaces"] if "children" in n][:1] or sorted(n["type"] for n in d["namespaces"])' \
		"$([ "$mode" = userns ] && echo "['user', 'uts']" || echo "['user']")"
	run xnsls -J -H
	json_ok "-J -H" 'd["columns"][0]["name"], d["columns"][0]["type"]' "('NS', 'number')"
}

# Of a narrow terminal COMMAND gets what the other columns leave.
cuts_only_the_command() {
	command -v script >/dev/null || { skip "a narrow terminal" "no script(1)"; return; }
	columns=NS,NPROCS,COMMAND,HELDBY
	for width in 80 60 50; do
		run script -qec "stty cols $width; xunshare -ru sh -c 'xnsls -nt uts -p \$\$ -o $columns; :' \
			$(printf '%0200d' 0)" /dev/null
		line=$(echo "$out" | tr -d '\r' | sed -n 1p)
		like "$width columns: HELDBY is whole" "$line" ' sh -c .* process [0-9]+(, \+[0-9]+)?$'
		is "$width columns: the line fits" "$([ ${#line} -le $width ] && echo fits)" fits
	done
}

# In all forms but JSON, whose list is empty.
prints_nothing_without_a_row() {
	for options in '' -l -r '-r -n' -T; do
		# shellcheck disable=SC2086 # words
		run xnsls $options -Q 'PID == 0'
		is "xnsls $options without a row prints nothing" "$status/$out/$err" 0//
	done
	run xnsls -J -Q 'PID == 0'
	is "xnsls -J without a row has an empty list" "$(echo "$out" | tr -d ' \n')" '{"version":1,"namespaces":[]}'
}

for_each_mode json_documents
for_each_mode prints_nothing_without_a_row
for_each_mode cuts_only_the_command

# Whether a document fits man/xnsls.schema.json, as far as that uses the language of schemas.
schema() {
	run xnsls "$@"
	if [ -z "$have_python" ]; then
		skip "the schema has xnsls $*" "no python3"
		return
	fi
	is "the schema has xnsls $*" "$(python3 -c '
import json, re, sys
schema = json.load(open(sys.argv[1]))
kinds = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool, "null": type(None)}
def fits(value, rule):
    while "$ref" in rule:
        node = schema
        for step in rule["$ref"].split("/")[1:]:
            node = node[step]
        rule = node
    wanted = rule.get("type", list(kinds))
    wanted = [wanted] if isinstance(wanted, str) else wanted
    if not any(type(value) == kinds[w] for w in wanted):
        return False
    if "const" in rule and value != rule["const"] or "enum" in rule and value not in rule["enum"]:
        return False
    if "pattern" in rule and isinstance(value, str) and not re.search(rule["pattern"], value):
        return False
    if isinstance(value, dict):
        if any(k not in value for k in rule.get("required", [])):
            return False
        props = rule.get("properties", {})
        if "properties" in rule and not all(k in props and fits(v, props[k]) for k, v in value.items()):
            return False
    if isinstance(value, list) and not all(fits(v, rule.get("items", {})) for v in value):
        return False
    return "oneOf" not in rule or sum(fits(value, r) for r in rule["oneOf"]) == 1
print(fits(json.load(open(sys.argv[2])), schema))' "$XNS_SRCDIR/man/xnsls.schema.json" "$outfile" 2>&1)" True
}
touch pin
xunshare --uts=pin true
schema -J --output-all
schema -J --output-all -T
schema -J --output-all -l --deep
schema -J "$(readlink /proc/self/ns/uts)"
schema -J -H
schema -J --compare $$ $$
umount pin

# Everything that is hostile in one command line; the bytes are written as octal escapes.
hostile='\0033]0;owned\0007 \0033[2J \0177 \0302\0233 \0342\0200\0256rtl a\0302\0255b\0342\0200\0213c\0357\0270\0217 \0303\0050 \\ "q" \t\n\r end'
hostile_names() {
	cp "$(command -v sleep)" ./sleeper
	# sleep(1) adds its arguments up: what is hostile must be argv[0].
	if ! command -v perl >/dev/null; then
		skip "hostile names" "no perl"
		return
	fi
	text=$(printf %b "$hostile")
	perl -e 'exec { $ARGV[0] } $ARGV[1], "1000"' ./sleeper "$text" &
	pid=$!
	until_ok executes "$pid" sleeper
	for format in "" -l -r -J --dot; do
		run xnsls -p $pid -t pid $format
		is "hostile: xnsls $format succeeds" "$status" 0
		is "hostile: xnsls $format prints no control character" \
			"$(tr -d '\n' <"$outfile" | sed 's/;\t/;/g; s/{\t/{/' | LC_ALL=C grep -c '[[:cntrl:]]')" 0
		unlike "hostile: xnsls $format reverses nothing" "$out" "$(printf '\342\200\256')"
		if command -v iconv >/dev/null; then
			ok "hostile: xnsls $format is valid UTF-8" \
				sh -c "iconv -f UTF-8 -t UTF-8 '$outfile' >/dev/null 2>&1"
		fi
	done
	run xnsls -n -l -o COMMAND $(readlink /proc/self/ns/pid) -Q "PID == $pid"
	is "hostile: as it is shown" "$out" \
		'\x1b]0;owned\x07 \x1b[2J \x7f \xc2\x9b \xe2\x80\xaertl a\xc2\xadb\xe2\x80\x8bc\xef\xb8\x8f \xc3( \ "q" \x09\x0a\x0d end 1000'
	run xnsls -J -o COMMAND $(readlink /proc/self/ns/pid) -Q "PID == $pid"
	json_ok "hostile: JSON has control characters by its own escapes, and the rest as it is shown" \
		'd["namespaces"][0]["command"] == "\033]0;owned\007 \033[2J \\x7f \\xc2\\x9b \\xe2\\x80\\xaertl a\\xc2\\xadb\\xe2\\x80\\x8bc\\xef\\xb8\\x8f \\xc3( \\ \"q\" \t\n\r end 1000"' True
	run xnsls -n -r -o COMMAND $(readlink /proc/self/ns/pid) -Q "PID == $pid"
	unlike "hostile: one word with -r" "$out" ' '
	kill -KILL $pid
	wait $pid 2>/dev/null
}
hostile_names

comparison() {
	xunshare -u -i sleep 1000 &
	pid=$!
	until_ok executes "$pid" sleep
	run xnsls --compare $$ $$
	is "--compare: equal, status" "$status" 0
	unlike "--compare: equal, no mark" "$out" '\*'
	run xnsls --compare $$ $pid
	is "--compare: different, status" "$status" 3
	is "--compare: headings" "$(echo "$out" | head -n 1 | xargs)" "TYPE $$ $pid DIFF"
	is "--compare: a mark where they differ" \
		"$(echo "$out" | awk '$NF == "*" { print $1 }' | sort | xargs)" "ipc uts"
	is "--compare: the numbers" "$(echo "$out" | awk '$1 == "uts" { print $2, $3 }')" \
		"$(readlink /proc/$$/ns/uts /proc/$pid/ns/uts | tr -dc '0-9\n' | xargs)"
	run xnsls --compare $$ $pid $$ -t net -t pid
	is "--compare: only these types, three processes" \
		"$status $(echo "$out" | awk '{ print $1 }' | xargs)" "0 TYPE net pid"
	run xnsls $$ $pid -r --compare -n -t uts
	is "--compare: raw" "$out" "uts $(readlink /proc/$$/ns/uts /proc/$pid/ns/uts | tr -dc '0-9\n' | xargs) *"
	sh -c 'sleep 0 & exec sleep 1000' &
	parent=$!
	while ! zombie=$(pgrep -P $parent -r Z); do sleep 0.05; done
	run xnsls --compare $$ $zombie -r -n -t uts -t pid
	is "--compare: raw, of a zombie: empty where there is none" "$out" \
		"uts $(readlink /proc/$$/ns/uts | tr -dc 0-9)  *
pid $(readlink /proc/$$/ns/pid | tr -dc 0-9) $(readlink /proc/$zombie/ns/pid | tr -dc 0-9) "
	kill -KILL $parent
	wait $parent 2>/dev/null
	run xnsls -J --compare $$ $pid
	is "--compare: JSON, status" "$status" 3
	json_ok "--compare: JSON" \
		'd["equal"], [p["pid"] for p in d["processes"]], [t["type"] for t in d["types"] if not t["equal"]]' \
		"(False, [$$, $pid], ['uts', 'ipc'])"
	for bad in "" "$$" "$$ x" "$$ 4000000"; do
		run xnsls --compare $bad
		is "--compare '${bad#"$$"}': status 1 and one line" "$status $(echo "$err" | grep -vc '^xnsls: hint:')" "1 1"
	done
	kill -KILL $pid
	wait $pid 2>/dev/null
}
comparison

graph() {
	xunshare -p -f --kill-child -r sleep 1000 &
	pid=$!
	has_program() { inner=$(child_of "$pid") && [ "$inner" ] && executes "$inner" sleep; }
	until_ok has_program
	user=$(readlink /proc/$inner/ns/user | tr -dc 0-9)
	number=$(readlink /proc/$inner/ns/pid | tr -dc 0-9)
	run xnsls --dot
	is "--dot succeeds" "$status" 0
	like "--dot: a node for each namespace, with its processes" "$out" \
		"^	\"$number\" \\[label=\"pid:\\[$number\\](\\\\n[^ ]+)?\\\\n$inner sleep 1000\"\\];\$"
	like "--dot: an edge from the parent" "$out" \
		"^	\"$(readlink /proc/self/ns/pid | tr -dc 0-9)\" -> \"$number\";\$"
	like "--dot: a dashed one from the owner" "$out" "^	\"$user\" -> \"$number\" \\[style=dashed\\];\$"
	if command -v dot >/dev/null; then
		ok "--dot: dot(1) takes it" sh -c "dot -T svg '$outfile' >/dev/null"
	fi
	run xnsls --dot -t pid
	unlike "--dot -t pid: no edge to what is not shown" "$out" "\"$user\""
	kill -KILL $pid
	wait $pid 2>/dev/null
}
graph

terminal() {
	run xnsls --color=always -Q 'NS == 1'
	is "colour without rows" "$out" ""
	touch pin
	xunshare --uts=pin true
	run xnsls --color=always -t uts
	like "--color=always: dim without processes" "$out" "$(printf '\033\\[2m')"
	run xnsls --color -t uts
	like "--color alone is always" "$out" "$(printf '\033\\[2m')"
	run xnsls --color=never -t uts
	unlike "--color=never" "$out" "$(printf '\033')"
	run xnsls -t uts
	unlike "no colour into a file" "$out" "$(printf '\033')"
	if command -v script >/dev/null; then
		run env TERM=xterm script -qc 'stty cols 40 rows 24; xnsls -t uts -u' /dev/null
		like "colour on a terminal" "$out" "$(printf '\033\\[2m')"
		run env TERM=xterm NO_COLOR=1 script -qc 'stty cols 50 rows 24; xnsls -t uts' /dev/null
		unlike "NO_COLOR" "$out" "$(printf '\033\\[')"
		is "lines are cut to the width" "$(echo "$out" | tr -d '\r' | awk 'length > 50')" ""
		run env TERM=dumb script -qc 'stty cols 40 rows 24; xnsls -t uts -u' /dev/null
		unlike "no colour on a dumb terminal" "$out" "$(printf '\033\\[')"
		run sh -c 'xnsls $(readlink /proc/self/ns/uts) | awk "length > 40" | wc -l'
		wide=$out
		run env TERM=dumb script -qc 'stty cols 40 rows 24; xnsls -u $(readlink /proc/self/ns/uts)' /dev/null
		ok "-u does not cut" test "$(echo "$out" | awk 'length > 42' | wc -l)" -ge 1
		[ "$wide" -ge 1 ] || note "no wide line"
	else
		skip "terminals" "no script"
	fi
	umount pin
}
terminal

output_errors() {
	for format in "" -l -r -J --dot -H "-H -J" "--compare $$ $$" "-J --compare $$ $$"; do
		run sh -c "xnsls $format >/dev/full"
		is "full disk: xnsls $format" "$status $err" \
			"1 xnsls: cannot write to standard output: No space left on device"
	done
	run sh -c 'xnsls >&-'
	is "closed output: status" "$status" 1
	run sh -c 'i=0; while [ $i -lt 20 ]; do xnsls -r | head -n 1; i=$((i + 1)); done'
	is "closed pipe: nothing is said" "$err" ""
}
output_errors

filter_faults() {
	run xnsls -Q 'USER != "root" and )'
	is "filter: the message, the expression, the place" "$status $err" \
		"1 xnsls: filter: a column, a number or a string expected, not ')' (see 'xnsls --help')
  USER != \"root\" and )
                     ^"
	run xnsls -Q "$(printf 'NS == "\303\251\033" x')"
	is "filter: the caret below what is shown" "$(echo "$err" | tail -n 2)" \
		"  NS == \"é\\x1b\" x
                ^"
	run env LC_ALL=C.UTF-8 xnsls -Q "$(printf 'NS == "\346\274\242e\314\201" x')"
	is "filter: wide characters, and some that combine" "$(echo "$err" | tail -n 1)" "              ^"
	run xnsls -Q 'NPROCS > 1 and TYPE =~ "^u"' -n -l -o TYPE
	is "filter: what fits" "$(echo "$out" | sort -u | xargs)" "user uts"
	run xnsls -n -r -o PID "$(readlink /proc/self/ns/uts)" -Q "PID == $$"
	is "filter: also processes" "$out" $$
}
filter_faults

# Bytes that are no characters of the locale.
other_locale() {
	xunshare -u sh -c 'echo >ready; sleep 1000; : "$0"' "$(printf 'caf\303\251')" &
	pid=$!
	until_ok test -e ready
	uts=$(stat -L -c %i "/proc/$pid/ns/uts")
	for way in -l -r; do
		run env LC_ALL=C xnsls -n $way -o COMMAND -Q "NS == $uts"
		like "a command line in UTF-8, in the locale C: $way" "$status $out" '^0 sh.*caf'
	done
	run env LC_ALL=C xnsls -n -l -o COMMAND,NS -Q "NS == $uts"
	like "bytes above ASCII are escaped in its table" "$out" 'caf.xc3.xa9 [0-9]'
	pkill -KILL -P $pid
	kill -KILL $pid
	wait $pid 2>/dev/null
	rm ready
}
other_locale

# Some hundred processes are born and die while it runs.
churn() {
	sh -c 'while :; do for i in 1 2 3 4 5 6 7 8; do /bin/true & done; wait; done' &
	pid=$!
	xunshare -u sleep 1000 &
	steady=$!
	until_ok executes "$steady" sleep
	bad=0
	i=0
	while [ $i -lt 60 ]; do
		xnsls -n -r -o PID -Q 'HELDBY and COMMAND == "sleep 1000"' >found 2>said ||
			bad=$((bad + 1))
		grep -qx $steady found || bad=$((bad + 1))
		[ ! -s said ] || bad=$((bad + 1))
		i=$((i + 1))
	done
	is "60 runs while processes come and go: complete, quiet, status 0" "$bad" 0
	kill -KILL $pid $steady
	wait $pid $steady 2>/dev/null
}
churn
done_testing
