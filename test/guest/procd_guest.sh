#!/bin/sh
# SPDX-License-Identifier: MIT
#
# In a guest of procd.sh, whose process 1 is busybox init:
#
#   procd_guest.sh boot       what is done before tool_procd starts
#   procd_guest.sh record     record the services, make their policies, send them
#                             to the console, and reboot while they run
#   procd_guest.sh enforce    make policies of the recordings of several machines,
#                             /recordings/MACHINE/SERVICE.json, in the order of
#                             /machines; start the services; reboot
export PATH=/bin:/sbin:/usr/bin:/usr/sbin HOME=/root LC_ALL=C
services='dropbear httpd'
run=/var/run/procd
passed=0 failed=0

ok() { # NAME COMMAND...
	name=$1
	shift
	if "$@" >/tmp/log 2>&1; then
		echo "ok $name"
		passed=$((passed + 1))
	else
		echo "not ok $name"
		sed 's/^/# /' /tmp/log
		failed=$((failed + 1))
	fi
}

await() { # SECONDS COMMAND...
	tries=$(($1 * 10))
	shift
	until "$@"; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || return 1
		sleep 0.1
	done
}

boot() {
	for fs in proc sys:sysfs dev:devtmpfs tmp:tmpfs; do
		mount -t "${fs#*:}" none "/${fs%:*}"
	done
	chmod 1777 /tmp
	ifconfig lo 127.0.0.1
	syslogd -C64
	mkfifo $run/request
	/sbin/seed
	mkdir -p /etc/dropbear /root/.ssh
	chmod 700 /root /root/.ssh
	dropbearkey -t ed25519 -f /etc/dropbear/dropbear_ed25519_host_key
	dropbearkey -t ed25519 -f /root/.ssh/id |
		grep ^ssh- >/root/.ssh/authorized_keys
}

# --- the services

ssh() {
	dbclient -y -y -i /root/.ssh/id 127.0.0.1 "$@"
}

serves_dropbear() {
	[ "$(ssh 'cat /etc/motd; echo $0' </dev/null)" = "$(cat /etc/motd)
sh" ] && [ "$(seq 9 | ssh cat | md5sum)" = "$(seq 9 | md5sum)" ]
}

serves_httpd() {
	wget -q -O /tmp/page http://127.0.0.1/page &&
		cmp /tmp/page /www/page &&
		! wget -q -O /dev/null http://127.0.0.1/nothing
}

serves() { # SERVICE
	await 20 "serves_$1" && "serves_$1" && "serves_$1"
}

ended() { # SERVICE
	[ -s "$run/$1.ends" ]
}

# does procd know the service by its own PID?
is_service() { # SERVICE
	ls -l "/proc/$(cat "$run/$1.pid")/exe"
	[ "$(awk '/^Name:/ { print $2 }' \
		"/proc/$(cat "$run/$1.pid")/status")" = "$1" ]
}

records() { # SERVICE
	"/etc/init.d/$1" trace
	serves "$1" && is_service "$1" || return 1
	"/etc/init.d/$1" stop
	await 20 ended "$1" || return 1
	logread -e "utrace: the result is in /tmp/$1.*json" || return 1
	seccomp-merge "/etc/seccomp/$1.json" "/tmp/$1".*.json
}

enforces() { # SERVICE
	"/etc/init.d/$1" start
	serves "$1" && is_service "$1" &&
		grep Seccomp:.2 "/proc/$(cat "$run/$1.pid")/status"
}

# what a session starts is held to the policy, too
guards_sessions() {
	ssh '/usr/bin/mark; echo $?' </dev/null | grep -xE '140|159' &&
		await 20 logread -e 'utrace: mark\[[0-9]*\]: sched_get_priority_max is not in /etc/seccomp/dropbear.json' &&
		[ "$(logread -e 'is not in /etc/seccomp/dropbear' |
			wc -l)" = 1 ] &&
		serves dropbear
}

no_violations() {
	! logread -e 'is not in'
}

# --- the two boots

send() { # FILE
	echo "@file $1"
	cat "$1"
	echo "@end $(sha256sum <"$1")"
}

end() {
	for service in $services; do
		send "/etc/seccomp/$service.json"
	done
	echo "@guest: $((failed != 0)) $passed passed, $failed failed"
	reboot
}

record() {
	mkdir -p /etc/seccomp
	ok steps sh /steps "$(pidof procd)"
	for service in $services; do
		ok "records_$service" records "$service"
	done
	rm -f /tmp/*.json
	for service in $services; do
		ok "enforces_$service" enforces "$service"
	done
	ok guards_sessions guards_sessions
}

enforce() {
	mkdir -p /etc/seccomp
	for machine in $(cat /machines); do
		for service in $services; do
			ok "merges_${service}_of_$machine" seccomp-merge \
				"/etc/seccomp/$service.json" \
				"/recordings/$machine/$service.json"
		done
	done
	for service in $services; do
		ok "enforces_$service" enforces "$service"
	done
	ok no_violations no_violations
}

case $1 in
boot) boot ;;
record | enforce)
	await 20 [ -e $run/started ]
	"$1"
	end
	;;
esac
