#!/bin/bash
# bench.sh [WORKLOAD...]: what tracing costs, against strace; the tracer's
# memory with 1,000 processes; and how long reading a policy takes.  Prints,
# asserts nothing.
#
#   UTRACE   the binary to measure          (../../utrace)
#   STRACE   what to compare with           (strace)
#   VICTIMS  where build.sh puts its work   (../../build/test)
#   RUNS     how often each pair is timed   (7)
#   N        calls of the loop              (50000)
#   TOOLS    which of the tools             (all that work here)
#   SERVER_SECONDS  how long each server is under load (3)
#
# Each round times every tool once, the order moving on by one from round to
# round, so that what else the machine does hits all of them.  The number that
# counts is the added time: a tool's median less the median without a tracer.
#
#   strace   strace -f -c -o /dev/null: it counts, as utrace does
#   empty-stop, empty-seccomp
#            bench_empty.c: it waits for each stop of that tap and resumes, and
#            does nothing else.  utrace may sleep less, but reads the registers
#   known    the tap seccomp with a policy (-k) that knows every call
#   perf     perf trace -s
#   bpftrace count() by number for the whole machine, attached before the clock
#            starts
#   filter   strace -f --seccomp-bpf -e trace=none: the kernel runs a filter for
#            each call, forks and execs stop, nothing else does: the least that
#            following a program by ptrace can cost
# The workload one_cpu is the loop with all CPUs but one forbidden, busy with a
# process on each CPU that never sleeps.  There a tracer that spins until the
# next stop would take the CPU from its tracee.
# The long loop is for those only under which not each call stops.
set -u

here=$(cd "$(dirname "$0")" && pwd)
: "${UTRACE:=$here/../../utrace}" "${VICTIMS:=$here/../../build/test}"
: "${STRACE:=strace}" "${RUNS:=7}" "${N:=50000}" "${SERVER_SECONDS:=3}"
LC_ALL=C
export LC_ALL
unset SECCOMP_FILE TRACE_DEBUG MAKEFLAGS MAKELEVEL MFLAGS

# --- workloads

project=
loop() { "$@" "$VICTIMS/victim_loop" "$N"; }
one_cpu() {
	(
		taskset -pc "$(taskset -pc $BASHPID | grep -o '[0-9]*$')" \
			$BASHPID >/dev/null
		loop "$@"
	)
}
busy() { loop "$@"; }
long() { "$@" "$VICTIMS/victim_loop" $((N * 100)); }
threads() { "$@" "$VICTIMS/victim_loop" $((N / 4)) 4; }
dd_() { "$@" dd if=/dev/zero of=/dev/null bs=512 count=$((N / 2)); }
find_() { "$@" find /usr; }
# the inner shell expands these
# shellcheck disable=SC2016
forks() { "$@" sh -c 'i=0; while [ $i -lt 300 ]; do
	/bin/true; (:); : $(:); i=$((i + 1)); done'; }
make_() { "$@" make -s -B -j2 -C "$project" prog; }

describe() {
	case $1 in
	loop) echo "$N calls of getppid" ;;
	one_cpu) echo "the same on one CPU" ;;
	busy) echo "the same, all CPUs busy" ;;
	long) echo "$((N * 100)) of them" ;;
	threads) echo "$N by 4 threads" ;;
	dd_) echo "dd bs=512, $N calls" ;;
	find_) echo "find /usr" ;;
	forks) echo "sh: 900 processes, 300 execs" ;;
	make_) echo "make -j2, 12 files of C" ;;
	esac
}

make_project() {
	local i
	project=$tmp/project
	mkdir "$project"
	for ((i = 0; i < 12; i++)); do
		printf '#include <stdio.h>\nint f%d(void) { return puts(""); }\n' \
			$i >"$project/f$i.c"
	done
	echo 'int main(void) { return 0; }' >"$project/main.c"
	cat >"$project/Makefile" <<-'END'
		SRC = $(wildcard *.c)
		prog: $(SRC:.c=.o); gcc -o $@ $^
		%.o: %.c; gcc -O1 -c -o $@ $<
	END
}

