# shellcheck shell=sh
# The completions of shells: that they have each option, and that they work.

completion=$here/../packaging/completion

need_completion() {
	[ -e "$completion/gen.sh" ] || skip 'no completions here'
}

# a new option needs `gen.sh` again; its first comment says how
t_completion_has_all_options() {
	need_completion
	for shell in bash zsh fish; do
		"$UTRACE" --help | sh "$completion/gen.sh" $shell >wanted
		same "$completion/utrace.$shell" wanted
		for option in file deny syslog attach; do
			grep -q -- "$option" wanted || fail "$shell: no $option"
		done
	done
}

t_completion_bash() {
	need bash
	need_completion
	cat >try <<-'END'
	. "$1"
	shift
	[ "$(complete -p utrace)" = 'complete -o filenames -F _utrace utrace' ]
	COMP_WORDS=("$@")
	COMP_CWORD=$(($# - 1))
	_utrace utrace "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
	echo "${COMPREPLY[@]}"
	END
	touch policy
	bash try "$completion/utrace.bash" utrace --kno >out
	equal "$(cat out)" --known
	bash try "$completion/utrace.bash" utrace -q -F fi >out
	equal "$(cat out)" firejail
	bash try "$completion/utrace.bash" utrace -o poli >out
	equal "$(cat out)" policy
	bash try "$completion/utrace.bash" utrace -t stop -m ./pol >out
	contains out ./policy
	bash try "$completion/utrace.bash" utrace -F list cat -F poli >out
	equal "$(cat out)" policy
}

t_completion_zsh() {
	need zsh
	need_completion
	mkdir functions
	cp "$completion/utrace.zsh" functions/_utrace
	cat >try <<-'END'
	zmodload zsh/zpty || exit 77
	await() {
		local text
		seen=
		until [[ $seen == *$1* ]]; do
			zpty -r -t z text && seen+=$text || sleep 0.05
		done
	}
	zpty z zsh -f -i
	zpty -w z "PS1='> '; fpath=($PWD/functions \$fpath)"
	zpty -w z "autoload -Uz compinit; compinit -u -D; echo REA''DY"
	await READY
	zpty -n -w z $'utrace --kno\t'
	await --known=
	zpty -n -w z $'x -F firej\t'
	await firejail
	zpty -n -w z $'-t secco\t'
	await seccomp
	zpty -d z
	END
	TERM=dumb timeout 60 zsh -f try || fail "zsh: exit status $?"
}

t_completion_fish() {
	need fish
	need_completion
	HOME=$PWD XDG_CONFIG_HOME=$PWD fish --no-config -c \
		"source $completion/utrace.fish
		complete -C 'utrace --kno'
		complete -C 'utrace -F fire'
		complete -C 'utrace -q tru'" >out
	contains out '--known' firejail true
}
