#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The scenarios of the fault sweep under valgrind; memory.py tells its arguments.
if ! command -v python3 >/dev/null; then
	echo "1..0 # SKIP no python3"
	exit 0
fi
PYTHONDONTWRITEBYTECODE=1 exec python3 "${0%/*}/memory.py" "$@"
