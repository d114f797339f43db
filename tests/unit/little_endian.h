/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For tests that write the bytes of a message as little-endian machines have them: others skip these. */
#ifndef XNS_UNIT_LITTLE_ENDIAN_H
#define XNS_UNIT_LITTLE_ENDIAN_H

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#include <stdio.h>

int main(void)
{
	puts("1..0 # SKIP the bytes are those of little-endian machines");
	return 0;
}

int main_elsewhere(void);
#define main main_elsewhere
#endif

#endif
