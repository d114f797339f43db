# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What a row can ask for in its second column: run as root in $WORK, before the caller is taken on.
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

# Who has subordinate ids, and how they are written.
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
