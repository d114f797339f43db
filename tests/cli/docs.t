#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The documents: lint, options against the option tables, examples that are run, names that exist.
# HACKING.md, "Documents are tests", tells how an example is written.
# shellcheck disable=SC2013,SC2086 # lists of words
. "${0%/*}/lib.sh"
in_private_ns

docs=$XNS_SRCDIR/tests/cli/docs.awk
readme=$XNS_SRCDIR/README.md
hacking=$XNS_SRCDIR/HACKING.md
pages=$(find "$XNS_SRCDIR/man" -name '*.[1-9]' | sort)
applets=$(xns --list)
have_mandoc=$(command -v mandoc)

# Those that this build has no library for: their examples cannot be run.
unbuilt=$(sed -n 's/^	{ "\(x[a-z]*\)", .*/\1/p' "$XNS_SRCDIR/cmd/main.c" |
	grep -vxF "$applets")

# --- pages ----------------------------------------------------------------------------------------

# Whether a page of another package is installed here is no matter of style.
mandoc_complaints()
{
	mandoc -T lint "$1" 2>/dev/null | grep -v 'referenced manual not found'
}

# man-db's; other implementations have no --warnings.
man_complaints()
{
	{ man --warnings -E UTF-8 -l -Tutf8 -Z "$1" >/dev/null; } 2>&1
}

lint_page()
{
	if [ -n "$have_mandoc" ]; then
		is "$2: mandoc -T lint is content" "$(mandoc_complaints "$1")" ""
	else
		skip "$2: mandoc -T lint is content" "no mandoc"
	fi
	if man --version 2>/dev/null | grep -q '^man [0-9]'; then
		is "$2: man --warnings is content" "$(man_complaints "$1")" ""
	else
		skip "$2: man --warnings is content" "no man-db"
	fi
	for section in 'EXIT STATUS' FILES EXAMPLES DIFFERENCES 'SEE ALSO' HISTORY; do
		ok "$2 has $section" grep -Eqi "^\.S[hH] \"?$section\"?$" "$1"
	done
}

# $1: page, $2: its name
tells_since_when()
{
	history=$(sed -n '/^\.Sh HISTORY/,$p' "$1")
	sed -n -e 's/.*\.label = "\([^"]*\)".*/\1/p' -e 's/.*\.since = "\([^"]*\)".*/\1/p' \
		"$XNS_SRCDIR/common/base/ns_types.def" | paste - - >"$work/since"
	while read -r type version; do
		matches "$(one_line "$history")" "*$version*" && matches "$history" "*$type*"
		is "$2: HISTORY has Linux $version, $type namespaces" "$?" 0
	done <"$work/since"
}

# The lists of types that programs and people read, which the compiler cannot compare with the table.
lists_every_type()
{
	run xnsls --help
	help=$(one_line "$out")
	page=$(one_line "$(sed -n '/^.It Fl t , Fl Fl type/,/repeated/p' "$XNS_SRCDIR/man/xnsls.8")")
	schema=$(grep '"type": { "enum": \["mnt"' "$XNS_SRCDIR/man/xnsls.schema.json")
	run xns --complete xnsls --type ''
	for type in $(printf '%s\n' "$out" | sed 1d | cut -f 1); do
		like "xnsls --help: --type has $type" "$help" "only this type:.* ${type}[, ;].*repeatable"
		like "xnsls.8: --type has $type" "$page" "this type: .* $type( |\$)"
		like "xnsls.schema.json has $type" "$schema" "\"$type\""
	done
}

# $1: what is expected, $2: the page without its directory, or a pattern
page_exists()
{
	is "$1" "$(find "$XNS_SRCDIR/man" -name "$2" | wc -l)" 1
}

# $1: page, $2: its name
refers_to_pages_that_exist()
{
	for own in xns $applets; do
		sed -n -e "s/^\.\(It \)\{0,1\}Xr $own \([1-9]\).*/$own.\2/p" \
			-e "s/^\.BR $own (\([1-9]\)).*/$own.\1/p" "$1"
	done | sort -u >"$work/references"
	while read -r reference; do
		page_exists "$2 refers to $reference, which is there" "$reference"
	done <"$work/references"
}

# --- options --------------------------------------------------------------------------------------

# From "-m, --mount[=FILE]" to "-m --mount optional": one line an option. A text follows after two
# blanks in a help text, never in a page.
normalise_options()
{
	sed -n -E -e 's/  +.*//' -e '/^-/!d' \
		-e 's/^(-[^-]), /\1 /' -e 't next' -e ':next' \
		-e 's/^((-[^-] )?--[a-z-]+)\[=.*/\1 optional/p; t' \
		-e 's/^((-[^-] )?--[a-z-]+)$/\1 none/p; t' \
		-e 's/^((-[^-] )?--[a-z-]+) .*/\1 required/p' | sort -u
}

