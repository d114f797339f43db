/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finding programs as exec does, and what they want as their interpreter. */
#include "kernel/program.h"

#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "fake_sys.h"
#include "unit.h"

struct search {
	const char *name, *path, *program;
	int rc;
	const char *found;
};

static const struct search searches[] = {
	{ "found in the first directory", "/a:/b", "both", 0, "/a/both" },
	{ "found in a later directory", "/none:/a:/b", "late", 0, "/b/late" },
	{ "found in the working directory: an empty entry", "/a::/b", "here", 0, "here" },
	{ "found in the working directory: an empty end", "/a:", "here", 0, "here" },
	{ "found without PATH", NULL, "std", 0, "/usr/bin/std" },
	{ "not found", "/a:/b", "none", -ENOENT, NULL },
	{ "not found: no name", "/a", "", -ENOENT, NULL },
	{ "not executable", "/a", "plain", -EACCES, "/a/plain" },
	{ "not executable, but a later one is", "/a:/b", "mixed", 0, "/b/mixed" },
	{ "a directory is no program", "/a", "dir", -EACCES, "/a/dir" },
	{ "by its path", "/none", "/a/both", 0, "/a/both" },
	{ "by a relative path", "/none", "./rel", 0, "./rel" },
	{ "by a path where nothing is", "/a", "/x/none", -ENOENT, NULL },
};

static void make_files(void)
{
	fake_reset();
	fake_file("/a/both", "");
	fake_file("/b/both", "");
	fake_file("/b/late", "");
	fake_file("here", "");
	fake_file("./rel", "");
	fake_file("/usr/bin/std", "");
	fake_file("/a/plain", "")->mode = S_IFREG | 0644;
	fake_file("/a/mixed", "")->mode = S_IFREG | 0644;
	fake_file("/b/mixed", "");
	fake_dir("/a/dir");
}

static void is_searched(void **state)
{
	const struct search *row = *state;
	char found[64] = "";

	make_files();
	if (row->path)
		setenv("PATH", row->path, 1);
	else
		unsetenv("PATH");
	assert_int_equal(program_find(row->program, found, sizeof(found)), row->rc);
	if (row->found)
		assert_string_equal(found, row->found);
}

/* As in execvp(3), an error other than "no such file" or "no permission" ends the search. */
static void broken_directory_ends_the_search(void **state)
{
	char found[64];

	(void)state;
	make_files();
	setenv("PATH", "/none:/b", 1);
	fake_returns("fstatat", 1, -EIO);
	assert_int_equal(program_find("late", found, sizeof(found)), -EIO);
	make_files();
	fake_returns("fstatat", 1, -ENOTDIR);
	assert_int_equal(program_find("late", found, sizeof(found)), 0);
	make_files();
	fake_returns("fstatat", 1, -EACCES);
	assert_int_equal(program_find("none", found, sizeof(found)), -EACCES);
}

static void room_that_is_too_small(void **state)
{
	char found[8];

	(void)state;
	make_files();
	setenv("PATH", "/a:/b", 1);
	assert_int_equal(program_find("/long/path", found, sizeof(found)), -ENAMETOOLONG);
	assert_int_equal(program_find("long-name", found, sizeof(found)), -ENOENT);
}

/* --- interpreters ------------------------------------------------------------------------------ */

struct script {
	const char *name, *text;
	int rc;
	const char *interpreter;
};

static const struct script scripts[] = {
	{ "script", "#!/bin/sh\n", 1, "/bin/sh" },
	{ "script with blanks and an argument", "#! \t/usr/bin/env python\n", 1, "/usr/bin/env" },
	{ "script without a newline", "#!/bin/sh", 1, "/bin/sh" },
	{ "script that names nothing", "#!\nx", 0, NULL },
	{ "script of blanks", "#!   \n", 0, NULL },
	{ "two characters", "#!", 0, NULL },
	{ "text", "hello\n", 0, NULL },
	{ "empty", "", 0, NULL },
};

static void script_is_read(void **state)
{
	const struct script *row = *state;
	char interpreter[64] = "";

	fake_reset();
	fake_file("/p", row->text);
	assert_int_equal(program_interpreter("/p", interpreter, sizeof(interpreter)), row->rc);
	if (row->interpreter)
		assert_string_equal(interpreter, row->interpreter);
	fake_assert_closed();
}

/* A program of one header, one segment that does not matter, and PT_INTERP. */
static void make_elf64(const char *interpreter, uint64_t length)
{
	struct {
		Elf64_Ehdr header;
		Elf64_Phdr segments[2];
		char text[32];
	} file = { .header = { .e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64 },
			       .e_phnum = 2 },
		   .segments = { { .p_type = PT_LOAD },
				 { .p_type = PT_INTERP, .p_filesz = length } } };

	file.header.e_phoff = offsetof(__typeof__(file), segments);
	file.segments[1].p_offset = offsetof(__typeof__(file), text);
	snprintf(file.text, sizeof(file.text), "%s", interpreter);
	fake_bytes("/p", &file, sizeof(file));
}

