#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# libc.sh [PROGRAM...]: does a policy hold for another C library?  Each program
# is built against glibc and musl, recorded with -w all in a light workload, one
# simple use, and checked in a heavy one under the policy of the other: a call
# that this lacks is a failure.
#
#   UTRACE	the binary to measure		(../../utrace)
#
# Only the program's own calls count, not those of the shells that it starts.
set -u

here=$(cd "$(dirname "$0")" && pwd)
: "${UTRACE:=$here/../../utrace}"
export LC_ALL=C
unset SECCOMP_FILE TRACE_DEBUG
# one workload changes a home folder in /etc/passwd
[ "${own_mounts-}" ] || own_mounts=1 exec unshare -m bash "$0" "$@"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
exec 3>&1

# utrace with the options of this pass, and the program
run() {
	timeout -k 1 30 "$UTRACE" -q -t stop -s main "${options[@]}" -- \
		"$bin/$1" "${@:2}" </dev/null >out 2>>"$messages" || :
}

# a daemon in the foreground, until stop
serve() { # PORT PROGRAM...
	rm -f pid
	timeout -k 1 60 "$UTRACE" -q -t stop -s main "${options[@]}" -- \
		"$bin/$2" "${@:3}" </dev/null >out 2>>"$messages" &
	server=$!
	await "$1"
}

stop() {
	kill "$server" 2>/dev/null
	wait "$server" 2>/dev/null
}

# a workload that does not run is no proof
fail() {
	echo "$program with $libc: $*" >&3
	failed=$((failed + 1))
}

# the daemon itself, not utrace, whose child it is
signal() { # SIGNAL
	utrace=$(pgrep -d, -P "$server") &&
		pkill "-$1" -P "$utrace" -x "$program" ||
		fail "not there for SIG$1"
	sleep .3
}

await() { # PORT
	for _ in {1..100}; do
		(: <>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return
		sleep .1
	done
	fail "does not listen on port $1"
}

# by its own file
signal_pid() { # SIGNAL
	for _ in {1..50}; do
		[ -s pid ] && kill "-$1" "$(cat pid)" && return
		sleep .1
	done
	fail "no process for SIG$1 in its pid file"
}

ask() { # PORT TEXT
	timeout 5 bash -c 'exec 3<>/dev/tcp/127.0.0.1/$1 && printf "$2" >&3 &&
		timeout 2 cat <&3' - "$1" "$2" >answer 2>/dev/null || :
}

get() { # PORT PATH [METHOD]
	ask "$1" "${3-GET} $2 HTTP/1.0\r\nHost: localhost\r\n\r\n"
}

files() {
	mkdir -p a/b www/dir
	seq 3000 | tee numbers >www/index.html
	seq 100000 >www/large
	seq 100 >a/one
	ln -s one a/link
	ln a/one a/hard
	mkfifo fifo
	chmod -R a+rX .
}

light_bzip2() { run bzip2 -k numbers; }
heavy_bzip2() {
	run bzip2 -f numbers a/one
	run bzip2 -d -v numbers.bz2
	run bzip2 -t none fifo
	run bzip2 -c numbers
	run bzip2 a/link a/hard
}

light_mawk() { run mawk 'BEGIN { print 1 }'; }
heavy_mawk() {
	run mawk '{ print $1 >"written" } END { close("written"); srand(); print
		rand(), length }' numbers a/one
	run mawk 'BEGIN { system("true"); "date" | getline x; print x | "cat"
		close("date"); fflush(); while (getline line <"none") ; }'
	run mawk -W interactive 1 none
	run mawk -f none
	run mawk 'BEGIN { print >"/dev/full"; close("/dev/full")
		print "x" >"/none/none" }'
	run mawk 'BEGIN { getline <"-"; printf "%s", ENVIRON["PATH"]; exit 3 }'
}

