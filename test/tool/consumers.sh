#!/bin/bash
# SPDX-License-Identifier: MIT
#
# consumers.sh: each format in the hands of the program that it is for.
#
#   UTRACE   the binary to test           (../../utrace)
#   VICTIMS  where build.sh puts things   (../../build/test)
#
# A shell of busybox is recorded that starts another busybox and has mkdir fail
# for want of an operand.  Under its policy it must print the same, and mkdir
# must fail with an operand too, which it does not without the policy.  What a
# consumer needs that this machine can't give is said as a skip.  The last line
# is N passed, N failed, N skipped; status 1 if one failed.
#
# Scripts of other shells stand in single quotes:
# shellcheck disable=SC2016,SC2015
set -u

here=$(cd "$(dirname "$0")" && pwd)
: "${UTRACE:=$here/../../utrace}" "${VICTIMS:=$here/../../build/test}"
UTRACE=$(realpath "$UTRACE") VICTIMS=$(realpath "$VICTIMS")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
passed=0 failed=0 skipped=0

ok() {
	echo "ok $1"
	passed=$((passed + 1))
}

not_ok() { # NAME WHY
	echo "not ok $1: $(tr '\n' '|' <<<"$2")"
	failed=$((failed + 1))
}

skip() {
	echo "skip $1: $2"
	skipped=$((skipped + 1))
}

has() {
	command -v "$1" >/dev/null
}

no_32_bits='no 32-bit calls in this kernel, or no victim of them'
runs_32_bits() { # and leave what the program prints in ./direct
	[ -x "$VICTIMS/victim_int80" ] &&
		"$VICTIMS/victim_int80" >direct 2>/dev/null
}

# equal NAME GOT WANTED
equal() {
	if [ "$2" = "$3" ]; then
		ok "$1"
	else
		not_ok "$1" "[$2], not [$3]"
	fi
}

# --- the program; $0 of it is what to make a folder of, or nothing

busybox=$(command -v busybox)
script='echo one | /bin/busybox tr o 0
	/bin/busybox mkdir $0 2>/dev/null && echo made; true'
program=(/bin/busybox sh -c "$script")
without=$'0ne\nmade'
under=0ne

# a policy of it: FORMAT FILE OPTION...
record() {
	local format=$1 file=$2
	shift 2
	"$UTRACE" -q -F "$format" -f "$file" "$@" "${program[@]}" '' \
		>recorded 2>recorded.err ||
		not_ok "record $format" "$(cat recorded.err)"
}

# calls CONSUMER FILE NR: getpriority, where argument 0 may only be NR, made
# with all arguments 0
conditional() {
	cat >condition <<-END
	{ "defaultAction": "SCMP_ACT_ERRNO", "syscalls": [ {
		"names": [ "getpriority" ], "action": "SCMP_ACT_ALLOW",
		"args": [ { "index": 0, "value": $3, "op": "SCMP_CMP_EQ" },
			{ "index": 1, "value": 255, "valueTwo": 0,
			  "op": "SCMP_CMP_MASKED_EQ" } ] } ] }
	END
	"$UTRACE" -q -F list -f victim.list "$VICTIMS/victim_call" 39 \
		>out
	"$UTRACE" -m -F "$1" -f "$2" condition victim.list 2>merge.err ||
		not_ok "merge $1" "$(cat merge.err)"
}
getpriority=140         # on x86-64

# --- OCI runtimes

# container RUNTIME POLICY NO_NEW_PRIVS COMMAND...; POLICY may be empty
container() {
	local runtime=$1 policy=${2:-null.json} nnp=$3
	shift 3
	jq -n '$ARGS.positional' --args -- "$@" >args.json
	jq --slurpfile args args.json --slurpfile policy "$policy" \
	    --argjson nnp "$nnp" '
		.process.args = $args[0] | .process.terminal = false |
		.process.noNewPrivileges = $nnp |
		.linux.namespaces |= map(select(.type != "cgroup")) |
		.mounts |= map(select(.type != "cgroup")) |
		del(.linux.resources, .linux.cgroupsPath) |
		.linux.seccomp = ($policy[0] | if . then del(.complete) |
			if .archMap then .architectures = [ .archMap[0] |
				.architecture, .subArchitectures[] ] |
				del(.archMap) else . end else . end)
		' spec.json >bundle/config.json || return
	# crun takes no hybrid of the two cgroups
	timeout -s KILL 60 unshare -m sh -c 'runtime=$1; shift
		mount -t cgroup2 none /sys/fs/cgroup &&
		exec "$runtime" --root "$1/state" run -b "$1/bundle" "$2"' \
		sh "$runtime" "$dir" "utrace-test-$$" 2>container.err
}

