/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Chooses the namespaces to enter and how, and the user namespace of --user-parent. */
#include "base/kernel.h"
#include "xnsenter_unit.h"

/*
 * The types in the order of enum ns_type: mnt uts ipc net pid user cgroup time. compared: "=" for a
 * namespace that is ours, "/" for another, "-" for a type that this kernel lacks, "." for what must
 * not be compared. sources: "T" the target's, "F" a file, "I" an id, "S" a socket, "P" a parent, "C" the
 * children's, "." none. optional: "o" if the kernel may lack the type.
 */
struct choosing {
	const char *name;
	bool privileged;
	const char *command;
	const char *compared, *sources, *optional;
	enum ns_type parent_of;
	bool is_owner, keeps_ids;
	bool own_net;
};

static const struct choosing choosings[] = {
	{ "what is named", true, "-t 7 -m -n/f -p:5 true", "........", "T..FI...",
	  "........", NS_NONE, false, false },
	{ "root's pid namespace is compared, and entered even if it is ours", true, "-t 7 -m -p true",
	  "....=...", "T...T...", "........", NS_NONE, false, false },
	{ "but not one that a file names", true, "-t 7 -a -p/f true", ".....=..", "TTTTF.TT",
	  "oooo..oo", NS_NONE, false, false },
	{ "not a name's, whose mount namespace is open", true, "-t unit:x -m true", "........", "T.......",
	  "........", NS_NONE, false, false },
	{ "those of the children", true, "-t 7 -m -p -T --children true", "....=...", "T...C..C",
	  "........", NS_NONE, false, false },
	{ "of all, as the children have them", true, "-t 7 -a --children -T/f true", "..../=..",
	  "TTTTC.TF", "oooo..o.", NS_NONE, false, false },
	{ "not the children's if it is ours", false, "-t 7 -a --children true", "=/==-===", ".T......",
	  ".o......", NS_NONE, false, false },
	{ "nothing", true, "-S 5 true", "........", "........", "........", NS_NONE, false,
	  false },
	{ "root enters all but its own user namespace", true, "-t 7 -a true", "..../=..",
	  "TTTTT.TT", "ooooo.oo", NS_NONE, false, false },
	{ "root enters all, with another user namespace", true, "-t 7 -a true", "....//..",
	  "TTTTTTTT", "oooooooo", NS_NONE, false, false },
	{ "a user enters none that is ours", false, "-t 7 -a true", "=/=/===-", ".T.T....",
	  ".o.o....", NS_NONE, false, false },
	{ "--all leaves out what the kernel lacks", true, "-t 7 -a true", "....=-..",
	  "TTTTT.TT", "ooooo.oo", NS_NONE, false, false },
	{ "a named type is not compared, nor optional", false, "-t 7 -a -u -n/f -U true",
	  "=.=.=.==", ".T.F.T..", "........", NS_NONE, false, false },
	{ "a socket", false, "-t 7 -a -N 9 true", "===.====", "...S....", "........",
	  NS_NONE, false, false },
	{ "the parent of --user", false, "-t 7 -n -U --user-parent true", "........",
	  "...T.P..", "........", NS_USER, false, false },
	{ "the parent of a file's", false, "-U/f --user-parent true", "........",
	  ".....F..", "........", NS_USER, false, false },
	{ "the owner of the first", false, "-t 7 -n/f -i --user-parent true", "........",
	  "..TF.P..", "........", NS_IPC, true, false },
	{ "the owner of a socket's", false, "-t 7 -N 9 --user-parent true", "........",
	  "...S.P..", "........", NS_NET, true, false },
	{ "the owner of the first of all", true, "-t 7 -a --user-parent true", "....//..",
	  "TTTTTPTT", "oooooooo", NS_MNT, true, false },
	{ "the owner of the first of all that is not ours", false,
	  "-t 7 -a --user-parent true", "===/====", "...T.P..", "...o....", NS_NET, true, false },
	{ "none entered, the parent of the target's", false, "-t 7 --user-parent true",
	  "........", ".....P..", "........", NS_USER, false, false },
	{ "all are ours, the parent of the target's", false, "-t 7 -a --user-parent true",
	  "========", ".....P..", "........", NS_USER, false, false },
	{ "the owner of a network of our own", false, "-i/g -n/f true", "........", "..FF.P..", "........",
	  NS_NET, true, false, true },
	{ "unless a user namespace is named", false, "-n/f -U/g true", "........", "...F.F..", "........",
	  NS_NONE, false, false, true },
	{ "ids that may have to be kept", false, "-t 7 -U --preserve-credentials true",
	  "........", ".....T..", "........", NS_NONE, false, true },
	{ "ids that a parent may have to keep", false,
	  "-t 7 -n --user-parent --preserve-credentials true", "........", "...T.P..", "........",
	  NS_NET, true, true },
	{ "no ids to keep in our own user namespace", true,
	  "-t 7 -a --preserve-credentials true", "....==..", "TTTTT.TT", "ooooo.oo", NS_NONE, false,
	  false },
	{ "ids that are kept whatever they are", false, "-t 7 -U --keep-outside-ids true",
	  "........", ".....T..", "........", NS_NONE, false, false },
};

