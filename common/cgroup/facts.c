/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cgroup/facts.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/macros.h"
#include "base/ns.h"
#include "base/parse.h"
#include "base/text.h"
#include "cgroup/file.h"
#include "cgroup/leftover.h"
#include "kernel/cgroup_line.h"
#include "kernel/io.h"
#include "kernel/mountinfo.h"
#include "kernel/proc.h"
#include "kernel/sys.h"

/* --- mounts ------------------------------------------------------------------------------------ */

/* The rest of path below root, beginning with a slash or empty; NULL if it is not below. */
static const char *below(const char *root, const char *path)
{
	size_t n = strcmp(root, "/") == 0 ? 0 : strlen(root);

	if (strncmp(path, root, n) != 0 || (path[n] && path[n] != '/'))
		return NULL;
	return strcmp(path + n, "/") == 0 ? "" : path + n;
}

static void take_mount(const struct mount_entry *entry, const char *own, struct cgroup_facts *facts)
{
	const char *rest;

	facts->v1 = facts->v1 || strcmp(entry->type, "cgroup") == 0;
	if (strcmp(entry->type, "cgroup2") != 0 || !(rest = below(entry->root, own)))
		return;
	/* Of several mounts a writable one counts; one may hide another at the same place. */
	if (facts->mounted && !facts->read_only && strcmp(facts->mount, entry->point) != 0)
		return;
	facts->mounted = true;
	facts->read_only = mountinfo_has_option(entry->options, "ro") ||
			   mountinfo_has_option(entry->super_options, "ro");
	snprintf(facts->mount, sizeof(facts->mount), "%s", entry->point);
	/* Cut, it could be another cgroup. */
	facts->own.err = (size_t)snprintf(facts->own.path, sizeof(facts->own.path), "%s%s", entry->point,
					  rest) < sizeof(facts->own.path) ? 0 : ENAMETOOLONG;
}

/* Calls take() for each mount. 0 or -errno. */
static int each_mount(void (*take)(const struct mount_entry *entry, void *arg), void *arg)
{
	_cleanup_close_ int fd = sys_openat(AT_FDCWD, "/proc/self/mountinfo", O_RDONLY, 0);
	struct mount_entry entry;
	struct mountinfo info;
	int rc;

	if (fd < 0)
		return fd;
	mountinfo_begin(fd, &info);
	while (mountinfo_next(&info, &entry))
		take(&entry, arg);
	rc = info.rc;
	mountinfo_free(&info);
	return rc;
}

struct mount_search {
	struct cgroup_facts *facts;
	const char *own;
};

static void look_at_mount(const struct mount_entry *entry, void *arg)
{
	const struct mount_search *search = arg;

	take_mount(entry, search->own, search->facts);
}

/* --- one cgroup -------------------------------------------------------------------------------- */

static size_t count_others(int dir)
{
	_cleanup_lines_ struct bounded_lines lines = {
		.fd = sys_openat(dir, "cgroup.procs", O_RDONLY, 0)
	};
	_cleanup_close_ int fd = lines.fd;
	size_t others = 0;
	char *line;
	pid_t pid;

	while (fd >= 0 && bounded_next_line(&lines, &line) > 0)
		others += parse_pid(line, &pid) < 0 || pid != sys_getpid();
	return others;
}

/* The inode numbers of the initial namespaces are fixed (include/linux/proc_ns.h). */
static bool is_initial(const char *file, enum ns_type type)
{
	struct stat st;

	return sys_fstatat(AT_FDCWD, file, &st, 0) == 0 && st.st_ino == ns_types[type].init_ino;
}

static bool owns(int dir, const char *file)
{
	struct stat st;

	return sys_fstatat(dir, file, &st, 0) == 0 && st.st_uid == sys_geteuid();
}

/* systemd marks what it delegates on behalf of root with an attribute (systemd.resource-control(5));
 * a user is given the directory and two files (cgroups(7), "delegation"). */
