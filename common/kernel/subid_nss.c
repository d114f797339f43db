/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The only file that knows libsubid. It is loaded when needed; a static program does without it. */
#include "kernel/subid_nss.h"

#include <errno.h>
#include <stdlib.h>

#include "base/diag.h"
#include "base/macros.h"
#include "base/subid.h"
#include "kernel/library.h"

#define REMEDY_FILES "set 'subid: files' in /etc/nsswitch.conf"

#ifdef HAVE_LIBSUBID

/* libsubid's names for two of these are ours as well */
#define subid_range libsubid_range
#define subid_free libsubid_free
#include <shadow/subid.h>
#undef subid_range
#undef subid_free

static struct {
	__typeof__(subid_get_uid_ranges) *uid_ranges;
	__typeof__(subid_get_gid_ranges) *gid_ranges;
} libsubid;

static const struct library_symbol symbols[] = {
	LIBRARY_SYMBOL(libsubid.uid_ranges, subid_get_uid_ranges),
	LIBRARY_SYMBOL(libsubid.gid_ranges, subid_get_gid_ranges),
};

LIBRARY_NOTE("suggested", "libsubid.so." LIBSUBID_ABI, "libsubid",
	     "subordinate ids of other sources than /etc/subuid and /etc/subgid");

static int load(const char *source, struct diag *diag)
{
	const char *text = "";

	if (library_load("libsubid.so." LIBSUBID_ABI, symbols, ARRAY_LEN(symbols), &text) == 0)
		return 0;
	diag_set(diag, 0, "cannot ask '%s' (subid: in /etc/nsswitch.conf) for subordinate ids: %s",
		 source, text);
	diag_hint(diag, "install libsubid (Debian: libsubid" LIBSUBID_ABI "), or " REMEDY_FILES);
	return -EINVAL;
}

/* Does not call subid_init(), because that opens a stream for messages without O_CLOEXEC. */
int subid_nss_read(const char *source, const char *name, bool gid, struct subid_list *list,
		   struct diag *diag)
{
	_cleanup_free_ struct libsubid_range *ranges = NULL;
	int n, rc = load(source, diag);

	if (rc < 0)
		return rc;
	n = (gid ? libsubid.gid_ranges : libsubid.uid_ranges)(name, &ranges);
	if (n < 0) {
		diag_set(diag, 0, "'%s' (subid: in /etc/nsswitch.conf) does not tell the subordinate "
			 "%s of user '%s'", source, gid ? "gids" : "uids", name);
		diag_hint(diag, "try getsubids(1): the source does not know the user, or cannot be "
			  "reached");
		return -EINVAL;
	}
	for (int i = 0; rc == 0 && i < n; i++)
		rc = subid_add(list, ranges[i].start, ranges[i].count);
	return rc < 0 ? diag_set(diag, -rc, "cannot remember the subordinate ids") : 0;
}

#else

#ifdef STATIC_PROGRAM
#define LACK "is static, without libsubid"
#define REMEDY "use an xns that is not static"
#else
#define LACK "was built without libsubid"
#define REMEDY "build it with libsubid (Debian: libsubid-dev)"
#endif

int subid_nss_read(const char *source, const char *name, bool gid, struct subid_list *list,
		   struct diag *diag)
{
	(void)name;
	(void)gid;
	(void)list;
	diag_set(diag, 0, "subordinate ids come from '%s' (subid: in /etc/nsswitch.conf), and this "
		 "program " LACK, source);
	diag_hint(diag, REMEDY ", or " REMEDY_FILES);
	return -EINVAL;
}

#endif
