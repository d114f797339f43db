/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The scan, on small trees that stand in for /proc, also hostile ones; and its parsers. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "diag.h"
#include "xnsls_model.h"
#include "xnsls_scan.h"

/* ---- links ---- */

struct link_row {
	const char *text;
	enum ns_kind kind;
	uint64_t ino;
};

static const struct link_row link_rows[] = {
	{ "mnt:[4026531832]", NS_MNT, 4026531832 },
	{ "uts:[4026531838]", NS_UTS, 4026531838 },
	{ "ipc:[1]", NS_IPC, 1 },
	{ "net:[4026531833]", NS_NET, 4026531833 },
	{ "pid:[4026531836]", NS_PID, 4026531836 },
	{ "user:[4026531837]", NS_USER, 4026531837 },
	{ "cgroup:[4026531835]", NS_CGROUP, 4026531835 },
	{ "time:[18446744073709551615]", NS_TIME, UINT64_MAX },
	{ "", NS_NONE, 0 },
	{ "net", NS_NONE, 0 },
	{ "net:", NS_NONE, 0 },
	{ "net:[", NS_NONE, 0 },
	{ "net:[]", NS_NONE, 0 },
	{ "net:[0]", NS_NONE, 0 },
	{ "net:[-1]", NS_NONE, 0 },
	{ "net:[ 1]", NS_NONE, 0 },
	{ "net:[1", NS_NONE, 0 },
	{ "net:[1]]", NS_NONE, 0 },
	{ "net:[1] (deleted)", NS_NONE, 0 },
	{ "net:[18446744073709551616]", NS_NONE, 0 },
	{ "net[1]", NS_NONE, 0 },
	{ "NET:[1]", NS_NONE, 0 },
	{ "xnet:[1]", NS_NONE, 0 },
	{ "/net:[1]", NS_NONE, 0 },
	{ "socket:[1]", NS_NONE, 0 },
	{ "pipe:[1]", NS_NONE, 0 },
	{ "anon_inode:[pidfd]", NS_NONE, 0 },
	{ "/dev/null", NS_NONE, 0 },
	{ "]", NS_NONE, 0 },
};

static void link_text(void **state)
{
	const struct link_row *row = *state;
	uint64_t ino = 0;

	assert_int_equal(scan_parse_link(row->text, strlen(row->text), &ino), row->kind);
	assert_true(ino == row->ino);
}

static void socket_links(void **state)
{
	(void)state;
	assert_int_equal(scan_parse_socket("socket:[1234]", 13), 1234);
	assert_int_equal(scan_parse_socket("socket:[]", 9), 0);
	assert_int_equal(scan_parse_socket("socket:[1234", 12), 0);
	assert_int_equal(scan_parse_socket("net:[1234]", 10), 0);
	assert_int_equal(scan_parse_socket("", 0), 0);
}

/* ---- status ---- */

struct status_row {
	const char *name;
	const char *text;
	int rc, ppid;
	uint32_t uid;
};

static const struct status_row status_rows[] = {
	{ "status: ordinary", "Name:\tsh\nPid:\t5\nPPid:\t4\nUid:\t1\t1000\t2\t3\n", 0, 4, 1000 },
	{ "status: no parent", "Name:\tsh\nPPid:\t0\nUid:\t0\t0\t0\t0\n", 0, 0, 0 },
	{ "status: without the last newline", "Name:\tsh\nPPid:\t7\nUid:\t0\t9", 0, 7, 9 },
	{ "status: a name that looks like it",
	  "Name:\tPPid:\t1\nPPid:\t4\nUid:\t1\t1000\t1\t1\n", 0, 4, 1000 },
	{ "status: a name with a newline",
	  "Name:\tx\nPPid:\t1\nUid:\t0\t0\t0\t0\nPPid:\t4\nUid:\t1\t1000\t1\t1\n", 0, 4, 1000 },
	{ "status: the largest id", "N\nPPid:\t1\nUid:\t0\t4294967295\n", 0, 1, UINT32_MAX },
	{ "status: empty", "", -EINVAL, -7, 77 },
	{ "status: no PPid", "Name:\tsh\nUid:\t0\t0\t0\t0\n", -EINVAL, -7, 77 },
	{ "status: no Uid", "Name:\tsh\nPPid:\t4\n", -EINVAL, -7, 77 },
	{ "status: one uid", "Name:\tsh\nPPid:\t4\nUid:\t0\n", -EINVAL, -7, 77 },
	{ "status: a negative parent", "Name:\tsh\nPPid:\t-4\nUid:\t0\t0\n", -EINVAL, -7, 77 },
	{ "status: too large a parent", "N\nPPid:\t4294967296\nUid:\t0\t0\n", -EINVAL, -7, 77 },
	{ "status: a tab too many", "N\nPPid:\t\t4\nUid:\t0\t0\n", -EINVAL, -7, 77 },
	{ "status: cut", "Name:\tsh\nPPid:\t", -EINVAL, -7, 77 },
};

