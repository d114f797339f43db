/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names in paths of cgroups, and whose statement they are. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/cgroup_line.h"
#include "unit.h"
#include "workload/path.h"

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define POD "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"
#define POD_UID "8a2fd6a1-3f0e-4d5b-9c1a-2f0a5b0c7d11"
#define POD_UID_ "8a2fd6a1_3f0e_4d5b_9c1a_2f0a5b0c7d11"
#define MANAGER "/user.slice/user-1000.slice/user@1000.service"

struct row {
	const char *path;
	/* "NAME=UID ...": the owner of each directory whose last component is NAME; others are root's. "?"
	 * for a UID: it cannot be seen. "?" alone: no owner can be seen. "NAME" is "/" for the top. */
	const char *owners;
	const char *engine, *container, *unit, *pod; /* NAME, or NAME@OWNER if it is not root's */
};

static const struct row rows[] = {
	/* systemd */
	{ "/", "", "-", "-", "-", "-" },
	{ "/init.scope", "", "-", "-", "init.scope", "-" },
	{ "/system.slice/ssh.service", "", "-", "-", "ssh.service", "-" },
	{ "/system.slice/system-getty.slice/getty@tty1.service", "", "-", "-", "getty@tty1.service", "-" },
	{ "/system.slice/systemd-udevd.service/udev", "", "-", "-", "systemd-udevd.service", "-" },
	{ "/system.slice/my\\x2dapp.service", "", "-", "-", "my\\x2dapp.service", "-" },
	{ "/system.slice/_cpu.service", "", "-", "-", "cpu.service", "-" },
	{ "/system.slice/tab\there:colon.service", "", "-", "-", "tab\there:colon.service", "-" },
	{ "/user.slice/user-1000.slice/session-3.scope", "", "-", "-", "session-3.scope", "-" },
	{ MANAGER "/app.slice/x.service", "user@1000.service=1000 app.slice=1000", "-", "-",
	  "x.service@1000", "-" },
	{ MANAGER "/init.scope", "user@1000.service=1000", "-", "-", "init.scope@1000", "-" },
	{ MANAGER, "user@1000.service=1000", "-", "-", "user@1000.service", "-" },
	{ MANAGER "/app.slice", "user@1000.service=1000", "-", "-", "app.slice@1000", "-" },
	{ "/system.slice", "", "-", "-", "system.slice", "-" },
	/* Flatpak, Snap: what matches no row */
	{ MANAGER "/app.slice/app-flatpak-org.x.Y-123.scope",
	  "user@1000.service=1000 app.slice=1000", "-", "-", "app-flatpak-org.x.Y-123.scope@1000", "-" },
	{ "/system.slice/snap.hello.world.service", "", "-", "-", "snap.hello.world.service", "-" },
	/* docker */
	{ "/docker/" ID, "", "docker", ID, "-", "-" },
	{ "/system.slice/docker-" ID ".scope", "", "docker", ID, "docker-" ID ".scope", "-" },
	{ "/docker/" ID "/system.slice/ssh.service", "", "docker", ID, "-", "-" },
	{ "/docker", "", "-", "-", "docker", "-" },
	{ "/docker/buildkit/x", "", "-", "-", "buildkit", "-" },
	{ "/system.slice/docker.service", "", "-", "-", "docker.service", "-" },
	/* podman */
	{ "/machine.slice/libpod-" ID ".scope", "", "podman", ID, "libpod-" ID ".scope", "-" },
	{ "/machine.slice/libpod-" ID ".scope/container", "", "podman", ID, "libpod-" ID ".scope", "-" },
	{ "/libpod_parent/libpod-" ID, "", "podman", ID, "-", "-" },
	{ "/libpod_parent/" POD "/libpod-" ID, "", "podman", ID, "-", "fedcba987654" },
	{ "/machine.slice/machine-libpod_pod_" POD ".slice/libpod-" ID ".scope", "", "podman", ID,
	  "libpod-" ID ".scope", "fedcba987654" },
	{ "/machine.slice/libpod-" ID, "", "podman", ID, "-", "-" },
	{ "/machine.slice/libpod-conmon-" ID, "", "-", "-", "libpod-conmon-" ID, "-" },
	{ MANAGER "/app.slice/web.service/libpod-payload-" ID, "user@1000.service=1000 app.slice=1000 web.service=1000",
	  "podman", ID "@1000", "web.service@1000", "-" },
	{ MANAGER "/app.slice/web.service/runtime", "user@1000.service=1000 app.slice=1000 web.service=1000", "-", "-",
	  "web.service@1000", "-" },
	{ "/system.slice/web.service/libpod-payload-" ID, "", "-", "-", "web.service", "-" },
	{ "/machine.slice/libpod-conmon-" ID ".scope", "", "-", "-", "libpod-conmon-" ID ".scope", "-" },
	{ "/libpod_parent/conmon", "", "-", "-", "conmon", "-" },
	{ MANAGER "/user.slice/libpod-" ID ".scope/container", "user@1000.service=1000 user.slice=0",
	  "podman", ID "@?", "libpod-" ID ".scope@?", "-" },
	/* containerd and Kubernetes */
	{ "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" POD_UID_
	  ".slice/cri-containerd-" ID ".scope", "", "containerd", ID, "cri-containerd-" ID ".scope", POD_UID },
	{ "/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod" POD_UID_
	  ".slice/cri-containerd-" ID ".scope", "", "containerd", ID, "cri-containerd-" ID ".scope", POD_UID },
	{ "/system.slice/containerd.service/kubepods-besteffort-pod" POD_UID_ ".slice:cri-containerd:" ID,
	  "", "containerd", ID, "-", POD_UID },
	{ "/system.slice/containerd.service/kubepods-besteffort-pod" POD_UID_ ".slice:crio:" ID, "",
	  "cri-o", ID, "-", POD_UID },
	{ "/kubepods/burstable/pod" POD_UID "/" ID, "", "kubernetes", ID, "-", POD_UID },
	{ "/kubepods/pod" POD_UID "/" ID, "", "kubernetes", ID, "-", POD_UID },
	{ "/kubepods/besteffort/pod" POD_UID_ "/crio-" ID, "", "cri-o", ID, "-", POD_UID },
	{ "/system.slice/nerdctl-" ID ".scope", "", "nerdctl", ID, "nerdctl-" ID ".scope", "-" },
	{ "/default/" ID, "", "containerd", ID, "-", "-" },
	{ "/k8s.io/" ID "/init", "", "containerd", ID, "-", "-" },
	/* CRI-O */
	{ "/kubepods.slice/kubepods-pod" POD_UID_ ".slice/crio-" ID ".scope/container", "", "cri-o", ID,
	  "crio-" ID ".scope", POD_UID },
	{ "/kubepods.slice/kubepods-pod" POD_UID_ ".slice/crio-conmon-" ID ".scope", "", "-", "-",
	  "crio-conmon-" ID ".scope", POD_UID },
	/* LXC, LXD, Incus */
	{ "/lxc.payload.web", "", "lxc", "web", "-", "-" },
	{ "/lxc.payload.web-1/system.slice/ssh.service", "", "lxc", "web-1", "-", "-" },
	{ "/lxc.payload.project_web", "", "lxc", "project_web", "-", "-" },
	{ "/lxc.monitor.web", "", "-", "-", "lxc.monitor.web", "-" },
	{ "/lxc/web", "", "lxc", "web", "-", "-" },
	{ MANAGER "/app.slice/run-u7.scope/lxc.payload.web",
	  "user@1000.service=1000 app.slice=1000 run-u7.scope=1000", "lxc", "web@1000",
	  "run-u7.scope@1000", "-" },
	/* systemd-nspawn, machined, libvirt */
	{ "/machine.slice/machine-web.scope", "", "nspawn", "web", "machine-web.scope", "-" },
	{ "/machine.slice/machine-my\\x2dweb.scope/payload", "", "nspawn", "my-web",
	  "machine-my\\x2dweb.scope", "-" },
	{ "/machine.slice/machine-web.scope/supervisor", "", "-", "-", "machine-web.scope", "-" },
	{ "/machine.slice/systemd-nspawn@my\\x2dweb.service/payload", "", "nspawn", "my-web",
	  "systemd-nspawn@my\\x2dweb.service", "-" },
	{ "/machine.slice/systemd-nspawn@web.service/supervisor", "", "-", "-",
	  "systemd-nspawn@web.service", "-" },
	{ "/machine.slice/machine-qemu\\x2d3\\x2dmy\\x2dvm.scope/libvirt", "", "libvirt", "my-vm",
	  "machine-qemu\\x2d3\\x2dmy\\x2dvm.scope", "-" },
	{ "/machine.slice/machine-lxc\\x2d12\\x2dweb.scope", "", "libvirt", "web",
	  "machine-lxc\\x2d12\\x2dweb.scope", "-" },
	{ "/machine.slice/machine-qemu\\x2dweb.scope", "", "nspawn", "qemu-web",
	  "machine-qemu\\x2dweb.scope", "-" },
	{ "/machine.slice/machine-a\\x00\\x2.scope", "", "nspawn", "a\\x00\\x2",
	  "machine-a\\x00\\x2.scope", "-" },
	/* by hand: only their state files say that these are containers */
	{ "/web", "", "-", "-", "web", "-" },
	/* not quite */
	{ "/docker/0123", "", "-", "-", "0123", "-" },
	{ "/docker/" ID "0", "", "-", "-", ID "0", "-" },
	{ "/system.slice/docker-" ID ".scope (deleted)", "", "-", "-", "docker-" ID ".scope (deleted)", "-" },
	{ "/system.slice/docker-0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef.scope", "",
	  "-", "-", "docker-0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef.scope", "-" },
	{ "/lxc.payload.", "", "-", "-", "lxc.payload.", "-" },
	{ "/kubepods/pod/" ID, "", "-", "-", "pod", "-" },
	/* outside of our cgroup namespace */
	{ "/../" ID, "", "-", ID "@?", "-", "-" },
	{ "/../../lxc/web", "", "lxc", "web@?", "-", "-" },
	{ "/../../system.slice/ssh.service", "", "-", "-", "ssh.service@?", "-" },
	{ "/..", "", "-", "-", "-", "-" },
	/* whose word it is */
	{ MANAGER "/user.slice/libpod-" ID ".scope", "user@1000.service=1000 user.slice=0", "podman",
	  ID "@?", "libpod-" ID ".scope@?", "-" },
	{ "/top.slice/libpod-" ID ".scope", "top.slice=1000", "podman", ID "@1000",
	  "libpod-" ID ".scope@1000", "-" },
	{ "/system.slice/foo.service/docker-" ID ".scope", "", "-", "-", "foo.service", "-" },
	{ "/system.slice/foo.service/docker-" ID ".scope", "foo.service=1000", "docker", ID "@1000",
	  "foo.service", "-" },
	{ "/system.slice/foo.service/a/docker-" ID ".scope", "foo.service=1000 a=1001", "-", "-",
	  "foo.service", "-" },
	{ "/system.slice/foo.service/a.slice/docker-" ID ".scope", "foo.service=1000 a.slice=1001",
	  "docker", ID "@?", "foo.service", "-" },
	{ "/system.slice/foo.service/a.slice/docker-" ID ".scope", "foo.service=1000 a.slice=0",
	  "docker", ID "@?", "foo.service", "-" },
	{ "/system.slice/foo.service/user@0.service/docker-" ID ".scope",
	  "foo.service=1000 user@0.service=1000", "docker", ID "@1000", "foo.service", "-" },
	{ "/docker/" ID, "/=1000", "docker", ID "@?", "-", "-" },
	{ "/docker/" ID "/docker-" POD ".scope", "", "docker", ID, "-", "-" },
	{ "/lxc.payload.evil/system.slice/docker-" ID ".scope", "lxc.payload.evil=100000", "lxc", "evil", "-",
	  "-" },
	{ "/user.slice/user-1001.slice/user@1001.service/lxc.payload.x", "user@1001.service=1000", "lxc", "x@?",
	  "user@1001.service", "-" },
	{ "/user.slice/user-0.slice/user@0.service/user.slice/libpod-" ID ".scope", "", "podman", ID,
	  "libpod-" ID ".scope", "-" },
	{ "/user@1000.service/user@1001.service/x.service",
	  "user@1000.service=1000 user@1001.service=1000", "-", "-", "x.service@1000", "-" },
	{ "/docker/" ID, "/=1000 docker=1000", "docker", ID "@1000", "-", "-" },
	{ "/default/" ID, "default=1000", "containerd", ID "@1000", "-", "-" },
	{ "/a.slice/docker-" ID ".scope", "a.slice=4294967294", "docker", ID "@?", "docker-" ID ".scope@?",
	  "-" },
	{ "/default/" ID, "/=1000", "-", "-", "default@1000", "-" },
	/* owners that cannot be seen */
	{ "/system.slice/docker-" ID ".scope", "?", "docker", ID "~", "docker-" ID ".scope~", "-" },
	{ "/system.slice/docker-" ID ".scope", "system.slice=?", "docker", ID "~", "docker-" ID ".scope~",
	  "-" },
	{ "/system.slice/foo.service/docker-" ID ".scope", "?", "-", "-", "foo.service~", "-" },
	{ MANAGER "/user.slice/libpod-" ID ".scope", "?", "podman", ID "@1000~",
	  "libpod-" ID ".scope@1000~", "-" },
};

