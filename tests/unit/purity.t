#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What the built objects refer to: the pure modules to no system at all, the others to system calls
# by the seam in common/kernel/sys.h only, so that tests can stand in for all of them.
set -u
LC_ALL=C
export LC_ALL
: "${XNS_BUILDDIR:=build}"
: "${XNS_SRCDIR:=.}"
nm=${NM:-nm}

pure='common/ids/maps cmd/xunshare/options cmd/xunshare/plan cmd/xnsenter/ids cmd/xnsenter/options cmd/xnsenter/plan common/ids/environ
cmd/xunshare/settle common/inventory/model common/inventory/scan_parse
common/base/array common/base/escape common/base/idmap common/base/ns common/opt/opt common/base/parse common/plan/step common/base/subid common/base/text'
# Left out where there is no libsmartcols or no libmnl.
for module in cmd/xnsls/filter cmd/xnsls/filter_lex cmd/xnsls/filter_parse cmd/xnsls/tree \
	cmd/xnetns/line cmd/xnetns/news cmd/xnetns/plan common/netns/presence; do
	[ ! -e "$XNS_BUILDDIR/$module.o" ] || pure="$pure $module"
done

# Functions of the C library that compute, or print into a stream that others have opened, and what
# compilers and checkers put in themselves.
computing='qsort bcmp reg(comp|exec|free|error) f(puts|putc|printf|write) __fprintf_chk mem[a-z]* str[a-z]* is[a-z]* to(upper|lower) v?snprintf malloc calloc realloc free abort
getopt_long opt(arg|ind|err|opt) __ctype_[a-z_]* __(v?snprintf|mem[a-z]*|str[a-z]*)_chk __str[a-z]*
__libc_current_sigrt(max|min) __stack_chk_fail(_local)? __errno_location _GLOBAL_OFFSET_TABLE_
__(asan|ubsan|gcov|sanitizer|llvm)_[A-Za-z0-9_]*'
diagnosis='diag_(set|usage|hint)'

# Beside what common/kernel/sys.h wraps.
other_calls='open open64 creat openat64 fopen fopen64 freopen popen system syscall opendir stat stat64
lstat lstat64 fstat64 fstatat64 statfs fstatfs64 statfs64 vfork clone execv execve execvpe execl execlp
fexecve posix_spawn posix_spawnp wait wait3 wait4 waitid pread64 pwrite pwrite64 readv writev dup dup2
dup3 pipe unlink rename symlink link mkdir rmdir chown chmod umount umask setuid setgid seteuid setegid
connect bind listen accept sendto recvfrom send recv select signal raise killpg usleep nanosleep'

n=0
failed=0
result() { # NAME, and what is wrong with it or nothing
	n=$((n + 1))
	if [ -z "$2" ]; then
		echo "ok $n - $1"
		return
	fi
	failed=1
	echo "not ok $n - $1"
	echo "$2" | sed 's/^/# /'
}

cd "$XNS_BUILDDIR" || exit 1
if ! $nm -P common/base/ns.o >/dev/null 2>&1; then
	echo "1..0 # SKIP nm cannot read the objects"
	exit 0
fi

wanted() { # the undefined symbols of an object
	$nm -P -u "$1.o" | sed 's/[ @].*//'
}

# A | list of alternatives from a list of words.
alternatives() {
	echo "$*" | tr -s ' \n' '||'
}

# shellcheck disable=SC2086 # lists of words
ours=$(for module in $pure; do $nm -P -g "$module.o"; done | awk '$2 != "U" { print $1 }')
# shellcheck disable=SC2086
allowed=$(alternatives $computing $diagnosis $ours)
for module in $pure; do
	result "$module is pure" "$(wanted "$module" | grep -Ev "^($allowed)\$")"
done

# shellcheck disable=SC2046,SC2086
calls=$(alternatives $(sed -n 's/.*[ *]sys_\([a-z0-9_]*\)(.*);.*/\1/p' "$XNS_SRCDIR/common/kernel/sys.h") \
	exit _exit $other_calls)
for source in "$XNS_SRCDIR"/common/*/*.c; do
	module=${source#"$XNS_SRCDIR"/}
	module=${module%.c}
	# sys.c is the seam; trampoline.c is a program of its own.
	case $module in common/kernel/sys|common/apply/trampoline) continue ;; esac
	result "$module makes its system calls by the seam" "$(wanted "$module" |
		grep -Ex "$calls")"
done

seam=$(sed -n 's/.*[ *]\(sys_[a-z0-9_]*\)(.*/\1/p' "$XNS_SRCDIR/common/kernel/sys.h" | sort -u)
result "every call of the seam has its fake" "$(for call in $seam; do
	cat "$XNS_SRCDIR"/tests/unit/fake_*.c | grep -q "^[a-z].*[ *]$call(" || echo "$call"
done)"
result "every call of the seam has its row in sys_calls.def" "$(for call in $seam; do
	grep -Eq "^(ROW|ENDS)\($call," "$XNS_SRCDIR/tests/unit/sys_calls.def" || echo "$call"
done)"

# The two lists must be able to find something.
result "the seam itself is found out" \
	"$([ "$(wanted common/kernel/sys | grep -Exc "$calls")" -gt 15 ] || echo "hardly any call found")"
result "a module with system calls is not pure" \
	"$(wanted common/apply/watch | grep -Evq "^($allowed)\$" || echo "common/apply/watch passes for pure")"
echo "1..$n"
exit $failed
