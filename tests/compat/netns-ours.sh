#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# `netns` for ip-netns.list: ours.
exec xns xnetns "$@"