static bool is_delegated(const struct cgroup_dir *dir, int fd)
{
	char value[8] = "";

	if (sys_geteuid() == 0 && is_initial("/proc/self/ns/user", NS_USER))
		return sys_getxattr(dir->path, "trusted.delegate", value, sizeof(value) - 1) > 0 &&
		       value[0] == '1';
	return owns(fd, ".") && owns(fd, "cgroup.procs") && owns(fd, "cgroup.subtree_control");
}

static bool is_foreign(const char *path)
{
	char above[CGROUP_PATH];
	struct stat st;

	snprintf(above, sizeof(above), "%s", path);
	for (char *slash = strrchr(above, '/'); slash; slash = strrchr(above, '/')) {
		slash[slash == above] = '\0';
		if (sys_fstatat(AT_FDCWD, above, &st, 0) < 0 || st.st_uid != 0 ||
		    (st.st_mode & S_IWOTH && !(st.st_mode & S_ISVTX)))
			return true;
		if (!above[1])
			break;
	}
	return sys_fstatat(AT_FDCWD, path, &st, 0) < 0 || st.st_uid != 0;
}

/* Moving a process requires a right on cgroup.procs of the common ancestor (cgroups(7)). */
static bool is_apart(const struct cgroup_facts *facts, const char *path)
{
	char common[CGROUP_PATH + sizeof("/cgroup.procs")];
	const char *own = facts->own.path;
	size_t same = 0, end = 0;

	if (sys_geteuid() == 0)
		return false;
	for (; own[same] == path[same] && own[same]; same++)
		if (own[same] == '/')
			end = same;
	if ((!own[same] || own[same] == '/') && (!path[same] || path[same] == '/'))
		end = same;
	snprintf(common, sizeof(common), "%.*s/cgroup.procs", (int)end, own);
	return sys_faccessat(AT_FDCWD, common, W_OK) < 0;
}

static void examine(struct cgroup_dir *dir)
{
	_cleanup_close_ int fd = sys_openat(AT_FDCWD, dir->path, O_RDONLY | O_DIRECTORY, 0);
	struct statfs fs;
	int rc = fd < 0 ? fd : sys_fstatfs(fd, &fs);

	if (rc < 0) {
		dir->err = -rc;
		return;
	}
	dir->is_cgroup2 = fs.f_type == CGROUP2_SUPER_MAGIC;
	dir->writable = sys_faccessat(fd, ".", W_OK | X_OK) == 0 &&
			sys_faccessat(fd, "cgroup.subtree_control", W_OK) == 0;
	/* Every cgroup has this file but the root of the tree (cgroup-v2.rst). */
	dir->is_tree_root = sys_faccessat(fd, "cgroup.type", F_OK) == -ENOENT;
	dir->others = count_others(fd);
	dir->delegated = is_delegated(dir, fd);
}

/* --- systemd ----------------------------------------------------------------------------------- */

static bool can_ask_manager(void)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR"), *bus = getenv("DBUS_SESSION_BUS_ADDRESS");
	char path[CGROUP_PATH];

	if (sys_geteuid() == 0)
		return is_initial("/proc/self/ns/user", NS_USER);
	/* systemd-run finds the user's manager by either; check_scope() finds out whether it answers. */
	if (bus && *bus && sys_getuid() == sys_geteuid())
		return true;
	if (!runtime || *runtime != '/' || sys_getuid() != sys_geteuid())
		return false;
	snprintf(path, sizeof(path), "%s/systemd/private", runtime);
	return sys_faccessat(AT_FDCWD, path, F_OK) == 0;
}

static void examine_systemd(const char *path, struct cgroup_facts *facts)
{
	char scope[CGROUP_NAME + sizeof(".scope")], name[CGROUP_NAME];
	struct stat st;

	cgroup_unit(path, facts->unit, sizeof(facts->unit));
	/* sd_booted(3) */
	facts->systemd = sys_fstatat(AT_FDCWD, "/run/systemd/system", &st, 0) == 0;
	facts->has_run = sys_faccessat(AT_FDCWD, SYSTEMD_RUN_PATH, X_OK) == 0 &&
			 sys_fstatat(AT_FDCWD, SYSTEMD_RUN_PATH, &st, 0) == 0 &&
			 (sys_geteuid() != 0 || st.st_uid == 0);
	facts->can_scope = facts->has_run && can_ask_manager();
	if (cgroup_own_name(name) == 0) {
		snprintf(scope, sizeof(scope), "%s.scope", name);
		facts->in_scope = strcmp(facts->unit, scope) == 0;
	}
}

