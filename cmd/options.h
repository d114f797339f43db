/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The option tables of the applets, for who needs several of them. */
#ifndef XNS_OPTIONS_H
#define XNS_OPTIONS_H

#include "opt/opt.h"

extern const struct opt doctor_options[];
extern const struct opt xnetns_options[];
extern const struct opt xnsenter_options[];
extern const struct opt xnsls_options[];
extern const struct opt xunshare_options[];

#endif
