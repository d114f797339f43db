/* SPDX-License-Identifier: GPL-2.0-or-later */
/* /proc/PID/net opens for every visible process, also if its namespaces may not be opened (proc(5)). */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>

#include "base/macros.h"
#include "inventory/model.h"
#include "inventory/network.h"
#include "inventory/scan.h"
#include "kernel/bounded.h"
#include "kernel/proc.h"

bool network_parse_socket(const char *line, bool udp, uint16_t *ret_port)
{
	char local[33], remote[33]; /* an address of IPv6 has 32 digits */
	unsigned port, remote_port, state;

	if (sscanf(line, " %*u: %32[0-9A-F]:%4X %32[0-9A-F]:%4X %2X", local, &port, remote,
		   &remote_port, &state) != 5)
		return false;
	/* include/net/tcp_states.h: listening; and of UDP "closed", not connected */
	if (state != (udp ? 0x07 : 0x0a))
		return false;
	*ret_port = (uint16_t)port;
	return true;
}

bool network_parse_device(const char *line, char ret[NETWORK_NAME])
{
	size_t len;

	line += strspn(line, " ");
	len = strcspn(line, ":");
	/* A name has neither a colon nor a space (dev_valid_name() in net/core/dev.c). */
	if (line[len] != ':' || len == 0 || len >= NETWORK_NAME || strcspn(line, " |") < len)
		return false;
	memcpy(ret, line, len);
	ret[len] = '\0';
	return true;
}

static int take_socket(struct network *network, const char *line, bool udp)
{
	uint16_t port;

	return network_parse_socket(line, udp, &port) ? network_add_port(network, port, udp) : 0;
}

static int take_device(struct network *network, const char *line)
{
	struct network_link link = { .index = 0 };

	return network_parse_device(line, link.name) ? network_add_link(network, &link) : 0;
}

/* 0, -ENOMEM, another -errno if the file cannot be read, or 1 if there are too many. */
static int read_file(int proc, pid_t pid, const char *name, struct network *network)
{
	_cleanup_lines_ struct bounded_lines lines = { .fd = -1 };
	_cleanup_close_ int fd = -1;
	char path[64], *line;
	int rc;

	snprintf(path, sizeof(path), "%d/net/%s", (int)pid, name);
	fd = proc_open_file(proc, path, O_RDONLY);
	if (fd < 0)
		return fd;
	lines.fd = fd;
	for (size_t n = 0; (rc = bounded_next_line(&lines, &line)) > 0; n++) {
		if (n > NETWORK_MAX) {
			network->is_cut = true;
			return 1;
		}
		rc = strcmp(name, "dev") == 0 ? take_device(network, line)
					      : take_socket(network, line, *name == 'u');
		if (rc != 0)
			return rc;
	}
	return rc;
}

int network_read_proc(int proc, pid_t pid, uint64_t ino, unsigned what, struct network *network)
{
	static const char *const files[] = { "tcp", "tcp6", "udp", "udp6" };
	struct ns_process now = { .pid = pid };
	bool ports = what & NETWORK_PORTS, links = what & NETWORK_LINKS;
	int rc = 0;

	for (size_t i = 0; ports && rc >= 0 && i < ARRAY_LEN(files); i++) {
		rc = read_file(proc, pid, files[i], network);
		/* A kernel without IPv6 has no tcp6. */
		if (rc == -ENOENT && i > 0)
			rc = 0;
	}
	ports = ports && rc >= 0;
	if (rc != -ENOMEM && links)
		rc = read_file(proc, pid, "dev", network);
	links = links && rc >= 0;
	if (rc == -ENOMEM)
		return rc;
	/* The process may have ended or left, and its PID may be another's. */
	if (scan_process(proc, &now) == 0 && now.ns[NS_NET] == ino) {
		network->has_ports |= ports;
		network->has_links |= links;
	}
	return 0;
}
