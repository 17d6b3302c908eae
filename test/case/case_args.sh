# shellcheck shell=sh
# -A: conditions on the arguments of calls that are many in one.

# the lines of a call, without their numbers
conditions_of() { # CALL
	sed -n "s/^$1(.*	//p" list | sort
}

conditions() {
	utrace -A -F list -f list "${v}_args" >/dev/null
	equal "$(conditions_of socket)" 'AF_UNIX SOCK_STREAM'
	equal "$(conditions_of ioctl)" FIONREAD
	equal "$(conditions_of prctl)" PR_GET_DUMPABLE
	equal "$(conditions_of clone)" 'no namespaces'
	equal "$(conditions_of 'mmap2*')" 'no PROT_EXEC'
	utrace -F list -f plain "${v}_args" >/dev/null
	equal "$(sed 's/(.*//' list)" "$(cat plain)"
}

t_args_conditions() {
	each_tap conditions
}

# how often is not lost
counts() {
	utrace -F table -f table "${v}_args" socket >/dev/null
	sed '/^$/,$d' table >without
	utrace -A -F table -f table "${v}_args" socket >/dev/null
	equal "$(count socket)" 2
	contains table 'only with these arguments' 'socket AF_UNIX SOCK_STREAM'
	equal "$(sed '/^$/,$d' table)" "$(cat without)"
}

t_args_counts() {
	each_tap counts
}

says_of() { # CALL
	case $1 in
	socket) echo 'socket(arg0 == 2 && arg1 == [12]) \[AF_INET SOCK_DGRAM\]' ;;
	ioctl) echo 'ioctl(arg1 == [0-9a-fx]*) \[FIONBIO\]' ;;
	prctl) echo 'prctl(arg0 == 15) \[PR_SET_NAME\]' ;;
	mmap) echo 'mmap2*(arg2 == 5) \[PROT_READ|PROT_EXEC\]' ;;
	clone) echo 'clone(arg0 == [0-9a-fx]*) \[CLONE_NEWUTS|0x1[12]\]' ;;
	esac
}

# one that is forged is refused, and named
forged() { # CALL
	status 0 "$UTRACE" -e policy -p 123 "${v}_args" "$1" >out 2>err
	silent err
	equal "$(sed '$d' out)" "$(cat direct)"
	equal "$(sed -n '$p' out)" "$1 -123"
	status 124 utrace -c policy "${v}_args" "$1" >out 2>err
	grep -q "^utrace: victim_args\[[0-9]*\]: $(says_of "$1") is not in policy$" \
		err || fail "$1: $(cat err)"
	equal "$(wc -l <err)" 1
	# and allowed, once it was seen
	"$UTRACE" -t "$TAP" -A -k policy -F "$format" -f both "${v}_args" \
		"$1" >out 2>err
	silent err
	status 0 "$UTRACE" -e both -p 123 "${v}_args" "$1" >out 2>err
	lacks out ' -123'
	status 0 utrace -c both "${v}_args" "$1" >out 2>err
	silent err
	for other in socket ioctl prctl mmap clone; do
		[ "$other" != "$1" ] || continue
		"$UTRACE" -e both -p 123 "${v}_args" "$other" >out
		contains out "$other -123"
	done
}

forge() {
	"${v}_args" >direct
	for format in list oci; do
		utrace -A -F $format -s exec -f policy "${v}_args" >out
		same out direct
		status 0 "$UTRACE" -e policy -p 123 "${v}_args" >out 2>err
		silent err
		same out direct
		status 0 utrace -c policy "${v}_args" >out 2>err
		silent err
		for call in socket ioctl prctl mmap clone; do
			forged $call
		done
	done
}

t_args_forged_calls() {
	need_filters
	each_stopping_tap forge
}

# -c writes the policy and what it missed: no more than that
missed() {
	utrace -A -F list -f policy "${v}_args" >/dev/null
	status 124 utrace -c policy -F list -f list "${v}_args" socket \
		>/dev/null 2>err
	equal "$(conditions_of socket)" 'AF_INET SOCK_DGRAM
AF_UNIX SOCK_STREAM'
	equal "$(conditions_of ioctl)" FIONREAD
}

