# shellcheck shell=sh
# Messages, and the situations that provoke them, as far as no other file of
# cases is about these.

# a message of a command that fails with 125
says_when() { # TEXT COMMAND...
	text=$1
	shift
	status 125 "$@" 2>err
	contains err "utrace: $text"
}

t_messages_of_start() {
	ln -s "$UTRACE" seccomp-trace
	unset SECCOMP_FILE
	says_when 'no policy: neither -f nor SECCOMP_FILE names a file' \
		./seccomp-trace true
	says_when "tap seccomp can't work here: " \
		"$with" noseccomp "$UTRACE" -t seccomp true
}

t_message_of_bad_annotation() {
	"$UTRACE" --help | grep -q oci-hook || skip 'built with EBPF=0'
	printf '{"ociVersion":"1.0.2","id":"x","pid":%d,"bundle":"/b",
"annotations":{"io.containers.trace-syscall":"web.json"}}' $$ >state
	says_when 'io.containers.trace-syscall: not of:/FILE[;if:/FILE][;format:NAME]' \
		"$UTRACE" --oci-hook <state
}

t_message_of_killed_tracer() {
	not_with ebpf
	TAP=stop
	utrace -P pid -f list sh -c 'until [ -e go ]; do :; done' 2>err &
	await 5 [ -s pid ]
	kill -KILL "$(cat pid)"
	: >go
	wait $! || :
	contains err 'utrace: the tracer was killed by SIGKILL'
}

# test/tool/messages.awk finds those of which no test looks for three words
t_messages_are_tested() {
	[ -e "$here/../mode/options.c" ] || skip 'no source here'
	cd "$here/.." || fail 'no source'
	find . -name '*.c' ! -path './test/*' ! -path './build*' |
		sed 's/^..//' | sort >"$OLDPWD/sources"
	# shellcheck disable=SC2046
	awk -f test/tool/messages.awk test/messages test/case/*.sh \
		test/unit/*.c test/guest/*.sh test/tool/*.sh \
		$(cat "$OLDPWD/sources") >"$OLDPWD/found" 2>&1 || :
	cd "$OLDPWD" || fail 'no folder'
	silent found
}