light_tree() { run tree a; }
heavy_tree() {
	run tree -a -l -p -u -g -s -D --inodes --device a
	run tree -J -o out.json a
	run tree -x --du -h --timefmt %c --sort=size . none
	run tree -X --fromfile numbers
	run tree --gitignore --info -C -Q a
}

light_ncompress() { run ncompress -f numbers; }
heavy_ncompress() {
	run ncompress -v numbers a/one a/link
	run ncompress -d numbers.Z
	run ncompress -r -f a
	run ncompress -c numbers
	run ncompress none fifo
}

light_unifdef() { run unifdef -DX numbers; }
heavy_unifdef() {
	printf '#ifdef X\na\n#else\nb\n#endif\n' >source
	run unifdef -DX -o changed source
	run unifdef -UX -m source
	run unifdef -M.old -DX source source
	run unifdef -s none
	run unifdef -k -t -l -o full source
}

light_netcat() {
	serve 7100 netcat -l -n -p 7100
	ask 7100 'text\n'
	stop
}
heavy_netcat() {
	run netcat -v -w 1 localhost 9
	run netcat -u -n -w 1 127.0.0.1 9
	run netcat -v -z -r -n -i 1 127.0.0.1 9-10
	serve 7101 netcat -l -p 7101 -o dump -n
	ask 7101 'text\n'
	stop
	serve 7102 netcat -l -v -p 7102 -s 127.0.0.1 -e /bin/cat
	ask 7102 'text\n'
	stop
	run netcat -g 127.0.0.1 -n -w 1 127.0.0.1 9
	run netcat -w 1 none.invalid 80
}

light_mini_httpd() {
	serve 7201 mini_httpd -D -p 7201 -d www
	get 7201 /
	stop
}
heavy_mini_httpd() {
	printf 'x:abCdEfGhIjKlM\n' >www/dir/.htpasswd
	mkdir -p www/list
	seq 5 >www/list/five
	serve 7202 mini_httpd -D -p 7202 -d www -l "$PWD/log" -i "$PWD/pid" \
		-u nobody -h 127.0.0.1 -T utf-8 -M 60
	for path in / /list/ /large /none /dir/ /dir /../x; do
		get 7202 "$path"
	done
	get 7202 / HEAD
	get 7202 / POST
	ask 7202 'GET /dir/ HTTP/1.0\r\nAuthorization: Basic eDp5\r\n\r\n'
	ask 7202 'GET / HTTP/1.1\r\nHost: x\r\nIf-Modified-Since: Sun, 29 Nov 2026 12:00:00 GMT\r\n\r\n'
	signal HUP
	get 7202 /
	stop
	serve 7203 mini_httpd -p 7203 -d www -i "$PWD/pid" -r -u nobody -v
	get 7203 /
	get 7203 /large
	signal_pid TERM
	wait
	run mini_httpd -C none
	run mini_httpd -D -p 7204 -h none.invalid
	run mini_httpd -D -p 7204 -u nouser
}

light_dnsmasq() {
	serve 7301 dnsmasq -k -p 7301 --listen-address=127.0.0.1 \
		--bind-interfaces -C /dev/null -R -h -u root
	stop
}
heavy_dnsmasq() {
	echo '10.0.0.1 here' >hosts
	echo 'nameserver 127.0.0.1' >resolv
	mkdir conf.d leases
	echo 'txt-record=text,x' >conf.d/one
	serve 7302 dnsmasq -k -p 7302 --listen-address=127.0.0.1,::1 \
		--bind-dynamic -C /dev/null -H "$PWD/hosts" -r "$PWD/resolv" \
		--log-facility="$PWD/log" --log-queries --log-async \
		--conf-dir="$PWD/conf.d" --hostsdir="$PWD/leases" -u nobody \
		--enable-tftp --tftp-root="$PWD/www" --dnssec-no-timecheck \
		--dhcp-range=127.0.0.2,127.0.0.9 --pid-file="$PWD/pid" \
		--dhcp-leasefile="$PWD/lease" --server=/x/127.0.0.1#9
	# "here", "x" and "none.x", of type A
	query=' \x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00'
	for name in '\x04here\x00' '\x01x\x00' '\x04none\x01x\x00'; do
		printf "${query# }$name\x00\x01\x00\x01" >/dev/udp/127.0.0.1/7302
		printf "${query# }$name\x00\x01\x00\x01" >/dev/udp/127.0.0.1/69
	done
	printf '\x00\x01index.html\x00octet\x00' >/dev/udp/127.0.0.1/69
	ask 7302 '\x00\x16\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x04here\x00\x00\x01\x00\x01'
	seq 5 >leases/one
	touch resolv
	for name in HUP USR1 USR2; do
		signal $name
	done
	sleep 1
	stop
	run dnsmasq --test -C none
	run dnsmasq -k -p 7303 -C /dev/null -u nouser
	run dnsmasq -k -p 7303 -C /dev/null --interface=none -z
	serve 7304 dnsmasq -p 7304 -C /dev/null --listen-address=127.0.0.1 -z \
		-u nobody --pid-file="$PWD/pid" -8 - -R
	signal_pid TERM
	wait
}

