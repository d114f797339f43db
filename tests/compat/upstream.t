#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The tests of util-linux for unshare, nsenter and lsns, and those of iproute2 for netns, with our programs: upstream.py.
if ! command -v python3 >/dev/null; then
	echo "1..0 # SKIP no python3"
	exit 0
fi
PYTHONDONTWRITEBYTECODE=1 exec python3 "${0%/*}/upstream.py" "$@"
