#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# fetch-source.sh SUITE TARGET PACKAGE: makes the directory TARGET from the source package of a Debian suite, as its
# authors released it, without Debian's changes. apt-get compares the sums. If it fails, its last line on standard
# error is the reason.
set -eu
target=$2
package=$3
# shellcheck source=tests/compat/apt.sh
. "${0%/*}/apt.sh"
needs apt-get tar xz
begin "$target"
private_apt deb-src "$1"
cd "$part/root"
quietly apt-get source --download-only --tar-only "$package"
mkdir tree
# Translations are most of it.
tar -xf ./*.orig.tar.* -C tree --strip-components 1 --no-same-owner --exclude='*/po' --exclude='*/po-man'
rm -rf -- "$target"
mv tree "$target"