oci_runtime() {
	local format policy nnp runtime=$1
	if ! has "$runtime"; then
		skip "$runtime" "not installed"
		return
	fi
	if [ "$(container "$runtime" '' false "${program[@]}" /dev/new)" != \
	    "$without" ]; then
		skip "$runtime" "can't run a container here: $(tail -n 1 \
			container.err)"
		return
	fi
	for format in oci docker; do
		for policy in EPERM kill; do
			record $format $format.json -p $policy
			for nnp in true false; do
				equal "$runtime $format -p $policy, nnp $nnp" \
					"$(container "$runtime" $format.json \
						$nnp "${program[@]}" /dev/new)" \
					"$under"
			done
		done
	done
	[ "$(uname -m)" = x86_64 ] || return
	for nnp in 0 1; do
		conditional oci oci.json $nnp
		equal "$runtime argument $nnp" "$(container "$runtime" oci.json \
			true /bin/victim_call $getpriority)" \
			"$getpriority $([ $nnp = 0 ] && echo 20 || echo -1)"
	done
}

oci() {
	mkdir -p bundle/rootfs/bin bundle/rootfs/dev bundle/rootfs/proc \
		bundle/rootfs/sys
	cp "$busybox" "$VICTIMS/victim_call" bundle/rootfs/bin/
	echo null >null.json
	for runtime in runc crun; do
		if has $runtime; then
			(cd bundle && $runtime spec) && break
		fi
	done
	[ ! -e bundle/config.json ] || mv bundle/config.json spec.json
	oci_runtime runc
	oci_runtime crun
}

# --- Docker: its daemon makes this of a profile before runc sees it

docker_schema() {
	conditional docker docker.json 0
	jq -e '
		(keys - ["defaultAction", "defaultErrnoRet", "archMap",
			"syscalls"] == []) and
		(.archMap | length == 1 and all(
			(.architecture | startswith("SCMP_ARCH_")) and
			(.subArchitectures | type == "array"))) and
		([.syscalls[].names[]] | all(test("^[a-z_0-9]+$"))) and
		([.syscalls[].action] | all(startswith("SCMP_ACT_"))) and
		([.syscalls[] | select(.args) | .args[]] | length > 0 and all(
			.index < 6 and (.value | type == "number") and
			(.op | startswith("SCMP_CMP_"))))
		' docker.json >out 2>&1 && ok 'docker schema' ||
		not_ok 'docker schema' "$(cat out)"
}

# --- Kubernetes: the resource says what the OCI form says

spo() {
	if ! python3 -c 'import yaml' 2>/dev/null; then
		skip spo 'no YAML parser for python3'
		return
	fi
	conditional spo spo.yaml 0
	conditional oci oci.json 0
	python3 - <<-'END' >out 2>&1 && ok spo || not_ok spo "$(cat out)"
	import json, sys, yaml
	spo, oci = yaml.safe_load(open("spo.yaml")), json.load(open("oci.json"))
	assert spo["kind"] == "SeccompProfile" and spo["metadata"]["name"]
	assert oci.pop("defaultErrnoRet") == 1
	assert spo["spec"] == oci, (spo["spec"], oci)
	END
}

# --- LXC: its parser and its filter

lxc_under() { # POLICY DIR [COMMAND]
	rm -rf lxc.log lxc
	mkdir -p lxc/bin lxc/dev lxc/proc lxc/sys lxc/tmp
	cp "$busybox" "$VICTIMS/victim_call" lxc/bin/
	cat >lxc/run <<-END
	#!/bin/busybox sh
	exec ${3:-/bin/busybox sh -c '$script' $2} >/out
	END
	chmod +x lxc/run
	printf '%s\n' "lxc.rootfs.path = dir:$dir/lxc" 'lxc.init.cmd = /run' \
		'lxc.apparmor.profile = unconfined' >lxc.conf
	[ -z "$1" ] || echo "lxc.seccomp.profile = $dir/$1" >>lxc.conf
	timeout -s KILL 60 unshare -m sh -c '
		mount -t cgroup2 none /sys/fs/cgroup
		exec lxc-start -F -n "$1" -f lxc.conf -l DEBUG -o lxc.log' \
		sh "utrace-test-$$" >lxc.err 2>&1
	cat lxc/out
}

# what its parser says about a policy: nothing
lxc_parse() { # NAME POLICY
	lxc_under "$2" '' >/dev/null 2>&1
	if grep -q 'Read seccomp policy\|Merged\|Merging compat' lxc.log; then
		equal "$1" "$(grep 'ERROR *seccomp' lxc.log)" ''
	else
		not_ok "$1" "$(grep ERROR lxc.log)"
	fi
}