static void status(void **state)
{
	const struct status_row *row = *state;
	uint32_t uid = 77;
	int ppid = -7;

	assert_int_equal(scan_parse_status(row->text, &ppid, &uid), row->rc);
	assert_int_equal(ppid, row->ppid);
	assert_int_equal(uid, row->uid);
}

/* ---- command lines ---- */

struct command_row {
	const char *name;
	const char *text;
	size_t len;
	bool cut;
	const char *expected;
};

static const struct command_row command_rows[] = {
	{ "command: words", "sh\0-c\0a b\0", 10, false, "sh -c a b" },
	{ "command: an empty word", "a\0\0b\0", 5, false, "a  b" },
	{ "command: rewritten title", "sshd: root [priv]\0\0\0\0", 21, false, "sshd: root [priv]" },
	{ "command: nothing", "", 0, false, "" },
	{ "command: NULs only", "\0\0\0", 3, false, "" },
	{ "command: cut", "abcdefgh", 8, true, "abcde..." },
	{ "command: cut before a character", "abc\xc3\xa9" "fgh", 8, true, "abc\xc3\xa9..." },
	{ "command: cut within a character", "abcd\xc3\xa9" "gh", 8, true, "abcd..." },
	{ "command: cut within a long character", "abc\xf0\x9f\x90\xa6" "h", 8, true, "abc..." },
};

static void command(void **state)
{
	const struct command_row *row = *state;
	char buf[64];

	memset(buf, 'X', sizeof(buf));
	memcpy(buf, row->text, row->len);
	assert_int_equal(scan_parse_command(buf, row->len, row->cut), strlen(row->expected));
	assert_string_equal(buf, row->expected);
}

/* ---- trees ---- */

struct tree {
	char path[64];
	int fd;
};

static void put_dir(const struct tree *tree, const char *path)
{
	if (mkdirat(tree->fd, path, 0755) < 0 && errno != EEXIST)
		fail_msg("mkdir %s: %s", path, strerror(errno));
}

static void put_link(const struct tree *tree, const char *path, const char *target)
{
	if (symlinkat(target, tree->fd, path) < 0)
		fail_msg("symlink %s: %s", path, strerror(errno));
}

static void put_file(const struct tree *tree, const char *path, const char *text, size_t len)
{
	int fd = openat(tree->fd, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), len);
	close(fd);
}

static void put_text(const struct tree *tree, const char *path, const char *text)
{
	put_file(tree, path, text, strlen(text));
}

/* A process in the namespaces 100 + kind, but for one of them. */
static void put_process(const struct tree *tree, int pid, enum ns_kind other, unsigned ino)
{
	char path[64], target[64];

	snprintf(path, sizeof(path), "%d", pid);
	put_dir(tree, path);
	snprintf(path, sizeof(path), "%d/ns", pid);
	put_dir(tree, path);
	for (int k = 0; k < NS_COUNT; k++) {
		snprintf(path, sizeof(path), "%d/ns/%s", pid, ns_types[k].name);
		snprintf(target, sizeof(target), "%s:[%u]", ns_types[k].name,
			 k == (int)other ? ino : 100 + (unsigned)k);
		put_link(tree, path, target);
	}
}

