#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# fetch.sh SUITE DIRECTORY [PACKAGES PROGRAMS]: makes DIRECTORY/SUITE from packages of a Debian suite: in bin/ the
# programs, in lib/ the libraries that they need and their loader, as ld.so. By default these are the programs
# that the compat tests compare with, of util-linux and iproute2; both arguments are lists of words. If it fails,
# its last line on standard error is the reason.
set -eu
suite=$1
target=$2/$suite
packages=${3:-util-linux iproute2}
programs=${4:-unshare nsenter lsns ip}
# shellcheck source=tests/compat/apt.sh
. "${0%/*}/apt.sh"
needs apt-get dpkg-deb
begin "$target"
private_apt deb "$suite"
# shellcheck disable=SC2086 # a list of words
quietly apt-get install --download-only -y $packages
for package in "$part"/cache/archives/*.deb; do
	dpkg-deb -x "$package" "$part/root"
done

mkdir -p "$part/made/bin" "$part/made/lib"
libraries=$(find "$part/root" -type d -name '*-linux-gnu*' -path '*/lib/*' | paste -sd :)
cp "$(find "$part/root" -type f -path '*-linux-gnu*/ld*.so.[0-9]' | head -n 1)" "$part/made/lib/ld.so"
for name in $programs; do
	find "$part/root" -type f -path "*bin/$name" -exec cp -t "$part/made/bin" {} +
	"$part/made/lib/ld.so" --library-path "$libraries" --list "$part/made/bin/$name" |
		awk '$2 == "=>" && $3 !~ /ld[.]so$/ { print $3 }' | xargs cp -Lt "$part/made/lib"
done
rm -rf -- "$target"
mv "$part/made" "$target"
