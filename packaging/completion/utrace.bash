# made by packaging/completion/gen.sh from utrace --help
_utrace() {
	local cur=$2 prev=$3 i word
	# behind PROGRAM, complete as for it
	for ((i = 1; i < COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		case $word in
		-f | -o | --file) i=$((i + 1)) ;;
		-F | --format) i=$((i + 1)) ;;
		-p | --policy) i=$((i + 1)) ;;
		-x | --per-exe) i=$((i + 1)) ;;
		-w | --widen) i=$((i + 1)) ;;
		-s | --scope) i=$((i + 1)) ;;
		-t | --tap) i=$((i + 1)) ;;
		-a | --attach) i=$((i + 1)) ;;
		-k | --known) i=$((i + 1)) ;;
		-c | --check) i=$((i + 1)) ;;
		-e | --enforce) i=$((i + 1)) ;;
		--at-least) i=$((i + 1)) ;;
		--caps) i=$((i + 1)) ;;
		-P | --pid-file) i=$((i + 1)) ;;
		-i | --interval) i=$((i + 1)) ;;
		-*) ;;
		*)
			COMPREPLY=($(compgen -f -- "$cur"))
			return 0
			;;
		esac
	done
	case $prev in
	-f | -o | --file) COMPREPLY=($(compgen -f -- "$cur")) ;;
	-F | --format) COMPREPLY=($(compgen -W 'whitelist procd oci docker lxc systemd minijail firejail kafel spo bpf list table' -- "$cur")) ;;
	-p | --policy) COMPREPLY=($(compgen -W 'kill log' -- "$cur")) ;;
	-x | --per-exe) COMPREPLY=($(compgen -d -- "$cur")) ;;
	-w | --widen) COMPREPLY=($(compgen -W 'siblings imports all' -- "$cur")) ;;
	-s | --scope) COMPREPLY=($(compgen -W 'main exec' -- "$cur")) ;;
	-t | --tap) COMPREPLY=($(compgen -W 'auto stop seccomp ebpf' -- "$cur")) ;;
	-a | --attach) COMPREPLY=($(compgen -W "$(cd /proc && echo [1-9]*)" -- "$cur")) ;;
	-k | --known) COMPREPLY=($(compgen -f -- "$cur")) ;;
	-c | --check) COMPREPLY=($(compgen -f -- "$cur")) ;;
	-e | --enforce) COMPREPLY=($(compgen -f -- "$cur")) ;;
	--at-least) COMPREPLY=($(compgen -W '' -- "$cur")) ;;
	--caps) COMPREPLY=($(compgen -W 'all keep' -- "$cur")) ;;
	-P | --pid-file) COMPREPLY=($(compgen -f -- "$cur")) ;;
	-i | --interval) COMPREPLY=($(compgen -W '' -- "$cur")) ;;
	*)
		case $cur in
		-*) COMPREPLY=($(compgen -W "-f --file -F --format -p --policy -x --per-exe -A --args -w --widen -s --scope -t --tap -a --attach --wait --oci-hook -k --known -c --check --deny -e --enforce -m --merge --intersect --subtract --at-least --caps -d --diff -D --keep-pid -P --pid-file -i --interval -q --quiet -v --verbose --syslog -h --help -V --version " -- "$cur")) ;;
		*) COMPREPLY=($(compgen -c -f -- "$cur")) ;;
		esac
		;;
	esac
}
complete -o filenames -F _utrace utrace