# the server that a proxy leads to, $target
serve_behind() { # PORT
	(cd www && exec python3 -m http.server --bind 127.0.0.1 "$1") \
		>/dev/null 2>&1 &
	target=$!
	await "$1"
}

rinetd_conf() { # PORT LINE...
	printf '127.0.0.1 %s 127.0.0.1 7499\n' "$1" >conf
	shift
	printf '%s\n' "$@" >>conf
}
light_rinetd() {
	rinetd_conf 7401
	serve 7401 rinetd -f -c conf
	stop
}
heavy_rinetd() {
	serve_behind 7499
	rinetd_conf 7402 'deny 10.*' "logfile $PWD/log" \
		"pidlogfile $PWD/pid" '127.0.0.1 7405/udp localhost 7406/udp' \
		'127.0.0.1 7407 127.0.0.1 9' '::1 7408 ::1 9'
	serve 7402 rinetd -f -c conf
	get 7402 /large
	ask 7407 'x'
	printf x >/dev/udp/127.0.0.1/7405
	signal HUP
	get 7402 /
	signal PIPE
	sleep 1
	stop
	rinetd_conf 7403 "pidlogfile $PWD/pid" 'logcommon'
	serve 7403 rinetd -c "$PWD/conf"
	get 7403 /
	signal_pid TERM
	kill $target
	wait
	run rinetd -f -c none
	rinetd_conf none.invalid 'x y z'
	run rinetd -f -c conf
}

tinyproxy_conf() { # PORT LINE...
	printf 'Port %s\nListen 127.0.0.1\n' "$1" >conf
	shift
	printf '%s\n' "$@" >>conf
}
light_tinyproxy() {
	tinyproxy_conf 7501
	serve 7501 tinyproxy -d -c conf
	get 7501 http://127.0.0.1:9/
	stop
}
heavy_tinyproxy() {
	serve_behind 7599
	echo bad >filter
	# it opens its log again as nobody
	touch log
	chmod 666 log
	tinyproxy_conf 7502 'User nobody' "LogFile \"$PWD/log\"" \
		"Filter \"$PWD/filter\"" 'StatHost "stat"' 'Timeout 5' \
		'Allow 127.0.0.1' 'ViaProxyName "x"' 'MaxClients 9' \
		'upstream http 127.0.0.1:9 "up.example"' \
		'BasicAuth x y' 'ReversePath "/r/" "http://127.0.0.1:7599/"'
	serve 7502 tinyproxy -d -c conf
	auth='Proxy-Authorization: Basic eDp5\r\n\r\n'
	for url in http://127.0.0.1:7599/large http://localhost:7599/ \
		http://bad/ http://stat/ http://none.invalid/ \
		http://up.example/ /r/index.html ftp://x/; do
		ask 7502 "GET $url HTTP/1.0\r\n$auth"
	done
	ask 7502 "CONNECT 127.0.0.1:7599 HTTP/1.0\r\n$auth"
	ask 7502 "POST http://127.0.0.1:7599/ HTTP/1.0\r\nContent-Length: 3\r\n${auth}abc"
	get 7502 http://127.0.0.1:7599/
	signal USR1
	get 7502 http://127.0.0.1:7599/
	stop
	tinyproxy_conf 7503 'User nobody' "PidFile \"$PWD/pid\"" 'Syslog On' \
		'Bind 127.0.0.1'
	serve 7503 tinyproxy -c conf
	get 7503 http://127.0.0.1:7599/
	signal_pid HUP
	get 7503 http://127.0.0.1:7599/
	signal_pid TERM
	kill $target
	wait
	tinyproxy_conf 7504 'User nouser'
	run tinyproxy -d -c conf
	run tinyproxy -d -c none
}

