# shellcheck shell=sh disable=SC2034,SC2154 # variables of lib.sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Shared by the scripts engines*.t.

has_names=$(grep '^#define HAVE_LIBJANSSON 1' "$XNS_BUILDDIR/config.h")

# A root directory of a few programs.
small_root()
{
	mkdir -p "$1/bin" "$1/usr" "$1/etc" "$1/proc" "$1/sys" "$1/dev" "$1/tmp" "$1/run"
	cp "$(command -v busybox)" "$1/bin/busybox"
	for applet in sh sleep hostname true; do
		ln -s busybox "$1/bin/$applet"
	done
	echo ID=test >"$1/etc/os-release"
}

has_static_busybox()
{
	command -v busybox >/dev/null && ! ldd "$(command -v busybox)" >/dev/null 2>&1
}

# A bundle of the host's root directory. $1: directory, $2: host name
bundle()
{
	mkdir "$1"
	cat >"$1/config.json" <<-END
		{ "ociVersion": "1.0.2", "hostname": "$2",
		  "process": { "user": { "uid": 0, "gid": 0 }, "args": [ "sleep", "1000" ], "cwd": "/",
		    "env": [ "PATH=/usr/sbin:/usr/bin:/sbin:/bin" ] },
		  "root": { "path": "$work/rootfs", "readonly": true },
		  "mounts": [ { "destination": "/proc", "type": "proc", "source": "proc" } ],
		  "linux": { "namespaces": [ { "type": "pid" }, { "type": "uts" }, { "type": "mount" } ] } }
	END
}

# A container of an engine that takes a bundle. $1: the engine, $2: its file about the container
by_hand()
{
	command -v "$1" >/dev/null || { skip "$1" "$1 is not installed"; return; }
	bundle "$work/bundle" "$1box"
	if ! "$1" run -d --no-pivot -b "$work/bundle" "xns-$1" </dev/null >"$outfile" 2>"$errfile"; then
		skip "$1" "it does not start here: $(tail -1 "$errfile")"
		return
	fi
	is_found "xns-$1" "$1" "$1box" "; state file '/run/$1/xns-$1/$2'\$"
	"$1" kill "xns-$1" KILL
	until_ok "$1" delete "xns-$1" 2>/dev/null
	has_gone "xns-$1" "$1"
}

# $1: its name, $2: the engine, $3: the host name in it; $4: what --explain says
is_found()
{
	run xnsls -n -r -t uts -o CONTAINER,ENGINE -Q "CONTAINER == '$1'"
	is "$2: it is listed" "$status/$out" "0/$1 $2"
	run xnsenter -t "container:$1" -a hostname
	is "$2: it is entered by its name" "$status/$out$err" "0/$3"
	run xnsenter -t "container:$(echo "$1" | cut -c 1-5)" -a hostname
	is "$2: and by the beginning of it" "$status/$out$err" "0/$3"
	run xnsenter -t "container:$1" -u --explain true
	like "$2: --explain says how" "$out" "$4"
}

has_gone()
{
	run xnsenter -t "container:$1" -u true
	like "$2: it has gone" "$status/$err" "^1/xnsenter: no process is in a container '$1'"
}

# NAME: whether that container runs /bin/sleep. Before, its host name is not set.
runs()
{
	xnsls -n -r -t uts -o CONTAINER,COMMAND | grep -q "^$1 /bin/sleep"
}

# Whether no process is in these cgroups. Their files cgroup.procs
is_empty()
{
	! cat "$@" 2>/dev/null | grep -q .
}
