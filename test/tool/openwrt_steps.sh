#!/bin/sh
# SPDX-License-Identifier: MIT
#
# openwrt_steps.sh [PID]: what utrace.1 tells a user to do, PROCD, with the
# service exampled of openwrt.sh, in a tree in which tool_procd runs as process
# PID (1).  Status 0 if all has worked; prints what it does.
set -eux
procd=${1:-1}
log=/var/log/exampled
run=/var/run/procd

await() {
	tries=80
	until "$@"; do
		tries=$((tries - 1))
		[ $tries -gt 0 ]
		sleep 0.1
	done
}

runs() { # is the process that procd knows ready?
	[ -s $run/exampled.pid ] &&
		grep -q "^ready $(cat $run/exampled.pid) $procd\$" $log
}

use() { # SIGNAL ANSWER
	kill -$1 $(cat $run/exampled.pid)
	await grep -q "^$2" $log
}

# 1. record; the service is not asked for everything
/etc/init.d/exampled trace
await runs
use HUP hup
/etc/init.d/exampled stop
await [ -s $run/exampled.ends ]
grep -qx 7 $run/exampled.ends
await /sbin/logread -e 'utrace: the result is in /tmp/exampled.*json'
mkdir -p /etc/seccomp
seccomp-merge /etc/seccomp/exampled.json /tmp/exampled.*.json
cat /etc/seccomp/exampled.json
rm /tmp/exampled.*.json

# 2. run it under its policy
: >$log
/etc/init.d/exampled start
await runs
use HUP hup
grep 'Seccomp:.2' /proc/$(cat $run/exampled.pid)/status

# 3. a violation: procd starts it again, and the system log says why
rm $run/exampled.ends
pid=$(cat $run/exampled.pid)
kill -USR1 $pid
await [ -s $run/exampled.ends ]
grep -qxE '159|140' $run/exampled.ends
await /sbin/logread -e "utrace: exampled\[$pid\]: sched_get_priority_max is not in /etc/seccomp/exampled.json"
/sbin/logread -e utrace

# 4. merge, and restart
seccomp-merge /etc/seccomp/exampled.json /tmp/exampled.*.violations.json
rm $run/exampled.pid
: >$log
/etc/init.d/exampled restart
await runs
use USR1 'mark 0'
