# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The library of the scripts tests/cli/*.t: TAP out, POSIX sh in. A whole test:
#
#	#!/bin/sh
#	. "${0%/*}/lib.sh"
#	in_private_ns                           # only if it changes the system
#
#	keeps_the_working_directory() {
#		run xunshare -u pwd
#		is "keeps the working directory" "$out" "$PWD"
#	}
#	for_each_mode keeps_the_working_directory
#	done_testing                            # always the last line
#
# run CMD...           runs CMD for at most 20 s, as the current mode says; sets $status, $out, $err
# start CMD...         the same in the background, with the default action for SIGINT and SIGQUIT, which a
#                      shell's background lacks; $bg is its PID
# finish               waits for it, at most 10 s; sets $status, $out, $err
# until_ok CMD...      tries CMD until it succeeds, for at most 10 s
# child_of PID         the PID of its child, the first if there are several; fails if there is none
# executes PID NAME    whether the process has executed a program of that name
# needs_programs NAME... copies of the helper programs tests/cli/NAME.c in $bin; before in_private_ns
# needs_files PATH...  copies of files of the source tree in $bin; before in_private_ns
# ok NAME CMD...       passes when CMD succeeds: ok "names the file" test -e "$home/file"
# is NAME GOT WANT     passes when both are the same text
# like NAME GOT ERE    passes when a line of GOT matches; unlike NAME GOT ERE when none does
# pass NAME, fail NAME, note TEXT
# squeeze TEXT         prints TEXT on one line, with single blanks
# skip NAME REASON     a counted skip
# skip_all REASON      skips the whole script; before the first result
# for_each_mode FN     calls FN once per mode in $XNS_MODES ("root user userns"), in a clean state:
#     root     as the root of the machine
#     user     as an ordinary user, without any capability
#     userns   as that user, within a user namespace of its own (xunshare -r)
#   $mode names it, results carry it: "keeps the working directory [user]". A mode that is out of
#   reach is one counted skip per FN. XNS_AS=user tests/cli/NAME.t runs only that one.
#   Outside for_each_mode run starts programs as they are.
# as_user CMD...       runs CMD as the ordinary user ($user_uid:$user_gid), whatever the mode
# in_private_ns        goes on in mount and pid namespaces of the script's own. As an ordinary user
#                      these sit in a user namespace, where only the mode userns is left
# in_private_mounts    the same for root, but in the pid namespace we are in: the script has to end every
#                      process that it starts
# private_etc          an /etc of our own, in there: the user "tester" with the ids 100000-165535
# can_be_user          whether as_user works;  is_real_root: whether we are the machine's root
# sees_all_mounts      whether xnetns can find out here what every mount namespace has mounted
# has_since VERSION    whether what came with that Linux is here; kernels.t hides some of it
# has_time             whether there are time namespaces
# has_mount_numbers    whether the numbers of mount namespaces can be seen, if they are needed to pin one
#
# $work  private directory, the working directory at start, removed at the end; all may enter it
# $home  a directory in it that belongs to the ordinary user, and its HOME
# $bin   a copy of xns and its applets in it, first on PATH. The ordinary user may be unable to enter
#        the checkout, so what that user runs or reads of it is copied here
# $outfile, $errfile   what run or start captured, unabridged
#
# By hand: make, then tests/cli/NAME.t (the build is expected in build/, or in $XNS_BUILDDIR).

set -u
LC_ALL=C
export LC_ALL
unset POSIXLY_CORRECT CDPATH ENV
exec </dev/null
umask 022

# A script that is started in the background ignores SIGINT and SIGQUIT, and a shell cannot change that.
# Older versions of timeout(1), and so run, did.
lib_value=0
while read -r lib_name lib_value; do
	[ "$lib_name" != SigIgn: ] || break
done <"/proc/$$/status"
case $lib_value in
*[!0189])
	if [ -z "${XNS_SIGNALS:-}" ] && env --default-signal=INT,QUIT true 2>/dev/null; then
		XNS_SIGNALS=default
		export XNS_SIGNALS
		exec env --default-signal=INT,QUIT "$0" "$@"
	fi
	;;
esac

