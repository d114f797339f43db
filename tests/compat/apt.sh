# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Fetches from Debian's archive, for the scripts fetch*.sh. If something fails, the last line on standard error
# is the reason.
umask 022
LC_ALL=C
export LC_ALL
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

needs()
{
	for tool in "$@"; do
		if ! command -v "$tool" >/dev/null; then
			echo "$tool is missing" >&2
			exit 1
		fi
	done
}

# begin TARGET: makes $part, a directory beside TARGET in which that is prepared, so that it is there whole or not.
begin()
{
	mkdir -p "${1%/*}"
	part=$(mktemp -d "$1.XXXXXX")
	trap 'rm -rf -- "$part"' EXIT
}

quietly()
{
	if ! "$@" >"$part/output" 2>&1; then
		grep '^E: ' "$part/output" | head -n 1 >&2
		return 1
	fi
}

# private_apt deb|deb-src SUITE: reads the lists of the suite. From then on apt has a configuration and a state of
# its own, so neither the packages that are installed nor the lists that apt keeps of the archive change.
private_apt()
{
	mkdir -p "$part/state/lists/partial" "$part/cache/archives/partial" "$part/log" "$part/root"
	: >"$part/status"

	# The archive that this machine's packages come from, if that is Debian's.
	archive=$(apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' 2>/dev/null |
		grep -m 1 '/debian/*$') || archive=http://deb.debian.org/debian
	signed=
	[ ! -e "$keyring" ] || signed="[signed-by=$keyring] "
	echo "$1 $signed$archive $2 main" >"$part/sources.list"

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
	quietly apt-get update
}
