# shellcheck shell=sh
# -F bpf, and what enforces it: bubblewrap.

# COMMAND under the filter; what it prints goes to ./out
enforced() { # COMMAND...
	bwrap --dev-bind / / --seccomp 9 "$@" 9<filter >out
}

bpf() { # [OPTION...] PROGRAM [ARG...]
	utrace -F bpf -f filter "$@" >direct
}

need_bwrap() {
	need bwrap
	bwrap --dev-bind / / true 2>/dev/null ||
		skip 'bubblewrap does not work here'
}

t_bpf_passes() {
	need_bwrap
	bpf "${v}_bare"
	enforced "${v}_bare"
	same out direct
	bpf sh -c 'echo a; ls / | wc -l; exit 3' || equal $? 3
	status 3 enforced sh -c 'echo a; ls / | wc -l; exit 3'
	same out direct
}

# getpid was seen; 424, pidfd_send_signal on every ABI, was not; 9999 is nothing
t_bpf_refuses() {
	[ "$(uname -m)" = x86_64 ] || skip 'getpid has another number'
	need_bwrap
	for action in 1=-1 ENOENT=-2 13=-13; do
		bpf -p ${action%=*} "${v}_call" 39
		enforced "${v}_call" 39 424 9999 -1
		sed 1d out >answers
		cat >wanted <<-END
		424 ${action#*=}
		9999 -38
		-1 -38
		END
		same answers wanted
	done
	bpf -p log "${v}_call" 39
	enforced "${v}_call" 39 424
	contains out '424 -9'
	bpf -p kill "${v}_call" 39
	status "$(status_of_sigsys)" enforced "${v}_call" 39 424 39
	equal "$(wc -l <out)" 1
}

# of another ABI what was seen, nothing of one that was not
t_bpf_foreign() {
	need_victim victim_int80
	"${v}_int80" >direct || skip 'no 32-bit calls in this kernel'
	need_bwrap
	bpf "${v}_int80"
	enforced "${v}_int80"
	same out direct
	bpf -p EDOM "${v}_call" 39
	enforced "${v}_int80"
	contains out 'i386 getpid is our pid 0' 'i386 unknown -33'
	need_victim victim_i386
	bpf sh -c "${v}_i386; true"
	enforced sh -c "${v}_i386; true"
	same out direct
	contains out thirty-two
}

# nobody can read a filter on a terminal
t_bpf_rescued_as_list() {
	status 125 bpf -f /dev/full "${v}_bare" 2>err
	contains err '/dev/full: No space left' write "$mark" exit_group
}
