/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The applets, as main.c and the installation know them. */
#ifndef XNS_APPLET_H
#define XNS_APPLET_H

struct applet {
	const char *name;
	const char *drop_in; /* the tool that it replaces, where that is one name; or NULL */
	const char *purpose; /* one line for the list */
	int (*main)(int argc, char **argv);
};

/* argv[0] is the applet's own name, whatever it was called by. Return the exit status. */
int xunshare_main(int argc, char **argv);

#endif
