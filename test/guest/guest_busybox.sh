# shellcheck shell=sh
# A router's userland, busybox and musl's loader, as OpenWrt has them.  Only in
# guests, where qemu.sh puts a dynamic busybox into /dynamic/bin.

box=/dynamic/bin
getuid=getuid
[ "$ABI" != arm ] || getuid=getuid32        # of 16 bits without the 32

# what was seen, without what is always added
seen() {
	grep -v '	' list | sort | tr '\n' ' '
}

# the two examples of the project's start: nothing of the loader's
touch_existing() {
	: >xxx
	utrace -F list -s main -f list $box/touch "$PWD/xxx"
	equal "$(seen)" "exit_group $getuid utimensat "
	for call in rt_sigaction rt_sigreturn exit; do
		grep -q "^$call	" list || fail "$call is not always there"
	done
}

t_busybox_touch() {
	each_tap_and_kernel touch_existing
}

touch_new() {
	rm -f xxx
	utrace -F list -s main -f list $box/touch "$PWD/xxx"
	[ -e xxx ] || fail 'not touched'
	sed -i s/openat/open/ list
	equal "$(seen)" "close exit_group $getuid open utimensat "
}

t_busybox_touch_creates() {
	each_tap_and_kernel touch_new
}

# what the loader of musl does in a child is recorded: the thread pointer, memory
# for its tables, write protection of the program's, which mips has not got
loads() {
	case $ABI in
	x86_64) saw arch_prctl mprotect mmap ;;
	aarch64) saw mprotect mmap ;;
	arm) saw set_tls mprotect mmap2 ;;
	mips*) saw set_thread_area mmap2 ;;
	esac
	saw execve set_tid_address brk
}

shell_touch() { # SCRIPT
	utrace -F list -s main -f list $box/sh -c "PATH=$box; $1"
	loads
	saw utimensat $getuid exit_group
}

t_busybox_sh_touch() {
	each_tap_and_kernel shell_touch "touch $PWD/xxx"
	did_not_see fork vfork clone wait4
	each_tap_and_kernel shell_touch "touch $PWD/xxx; true"
	sed -i 's/^clone$/fork/' list
	saw fork wait4
}

# --- an init script, with jobs in the background

script() { # [OPTION]
	rm -f one two job done
	status 3 record "$@" ./rc start >out 2>err
	silent err
	# with -D that is waited for by the tracer alone
	[ $# = 0 ] || await 10 [ -e done ]
	equal "$(cat one two job out)" 'mips
pipe
job
started'
	[ -e done ] || fail 'the daemon was not waited for'
	loads
	saw $mark setsid
}

t_busybox_init_script() {
	cat >rc <<-RC
		#!$box/sh
		PATH=$box
		start() {
			echo mips >one &
			(echo epip | rev >two) &
			${v}_mark &
			wait
			# its result is only complete when this is done, too
			start-stop-daemon -S -b -m -p $PWD/pid -x $box/sh -- -c \\
				'usleep 100000; touch $PWD/done'
			echo job >job
			echo started
		}
		case \$1 in start) start; exit 3 ;; esac
	RC
	chmod +x rc
	each_tap script
	each_tap script -D
}

# --- a service

ask() {
	for i in 1 2 3; do
		wget -q -O got http://127.0.0.1:$1/page
		same got www/page
	done
}

listens() {
	wget -q -O /dev/null http://127.0.0.1:$1/page 2>/dev/null
}

serve() {
	start $box/httpd -f -p 127.0.0.1:8080 -h www
	await 10 listens 8080
	ask 8080
	kill -TERM $pid
	ended 143
	saw socket bind listen
	grep -qx 'sendfile\(64\)*' list || fail 'no sendfile'
}

t_busybox_httpd() {
	mkdir www
	seq 1000 >www/page
	each_tap serve
}

# it is a daemon's utrace that gets the signal when PROGRAM has long ended
serve_as_daemon() {
	start $box/httpd -p 127.0.0.1:8081 -h www
	await 10 listens 8081
	ask 8081
	kill -TERM $pid
	ended 0
	saw socket bind listen setsid
	! listens 8081 || fail 'it still listens'
}

t_busybox_daemon() {
	mkdir www
	seq 1000 >www/page
	each_tap serve_as_daemon
}
