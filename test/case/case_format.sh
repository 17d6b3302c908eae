# shellcheck shell=sh
# Without -F: a result has the format of what it is merged with or replaces, or
# of the policy that the run starts from.

# a policy in the format procd, with what a whitelist can't say
procd_policy() {
	printf '{ "defaultAction": "SCMP_ACT_LOG", "syscalls": [ { "names": [
		"read", "exit" ], "action": "SCMP_ACT_ALLOW" }, { "names": [
		"exit", "clone3" ], "action": "SCMP_ACT_ERRNO", "errnoRet": 38 },
		{ "names": [ "exit", "sched_getparam" ], "action": "SCMP_ACT_ALLOW",
		"args": [ { "index": 0, "value": 7, "op": "SCMP_CMP_EQ" } ] } ] }
		' >"$1"
}

# the file still says what procd_policy wrote, and its format is procd
is_procd() { # FILE
	contains "$1" '"defaultAction": "SCMP_ACT_LOG"' '"clone3"'
	lacks "$1" whitelist architectures
}

t_format_stays() {
	for to in SECCOMP_FILE k kf c m mf; do
		procd_policy policy
		file=policy
		case $to in
		SECCOMP_FILE) SECCOMP_FILE=$PWD/policy utrace "${v}_mark" ;;
		k) utrace -k policy -f policy "${v}_mark" ;;
		kf) rm -f file; file=file
			utrace -k policy -f file "${v}_mark" ;;
		c) status 124 utrace -c policy -f policy "${v}_mark" 2>err ;;
		m) file=file; "$UTRACE" -m policy >file ;;
		mf) "$UTRACE" -m -f policy policy ;;
		esac
		is_procd $file
		case $to in
		m*) ;;
		*) contains $file $mark ;;
		esac
	done
	# what is replaced gives only its format
	utrace -f policy "${v}_mark"
	contains policy defaultAction $mark
	lacks policy clone3
}

# each format that can be read is kept, and -F is stronger
t_format_of_the_file() {
	for format in whitelist procd oci docker list; do
		"$UTRACE" -q -F $format -f policy "${v}_mark"
		head -n 4 policy >before
		SECCOMP_FILE=policy "$UTRACE" -q "${v}_birth" fork
		contains policy $mark $mark2
		head -n 4 policy >after
		[ $format = list ] || [ $format = whitelist ] ||
			same before after
		"$UTRACE" -m policy >again
		"$UTRACE" -m -F $format policy >wanted
		same again wanted
		SECCOMP_FILE=policy "$UTRACE" -q -F list "${v}_mark"
		contains policy $mark $mark2
		lacks policy '{'
	done
	# an OCI profile may name its architectures last
	{
		echo '{ "defaultAction": "SCMP_ACT_ERRNO", "syscalls": [ {'
		yes '"action": "SCMP_ACT_ALLOW", "names": [ "read" ] }, {' |
			head -n 99
		echo '"action": "SCMP_ACT_ALLOW", "names": [ "read" ] } ],'
		echo '"architectures": [ "SCMP_ARCH_NATIVE" ] }'
	} >long
	"$UTRACE" -m long >again
	contains again architectures
	# the others are replaced
	for format in systemd kafel table; do
		"$UTRACE" -q -F $format -f policy "${v}_mark"
		head -n 1 policy >first
		"$UTRACE" -q -f policy "${v}_mark"
		head -n 1 policy >again
		same first again
	done
	# the file at -f comes before what the run starts from
	procd_policy policy
	utrace -F list -f list "${v}_mark"
	utrace -k policy -f list "${v}_mark"
	contains list sched_getparam
	lacks list '{'
}

# a scope and -p by that format
t_format_gives_scope() {
	utrace -F list -f all "${v}_mark.dyn"
	echo read >list
	SECCOMP_FILE=list utrace "${v}_mark.dyn"
	contains list execve
	procd_policy policy
	utrace -p log -f policy "${v}_mark"
	contains policy SCMP_ACT_LOG
	"$UTRACE" -q -F whitelist -f list "${v}_mark"
	status 125 "$UTRACE" -p log -f list "${v}_mark" 2>err
	contains err 'whitelist can'
}

# what is no file, can't be read or holds nothing leaves the default
t_format_of_no_file() {
	mkfifo fifo
	for to in fifo /dev/stdout new empty; do
		: >empty
		rm -f new
		if [ $to = fifo ]; then
			cat fifo >out &
			utrace -f fifo "${v}_mark"
			wait $!
		elif [ $to = /dev/stdout ]; then
			utrace -f $to "${v}_mark" >out
		else
			utrace -f $to "${v}_mark"
			cp $to out
		fi
		contains out whitelist
	done
	status 125 utrace -c fifo.none -f new "${v}_mark" 2>err
	status 125 "$UTRACE" -m none 2>err
	contains err 'none: No such file'
	# from a pipe, which can be read only once
	procd_policy policy
	cat policy >fifo &
	"$UTRACE" -m fifo >out 2>err
	contains out whitelist
}

# another recorder may choose the format while this one runs
t_format_changes_meanwhile() {
	echo read >policy
	mkfifo go
	SECCOMP_FILE=$PWD/policy utrace sh -c "read x <go; $v""_mark" &
	await 5 [ -p go ]
	procd_policy policy
	echo go >go
	wait $!
	is_procd policy
	contains policy $mark
}

# in a folder each file has its own
t_format_in_a_folder() {
	mkdir dir
	procd_policy dir/victim_mark.json
	"$UTRACE" -q -t stop -x dir sh -c "${v}_mark; true"
	is_procd dir/victim_mark.json
	contains dir/victim_mark.json $mark
	contains dir/sh.json whitelist
	"$UTRACE" -q -t stop -F oci -x dir sh -c "${v}_mark; true"
	contains dir/victim_mark.json architectures
	# a table at -f is no format for the folder
	"$UTRACE" -q -F table -f table "${v}_mark"
	"$UTRACE" -q -t stop -x dir2 -f table "${v}_mark"
	contains dir2/victim_mark.json whitelist
}

# one procd policy for x86-64, arm and mips: the same on each of them, whatever
# the order, also after another recording; each can run under it
t_format_for_all_machines() {
	golden=$here/golden
	for order in 'x86_64 arm mips' 'mips x86_64 arm' 'arm mips x86_64'; do
		rm -f policy
		for arch in $order; do
			cp "$golden/machines-$arch.procd" new
			[ ! -e policy ] || "$UTRACE" -m -f policy policy new
			[ -e policy ] || cp new policy
		done
		same policy "$golden/machines.procd"
	done
	SECCOMP_FILE=policy "$UTRACE" -q "${v}_mark"
	contains policy '"cacheflush"' '"arch_prctl"' '"arm_fadvise64_64"' $mark
	need_filters
	"$UTRACE" -e policy "${v}_mark"
	# each object has exit, so that no machine takes it for all calls
	"$UTRACE" -e policy sh -c 'mkdir x' 2>/dev/null || true
	[ ! -e x ] || fail 'the policy allows any call'
}
