/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Capabilities that this process lacks, and how to get them (capabilities(7)). */
#include <linux/capability.h>
#include <linux/securebits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#include "base/capability.h"
#include "base/kernel.h"
#include "base/text.h"
#include "cause/internal.h"
#include "kernel/sys.h"

/* docker run --cap-add takes names without "CAP_". */
static void name_all(uint64_t mask, const char *separator, const char *prefix, char *buf,
		     size_t size)
{
	buf[0] = '\0';
	for (unsigned capability = 0; capability < 64; capability++)
		if (mask >> capability & 1)
			text_join(buf, size, separator, "%s%s", prefix,
				  capability_name(capability) + strlen("CAP_"));
	if (!buf[0])
		snprintf(buf, size, "a capability");
}

void rights_name(uint64_t mask, char *buf, size_t size)
{
	name_all(mask, " and ", "CAP_", buf, size);
}

/* False if the set cannot be read. */
static bool read_set(const struct search *search, const char *key, uint64_t *ret)
{
	char text[32], *end;

	if (!fact_status(search, key, text, sizeof(text)))
		return false;
	*ret = strtoull(text, &end, 16);
	return end != text && !*end;
}

int fact_capability(const struct search *search, unsigned capability)
{
	uint64_t mask;

	if (!read_set(search, "CapEff", &mask))
		return -1;
	return (int)(mask >> capability & 1);
}

uint64_t rights_missing(const struct search *search, uint64_t needs)
{
	uint64_t mask;

	return read_set(search, "CapEff", &mask) ? needs & ~mask : 0;
}

bool rights_lacks_setfcap(const struct search *search)
{
	return sys_geteuid() == 0 && fact_capability(search, CAP_SETFCAP) == 0;
}

/* execve(2) gives uid 0 the bounding set, unless the securebit noroot is set. */
static bool is_kept_from_root(uint64_t missing, uint64_t bounding)
{
	int bits = sys_prctl(PR_GET_SECUREBITS, 0, 0, 0, 0);

	return (bounding & missing) == missing && bits > 0 && bits & SECBIT_NOROOT;
}

/* bounded: root would lack them, too. */
static void ask_for_root(uint64_t missing, bool bounded, const char *as, char *buf, size_t size)
{
	char words[160], of_container[200];

	name_all(missing, " and ", "CAP_", words, sizeof(words));
	name_all(missing, " ", "--cap-add ", of_container, sizeof(of_container));
	if (bounded)
		snprintf(buf, size, "run it %s where root has %s (a container: %s)", as, words,
			 of_container);
	else
		snprintf(buf, size, "run it %s", as);
}

void rights_of_container(uint64_t missing, char *buf, size_t size)
{
	char words[200];

	name_all(missing, " ", "--cap-add ", words, sizeof(words));
	snprintf(buf, size,
		 "in a container: run that with %s, or --privileged; in a systemd unit: see "
		 "CapabilityBoundingSet=",
		 words);
}

void rights_remedy(const struct search *search, uint64_t missing, const char *as, char *buf,
		   size_t size)
{
	uint64_t bounding = 0;
	bool known = read_set(search, "CapBnd", &bounding);

	if (sys_geteuid() != 0) {
		ask_for_root(missing, known && missing & ~bounding, as, buf, size);
	} else if (known && is_kept_from_root(missing, bounding)) {
		snprintf(buf, size,
			 "start it without the securebit noroot, which keeps uid 0 from its "
			 "capabilities");
	} else if (known && !(missing & ~bounding)) {
		snprintf(buf, size, "start it anew from a process that has not dropped it");
	} else {
		rights_of_container(missing, buf, size);
	}
}

void rights_explain(const struct search *search, uint64_t missing, const char *as,
		    struct finding *ret)
{
	char words[200], remedy[320];

	rights_name(missing, words, sizeof(words));
	cause_why(ret, "it needs %s, which this process does not have", words);
	rights_remedy(search, missing, as, remedy, sizeof(remedy));
	cause_remedy(ret, "%s", remedy);
}

const char *rights_option(const struct search *search, int flags)
{
	if (probe_unshare(CLONE_NEWUSER | flags) != 0)
		return NULL;
	return rights_lacks_setfcap(search) ? "--user (-U)" : "--map-root-user (-r)";
}

bool fact_permitted(const struct search *search, uint64_t *ret)
{
	return read_set(search, "CapPrm", ret);
}