light_dropbear() {
	"$bin/dropbearkey" -t ed25519 -f host >/dev/null 2>&1
	serve 7601 dropbear -F -E -r host -p 127.0.0.1:7601
	ask 7601 'SSH-2.0-x\r\n'
	stop
}
heavy_dropbear() {
	mkdir -p home/.ssh
	chmod 700 home home/.ssh
	for key in host home/id; do
		"$bin/dropbearkey" -t ed25519 -f $key
	done >keys 2>&1
	grep ^ssh- keys | tail -1 >home/.ssh/authorized_keys
	chmod 600 home/.ssh/authorized_keys
	sed "s|^\(root:.*:\).*:\([^:]*\)$|\1$PWD/home:\2|" /etc/passwd >passwd
	mount --bind passwd /etc/passwd
	ssh="timeout 5 $bin/dbclient -y -y -i $PWD/home/id"
	serve 7602 dropbear -F -r host -p 127.0.0.1:7602 \
		-a -K 5 -P "$PWD/pid"
	for words in '' '-L 7603:127.0.0.1:7602' '-R 7604:127.0.0.1:9'; do
		$ssh -p 7602 $words root@127.0.0.1 'echo done; sleep 1'
	done </dev/null >answer 2>&1
	[ "$(grep -c ^done answer)" = 3 ] || fail "no login: $(cat answer)"
	# with a terminal
	script -qec "$ssh -p 7602 -t root@127.0.0.1 tty" tty </dev/null
	grep -qa /dev/pts/ tty || fail "no login on a terminal: $(cat tty)"
	$ssh -p 7602 -B 127.0.0.1:9 root@127.0.0.1 </dev/null
	$ssh -p 7602 nobody@127.0.0.1 true </dev/null
	$ssh -p 7602 -s root@127.0.0.1 sftp </dev/null
	ask 7602 'no ssh\r\n'
	stop
	serve 7605 dropbear -R -r "$PWD/host" -p 7605 -P "$PWD/pid" -w -b "$PWD/a/one"
	$ssh -p 7605 root@127.0.0.1 true </dev/null
	signal_pid TERM
	wait
	run dropbear -F -r none -p 7606
	umount /etc/passwd
} >>answer 2>&1

