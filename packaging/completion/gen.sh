#!/bin/sh
# SPDX-License-Identifier: MIT
#
# gen.sh bash|zsh|fish: make the completion for a shell from what `utrace --help`
# prints, which comes from standard input.  After a change to an option:
#
#   for shell in bash zsh fish; do
#     ./utrace --help | sh packaging/completion/gen.sh $shell \
#       >packaging/completion/utrace.$shell
#   done
set -eu

# one option a line: LETTER|NAME|ARGUMENT|WORDS|HELP; an empty field is a dash.
# WORDS are the values that the help quotes or, for FORMAT, lists.
options() {
	awk '
	function words(text,	list) {
		while (match(text, /`[a-z]+\047/)) {
			list = list " " substr(text, RSTART + 1, RLENGTH - 2)
			text = substr(text, RSTART + RLENGTH)
		}
		return list
	}
	function flush() {
		if (name == "")
			return
		list = words(help)
		if (argument == "FORMAT") {
			list = help
			gsub(/,/, "", list)
			help = "the format of the result"
		}
		if (argument == "")
			list = ""
		sub(/^ /, "", list)
		while (match(help, /`[a-z]+\047/))
			help = substr(help, 1, RSTART - 1) \
			    substr(help, RSTART + 1, RLENGTH - 2) \
			    substr(help, RSTART + RLENGTH)
		sub(/,? or when .*/, "", help)
		print (letter == "" ? "-" : letter) "|" name "|" \
		    (argument == "" ? "-" : argument) "|" \
		    (list == "" ? "-" : list) "|" help
		name = ""
	}
	/^  (-.,|   ) --/ {
		flush()
		letter = substr($1, 1, 2) == "--" ? "" : substr($1, 2, 1)
		line = substr($0, 9)
		match(line, /^[a-z-]+/)
		name = substr(line, 1, RLENGTH)
		line = substr(line, RLENGTH + 1)
		argument = ""
		if (match(line, /^ [A-Z]+/)) {
			argument = substr(line, 2, RLENGTH - 1)
			line = substr(line, RLENGTH + 1)
		}
		sub(/^ +/, "", line)
		help = line
		next
	}
	/^                    / && name != "" { sub(/^ +/, " "); help = help $0; next }
	{ flush() }
	END { flush() }'
}

# what a value can be, beside words: file, folder, process or none
kind() { # ARGUMENT
	case $1 in
	FILE | POLICY) echo file ;;
	DIR) echo folder ;;
	PID) echo process ;;
	*) echo none ;;
	esac
}

# the patterns of a shell's `case' for an option's letter
short_patterns() { # LETTER
	case $1 in
	-) ;;
	f) echo '-f | -o | ' ;;
	*) echo "-$1 | " ;;
	esac
}

bash_completion() {
	echo '# made by packaging/completion/gen.sh from utrace --help'
	echo '_utrace() {'
	echo '	local cur=$2 prev=$3 i word'
	echo '	# behind PROGRAM, complete as for it'
	echo '	for ((i = 1; i < COMP_CWORD; i++)); do'
	echo '		word=${COMP_WORDS[i]}'
	echo '		case $word in'
	while IFS='|' read -r letter name argument words help; do
		[ "$argument" != - ] || continue
		short=$(short_patterns "$letter")
		echo "		$short--$name) i=\$((i + 1)) ;;"
	done <"$temp"
	echo '		-*) ;;'
	echo '		*)'
	echo '			COMPREPLY=($(compgen -f -- "$cur"))'
	echo '			return 0'
	echo '			;;'
	echo '		esac'
	echo '	done'
	echo '	case $prev in'
	while IFS='|' read -r letter name argument words help; do
		[ "$argument" != - ] || continue
		short=$(short_patterns "$letter")
		reply="-W '$words'"
		if [ "$words" = - ]; then
			case $(kind "$argument") in
			file) reply=-f ;;
			folder) reply=-d ;;
			process) reply='-W "$(cd /proc && echo [1-9]*)"' ;;
			none) reply="-W ''" ;;
			esac
		fi
		echo "	$short--$name) COMPREPLY=(\$(compgen $reply -- \"\$cur\")) ;;"
	done <"$temp"
	echo '	*)'
	echo '		case $cur in'
	printf '		-*) COMPREPLY=($(compgen -W "'
	while IFS='|' read -r letter name argument words help; do
		[ "$letter" = - ] || printf '%s ' "-$letter"
		printf '%s ' "--$name"
	done <"$temp"
	echo '" -- "$cur")) ;;'
	echo '		*) COMPREPLY=($(compgen -c -f -- "$cur")) ;;'
	echo '		esac'
	echo '		;;'
	echo '	esac'
	echo '}'
	echo 'complete -o filenames -F _utrace utrace'
}

zsh_completion() {
	echo '#compdef utrace'
	echo '# made by packaging/completion/gen.sh from utrace --help'
	echo '_arguments -s -S \'
	while IFS='|' read -r letter name argument words help; do
		help=$(echo "$help" | sed "s/[]:[]/\\\\&/g; s/'/'\\\\''/g")
		value=
		if [ "$argument" != - ]; then
			case $(kind "$argument") in
			file) action=_files ;;
			folder) action='_files -/' ;;
			process) action=_pids ;;
			none) action=' ' ;;
			esac
			[ "$words" = - ] || action="($words)"
			value=":$argument:$action"
		fi
		[ "$letter" = - ] ||
			echo "	'*-$letter${value:++}[$help]$value' \\"
		echo "	'*--$name${value:+=}[$help]$value' \\"
	done
	echo "	'(-)1:program:_command_names -e' \\"
	echo "	'*::arguments:_normal'"
}

fish_completion() {
	echo '# made by packaging/completion/gen.sh from utrace --help'
	while IFS='|' read -r letter name argument words help; do
		line="complete -c utrace -l $name"
		[ "$letter" = - ] || line="$line -s $letter"
		if [ "$argument" != - ]; then
			case $(kind "$argument") in
			file) line="$line -r -F" ;;
			folder) line="$line -x -a '(__fish_complete_directories)'" ;;
			process) line="$line -x -a '(__fish_complete_pids)'" ;;
			none) line="$line -x" ;;
			esac
			[ "$words" = - ] || line="$line -a '$words'"
		fi
		echo "$line -d '$(echo "$help" | sed "s/'/\\\\'/g")'"
	done
	printf "complete -c utrace -x -a '(__fish_complete_subcommand --"
	awk -F '|' '$3 != "-" {
		if ($1 != "-")
			printf " -%s", $1
		printf " --%s", $2
	}' "$temp"
	echo ")'"
}

temp=$(mktemp)
trap 'rm -f "$temp"' EXIT
options >"$temp"
[ -s "$temp" ] || { echo "gen.sh: no option on standard input" >&2; exit 1; }
case ${1-} in
bash | zsh | fish) "${1}_completion" <"$temp" ;;
*) echo 'usage: gen.sh bash|zsh|fish' >&2; exit 2 ;;
esac
