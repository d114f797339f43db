/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/loopback.h"

#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "base/diag.h"
#include "base/macros.h"
#include "kernel/sys.h"

int loopback_up(struct diag *diag)
{
	struct ifreq request = { .ifr_name = "lo" };
	_cleanup_close_ int fd = sys_socket(AF_INET, SOCK_DGRAM, 0);
	int rc = fd < 0 ? fd : sys_ioctl(fd, SIOCGIFFLAGS, &request);

	if (rc >= 0) {
		request.ifr_flags |= IFF_UP;
		rc = sys_ioctl(fd, SIOCSIFFLAGS, &request);
	}
	return rc < 0 ? diag_set(diag, -rc, "cannot bring the loopback device up") : 0;
}
