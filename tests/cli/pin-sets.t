#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Sets of persistent namespaces: xunshare --pins DIR makes one or nothing, xnsenter --pins DIR enters it.
. "${0%/*}/lib.sh"
needs_programs probe
in_private_ns "$@"

# All that mounts is done in a mount namespace of the mode's own, on a tmpfs that belongs to its root.
lib=$work/inner.sh
cat >"$lib" <<'EOF'
mount -t tmpfs -o mode=0755 place /mnt && cd /mnt || exit 99
sets() { grep -c ' xns-pins ' /proc/self/mountinfo; }
inode() { stat -Lc %i "$1"; }
EOF

inside() {
	rights=-m
	[ "$mode" = root ] || rights=-rm
	run env HOME="$home" xunshare $rights sh -c ". $lib; $1"
}

mount_option() {
	! has_mount_numbers || echo -m
}

a_set_holds_what_was_created() {
	more=$(mount_option)
	! has_time || more="$more -T"
	types="uts ipc net user cgroup"
	case $more in *-m*) types="$types mnt" ;; esac
	case $more in *-T*) types="$types time" ;; esac
	inside "xunshare --pins s -u -i -n -U -C $more -f --kill-child sh -c 'for type in $types; do
			echo \$type \$(stat -Lc %i /proc/self/ns/\$type); done' >own || exit
		for type in $types; do echo \$type \$(inode s/\$type); done >pinned
		cmp own pinned && ls s | wc -l && sets"
	is "each namespace is there, and no other file" "$out,$err" \
		"$(echo "$types" | wc -w)
1,"
	inside "xunshare --pins s/ $more -u -n --up hostname kept
		xnsenter --pins s sh -c 'hostname; ip -o link'"
	like "the set is entered" "$out" '^kept$'
	like "all of it" "$out" '^1: lo: <LOOPBACK,UP'
	inside "xunshare --pins s -u hostname kept; xnsenter --pins s -u/proc/self/ns/uts hostname; hostname"
	is "an option for one type overrides the file of the set" "$(echo "$out" | uniq | wc -l)" 1
	inside "xunshare --pins s -u -n true; umount -R s; ls s; sets; xnsenter --pins s true"
	is "umount -R removes it" "$status,$out" 1,0
	is "and that is said" "$err" "xnsenter: there is no set of pins at 's'"
	if [ -e "$bin/xnsls" ]; then
		inside "xunshare --pins s -u true; xnsls -P -t uts -o NSFS,HELDBY; xnsenter '--uts=pins /mnt/s' true"
		like "xnsls names it" "$status,$(squeeze "$out")" '^0,.* /mnt/s/uts pins /mnt/s'
	else
		skip "xnsls names it" "a build without xnsls"
	fi
	inside "xunshare --pins s -p --mount-proc true; xnsenter --pins s true"
	like "a pid namespace whose init has ended" "$status,$err" \
		"^1,xnsenter: the pid namespace of 's' has lost its first process"
	inside "mount --make-shared /mnt; xunshare --pins s -u -m grep -c ' /mnt/s ' /proc/self/mountinfo; sets"
	is "nothing of it appears inside, even below a shared mount" "$out" "0
1"
	inside "xunshare --pins s -u sh -c 'xnsenter --pins s true; echo \$?'"
	is "the program finds it complete" "$out" 0
}

# $1: what fails, $2: the command
takes_back() {
	inside "$2; echo status \$? \$(sets) *"
	like "$1: fails" "$out" '^status [1-9]'
	like "$1: and leaves nothing" "$out" '^status [0-9]* 0 \*$'
}

all_or_none() {
	takes_back "no such program" "xunshare --pins s -u -n nosuchprogram"
	takes_back "after a fork" "xunshare --pins s -u -p nosuchprogram"
	takes_back "a later step" "xunshare --pins s -u -n -R / -w /none true"
	if ! command -v strace >/dev/null || ! strace -o /dev/null true 2>/dev/null; then
		skip "system calls that fail" "no strace"
		return
	fi
	takes_back "the second pin fails" \
		"strace -f -qqq -o /dev/null -e inject=mount:error=EACCES:when=3 xunshare --pins s -u -n true"
	takes_back "the last step of the set fails" \
		"strace -f -qqq -o /dev/null -e inject=unlinkat:error=EACCES:when=1 xunshare --pins s -u -n true"
	# Before it is complete, a kill of the helper leaves a set that is no set.
	inside "strace -f -qqq -o /dev/null -e inject=unlinkat:signal=KILL:error=EIO:when=1 \
			xunshare --pins s -u true
		xnsenter --pins s true
		xunshare --pins s -u hostname new; ls s; sets; xnsenter --pins s hostname"
	like "a set that was not completed is not entered" "$err" \
		"^xnsenter: the set of pins at 's' is not complete"
	is "and the next one replaces it" "$out" "uts
1
new"
}

