#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Files of container runtimes, links and the paths of cgroups at a hundred times their usual size, read
# with little memory: the result, or one clear line.
. "${0%/*}/lib.sh"
needs_applet xnsls
is_real_root || skip_all "only root makes cgroups"
in_private_ns
# shellcheck source=tests/cli/cgroups.sh
. "${lib_self%/*}/cgroups.sh"
own_workloads
short=0123456789ab

# little CMD...: runs CMD with 60 MB of address space
little() {
	run sh -c 'ulimit -s 1024; ulimit -v 60000; exec "$@"' - "$@"
}
zeros() { # N: so many zeros
	head -c "$1" /dev/zero | tr '\0' 0
}
lists() { # NAME STATUS ROW ERR
	little xnsls --strict -n -r -t uts -o CONTAINER,ENGINE -Q "PID == $pid"
	is "$1: the listing" "$status/$out/$err" "$2/$3/$4"
}

# --- files of runtimes --------------------------------------------------------------------------------

state_files() {
	join "/system.slice/docker-$id.scope" unshare -u sleep 1000
	dir=/var/lib/docker/containers
	file=$dir/$id/config.v2.json
	mkdir -p "$dir/$id"
	printf '{"Args":["%s"],"ID":"%s","Name":"/web"}' "$(zeros 100000)" "$id" >"$file"
	lists "a word of 100 KB" 0 "web docker" ""
	{
		printf '{"ID":"%s","Env":[' "$id"
		awk 'BEGIN { for (i = 0; i < 50000; i++) printf "\"a=%d\",", i }'
		printf '"z"],"Name":"/web"}'
	} >"$file"
	lists "50,000 variables" 0 "web docker" ""
	little xnsenter -t container:web -u true
	is "50,000 variables: it is entered" "$status/$err" 0/
	{
		printf '{"ID":"%s","Name":"/web","Env":["' "$id"
		zeros 1100000
		printf '"]}'
	} >"$file"
	lists "1.1 MB" 1 "$short docker" "xnsls: names of containers may be missing: '$file' is not believed: \
it is too large"
	little xnsenter -t container:web -u true
	like "1.1 MB: by its name it is not found" "$status/$err" "^1/xnsenter: no process is in a container 'web'"
	little xnsenter -t "container:$short" -u true
	is "1.1 MB: by its id it is" "$status/$err" 0/
	printf '{"ID":"%s","Name":"/%s"}' "$id" "$(zeros 100000)" >"$file"
	little xnsls -n -r -t uts -o CONTAINER -Q "PID == $pid"
	ok "a name of 100 KB: a row of at most 300 characters" test "$status" = 0 -a "${#out}" -le 300

	# Others' directories, and links of all kinds.
	printf '{"ID":"%s","Name":"/web"}' "$id" >"$file"
	seq -f "$dir/%064.0f" 5000 | xargs mkdir
	lists "5,000 other containers" 0 "web docker" ""
	mv "$dir/$id" "$dir/real"
	last=real
	for link in $(seq 100); do
		ln -s "$last" "$dir/link$link"
		last=link$link
	done
	ln -s "$last" "$dir/$id"
	lists "a chain of 100 links" 1 "$short docker" "xnsls: names of containers may be missing: '$file' is not \
believed: it is a symbolic link, or below one"
	ln -sfn "$(zeros 4000)" "$dir/$id"
	lists "a link of 4,000 characters" 1 "$short docker" "xnsls: names of containers may be missing: '$file' is \
not believed: it is a symbolic link, or below one"
}

# --- the store of names ---------------------------------------------------------------------------------

store() {
	mkdir -p /run/netns
	little xnetns add real
	is "a name" "$status/$err" 0/
	(cd /run/netns && seq -f 'link%.0f' 5000 | xargs -n 1 ln -s "$(zeros 4000)" && ln -s real other)
	little xnetns list
	is "5,000 links to nowhere: the listing ends" "$status" 0
	is "and has the name" "$(echo "$out" | grep -c '^real')" 1
	little xnetns gc
	is "gc ends" "$status" 0
	ok "and has not removed the name" mountpoint -q /run/netns/real
	little xnsls -n -r -t net -o NSFS -Q 'NSFS =~ "real"'
	is "the listing of namespaces shows where it is mounted" "$status/$out" 0//run/netns/real
	find /run/netns -type l -delete
	little xnetns delete real
	is "the name is removed" "$status/$err" 0/
}

# --- cgroups --------------------------------------------------------------------------------------------

# deep N: makes N cgroups, one in the other, and the last one becomes that of $pid
deep() {
	unshare -u sleep 1000 &
	pid=$!
	joined="$joined $pid"
	until_ok sleeps "$pid"
	part=$(zeros 200)
	(
		cd "$tree" || exit
		for _ in $(seq "$1"); do
			mkdir "$part" && cd "./$part" || exit
		done
		echo "$pid" >cgroup.procs
	)
}
shallow() {
	kill -KILL "$pid"
	wait "$pid" 2>/dev/null
	(cd "$tree" && until_ok find "$part" -depth -type d -execdir rmdir '{}' + 2>/dev/null)
}

cgroups() {
	if ! deep 19; then
		skip "a cgroup of 3,800 characters" "it cannot be made"
		return
	fi
	little xnsls --strict -n -r -t uts -o CGROUP -Q "PID == $pid"
	is "a cgroup of 3,800 characters: the listing" "$status/${#out}/$err" 0/3819/
	little xnsenter -t container:none -u true
	like "looking for a container" "$status/$err" "^1/xnsenter: no process is in a container 'none'"
	little xnsenter -t "$pid" -u --join-cgroup true
	is "it is joined" "$status/$err" 0/
	shallow
	deep 25 || note "the kernel does not move a process there"
	little xnsls -n -r -t uts -o PID,CGROUP -Q "PID == $pid"
	like "one of 5,000 characters: the listing" "$status/$out" "^0/$pid"
	is "and complains of nothing" "$err" ""
	little xnsenter -t "$pid" -u --join-cgroup true
	ok "joining it works, or says why in one line" \
		test "$status$err" = 0 -o "$status/$(echo "$err" | grep -c '^xnsenter: cannot ')" = 1/1
	little xnsenter -t container:none -u true
	like "looking for a container" "$status/$err" "^1/xnsenter: no process is in a container 'none'"
	shallow
}

if grep -q '^#define HAVE_LIBJANSSON 1' "$XNS_BUILDDIR/config.h"; then
	state_files
else
	skip "state files" "built without libjansson"
fi
store
cgroups
leave_cgroups
done_testing
