/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shows a resolv.conf and a file of hosts in a view of /etc, so that the host's files stay as they are. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>

#include "apply/internal.h"
#include "base/diag.h"
#include "base/macros.h"
#include "kernel/io.h"
#include "kernel/sys.h"

/* Directories for the file until the view of /etc has it; a small root may lack some of them. */
static const char *const places[] = { "/tmp", "/mnt", "/srv", "/run" };

static int mount_place(const char **ret)
{
	int rc = -ENOENT;

	for (size_t i = 0; rc == -ENOENT && i < ARRAY_LEN(places); i++) {
		*ret = places[i];
		rc = sys_mount("tmpfs", places[i], "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC,
			       "mode=0755,size=4m");
	}
	return rc;
}

static int write_file(int dir, const char *name, const char *text)
{
	_cleanup_close_ int file = sys_openat(dir, name, O_WRONLY | O_CREAT | O_EXCL, 0644);
	int rc = file < 0 ? file : io_write_all(file, text, strlen(text));

	/* Whatever the umask is. */
	return rc < 0 ? rc : sys_fchmod(file, 0644);
}

/* The texts of the two files, or NULL. */
static int write_files(const char *place, const char *resolv_conf, const char *hosts)
{
	_cleanup_close_ int dir = sys_openat(AT_FDCWD, place, O_PATH | O_DIRECTORY, 0);
	int rc = dir < 0 ? dir : 0;

	if (rc == 0 && resolv_conf)
		rc = write_file(dir, "resolv.conf", resolv_conf);
	if (rc == 0 && hosts)
		rc = write_file(dir, "hosts", hosts);
	return rc;
}

static int show(const struct apply *apply, const char *resolv_conf, const char *hosts,
		struct diag *diag)
{
	const char *place;
	int rc = mount_place(&place), left;

	if (rc < 0)
		return diag_set(diag, -rc, "cannot mount a directory for the file resolv.conf");
	rc = write_files(place, resolv_conf, hosts);
	if (rc < 0)
		diag_set(diag, -rc, "cannot write the file resolv.conf");
	else
		rc = etc_show(place, diag);
	/* The view has a mount of the file itself. */
	left = sys_umount2(place, MNT_DETACH);
	if (rc == 0 && left < 0)
		rc = diag_set(diag, -left, "cannot unmount the directory for the file resolv.conf");
	if (rc < 0 && plan_find(apply->plan, STEP_CHROOT))
		diag_hint(diag, "the new root needs /etc and a proc: add --mount-proc");
	return rc;
}

int do_resolver(struct apply *apply, const struct step *step, struct diag *diag)
{
	char text[128];

	/* The C library asks this server only; a query takes 5 s before it is repeated (resolv.conf(5)). */
	snprintf(text, sizeof(text), "nameserver %s\n", step->resolver.address);
	return show(apply, text, NULL, diag);
}

int do_take_etc(struct apply *apply, const struct step *step, struct diag *diag)
{
	return show(apply, step->take_etc.resolv_conf, step->take_etc.hosts, diag);
}
