#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A sample of the fault sweep; with --all, or other arguments of sweep.py, what they say.
if ! command -v python3 >/dev/null; then
	echo "1..0 # SKIP no python3"
	exit 0
fi
PYTHONDONTWRITEBYTECODE=1 exec python3 "${0%/*}/sweep.py" "$@"
