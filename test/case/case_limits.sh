# shellcheck shell=sh
# The fixed limits: one below, at, and one above each.  Above, utrace says what
# follows, and loses no call that the kernel can tell it of.

# --- 1,024 threads: PROGRAM and its children
threads_at_once() {
	for children in 1022 1023 1024; do
		status 0 tally "${v}_crowd" $children 2>err
		equal "$(count $mark) $(count exit_group)" \
			"$children $((children + 1))"
		if [ $children -lt 1024 ]; then
			silent err
		else
			equal "$(grep -c . err)" 2
			contains err 'more than 1024 threads at once: calls' \
				'some calls could not be attributed'
		fi
	done
}

t_limit_of_threads() { # up to 120 s
	"$VICTIMS/tool_probe" info ||
		skip 'entries are not told from exits here'
	each_stopping_tap threads_at_once
}

# --- 64 programs: sh and its children
programs() {
	for children in 62 63 64; do
		rm -rf D
		status 0 utrace -x D -F list sh -c "for p in \$(head -$children \
names); do ./\$p; done" 2>err
		rm -f D/sh.list D/head.list
		if [ $children -lt 63 ]; then
			silent err
		else    # head is one more
			contains err 'more than 64 programs'
			contains D/others.list $mark
		fi
		cat D/*.list >calls
		n=$children
		[ $children -lt 63 ] || n=63
		equal "$(grep -cx $mark calls)" $n
	done
}

t_limit_of_programs() {
	i=0
	while [ $i -lt 64 ]; do
		i=$((i + 1))
		ln "${v}_mark" p$i 2>/dev/null || cp "${v}_mark" p$i
		echo p$i >>names
	done
	each_stopping_tap programs
}

# --- 1 MiB of a policy: in the shapes that take longest

# write ./policy: its beginning, as many of a text with a number as fit, its end
mebibyte() { # BEGIN FORMAT NUMBERS END
	awk -v begin="$1" -v text="$2" -v numbers="$3" -v end="$4" 'BEGIN {
		size = length(begin) + length(end)
		printf "%s", begin
		for (i = 0; ; i++) {
			one = sprintf(text, 10000 + i % numbers)
			if ((size += length(one)) > 1048576)
				break
			printf "%s", one
		}
		printf "%s", end
	}' >policy
}

# the CPU time of what this shell ran, from the output of `times`, which knows
# nothing in a subshell
hundredths() { # FILE
	sed -n 2p "$1" | tr 'ms' '  ' |
		awk '{ printf "%d\n", ($1 * 60 + $2 + $3 * 60 + $4) * 100 }'
}

# The best of three, and twice what an idle machine may take, as other tests use
# the CPUs.  Work that grows with the square takes five times as long.
reads_fast() {
	mebibyte "$@"
	best=9999
	for try in 1 2 3; do
		rm -f list
		times >begin
		"$UTRACE" -m -F list -f list policy
		times >end
		took=$(($(hundredths end) - $(hundredths begin)))
		[ $took -gt $best ] || best=$took
	done
	[ $best -le $((40 * SLOW)) ] || fail "$1 $2: $best hundredths"
}

t_limit_of_time() { # alone
	not_sanitized 'it measures time'
	deny='"defaultAction":"SCMP_ACT_ERRNO"'
	allow='"action":"SCMP_ACT_ALLOW"'
	reads_fast '' 'x%d\n' 1000 read
	reads_fast '' '%d\n' 200 read
	reads_fast '' 'ioctl(arg1 == %d)\n' 500 read
	reads_fast "{$deny,\"syscalls\":[{$allow,\"names\":[\"read\"" \
		',"x%d"' 1000 ']}]}'
	reads_fast "{$deny,\"syscalls\":[{$allow,\"names\":[\"read\"]}" \
		",{$allow,\"names\":[\"ioctl\"],\"args\":[{\"index\":1,\
\"value\":%d,\"op\":\"SCMP_CMP_EQ\"}]}" 500 ']}'
}

# --- 4,096 instructions of a filter

# the victim's calls and all of x86-64's, but ptrace under rules of four tests, and
# syslog under rules of one: some compare all bits of the argument, some only its
# low byte
sized_policy() { # FOUR ALL LOW
	cat own "$here/golden/all.list" | sort -u | grep -vx 'ptrace\|syslog'
	i=0
	while [ $i -lt $1 ]; do
		i=$((i + 1))
		echo "ptrace(arg0 == $i && arg1 == 1 && arg2 == 2 && arg3 == 3)"
	done
	i=0
	while [ $i -lt $2 ]; do
		i=$((i + 1))
		echo "syslog(arg0 == $i)"
	done
	i=0
	while [ $i -lt $3 ]; do
		i=$((i + 1))
		echo "syslog((arg0 & 255) == $i)"
	done
}

# how many instructions such a policy makes
filter_size() {
	sized_policy "$@" >policy
	"$UTRACE" -m -F bpf -f filter policy
	echo $(($(wc -c <filter) / 8))
}

# write ./policy, of so many instructions: each more rule on syslog makes the
# same number more
policy_of() { # INSTRUCTIONS
	for all in 1 2 3 4 5 6 7 8 9 10 11 12 13; do
		for low in 1 2 3 4 5 6 7 8 9 10 11 12 13; do
			[ $((most + (all - 1) * by_all +
			    (low - 1) * by_low)) != "$1" ] || break 2
		done
	done
	sized_policy $n $all $low >policy
}

t_limit_of_instructions() {
	need_filters
	utrace -F list -s exec -f own "${v}_mark"
	one=$(filter_size 1 1 1)
	by_four=$(($(filter_size 2 1 1) - one))
	n=$(((4060 - one) / by_four))
	most=$(filter_size $n 1 1)
	by_all=$(($(filter_size 1 2 1) - one))
	by_low=$(($(filter_size 1 1 2) - one))
	for size in 4095 4096; do
		policy_of $size
		"$UTRACE" -m -F bpf -f filter policy 2>err
		equal "$(wc -c <filter)" $((size * 8))
		for scope in exec main; do
			status 0 "$UTRACE" -e policy -s $scope "${v}_mark"
		done
	done
	policy_of 4097
	status 125 "$UTRACE" -e policy "${v}_mark" 2>err
	contains err 'policy: its filter needs more than 4096 instructions'
	status 125 "$UTRACE" -m -F bpf -f filter policy 2>err
	contains err 'bpf: the filter would need more than 4096 instructions' \
		'ptrace(arg0 == 200 '
	# a known policy is then not left to the kernel, and no call is lost
	for size in 4095 4097; do
		policy_of $size
		TAP=seccomp record -k policy "${v}_call" 9001
		saw 9001
		contains list 'syslog(arg0 == 1)	known'
	done
}
