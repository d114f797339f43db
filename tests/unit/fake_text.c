/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Arguments of system calls in words, for the trace. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>

#include "base/kernel.h"
#include "base/parse.h"
#include "fake_internal.h"

enum { ROOM = 8192, ROOMS = 8 };

static char *next_room(void)
{
	static char rooms[ROOMS][ROOM];
	static unsigned next;

	next = (next + 1) % ROOMS;
	rooms[next][0] = '\0';
	return rooms[next];
}

/* Appends text after a separator, which the first text has not. */
static void put(char *room, const char *separator, const char *text)
{
	size_t used = strlen(room), len = strlen(text), gap = used ? strlen(separator) : 0;

	if (used + gap + len >= ROOM)
		return;
	memcpy(room + used, separator, gap);
	memcpy(room + used + gap, text, len + 1);
}

struct word {
	const char *name;
	unsigned long value;
};

#define WORD(name) { #name, (unsigned long)(name) }

static const struct word errnos[] = {
	WORD(EPERM),   WORD(ENOENT),  WORD(EINTR),    WORD(EIO),     WORD(ENXIO),
	WORD(EBADF),   WORD(ECHILD),  WORD(EAGAIN),   WORD(ENOMEM),  WORD(EACCES),
	WORD(EBUSY),   WORD(EEXIST),  WORD(EXDEV),    WORD(ENOTDIR), WORD(EISDIR),
	WORD(EINVAL),  WORD(EMFILE),  WORD(ENOSPC),   WORD(EPIPE),   WORD(ENOSYS),
	WORD(ELOOP),   WORD(EUSERS),  WORD(ENOTSUP),  WORD(ESRCH),   WORD(ENOEXEC),
	WORD(ERANGE),  WORD(E2BIG),   WORD(ETIMEDOUT), WORD(ENFILE), WORD(ENODEV),
	WORD(EMEDIUMTYPE), WORD(ENAMETOOLONG),
};

static const struct word clones[] = {
	WORD(CLONE_NEWNS),     WORD(CLONE_NEWUTS),  WORD(CLONE_NEWIPC),  WORD(CLONE_NEWUSER),
	WORD(CLONE_NEWPID),    WORD(CLONE_NEWNET),  WORD(CLONE_NEWCGROUP), WORD(CLONE_NEWTIME),
};

static const struct word opens[] = {
	WORD(O_WRONLY),    WORD(O_RDWR),   WORD(O_CREAT),    WORD(O_EXCL),   WORD(O_NOCTTY),
	WORD(O_TRUNC),     WORD(O_APPEND), WORD(O_NONBLOCK), WORD(O_DIRECTORY),
	WORD(O_NOFOLLOW),  WORD(O_CLOEXEC), WORD(O_PATH),
};

static const struct word mounts[] = {
	WORD(MS_RDONLY), WORD(MS_NOSUID), WORD(MS_NODEV),  WORD(MS_NOEXEC),  WORD(MS_REMOUNT),
	WORD(MS_BIND),   WORD(MS_MOVE),   WORD(MS_REC),    WORD(MS_PRIVATE), WORD(MS_SLAVE),
	WORD(MS_SHARED),
};

static const struct word ats[] = {
	WORD(AT_SYMLINK_NOFOLLOW), WORD(AT_EMPTY_PATH),
};

static const struct word prctls[] = {
	WORD(PR_SET_PDEATHSIG), WORD(PR_SET_KEEPCAPS), WORD(PR_SET_DUMPABLE),
	WORD(PR_SET_NO_NEW_PRIVS),
	WORD(PR_CAPBSET_DROP), WORD(PR_SET_SECCOMP), WORD(PR_GET_NO_NEW_PRIVS),
	WORD(PR_CAPBSET_READ),	WORD(PR_GET_SECCOMP), WORD(PR_GET_PDEATHSIG),
	WORD(PR_GET_DUMPABLE),	WORD(PR_GET_SECUREBITS), WORD(PR_CAP_AMBIENT),
};

