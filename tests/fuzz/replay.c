/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TARGET FILE...   gives each file to the target, and some hundred variations of it that are the same
 * in every run. TAP on standard output. A property that does not hold ends the program.
 */
#include "fuzz.h"

enum { INPUT_MAX = 65536, VARIATIONS = 400 };

/* xorshift: the same numbers everywhere. */
static uint32_t next(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* Changes, repeats or removes a few bytes. Returns the new size. */
static size_t vary(uint8_t *data, size_t size, uint32_t *state)
{
	for (unsigned n = 1 + next(state) % 4; n > 0; n--) {
		size_t at = size ? next(state) % size : 0;

		switch (next(state) % 4) {
		case 0:
			data[at] = (uint8_t)next(state);
			break;
		case 1:
			data[at] ^= (uint8_t)(1u << next(state) % 8);
			break;
		case 2:
			size = at;
			break;
		default:
			if (size < INPUT_MAX / 2 && size > at) {
				memmove(data + at + 1, data + at, size - at);
				size++;
			}
		}
	}
	return size;
}

static int replay(const char *path)
{
	static uint8_t seed[INPUT_MAX], data[INPUT_MAX];
	FILE *file = fopen(path, "re");
	uint32_t state = 2463534242u;
	size_t size;

	if (!file)
		return -1;
	size = fread(seed, 1, INPUT_MAX, file);
	fclose(file);
	LLVMFuzzerTestOneInput(seed, size);
	for (int i = 0; i < VARIATIONS; i++) {
		memcpy(data, seed, size);
		LLVMFuzzerTestOneInput(data, vary(data, size, &state));
	}
	return 0;
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("1..%d\n", argc - 1);
	for (int i = 1; i < argc; i++) {
		const char *slash = strrchr(argv[i], '/');

		printf("%s %d - %s\n", replay(argv[i]) < 0 ? "not ok" : "ok", i,
		       slash ? slash + 1 : argv[i]);
	}
	return EXIT_SUCCESS;
}
