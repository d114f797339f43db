#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The command lines of NAME.list, where this script is NAME.t, through the references and through ours:
# the same, or as NAME.differences says.
if ! command -v python3 >/dev/null; then
	echo "1..0 # SKIP no python3"
	exit 0
fi
tool=${0##*/}
PYTHONDONTWRITEBYTECODE=1 exec python3 "${0%/*}/compat.py" "${tool%.t}" "$@"
