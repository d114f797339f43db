/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shared libraries that are loaded when an applet first needs them, so that the others do not pay
 * for their relocation and constructors. A static program has them linked in: there the same tables
 * are filled by the linker.
 */
#ifndef XNS_LIBRARY_H
#define XNS_LIBRARY_H

#include <stddef.h>
#include <stdint.h>

struct library_symbol {
	void **place; /* where the function's address goes */
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
 * Fills all the symbols from the library (a soname). Loaded once, never closed. 0, or -ENOENT with
 * ret_text set to the loader's words (static storage).
 */
int library_load(const char *soname, const struct library_symbol *symbols, size_t n,
		 const char **ret_text);

/*
 * Records the dependency in the ELF file, where packagers' tools look for it:
 * https://uapi-group.org/specifications/specs/elf_dlopen_metadata/. The priority is "required" if the
 * packages depend on the library, and otherwise "recommended" or "suggested".
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