refuses() {
	inside "mkdir s; touch s/a; xunshare --pins s -u touch ran; echo \$? *"
	is "a directory with files" "$out,$err" "1 s,xunshare: cannot make a set of pins at 's': the directory is not empty"
	inside "xunshare --pins s -u true; xunshare --pins s -u touch ran; echo \$? *"
	is "a set that is there" "$out,$err" "1 s,xunshare: cannot make a set of pins at 's': there is one
xunshare: hint: enter it with xnsenter --pins, or remove it with umount -R"
	inside "mkdir d; ln -s d s; xunshare --pins s -u touch ran; echo \$? *"
	is "a link" "$out" "1 d s"
	inside "xunshare --pins s -u true; ln -s s link; xnsenter --pins link true"
	is "also to a set" "$status" 1
	inside "xunshare --pins none/s -u touch ran; echo \$? *"
	like "a directory in one that is missing" "$out,$err" \
		"^1 [*],xunshare: cannot make a set of pins at 'none/s': No such file or directory"
	inside "xunshare --pins s -u -n true; umount s/uts; xnsenter --pins s true"
	is "a set from which something was taken" "$status,$err" \
		"1,xnsenter: the set of pins at 's': 'uts' is no UTS namespace file but an ordinary file"
	for change in "chmod 777 s" "chmod 777 ." "chmod 770 ."; do
		inside "mkdir s; $change; xunshare --pins s -u true; echo \$?; chmod 755 s .
			xunshare --pins s -u true; $change; xnsenter --pins s touch ran; echo \$? *"
		is "others could replace it: $change" "$(squeeze "$out")" "1 1 s"
	done
	inside "chmod 1777 .; xunshare --pins s -u true; xnsenter --pins s true"
	is "in a sticky directory they could not" "$status,$err" 0,
}

# Of a link on the way only root's are followed.
refuses_others() {
	is_real_root || return 0
	mode=root
	inside "mkdir -m 1777 open; mkdir -m 755 there; setpriv --reuid $user_uid ln -s ../there open/way
		xunshare --pins open/way/s -u true; echo \$?
		xunshare --pins there/s -u true; xnsenter --pins open/way/s true; echo \$?"
	is "a link of another user is not followed" "$out" "1
1"
	inside "mkdir d; chown $user_uid d; xunshare --pins d/s -u true; echo \$?
		chown 0 d; xunshare --pins d/s -u true; chown $user_uid d; xnsenter --pins d/s true; echo \$?"
	is "a directory of another user is not trusted" "$out" "1
1"
	like "and that is said" "$err" "another user could replace the directory, or one above it$"
	if has_mount_numbers; then
		inside "xunshare --pins s -U -r -m -u true; umount s/user; rm s/user
			xnsenter --pins s touch ran; echo \$? *"
		is "mounts of another user namespace, without that" "$out" "1 s"
		like "for the reason" "$err" "its programs would run with your rights"
	fi
	mode=
}

users_have_none() {
	[ "$mode" = user ] || return 0
	run xunshare -r -n --pins "$home/s" touch "$home/ran"
	is "a user has no pins outside" "$status,$(cd "$home" && echo *)" "1,*"
	like "and learns where he has" "$err" "^xunshare: hint: a pin is a mount outside the new namespaces, and mounting there requires CAP_SYS_ADMIN; run it as root, or inside: xunshare -rm"
}

sets() {
	[ "$mode" != user ] || return 0
	"$@"
}
holds() { sets a_set_holds_what_was_created; }
back() { sets all_or_none; }
refused() { sets refuses; }
for_each_mode holds
for_each_mode back
for_each_mode refused
refuses_others
for_each_mode users_have_none
done_testing
