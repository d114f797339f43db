/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "xnetns_holders.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "diag.h"
#include "kernel.h"
#include "macros.h"
#include "ns.h"
#include "nsref.h"
#include "proc.h"
#include "sys.h"
#include "xnetns_process.h"
#include "xnsls_held.h"
#include "xnsls_model.h"
#include "xnsls_scan.h"

void holders_note(struct holders *holders, int dir, const char *name)
{
	struct diag ignored; /* a name without a namespace leaves none behind */
	_cleanup_close_ int fd = nsref_open_file(dir, name, NS_NET, NSREF_NOFOLLOW, &ignored);
	struct noted noted = { .name = name }, *list;
	struct stat st;

	if (fd < 0 || sys_fstat(fd, &st) < 0)
		return;
	list = array_grow(holders->list, holders->n, &holders->room, sizeof(*list));
	if (!list)
		return; /* for want of memory one warning is missing, and nothing else */
	holders->list = list;
	noted.ino = st.st_ino;
	if (sys_ioctl(fd, NS_GET_ID, &noted.id) < 0)
		noted.id = 0;
	holders->list[holders->n++] = noted;
}

void holders_forget(struct holders *holders, const char *name)
{
	if (holders->n > 0 && holders->list[holders->n - 1].name == name)
		holders->n--;
}

/* Stops the scan, by an error that means that one was found. */
static int see(pid_t pid, ino_t net, void *arg)
{
	(void)pid;
	return net == *(const ino_t *)arg ? -EEXIST : 0;
}

/* Cheap, since most are gone. Where the kernel cannot tell, only processes are looked for. */
static bool lives_on(const struct noted *noted)
{
	struct diag ignored;
	ino_t ino = noted->ino;
	int alive = noted->id ? nsref_is_alive(noted->id, NS_NET, ino) : -ENOSYS;

	return alive >= 0 ? alive : process_scan(see, &ino, &ignored) == -EEXIST;
}

static void warn(const struct model *model, const struct noted *noted)
{
	uint32_t index = model_find(model, NS_NET, noted->ino);
	_cleanup_free_ char *text =
		index == MODEL_NONE ? NULL : held_text(model, &model->nodes[index]);

	diag_warn("xnetns", "the namespace that was '%s' lives on, held by %s", noted->name,
		  text ? text : "something that cannot be seen from here");
}

void holders_report(struct holders *holders)
{
	struct model model = { 0 };
	struct diag diag;
	size_t n = 0;

	for (size_t i = 0; i < holders->n; i++)
		if (lives_on(&holders->list[i]))
			holders->list[n++] = holders->list[i];
	if (n > 0) {
		_cleanup_close_ int proc = proc_open_root(&diag);
		struct scan request = { .proc = proc, .kinds = 1u << NS_NET,
					.flags = SCAN_FDS | SCAN_DEEP };

		/* Without /proc the warnings are shorter. */
		if (proc >= 0 && scan(&request, &model, &diag) < 0)
			model_free(&model);
	}
	/* Whoever was only passing by, such as a listing, has let go meanwhile. */
	for (size_t i = 0; i < n; i++)
		if (lives_on(&holders->list[i]))
			warn(&model, &holders->list[i]);
	model_free(&model);
	free(holders->list);
	*holders = (struct holders){ 0 };
}