options_of_help()
{
	"$@" --help | sed -n -E 's/^ {1,5}(-)/\1/p' | normalise_options
}

options_of_page()
{
	mandoc -T html "$1" | awk -v what=terms -f "$docs" | normalise_options
}

# $1: page, $2: its name
compare_options()
{
	program=${2%.*}
	[ "$program" = xns ] || [ -x "$bin/$program" ] || return 0
	options_of_help "$program" >"$work/help.options"
	options_of_page "$1" >"$work/page.options"
	ok "$program --help has options" test -s "$work/help.options"
	is "$2 has every option of $program --help, with its argument" \
		"$(comm -23 "$work/help.options" "$work/page.options")" ""
	is "$program --help has every option of $2" \
		"$(comm -13 "$work/help.options" "$work/page.options")" ""
}

# --- words for programs ---------------------------------------------------------------------------

# Between them these command lines have every step that xunshare can plan.
words_of_explain()
{
	xunshare --explain=json --owner 5:5 --setgroups allow --map-users 0:0:1 -T --monotonic 1 \
		--uts=f --init --kill-child --propagation slave --mount-proc --up --hostname h \
		-S 5 -G 5 --keep-caps --no-new-privs --clear-env true
	xunshare --explain=json -l ':a:M::b::/c:F' -R / -w / true
	xunshare --explain=json -R / --pivot --pty true
}

# The kinds of steps of an applet's table. $1: file
words_of_steps()
{
	sed -n 's/^STEP([A-Z_]*, "\([a-z-]*\)",.*/\1/p' "$XNS_SRCDIR/$1"
}

# The first words of the rows of a table in C. $1: file, $2: table
words_of_table()
{
	sed -n "/ $2\[\] = {/,/^};/s/^\t{ \"\([a-z-]*\)\".*/\1/p" "$XNS_SRCDIR/$1"
}

page_has_words()
{
	for word in $(sed -n 's/.*"step": "\(.*\)",.*/\1/p' | sort -u); do
		ok "xunshare.1 has the step '$word' of --explain=json" \
			grep -q "^\.Cm $word\( \|$\)" "$XNS_SRCDIR/man/xunshare.1"
	done
	for word in $(words_of_steps cmd/xnetns/steps.def); do
		ok "xnetns.8 has the step '$word' of --explain=json" \
			grep -Eq "^\.It Cm ([a-z-]+ , )*$word( |$)" "$XNS_SRCDIR/man/xnetns.8"
	done
	for word in $(words_of_table common/cause/ns.c unshare_causes) \
		$(words_of_table common/cause/map.c map_causes); do
		ok "xunshare.1 has the cause '$word' of --check=json" \
			grep -q "^\.Cm $word\( \|$\)" "$XNS_SRCDIR/man/xunshare.1"
	done
}

# --- examples -------------------------------------------------------------------------------------

one_line()
{
	printf '%s' "$1" | tr -s ' \t\n' ' ' | sed 's/^ //; s/ $//'
}

# Root's PATH may have directories that an ordinary user may not even search.
user_path=$bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

# A shell pattern: "..." is anything, the rest stands for itself.
pattern_of()
{
	one_line "$1" | sed -e 's/[][*?\\]/\\&/g' -e 's/ *\.\.\. */*/g'
}

matches()
{
	# shellcheck disable=SC2254 # it is a pattern
	case $1 in
	$2) return 0 ;;
	esac
	return 1
}

is_message()
{
	for message_of in xns $applets; do
		case $1 in
		"$message_of: "*) return 0 ;;
		esac
	done
	return 1
}

# A directory that can be somebody's root: a few programs and what they are linked with.
make_rootfs()
{
	rootfs=$work/rootfs
	mkdir -p "$rootfs/proc" "$rootfs/bin" "$rootfs/tmp" "$rootfs/etc"
	for program in sh ps mount cat id ls hostname; do
		program=$(command -v "$program") || continue
		cp -L "$program" "$rootfs/bin"
		ldd "$program" | grep -o '/[^ ]*' | while read -r library; do
			mkdir -p "$rootfs${library%/*}"
			[ -e "$rootfs$library" ] || cp -L "$library" "$rootfs$library"
		done
	done
}

