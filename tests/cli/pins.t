#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Namespaces that outlive their processes: a bind mount on a file for each type, or nothing at all.
# shellcheck disable=SC2086 # options are lists of words
. "${0%/*}/lib.sh"
needs_programs probe
in_private_ns "$@"

# All that mounts is done in a mount namespace of the mode's own; the modes without privileges need
# a user namespace for it. $lib is sourced there.
lib=$work/inner.sh
cat >"$lib" <<'EOF'
cd "$HOME" && touch f g || exit 99
type_of() { stat -f -c %T "$1"; }
is_pinned() { [ "$(type_of "$1")" = nsfs ]; }
# The namespace file of a pin, as readlink shows those of processes.
link_of() { echo "$2:[$(stat -c %i "$1")]"; }
EOF

inside() {
	rights=-m
	[ "$mode" = root ] || rights=-rm
	run env HOME="$home" xunshare $rights sh -c ". $lib; $1"
}

each_type() {
	types="uts/uts ipc/ipc net/net user/user cgroup/cgroup"
	! has_mount_numbers || types="mount/mnt $types"
	! has_time || types="$types time/time"
	for one in $types; do
		option=${one%/*}
		name=${one#*/}
		for fork in "" -f --init; do
			# A time namespace is entered by a child, in older kernels.
			case $name$fork in time) own=time_for_children ;; *) own=$name ;; esac
			inside "
				xunshare --$option=f $fork readlink /proc/self/ns/$own >inside || exit
				cat inside; type_of f; link_of f $name; umount f && type_of f"
			link=$(echo "$out" | head -n 1)
			is "--$option=f $fork: pinned, and the program was in it" "$out" "$link
nsfs
$link
$(stat -f -c %T "$home")"
		done
	done
	inside 'xunshare -f --pid=f readlink /proc/self/ns/pid; link_of f pid; umount f'
	link=$(echo "$out" | head -n 1)
	like "--pid=f: the program's" "$link" '^pid:\[[0-9]+\]$'
	is "--pid=f: pinned" "$out" "$link
$link"
}

can_be_entered() {
	inside 'xunshare --uts=f hostname FOO; nsenter --uts=f hostname'
	is "a pinned host name" "$out" FOO
	inside 'xunshare --net=f --up true; nsenter --net=f ip -o link'
	like "a pinned network" "$out" '^1: lo: <LOOPBACK,UP,'
	if has_mount_numbers; then
		inside 'mkdir m; xunshare --mount=f mount -t tmpfs pinned m
			nsenter --mount=f cat /proc/mounts'
		like "pinned mounts" "$out" "^pinned $home/m tmpfs"
	fi
	inside 'xunshare --uts=f --net=g --ipc=f hostname BAR
		nsenter --net=g true && nsenter --ipc=f true; echo $?'
	is "several at once, two on one file" "$out" 0
	inside 'xunshare --uts=f hostname ONE; xunshare --uts=f hostname TWO
		nsenter --uts=f hostname; umount f; nsenter --uts=f hostname'
	is "a pin on a pin" "$out" "TWO
ONE"
	inside 'xunshare --uts=f --init sh -c "hostname RUN; nsenter --uts=f hostname"'
	is "a pin is there while the program runs" "$out" RUN
	inside 'xunshare -r --user=f cat /proc/self/uid_map; nsenter --user=f --preserve-credentials id -u'
	is "a pinned user namespace has its map" "$(squeeze "$out")" "0 0 1 0"
}

# $1: what fails; nothing must be left of f, and no process: cat would wait for it.
takes_back() {
	inside "{ $2; echo \"status \$?\"; } 2>&1 | cat; type_of f; type_of g"
	like "$1: fails" "$out" '^status [1-9]'
	is "$1: no pin is left" "$(echo "$out" | tail -n 2)" "$(stat -f -c '%T
%T' "$home")"
	is "$1: one message" "$(echo "$out" | grep -v ^status | grep -v 'xunshare: hint' |
		grep -c '^xunshare: ')" 1
}

takes_pins_back() {
	for fork in "" -f --init "-f --kill-child"; do
		takes_back "no such program $fork" "xunshare --uts=f --net=g $fork nosuchprogram"
		takes_back "not a program $fork" "xunshare --uts=f --mount=g $fork /etc/passwd"
		takes_back "a later step $fork" "xunshare --uts=f --mount=g $fork -R / -w /none true"
	done
	takes_back "the interpreter is missing" \
		"printf '#!/none\n' >s; chmod +x s; xunshare --uts=f ./s"
	for fork in "" -f --init --pty; do
		# ETXTBSY: nothing but exec itself shows it.
		takes_back "the program is being written $fork" \
			"cp $(command -v true) busy; exec 7>>busy; xunshare --uts=f --net=g $fork ./busy"
	done
	takes_back "one of two files is missing" "xunshare --uts=f --net=none true"
	takes_back "the maps are at odds" "xunshare --user=f --map-users 0:0:2 --map-users 1:5:2 true"
	if ! command -v strace >/dev/null || ! strace -o /dev/null true 2>/dev/null; then
		skip "system calls that fail" "no strace"
		return
	fi
	# The helper mounts, so the second mount of all is the second pin.
	takes_back "the second pin fails" \
		"strace -f -qqq -o trace -e inject=mount:error=EACCES:when=2 xunshare --uts=f --net=g true"
	takes_back "unshare fails" \
		"strace -f -qqq -o trace -e inject=unshare:error=ENOSPC xunshare --uts=f --net=g true"
	# The helper is made by fork(2), the program's process by vfork(2), which may be a clone(2) too.
	takes_back "the fork fails" \
		"strace -f -qqq -o trace -e inject=clone,fork:error=EAGAIN:when=2 \
			-e inject=vfork:error=EAGAIN xunshare --uts=f -f true"
	takes_back "exec fails" \
		"strace -f -qqq -o trace -e inject=execve:error=ENOMEM:when=2+ xunshare --uts=f -f true"
}

