# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Completions of xns and its applets for bash, on top of bash-completion. They ask xns, which looks
# into its option tables: xns(1), COMPLETIONS.

# Where the program begins, bash-completion takes over. Our words are whole; bash's own are parted at
# "=" and ":" too, so the place is found by the length of what stands before it.
_xns_program()
{
	local before own=0 bash=0 i=0
	before=$(printf %s "${words[@]:0:$1}")
	own=${#before}
	while ((bash < own)); do
		bash=$((bash + ${#COMP_WORDS[i]}))
		i=$((i + 1))
	done
	_command_offset "$i"
}

# $1: the bytes of the word that stand before the file's name
_xns_files()
{
	local before=${cur:0:$1} whole=$cur i
	cur=${cur:$1}
	_filedir ${2:+"$2"}
	cur=$whole
	# Readline would not know "-Rdir" for a directory.
	for i in "${!COMPREPLY[@]}"; do
		[[ $before != -[!-]* || ! -d ${COMPREPLY[i]} ]] ||
			{ COMPREPLY[i]+=/; compopt -o nospace; }
	done
	COMPREPLY=("${COMPREPLY[@]/#/"$before"}")
}

_xns()
{
	local cur words cword kind number word cut breaks
	local -a answer
	_get_comp_words_by_ref -n '=:' cur words cword
	mapfile -t answer < <(xns --complete "${words[@]:0:cword}" "$cur" 2>/dev/null)
	read -r kind number <<<"${answer[0]}"
	case $kind in
	command) _xns_program "$number"; return ;;
	files) _xns_files "$number" ;;
	directories) _xns_files "$number" -d ;;
	esac
	for word in "${answer[@]:1}"; do
		word=${word%%$'\t'*}
		[[ $word != *[!a-zA-Z0-9_.,:+/=-]* ]] || printf -v word %q "$word"
		COMPREPLY+=("$word")
	done
	[[ ${#COMPREPLY[@]} != 1 || ${COMPREPLY[0]} != *= ]] || compopt -o nospace
	# What readline replaces begins behind the last of these.
	breaks=${COMP_WORDBREAKS//[^=:]/}
	if [[ $breaks && $cur == *["$breaks"]* ]]; then
		cut=${cur%"${cur##*["$breaks"]}"}
		COMPREPLY=("${COMPREPLY[@]#"$cut"}")
	fi
}

# Linked to the name of a tool that xns replaces, it serves that name too.
complete -F _xns xns xunshare xnsenter xnsls xnetns
case ${BASH_SOURCE[0]##*/} in
unshare | nsenter | lsns) complete -F _xns "${BASH_SOURCE[0]##*/}" ;;
esac
