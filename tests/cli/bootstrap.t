#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# bootstrap, in copies that hold nothing else: it refuses a path that make cannot build in, before it
# installs anything.
. "${0%/*}/lib.sh"

# Package managers that only leave a mark, and a system that has none of the packages.
mkdir "$work/system"
for name in apt-get dnf apk pacman zypper sudo; do
	printf '#!/bin/sh\necho "%s $*" >>"%s/installed"\n' "$name" "$work" >"$work/system/$name"
	chmod 755 "$work/system/$name"
done
for name in sh cat dirname echo find id mkdir rm sed sort tr env; do
	ln -s "$(command -v "$name")" "$work/system/$name"
done

# $1: a path below $work that gets a copy; $2...: its arguments
bootstrap()
{
	mkdir -p "$work/$1"
	cp "$XNS_SRCDIR/bootstrap" "$work/$1/bootstrap"
	rm -f "$work/installed"
	copy=$work/$1/bootstrap
	shift
	run env PATH="$work/system" sh "$copy" "$@"
}

# $1: the path; $2: how the message calls what is wrong with it
refuses_path()
{
	for command in "run xunshare --version" check tools; do
		title="a path with $2, $command"
		# shellcheck disable=SC2086 # a list of words
		bootstrap "$1" $command
		is "$title: exit status" "$status" 1
		is "$title: one line" "$(printf '%s\n' "$err" | wc -l)" 1
		like "$title: says why" "$err" "^xns: bootstrap: cannot build in '.*': .* a path with $2"
		ok "$title: nothing is installed" test ! -e "$work/installed"
		ok "$title: nothing is made" test ! -e "$work/$1/build"
	done
}

refuses_path "my projects/xns" "a blank"
refuses_path "my	projects" "a blank"
refuses_path "my
projects" "a blank"
refuses_path "it's mine" "a blank"
# shellcheck disable=SC1003 # a backslash
for bad in '\' '"' "'" '`' '#' '$' '&' '*' '?' '(' ')' '[' ']' '<' '>' ';' '|' ':'; do
	bootstrap "a${bad}b" check
	is "a path with $bad" "$status/$(printf '%s\n' "$err" | grep -c "^xns: bootstrap: cannot build in")" 1/1
	ok "a path with $bad: nothing is installed" test ! -e "$work/installed"
done

# Other paths are taken, and what is missing is asked for: the marks above would have been seen. The
# headers are always missing, as there is no compiler.
for good in plain 'a,b+c@d~e^f!g%h=i{j}-k_l.m' 'jürgen'; do
	bootstrap "$good" run xunshare --version
	like "a path like $good is taken" "$(cat "$work/installed")" "^(sudo )?(env .*)?apt-get install .*libcap-ng-dev"
done

# --- arguments for configure ---------------------------------------------------------------------

# A tree whose configure notes its arguments. $1: its path below $work
fake_tree()
{
	mkdir -p "$work/$1/build-aux" "$work/$1/common"
	for file in Makefile.am Makefile.in aclocal.m4 config.h.in configure.ac build-aux/tap-driver.sh common/local.mk; do
		: >"$work/$1/$file"
	done
	printf '#!/bin/sh\necho "configure $*" >>"%s"\n>config.status\n>Makefile\n' "$work/calls" >"$work/$1/configure"
	printf '#!/bin/sh\necho "make $*" >>"%s"\nprintf "#!/bin/sh\\n" >xns\nchmod 755 xns\n' "$work/calls" \
		>"$work/system/make"
	printf '#!/bin/sh\n' >"$work/system/autoreconf"
	chmod 755 "$work/$1/configure" "$work/system/make" "$work/system/autoreconf"
	for name in touch chmod; do
		ln -sf "$(command -v "$name")" "$work/system/$name"
	done
}

# $1: title; $2: the calls that are expected
calls()
{
	is "$1: succeeds" "$status" 0
	is "$1: what is called" "$(tr '\n' ';' <"$work/calls")" "$2"
	: >"$work/calls"
}

fake_tree tree
bootstrap tree run --list
calls "the first time" "configure ;make -s -j2;"
bootstrap tree run --list
calls "again" "make -s -j2;"
XNS_CONFIGURE_ARGS="--a --b"
export XNS_CONFIGURE_ARGS
bootstrap tree run --list
calls "with arguments" "configure --a --b;make -s clean;make -s -j2;"
bootstrap tree run --list
calls "with the same arguments" "make -s -j2;"
unset XNS_CONFIGURE_ARGS
bootstrap tree run --list
calls "without the variable" "make -s -j2;"
XNS_CONFIGURE_ARGS=
export XNS_CONFIGURE_ARGS
bootstrap tree run --list
calls "with an empty variable" "configure ;make -s clean;make -s -j2;"
unset XNS_CONFIGURE_ARGS
ok "the log of the packages is kept" test -e "$work/tree/build/bootstrap.packages.log"

bootstrap "my projects" help
like "its help is shown everywhere" "$out" '^Usage:$'
done_testing