/* Of the directory path[0..len), in the words of a row. */
static uint32_t owner_of(void *arg, const char *path, size_t len)
{
	const char *owners = arg, *name = path + len;

	if (strcmp(owners, "?") == 0)
		return WORKLOAD_ANY_OWNER;
	while (name > path && name[-1] != '/')
		name--;
	for (const char *at = owners; *at; at += strspn(at, " ")) {
		const char *equals = strchr(at, '=');
		size_t n = (size_t)(equals - at);
		bool fits = len == 0 ? n == 1 && *at == '/' :
				       n == (size_t)(path + len - name) && memcmp(at, name, n) == 0;

		if (fits)
			return equals[1] == '?' ? WORKLOAD_ANY_OWNER : (uint32_t)strtoul(equals + 1, NULL, 10);
		at += strcspn(at, " ");
	}
	return 0;
}

static void render(const struct workload_path *path, const struct workload_name *name, char *buf,
		   size_t size)
{
	char text[WORKLOAD_NAME], owner[16] = "";

	if (!name->text) {
		snprintf(buf, size, "-");
		return;
	}
	if (name->owner == WORKLOAD_ANY_OWNER)
		snprintf(owner, sizeof(owner), "@?");
	else if (name->owner != 0)
		snprintf(owner, sizeof(owner), "@%" PRIu32, name->owner);
	/* A name outside is nobody's, so that its owner is unknown is nothing new. */
	snprintf(buf, size, "%s%s%s", workload_name_text(path, name, text), owner,
		 name->is_certain || path->is_outside ? "" : "~");
}

