/* SPDX-License-Identifier: GPL-2.0-or-later */
/* /proc/PID/stat: no name of a process passes for its state. */
#include "fuzz.h"
#include "kernel/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char letters[] = "RSDZTtXxKWPI";
	char *text = fuzz_text(data, size), *line, letter;
	size_t room = size + 64;

	target_parse_state(text);
	letter = letters[size ? data[0] % strlen(letters) : 0];
	line = malloc(room);
	HOLDS(line);
	snprintf(line, room, "4242 (%s) %c 1 4242 4242 0 -1", text, letter);
	HOLDS(target_parse_state(line) == letter);
	free(line);
	free(text);
	return 0;
}
