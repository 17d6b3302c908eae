# shellcheck shell=bash
# Real commands, for diff.sh and loop.sh: a row is shell code that runs one of
# them by `t COMMAND...`, in a folder of its own; t is theirs.  PORT is free to
# listen on, PY a python, LOAD how many seconds a server is kept busy.
#
# All traffic is on 127.0.0.1.
#
# The rows are evaluated later:
# shellcheck disable=SC2016,SC2153,SC2094,SC2015,SC2034

# --- what a row is made of; these run below tool_run

until_ok() { # COMMAND...: at most 15 s
	local i
	for ((i = 0; i < 300; i++)); do
		"$@" && return
		sleep 0.05
	done
	echo "waited in vain: $*" >&2
	return 1
}

# is the server ready?  Somebody listens on our port
answers() {
	(exec 3<>"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null
}

# or, if it writes that once it listens, its pid file is there: a child would
# serve the connection of answers, and might or might not be gone at the end
has_pid() {
	test -s pid
}

# a traced server in the background, until it listens
serve() {
	t "$@" &
	server=$!
	until_ok "$ready"
}

# the same for one that turns into a daemon, whose tracer stays
served() {
	wait "$server"
}

# by a signal, and the status is the tracer's
stop() { # SIGNAL PIDFILE
	until_ok test -s "$2"
	kill -s "$1" "$(cat "$2")" && served
}

fetch() { # N [PATH]
	local i
	for ((i = 0; i < $1; i++)); do
		curl -sS -o fetched "http://127.0.0.1:$PORT/${2-}" || return
	done
}

# keep it busy; nothing may fail
http_load() {
	local said
	said=$(wrk -t1 -c4 -d"${LOAD:-1}" "http://127.0.0.1:$PORT/") || return
	grep -q "^Requests/sec" <<<"$said" &&
		! grep -E "Socket errors|Non-2xx" <<<"$said"
}

redis_load() {
	local said end=$((SECONDS + LOAD))
	while [ $SECONDS -lt $end ]; do
		said=$(redis-benchmark -h 127.0.0.1 -p "$PORT" -q -n 20000 -c 20 \
			-t ping,set,get,incr,lpush,lrange_100,mset) || return
		! grep -i error <<<"$said" || return
	done
}

dns_load() {
	perl -MIO::Socket::INET -e "
		\$s = IO::Socket::INET->new(Proto => q(udp),
			PeerAddr => qq(127.0.0.1:$PORT));
		for (\$end = time + $LOAD; time < \$end; ) {
			alarm 5;
			print \$s pack(q(n6C/aC/aCnn), ++\$id & 65535, 256,
				1, 0, 0, 0, qq(h\$id), q(test), 0, 1, 1);
			sysread \$s, \$x, 512;
			\$x =~ /\x7f\0\0\x09\$/ or die;
		}"
}

nginx_conf() { # daemon? workers?
	mkdir -p logs www
	echo page >www/index.html
	cat >nginx.conf <<-END
		daemon $1; worker_processes $2; pid nginx.pid;
		error_log logs/error.log; user root;
		events { worker_connections 64; }
		http {
			access_log logs/access.log;
			client_body_temp_path b; proxy_temp_path p;
			fastcgi_temp_path f; uwsgi_temp_path u;
			scgi_temp_path s;
			server { listen 127.0.0.1:$PORT; root www; gzip on; }
		}
	END
}

lighttpd_conf() {
	mkdir -p www
	echo page >www/index.html
	cat >lighttpd.conf <<-END
		server.document-root = "$PWD/www"
		server.port = $PORT
		server.bind = "127.0.0.1"
		server.pid-file = "$PWD/pid"
		server.errorlog = "$PWD/log"
		index-file.names = ( "index.html" )
	END
}

redis_saved() { # and its child reaped, so that there is none to kill
	redis-cli -p "$PORT" info persistence >info
	grep -q "^rdb_bgsave_in_progress:0" info &&
		! grep -q "^rdb_saves:0" info
}

project() { # a tiny one to make
	mkdir -p p
	local f
	for f in one two three; do
		echo "int $f(void) { return 1; }" >p/$f.c
	done
	cat >p/main.c <<-'END'
		int one(void), two(void), three(void);
		int main(void) { return one() + two() + three() - 3; }
	END
	cat >p/Makefile <<-'END'
		prog: main.o one.o two.o three.o; $(CC) -o $@ $^
		%.o: %.c; $(CC) -O1 -c -o $@ $<
	END
}

# --- the table

# Beside programs the second column may have
#   stop      there is no comparing it under another tap, nor enforcing it
#   now:CALL  it calls CALL when the clock or chance says so, and not in each run
names=() codes=() needs=()
row() { # NAME 'PROGRAM NEEDED...' CODE
	names+=("$1") needs+=("$2") codes+=("$3")
}

# shells
row sh-pipe sh 't sh -c "ls /etc | sort | tail -n 3 | wc -l"'
row sh-background sh 't sh -c "sleep 0.1 & sleep 0.05 & wait; echo done"'
row sh-subshell sh 't sh -c "(cd /; pwd); x=\$(echo a; (exit 3)); echo \$x"'
row sh-heredoc sh 'printf "cat <<E\nx \$((1+1))\nE\nread a <<E\ny\nE\n" >s
	t sh s'
row sh-trap sh 't sh -c "trap \"echo usr\" USR1; kill -USR1 \$\$; trap - USR1
	trap \"\" INT; kill -INT \$\$; sh -c \"kill -9 \\\$\\\$\"; echo \$?"'
row bash bash 't bash -c "for i in 1 2 3; do (sleep 0.0\$i; echo \$i) & done
	wait; read x < <(echo in); cat <<<\$x; [[ -d / ]] && echo {1..9}"'
# sleep is stopped while it sleeps, so that each run has a restart_syscall
row bash-jobs bash 't bash -c "set -m; sleep 1 & sleep 0.3; kill -STOP %1; sleep 0.05
	kill -CONT %1; wait %1; coproc cat; echo x >&\${COPROC[1]}
	read y <&\${COPROC[0]}; echo \$y"'
row busybox-sh busybox 't busybox sh -c "busybox ls / | busybox sort -r |
	busybox head -n 2; (busybox true); busybox sleep 0.02 & wait"'

# files and text
row ls ls 't ls -lR /etc/default'
row cp 'cp' 'mkdir d; cp /etc/passwd d; t cp -a d e'
row tar 'tar gzip' 't tar -czf x.tgz -C /etc default'
row untar 'tar gzip' 'tar -czf x.tgz -C /etc default; t tar -xzf x.tgz'
row gzip gzip 'cp /etc/services s; t gzip -9 s'
row xz xz 'cp /etc/services s; t xz -T2 s'
row zstd zstd 't zstd -q -T2 /etc/services -o s.zst'
row find find 't find /usr/share/doc -maxdepth 2 -name "a*" -size +0'
row find-exec find 't find /etc/default -type f -exec cksum {} ";"'
row xargs-P xargs 'seq 12 >in
	t sh -c "xargs -P4 -n2 sh -c \"sleep 0.01; echo \\\$@\" <in"'
row awk awk 't awk "BEGIN { while ((\"ls /\" | getline x) > 0) n++
	print n | \"cat\"; system(\"true\") }"'
row sed sed 'cp /etc/services s; t sed -i -e "s/tcp/TCP/w log" s'
row sort sort 'seq 200000 | tac >in; t sort --parallel=2 -S 1M -T . -n -o o in'
row grep grep 't grep -rc e /etc/default'
row diff 'diff patch' 'seq 9 >a; seq 8 >b
	t sh -c "diff -u a b >p; patch -s a p"'
row dd dd 't dd if=/dev/zero of=x bs=4k count=50 conv=fsync'
row rsync rsync 't rsync -a /etc/default/ copy/'
row df df 't df -h /'
row ps ps 't ps -ef'
row id id 't id'
row date date 't date -R'

# what runs other commands
row env env 't env -i A=b PATH=/bin:/usr/bin env'
row nice nice 't nice -n 5 ionice -c3 true'
row nohup nohup 't nohup sh -c "echo x; sleep 0.01"'
row setsid setsid 't setsid -w sh -c "echo x"'
row flock flock 't flock lock -c "sleep 0.02"'
row timeout timeout 't sh -c "timeout 0.1 sleep 5; echo \$?"'
row timeout-kill timeout 't sh -c "timeout -k 0.1 0.1 sh -c \"
	trap \\\"\\\" TERM; exec sleep 5\"; echo \$?"'
row su su 't su nobody -s /bin/sh -c id'
row script script 't script -qec "stty size; echo x" /dev/null'
row daemon 'perl' 't perl -e "use POSIX; fork and exit; setsid; fork and exit;
	chdir q(/); open STDOUT, q(>), q(/dev/null); sleep 1;
	open F, q(>), q(/dev/null); print F 1"'
row unshare unshare 't unshare -mpf --mount-proc sh -c "ps | cat; echo \$\$"'
row bwrap bwrap 't bwrap --ro-bind / / --unshare-pid --proc /proc ls /'
row tmux tmux 't tmux -S "$PWD/sock" new -d "sleep 0.2"'
row bb-daemon busybox 't busybox start-stop-daemon -S -b -m -p "$PWD/pid" \
	-x "$(command -v busybox)" -- sleep 0.3'

# languages
row perl perl 't perl -e "use File::Temp; opendir D, q(/); @x = readdir D;
	\$f = File::Temp->new; print \$f q(x) x 9999; \$x = qx(echo y);
	\$p = fork or exit 3; waitpid \$p, 0; print \$? >> 8"'
row perl-socket perl 't perl -MIO::Socket::INET -e "
	\$s = IO::Socket::INET->new(Listen => 1, LocalAddr => q(127.0.0.1));
	if (!fork) { \$c = IO::Socket::INET->new(PeerAddr => q(127.0.0.1),
	PeerPort => \$s->sockport); print \$c qq(hi\n); exit }
	print \$s->accept->getline; wait"'
row perl-signals perl 't perl -MTime::HiRes=ualarm,usleep -e "
	\$SIG{ALRM} = sub { ++\$n < 5 and ualarm 3000 }; ualarm 3000;
	\$SIG{CHLD} = sub { wait }; fork or exit; usleep 9000 while \$n < 5"'
row python python3 't $PY -c "import json, os, re; print(os.listdir(\"/\"))"'
row python-subprocess python3 't $PY -c "import subprocess as s
print(s.run([\"ls\", \"/\"], capture_output=True).stdout)
print(s.check_output(\"echo a | cat\", shell=True))
p = s.Popen([\"sleep\", \"9\"]); import time; time.sleep(0.3); p.terminate(); print(p.wait())"'
row python-threads python3 't $PY -c "import threading as t, time
l = t.Lock(); c = []
def f(i):
    time.sleep(0.01)
    with l: c.append(i)
x = [t.Thread(target=f, args=(i,)) for i in range(8)]
[i.start() for i in x]; [i.join() for i in x]; print(len(c))"'
# no Pool: it has threads, see below
row python-multiproc python3 'cat >m.py <<-END
	import multiprocessing as m
	def f(q, l, v, b):
	    b.wait()
	    with l: v.value += 1
	    q.put(v.value)
	if __name__ == "__main__":
	    q, l, v, b = m.SimpleQueue(), m.Lock(), m.Value("i"), m.Barrier(3)
	    p = [m.Process(target=f, args=(q, l, v, b)) for i in range(3)]
	    [i.start() for i in p]; [i.join() for i in p]
	    print(v.value, [q.get() for i in p])
	END
	t $PY m.py'
# the other child watchers start a thread; if SIGCHLD comes while that one has
# the interpreter, the wait for it becomes restart_syscall: one time in twenty
row python-asyncio python3 't $PY -c "import asyncio
async def main():
    async def c(r, w):
        w.write(await r.readline()); await w.drain(); w.close()
    s = await asyncio.start_server(c, \"127.0.0.1\", 0)
    r, w = await asyncio.open_connection(*s.sockets[0].getsockname())
    w.write(b\"x\\n\"); print(await r.readline()); w.close()
    p = await asyncio.create_subprocess_exec(\"true\"); print(await p.wait())
asyncio.set_child_watcher(asyncio.PidfdChildWatcher())
asyncio.run(main())"'
# killed, because at the end libuv yields if another thread is just about to wake
# the one that ends: one time in five under the tap stop, in forty under strace
row node node 't node -e "require(\"fs\").readdirSync(\"/\");
	require(\"child_process\").execSync(\"echo x\");
	setTimeout(() => process.kill(process.pid), 50)"; [ $? = 143 ]'
row lua lua 't lua -e "print(io.popen(\"echo x\"):read())"'
row tclsh tclsh 'echo "puts [exec ls / | wc -l]" >x.tcl; t tclsh x.tcl'
row java java 'echo "class A { public static void main(String[] a)
	{ System.out.println(1); } }" >A.java
	javac A.java && t java -Xint -XX:+UseSerialGC -Xshare:auto A'
row sqlite3 sqlite3 't sqlite3 db "create table t(a); insert into t values(1);
	pragma journal_mode=wal; insert into t values(2); select sum(a) from t"'

# development
row git-init git 't git init -q r'
row git-commit git 'git init -q r; cd r || exit; echo x >f; git add f
	t git commit -qm x'
row git-log git 'git init -q r; cd r || exit
	git commit --allow-empty -qm x; t git --no-pager log --stat'
# two of its threads may meet: futex in 4 of 200 runs by strace, too
row git-clone 'git now:futex' 'git init -q r; echo x >r/f; git -C r add f
	git -C r commit -qm x; t git clone -q --no-local r s'
row gcc gcc 'project; t gcc -O1 -o x p/*.c'
row make 'make gcc' 'project; t make -s -j2 -C p CC=gcc'
row rustc rustc 'echo "fn main() { println!(\"{}\", 1) }" >x.rs
	t rustc -C opt-level=0 x.rs'

# keys
row openssl openssl 't openssl req -x509 -newkey rsa:2048 -nodes -keyout k \
	-out c -subj /CN=x -batch'
row openssl-dgst openssl 't openssl dgst -sha256 /etc/services'
row ssh-keygen ssh-keygen 't ssh-keygen -q -t ed25519 -N "" -f k'
row dropbearkey dropbearkey 't dropbearkey -t ecdsa -f k'

# servers, each stopped by a signal
row nginx 'nginx curl' 'nginx_conf off 2
	serve nginx -p "$PWD/" -c nginx.conf && fetch 5 && fetch 1 none
	stop QUIT nginx.pid'
row nginx-daemon 'nginx curl' 'nginx_conf on 1
	serve nginx -p "$PWD/" -c nginx.conf && fetch 3
	stop TERM nginx.pid'
row nginx-load 'nginx wrk' 'nginx_conf off 1
	serve nginx -p "$PWD/" -c nginx.conf && http_load && stop QUIT nginx.pid'
# lighttpd looks at the load each second: one must pass
# and every 64 s of the system's time it trims its heap
row lighttpd 'lighttpd curl now:madvise' 'lighttpd_conf
	serve lighttpd -D -f lighttpd.conf && fetch 5 && fetch 1 none
	sleep 1.2; stop TERM pid'
row lighttpd-daemon 'lighttpd curl now:madvise' 'lighttpd_conf
	serve lighttpd -f lighttpd.conf && fetch 3
	sleep 1.2; stop INT pid'
row bb-httpd 'busybox curl' 'echo page >index.html
	serve sh -c "echo \$\$ >pid; exec busybox httpd -f -p 127.0.0.1:$PORT"
	fetch 3; kill -TERM "$(cat pid)"; served; [ $? = 143 ]'
# SIGINT may go to the thread that has just answered, though the first one's poll
# is interrupted: restart_syscall in 1 of 250 runs by strace, too
row python-http 'python3 curl now:restart_syscall' 'echo page >index.html
	serve sh -c "echo \$\$ >pid; exec $PY -m http.server -b 127.0.0.1 $PORT"
	fetch 3; stop INT pid'
row curl 'busybox curl' 'echo page >index.html
	busybox httpd -f -p "127.0.0.1:$PORT" & h=$!; until_ok answers
	t curl -sS -o o "http://127.0.0.1:$PORT/"; s=$?; kill $h; exit $s'
row wget 'busybox wget' 'echo page >index.html
	busybox httpd -f -p "127.0.0.1:$PORT" & h=$!; until_ok answers
	t wget -q -O o "http://127.0.0.1:$PORT/"; s=$?; kill $h; exit $s'
row dnsmasq 'dnsmasq perl' 'ready=has_pid
	serve dnsmasq -k -p "$PORT" -a 127.0.0.1 -z -C /dev/null -R -h \
		-x "$PWD/pid" -u root -A /a.test/127.0.0.9
	perl -MIO::Socket::INET -e "\$s = IO::Socket::INET->new(Proto => q(udp),
	PeerAddr => qq(127.0.0.1:$PORT)); print \$s pack(q(n6C/aC/aCnn), 7,
	256, 1, 0, 0, 0, q(a), q(test), 0, 1, 1); sysread \$s, \$x, 512;
	exit !(\$x =~ /\x7f\0\0\x09\$/)" && stop TERM pid'
# dropbear itself hangs if SIGTERM comes while it sees its child off, traced or
# not: wait until that is over
row dropbear 'dropbear dropbearkey' 'dropbearkey -t ecdsa -f k >/dev/null 2>&1
	ready=has_pid
	serve dropbear -E -m -r k -P "$PWD/pid" -p "127.0.0.1:$PORT"
	sleep 0.2; stop TERM pid'
row dropbear-login 'dropbear dropbearkey ssh' '
	dropbearkey -t ecdsa -f k >/dev/null 2>&1
	ready=has_pid
	serve dropbear -F -E -m -r k -P "$PWD/pid" -p "127.0.0.1:$PORT"
	ssh -F none -o BatchMode=yes -o StrictHostKeyChecking=no -o \
		UserKnownHostsFile=/dev/null -p "$PORT" nobody@127.0.0.1 true
	sleep 0.2; stop TERM pid; [ $? = 1 ]'
row redis 'redis-server redis-benchmark' '
	serve redis-server --port "$PORT" --bind 127.0.0.1 --save "" \
		--pidfile "$PWD/pid" --daemonize no
	redis-benchmark -h 127.0.0.1 -p "$PORT" -q -n 300 -c 5 \
		-t set,get,lpush >/dev/null
	stop TERM pid'
row redis-fork 'redis-server redis-cli' '
	serve redis-server --port "$PORT" --bind 127.0.0.1 --daemonize yes \
		--dir "$PWD" --pidfile "$PWD/pid" --appendonly yes
	redis-cli -p "$PORT" set a b >/dev/null
	redis-cli -p "$PORT" bgsave >/dev/null; until_ok redis_saved
	redis-cli -p "$PORT" shutdown; served'

# for longer, if LOAD is given
if [ "${LOAD-}" ]; then
row lighttpd-load 'lighttpd wrk now:madvise' 'lighttpd_conf
	serve lighttpd -D -f lighttpd.conf && http_load && stop TERM pid'
row bb-httpd-load 'busybox wrk' 'echo page >index.html
	serve sh -c "echo \$\$ >pid; exec busybox httpd -f -p 127.0.0.1:$PORT"
	http_load && { kill -TERM "$(cat pid)"; served; [ $? = 143 ]; }'
row python-load 'python3 wrk' 'echo page >index.html
	serve sh -c "echo \$\$ >pid; exec $PY -m http.server -b 127.0.0.1 $PORT" \
		2>/dev/null
	http_load && stop INT pid'
row dnsmasq-load 'dnsmasq perl' 'ready=has_pid
	serve dnsmasq -k -p "$PORT" -a 127.0.0.1 -z -C /dev/null -R -h \
		-x "$PWD/pid" -u root -A /test/127.0.0.9
	dns_load && stop TERM pid'
row redis-load 'redis-server redis-benchmark' '
	serve redis-server --port "$PORT" --bind 127.0.0.1 --save "" \
		--pidfile "$PWD/pid" --daemonize no >/dev/null
	redis_load && stop TERM pid'
fi

# what no common command does: every number from 0 on, under the tap that sees
# a call before the program's own filter fails it; int 0x80; threads that exec
row all-numbers 'perl stop' 'cat >n.pl <<-"END"
	sub f { pack "SCCL", @_ }
	my $f = f(32,0,0,56).f(21,0,1,0x7574aa).f(6,0,0,0x50026).f(6,0,0,0x7fff0000);
	my $p = pack "S x6 P", 4, $f;
	syscall(157, 38, 1, 0, 0, 0);
	syscall(317, 1, 0, $p) and die $!;
	# uretprobe and uprobe: SIGILL, whatever a filter says
	$_ == 335 || $_ == 336 or syscall($_ + 0, 0, 0, 0, 0, 0, 0x7574aa)
		for 0..500;
	END
	t perl n.pl'
row int80 victim_int80 't victim_int80'
row i386 victim_i386 't victim_i386; [ $? = 6 ]'
row exec-by-thread victim_mtexec.dyn \
	't "$VICTIMS/victim_mtexec.dyn" 20; [ $? = 7 ]'

# --- for who runs them

# the first of what a row needs that this machine lacks; it may have the programs
# of i386, but no kernel that runs them
missing_program() { # PROGRAM...
	local p
	for p; do
		case $p in stop | now:*) continue ;; esac
		command -v "$p" >/dev/null || {
			echo "$p"
			return
		}
		case $p in victim_i386 | victim_int80) ;; *) continue ;; esac
		runs_here "$p" || {
			echo '32-bit calls'
			return
		}
	done
}

# 126 is a kernel that can't execute it, above 128 a signal
runs_here() { # PROGRAM
	("$1"; exit) >/dev/null 2>&1
	[ $? -lt 126 ]
}

chosen() { # NAME PATTERN...
	local name=$1
	shift
	[ $# != 0 ] || return 0
	for pattern; do
		# a glob is wanted here
		# shellcheck disable=SC2254
		case $name in $pattern) return 0 ;; esac
	done
	return 1
}

# nothing that varies from run to run or from user to user: no shims, no
# configuration, no caches; $1 is a home
quiet_environment() {
	PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:$VICTIMS
	PY=$(command -v /usr/bin/python3 || command -v python3)
	HOME=$1 TZ=UTC LC_ALL=C TMPDIR=/tmp
	PYTHONDONTWRITEBYTECODE=1 PYTHONHASHSEED=0
	GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=x GIT_AUTHOR_EMAIL=x
	GIT_COMMITTER_NAME=x GIT_COMMITTER_EMAIL=x
	export PATH PY HOME TZ LC_ALL TMPDIR PYTHONDONTWRITEBYTECODE PYTHONHASHSEED
	export GIT_CONFIG_NOSYSTEM GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL
	export GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL
	unset SECCOMP_FILE TRACE_DEBUG CDPATH MAKEFLAGS MAKELEVEL MFLAGS
	unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY all_proxy
	umask 022
}
