#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The symbols that the built objects refer to. Pure modules call nothing but other pure modules; the others make
# their system calls by the seam, common/kernel/sys.h, so that tests can stand in for all of them.
set -u
LC_ALL=C
export LC_ALL
: "${XNS_BUILDDIR:=build}"
: "${XNS_SRCDIR:=.}"
nm=${NM:-nm}

# Directories with nothing but pure modules, files that are pure in each applet that has them, and pure modules of
# other directories.
pure_directories='common/base common/ids common/plan common/uplink'
pure_parts='parse rules plan'
pure_modules='
cmd/xnetns/batch_parse
cmd/xnetns/connect_parse
cmd/xnetns/marks
cmd/xnetns/step
cmd/xnetns/tracker
cmd/xnsenter/ids
cmd/xnsenter/like
cmd/xnsenter/options
cmd/xnsenter/plan_mounts
cmd/xnsls/filter
cmd/xnsls/filter_lex
cmd/xnsls/filter_parse
cmd/xnsls/options
cmd/xnsls/tree
cmd/xunshare/limits_parse
cmd/xunshare/limits_plan
cmd/xunshare/mounts_parse
cmd/xunshare/mounts_plan
cmd/xunshare/mounts_rules
cmd/xunshare/options
cmd/xunshare/pins_plan
cmd/xunshare/reports_plan
cmd/xunshare/rights
common/cgroup/limit
common/cgroup/place
cmd/xunshare/uplink_parse
cmd/xunshare/uplink_plan
common/inventory/model
common/inventory/reference_parse
common/inventory/scan_parse
common/kernel/cgroup_line
common/netns/presence
common/opt/opt
common/workload/path
common/workload/path_match
common/workload/path_text
common/workload/spec
'

# Functions of the C library that compute, or print into a stream that others have opened, and what
# compilers and checkers put in themselves.
computing='qsort bcmp inet_(ntop|pton) stpcpy reg(comp|exec|free|error) f(puts|putc|printf|write) __fprintf_chk mem[a-z]* str[a-z]* is[a-z]* to(upper|lower) v?snprintf malloc calloc realloc free abort
getopt_long opt(arg|ind|err|opt) __ctype_[a-z_]* __(v?snprintf|mem[a-z]*|str[a-z]*)_chk __str[a-z]*
__libc_current_sigrt(max|min) __stack_chk_fail(_local)? __errno_location _GLOBAL_OFFSET_TABLE_
__(asan|ubsan|gcov|sanitizer|llvm)_[A-Za-z0-9_]*'
# A parser may call these as well: the arguments of options, which look users and groups up by name; and the
# tables, in which xnetns's has the functions of its commands.
parsing='arg_[a-z_]* [a-z]*_(options|rules|commands)'

# Beside what common/kernel/sys.h wraps.
other_calls='open open64 creat openat64 fopen fopen64 freopen popen system syscall opendir stat stat64
lstat lstat64 fstat64 fstatat64 statfs fstatfs64 statfs64 vfork clone execv execve execvpe execl execlp
fexecve posix_spawn posix_spawnp wait wait3 wait4 waitid pread64 pwrite pwrite64 readv writev dup dup2
dup3 pipe unlink rename symlink link mkdir rmdir chown chmod umount umask setuid setgid seteuid setegid
connect bind listen accept sendto recvfrom send recv shutdown getsockopt select signal raise killpg sleep usleep nanosleep
clock_nanosleep truncate truncate64 ftruncate ftruncate64'

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

