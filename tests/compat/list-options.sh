#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Prints the long options of the installed unshare, nsenter and lsns, for a file in tests/compat/options.
# Run it as an ordinary user, with the release to be recorded first on PATH.
set -eu
LC_ALL=C
export LC_ALL

says() { # PROGRAM ARGUMENT...: what it says of its options
	"$@" 2>&1 </dev/null | head -n 1
}

release=$(unshare --version)
echo "# SPDX-License-Identifier: GPL-2.0-or-later"
echo "# The long options of ${release#unshare from }, as tests/compat/list-options.sh found them: program,"
echo "# option, and whether it takes an argument."
for tool in unshare nsenter lsns; do
	# All names begin with an empty one, so getopt_long(3) calls that ambiguous and lists them.
	for option in $(says "$tool" --= | grep -o "'--[a-z-]*'" | tr -d "'"); do
		argument=none
		# If it takes the next word, nobody looks for an option there.
		case $(says "$tool" "$option=x") in
		*"doesn't allow an argument"*) ;;
		*) case $(says "$tool" "$option" --=) in
			*"is ambiguous"*) argument=optional ;;
			*) argument=required ;;
			esac ;;
		esac
		echo "$tool $option $argument"
	done
done