# The commands of a block, each with its output and status in files beside it. $1: the block
write_script()
{
	echo "cd '$place' || exit"
	for command in "$1"/*.command; do
		echo "{"
		cat "$command"
		echo "} >'${command%.command}.out' 2>&1"
		echo "echo \$? >'${command%.command}.status'"
	done
}

judge_command()
{
	base=${1%.command}
	title="$2: $(one_line "$(cat "$1")")"
	expected=$(cat "$base.expected")
	out=$(cat "$base.out" 2>/dev/null)
	err=
	status=$(cat "$base.status" 2>/dev/null)
	last_run=$(cat "$1")
	if [ -z "$status" ]; then
		fail "$title: is reached"
		return
	fi
	if is_message "$expected"; then
		ok "$title: fails" test "$status" != 0
	else
		is "$title: succeeds" "$status" 0
	fi
	if [ -n "$expected" ]; then
		ok "$title: prints what is shown" \
			matches "$(one_line "$out")" "$(pattern_of "$expected")"
	fi
}

# $1: the block, $2: the document's name
run_block()
{
	place=$(mktemp -d "$work/place.XXXXXX")
	ln -s "$rootfs" "$place/rootfs"
	# With a /run of its own, where names of network namespaces are made.
	set -- "$1" "$2" unshare -m --propagation private \
		sh -c 'mount -t tmpfs tmpfs /run && exec "$@"' sh \
		unshare -muinpf --mount-proc --propagation private --kill-child
	case $(sort -u "$1/prompts" | tr -d '\n') in
	'#') set -- "$@" env HOME="$work/roothome" ;;
	'$')
		chown "$user_uid:$user_gid" "$place" "$1"
		set -- "$@" setpriv --reuid "$user_uid" --regid "$user_gid" --clear-groups \
			env -u SHELL "HOME=$home" USER=tester \
			"PATH=$user_path"
		;;
	*)
		fail "$2: one block, one kind of prompt: $(cat "$1"/01.command)"
		return
		;;
	esac
	block=$1 document=$2
	shift 2
	write_script "$block" >"$block/script"
	run "$@" sh "$block/script"
	for command in "$block"/*.command; do
		judge_command "$command" "$document"
	done
}

# The blocks in $work/text. $1: the document's name
run_blocks()
{
	blocks=$work/blocks/$1
	mkdir -p "$blocks" "$work/roothome"
	awk -v what=sessions -v dir="$blocks" -f "$docs" "$work/text"
	for block in "$blocks"/*/; do
		[ -e "$block/prompts" ] || continue
		for missing in $unbuilt; do
			grep -qwF "$missing" "$block"*.command || continue
			skip "$1: $(one_line "$(cat "$block"*.command)")" "built without $missing"
			continue 2
		done
		run_block "${block%/}" "$1"
	done
}

# What make would do in the build directory. $1: its arguments
make_would()
{
	# Not by the jobserver of the make that runs this test.
	# shellcheck disable=SC2086 # a list of words
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make -n -C "$XNS_BUILDDIR" $1 >"$work/would" 2>&1
}

# $1: "sudo cp FROM TO", where FROM is a file that make install has put there
copies_what_is_installed()
{
	copied=${1##* }
	from=${1#sudo cp }
	from=${from%% *}
	make_would "install prefix=/usr/local" && grep -qF "'${from%/*}'" "$work/would"
}

# "./bootstrap run" would build in the tree that is being tested, so its command line is run instead;
# of what would install something it is seen that it could.
run_sh_line()
{
	title="README.md: $1"
	case $1 in
	'./bootstrap run '*)
		run sh -c "xns ${1#* run }"
		is "$title: succeeds" "$status" 0
		;;
	'./bootstrap '*) ok "$title: is known" grep -q "^${1#* })\$" "$XNS_SRCDIR/bootstrap" ;;
	'make -C build '* | 'sudo make -C build '*) ok "$title: can be made" make_would "${1#*build }" ;;
	'sudo cp '*) ok "$title: the file is there" copies_what_is_installed "$1" ;;
	'sudo apparmor_parser -r '*) is "$title: takes the copy" "${1##* }" "$copied" ;;
	*) fail "$title: is run by a test" ;;
	esac
}

run_sh_lines()
{
	{
		awk -v what=fences -v kind=sh -f "$docs" "$readme"
		grep -o '`make -C build [^`]*`' "$readme" | tr -d '`'
	} | tr -d '\f' | grep . >"$work/lines"
	ok "README.md has lines for a shell" test -s "$work/lines"
	while read -r line; do
		run_sh_line "$line"
	done <"$work/lines"
}

# What cannot be made to happen on this host: its words, but for "hint:", must be in the source.
quotes_real_messages()
{
	cat "$XNS_SRCDIR"/common/*/*.c "$XNS_SRCDIR"/cmd/*.c "$XNS_SRCDIR"/cmd/*/*.c | tr '\n\t' '  ' | sed 's/" *"//g' >"$work/source"
	awk -v what=fences -v kind=text -f "$docs" "$readme" |
		sed -e 's/^hint: //' -e 's/ *\.\.\. */\n/g' | tr -d '\f' | grep . >"$work/quoted"
	ok "README.md quotes messages" test -s "$work/quoted"
	while read -r words; do
		ok "README.md: '$words' is said" grep -qF "$words" "$work/source"
	done <"$work/quoted"
}