lxc() {
	local policy
	if ! has lxc-start; then
		skip lxc 'not installed'
		return
	fi
	if [ "$(lxc_under '' /dev/new 2>/dev/null)" != "$without" ]; then
		skip lxc "can't run a container here: $(grep -m 1 ERROR lxc.log)"
		return
	fi
	printf '2\nallowlist errno 1\n[all]\nread allow [0,1]\n' >bad.lxc
	lxc_under bad.lxc '' >/dev/null 2>&1
	grep -q 'ERROR *seccomp' lxc.log || not_ok 'lxc takes anything' ''
	record list busybox.list
	for policy in EPERM ENOSYS kill; do
		record lxc run.lxc -p $policy
		equal "lxc -p $policy" "$(lxc_under run.lxc /dev/new)" "$under"
	done
	for policy in 0 1; do
		conditional lxc x.lxc $policy
		"$UTRACE" -m -F lxc -f both.lxc condition victim.list \
			"$dir/busybox.list" 2>/dev/null
		[ "$(uname -m)" != x86_64 ] || equal "lxc argument $policy" \
			"$(lxc_under both.lxc '' "/bin/victim_call $getpriority")" \
			"$getpriority $([ $policy = 0 ] && echo 20 || echo -1)"
	done
	for policy in "$here"/../golden/*.lxc; do
		case $(basename "$policy") in
		aarch64* | arm* | mips*) continue ;;
		esac
		cp "$policy" golden.lxc
		lxc_parse "lxc $(basename "$policy")" golden.lxc
	done
}

# --- firejail

firejail_under() { # PROFILE
	timeout -s KILL 60 firejail --quiet --profile="$1" "${program[@]}" \
		"$dir/new" 2>firejail.err | grep -v '^The new log directory'
	rmdir new 2>/dev/null
}

firejail_keep() {
	local policy
	if ! has firejail; then
		skip firejail 'not installed'
		return
	fi
	: >empty.profile
	if [ "$(firejail_under empty.profile)" != "$without" ]; then
		skip firejail "can't run here: $(tail -n 1 firejail.err)"
		return
	fi
	for policy in EPERM kill log; do
		record firejail "$policy.profile" -p $policy
		equal "firejail -p $policy" "$(firejail_under $policy.profile)" \
			"$([ $policy = log ] && echo "$without" || echo "$under")"
	done
	# a call that is newer than its tables
	"$UTRACE" -q -F firejail -f new.profile "$VICTIMS/victim_call" 451 >out
	equal 'firejail, a new call' "$(firejail --quiet --profile=new.profile \
		"$VICTIMS/victim_call" 451 2>&1 | tail -n 1)" \
		"$("$VICTIMS/victim_call" 451)"
	if runs_32_bits; then
		"$UTRACE" -q -F firejail -f 32.profile "$VICTIMS/victim_int80" \
			>out 2>&1
		equal 'firejail, 32 bits' "$(firejail --quiet \
			--profile=32.profile "$VICTIMS/victim_int80" 2>&1 |
			grep -v '^The new log directory')" "$(cat direct)"
	else
		skip 'firejail, 32 bits' "$no_32_bits"
	fi
}

# the filter that firejail builds of a list, and the profile with that list; what
# -d says of the foreign ABIs is not of this filter
firejail_reads() { # PROFILE FSECCOMP_ARG...
	printf 'caps.drop all\n%s\n' "$1" >read.profile
	shift
	FIREJAIL_QUIET=yes "$@"
	"$UTRACE" -d read.profile read.bpf 2>&1 |
		grep -v -e '^[-+~][a-z0-9_]*:' -e ' for unknown calls$'
}

firejail_groups() {
	local fseccomp group list differ=
	fseccomp=$(echo /usr/lib/*/firejail/fseccomp)
	if [ ! -x "$fseccomp" ] || [ "$(uname -m)" != x86_64 ]; then
		skip 'firejail, groups' 'no fseccomp for x86-64'
		return
	fi
	for group in $(sed -n 's/.*"\(@[a-z-]*\)\\0.*/\1/p' \
		"$here/../../syscalls/groups_table.h"); do
		# it always adds @default-keep, and moves those calls of a
		# drop list to a second filter
		differ+=$(firejail_reads \
			"seccomp.keep $group,@default-keep,execve,read" \
			"$fseccomp" keep read.bpf later.bpf "$group,execve,read")
		case $group in @default-keep | @process | @system-service) ;; *)
			differ+=$(firejail_reads "seccomp.drop $group" \
				"$fseccomp" drop read.bpf later.bpf "$group")
		esac
	done
	equal 'firejail, groups' "$differ" ''
	differ=
	for list in '!chroot' '!chroot,!mount' '@clock,!settimeofday' '$83' \
		'write:EINVAL,bind:kill' 'zzz,mkdir' 'kill,!kill,mkdir'; do
		differ+=$(firejail_reads "seccomp $list" "$fseccomp" default drop \
			read.bpf later.bpf "$list")
		differ+=$(firejail_reads "seccomp.drop $list,acct" "$fseccomp" \
			drop read.bpf later.bpf "$list,acct")
	done
	differ+=$(firejail_reads seccomp "$fseccomp" default read.bpf)
	differ+=$(firejail_reads $'seccomp\nallow-debuggers' "$fseccomp" \
		default read.bpf allow-debuggers)
	equal 'firejail, lists' "$differ" ''
	"$fseccomp" secondary 32 read.bpf
	printf 'caps.drop all\nseccomp\n' >read.profile
	equal 'firejail, its list for i386' \
		"$("$UTRACE" -d read.profile read.bpf 2>&1 | grep i386)" ''
}

