/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shared by the fuzz targets. Each one is LLVMFuzzerTestOneInput(): it gives bytes to a parser and
 * asserts what must hold of the outcome. Linked with libFuzzer by "make fuzz", and otherwise with
 * replay.c, which runs the seeds in corpus/.
 */
#ifndef XNS_FUZZ_H
#define XNS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A property that does not hold ends the run; libFuzzer keeps the input. */
#define HOLDS(condition)                                                                        \
	do {                                                                                    \
		if (!(condition)) {                                                             \
			fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__,       \
				#condition);                                                    \
			abort();                                                                \
		}                                                                               \
	} while (0)

/* A terminated copy that is just as long, so that a read beyond it is noticed. To be freed. */
static inline char *fuzz_text(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	HOLDS(text);
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	return text;
}

/* The next byte, 0 at the end. */
static inline uint8_t fuzz_byte(const uint8_t **data, size_t *size)
{
	if (*size == 0)
		return 0;
	--*size;
	return *(*data)++;
}

#endif