lib_self=$(cd -- "$(dirname -- "$0")" && pwd)/${0##*/}
: "${XNS_SRCDIR:=${lib_self%/tests/cli/*}}"
: "${XNS_BUILDDIR:=$XNS_SRCDIR/build}"
: "${XNS_VERSION:=$(sed -n 's/^AC_INIT(\[xns\], \[\(.*\)\])/\1/p' "$XNS_SRCDIR/configure.ac")}"
: "${XNS_MODES:=root user userns}"
: "${XNS_UTIL_LINUX:=$(awk '/^[^#]/ { print $2 }' "$XNS_SRCDIR/tests/compat/references" | sort -V | tail -1)}"
: "${XNS_APPLETS:=$("$XNS_BUILDDIR/xns" --list | tr '\n' ' ')}"
export XNS_SRCDIR XNS_BUILDDIR XNS_VERSION XNS_APPLETS

user_uid=${XNS_TEST_UID:-1000}
user_gid=$user_uid
run_limit=${XNS_RUN_LIMIT:-20}  # seconds for one run
script_limit=${XNS_SECONDS:-600} # seconds for a script in private namespaces
mode=
tests_run=0
tests_failed=0
status=0 out='' err=''

# The machine's own root, not that of a user namespace: only there all ids are mapped.
is_real_root()
{
	[ "$(id -u)" = 0 ] && [ "$(awk '{ print $3; exit }' /proc/self/uid_map)" = 4294967295 ]
}

# --- the private directory ------------------------------------------------------------------------

# Copies a file so that everybody may read and run it, whatever the umask of the clone was.
lib_copy()
{
	if ! cp "$1" "$2/" || ! chmod 755 "$2/${1##*/}"; then
		echo "Bail out! no $1"
		exit 99
	fi
}

if [ -n "${XNS_WORK:-}" ]; then
	# Second entry, in private namespaces: the first one made the directory and removes it.
	work=$XNS_WORK
else
	# pam_tmpdir(8) gives root a TMPDIR that nobody else may enter.
	if [ -n "${TMPDIR:-}" ] && is_real_root && command -v setpriv >/dev/null &&
		! setpriv --reuid "$user_uid" --regid "$user_gid" --clear-groups test -x "$TMPDIR/."; then
		unset TMPDIR
	fi
	work=$(mktemp -d "${TMPDIR:-/tmp}/xns-test.XXXXXXXX") || exit 99
	trap 'cd /; rm -rf --one-file-system -- "$work"' EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
	chmod 755 "$work"
	mkdir "$work/bin" "$work/home"
	lib_copy "$XNS_BUILDDIR/xns" "$work/bin"
	for lib_name in $XNS_APPLETS; do
		ln -s xns "$work/bin/$lib_name"
	done
	if [ "$(id -u)" = 0 ]; then
		chown "$user_uid:$user_gid" "$work/home" 2>/dev/null
	fi
fi
bin=$work/bin
home=$work/home
outfile=$work/.out
errfile=$work/.err
PATH=$bin:$PATH:/usr/sbin:/sbin
export PATH
# Sets variables for the ordinary user. In a coverage build it cannot write the counters where they
# belong, and gcov complains on standard error; so they go elsewhere, and only those of root count.
# Root's PATH may lead through directories that are closed to it.
user_env="HOME=$home PATH=$bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
if [ -e "$XNS_BUILDDIR/cmd/main.gcno" ]; then
	user_env="$user_env GCOV_PREFIX=$home/.gcov"
fi
cd "$work" || exit 99

# --- results --------------------------------------------------------------------------------------

note()
{
	printf '%s\n' "$*" | sed 's/^/# /'
}

# A "#" in a name would start a TAP directive.
lib_result()
{
	tests_run=$((tests_run + 1))
	printf '%s %d - %s%s\n' "$1" "$tests_run" \
		"$(printf '%s' "$2${mode:+ [$mode]}" | tr '\n' ' ' | sed 's/[\\#]/\\&/g')" "${3:-}"
}

squeeze()
{
	# shellcheck disable=SC2086 # the splitting is wanted
	(set -f && set -- $1 && printf '%s' "$*")
}

pass()
{
	lib_result ok "$1"
}

fail()
{
	tests_failed=$((tests_failed + 1))
	lib_result 'not ok' "$1"
	note "last run: ${last_run:-none}"
	note "status: $status"
	note "stdout: $out"
	note "stderr: $err"
	return 0
}

skip()
{
	lib_result ok "$1" " # SKIP $2"
}

skip_all()
{
	echo "1..0 # SKIP $1"
	exit 0
}

ok()
{
	lib_name=$1
	shift
	if "$@"; then pass "$lib_name"; else
		fail "$lib_name"
		note "failed: $*"
	fi
}

is()
{
	if [ "$2" = "$3" ]; then pass "$1"; else
		fail "$1"
		note "got:    $2"
		note "wanted: $3"
	fi
}

like()
{
	if printf '%s\n' "$2" | grep -Eq -e "$3"; then pass "$1"; else
		fail "$1"
		note "got:            $2"
		note "does not match: $3"
	fi
}

unlike()
{
	if printf '%s\n' "$2" | grep -Eq -e "$3"; then
		fail "$1"
		note "got:                 $2"
		note "should not match:    $3"
	else pass "$1"; fi
}

# A script that dies before this line has no plan, which the harness takes for an error. The harness
# would also count an exit status as one more error, besides the failures that it has read.
done_testing()
{
	echo "1..$tests_run"
	[ "$tests_failed" = 0 ] || [ -n "${XNS_HARNESS:-}" ]
	exit
}

# --- running --------------------------------------------------------------------------------------

has_since()
{
	[ "$(printf '%s\n' "$1" "${XNS_KERNEL:-$(uname -r)}" | sort -V | head -n 1)" = "$1" ]
}

# Root in the initial user and pid namespaces, on a kernel that leads to every mount namespace.
sees_all_mounts()
{
	[ "$(id -u)" = 0 ] && [ "$(readlink /proc/self/ns/pid)" = 'pid:[4026531836]' ] &&
		[ "$(readlink /proc/self/ns/user)" = 'user:[4026531837]' ] && has_since 6.12
}

has_time()
{
	[ -e /proc/self/ns/time ] && has_since 5.6
}

# Since Linux 6.18 each processor gives out its own; only kernels.t hides them there.
has_mount_numbers()
{
	[ -z "${XNS_KERNEL:-}" ]
}

can_be_user()
{
	if [ "$(id -u)" = 0 ]; then
		is_real_root && command -v setpriv >/dev/null
	else
		true
	fi
}

# As an ordinary user we are that user already.
as_user()
{
	if [ "$(id -u)" = 0 ]; then
		set -- setpriv --reuid "$user_uid" --regid "$user_gid" --clear-groups -- "$@"
	fi
	# shellcheck disable=SC2086 # a list of assignments
	env $user_env "$@"
}

# Replaces the current, sub-, shell by CMD, as the mode says.
lib_exec()
{
	case $mode in
	user | userns)
		[ "$mode" = user ] || set -- "$bin/xunshare" -r -- "$@"
		if [ "$(id -u)" = 0 ] && is_real_root; then
			set -- setpriv --reuid "$user_uid" --regid "$user_gid" --clear-groups -- "$@"
		fi
		# shellcheck disable=SC2086 # a list of assignments
		set -- env $user_env "$@"
		;;
	esac
	exec "$@"
}