static int set_up(void **state)
{
	static struct tree tree;

	strcpy(tree.path, "/tmp/xns-scan.XXXXXX");
	if (!mkdtemp(tree.path))
		return -1;
	tree.fd = open(tree.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	*state = &tree;
	return tree.fd < 0 ? -1 : 0;
}

static int tear_down(void **state)
{
	struct tree *tree = *state;
	char command_line[128];

	close(tree->fd);
	snprintf(command_line, sizeof(command_line), "rm -rf -- '%s'", tree->path);
	return system(command_line);
}

static const struct ns_node *node_of(const struct model *model, enum ns_kind kind, uint64_t ino)
{
	uint32_t index = model_find(model, kind, ino);

	return index == MODEL_NONE ? NULL : &model->nodes[index];
}

static struct scan scan_tree(const struct tree *tree, unsigned kinds, unsigned flags,
			     struct model *model)
{
	struct scan request = { .proc = tree->fd, .kinds = kinds, .flags = flags };
	struct diag diag = { 0 };

	*model = (struct model){ 0 };
	assert_int_equal(scan(&request, model, &diag), 0);
	return request;
}

static void an_empty_proc(void **state)
{
	struct model model;

	assert_int_equal(scan_tree(*state, SCAN_ALL_KINDS, SCAN_FDS, &model).unreadable, 0);
	assert_int_equal(model.n_nodes, 0);
	model_free(&model);
}

static void processes_and_their_namespaces(void **state)
{
	const struct tree *tree = *state;
	struct model model;

	put_process(tree, 30, NS_NET, 200);
	put_process(tree, 4, NS_NONE, 0);
	put_process(tree, 200, NS_NET, 200);
	put_dir(tree, "fs");
	put_dir(tree, "12x");
	put_dir(tree, "-1");
	put_text(tree, "version", "Linux");
	assert_int_equal(scan_tree(tree, SCAN_ALL_KINDS, SCAN_FDS | SCAN_RELATIONS, &model).unreadable,
			 0);
	assert_int_equal(model.n_processes, 3);
	assert_int_equal(model.processes[0].pid, 4);
	assert_int_equal(model.processes[2].pid, 200);
	assert_int_equal(model.n_nodes, NS_COUNT + 1);
	assert_int_equal(node_of(&model, NS_NET, 200)->n_processes, 2);
	assert_int_equal(model.processes[node_of(&model, NS_NET, 200)->process].pid, 30);
	assert_int_equal(node_of(&model, NS_MNT, 100)->n_processes, 3);
	model_free(&model);
}

static void only_the_types_asked_for(void **state)
{
	const struct tree *tree = *state;
	struct model model;

	put_process(tree, 1, NS_NONE, 0);
	scan_tree(tree, 1u << NS_UTS | 1u << NS_IPC, 0, &model);
	assert_int_equal(model.n_nodes, 2);
	assert_non_null(node_of(&model, NS_UTS, 101));
	model_free(&model);
}

/* A zombie has lost what the others had; a kernel may lack a type. */
static void what_a_process_lacks_is_left_out(void **state)
{
	const struct tree *tree = *state;
	struct model model;

	put_dir(tree, "7");
	put_dir(tree, "7/ns");
	put_link(tree, "7/ns/user", "user:[5]");
	put_link(tree, "7/ns/pid", "mnt:[6]"); /* a lie: not of its type */
	put_link(tree, "7/ns/net", "x");
	put_dir(tree, "8");
	assert_int_equal(scan_tree(tree, SCAN_ALL_KINDS, SCAN_FDS, &model).unreadable, 0);
	assert_int_equal(model.n_nodes, 1);
	assert_int_equal(node_of(&model, NS_USER, 5)->n_processes, 1);
	model_free(&model);
}

static void what_cannot_be_read_is_counted_once(void **state)
{
	const struct tree *tree = *state;
	struct model model;

	put_process(tree, 1, NS_NONE, 0);
	put_link(tree, "2", "2");       /* ELOOP */
	put_text(tree, "3", "a file"); /* ENOTDIR */
	put_dir(tree, "4");
	put_text(tree, "4/ns", "a file");
	assert_int_equal(scan_tree(tree, SCAN_ALL_KINDS, SCAN_FDS, &model).unreadable, 3);
	assert_int_equal(node_of(&model, NS_NET, 103)->n_processes, 1);
	model_free(&model);
}

static void open_files_hold(void **state)
{
	const struct tree *tree = *state;
	const struct ns_node *node;
	struct model model;

	put_process(tree, 9, NS_NONE, 0);
	put_dir(tree, "9/fd");
	put_link(tree, "9/fd/0", "/dev/null");
	put_link(tree, "9/fd/1", "pipe:[77]");
	put_link(tree, "9/fd/5", "net:[300]");
	put_link(tree, "9/fd/12", "uts:[301]");
	put_link(tree, "9/fd/13", "/tmp/net:[302]");
	put_link(tree, "9/fd/x", "net:[303]");
	scan_tree(tree, SCAN_ALL_KINDS, SCAN_FDS, &model);
	assert_int_equal(model.n_nodes, NS_COUNT + 2);
	node = node_of(&model, NS_NET, 300);
	assert_int_equal(node->n_processes, 0);
	assert_int_equal(node->n_holders, 1);
	assert_int_equal(model.holders[node->first_holder].by, HOLDER_FD);
	assert_int_equal(model.holders[node->first_holder].pid, 9);
	assert_int_equal(model.holders[node->first_holder].fd, 5);
	assert_non_null(node_of(&model, NS_UTS, 301));
	model_free(&model);
	scan_tree(tree, SCAN_ALL_KINDS, 0, &model);
	assert_int_equal(model.n_nodes, NS_COUNT);
	model_free(&model);
	scan_tree(tree, 1u << NS_UTS, SCAN_FDS, &model);
	assert_int_equal(model.n_nodes, 2);
	model_free(&model);
}

static void threads_and_children_hold(void **state)
{
	const struct tree *tree = *state;
	const struct ns_node *node;
	struct model model;

	put_process(tree, 9, NS_NONE, 0);
	put_link(tree, "9/ns/pid_for_children", "pid:[400]");
	put_link(tree, "9/ns/time_for_children", "time:[107]"); /* the process's own */
	put_dir(tree, "9/task");
	put_dir(tree, "9/task/9");
	put_dir(tree, "9/task/10");
	put_dir(tree, "9/task/10/ns");
	put_link(tree, "9/task/10/ns/net", "net:[401]");
	put_link(tree, "9/task/10/ns/uts", "uts:[101]"); /* the process's own */
	scan_tree(tree, SCAN_ALL_KINDS, SCAN_DEEP, &model);
	assert_int_equal(model.n_nodes, NS_COUNT + 2);
	node = node_of(&model, NS_NET, 401);
	assert_int_equal(model.holders[node->first_holder].by, HOLDER_THREAD);
	assert_int_equal(model.holders[node->first_holder].fd, 10);
	node = node_of(&model, NS_PID, 400);
	assert_int_equal(model.holders[node->first_holder].by, HOLDER_CHILDREN);
	model_free(&model);
	scan_tree(tree, SCAN_ALL_KINDS, 0, &model);
	assert_int_equal(model.n_nodes, NS_COUNT);
	model_free(&model);
}

static void mounts_hold_and_their_names_are_decoded(void **state)
{
	const struct tree *tree = *state;
	const struct ns_node *node;
	size_t size = 1 << 17;
	char *text = calloc(1, size), *path = calloc(1, size);
	struct model model;

	assert_non_null(text);
	assert_non_null(path);
	memset(path, 'p', 70000);
	snprintf(text, size,
		 "1 0 8:1 / / rw - ext4 /dev/sda rw\n"
		 "2 1 0:4 net:[500] /run/netns/a\\040b\\012\\033[31m rw shared:1 - nsfs nsfs rw\n"
		 "nonsense\n"
		 "3 1 0:4 uts:[501] /%s rw - nsfs nsfs rw\n"
		 "4 1 0:4 net:[502] /x rw - ext4 nsfs rw\n"
		 "5 1 0:4 net:[503]/y /x rw - nsfs nsfs rw\n", path);
	put_dir(tree, "self");
	put_text(tree, "self/mountinfo", text);
	scan_tree(tree, SCAN_ALL_KINDS, 0, &model);
	assert_int_equal(model.n_nodes, 2);
	node = node_of(&model, NS_NET, 500);
	assert_string_equal(model.holders[node->first_holder].path, "/run/netns/a b\n\033[31m");
	node = node_of(&model, NS_UTS, 501);
	assert_int_equal(strlen(model.holders[node->first_holder].path), 70001);
	model_free(&model);
	free(text);
	free(path);
}

static void foreign_mounts_only_when_deep(void **state)
{
	const struct tree *tree = *state;
	const struct ns_node *node;
	struct model model;

	put_process(tree, 5, NS_MNT, 600);
	put_process(tree, 6, NS_MNT, 600);
	put_text(tree, "5/mountinfo", "2 1 0:4 net:[700] /inside rw - nsfs nsfs rw\n");
	put_text(tree, "6/mountinfo", "2 1 0:4 net:[701] /inside rw - nsfs nsfs rw\n");
	scan_tree(tree, SCAN_ALL_KINDS, 0, &model);
	assert_null(node_of(&model, NS_NET, 700));
	model_free(&model);
	scan_tree(tree, SCAN_ALL_KINDS, SCAN_DEEP, &model);
	node = node_of(&model, NS_NET, 700);
	assert_non_null(node);
	assert_int_equal(model.holders[node->first_holder].pid, 5);
	/* One process speaks for the mount namespace. */
	assert_null(node_of(&model, NS_NET, 701));
	model_free(&model);
}

static void mounts_that_cannot_be_read_are_counted(void **state)
{
	const struct tree *tree = *state;
	struct model model;

	put_process(tree, 5, NS_MNT, 600);
	put_process(tree, 6, NS_MNT, 601);
	put_dir(tree, "5/mountinfo"); /* EISDIR; that of 6 has gone */
	put_dir(tree, "self");
	put_dir(tree, "self/mountinfo");
	assert_int_equal(scan_tree(tree, SCAN_ALL_KINDS, 0, &model).unreadable_mounts, 1);
	model_free(&model);
	assert_int_equal(scan_tree(tree, SCAN_ALL_KINDS, SCAN_DEEP, &model).unreadable_mounts, 2);
	model_free(&model);
}

static void many_processes_are_read_by_several_threads(void **state)
{
	const struct tree *tree = *state;
	struct model model;

	for (int pid = 1; pid <= 1500; pid++)
		put_process(tree, pid, NS_UTS, 1000 + (unsigned)pid % 300);
	put_dir(tree, "1500/fd");
	put_link(tree, "1500/fd/3", "ipc:[9]");
	scan_tree(tree, SCAN_ALL_KINDS, SCAN_FDS, &model);
	assert_int_equal(model.n_processes, 1500);
	assert_int_equal(model.n_nodes, NS_COUNT - 1 + 300 + 1);
	for (unsigned i = 0; i < 300; i++)
		assert_int_equal(node_of(&model, NS_UTS, 1000 + i)->n_processes, 5);
	assert_int_equal(node_of(&model, NS_PID, 104)->n_processes, 1500);
	model_free(&model);
}

/* ---- details ---- */

static struct ns_process details_of(const struct tree *tree, int pid, unsigned what)
{
	struct ns_process process = { .pid = pid, .uid = MODEL_NO_UID }, *list[] = { &process };

	scan_details(tree->fd, list, 1, what);
	return process;
}

static void details_of_a_process(void **state)
{
	const struct tree *tree = *state;
	struct ns_process process;

	put_dir(tree, "5");
	put_text(tree, "5/status", "Name:\tsh\nPPid:\t4\nUid:\t1\t1000\t1\t1\n");
	put_file(tree, "5/cmdline", "a\0b c\0", 6);
	put_text(tree, "5/comm", "name\n");
	process = details_of(tree, 5, PROCESS_STATUS | PROCESS_COMMAND);
	assert_int_equal(process.ppid, 4);
	assert_int_equal(process.uid, 1000);
	assert_string_equal(process.command, "a b c");
	free(process.command);
	process = details_of(tree, 5, PROCESS_STATUS);
	assert_null(process.command);
}

static void without_a_command_line_the_name(void **state)
{
	const struct tree *tree = *state;
	struct ns_process process;

	put_dir(tree, "5");
	put_text(tree, "5/cmdline", "");
	put_text(tree, "5/comm", "a) R\n1 \033[2J\n");
	process = details_of(tree, 5, PROCESS_COMMAND);
	assert_string_equal(process.command, "a) R\n1 \033[2J");
	free(process.command);
}

static void long_command_lines_are_cut(void **state)
{
	const struct tree *tree = *state;
	char *text = malloc(100000);
	struct ns_process process;

	assert_non_null(text);
	memset(text, 'x', 100000);
	put_dir(tree, "5");
	put_file(tree, "5/cmdline", text, 4096);
	put_dir(tree, "6");
	put_file(tree, "6/cmdline", text, 100000);
	process = details_of(tree, 5, PROCESS_COMMAND);
	assert_int_equal(strlen(process.command), 4096);
	free(process.command);
	process = details_of(tree, 6, PROCESS_COMMAND);
	assert_int_equal(strlen(process.command), 4097);
	assert_string_equal(process.command + 4094, "...");
	free(process.command);
	free(text);
}

static void details_of_one_that_has_ended(void **state)
{
	const struct tree *tree = *state;
	struct ns_process process = details_of(tree, 5, PROCESS_STATUS | PROCESS_COMMAND);

	assert_int_equal(process.uid, MODEL_NO_UID);
	assert_null(process.command);
}

static void one_process_alone(void **state)
{
	const struct tree *tree = *state;
	struct ns_process process = { .pid = 5 };

	put_process(tree, 5, NS_NET, 900);
	assert_int_equal(scan_process(tree->fd, &process), 0);
	assert_int_equal(process.ns[NS_NET], 900);
	process.pid = 6;
	assert_int_equal(scan_process(tree->fd, &process), -ENOENT);
}

#define ADD_TREE(function)                                                     \
	(unit_add(#function, function, NULL),                                  \
	 unit_tests[unit_n_tests - 1].setup_func = set_up,                     \
	 unit_tests[unit_n_tests - 1].teardown_func = tear_down)

int main(void)
{
	UNIT_ADD_ROWS(link_text, link_rows);
	UNIT_ADD(socket_links);
	UNIT_ADD_ROWS(status, status_rows);
	UNIT_ADD_ROWS(command, command_rows);
	ADD_TREE(an_empty_proc);
	ADD_TREE(processes_and_their_namespaces);
	ADD_TREE(only_the_types_asked_for);
	ADD_TREE(what_a_process_lacks_is_left_out);
	ADD_TREE(what_cannot_be_read_is_counted_once);
	ADD_TREE(open_files_hold);
	ADD_TREE(threads_and_children_hold);
	ADD_TREE(mounts_hold_and_their_names_are_decoded);
	ADD_TREE(foreign_mounts_only_when_deep);
	ADD_TREE(mounts_that_cannot_be_read_are_counted);
	ADD_TREE(many_processes_are_read_by_several_threads);
	ADD_TREE(details_of_a_process);
	ADD_TREE(without_a_command_line_the_name);
	ADD_TREE(long_command_lines_are_cut);
	ADD_TREE(details_of_one_that_has_ended);
	ADD_TREE(one_process_alone);
	return unit_run("xnsls_scan");
}