# The modules of these directories and names, as far as this build has them: a library may be missing.
modules() {
	for source; do
		module=${source#"$XNS_SRCDIR"/}
		module=${module%.c}
		[ ! -e "$module.o" ] || echo "$module"
	done
}

wanted() { # the undefined symbols of an object
	$nm -P -u "$1.o" | sed 's/[ @].*//'
}

# A | list of alternatives from a list of words.
alternatives() {
	echo "$*" | tr -s ' \n' '||'
}

pure=$(
	for directory in $pure_directories; do
		modules "$XNS_SRCDIR/$directory"/*.c
	done
	for part in $pure_parts; do
		modules "$XNS_SRCDIR"/cmd/*/"$part.c"
	done
	for module in $pure_modules; do
		modules "$XNS_SRCDIR/$module.c"
	done)
for directory in $pure_directories; do
	result "$directory: its modules are found" "$(echo "$pure" | grep -q "^$directory/" || echo none)"
done
for part in $pure_parts; do
	result "cmd/*/$part: they are found" "$(echo "$pure" | grep -q "^cmd/.*/$part\$" || echo none)"
done
for module in $pure_modules; do
	result "$module is there" "$([ -e "$XNS_SRCDIR/$module.c" ] || echo "no such file")"
done

# shellcheck disable=SC2086 # lists of words
ours=$(for module in $pure; do $nm -P -g "$module.o"; done | awk '$2 != "U" { print $1 }')
# shellcheck disable=SC2086
allowed=$(alternatives $computing $ours)
# shellcheck disable=SC2086
allowed_in_parse=$(alternatives $computing $parsing $ours)
for module in $pure; do
	case $module in
	*/parse|*_parse) result "$module is pure" "$(wanted "$module" | grep -Ev "^($allowed_in_parse)\$")" ;;
	*) result "$module is pure" "$(wanted "$module" | grep -Ev "^($allowed)\$")" ;;
	esac
done

seam=$($nm -P -g common/kernel/sys.o common/kernel/sys_mount.o common/kernel/sys_process.o | awk '$2 == "T" && /^sys_/ { print $1 }' | sort -u)
# shellcheck disable=SC2046,SC2086
calls=$(alternatives $(echo "$seam" | sed 's/^sys_//') \
	exit _exit $other_calls)
for source in "$XNS_SRCDIR"/common/*/*.c; do
	module=${source#"$XNS_SRCDIR"/}
	module=${module%.c}
	# sys.c and its further parts are the seam; trampoline.c is a program of its own.
	case $module in common/kernel/sys|common/kernel/sys_mount|common/kernel/sys_process|common/apply/trampoline) continue ;; esac
	result "$module makes its system calls by the seam" "$(wanted "$module" |
		grep -Ex "$calls")"
done

result "every call of the seam has its fake" "$(for call in $seam; do
	cat "$XNS_SRCDIR"/tests/unit/fake_*.c | grep -q "^[a-z].*[ *]$call(" || echo "$call"
done)"
# test_sys_process tries the effect of those that return no result of the kernel's.
result "every call of the seam has its row in sys_calls.def, or its effect is tried" "$(for call in $seam; do
	grep -Eq "^(ROW|ENDS)\($call," "$XNS_SRCDIR/tests/unit/sys_calls.def" ||
		grep -q "$call(" "$XNS_SRCDIR/tests/unit/test_sys_process.c" || echo "$call"
done)"

# Each call that gives advice, on a line of its own.
advice() {
	cat "$XNS_SRCDIR"/common/*/*.c "$XNS_SRCDIR"/cmd/*.c "$XNS_SRCDIR"/cmd/*/*.c | tr '\n\t' '  ' | sed 's/;/;\n/g' |
		grep -Eo '(diag_hint|hint_remedy|doctor_remedy)\(.*' | sed 's/"  *"//g'
}
result "what is advised with a name in it is a row of common/base/remedy.c" "$(advice |
	grep -E '"[^"]*(mount|sysctl|chmod|touch|setcap|usermod|nsenter|parser|delete|kill) [^"]*%[a-z]*s')"
result "no advice enters the mounts of others" "$(advice | grep -E 'nsenter [^"]* -[^" ]*[amr]')"

# The two lists must be able to find something.
result "the seam itself is found out" \
	"$([ "$(wanted common/kernel/sys | grep -Exc "$calls")" -gt 15 ] || echo "hardly any call found")"
result "a module with system calls is not pure" \
	"$(wanted common/apply/watch | grep -Evq "^($allowed)\$" || echo "common/apply/watch passes for pure")"
echo "1..$n"
exit $failed