/* Runs in a child. */
static void exec_quietly(const char *option)
{
	char *const argv[] = { (char *)SYSTEMD_RUN_PATH, (char *)option, (char *)"--version", NULL };
	_cleanup_close_ int null = sys_openat(AT_FDCWD, "/dev/null", O_RDWR, 0);

	for (int fd = 0; null >= 0 && fd <= STDERR_FILENO; fd++)
		sys_dup2(null, fd);
	sys_execvp(SYSTEMD_RUN_PATH, argv);
	sys_exit(127);
}

bool cgroup_run_knows(const char *option)
{
	pid_t pid = sys_fork();
	int status = 0;

	if (pid == 0)
		exec_quietly(option);
	return pid > 0 && sys_waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
	       WEXITSTATUS(status) == 0;
}

/* --- all --------------------------------------------------------------------------------------- */

int cgroup_read_facts(const char *given, struct cgroup_facts *ret, struct diag *diag)
{
	char text[CGROUP_LINES];
	struct mount_search search = { .facts = ret };
	int rc = cgroup_read_file(AT_FDCWD, "/proc/self/cgroup", text, sizeof(text));

	*ret = (struct cgroup_facts){ .uid = sys_geteuid(), .is_given = given };
	search.own = rc < 0 ? NULL : cgroup_line_unified(text);
	if (search.own)
		rc = each_mount(look_at_mount, &search);
	if (rc < 0)
		return diag_set(diag, -rc, "cannot find out in which cgroup we are");
	if (ret->mounted && !ret->own.err)
		examine(&ret->own);
	examine_systemd(search.own ? search.own : "/", ret);
	if (given) {
		snprintf(ret->given.path, sizeof(ret->given.path), "%s", given);
		examine(&ret->given);
		ret->given.foreign = ret->uid == 0 && is_foreign(given);
		ret->given.apart = ret->mounted && is_apart(ret, given);
	}
	return 0;
}

struct v1_search {
	struct controller *controller;
};

static void look_at_v1(const struct mount_entry *entry, void *arg)
{
	struct v1_search *search = arg;

	if (strcmp(entry->type, "cgroup") == 0 &&
	    mountinfo_has_option(entry->super_options, search->controller->name))
		snprintf(search->controller->v1, sizeof(search->controller->v1), "%s",
			 entry->point);
}

static bool lists(const char *path, const char *file, const char *name)
{
	_cleanup_close_ int dir = sys_openat(AT_FDCWD, path, O_PATH | O_DIRECTORY, 0);

	return dir >= 0 && cgroup_lists(dir, file, name);
}

void cgroup_read_controller(const struct cgroup_facts *facts, const struct cgroup_dir *parent,
			    struct controller *controller)
{
	struct v1_search search = { .controller = controller };
	char path[CGROUP_PATH];
	size_t top = strlen(facts->mount);

	controller->available = lists(parent->path, "cgroup.controllers", controller->name);
	controller->enabled = lists(parent->path, "cgroup.subtree_control", controller->name);
	if (controller->available)
		return;
	/* Without a list of mounts no version 1 is found, and the message says less. */
	each_mount(look_at_v1, &search);
	snprintf(path, sizeof(path), "%s", parent->path);
	for (char *slash = strrchr(path, '/'); slash && (size_t)(slash - path) >= top;
	     slash = strrchr(path, '/')) {
		*slash = '\0';
		if (!lists(path, "cgroup.controllers", controller->name))
			continue;
		snprintf(controller->above, sizeof(controller->above), "%s", path);
		return;
	}
}