# what runs beside all runs of a workload: beside_WORKLOAD
spinners=()
beside_busy() {
	local i
	for ((i = $(nproc); i > 0; i--)); do
		while :; do :; done &
		spinners+=($!)
	done
}
end_spinners() {
	[ ${#spinners[@]} = 0 ] && return
	kill "${spinners[@]}"
	wait "${spinners[@]}" 2>/dev/null
	spinners=()
}

# --- tools

none() { "$@"; }
strace_() { "$STRACE" -f -c -o /dev/null "$@"; }
filter() { "$STRACE" -f --seccomp-bpf -e trace=none -o /dev/null "$@"; }
empty_stop() { "$VICTIMS/bench_empty" stop "$@"; }
empty_seccomp() { "$VICTIMS/bench_empty" seccomp "$@"; }
stop() { "$UTRACE" -q -t stop -f /dev/null "$@"; }
seccomp() { "$UTRACE" -q -t seccomp -f /dev/null "$@"; }
ebpf() { "$UTRACE" -q -t ebpf -f /dev/null "$@"; }
known() { "$UTRACE" -q -t seccomp -k "$tmp/known" -f /dev/null "$@"; }
perf_() { perf trace -s -o /dev/null "$@"; }
bpftrace_() { "$@"; }

# what is not timed: before_TOOL WORKLOAD, after_TOOL
before_known() {
	[ "$known_of" != "$1" ] || return
	known_of=$1
	rm -f "$tmp/known"
	record() { "$UTRACE" -q -F list -s exec -f "$tmp/known" "$@"; }
	"$1" record
	record() {
		"$UTRACE" -q -F list -s exec -k "$tmp/known" -f "$tmp/known" "$@"
	}
	"$1" record
} >/dev/null 2>&1
before_bpftrace_() {
	mkfifo "$tmp/fifo"
	bpftrace -e 'BEGIN { printf("on\n") }
		tracepoint:raw_syscalls:sys_enter { @[args->id] = count(); }' \
		>"$tmp/fifo" 2>/dev/null &
	tracer=$!
	exec 9<"$tmp/fifo"
	until read -r -u 9 line && [ "$line" = on ]; do :; done
}
after_bpftrace_() {
	kill -INT $tracer
	cat <&9 >/dev/null
	exec 9<&-
	wait $tracer
	rm "$tmp/fifo"
}

# microseconds, into $tmp/times/WORKLOAD.TOOL
time_one() { # WORKLOAD TOOL
	local from to status
	[ "$(type -t "before_$2")" != function ] || "before_$2" "$1"
	from=${EPOCHREALTIME/./}
	"$1" "$2" >/dev/null 2>"$tmp/err"
	status=$?
	to=${EPOCHREALTIME/./}
	[ "$(type -t "after_$2")" != function ] || "after_$2"
	if [ $status != 0 ]; then
		echo "$1 under $2: status $status: $(head -n 2 "$tmp/err")" >&2
		return 1
	fi
	echo $((to - from)) >>"$tmp/times/$1.$2"
}

median() { # FILE
	sort -n "$1" | awk '{ v[NR] = $1 } END {
		m = NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2
		print m < 100 ? m : int(m)
	}'
}

# least and greatest, as a sign of how calm the machine was
spread() { # FILE
	sort -n "$1" | awk 'NR == 1 { a = $1 } { b = $1 } END {
		printf "%d-%d", a / 1000, b / 1000
	}'
}

# A - B as a part of C - B
part() {
	awk -v a="$1" -v b="$2" -v c="$3" 'BEGIN {
		if (c > b) printf "%.2f", (a - b) / (c - b)
		else printf "-"
	}'
}

# those of them under which not each call of the workload stops
unstopped() { # TOOL...
	local tool
	for tool; do
		case $tool in
		strace_ | stop | seccomp | empty_* | perf_) continue ;;
		esac
		echo "$tool"
	done
}

