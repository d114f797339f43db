#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Refusals, as refusals.list has them; what each hint says is done, and then it works (refusals.py).
# Words as arguments choose rows.
. "${0%/*}/lib.sh"
command -v python3 >/dev/null || skip_all "no python3"
is_real_root || [ -n "${XNS_PRIVATE:-}" ] || skip_all "not root"
needs_programs filter probe
in_private_ns "$@"
private_etc
export work bin
exec python3 "$XNS_SRCDIR/tests/cli/refusals.py" "$XNS_SRCDIR" "$XNS_SRCDIR/tests/cli/refusals.list" "$@"
