/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads and writes files, links, directories and streams. kernel/bounded.h reads whole files. */
#ifndef XNS_IO_H
#define XNS_IO_H

#include <dirent.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/types.h>

/*
 * Reads the first line of a file, at most size - 1 bytes of it, without its newline. 0, or -errno
 * with buf untouched.
 */
int io_read_line(int dir, const char *path, char *buf, size_t size);

/* Writes all of the data, with as many write(2) calls as that takes. 0 or -errno. */
int io_write_all(int fd, const void *data, size_t size);

/* Writes the path of a descriptor of ours, "/proc/self/fd/FD", into buf and returns it. */
enum { IO_FD_PATH_SIZE = sizeof("/proc/self/fd/-2147483648"), IO_PROC_PREFIX = sizeof("/proc/") - 1 };
const char *io_fd_path(int fd, char buf[IO_FD_PATH_SIZE]);

/* The same path in an array that lives as long as the block around it. */
#define FD_PATH(fd) io_fd_path(fd, (char[IO_FD_PATH_SIZE]){ "" })

/*
 * fstat(2) from what the kernel has at hand (AT_STATX_DONT_SYNC, Linux 4.11): it does not ask a server,
 * which may never answer. 0 or -errno.
 */
int io_stat_known(int fd, struct stat *ret);

/*
 * Opens the file of a descriptor (even of O_PATH) once more with other flags, through /proc. The
 * caller owns the new descriptor. -errno; ENOENT without /proc.
 */
int io_reopen(int fd, int flags);

/* Closes every descriptor but 0 to 2 and these; a negative one is ignored. */
void io_close_others(const int *kept, size_t n);

/* Reads a symbolic link, at most size - 1 bytes of it, and terminates it. The length or -errno. */
ssize_t io_read_link(int dir, const char *path, char *buf, size_t size);

/* Opens a directory for io_next_name(); closedir(3) releases it. 0 or -errno. */
int io_open_dir(int dir, const char *path, DIR **ret);

/*
 * The next name except "." and "..", valid until the next call. NULL at the end or on an error;
 * only then *rc is set to -errno.
 */
const char *io_next_name(DIR *list, int *rc);

/* Flushes the stream. 0 or -errno; EIO if an earlier write to the stream failed. */
int io_flush(FILE *out);

#endif