static void a_path(void **state)
{
	const struct row *row = *state;
	struct workload_path path;
	char buf[2 * WORKLOAD_NAME], pod[WORKLOAD_NAME];
	const char *engine;

	workload_parse_path(row->path, owner_of, (void *)(uintptr_t)row->owners, &path);
	engine = workload_engine_name(path.engine);
	assert_string_equal(engine ? engine : "-", row->engine);
	render(&path, &path.container, buf, sizeof(buf));
	assert_string_equal(buf, row->container);
	render(&path, &path.unit, buf, sizeof(buf));
	assert_string_equal(buf, row->unit);
	workload_pod_text(&path, pod);
	assert_string_equal(path.pod ? pod : "-", row->pod);
}

static void a_name_ends_where_its_cgroup_does(void **state)
{
	static const char text[] = "/machine.slice/libpod-" ID ".scope/container/x";
	struct workload_path path;

	(void)state;
	workload_parse_path(text, NULL, NULL, &path);
	assert_int_equal(path.container.end, strlen("/machine.slice/libpod-" ID ".scope"));
	assert_int_equal(path.unit.end, path.container.end);
	assert_true(path.is_id);
	workload_parse_path("/lxc/web/x", NULL, NULL, &path);
	assert_int_equal(path.container.end, strlen("/lxc/web"));
	assert_false(path.is_id);
}

