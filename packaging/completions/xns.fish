# SPDX-License-Identifier: GPL-2.0-or-later
# Completions of xns and its applets for fish. They ask xns, which looks into its option tables:
# xns(1), COMPLETIONS.

function __xns_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l answer (command xns --complete $words "$current" 2>/dev/null)
    set -l head (string split ' ' -- $answer[1])
    switch "$head[1]"
        case command
            # The program's words alone, as if it had been called by itself.
            set -l from (math $head[2] + 1)
            complete -C (string join ' ' -- (string escape -- $words[$from..]) "$current")
        case files
            __xns_paths $head[2] "$current"
        case directories
            __xns_paths $head[2] "$current" | string match -r '.*/(?:\t.*)?$'
    end
    printf '%s\n' $answer[2..]
end

# $argv: the bytes of the word that stand before the file's name, and the word
function __xns_paths
    set -l before (string sub -l $argv[1] -- $argv[2])
    set -l name (string sub -s (math $argv[1] + 1) -- $argv[2])
    for path in (__fish_complete_path $name)
        printf '%s%s\n' $before $path
    end
end

# Linked to the name of a tool that xns replaces, it serves that name too.
for name in xns xunshare xnsenter xnsls xnetns (basename (status filename) .fish)
    complete -c $name -f -a '(__xns_complete)'
end
