/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ports that the uplink publishes. pasta goes on without an address that is taken, so each is tried
 * before, and afterwards the listening sockets must be pasta's.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "apply/uplink.h"
#include "base/array.h"
#include "base/diag.h"
#include "base/macros.h"
#include "base/parse.h"
#include "kernel/bounded.h"
#include "kernel/io.h"
#include "kernel/proc.h"
#include "kernel/sys.h"
#include "uplink/pasta.h"
#include "uplink/publish.h"

/* The states in /proc/net/tcp and udp (include/net/tcp_states.h). */
enum { STATE_UNCONNECTED = 7, STATE_LISTEN = 10 };

static const struct {
	const char *file;
	bool udp;
	int family;
} tables[] = {
	{ "self/net/tcp", false, AF_INET },
	{ "self/net/tcp6", false, AF_INET6 },
	{ "self/net/udp", true, AF_INET },
	{ "self/net/udp6", true, AF_INET6 },
};

/* --- before ------------------------------------------------------------------------------------ */

/*
 * Binds a socket and closes it again. For TCP with SO_REUSEADDR, as pasta does it: an earlier
 * connection that has ended does not count (socket(7)).
 */
static int try_bind(const struct publish *port, int family)
{
	_cleanup_close_ int fd = sys_socket(family, port->udp ? SOCK_DGRAM : SOCK_STREAM, 0);
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons(port->outer) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons(port->outer) };
	int on = 1, rc = fd < 0 ? fd : 0;

	memcpy(&v4.sin_addr, port->address, sizeof(v4.sin_addr));
	memcpy(&v6.sin6_addr, port->address, sizeof(v6.sin6_addr));
	if (rc == 0 && !port->udp)
		rc = sys_setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (rc == 0 && family == AF_INET6)
		rc = sys_setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	if (rc == 0)
		rc = family == AF_INET ? sys_bind(fd, (const struct sockaddr *)&v4, sizeof(v4))
				       : sys_bind(fd, (const struct sockaddr *)&v6, sizeof(v6));
	return rc;
}

static int cannot_publish(const struct publish *port, int rc, struct diag *diag)
{
	char name[PUBLISH_NAME];

	publish_print_name(port, name);
	diag_set(diag, -rc, "cannot publish %s", name);
	if (rc == -EADDRINUSE)
		diag_hint(diag, "choose another port; this shows who has it: ss -%slnp sport = %u",
			  port->udp ? "u" : "t", port->outer);
	if (rc == -EACCES)
		diag_hint(diag, "choose a port from 1024 on; or as root: sysctl "
			  "net.ipv4.ip_unprivileged_port_start=%u", port->outer);
	return rc;
}

static int try_port(const struct publish *port)
{
	int rc;

	if (port->family)
		return try_bind(port, port->family);
	rc = try_bind(port, AF_INET);
	if (rc == 0)
		rc = try_bind(port, AF_INET6);
	/* A kernel without IPv6, or with ipv6.disable_ipv6. */
	return rc == -EAFNOSUPPORT || rc == -EADDRNOTAVAIL ? 0 : rc;
}

int uplink_try_ports(const struct uplink *uplink, struct diag *diag)
{
	for (size_t i = 0; i < uplink->n_ports; i++) {
		int rc = try_port(&uplink->ports[i]);

		if (rc < 0)
			return cannot_publish(&uplink->ports[i], rc, diag);
	}
	return 0;
}

/* --- after ------------------------------------------------------------------------------------- */

struct sockets {
	uint64_t *inodes; /* owned */
	size_t n, room;
	bool of_others; /* not pasta's, but those of the processes that we may look at */
};

/* The sockets that a process has open. 0 or -errno. */
static int list_sockets(int proc, pid_t pid, struct sockets *ret)
{
	char path[32], target[64];
	DIR *list = NULL;
	const char *name;
	int rc;

	snprintf(path, sizeof(path), "%d/fd", (int)pid);
	rc = io_open_dir(proc, path, &list);
	while (rc == 0 && (name = io_next_name(list, &rc)) != NULL) {
		uint64_t *larger, inode;

		if (io_read_link(dirfd(list), name, target, sizeof(target)) < 0 ||
		    sscanf(target, "socket:[%" SCNu64 "]", &inode) != 1)
			continue;
		larger = array_reserve(ret->inodes, ret->n + 1, &ret->room, sizeof(*larger));
		if (!larger) {
			rc = -ENOMEM;
			break;
		}
		ret->inodes = larger;
		ret->inodes[ret->n++] = inode;
	}
	if (list)
		closedir(list);
	return rc;
}