# --- systemd: its parser, that says what it does not take

verify() { # FILE
	mkdir -p units/utrace-test.service.d
	printf '[Service]\nExecStart=/bin/true\nSystemCallFilter=~@mount\n' \
		>units/utrace-test.service
	cp "$1" units/utrace-test.service.d/
	SYSTEMD_UNIT_PATH=$dir/units: timeout -s KILL 60 \
		systemd-analyze verify utrace-test.service 2>&1
}

systemd() {
	local policy
	if ! has systemd-analyze; then
		skip systemd 'no systemd-analyze here'
		return
	fi
	printf '[Service]\nSystemCallFilter=no_such_call\n' >bad.conf
	if ! verify bad.conf | grep -q no_such_call; then
		skip systemd 'its parser does not look at system calls'
		return
	fi
	rm -r units
	for policy in EPERM kill ENOSYS; do
		record systemd x.conf -p $policy
		equal "systemd -p $policy" "$(verify x.conf)" ''
	done
	if [ -x "$VICTIMS/victim_i386" ] && runs_32_bits; then
		"$UTRACE" -q -F systemd -f x.conf "$VICTIMS/victim_i386" >out
		grep -q 'native x86$' x.conf || not_ok 'systemd i386' "$(cat x.conf)"
		equal 'systemd, 32 bits' "$(verify x.conf)" ''
	else
		skip 'systemd, 32 bits' "$no_32_bits"
	fi
	# refusals of single calls
	echo '{ "defaultAction": "SCMP_ACT_ERRNO", "syscalls": [
		{ "names": [ "read" ], "action": "SCMP_ACT_ALLOW" },
		{ "names": [ "clone3" ], "action": "SCMP_ACT_ERRNO",
		"errnoRet": 38 }, { "names": [ "ptrace" ],
		"action": "SCMP_ACT_KILL_PROCESS" } ] }' >refusals
	"$UTRACE" -m -F systemd -f x.conf refusals
	grep -q '~clone3:38' x.conf || not_ok 'systemd refusals' "$(cat x.conf)"
	equal 'systemd, errno of one call' "$(verify x.conf)" ''
}

# --- bubblewrap takes the filter itself

bubblewrap() {
	local policy command
	if ! has bwrap; then
		skip bubblewrap 'not installed'
		return
	fi
	command=(timeout -s KILL 60 bwrap --bind / / --dev /dev)
	if [ "$("${command[@]}" "${program[@]}" /dev/new 2>bwrap.err)" != \
	    "$without" ]; then
		skip bubblewrap "can't run here: $(tail -n 1 bwrap.err)"
		return
	fi
	for policy in EPERM kill; do
		record bpf x.bpf -p $policy
		equal "bubblewrap -p $policy" "$("${command[@]}" --seccomp 3 \
			"${program[@]}" /dev/new 3<x.bpf 2>&1)" "$under"
	done
	[ "$(uname -m)" = x86_64 ] || return
	for policy in 0 1; do
		conditional bpf x.bpf $policy
		equal "bubblewrap argument $policy" "$("${command[@]}" \
			--seccomp 3 "$VICTIMS/victim_call" $getpriority 3<x.bpf)" \
			"$getpriority $([ $policy = 0 ] && echo 20 || echo -1)"
	done
}

if [ -z "$busybox" ] || [ ! -e /bin/busybox ] || ! has jq ||
    [ "$(id -u)" != 0 ]; then
	skip consumers 'needs root, /bin/busybox and jq'
else
	oci
	docker_schema
	spo
	lxc
	firejail_keep
	firejail_groups
	systemd
	bubblewrap
fi
skip minijail 'Debian has no package of minijail0'
skip kafel 'Debian has no package of nsjail'
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
