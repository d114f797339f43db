/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shared libraries that are loaded when an applet first needs them, so that other applets do not
 * pay for their relocation and constructors. In a static program the linker fills the same tables.
 */
#ifndef XNS_LIBRARY_H
#define XNS_LIBRARY_H

#include <stddef.h>
#include <stdint.h>

struct library_symbol {
	void **place; /* receives the function's address */
	const char *name;
	void *linked; /* its address in a static program, else NULL */
};

#ifdef STATIC_PROGRAM
#define LIBRARY_SYMBOL(variable, function) \
	{ (void **)&(variable), #function, (void *)(function) }
#else
#define LIBRARY_SYMBOL(variable, function) \
	{ (void **)&(variable), #function, NULL }
#endif

/*
 * Loads the library with this soname, once and for good, and looks up all the symbols. 0, or
 * -ENOENT with ret_text set to the loader's message (static storage).
 */
int library_load(const char *soname, const struct library_symbol *symbols, size_t n,
		 const char **ret_text);

/*
 * Records the dependency in the ELF file, where packaging tools look for it:
 * https://uapi-group.org/specifications/specs/elf_dlopen_metadata/. The priority is "required" if
 * the packages depend on the library, otherwise "recommended" or "suggested".
 */
#ifdef STATIC_PROGRAM
#define LIBRARY_NOTE(priority, soname, feature, description) struct library_note_unused
#else
#define LIBRARY_NOTE(priority, soname, feature, description)                                   \
	LIBRARY_NOTE_TEXT("[{\"feature\":\"" feature "\",\"description\":\"" description       \
			  "\",\"priority\":\"" priority "\",\"soname\":[\"" soname "\"]}]")
#define LIBRARY_NOTE_TEXT(json)                                                                \
	__attribute__((used, section(".note.dlopen"), aligned(4))) static const struct {       \
		uint32_t name_size, text_size, type;                                           \
		char name[4];                                                                  \
		_Alignas(4) char text[sizeof(json)];                                           \
	} library_note = { 4, sizeof(json), 0x407c0c0a, "FDO", json }
#endif

#endif