static const struct word requests[] = {
	{ "SIOCGIFFLAGS", 0x8913 }, { "SIOCSIFFLAGS", 0x8914 }, WORD(NS_GET_USERNS),
	WORD(NS_GET_PARENT),	    WORD(NS_GET_NSTYPE),        WORD(NS_GET_OWNER_UID),
	WORD(NS_GET_ID),	    WORD(TIOCGWINSZ),           WORD(TIOCSWINSZ),
	WORD(TIOCSPTLCK),	    WORD(TIOCGPTPEER),          WORD(TIOCSCTTY),
	WORD(SIOCGSKNS),
};

static const char *find_word(const struct word *words, size_t n, unsigned long value)
{
	char *room;

	for (size_t i = 0; i < n; i++)
		if (words[i].value == value)
			return words[i].name;
	room = next_room();
	snprintf(room, ROOM, "%#lx", value);
	return room;
}

static const char *join_words(const struct word *words, size_t n, unsigned long value)
{
	char *room = next_room(), rest[32];

	for (size_t i = 0; i < n; i++) {
		if (!words[i].value || (value & words[i].value) != words[i].value)
			continue;
		put(room, "|", words[i].name);
		value &= ~words[i].value;
	}
	snprintf(rest, sizeof(rest), "%#lx", value);
	if (value || !*room)
		put(room, "|", rest);
	return room;
}

const char *text_errno(int err)
{
	return find_word(errnos, ARRAY_LEN(errnos), (unsigned long)err);
}

const char *text_clone(unsigned long flags)
{
	return join_words(clones, ARRAY_LEN(clones), flags);
}

const char *text_open(unsigned long flags)
{
	return flags ? join_words(opens, ARRAY_LEN(opens), flags) : "O_RDONLY";
}

const char *text_mount(unsigned long flags)
{
	return join_words(mounts, ARRAY_LEN(mounts), flags);
}

const char *text_at(unsigned long flags)
{
	return join_words(ats, ARRAY_LEN(ats), flags);
}

const char *text_prctl(int option)
{
	return find_word(prctls, ARRAY_LEN(prctls), (unsigned long)option);
}

const char *text_request(unsigned long request)
{
	return find_word(requests, ARRAY_LEN(requests), request);
}

const char *text_string(const char *text)
{
	return text ? text_data(text, strlen(text)) : "NULL";
}

/* Text in quotes, an int as a number, all else by its length. */
const char *text_data(const void *data, size_t n)
{
	const unsigned char *bytes = data;
	char *room = next_room(), *out = room;
	int number;

	if (n * 2 + 3 >= ROOM)
		return "...";
	*out++ = '"';
	for (size_t i = 0; i < n; i++) {
		if (bytes[i] == '\n') {
			*out++ = '\\';
			*out++ = 'n';
		} else if (isprint(bytes[i])) {
			*out++ = (char)bytes[i];
		} else if (n == sizeof(number)) {
			memcpy(&number, data, sizeof(number));
			snprintf(room, ROOM, "%d", number);
			return room;
		} else {
			snprintf(room, ROOM, "%zu bytes", n);
			return room;
		}
	}
	*out++ = '"';
	*out = '\0';
	return room;
}

const char *text_signal(int sig)
{
	char *room = next_room();

	signal_name(sig, room, ROOM);
	return room;
}

/* "[INT TERM]", or what is missing from all: "~[CHLD]". */
const char *text_set(const sigset_t *set)
{
	enum { LAST = 31 }; /* the others have no names */
	char *room = next_room(), *names = next_room();
	int members = 0;
	bool most;

	for (int sig = 1; sig <= LAST; sig++)
		members += sigismember(set, sig) == 1;
	most = members > LAST / 2;
	for (int sig = 1; sig <= LAST; sig++) {
		char name[16];

		signal_name(sig, name, sizeof(name));
		if ((sigismember(set, sig) == 1) != most)
			put(names, " ", name);
	}
	put(room, "", most ? "~[" : "[");
	put(room, "", names);
	put(room, "", "]");
	return room;
}

const char *text_argv(char *const *argv)
{
	char *room = next_room();

	for (; *argv; argv++)
		put(room, " ", *argv);
	return room;
}