# each tool once, that many times
time_all() { # WORKLOAD
	local w=$1 i j
	[ "$(type -t "beside_$w")" != function ] || "beside_$w"
	# one that does not count, for the caches
	time_one "$w" none || return
	rm -f "$tmp/times/$w".*
	for ((i = 0; i < RUNS; i++)); do
		for ((j = 0; j < ${#tools[@]}; j++)); do
			tool=${tools[(i + j) % ${#tools[@]}]}
			time_one "$w" "$tool" || return
		done
	done
}

measure() { # WORKLOAD
	local w=$1 tool base none_ file r tools=("${tools[@]}")
	# shellcheck disable=SC2207
	[ "$w" != long ] || tools=($(unstopped "${tools[@]}"))
	time_all "$w"
	r=$?
	end_spinners
	[ $r = 0 ] || return
	none_=$(median "$tmp/times/$w.none")
	base=$none_
	[ ! -e "$tmp/times/$w.strace_" ] ||
		base=$(median "$tmp/times/$w.strace_")
	for tool in "${tools[@]}"; do
		file=$tmp/times/$w.$tool
		ratio=$(part "$(median "$file")" "$none_" "$base")
		[ "$tool" != none ] || ratio=-
		printf '%-28s %-13s %8d %6d %7s %7s  %s\n' "$(describe "$w")" \
			"$(shown "$tool")" "$(($(median "$file") / 1000))" \
			"$((($(median "$file") - none_) / 1000))" \
			"$ratio" "$(part "$(median "$file")" 0 "$none_")" \
			"$(spread "$file")"
		eval "ratio_${w}_$tool=\$ratio"
	done
	echo
}

shown() { # TOOL
	local name=${1%_}
	echo "${name/_/-}"
}

# the same of a tap's time against that of its empty tracer
wanted_of_empty() { # WORKLOAD TAP LIMIT
	local mine=$tmp/times/$1.$2 empty=$tmp/times/$1.empty_$2
	[ -e "$mine" ] && [ -e "$empty" ] || return
	awk -v v="$(part "$(median "$mine")" 0 "$(median "$empty")")" -v l="$3" \
		-v w="$(describe "$1")" -v t="$2" 'BEGIN {
		printf "%-28s %-13s %5s of an empty tracer, wanted at most " \
			"%s: %s\n", w, t, v, l, v <= l ? "yes" : "NO"
	}'
}

# one line of what is wanted
wanted() { # WORKLOAD TOOL LIMIT
	local v=ratio_$1_$2
	[ "${!v-}" ] || return
	awk -v v="${!v}" -v l="$3" -v w="$(describe "$1")" -v t="$2" 'BEGIN {
		printf "%-28s %-13s %5s of strace, wanted at most %s: %s\n", \
			w, t, v, l, v == "-" ? "?" : v <= l ? "yes" : "NO"
	}'
}

# --- servers: requests a second and the 99th percentile, in ms

nginx_conf() {
	mkdir -p "$tmp/www" "$tmp/logs"
	echo page >"$tmp/www/index.html"
	cat >"$tmp/nginx.conf" <<-END
		daemon off; worker_processes 2; pid nginx.pid; user root;
		error_log logs/error.log;
		events { worker_connections 64; }
		http {
			access_log off;
			client_body_temp_path b; proxy_temp_path p;
			fastcgi_temp_path f; uwsgi_temp_path u;
			scgi_temp_path s;
			server { listen 127.0.0.1:$port; root www; }
		}
	END
}

listening() {
	(exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null
}

nginx() { # TOOL...
	nginx_conf
	"$@" "$(type -P nginx)" -p "$tmp/" -c nginx.conf &
	until listening; do sleep 0.05; done
	wrk -t1 -c8 -d"${SERVER_SECONDS}s" --latency "http://127.0.0.1:$port/" \
		>"$tmp/wrk"
	kill -QUIT "$(cat "$tmp/nginx.pid")"
	wait $!
	awk '/Requests.sec/ { r = $2 } $1 == "99%" { p = $2 }
		/Socket errors/ { e = " " $0 }
		END { u = p; sub(/[0-9.]+/, "", u)
		p += 0; if (u == "us") p /= 1000; if (u == "s") p *= 1000
		print r, p e }' "$tmp/wrk" >"$tmp/served"
}

redis() { # TOOL...
	"$@" redis-server --port "$port" --bind 127.0.0.1 --save '' \
		--daemonize no >/dev/null &
	until listening; do sleep 0.05; done
	redis-benchmark -h 127.0.0.1 -p "$port" --csv -c 8 -t get \
		-n $((SERVER_SECONDS * 5000)) >"$tmp/wrk"
	redis-cli -p "$port" shutdown nosave
	wait $!
	awk -F '"' '$2 == "GET" { print $4, $14 }' "$tmp/wrk" >"$tmp/served"
}

server() { # NAME
	local i j tool
	rm -f "$tmp/times/$1".*
	for ((i = 0; i < RUNS; i++)); do
		for ((j = 0; j < ${#tools[@]}; j++)); do
			tool=${tools[(i + j) % ${#tools[@]}]}
			time_one "$1" "$tool" || return
			read -r rate late errors <"$tmp/served"
			[ -z "$errors" ] || echo "$1 under $tool: $errors"
			echo "$rate" >>"$tmp/times/$1.$tool.rate"
			echo "$late" >>"$tmp/times/$1.$tool.late"
			port=$((port + 1))
		done
	done
	none_=$(median "$tmp/times/$1.none.rate")
	for tool in "${tools[@]}"; do
		rate=$(median "$tmp/times/$1.$tool.rate")
		printf '%-30s %-9s %8d %8s %9s\n' "$1" "${tool%_}" "${rate%.*}" \
			"$(median "$tmp/times/$1.$tool.late")" \
			"$(part "$rate" 0 "$none_")"
	done
	echo
}

# --- memory

memory() { # TAP
	local pid i rss hwm
	mkfifo "$tmp/fifo"
	"$UTRACE" -q -t "$1" -f /dev/null -P "$tmp/pid" \
		"$VICTIMS/victim_crowd" 1000 1500 >"$tmp/fifo" 2>/dev/null &
	# it says so when all are there
	read -r _ <"$tmp/fifo"
	read -r pid <"$tmp/pid"
	rss=$(awk '/^VmRSS/ { print $2 }' "/proc/$pid/status")
	hwm=$(awk '/^VmHWM/ { print $2 }' "/proc/$pid/status")
	i=$(cat /proc/[0-9]*/status 2>/dev/null |
		awk -v p="$pid" '$1 == "TracerPid:" && $2 == p' | wc -l)
	echo "tracer, tap $1, $i tracees: VmRSS $rss KiB, VmHWM $hwm KiB" \
		"(wanted: at most 512)"
	wait
	rm -f "$tmp/fifo" "$tmp/pid"
}

# --- reading policies of nearly 1 MiB

# a file of this kind: the names of all calls, of unknown ones, an object or a
# line for each call, and argument rules of one call or of many
write_policy() { # KIND
	awk -v kind="$1" '
	function line(i, name) {
		if (kind ~ /unknown/) name = "unknown_" i % 400
		if (kind ~ /names/) return "\"" name "\","
		if (kind ~ /objects/) return "{\"action\":\"SCMP_ACT_" \
			(i % 2 ? "ALLOW" : "LOG") "\",\"name\":\"" name "\"},"
		if (kind == "rules") return "ioctl(arg1 == " i % 500 ")"
		if (kind == "systemd groups")
			return "SystemCallFilter=" (i % 2 ? "@io-event" : \
				"@system-service")
		if (kind == "calls with rules")
			return name "(arg1 == 1)"
		return name
	}
	/^[a-z_0-9]+$/ { names[n++] = $0 }
	END {
		if (kind ~ /names/) head = "{\"whitelist\":["
		if (kind ~ /objects/) head = "{\"defaultAction\":" \
			"\"SCMP_ACT_ERRNO\",\"syscalls\":["
		if (kind ~ /systemd/) head = "[Service]"
		print head
		for (size = 0; size < 1048000; size += length(s) + 1) {
			s = line(i, names[i++ % n])
			print s
		}
		if (kind ~ /names/) print "\"read\"]}"
		if (kind ~ /objects/) print line(1, "read") "{" \
			"\"action\":\"SCMP_ACT_ALLOW\",\"name\":\"read\"}]}"
	}' "$here/../golden/all.list" >"$tmp/policy"
}

policies() {
	local kind i from to
	for kind in names 'unknown names' objects lines 'unknown lines' rules \
	    'calls with rules' 'systemd groups'; do
		write_policy "$kind"
		rm -f "$tmp/read"
		for ((i = 0; i < RUNS; i++)); do
			from=${EPOCHREALTIME/./}
			"$UTRACE" -m -F list -f /dev/null "$tmp/policy" ||
				return
			to=${EPOCHREALTIME/./}
			echo $((to - from)) >>"$tmp/read"
		done
		printf '%-30s %8d ms (wanted: at most 200)\n' \
			"1 MiB policy: $kind" $(($(median "$tmp/read") / 1000))
	done
}

# --- the whole

known_of=''
tmp=$(mktemp -d "${TMPDIR:-/tmp}/utrace-bench.XXXXXX") || exit 1
trap 'end_spinners; rm -rf "$tmp"' EXIT
trap 'exit 130' HUP INT TERM
mkdir "$tmp/times"
make_project

for source in victim/victim_loop victim/victim_crowd tool/bench_empty; do
	program=$VICTIMS/${source#*/}
	[ -x "$program" ] && continue
	mkdir -p "$VICTIMS"
	"$(command -v musl-gcc || echo cc)" -static -O1 -D_GNU_SOURCE -pthread \
		-o "$program" "$here/../$source.c" || exit 1
done

tools=(none)
if command -v "$STRACE" >/dev/null; then
	tools+=(strace_)
	! filter true >/dev/null 2>&1 || tools+=(filter)
else
	echo "no $STRACE here: nothing to compare with"
fi
tools+=(empty_stop stop)
! seccomp true 2>/dev/null || tools+=(empty_seccomp seccomp known)
! ebpf true 2>/dev/null || tools+=(ebpf)
! perf_ true >/dev/null 2>&1 || tools+=(perf_)
! bpftrace -e 'BEGIN { exit() }' >/dev/null 2>&1 || tools+=(bpftrace_)
if [ "${TOOLS-}" ]; then
	for tool in "${tools[@]}"; do
		[[ " none $TOOLS " = *" $(shown "$tool") "* ]] && chosen+=("$tool")
	done
	tools=("${chosen[@]}")
fi

uname -srm
sed -n 's/^\(model name\|cpu model\|Hardware\)[^:]*: //p' /proc/cpuinfo |
	sort | uniq -c | sed 's/^ */CPUs: /'
echo "load before: $(cut -d ' ' -f 1-3 /proc/loadavg)"
! [ -e "$(command -v "$STRACE")" ] || "$STRACE" -V | head -n 1
echo "$RUNS runs of each; ms; added: over untraced; ratio: added, of strace's;"
echo "native: all of it, of untraced"
echo

printf '%-28s %-13s %8s %6s %7s %7s  %s\n' \
	workload tool median added ratio native least-most
[ $# != 0 ] || set -- loop one_cpu busy long threads dd find forks make nginx redis
for w; do
	case $w in dd | find | make) w=${w}_ ;; nginx | redis) continue ;; esac
	case $(type -t "$w"):$(describe "$w") in
	function:?*) measure "$w" ;;
	*) echo "$w: no such workload" ;;
	esac
done
printf '%-30s %-9s %8s %8s %9s\n' server tool req/s 99%-ms native
port=$((24000 + RANDOM % 1000))
for w in nginx:wrk redis:redis-benchmark; do
	case " $* " in *" ${w%:*} "*) ;; *) continue ;; esac
	command -v "${w#*:}" >/dev/null && server "${w%:*}" ||
		echo "${w%:*}: skipped, no ${w#*:} here"
done
for tap in stop seccomp; do
	wanted_of_empty loop $tap 0.75
	wanted_of_empty one_cpu $tap 1.1
	wanted_of_empty busy $tap 1.1
done
wanted loop stop 0.95
wanted loop seccomp 0.50
wanted loop known 0.03
for w in find_ forks; do
	wanted $w stop 0.99
	wanted $w seccomp 0.99
done
for tap in stop seccomp; do
	case " ${tools[*]} " in *" $tap "*) memory $tap ;; esac
done
policies
echo "load after: $(cut -d ' ' -f 1-3 /proc/loadavg)"
