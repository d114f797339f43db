# shellcheck shell=sh disable=SC2034,SC2154 # variables of lib.sh and of the scripts
# SPDX-License-Identifier: GPL-2.0-or-later
# A terminal that the script types on, sourced after lib.sh and before in_private_ns:
#
# in_terminal ACTIONS CMD...
#               runs the command in a terminal, and what terminal.py calls actions on the terminal's other side.
#               Sets $out, the reports; $shown, all that the terminal showed; and $text, the same without
#               carriage returns.

command -v python3 >/dev/null || skip_all "python3 is missing"
needs_files tests/cli/terminal.py

in_terminal()
{
	printf '%s\n' "$1" >"$work/actions"
	shift
	log=$home/terminal.log
	# Of the mode before: it may be another user's.
	rm -f "$log"
	cat >"$work/driver" <<-END
		exec env TERMINAL_LOG='$log' python3 '$bin/terminal.py' "\$@" <'$work/actions'
	END
	run sh "$work/driver" "$@"
	shown=$(cat "$log" 2>/dev/null)
	text=$(printf '%s' "$shown" | tr -d '\r')
}