nginx_conf() { # PORT LINE...
	{
		echo "daemon off; pid $PWD/pid; error_log $PWD/error.log;"
		echo "events { } http { access_log $PWD/access.log;"
		for part in client_body proxy fastcgi uwsgi scgi; do
			echo "${part}_temp_path $PWD/$part;"
		done
		echo "server { listen 127.0.0.1:$1; root $PWD/www;"
		shift
		printf '%s\n' "$@" '} }'
	} >conf
}
light_nginx() {
	nginx_conf 7701
	serve 7701 nginx -p "$PWD" -c conf
	get 7701 /
	stop
}
heavy_nginx() {
	nginx_conf 7702 "listen unix:$PWD/socket; listen [::1]:7702;" \
		'sendfile on; aio threads; client_body_buffer_size 1k;' \
		'location /list/ { autoindex on; alias www/; }' \
		'location /p/ { proxy_pass http://127.0.0.1:7702/;
			proxy_cache c; proxy_cache_valid any 1m; }' \
		'location /bad/ { proxy_pass http://127.0.0.1:9/; }' \
		'location /name/ { resolver 127.0.0.1:9; set $x none.invalid;
			proxy_pass http://$x/; }' \
		'location /unix/ { proxy_pass http://unix:socket:/; }' \
		'location /auth/ { auth_basic x; auth_basic_user_file users; }' \
		'} upstream u { server localhost:7702; keepalive 2;' \
		"} proxy_cache_path $PWD/cache keys_zone=c:1m; server {" \
		'listen 127.0.0.1:7703; access_log syslog:server=127.0.0.1:7799;'
	sed -i 's/set $x.*//; s/\$x/none.invalid/; /none.invalid/d; /resolver/d' conf
	sed -i "s/^events { }/worker_processes 2; user nobody nogroup; \
		worker_rlimit_nofile 999; worker_cpu_affinity auto; \
		events { multi_accept on; }/" conf
	echo 'x:{PLAIN}y' >users
	serve 7702 nginx -p "$PWD" -c conf
	for path in / /large /list/ /p/large /p/large /bad/ /unix/ /none /auth/; do
		get 7702 $path
	done
	ask 7702 "POST /p/ HTTP/1.0\r\nContent-Length: 9000\r\n\r\n$(seq 2000 | head -c 9000)"
	ask 7702 'GET /auth/ HTTP/1.0\r\nAuthorization: Basic eDp5\r\n\r\n'
	ask 7702 'GET /large HTTP/1.0\r\nRange: bytes=5-9,20-30\r\n\r\n'
	ask 7702 'bad\r\n\r\n'
	get 7703 /
	for name in HUP USR1 WINCH; do
		signal_pid $name
		sleep 1
		get 7702 /
	done
	run nginx -p "$PWD" -c conf -s reload
	run nginx -p "$PWD" -c conf -t
	signal_pid QUIT
	wait
	nginx_conf 7704
	sed -i 's/daemon off;/daemon on; master_process on;/' conf
	serve 7704 nginx -p "$PWD" -c conf
	get 7704 /
	signal_pid TERM
	wait
	nginx_conf 7705 'ssl_none on;'
	run nginx -p "$PWD" -c conf
}

[ $# -gt 0 ] || set -- bzip2 dnsmasq dropbear mawk mini_httpd ncompress netcat \
	nginx rinetd tinyproxy tree unifdef
denied=0
failed=0
for program; do
	for libc in glibc musl; do
		bin=$(bash "$here/build.sh" $libc "$program") || exit 1
	done
	bins=$(dirname "$(dirname "$bin")")
	for libc in glibc musl; do
		bin=$bins/$libc
		options=(-w all -F list -f "$tmp/$program.$libc")
		messages=$tmp/messages
		mkdir -p "$tmp/$libc/$program/light"
		cd "$tmp/$libc/$program/light" || exit 1
		chmod 755 "$tmp" "$tmp/$libc" "$tmp/$libc/$program"
		files
		"light_$program"
	done
	for libc in glibc musl; do
		bin=$bins/$libc
		other=$([ $libc = glibc ] && echo musl || echo glibc)
		options=(-c "$tmp/$program.$other")
		messages=$tmp/$program.$libc.missed
		: >"$messages"
		mkdir "$tmp/$libc/$program/heavy"
		cd "$tmp/$libc/$program/heavy" || exit 1
		files
		"heavy_$program"
		missed=$(sed -n "s/^utrace: $program\[[0-9]*]: \([a-z0-9_]*\).* is not in .*/\1/p" \
			"$messages" | sort -u)
		set -- $missed
		denied=$((denied + $#))
		echo "$program: $libc under the policy of $other: $# denied $*"
		[ "${V-}" ] && grep -v 'is not in' "$messages" | sort -u | head -20
	done
done
echo "$denied calls denied, $failed steps failed"
[ $denied = 0 ] && [ $failed = 0 ]
