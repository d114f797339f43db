/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef XNS_JSON_VERSION_H
#define XNS_JSON_VERSION_H

/* The first key of each JSON document and of each line. It grows if a key is removed or means something
 * else, never because one is added. */
#define JSON_VERSION 1

#endif