static void choice_is(void **state)
{
	static const char source_letters[] = {
		[FROM_NOWHERE] = '.', [FROM_TARGET] = 'T', [FROM_FILE] = 'F',
		[FROM_ID] = 'I',      [FROM_SOCKET] = 'S', [FROM_PARENT] = 'P',
		[FROM_CHILDREN] = 'C',
	};
	const struct choosing *row = *state;
	char compared[NS_COUNT + 1] = "", sources[NS_COUNT + 1] = "", optional[NS_COUNT + 1] = "";
	struct made made;
	unsigned kinds;

	read_command(&made, row->command);
	find_facts(&made, row->privileged);
	kinds = xnsenter_compared(&made.request, row->privileged);
	for (int k = 0; k < NS_COUNT; k++) {
		compared[k] = kinds & 1u << k ? row->compared[k] : '.';
		made.facts.compared[k] = compared[k] == '='   ? COMPARED_SAME
					 : compared[k] == '/' ? COMPARED_OTHER
					 : compared[k] == '-' ? COMPARED_NO_TYPE
							      : COMPARED_NEVER;
		assert_true((kinds & 1u << k) == 0 || row->compared[k] != '.');
	}
	assert_string_equal(compared, row->compared);
	made.facts.own_net = row->own_net;
	xnsenter_choose(&made.request, &made.facts, &made.choice);
	for (int k = 0; k < NS_COUNT; k++) {
		sources[k] = source_letters[made.choice.source[k]];
		optional[k] = made.choice.optional_flags & ns_types[k].flag ? 'o' : '.';
	}
	assert_string_equal(sources, row->sources);
	assert_string_equal(optional, row->optional);
	assert_int_equal(made.choice.parent_of, row->parent_of);
	assert_int_equal(made.choice.is_owner, row->is_owner);
	assert_int_equal(made.choice.keeps_ids, row->keeps_ids);
}

/* --- and what the plan makes of it ----------------------------------------------------------------- */

/* Root relies on what was read of its user namespace. */
static void target_must_stay_in_its_user_namespace(void **state)
{
	static const struct {
		const char *command;
		bool privileged;
		const char *text;
		bool must;
	} rows[] = {
		{ "-t 7 -a true", true, "user:[5]", true },
		{ "-t 7 -U true", true, "user:[5]", true },
		{ "-t 7 -a true", true, "", false },
		{ "-t 7 -a true", false, "user:[5]", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct made made;

		read_command(&made, rows[i].command);
		find_facts(&made, rows[i].privileged);
		snprintf(made.facts.stays_in, sizeof(made.facts.stays_in), "%s", rows[i].text);
		xnsenter_choose(&made.request, &made.facts, &made.choice);
		xnsenter_plan(&made.request, &made.choice, &made.facts, &made.plan);
		assert_ptr_equal(plan_find(&made.plan, STEP_ENTER)->enter.stays_in,
				 rows[i].must ? made.facts.stays_in : NULL);
		plan_free(&made.plan);
	}
}

/* A namespace of the target's that was examined is entered by the descriptor that was examined. */
static void what_was_examined_is_entered(void **state)
{
	static const struct {
		const char *command, *path;
	} rows[] = {
		{ "-t unit:x -m -u true", "unit:x" },
		{ "-t 7 -m -u --user-parent true", "--target" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct step *step;
		struct made made;

		read_command(&made, rows[i].command);
		find_facts(&made, true);
		made.facts.fds[NS_MNT] = 55;
		xnsenter_choose(&made.request, &made.facts, &made.choice);
		xnsenter_plan(&made.request, &made.choice, &made.facts, &made.plan);
		assert_int_equal(plan_find(&made.plan, STEP_ENTER)->enter.flags, CLONE_NEWUTS);
		step = plan_find(&made.plan, STEP_SETNS);
		assert_int_equal(step->setns.ns, NS_MNT);
		assert_int_equal(step->setns.fd, 55);
		assert_string_equal(step->setns.path, rows[i].path);
		plan_free(&made.plan);
	}
}

/* A process that can look at ours in our own pid namespace can look at all of root's. */
static void our_own_pid_namespace_needs_no_distance(void **state)
{
	static const enum ns_comparison compared[] = { COMPARED_SAME, COMPARED_OTHER,
						       COMPARED_NEVER };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(compared); i++) {
		struct made made;

		read_command(&made, "-t 7 -m -p true");
		find_facts(&made, true);
		made.facts.compared[NS_PID] = compared[i];
		xnsenter_choose(&made.request, &made.facts, &made.choice);
		xnsenter_plan(&made.request, &made.choice, &made.facts, &made.plan);
		assert_int_equal(plan_find(&made.plan, STEP_FORK)->fork.flags,
				 FORK_FORWARD |
					 (compared[i] == COMPARED_SAME ? 0 : FORK_OUTSIDE));
		plan_free(&made.plan);
	}
}

/* A process that waits as a user has the new keyring, too. */
static void keys_stay_outside(void **state)
{
	static const struct {
		bool privileged;
		enum step_kind before;
	} rows[] = { { true, STEP_FORK }, { false, STEP_UNDUMPABLE } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct step *keyring;
		struct made made;

		read_command(&made, "-t 7 -U -p true");
		find_facts(&made, rows[i].privileged);
		made.facts.new_keyring = true;
		xnsenter_choose(&made.request, &made.facts, &made.choice);
		xnsenter_plan(&made.request, &made.choice, &made.facts, &made.plan);
		keyring = plan_find(&made.plan, STEP_KEYRING);
		assert_non_null(keyring);
		assert_int_equal(keyring[-1].kind, rows[i].before);
		assert_true(step_properties(keyring[1].kind) & PROP_ENTERS_NS);
		plan_free(&made.plan);
	}
}

int main(void)
{
	UNIT_ADD_ROWS(choice_is, choosings);
	UNIT_ADD(target_must_stay_in_its_user_namespace);
	UNIT_ADD(what_was_examined_is_entered);
	UNIT_ADD(our_own_pid_namespace_needs_no_distance);
	UNIT_ADD(keys_stay_outside);
	return unit_run("xnsenter_choose");
}
