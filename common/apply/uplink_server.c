/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "apply/uplink.h"
#include "base/macros.h"
#include "kernel/bounded.h"
#include "kernel/sys.h"

#define STUB "127.0.0.53"

static bool is_address(const char *text)
{
	unsigned char address[16];

	return inet_pton(AF_INET, text, address) == 1 || inet_pton(AF_INET6, text, address) == 1;
}

/* The first server that pasta accepts: it has no interface after the address. */
static void read_server(const char *path, char ret[UPLINK_SERVER])
{
	struct bounded_lines lines = { .fd = sys_openat(AT_FDCWD, path, O_RDONLY | O_NONBLOCK, 0) };
	char *line;

	ret[0] = '\0';
	while (lines.fd >= 0 && !ret[0] && bounded_next_line(&lines, &line) > 0)
		if (sscanf(line, " nameserver %45s", ret) != 1 || !is_address(ret))
			ret[0] = '\0';
	cleanup_close(&lines.fd);
	bounded_free(&lines);
}

void uplink_find_server(char ret[UPLINK_SERVER])
{
	read_server("/etc/resolv.conf", ret);
	if (strcmp(ret, STUB) == 0)
		read_server("/run/systemd/resolve/resolv.conf", ret);
	else
		ret[0] = '\0';
}