t_args_missed() {
	each_stopping_tap missed
}

# what stood there is added to; what was allowed with any arguments stays so
union() {
	utrace -A -F list -f policy "${v}_args" >/dev/null
	SECCOMP_FILE=$PWD/policy "$UTRACE" -t "$TAP" -A -F list "${v}_args" \
		prctl >/dev/null
	equal "$(sed -n 's/^prctl(.*	//p' policy | sort)" 'PR_GET_DUMPABLE
PR_SET_NAME'
	echo socket >any
	utrace -A -k any -F list -f list "${v}_args" >/dev/null
	equal "$(sed 's/	.*//' list | grep socket)" socket
	equal "$(conditions_of ioctl)" FIONREAD
	# without -A what is known keeps its condition while that holds
	utrace -k policy -F list -f list "${v}_args" ioctl >/dev/null
	equal "$(conditions_of prctl)" 'PR_GET_DUMPABLE
PR_SET_NAME'
	saw ioctl
}

t_args_union() {
	each_tap union
}

verbose() {
	utrace -A -v -F list -f list "${v}_args" clone >out 2>err
	contains err '[AF_UNIX SOCK_STREAM]' '[FIONREAD]' '[CLONE_NEWUTS]'
	utrace -v -F list -f list "$VICTIMS/tool_with" nnp true >out 2>err || :
	lacks err 'to review'
}

# --- with -x: to each program its own

# what each of these policies says of a call
own_conditions() { # CALL FILE...
	call=$1
	shift
	for policy; do
		cp "$policy" list
		# shellcheck disable=SC2046
		echo "$policy:" $(conditions_of "$call")
	done
}

own() {
	rm -rf D E
	utrace -A -x D -F list -f union sh -c 'bin/one socket; bin/two ioctl; :' \
		>out
	equal "$(own_conditions socket union D/one.list D/two.list)" \
'union: AF_INET SOCK_DGRAM AF_UNIX SOCK_STREAM
D/one.list: AF_INET SOCK_DGRAM AF_UNIX SOCK_STREAM
D/two.list: AF_UNIX SOCK_STREAM'
	equal "$(own_conditions ioctl union D/one.list D/two.list)" \
'union: FIONBIO FIONREAD
D/one.list: FIONREAD
D/two.list: FIONBIO FIONREAD'
	# what is known stays, also what a program did not call
	utrace -A -k union -x E -F list sh -c 'bin/one prctl; bin/three; :' >out
	equal "$(own_conditions ioctl E/one.list E/three.list)" \
'E/one.list: FIONBIO FIONREAD
E/three.list: FIONBIO FIONREAD'
	equal "$(own_conditions prctl E/one.list E/three.list)" \
'E/one.list: PR_GET_DUMPABLE PR_SET_NAME
E/three.list: PR_GET_DUMPABLE'
	# what one needs without, all have without
	printf 'ioctl\n' >any
	rm -rf D
	utrace -A -k any -x D -F list sh -c 'bin/one; bin/two; :' >out
	for each in one two; do
		equal "$(sed 's/	.*//' D/$each.list | grep ^ioctl)" ioctl
	done
}

t_args_per_exe() {
	mkdir bin
	cp "${v}_args" bin/one
	cp "${v}_args" bin/two
	cp "${v}_mark" bin/three
	each_stopping_tap own
}

own_forged() {
	for format in list oci; do
		rm -rf D
		utrace -A -x D -F $format -s exec sh -c 'bin/one socket
			bin/two ioctl; :' >out
		for run in 'one socket ioctl' 'two ioctl socket'; do
			# shellcheck disable=SC2086
			set -- $run
			status 0 "$UTRACE" -e D/"$1".* -p 123 "bin/$1" "$2" >out
			lacks out ' -123'
			status 0 "$UTRACE" -e D/"$1".* -p 123 "bin/$1" "$3" >out
			contains out "$3 -123"
			equal "$(grep -c ' -123' out)" 1
		done
	done
}