# --- README and HACKING ---------------------------------------------------------------------------

lists_the_applets()
{
	is "the table in README.md has the applets of xns --list" \
		"$(sed -n 's/^| `\(x[a-z]*\)` .*/\1/p' "$readme" | sort)" \
		"$(printf '%s\n' $applets $unbuilt | sort)"
	for applet in $applets; do
		page_exists "$applet has a manual page" "$applet.[1-9]"
		ok "xns(1) names $applet" grep -q "^.*Xr $applet [1-9]" "$XNS_SRCDIR/man/xns.1"
	done
}

names_what_exists()
{
	for function in $(grep -o '`[a-z0-9_]*()`' "$hacking" | tr -d '`()' | sort -u); do
		ok "HACKING.md names $function(), which is there" \
			grep -rqwF --include='*.[ch]' -e "$function" "$XNS_SRCDIR/cmd" "$XNS_SRCDIR/common"
	done
	grep -oE '\b(cmd|common|man|tests)/[a-zA-Z0-9_./]*[a-zA-Z0-9]' "$hacking" |
		sort -u >"$work/paths"
	while read -r path; do
		ok "HACKING.md names $path, which is there" test -e "$XNS_SRCDIR/$path"
	done <"$work/paths"
}

# "`NAME()`, `TABLE[]` (FILE", "`NAME()` in FILE" and "(FILE, `NAME()`": a line for each name, and its
# file.
names_beside_files()
{
	name='`[a-zA-Z0-9_]+(\(\)|\[\])`'
	file='(cmd|common)/[a-z0-9_./]+\.c'
	tr -s '\n ' ' ' <"$hacking" |
		grep -oE "($name(, | and ))*$name (\(|in )$file|\($file(, | and )$name(, $name)*" |
		while read -r match; do
			file_of_match=$(echo "$match" | grep -oE "$file")
			for one in $(echo "$match" | grep -oE "$name" | tr -d '`'); do
				echo "$one $file_of_match"
			done
		done | sort -u
}

# A definition begins in the first column, where no call does, and its line does not end in ";".
is_defined_in() # NAME() or TABLE[], FILE
{
	grep -E "^([a-z}].*[ *]|#define )${1%??}[[(]" "$XNS_SRCDIR/$2" | grep -qv ';$'
}

ties_names_to_files()
{
	names_beside_files >"$work/ties"
	ok "HACKING.md names functions beside files" test "$(wc -l <"$work/ties")" -gt 15
	while read -r name path; do
		ok "HACKING.md names $name in $path, which defines it" is_defined_in "$name" "$path"
	done <"$work/ties"
}

# "`cli/NAME.t` (`case`, `case`": the files of that name, and what must be in them.
names_tests_that_exist()
{
	grep -oE '`(unit|cli|compat|fault|fuzz|bench)/[^`]+`( \(`[a-z_]+`(, `[a-z_]+`)*)?' \
		"$XNS_SRCDIR/tests/README.md" | tr -d '`(,' | sort -u >"$work/tests"
	ok "tests/README.md names tests" test -s "$work/tests"
	while read -r test cases; do
		files=$(find "$XNS_SRCDIR/tests/${test%/*}" -name "${test##*/}" -o -name "${test##*/}.c")
		ok "tests/README.md names $test, which is there" test -n "$files"
		for case in $cases; do
			ok "tests/README.md names $case, which $test has" grep -qw -e "$case" $files
		done
	done <"$work/tests"
}

# --------------------------------------------------------------------------------------------------

lists_the_applets
names_what_exists
ties_names_to_files
names_tests_that_exist
for page in $pages; do
	lint_page "$page" "${page##*/}"
	refers_to_pages_that_exist "$page" "${page##*/}"
	tells_since_when "$page" "${page##*/}"
	if [ -n "$have_mandoc" ]; then
		compare_options "$page" "${page##*/}"
	else
		skip "${page##*/} has the options of the program" "no mandoc"
	fi
done

[ ! -x "$bin/xnsls" ] || lists_every_type
quotes_real_messages
words_of_explain >"$work/text"
page_has_words <"$work/text"

if is_real_root; then
	private_etc
	make_rootfs
	run_sh_lines
	awk -v what=fences -v kind=console -f "$docs" "$readme" >"$work/text"
	run_blocks README.md
	[ -n "$have_mandoc" ] || pages=
	for page in $pages; do
		mandoc -T html "$page" | awk -v what=blocks -f "$docs" >"$work/text"
		run_blocks "${page##*/}"
	done
else
	skip "the examples work" "not root"
fi
done_testing
