/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From requests and facts to plans. Pure. */
#include <stdbool.h>
#include <stddef.h>
#include <sys/mount.h>

#include "base/ns.h"
#include "base/user.h"
#include "plan/rights.h"
#include "plan/step.h"
#include "uplink/pasta.h"
#include "xnetns/connect.h"
#include "xnetns/exec.h"
#include "xnetns/names.h"
#include "xnetns/step.h"
#include "xnetns/uplink.h"
#include "xnetns/xnetns.h"

/* ---- exec ---- */

static void plan_mounts(const struct xnetns *request, const struct exec_facts *facts,
			struct plan *plan)
{
	bool sysfs = !opt_given(&request->given, OPT_NO_SYSFS);
	struct step *step;

	/* On hosts with thousands of mounts, copying the mount namespace takes longer than all the
	 * rest. */
	if (!sysfs && !facts->etc[0] && !facts->resolver)
		return;
	plan_add(plan, STEP_UNSHARE)->unshare.flags = ns_types[NS_MNT].flag;
	step = plan_add(plan, STEP_PROPAGATION);
	step->propagation.flag = MS_SLAVE;
	step->propagation.word = "slave";
	if (sysfs)
		plan_add(plan, STEP_SYSFS)->sysfs.path = "/sys";
	if (facts->etc[0])
		plan_add(plan, STEP_ETC)->etc.path = facts->etc;
	if (facts->resolver)
		plan_add(plan, STEP_RESOLVER)->resolver.address = PASTA_DNS;
}

void exec_plan(const struct xnetns *request, const struct exec_facts *facts, char *const *argv,
	       struct plan *plan)
{
	struct step *step = plan_add(plan, STEP_SETNS);

	step->setns.fd = facts->ns;
	step->setns.ns = NS_NET;
	step->setns.path = facts->path;
	plan_mounts(request, facts, plan);
	if (facts->user->name) {
		rights_add_user(facts->user, false, plan);
		rights_add_home(facts->user, plan);
	}
	step = plan_add(plan, STEP_EXEC);
	step->exec.path = argv[0];
	step->exec.argv = argv;
}

/* ---- commands that change names ---- */

static void plan_store(const struct xnetns *request, struct netns_plan *plan)
{
	if (request->store)
		netns_plan_add(plan, NETNS_ANCHOR, NULL);
	netns_plan_add(plan, NETNS_STORE, NULL);
}

static void plan_record(const struct xnetns *request, struct netns_plan *plan)
{
	if (request->store)
		netns_plan_add(plan, NETNS_RECORD, NULL);
}

static void plan_name(const struct xnetns *request, const char *name, int self,
		      struct netns_plan *plan)
{
	bool up = opt_given(&request->given, OPT_UP);
	bool keep = opt_given(&request->given, OPT_EXISTS_OK);

	netns_plan_add(plan, !keep ? NETNS_CLEAR : up ? NETNS_KEEP_UP : NETNS_KEEP, name);
	netns_plan_add(plan, NETNS_CREATE, name);
	if (up)
		netns_plan_add(plan, NETNS_LOOPBACK, name);
	netns_plan_add(plan, NETNS_MOUNT, name)->fd = self;
}

void netns_plan_new(const struct xnetns *request, int self, struct netns_plan *plan)
{
	plan_store(request, plan);
	for (int i = 0; i < request->n_operands; i++)
		plan_name(request, request->operands[i], self, plan);
	plan_record(request, plan);
}

void netns_plan_attach(const struct xnetns *request, pid_t pid, int ns, struct netns_plan *plan)
{
	const char *name = request->operands[0];
	struct netns_step *step;

	plan_store(request, plan);
	netns_plan_add(plan, NETNS_CLEAR, name);
	step = netns_plan_add(plan, NETNS_ATTACH, name);
	step->fd = ns;
	step->source.pid = pid;
	step->source.text = request->operands[1];
	plan_record(request, plan);
}

void netns_plan_set(const struct xnetns *request, int32_t nsid, int ns, bool of_process,
		    struct netns_plan *plan)
{
	struct netns_step *step = netns_plan_add(plan, NETNS_SET_NSID, request->operands[0]);

	step->of_process = of_process;
	step->fd = ns;
	step->nsid = nsid;
}

/* Releases the lock while processes end, so that other commands need not wait for them. */
void netns_plan_delete(const struct xnetns *request, const struct names *names,
		       struct netns_plan *plan)
{
	if (opt_given(&request->given, OPT_KILL))
		for (size_t i = 0; i < names->n; i++) {
			struct netns_step *step = netns_plan_add(plan, NETNS_KILL, names->list[i]);

			step->kill.signal = request->kill_signal;
			step->kill.seconds = request->wait;
		}
	if (names->n > 0)
		netns_plan_add(plan, NETNS_LOCK, NULL);
	for (size_t i = 0; i < names->n; i++)
		netns_plan_add(plan, NETNS_REMOVE, names->list[i]);
	plan_record(request, plan);
}

/* Unmounts redundant mounts first, because the mount below may show other names. */
void netns_plan_gc(const struct xnetns *request, struct netns_plan *plan)
{
	bool dry_run = opt_given(&request->given, OPT_DRY_RUN);
	struct netns_step *step;

	netns_plan_add(plan, NETNS_LOCK, NULL);
	if (opt_given(&request->given, OPT_UNSEEN)) {
		step = netns_plan_add(plan, NETNS_UNSEEN, NULL);
		step->names = request->operands;
		step->dry_run = dry_run;
		plan_record(request, plan);
		return;
	}
	netns_plan_add(plan, NETNS_REDUNDANT, NULL)->dry_run = dry_run;
	netns_plan_add(plan, NETNS_LOCK_AGAIN, NULL);
	netns_plan_add(plan, NETNS_COLLECT, NULL)->dry_run = dry_run;
	if (request->store)
		netns_plan_add(plan, NETNS_FORGET, NULL)->dry_run = dry_run;
	if (!dry_run)
		plan_record(request, plan);
}

static struct netns_step *add_connection(enum netns_step_kind kind,
					 const struct connection *connection,
					 struct netns_plan *plan)
{
	struct netns_step *step = netns_plan_add(plan, kind, connection->ends[0].space);

	step->connection = connection;
	step->end = 0;
	return step;
}

/* The lock keeps two connects of the same pair apart. */
void netns_plan_connect(const struct connection *connection, struct netns_plan *plan)
{
	netns_plan_add(plan, NETNS_LOCK, NULL);
	add_connection(NETNS_PAIR, connection, plan);
	for (int k = 0; k < 2; k++)
		add_connection(NETNS_LINK, connection, plan)->end = k;
	add_connection(NETNS_MARK, connection, plan);
}

void netns_plan_uplink(const struct xnetns *request, const struct uplink_job *job, struct netns_plan *plan)
{
	bool off = opt_given(&request->given, OPT_OFF);

	netns_plan_add(plan, off ? NETNS_UPLINK_OFF : NETNS_UPLINK, job->name)->uplink = job;
}

void netns_plan_disconnect(const struct connection *connection, struct netns_plan *plan)
{
	netns_plan_add(plan, NETNS_LOCK, NULL);
	add_connection(NETNS_DISCONNECT, connection, plan);
}
