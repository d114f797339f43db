/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stands for pasta(1) in the fault sweep: takes the options that an uplink needs, binds the ports, enters the
 * namespaces, makes a tap device there, writes its PID and stays. It carries no packets. With --version it ends at
 * once: with 0 if it knows all options.
 */
#include <fcntl.h>
#include <getopt.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { OPT_OTHER = 256, OPT_VERSION, OPT_PID, OPT_NETNS, OPT_USERNS };

static const struct option options[] = {
	{ "config-net", no_argument, NULL, OPT_OTHER },
	{ "no-netns-quit", no_argument, NULL, OPT_OTHER },
	{ "no-map-gw", no_argument, NULL, OPT_OTHER },
	{ "dns-forward", required_argument, NULL, OPT_OTHER },
	{ "dns-host", required_argument, NULL, OPT_OTHER },
	{ "map-host-loopback", required_argument, NULL, OPT_OTHER },
	{ "map-guest-addr", required_argument, NULL, OPT_OTHER },
	{ "outbound-if4", required_argument, NULL, OPT_OTHER },
	{ "version", no_argument, NULL, OPT_VERSION },
	{ "pid", required_argument, NULL, OPT_PID },
	{ "netns", required_argument, NULL, OPT_NETNS },
	{ "userns", required_argument, NULL, OPT_USERNS },
	{ NULL, 0, NULL, 0 },
};

static void die(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

static int open_file(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC);

	if (fd < 0)
		die(path);
	return fd;
}

/* "8080:80" for all addresses, "127.0.0.1/8080:80". The socket stays open. */
static void publish(const char *spec, int kind)
{
	const char *slash = strchr(spec, '/'), *port = slash ? slash + 1 : spec;
	struct sockaddr_in6 any = { .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)atoi(port)) };
	struct sockaddr_in loopback = { .sin_family = AF_INET, .sin_port = any.sin6_port,
					.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(slash ? AF_INET : AF_INET6, kind, 0), on = 1;

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
	    bind(fd, slash ? (struct sockaddr *)&loopback : (struct sockaddr *)&any,
		 slash ? sizeof(loopback) : sizeof(any)) < 0 ||
	    (kind == SOCK_STREAM && listen(fd, 1) < 0))
		die(spec);
}

static void enter(int fd, int type)
{
	if (fd >= 0 && setns(fd, type) < 0)
		die("setns");
}

static void make_device(void)
{
	struct ifreq request = { .ifr_name = "tap", .ifr_flags = IFF_TAP | IFF_NO_PI };

	if (ioctl(open_file("/dev/net/tun", O_RDWR), TUNSETIFF, &request) < 0)
		die("TUNSETIFF");
}

int main(int argc, char **argv)
{
	bool version = strcmp(argv[argc - 1], "--version") == 0;
	int pid_file = -1, net = -1, user = -1, id;

	while ((id = getopt_long(argc, argv, "ft:u:T:U:", options, NULL)) != -1) {
		if (id == '?')
			return EXIT_FAILURE;
		if (version)
			continue;
		if (id == OPT_PID)
			pid_file = open_file(optarg, O_WRONLY);
		if (id == OPT_NETNS)
			net = open_file(optarg, O_RDONLY);
		if (id == OPT_USERNS)
			user = open_file(optarg, O_RDONLY);
		if ((id == 't' || id == 'u') && strcmp(optarg, "none") != 0)
			publish(optarg, id == 't' ? SOCK_STREAM : SOCK_DGRAM);
	}
	if (version)
		return EXIT_SUCCESS;
	enter(user, CLONE_NEWUSER);
	enter(net, CLONE_NEWNET);
	make_device();
	if (dprintf(pid_file, "%d\n", (int)getpid()) < 0)
		die("the PID file");
	for (;;)
		pause();
}
