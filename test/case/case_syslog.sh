# shellcheck shell=sh
# Messages in the system log, where nobody sees standard error.

# run COMMAND with a daemon at /dev/log, in mounts of its own; what that received
# is in ./log, a message a line
with_daemon() { # SCRIPT
	need unshare python3
	rm -f log ready
	# shellcheck disable=SC2016
	unshare -m sh -c 'mount --make-rprivate / && mkdir -p dev &&
		mount -t tmpfs none dev && mknod dev/null c 1 3 &&
		mount --move dev /dev || exit 77
		python3 -c "
import socket
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(\"/dev/log\")
s.settimeout(20)
open(\"ready\", \"w\").close()
log = open(\"log\", \"w\")
while True:
    m = s.recv(2000).decode()
    if m == \"end\":
        break
    log.write(m + \"\\n\")
" &
		while [ ! -e ready ]; do sleep 0.05; done
		eval "$0"
		python3 -c "
import socket
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.sendto(b\"end\", \"/dev/log\")
"
		wait' "$1" || [ $? != 77 ] || skip 'needs mounts of its own'
}

t_syslog_where_stderr_is_unseen() {
	need_root
	export UTRACE
	for errors in '2>/dev/null' '2>&-'; do
		with_daemon "\"\$UTRACE\" -F foo true $errors"
		contains log '<28>utrace: -F foo: no such format'
		equal "$(wc -l <log)" 1
	done
	with_daemon '"$UTRACE" -F foo true 2>err'
	equal "$(cat log)" ''
}

# the messages of the rest of the run; where the result is, is one
t_syslog_option() {
	need_root
	export UTRACE
	with_daemon '"$UTRACE" --syslog true 2>err'
	contains log '<28>utrace: the result is in /tmp/true.'
	contains err 'utrace: the result is in /tmp/true.'
	rm -f "$(sed 's/.* //' err)"
	with_daemon '"$UTRACE" true 2>/dev/null'
	contains log '<28>utrace: the result is in /tmp/true.'
	rm -f "$(sed 's/.* //' log)"
	# -D gives up a standard error that is a pipe
	with_daemon '"$UTRACE" -D sh -c "exec 2>&-; sleep 0.1" 2>&1 | cat >err'
	contains log '<28>utrace: the result is in /tmp/sh.'
	rm -f "$(sed 's/.* //' log)"
	with_daemon '"$UTRACE" -q --syslog true 2>err'
	equal "$(cat log)" ''
	rm -f /tmp/true.[0-9]*.json
}

# no daemon, or one that never reads: nothing blocks and nothing fails
t_syslog_never_blocks() {
	need_root
	need unshare python3
	# shellcheck disable=SC2016
	status 3 unshare -m sh -c 'mount --make-rprivate / && mkdir -p dev &&
		mount -t tmpfs none dev && mknod dev/null c 1 3 &&
		mount --move dev /dev || exit 77
		"$UTRACE" -f a true --syslog || exit 1
		: >/dev/log
		"$UTRACE" --syslog -v -f a true 2>/dev/null || exit 1
		rm /dev/log
		python3 -c "
import socket, time
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(\"/dev/log\")
open(\"ready\", \"w\").close()
time.sleep(60)" & daemon=$!
		while [ ! -e ready ]; do sleep 0.05; done
		for i in 1 2 3 4 5 6; do
			"$UTRACE" --syslog -v -f a sh -c "(:);(:);(:);(:)" \
				2>/dev/null || exit 1
		done
		kill $daemon
		exit 3'
}

# a violation goes to both, where standard error is seen, too
t_syslog_seccomp_trace() {
	need_root
	need_filters
	utrace -F list -s main -f calls "${v}_mark"
	sed -i "/^$mark$/d" calls
	ln -s "$UTRACE" seccomp-trace
	cp "${v}_mark" mark_$$
	with_daemon "SECCOMP_FILE=calls ./seccomp-trace -s main ./mark_$$ 2>err"
	for file in log err; do
		contains $file ": mark_$$[" "]: $mark is not in calls" \
			"utrace: the calls that calls lacks are saved in"
	done
	with_daemon "SECCOMP_FILE=calls ./seccomp-trace -s main ./mark_$$ 2>/dev/null"
	contains log "<28>utrace: mark_$$[" "]: $mark is not in calls"
	rm -f /tmp/mark_$$.*.violations.json
}