static void whose_a_cgroup_is(void **state)
{
	static const struct {
		const char *path, *owners;
		uint32_t owner;
	} cgroups[] = {
		{ "/", "", 0 },
		{ "/a/b", "", 0 },
		{ "/a/b", "b=1000", 1000 },
		{ "/a/b", "a=1000 b=1000", 1000 },
		{ "/a/b", "a=1000", WORKLOAD_ANY_OWNER },
		{ "/a/b", "a=1000 b=1001", WORKLOAD_ANY_OWNER },
		{ "/a/b", "b=?", WORKLOAD_ANY_OWNER },
		{ "/a/b", "/=1000", WORKLOAD_ANY_OWNER },
		{ "/../a", "", WORKLOAD_ANY_OWNER },
		/* The cgroups below do not matter. */
		{ "/a/b/c", "c=1000", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cgroups); i++) {
		size_t len = strlen(cgroups[i].path) - (strstr(cgroups[i].path, "/c") ? 2 : 0);

		assert_int_equal(workload_path_owner(cgroups[i].path, len, owner_of,
						     (void *)(uintptr_t)cgroups[i].owners),
				 cgroups[i].owner);
	}
}

struct lines {
	const char *name, *text;
	const char *hierarchy, *path; /* NULL: no line */
};

static const struct lines lines[] = {
	{ "cgroup2 alone", "0::/a\n", "", "/a" },
	{ "hybrid: docker below name=systemd",
	  "4:memory:/docker/x\n1:name=systemd:/docker/x\n0::/system.slice/containerd.service\n",
	  "name=systemd", "/docker/x" },
	{ "an engine that uses version 2 only", "4:memory:/\n1:name=systemd:/\n0::/lxc/web\n", "", "/lxc/web" },
	{ "a machine that systemd-nspawn gave name=systemd", "1:name=systemd:/machine.slice/a\n0::/machine.slice/a\n",
	  "", "/machine.slice/a" },
	{ "another controller", "4:memory:/x\n1:name=systemd:/\n0::/\n", "memory", "/x" },
	{ "the first of two others", "4:memory:/x\n3:cpu,cpuacct:/y\n0::/\n", "memory", "/x" },
	{ "nothing but the root", "1:name=systemd:/\n0::/\n", "name=systemd", "/" },
	{ "colons and tabs in the path", "0::/a:b\tc (deleted)\n", "", "/a:b\tc (deleted)" },
	{ "a path that looks like a line", "0::/a:0::/b\n", "", "/a:0::/b" },
	{ "no newline at the end", "0::/a", "", "/a" },
	{ "lines of another form are left out", "x\n\n7:y\n0::relative\n0::/a\n", "", "/a" },
	{ "no line", "", NULL, NULL },
	{ "no path", "0::\n", NULL, NULL },
};