t_args_per_exe_forged() {
	need_filters
	mkdir bin
	cp "${v}_args" bin/one
	cp "${v}_args" bin/two
	each_stopping_tap own_forged
}

t_args_verbose() {
	each_tap verbose
}

t_args_review() {
	TAP=stop
	utrace -v -F list -f list "${v}_ptrace" >out 2>err || :
	contains err 'utrace: to review: ptrace: other processes'
	utrace -F table -f table "${v}_ptrace" >out 2>&1 || :
	contains table 'to review: other processes'
}

t_args_has_no_meaning() {
	: >some
	status 125 "$UTRACE" -A -c some true 2>err
	contains err 'utrace: -A has no effect with -c'
	status 125 "$UTRACE" -A -e some true 2>err
	equal "$(wc -l <err)" 1
}

# --- programs that people run: recorded, then the same under the policy

works() { # COMMAND...
	"$@" >direct </dev/null 2>&1 || fail "$*: $(cat direct)"
	for TAP in ebpf stop seccomp; do
		case " $TAPS " in *" $TAP "*) ;; *) continue ;; esac
		utrace -A -F oci -f policy "$@" >out 2>&1 </dev/null
		same out direct
	done
	grep -q args policy || fail 'no condition'
	status 0 "$UTRACE" -e policy "$@" >out 2>&1 </dev/null
	same out direct
	status 0 utrace -c policy "$@" >out 2>err </dev/null
}

t_args_of_sh() {
	need_filters
	works sh -c 'cd /; for i in 1 2 3; do echo $i | cat; done; (exit 0)'
}

t_args_of_bash() {
	need_filters
	need bash
	works bash -c 'cat < <(echo a); coproc cat; echo ${BASH_VERSION%%.*}'
}

t_args_of_find() {
	need_filters
	mkdir -p a/b
	works find a -exec ls -d {} +
}

t_args_of_tar() {
	need_filters
	need tar gzip
	echo x >x
	works sh -c 'tar czf - x | tar tvzf - | wc -l'
}

t_args_of_python() {
	need_filters
	[ -x /usr/bin/python3 ] || skip 'no python3 here'
	works /usr/bin/python3 -c 'import socket, subprocess, threading
a, b = socket.socketpair()
t = threading.Thread(target=a.send, args=(b"x",))
t.start()
t.join()
print(b.recv(1), subprocess.check_output(["echo", "y"]))'
}

t_args_of_perl() {
	need_filters
	need perl
	works perl -e 'open my $f, "-|", "echo x"; print <$f>; fork // die; wait'
}

t_args_of_git() {
	need_filters
	need git
	mkdir home
	HOME=$PWD/home
	export HOME
	git init -q repo
	cd repo
	echo a >a
	# as old as the index, its content would be looked at again
	touch -d '1 hour ago' a
	git add a
	git -c user.name=a -c user.email=a@b commit -qm a
	works git log --format=%s --stat
	works git status -s
}

t_args_of_curl() {
	need_filters
	need curl
	echo text >text
	works curl -sS "file://$PWD/text"
}

t_args_of_openssl() {
	need_filters
	need openssl
	echo text >text
	works openssl dgst -sha256 text
}

t_args_of_dnsmasq() {
	need_filters
	need dnsmasq
	: >conf
	works dnsmasq --test --conf-file=conf
}

t_args_of_nginx() {
	need_filters
	need nginx
	need_root
	mkdir prefix prefix/logs
	echo 'events {} http { access_log off; }' >prefix/conf
	works nginx -t -q -p "$PWD/prefix" -e stderr -c conf -g \
		"pid $PWD/pid;"
}

t_args_of_make() {
	need_filters
	need make
	printf 'all: b\n\t@cat b\nb:\n\t@echo x >b\n' >Makefile
	works make -s -j2 all
}

t_args_of_busybox() {
	need_filters
	need busybox
	works busybox sh -c 'busybox ls /; busybox id -u; busybox uname'
}
