# shellcheck shell=sh
# Under a stand-in for procd, as process 1 of a PID namespace: it starts
# services as OpenWrt's does, without an option.  PROCD starts a real one instead:
# see real_procd.sh.

# start procd; sbin/ is what a build with DEFAULTS='-D -F procd' installs, for
# any user
procd() {
	need unshare mkfifo
	need_root
	need_filters
	mkdir -p sbin run
	trap 'rm -f /tmp/*_$$.*.json' EXIT
	results=/tmp
	[ ! "${PROCD-}" ] || results=$PWD/run/root/tmp end_of_procd=129
	cp "$UTRACE" sbin/bin
	printf '#!/bin/sh\nexec %s/sbin/bin -D -F procd "$@"\n' "$PWD" >sbin/utrace
	chmod 755 sbin/bin sbin/utrace
	ln -sf bin sbin/seccomp-trace
	rm -f run/request run/started
	mkfifo run/request
	# shellcheck disable=SC2016
	unshare -m -p -f ${PROCD:+-n -i -u} sh -c 'mount --make-rprivate / &&
		mount -t proc none /proc &&
		exec "$0" "$1" "$2"' "${PROCD:-$VICTIMS/tool_procd}" run "$PWD/sbin" &
	procd=$!
	await 10 procd_is_up
}

procd_is_up() {
	[ -e run/started ] || ! gone $procd ||
		skip 'needs PID namespaces and mounts of its own'
	[ -e run/started ]
}

request() { # LINE
	echo "$*" >run/request
}

# a service's file; its program has its own name, that of the files in /tmp
service() { # NAME [PARAMETER...]
	name=$1
	shift
	[ -e "${name}_$$" ] || cp "${v}_service" "${name}_$$"
	printf 'command %s\n' "$PWD/${name}_$$" "$PWD/$name.log" >run/new
	for parameter; do
		echo "$parameter" >>run/new
	done
	mv run/new "run/$name"
}

launch() { # NAME
	: >"$1.log"
	request start "$1"
	await 5 is_ready "$1"
}

# the PID that procd knows is the service's, and procd its parent
is_ready() { # NAME
	says "ready $(cat "run/$1.pid" 2>/dev/null) 1" "$1.log"
}

ended_with() { # NAME STATUS
	await 5 has_lines 1 "run/$1.ends"
	end=$(tail -n 1 "run/$1.ends")
	[ "${PROCD-}" ] && [ "$end" = '?' ] || equal "$end" "$2"
	rm "run/$1.ends"
}

# send a service a signal in its namespace, and wait for its answer
ask_service() { # NAME SIGNAL [ANSWER]
	lines=$(wc -l <"$1.log")
	kill -"$2" "$(outer_pid "$1")"
	[ "${3-}" = none ] || await 5 has_lines $((lines + 1)) "$1.log"
	[ "${3-none}" = none ] || equal "$(tail -n 1 "$1.log")" "$3"
}

# the PID in our namespace of the service that procd knows by its own
outer_pid() { # NAME
	inner=$(cat "run/$1.pid")
	# one grep for all processes: the machine may have many
	for status in $(grep -ls "^NSpid:.*	$inner$" /proc/[0-9]*/status); do
		! grep -qs "^Name:	$(echo "$1_$$" | cut -c 1-15)" "$status" ||
			sed -n 's/^Pid:	//p' "$status"
	done
}

outer_tracer() { # NAME
	sed -n 's/^TracerPid:	//p' "/proc/$(outer_pid "$1")/status"
}

# record a service; ./NAME.policy allows all but the one call
record_service() { # NAME [PARAMETER...]
	service "$@" 'trace 1'
	launch "$1"
	for sig in USR1 USR2 HUP; do
		ask_service "$1" $sig
	done
	result=$results/$1_$$.$(cat "run/$1.pid").json
	request stop "$1"
	ended_with "$1" 7
	# procd may see the end only once the result is there
	[ -e "$result" ] || fail "no $result"
	contains "$result" SCMP_ACT_KILL_PROCESS "\"$mark\""
	grep -v "\"$mark\"" "$result" >"$1.policy"
	mv "$result" "$1.full"
}

end_procd() {
	request reboot
	# a reboot of a PID namespace is SIGHUP to its process 1
	status "${end_of_procd:-0}" wait $procd
}