refuses_targets() {
	for target in . /dev/null fifo socket link dangling; do
		inside "mkfifo fifo; ln -s f link; ln -s none dangling
			python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"socket\")' \
				2>/dev/null || mkfifo socket
			xunshare --uts=$target touch ran; status=\$?; test ! -e ran && echo \$status"
		is "$target is no place for a pin" "$out" 1
		like "and is named ($target)" "$err" "^xunshare: cannot pin a namespace at '$target': "
		rm -f "$home/fifo" "$home/link" "$home/dangling" "$home/socket" "$home/ran"
	done
	inside "xunshare --uts=none true"
	like "a file that is missing: what to do" "$err" "^xunshare: hint: .*touch none"
}

# $1: an ERE for the answer. The pin goes through the directory "way", which is made by $2, with the file f
# at its end; that is $work/there/f. The caller's links are followed, and root's.
through() {
	rm -rf "$work/there" "$work/open" "$home/way" "$home/ran"
	mkdir "$work/there" "$work/open"
	: >"$work/there/f"
	chmod 777 "$work/there" "$work/open"
	way=$home/way
	eval "$2"
	inside "xunshare --uts=$way/f touch ran; echo \$?; test -e ran && type_of $work/there/f"
	like "a pin through $3" "$(squeeze "$out$err")" "$1"
}

links_among_parents() {
	followed='^0 nsfs$' refused="^1 *xunshare: cannot pin a namespace at '.*': the symbolic link 'way' in"
	if [ "$mode" = root ]; then
		through "$refused" 'as_user ln -s "$work/there" "$way"' "another user's link"
		through "$refused" 'as_user mkdir "$way"; ln -s "$work/there" "$way/way"; way=$way/way' \
			"a link of root's in another user's directory"
		through "$refused" 'chmod 1777 "$work/open"; way=$work/open/way; as_user ln -s ../there "$way"' \
			"another user's link in a sticky directory"
		through "$refused" 'way=$work/open/way; ln -s ../there "$way"' \
			"a link of root's where others may replace it"
		through "$followed" 'chmod 1777 "$work/open"; way=$work/open/way; ln -s ../there "$way"' \
			"a link of root's in a sticky directory"
	else
		through "$followed" 'as_user ln -s "$work/there" "$way"' "a link of one's own"
	fi
	through "$followed" 'chmod 755 "$work/open"; way=$work/open/way; ln -s "$work/there" "$way"' \
		"a link of root's"
	through "$followed" 'chmod 755 "$work/open"; ln -s ../there/../there "$work/open/b"; ln -s b/. "$work/open/a"
		way=$work/open/a/../there' "several"
	[ "$(readlink -f /var/run)" != /run ] || through "$followed" 'way=/var/run/../$work/there' "/var/run"
	through 'Too many levels of symbolic links' 'way=$work/open/loop; ln -s loop "$way"; chmod 755 "$work/open"' "a loop"
	rm -rf "$work/there" "$work/open" "$home/way"
}

shared_mounts() {
	inside 'mkdir -p d; mount --bind d d; mount --make-shared d; touch d/f
		xunshare --uts=d/f true && is_pinned d/f && echo uts; xunshare --mount=d/f true'
	is "other types can be pinned on a shared mount" "$out" uts
	is "a mount namespace cannot" "$status" 1
	like "and the pin is named" "$err" "^xunshare: cannot pin the mount namespace at 'd/f': "
	like "and the mount that is shared" "$err" "^xunshare: hint: .*shared mount $home/d"
}

# Linux 6.18 numbers namespaces by processor; a new one may look older than the one it is pinned in.
any_processor() {
	has_mount_numbers || { skip "any processor" "the numbers are hidden"; return; }
	all=$(taskset -cp $$ | sed 's/.*: //')
	for cpu in $(echo "$all" | sed 's/[,-]/ /g'); do
		for fork in "" -f --init; do
			inside "taskset -c $cpu xunshare -m taskset -c $all sh -c '. $lib
				xunshare --mount=f $fork readlink /proc/self/ns/mnt >inside &&
				link_of f mnt | cmp - inside'"
			is "--mount=f $fork from processor $cpu" "$status$out$err" 0
		done
	done
}

without_privileges() {
	[ "$mode" != root ] || return 0
	# In the mode userns the user namespace is ours, but the mounts are not.
	run sh -c "touch $home/f; xunshare --uts=$home/f touch $home/ran 2>&1 | cat"
	like "without privileges over the mounts there is no pin" "$out" '^xunshare: cannot '
	ok "and no program" test ! -e "$home/ran"
}

all() {
	each_type
	can_be_entered
	takes_pins_back
	refuses_targets
	links_among_parents
	shared_mounts
	any_processor
	without_privileges
	rm -rf "${home:?}"/*
}

for_each_mode all
done_testing
