/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The scan of small trees in place of /proc, also of hostile ones. */
#include "scan_unit.h"

#include "base/diag.h"
#include "inventory/model.h"
#include "inventory/scan.h"
#include "inventory/scan_internal.h"

/* ---- links ---- */

struct link_row {
	const char *text;
	enum ns_type type;
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

	assert_int_equal(scan_parse_link(row->text, strlen(row->text), &ino), row->type);
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

/* ---- trees ---- */

static const struct ns_node *node_of(const struct model *model, enum ns_type type, uint64_t ino)
{
	uint32_t index = model_find(model, type, ino);

	return index == MODEL_NONE ? NULL : &model->nodes[index];
}

static struct scan scan_tree(const struct tree *tree, unsigned types, unsigned flags,
			     struct model *model)
{
	struct scan request = { .proc = tree->fd, .types = types, .flags = flags };
	struct diag diag = { 0 };

	*model = (struct model){ 0 };
	assert_int_equal(scan(&request, model, &diag), 0);
	return request;
}

static void an_empty_proc(void **state)
{
	struct model model;

	assert_int_equal(scan_tree(*state, SCAN_ALL_TYPES, SCAN_FDS, &model).unreadable, 0);
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
	assert_int_equal(scan_tree(tree, SCAN_ALL_TYPES, SCAN_FDS | SCAN_RELATIONS, &model).unreadable,
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

/* A zombie has lost most namespaces; a kernel may lack a type. */
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
	assert_int_equal(scan_tree(tree, SCAN_ALL_TYPES, SCAN_FDS, &model).unreadable, 0);
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
	assert_int_equal(scan_tree(tree, SCAN_ALL_TYPES, SCAN_FDS, &model).unreadable, 3);
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
	scan_tree(tree, SCAN_ALL_TYPES, SCAN_FDS, &model);
	assert_int_equal(model.n_nodes, NS_COUNT + 2);
	node = node_of(&model, NS_NET, 300);
	assert_int_equal(node->n_processes, 0);
	assert_int_equal(node->n_holders, 1);
	assert_int_equal(model.holders[node->first_holder].by, HOLDER_FD);
	assert_int_equal(model.holders[node->first_holder].pid, 9);
	assert_int_equal(model.holders[node->first_holder].fd, 5);
	assert_non_null(node_of(&model, NS_UTS, 301));
	model_free(&model);
	scan_tree(tree, SCAN_ALL_TYPES, 0, &model);
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
	scan_tree(tree, SCAN_ALL_TYPES, SCAN_DEEP, &model);
	assert_int_equal(model.n_nodes, NS_COUNT + 2);
	node = node_of(&model, NS_NET, 401);
	assert_int_equal(model.holders[node->first_holder].by, HOLDER_THREAD);
	assert_int_equal(model.holders[node->first_holder].fd, 10);
	node = node_of(&model, NS_PID, 400);
	assert_int_equal(model.holders[node->first_holder].by, HOLDER_CHILDREN);
	model_free(&model);
	scan_tree(tree, SCAN_ALL_TYPES, 0, &model);
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
	scan_tree(tree, SCAN_ALL_TYPES, 0, &model);
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
	scan_tree(tree, SCAN_ALL_TYPES, 0, &model);
	assert_null(node_of(&model, NS_NET, 700));
	model_free(&model);
	scan_tree(tree, SCAN_ALL_TYPES, SCAN_DEEP, &model);
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
	assert_int_equal(scan_tree(tree, SCAN_ALL_TYPES, 0, &model).unreadable_mounts, 1);
	model_free(&model);
	assert_int_equal(scan_tree(tree, SCAN_ALL_TYPES, SCAN_DEEP, &model).unreadable_mounts, 2);
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
	scan_tree(tree, SCAN_ALL_TYPES, SCAN_FDS, &model);
	assert_int_equal(model.n_processes, 1500);
	assert_int_equal(model.n_nodes, NS_COUNT - 1 + 300 + 1);
	for (unsigned i = 0; i < 300; i++)
		assert_int_equal(node_of(&model, NS_UTS, 1000 + i)->n_processes, 5);
	assert_int_equal(node_of(&model, NS_PID, 104)->n_processes, 1500);
	model_free(&model);
}

/* Few processes are read in /proc, and many by BPF; open files count only if they are read. */
static void the_cheaper_way_is_estimated(void **state)
{
	struct scan_cost few = scan_estimate(20, 100, SCAN_FDS);
	struct scan_cost many = scan_estimate(240, 2000, SCAN_FDS);
	struct scan_cost closed = scan_estimate(240, 1000000, 0);
	struct scan_cost huge = scan_estimate(UINT32_MAX, 0, 0);

	(void)state;
	assert_true(few.proc < few.bpf);
	assert_true(many.proc > 2 * many.bpf);
	assert_true(closed.proc < many.proc);
	assert_true(scan_estimate(240, 2000, SCAN_FDS | SCAN_DEEP).proc > many.proc);
	assert_true(huge.proc > 8 * huge.bpf);
}

static void each_lack_of_bpf_has_its_reason(void **state)
{
	(void)state;
	assert_null(scan_no_bpf_text(NO_BPF_NONE));
	for (int why = NO_BPF_BUILD; why <= NO_BPF_KERNEL; why++) {
		struct scan scan = { .no_bpf = (enum scan_no_bpf)why };
		struct diag diag = { 0 };

		assert_non_null(scan_no_bpf_text(scan.no_bpf));
		assert_int_equal(scan_fail_bpf(&scan, -EPERM, &diag), -EPERM);
		assert_non_null(strstr(diag.hint, scan_no_bpf_text(scan.no_bpf)));
	}
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

int main(void)
{
	UNIT_ADD_ROWS(link_text, link_rows);
	UNIT_ADD(socket_links);
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
	ADD_TREE(one_process_alone);
	UNIT_ADD(the_cheaper_way_is_estimated);
	UNIT_ADD(each_lack_of_bpf_has_its_reason);
	return unit_run("xnsls_scan");
}
