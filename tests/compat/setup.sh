# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Functions that a row can name in its second column: run as root in $WORK, before the caller is taken on.
# Mounts and processes made here end with the run.

# A second root directory, with /inside, and the programs of this one.
rootfs()
{
	mkdir root
	mount -t tmpfs -o mode=755 root root
	mkdir root/proc root/tmp root/dir
	: >root/inside
	for one in /bin /sbin /lib* /usr /etc "$TOP"; do
		if [ -L "$one" ]; then
			cp -a "$one" "root$one"
		else
			mkdir -p "root$one"
			mount --rbind "$one" "root$one"
		fi
	done
}

# Puts a file of our own over one in /etc.
etc_file()
{
	cat >"etc-$1"
	mount --bind "etc-$1" "/etc/$1"
}

# The owners of subordinate ids, and how they are written.
subids()
{
	echo "$1" | etc_file subuid
	echo "$1" | etc_file subgid
}

rootsubid()
{
	subids "root:200000:65536
tester:100000:65536"
}

numericid()
{
	subids "1000:300000:1000"
}

secondid()
{
	subids "tester:300000:10
tester:400000:65536"
}

nosubid()
{
	subids "other:100000:65536"
}

# The probe as everybody's login shell.
shellprobe()
{
	sed "s|[^:]*\$|$TOP/bin/probe|" /etc/passwd | etc_file passwd
}

# The probe as nobody's.
nobodyprobe()
{
	sed "/^nobody:/s|[^:]*\$|$TOP/bin/probe|" /etc/passwd | etc_file passwd
}

# --- processes to enter: the PID is in the file box

# start_box ENTER... : what starts the process, in front of unshare(1) and its options.
start_box()
{
	mkfifo -m 666 ready
	BOX=1 HOME=/ "$@" sh -c 'hostname box 2>/dev/null; echo >"$0"; exec sleep 300' \
		"$WORK/ready" >/dev/null 2>&1 &
	read -r _ <ready
	rm ready
	ps -o pid= --ppid $! | tr -d ' ' >box
	[ -s box ] || echo $! >box
	echo $! >parent
}

# Root's, without a user namespace.
rootbox()
{
	start_box unshare -muinpCTf --mount-proc
}

# The ordinary user's, with one.
userbox()
{
	start_box setpriv --reuid 1000 --regid 1000 --groups 1000,4242 \
		unshare -Urmuinpf --mount-proc
}

# Root's, with a user namespace and ids of their own.
mappedbox()
{
	start_box unshare -Urmuinpf --mount-proc
}

# The ordinary user's, in the caller's own namespaces, somewhere else.
plainbox()
{
	start_box env -C /usr setpriv --reuid 1000 --regid 1000 --clear-groups
}

# In a root directory and a working directory of its own.
jailbox()
{
	rootfs
	start_box unshare -uR "$WORK/root" -w /dir
}

# Namespaces with names, of the process that was started.
names()
{
	mkdir ns
	for one in net uts ipc cgroup time user; do
		: >ns/$one
		mount --bind "/proc/$(cat box)/ns/$one" ns/$one
	done
	: >ns/:1
	mount --bind "/proc/$(cat box)/ns/uts" ns/:1
}

# What is no namespace.
odd()
{
	mkdir odd odd/directory
	: >odd/file
	mkfifo odd/fifo
	ln -s fifo odd/link
}

# Mounts cgroup2 alone, or beside version 1, independently of this machine.
unified()
{
	mount -t cgroup2 cgroup2 /sys/fs/cgroup
}

hybrid()
{
	mount -t tmpfs tmpfs /sys/fs/cgroup
	mkdir /sys/fs/cgroup/unified
	mount -t cgroup2 cgroup2 /sys/fs/cgroup/unified
}

# --- for ip-netns.list

# A /run of our own, empty. Not shared: each name would be mounted there once more, or not, as the
# directory of names has a peer group of its own, or has not.
run_dir()
{
	mount -t tmpfs -o mode=1777 run /run
	mount --make-private /run
}

# Tries until it succeeds, or gives up.
until_ok()
{
	tries=0
	until "$@" 2>/dev/null; do
		tries=$((tries + 1))
		[ $tries -lt 500 ]
		sleep 0.01
	done
}

# An id of an earlier run is free only when its namespace has been taken apart, behind our back.
set_id()
{
	until_ok ip "$@"
}

# In it the names that are given, made by the installed program.
named()
{
	run_dir
	for one in "$@"; do
		ip netns add "$one"
	done
}

one()
{
	named foo
}

two()
{
	named foo bar
	set_id netns set foo 5
}

# Two, one of which knows the other.
known()
{
	two
	set_id netns set bar 6
	set_id -n foo netns set bar 23
}

# A process in one of two.
lived_in()
{
	two
	ip netns exec foo sleep 1000 >&2 &
	pid=$!
	echo "$pid" >pid
	until_ok grep -q sleep "/proc/$pid/comm"
}

# An /etc of this run, which may be changed: the others share one.
own_etc()
{
	mkdir own-etc
	mount -t tmpfs -o mode=755 etc own-etc
	cp -a /etc/. own-etc
	mount --bind own-etc /etc
	umount own-etc
	rmdir own-etc
}

# Files for /etc in one.
etc_files()
{
	one
	own_etc
	mkdir -p /etc/netns/foo
	echo other >/etc/netns/foo/hosts
}

# "sh enter COMMAND...": starts COMMAND, which runs sleep, in the background, and does with $! what
# scripts do with it from outside; then what remains is ended.
enterer()
{
	cat >enter <<-'END'
		# unshare of 2.38 complains at its end, when the child is killed.
		"$@" 2>/dev/null &
		p=$!
		tries=0
		until [ "$(cat /proc/$p/comm /proc/$p/task/$p/children 2>/dev/null | wc -w)" = 2 ] &&
			child=$(cat /proc/$p/task/$p/children) && grep -qx sleep /proc/${child% }/comm; do
			tries=$((tries + 1))
			[ $tries -lt 1000 ] || { echo "it does not start"; break; }
			sleep 0.01
		done
		stat -c 'owner %u:%g' /proc/$p /proc/$p/ns /proc/$p/fd
		sed -n 's/^[UG]id:/ids /p' /proc/$p/status
		readlink /proc/$p/cwd /proc/$p/root | sed "s|^$PWD\$|here|"
		if [ -z "$(cat /proc/$p/uid_map)" ]; then
			case $MAPPED in
			program) newuidmap $p 0 1000 1 1 100000 9; echo newuidmap $? ;;
			*)
				echo deny >/proc/$p/setgroups
				echo "0 $(id -u) 1" >/proc/$p/uid_map
				echo "0 $(id -g) 1" >/proc/$p/gid_map ;;
			esac
		fi
		tr -s ' ' </proc/$p/uid_map
		for ns in user mnt uts net pid_for_children; do
			if [ "$(readlink /proc/$p/ns/$ns)" = "$(readlink /proc/self/ns/${ns%_for*})" ]
			then echo "$ns same"; else echo "$ns other"; fi
		done
		nsenter -t $p -U --preserve-credentials sh -c 'id -u; readlink /proc/self/ns/user' |
			sed "s|$(readlink /proc/$p/ns/user)|its own|"
		nsenter -t $p -U -u -n -m --preserve-credentials hostname | wc -l
		kill -KILL $child
		# The shell may or may not say that it was killed.
		{ wait $p; } 2>/dev/null
		echo ended
	END
}