static void make_elf32(const char *interpreter)
{
	struct {
		Elf32_Ehdr header;
		Elf32_Phdr segment;
		char text[64];
	} file = { .header = { .e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS32 },
			       .e_phnum = 1 },
		   .segment = { .p_type = PT_INTERP,
				.p_filesz = (Elf32_Word)strlen(interpreter) + 1 } };

	file.header.e_phoff = offsetof(__typeof__(file), segment);
	file.segment.p_offset = offsetof(__typeof__(file), text);
	snprintf(file.text, sizeof(file.text), "%s", interpreter);
	fake_bytes("/p", &file, sizeof(file));
}

static void elf_is_read(void **state)
{
	char interpreter[64] = "";

	(void)state;
	fake_reset();
	make_elf64("/lib64/ld.so", sizeof("/lib64/ld.so"));
	assert_int_equal(program_interpreter("/p", interpreter, sizeof(interpreter)), 1);
	assert_string_equal(interpreter, "/lib64/ld.so");
	make_elf32("/lib/ld.so");
	assert_int_equal(program_interpreter("/p", interpreter, sizeof(interpreter)), 1);
	assert_string_equal(interpreter, "/lib/ld.so");
	fake_assert_closed();
}

/* A static program, and files that are cut off or lie about their parts. */
static void elf_without_an_interpreter(void **state)
{
	char interpreter[16];

	(void)state;
	fake_reset();
	make_elf64("", 0);
	assert_int_equal(program_interpreter("/p", interpreter, sizeof(interpreter)), 0);
	make_elf64("/lib64/ld.so", 4000);
	assert_int_equal(program_interpreter("/p", interpreter, sizeof(interpreter)), 0);
	make_elf64("/lib64/ld.so", UINT64_MAX);
	assert_int_equal(program_interpreter("/p", interpreter, sizeof(interpreter)), 0);
	for (unsigned nth = 2; nth <= 4; nth++) {
		fake_reset();
		make_elf64("/lib64/ld.so", sizeof("/lib64/ld.so"));
		fake_returns("pread", nth, 3);
		assert_int_equal(program_interpreter("/p", interpreter, sizeof(interpreter)), 0);
	}
	fake_reset();
	make_elf32("/lib/ld.so");
	fake_returns("pread", 2, 3);
	assert_int_equal(program_interpreter("/p", interpreter, sizeof(interpreter)), 0);
	fake_assert_closed();
}

static void elf_that_is_cut_off(void **state)
{
	char interpreter[64];

	(void)state;
	fake_reset();
	fake_bytes("/p", "\177ELF\2", 5);
	assert_int_equal(program_interpreter("/p", interpreter, sizeof(interpreter)), 0);
}

static void program_that_cannot_be_read(void **state)
{
	char interpreter[64];

	(void)state;
	fake_reset();
	assert_int_equal(program_interpreter("/p", interpreter, sizeof(interpreter)), -ENOENT);
	fake_file("/p", "#!/bin/sh\n");
	fake_returns("pread", 1, -EIO);
	assert_int_equal(program_interpreter("/p", interpreter, sizeof(interpreter)), -EIO);
	fake_assert_closed();
}

static void check_looks_at_the_interpreter(void **state)
{
	(void)state;
	fake_reset();
	setenv("PATH", "/a", 1);
	assert_int_equal(program_check("p"), -ENOENT);
	fake_file("/a/p", "#!/bin/interpreter\n");
	assert_int_equal(program_check("p"), -ENOENT);
	fake_file("/bin/interpreter", "")->mode = S_IFREG | 0644;
	assert_int_equal(program_check("p"), -EACCES);
	fake_file("/bin/interpreter", "");
	assert_int_equal(program_check("p"), 0);
	/* One that may be run but not read is left to the kernel. */
	fake_returns("openat", 0, -EACCES);
	fake_remove("/bin/interpreter");
	assert_int_equal(program_check("p"), 0);
}

int main(void)
{
	UNIT_ADD_ROWS(is_searched, searches);
	UNIT_ADD(broken_directory_ends_the_search);
	UNIT_ADD(room_that_is_too_small);
	UNIT_ADD_ROWS(script_is_read, scripts);
	UNIT_ADD(elf_is_read);
	UNIT_ADD(elf_without_an_interpreter);
	UNIT_ADD(elf_that_is_cut_off);
	UNIT_ADD(program_that_cannot_be_read);
	UNIT_ADD(check_looks_at_the_interpreter);
	return unit_run("program");
}
