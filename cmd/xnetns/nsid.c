/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "xnetns/nsid.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "xnetns/xnetns.h"

int number_parse(const char *text, int32_t *ret)
{
	unsigned long long value;
	char *end;

	text += strspn(text, " \t\n\v\f\r");
	text += *text == '+';
	if (*text < '0' || *text > '9')
		return -EINVAL;
	errno = 0;
	value = strtoull(text, &end, 0);
	if (*end || errno || value > INT32_MAX)
		return -EINVAL;
	*ret = (int32_t)value;
	return 0;
}

int nsid_parse(const char *what, const char *text, int32_t *ret, struct diag *diag)
{
	if (!text)
		diag_usage(diag, "'%s' needs a number", what);
	else if (number_parse(text, ret) < 0)
		diag_usage(diag, "'%s' is no %s: a number from 0 to 2147483647", text, what);
	else
		return 0;
	diag->status = STATUS_USAGE;
	return -EINVAL;
}

int nsid_refused(int rc, const char *words, const char *what, struct diag *diag)
{
	diag_set(diag, words[0] ? 0 : -rc, "%s%s%s", what, words[0] ? ": " : "", words);
	diag->status = STATUS_KERNEL;
	return rc;
}
