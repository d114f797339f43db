/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The only file that knows libcap-ng. Linking it would cost every start about 70 microseconds,
 * because its constructor asks the kernel twice for the last capability. So it is loaded when a
 * command line needs it; a static program links it.
 */
#include "kernel/caps.h"

#include <cap-ng.h>
#include <errno.h>
#include <stddef.h>
#include <sys/prctl.h>

#include "base/macros.h"
#include "kernel/library.h"
#include "kernel/sys.h"

static struct {
	__typeof__(capng_get_caps_process) *get_caps_process;
	__typeof__(capng_have_capability) *have_capability;
	__typeof__(capng_update) *update;
	__typeof__(capng_apply) *apply;
} capng;

static const struct library_symbol symbols[] = {
	LIBRARY_SYMBOL(capng.get_caps_process, capng_get_caps_process),
	LIBRARY_SYMBOL(capng.have_capability, capng_have_capability),
	LIBRARY_SYMBOL(capng.update, capng_update),
	LIBRARY_SYMBOL(capng.apply, capng_apply),
};

LIBRARY_NOTE("required", LIBCAP_NG_SONAME, "libcap-ng", "capabilities: --keep-caps");

int caps_load(const char **ret_text)
{
	return library_load(LIBCAP_NG_SONAME, symbols, ARRAY_LEN(symbols), ret_text);
}

/* The kernel may know more capabilities than the headers' CAP_LAST_CAP, but at most 64. */
enum { CAPS_MAX = 63 };

/*
 * If libcap-ng cannot read the ambient set when it is loaded, it assumes a kernel without ambient
 * capabilities, and from then on reports success without setting them.
 */
static int check_ambient(void)
{
	for (unsigned cap = 0; cap <= CAPS_MAX; cap++) {
		int rc;

		if (capng.have_capability(CAPNG_PERMITTED, cap) != 1)
			continue;
		rc = sys_prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, cap, 0, 0);
		if (rc != 1)
			return rc < 0 ? rc : -EPERM;
	}
	return 0;
}

int caps_make_ambient(void)
{
	if (capng.get_caps_process() < 0)
		return -EIO;
	for (unsigned cap = 0; cap <= CAPS_MAX; cap++)
		if (capng.have_capability(CAPNG_PERMITTED, cap) == 1 &&
		    capng.update(CAPNG_ADD, CAPNG_INHERITABLE, cap) < 0)
			return -EINVAL;
	errno = 0;
	if (capng.apply(CAPNG_SELECT_CAPS) < 0)
		return errno ? -errno : -EPERM;
	for (unsigned cap = 0; cap <= CAPS_MAX; cap++)
		if (capng.have_capability(CAPNG_PERMITTED, cap) == 1 &&
		    capng.update(CAPNG_ADD, CAPNG_AMBIENT, cap) < 0)
			return -EINVAL;
	errno = 0;
	if (capng.apply(CAPNG_SELECT_AMBIENT) < 0)
		return errno ? -errno : -EPERM;
	return check_ambient();
}