# The program may open its own /dev/stdout, under whatever identity.
lib_clear_output()
{
	: >"$outfile" && : >"$errfile" && chmod 666 "$outfile" "$errfile"
}

lib_read_output()
{
	out=$(cat "$outfile")
	err=$(cat "$errfile")
}

run()
{
	last_run="$*"
	lib_clear_output
	status=0
	(lib_exec timeout -k 2 "$run_limit" "$@") >"$outfile" 2>"$errfile" || status=$?
	lib_read_output
	[ "$status" != 124 ] || note "run took longer than $run_limit s: $last_run"
	return 0
}

start()
{
	last_run="$*"
	lib_clear_output
	lib_exec "$bin/probe" with default=2,3 "$@" >"$outfile" 2>"$errfile" &
	bg=$!
}

# Ended, but not yet waited for: kill -0 would still find it.
lib_is_over()
{
	case $(ps -o stat= -p "$1") in Z* | '') return 0 ;; *) return 1 ;; esac
}

finish()
{
	if ! until_ok lib_is_over "$bg"; then
		note "did not end within 10 s: $last_run"
		kill -KILL "$bg"
	fi
	status=0
	wait "$bg" || status=$?
	lib_read_output
}

until_ok()
{
	lib_tries=0
	until "$@"; do
		lib_tries=$((lib_tries + 1))
		[ "$lib_tries" -lt 500 ] || return 1
		sleep 0.02
	done
}

child_of()
{
	ps -o pid= --ppid "$1" | awk '{ print $1; found = 1; exit } END { exit !found }'
}

executes()
{
	grep -qxF -e "$2" "/proc/$1/comm"
}

# make check builds them; by hand they may be missing.
needs_programs()
{
	[ -z "${XNS_PRIVATE:-}" ] || return 0
	for lib_name; do
		[ -e "$XNS_BUILDDIR/tests/cli/$lib_name" ] ||
			make -s -C "$XNS_BUILDDIR" "tests/cli/$lib_name" >&2
		lib_copy "$XNS_BUILDDIR/tests/cli/$lib_name" "$bin"
	done
}

needs_files()
{
	[ -z "${XNS_PRIVATE:-}" ] || return 0
	for lib_name; do
		lib_copy "$XNS_SRCDIR/$lib_name" "$bin"
	done
}

# needs_applet NAME: a build may be without it, for want of a library.
needs_applet()
{
	case " $XNS_APPLETS " in
	*" $1 "*) ;;
	*) skip_all "this build has no $1" ;;
	esac
}

# Says why this mode cannot be had here; nothing when it can.
lib_mode_obstacle()
{
	case $1 in
	root) is_real_root || echo "not root" ;;
	user)
		if [ -n "${XNS_PRIVATE:-}" ] && ! is_real_root; then
			echo "an ordinary user's private namespaces have no other user"
		elif ! can_be_user; then
			echo "cannot become an ordinary user"
		fi
		;;
	userns)
		if [ "$(id -u)" = 0 ] && ! is_real_root; then
			:
		elif ! can_be_user; then
			echo "cannot become an ordinary user"
		elif ! as_user "$bin/xunshare" -r true 2>/dev/null; then
			echo "an ordinary user may not create a user namespace here"
		fi
		;;
	*) echo "no such mode" ;;
	esac
}

for_each_mode()
{
	for lib_mode in ${XNS_AS:-$XNS_MODES}; do
		lib_obstacle=$(lib_mode_obstacle "$lib_mode")
		mode=$lib_mode
		cd "$work" || exit 99
		if [ -n "$lib_obstacle" ]; then
			skip "$1" "$lib_obstacle"
		else
			status=0 out='' err='' last_run=''
			"$1"
		fi
		mode=
	done
}

. "$XNS_SRCDIR/tests/cli/private.sh"
