#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# fetch.sh SUITE DIRECTORY [PACKAGES PROGRAMS]: makes DIRECTORY/SUITE from packages of a Debian suite: in bin/ the
# programs, in lib/ the libraries that they need and their loader, as ld.so. By default these are the programs
# that the compat tests compare with, of util-linux and iproute2; both arguments are lists of words. If it fails,
# its last line on standard error is the reason.
#
# apt-get gets a configuration and a state of its own, so neither the packages that are installed nor the
# lists that apt keeps of the archive change.
set -eu
umask 022
LC_ALL=C
export LC_ALL
suite=$1
target=$2/$suite
packages=${3:-util-linux iproute2}
programs=${4:-unshare nsenter lsns ip}
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

for tool in apt-get dpkg-deb; do
	if ! command -v "$tool" >/dev/null; then
		echo "$tool is missing" >&2
		exit 1
	fi
done
mkdir -p "$2"
part=$(mktemp -d "$2/$suite.XXXXXX")
trap 'rm -rf -- "$part"' EXIT
mkdir -p "$part/state/lists/partial" "$part/cache/archives/partial" "$part/log" "$part/root"
: >"$part/status"

# The archive that this machine's packages come from, if that is Debian's.
archive=$(apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' 2>/dev/null |
	grep -m 1 '/debian/*$') || archive=http://deb.debian.org/debian
signed=
[ ! -e "$keyring" ] || signed="[signed-by=$keyring] "
echo "deb $signed$archive $suite main" >"$part/sources.list"

# How to reach an archive stays as it is configured; commands that run after an update do not.
{
	apt-config dump Acquire
	cat <<-EOF
		Dir::State "$part/state";
		Dir::State::status "$part/status";
		Dir::Cache "$part/cache";
		Dir::Log "$part/log";
		Dir::Etc::main "/dev/null";
		Dir::Etc::parts "/dev/null";
		Dir::Etc::sourcelist "$part/sources.list";
		Dir::Etc::sourceparts "/dev/null";
		Dir::Etc::preferences "/dev/null";
		Dir::Etc::preferencesparts "/dev/null";
		APT::Sandbox::User "root";
		APT::Update::Error-Mode "any";
		APT::Install-Recommends "false";
		Acquire::Languages "none";
		Acquire::Retries "2";
		Acquire::http::Timeout "20";
		Acquire::https::Timeout "20";
	EOF
} >"$part/apt.conf"
export APT_CONFIG="$part/apt.conf"

quietly() {
	if ! "$@" >"$part/output" 2>&1; then
		grep '^E: ' "$part/output" | head -n 1 >&2
		return 1
	fi
}

quietly apt-get update
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