static void a_line(void **state)
{
	const struct lines *row = *state;
	struct cgroup_line line = { .hierarchy = "untouched" };
	char *text = strdup(row->text);
	int rc;

	assert_non_null(text);
	rc = workload_choose_line(text, &line);
	assert_int_equal(rc, row->path ? 0 : -EINVAL);
	assert_string_equal(line.hierarchy, row->path ? row->hierarchy : "untouched");
	if (row->path)
		assert_string_equal(line.path, row->path);
	free(text);
}

static void the_start_of_a_process(void **state)
{
	static const char fields[] = " S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18";
	char text[256];
	uint64_t start = 7;

	(void)state;
	snprintf(text, sizeof(text), "12 (a) b)%s 4711 99\n", fields);
	assert_int_equal(workload_parse_start(text, &start), 0);
	assert_int_equal(start, 4711);
	start = 7;
	assert_int_equal(workload_parse_start("", &start), -EINVAL);
	assert_int_equal(workload_parse_start("12 (a) S 1", &start), -EINVAL);
	snprintf(text, sizeof(text), "12 (a)%s 12345678901234567890 1\n", fields);
	assert_int_equal(workload_parse_start(text, &start), -EINVAL);
	snprintf(text, sizeof(text), "12 (a)%s 12x 1\n", fields);
	assert_int_equal(workload_parse_start(text, &start), -EINVAL);
	assert_int_equal(start, 7);
}

static void the_leader_of_a_pid_namespace(void **state)
{
	(void)state;
	assert_true(workload_is_leader("Name:\tx\nNSpid:\t4242\t1\nNSpgid:\t1\t1\n"));
	assert_true(workload_is_leader("Name:\tx\nNSpid:\t4242\t1\t1\n"));
	assert_false(workload_is_leader("Name:\tx\nNSpid:\t4242\nNSpgid:\t1\t1\n"));
	assert_false(workload_is_leader("Name:\tx\nNSpid:\t4242\t17\t1\n"));
	assert_false(workload_is_leader("Name:\tx\nNSpid:\t4242\t10\n"));
	assert_false(workload_is_leader("Name:\tx\nNSpid:\t4242\t1"));
	assert_false(workload_is_leader("Name:\tNSpid:\t4\t1\n"));
	assert_false(workload_is_leader(""));
}

int main(void)
{
	UNIT_ADD_ROWS(a_path, rows);
	UNIT_ADD(a_name_ends_where_its_cgroup_does);
	UNIT_ADD(whose_a_cgroup_is);
	UNIT_ADD_ROWS(a_line, lines);
	UNIT_ADD(the_start_of_a_process);
	UNIT_ADD(the_leader_of_a_pid_namespace);
	return unit_run("workload_path");
}
