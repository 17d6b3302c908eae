# shellcheck shell=sh
# Programs of arm, ARMv5 even, under a kernel of aarch64: named by their table.

arm() { # WAY
	status 0 record "${v}_arm_birth" "$1"
	saw execve arm:set_tls arm:fork arm:$mark arm:wait4 arm:$mark2
	did_not_see fork $mark $mark2
	status 0 record -s main "${v}_arm_birth" "$1"
	saw arm:set_tls arm:fork arm:$mark
	did_not_see execve
}

t_arm_program() {
	[ "$ABI" = aarch64 ] || skip 'no arm programs in this kernel'
	each_tap_and_kernel arm fork
}

# their arguments are taken from where they are
arm_args() {
	utrace -A -F list -s exec -f $TAP.list "${v}_arm_args" same >out 2>err
	silent err
	contains $TAP.list 'arm:socket(' 'AF_UNIX SOCK_STREAM' 'arm:ioctl(' \
		FIONREAD 'arm:mmap2(' 'no PROT_EXEC'
	same $TAP.list stop.list
}

t_arm_args() {
	[ "$ABI" = aarch64 ] || skip 'no arm programs in this kernel'
	each_tap arm_args
}