t_procd_records_and_enforces() { # up to 120 s
	procd
	record_service one
	service one "seccomp $PWD/one.full"
	launch one
	for sig in USR1 USR2 HUP; do
		ask_service one $sig
	done
	request stop one
	ended_with one 7
	violations=$results/one_$$.$(cat run/one.pid).violations.json
	[ ! -e "$violations" ] || fail 'a violation of a full policy'
	service one "seccomp $PWD/one.policy"
	launch one
	violations=$results/one_$$.$(cat run/one.pid).violations.json
	ask_service one USR1 none
	ended_with one "$(status_of_sigsys)"
	contains "$violations" "\"$mark\""
	"$UTRACE" -m -f merged -F procd one.policy "$violations"
	service one "seccomp $PWD/merged"
	launch one
	ask_service one USR1 'mark 0'
	end_procd
}

# as a user that procd chose, with what that leaves of capabilities: none
t_procd_user() { # up to 120 s
	procd
	chmod 777 .
	: >one.log
	chmod 666 one.log
	record_service one 'user 65534'
	service one 'user 65534' "seccomp $PWD/one.policy"
	launch one
	equal "$(grep -E '^(Seccomp|NoNewPrivs):' \
		"/proc/$(outer_pid one)/status" | tr -d '\t\n')" \
		'NoNewPrivs:1Seccomp:2'
	violations=$results/one_$$.$(cat run/one.pid).violations.json
	ask_service one USR1 none
	ended_with one "$(status_of_sigsys)"
	contains "$violations" "\"$mark\""
	end_procd
}

# SIGKILL to each party: procd learns of the service's end and starts it again;
# without its tracer the service goes on, and under its policy
t_procd_kill() { # up to 120 s
	procd
	record_service one 'respawn 1'
	for how in 'trace 1' "seccomp $PWD/one.policy"; do
		service one 'respawn 1' "$how"
		launch one
		: >one.log
		kill -KILL "$(outer_pid one)"
		ended_with one 137
		await 5 is_ready one
		kill -KILL "$(outer_tracer one)"
		case $how in
		trace*) # procd starts it again if the tap was seccomp
			sleep 1
			request stop one
			;;
		*)
			ask_service one HUP 'hup 0'
			: >one.log
			ask_service one USR1 none
			ended_with one "$(status_of_sigsys)"
			await 5 is_ready one
			request stop one
			;;
		esac
		await 5 has_lines 1 run/one.ends
		rm run/one.ends
	done
	end_procd
}

# what ignores SIGTERM gets SIGKILL, and its result is there all the same
t_procd_timeout() { # up to 120 s
	procd
	printf '#!/bin/sh\ntrap "" TERM\necho "ready $$ $PPID" >>"$1"
while :; do sleep 1; done\n' >two_$$
	chmod 755 two_$$
	service two 'trace 1' 'term_timeout 300'
	launch two
	result=$results/two_$$.$(cat run/two.pid).json
	request stop two
	ended_with two 137
	[ -e "$result" ] || fail 'no result'
	end_procd
}

# two services that share a policy: both are held to it
t_procd_share() { # up to 120 s
	procd
	record_service one
	record_service two
	"$UTRACE" -m -F procd -f shared one.policy two.policy
	service one "seccomp $PWD/shared"
	service two "seccomp $PWD/shared"
	launch one
	launch two
	cp shared before
	ask_service one USR2 "child $(($(status_of_sigsys) - 128))"
	ask_service two USR1 none
	ended_with two "$(status_of_sigsys)"
	ask_service one HUP 'hup 0'
	same shared before
	for name in one two; do
		contains "$results/${name}_$$.$(cat run/$name.pid).violations.json" \
			"\"$mark\""
	done
	end_procd
}

# SIGTERM to all processes, and soon after it SIGKILL: what is recorded by then
# is on disk, and nothing keeps process 1 waiting
t_procd_reboot() { # up to 120 s
	procd
	record_service one
	service one "seccomp $PWD/one.policy"
	service two 'trace 1'
	launch one
	launch two
	ask_service two USR1
	ask_service one USR2 "child $(($(status_of_sigsys) - 128))"
	request reboot
	begun=$(date +%s)
	wait $procd || [ "${PROCD-}" ]
	[ $(($(date +%s) - begun)) -lt $((10 * SLOW * 5)) ] || fail 'the reboot waited'
	contains "$results/one_$$.$(cat run/one.pid).violations.json" "\"$mark\""
	contains "$results/two_$$.$(cat run/two.pid).json" "\"$mark\""
}