/*
 * A pasta that has entered a user namespace lets nobody but root look at its descriptors. Then its sockets
 * are those of our uid that no other process of ours has.
 */
static int list_known(int proc, pid_t pasta, struct sockets *ret)
{
	DIR *list = NULL;
	int rc = list_sockets(proc, pasta, ret);
	const char *name;
	pid_t pid;

	if (rc != -EACCES)
		return rc;
	ret->of_others = true;
	rc = io_open_dir(proc, ".", &list);
	while (rc == 0 && (name = io_next_name(list, &rc)) != NULL)
		if (parse_pid(name, &pid) == 0 && pid != pasta && list_sockets(proc, pid, ret) == -ENOMEM)
			rc = -ENOMEM;
	if (list)
		closedir(list);
	return rc;
}

/* An address in such a table: words of 32 bits, each printed as this machine reads it. */
static bool parse_address(const char *text, size_t len, uint8_t *ret)
{
	memset(ret, 0, 16);
	if (len != 8 && len != 32)
		return false;
	for (size_t word = 0; word < len / 8; word++) {
		char digits[9];
		uint32_t value;

		memcpy(digits, text + 8 * word, 8);
		digits[8] = '\0';
		value = (uint32_t)strtoull(digits, NULL, 16);
		memcpy(ret + 4 * word, &value, sizeof(value));
	}
	return true;
}

/* Whether a socket bound to this address gets what comes for the port's address. */
static bool takes_from(const struct publish *port, int family, const uint8_t *address)
{
	static const uint8_t any[16];

	if (memcmp(address, any, sizeof(any)) == 0 || !port->family)
		return true;
	return family == port->family && memcmp(address, port->address, sizeof(any)) == 0;
}

struct count {
	size_t ours, others;
};

/* "  0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000  0 INODE ..." */
static void count_line(const char *line, const struct publish *port, int family,
		       const struct sockets *sockets, struct count *count)
{
	char address[33];
	unsigned number, state, uid;
	uint64_t inode;
	uint8_t bytes[16];
	bool known = false;

	if (sscanf(line, " %*u: %32[0-9A-F]:%x %*s %x %*s %*s %*s %u %*u %" SCNu64, address, &number,
		   &state, &uid, &inode) != 5 ||
	    number != port->outer || !parse_address(address, strlen(address), bytes) ||
	    state != (port->udp ? STATE_UNCONNECTED : STATE_LISTEN) ||
	    !takes_from(port, family, bytes))
		return;
	for (size_t i = 0; i < sockets->n; i++)
		known = known || sockets->inodes[i] == inode;
	if (sockets->of_others ? !known && uid == sys_geteuid() : known)
		count->ours++;
	else
		count->others++;
}

static int count_listeners(int proc, const struct publish *port, const struct sockets *sockets,
			   struct count *ret)
{
	int rc = 0;

	for (size_t i = 0; rc >= 0 && i < ARRAY_LEN(tables); i++) {
		struct bounded_lines lines = { .fd = -1 };
		char *line;

		if (tables[i].udp != port->udp)
			continue;
		lines.fd = sys_openat(proc, tables[i].file, O_RDONLY, 0);
		/* Without IPv6 it has no table. */
		rc = lines.fd == -ENOENT ? 0 : lines.fd;
		while (lines.fd >= 0 && (rc = bounded_next_line(&lines, &line)) > 0)
			count_line(line, port, tables[i].family, sockets, ret);
		cleanup_close(&lines.fd);
		bounded_free(&lines);
	}
	return rc;
}

int uplink_check_ports(const struct uplink *uplink, int proc, pid_t pasta, struct diag *diag)
{
	struct sockets sockets = { .n = 0 };
	int rc = uplink->n_ports ? list_known(proc, pasta, &sockets) : 0;

	if (rc < 0)
		diag_set(diag, -rc, "cannot find out which ports the uplink publishes");
	for (size_t i = 0; rc == 0 && i < uplink->n_ports; i++) {
		struct count count = { .ours = 0 };

		rc = count_listeners(proc, &uplink->ports[i], &sockets, &count);
		if (rc < 0)
			diag_set(diag, -rc, "cannot find out which ports the uplink publishes");
		else if (count.others || !count.ours)
			rc = cannot_publish(&uplink->ports[i], -EADDRINUSE, diag);
	}
	free(sockets.inodes);
	return rc;
}
