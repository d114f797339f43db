/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/program.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/macros.h"
#include "kernel/sys.h"

/*
 * the directories that execvp(3) searches without PATH; glibc and musl differ only in their order
 */
#define DEFAULT_PATH "/bin:/usr/bin"

static int examine(const char *path)
{
	struct stat st;
	int rc = sys_fstatat(AT_FDCWD, path, &st, 0);

	if (rc < 0)
		return rc;
	if (!S_ISREG(st.st_mode))
		return -EACCES;
	return sys_faccessat(AT_FDCWD, path, X_OK);
}

int program_find(const char *name, char *buf, size_t size)
{
	const char *dir = getenv("PATH");
	char refused[PATH_MAX];
	int result = -ENOENT;

	if (!*name)
		return -ENOENT;
	if (strchr(name, '/')) {
		if ((size_t)snprintf(buf, size, "%s", name) >= size)
			return -ENAMETOOLONG;
		return examine(name);
	}
	refused[0] = '\0';
	for (dir = dir ? dir : DEFAULT_PATH;; dir++) {
		size_t len = strcspn(dir, ":");
		/* An empty entry means the working directory (environ(7)). */
		int n = snprintf(buf, size, "%.*s%s%s", (int)len, dir, len ? "/" : "", name);

		if (n >= 0 && (size_t)n < size) {
			int rc = examine(buf);

			if (rc == 0)
				return 0;
			/* As in execvp(3), a later directory may still have an executable one. */
			if (rc != -EACCES && rc != -ENOENT && rc != -ENOTDIR)
				return rc;
			if (rc == -EACCES && result != -EACCES) {
				result = rc;
				snprintf(refused, sizeof(refused), "%s", buf);
			}
		}
		dir += len;
		if (!*dir)
			break;
	}
	if (result == -EACCES)
		snprintf(buf, size, "%s", refused);
	return result;
}

static int elf_interpreter(int fd, const unsigned char *head, char *buf, size_t size)
{
	bool wide = head[EI_CLASS] == ELFCLASS64;
	uint64_t offset, length = 0;
	size_t count, entry_size;
	Elf64_Ehdr header64;
	Elf32_Ehdr header32;

	memcpy(&header64, head, sizeof(header64));
	memcpy(&header32, head, sizeof(header32));
	offset = wide ? header64.e_phoff : header32.e_phoff;
	count = wide ? header64.e_phnum : header32.e_phnum;
	entry_size = wide ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr);
	for (size_t i = 0; i < count; i++, offset += entry_size) {
		Elf64_Phdr entry64;
		Elf32_Phdr entry32;

		if (wide && sys_pread(fd, &entry64, sizeof(entry64), (off_t)offset) !=
				    sizeof(entry64))
			return 0;
		if (!wide && sys_pread(fd, &entry32, sizeof(entry32), (off_t)offset) !=
				     sizeof(entry32))
			return 0;
		if ((wide ? entry64.p_type : entry32.p_type) != PT_INTERP)
			continue;
		length = wide ? entry64.p_filesz : entry32.p_filesz;
		offset = wide ? entry64.p_offset : entry32.p_offset;
		break;
	}
	if (length == 0 || length > size)
		return 0;
	if (sys_pread(fd, buf, (size_t)length, (off_t)offset) != (ssize_t)length)
		return 0;
	buf[length - 1] = '\0';
	return 1;
}

int program_interpreter(const char *path, char *buf, size_t size)
{
	_cleanup_close_ int fd = sys_openat(AT_FDCWD, path, O_RDONLY | O_NONBLOCK, 0);
	unsigned char head[256] = { 0 };
	ssize_t n;

	if (fd < 0)
		return fd;
	n = sys_pread(fd, head, sizeof(head) - 1, 0);
	if (n < 0)
		return (int)n;
	if (n > 2 && memcmp(head, "#!", 2) == 0) {
		const char *line = (const char *)head + 2;

		line += strspn(line, " \t");
		snprintf(buf, size, "%.*s", (int)strcspn(line, " \t\n"), line);
		return *buf != '\0';
	}
	if ((size_t)n >= sizeof(Elf64_Ehdr) && memcmp(head, ELFMAG, SELFMAG) == 0)
		return elf_interpreter(fd, head, buf, size);
	return 0;
}

int program_check(const char *name)
{
	char path[PATH_MAX], interpreter[PATH_MAX];
	int rc = program_find(name, path, sizeof(path));

	if (rc < 0)
		return rc;
	/* The kernel decides about a program that we may execute but not read. */
	if (program_interpreter(path, interpreter, sizeof(interpreter)) <= 0)
		return 0;
	return sys_faccessat(AT_FDCWD, interpreter, X_OK);
}
