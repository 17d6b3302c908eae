/* SPDX-License-Identifier: MIT
 *
 * Made by groups.sh from systemd 252 and firejail 0.9.72 to 0.9.78.
 */
#pragma once

/* the classes of calls that each group has */
#define GROUPS \
	"default\0KMNYh\0" \
	"aio\0_`a\0" \
	"basic-io\0ATU\0" \
	"chown\0Q\0" \
	"clock\0HS\0" \
	"cpu-emulation\0i\0" \
	"debug\0fs\0" \
	"file-system\0ET\\\0" \
	"io-event\0BX\0" \
	"ipc\0dlqr\0" \
	"keyring\0G\0" \
	"memlock\0g\0" \
	"module\0W\0" \
	"mount\0R^jk\0" \
	"network-io\0Du\0" \
	"obsolete\0CI{\0" \
	"pkey\0p\0" \
	"privileged\0CFHPQRSW[betz|\0" \
	"process\0OZ?\0" \
	"raw-io\0b\0" \
	"reboot\0e\0" \
	"resources\0cnx\0" \
	"setuid\0yz\0" \
	"signal\0vw\0" \
	"swap\0|\0" \
	"sync\0]\0" \
	"system-service\0ABDEGJKLMNOPQTUVXYZ\\]_`acdghlmnoqruvwxyz~?\0" \
	"timer\0J~?\0" \
	"@aio\0_`\0" \
	"@basic-io\0ATU\0" \
	"@chown\0Q\0" \
	"@clock\0H{\0" \
	"@cpu-emulation\0i\0" \
	"@debug\0fr\0" \
	"@default\0CFGHIRW^_bcefijmr{|}\0" \
	"@default-nodebuggers\0CFGHIRW^_bcefijmoqrs{|}\0" \
	"@default-keep\0YZ\0" \
	"@file-system\0ETUh\0" \
	"@io-event\0B\0" \
	"@ipc\0dqr\0" \
	"@keyring\0G\0" \
	"@memlock\0g\0" \
	"@module\0W\0" \
	"@mount\0R^j\0" \
	"@network-io\0D\0" \
	"@obsolete\0CI\0" \
	"@privileged\0CFHPQRWbejtz{|\0" \
	"@process\0KOZ?\0" \
	"@raw-io\0b\0" \
	"@reboot\0e\0" \
	"@resources\0cn\0" \
	"@setuid\0yz\0" \
	"@signal\0v\0" \
	"@swap\0|\0" \
	"@sync\0]\0" \
	"@system-service\0ABCDEFGHIJKMOPQRTUVWZ]^_`bcdefghijmnoqrvyz{|}?\0" \
	"@timer\0J?\0"

/* the class of each call that is in a group */
#define CLASSES(CLASS) \
	CLASS('A', _llseek) \
	CLASS('B', _newselect) \
	CLASS('C', _sysctl) \
	CLASS('D', accept) \
	CLASS('D', accept4) \
	CLASS('E', access) \
	CLASS('F', acct) \
	CLASS('G', add_key) \
	CLASS('H', adjtimex) \
	CLASS('I', afs_syscall) \
	CLASS('J', alarm) \
	CLASS('K', arch_prctl) \
	CLASS('L', arm_fadvise64_64) \
	CLASS('I', bdflush) \
	CLASS('D', bind) \
	CLASS('F', bpf) \
	CLASS('I', break) \
	CLASS('M', brk) \
	CLASS('N', cacheflush) \
	CLASS('O', capget) \
	CLASS('P', capset) \
	CLASS('E', chdir) \
	CLASS('E', chmod) \
	CLASS('Q', chown) \
	CLASS('Q', chown32) \
	CLASS('R', chroot) \
	CLASS('H', clock_adjtime) \
	CLASS('S', clock_adjtime64) \
	CLASS('N', clock_getres) \
	CLASS('N', clock_getres_time64) \
	CLASS('N', clock_gettime) \
	CLASS('N', clock_gettime64) \
	CLASS('N', clock_nanosleep) \
	CLASS('N', clock_nanosleep_time64) \
	CLASS('H', clock_settime) \
	CLASS('S', clock_settime64) \
	CLASS('O', clone) \
	CLASS('O', clone3) \
	CLASS('T', close) \
	CLASS('U', close_range) \
	CLASS('D', connect) \
	CLASS('V', copy_file_range) \
	CLASS('E', creat) \
	CLASS('I', create_module) \
	CLASS('W', delete_module) \
	CLASS('A', dup) \
	CLASS('A', dup2) \
	CLASS('A', dup3) \
	CLASS('B', epoll_create) \
	CLASS('B', epoll_create1) \
	CLASS('B', epoll_ctl) \
	CLASS('B', epoll_ctl_old) \
	CLASS('B', epoll_pwait) \
	CLASS('X', epoll_pwait2) \
	CLASS('B', epoll_wait) \
	CLASS('B', epoll_wait_old) \
	CLASS('B', eventfd) \
	CLASS('B', eventfd2) \
	CLASS('Y', execve) \
	CLASS('Z', execveat) \
	CLASS('N', exit) \
	CLASS('N', exit_group) \
	CLASS('E', faccessat) \
	CLASS('E', faccessat2) \
	CLASS('V', fadvise64) \
	CLASS('V', fadvise64_64) \
	CLASS('E', fallocate) \
	CLASS('F', fanotify_init) \
	CLASS('[', fanotify_mark) \
	CLASS('E', fchdir) \
	CLASS('E', fchmod) \
	CLASS('E', fchmodat) \
	CLASS('\\', fchmodat2) \
	CLASS('Q', fchown) \
	CLASS('Q', fchown32) \
	CLASS('Q', fchownat) \
	CLASS('E', fcntl) \
	CLASS('E', fcntl64) \
	CLASS(']', fdatasync) \
	CLASS('E', fgetxattr) \
	CLASS('W', finit_module) \
	CLASS('E', flistxattr) \
	CLASS('V', flock) \
	CLASS('O', fork) \
	CLASS('E', fremovexattr) \
	CLASS('^', fsconfig) \
	CLASS('E', fsetxattr) \
	CLASS('^', fsmount) \
	CLASS('^', fsopen) \
	CLASS('^', fspick) \
	CLASS('E', fstat) \
	CLASS('E', fstat64) \
	CLASS('E', fstatat64) \
	CLASS('E', fstatfs) \
	CLASS('E', fstatfs64) \
	CLASS(']', fsync) \
	CLASS('I', ftime) \
	CLASS('E', ftruncate) \
	CLASS('E', ftruncate64) \
	CLASS('N', futex) \
	CLASS('N', futex_time64) \
	CLASS('N', futex_waitv) \
	CLASS('E', futimesat) \
	CLASS('I', get_kernel_syms) \
	CLASS('V', get_mempolicy) \
	CLASS('N', get_robust_list) \
	CLASS('N', get_thread_area) \
	CLASS('V', getcpu) \
	CLASS('E', getcwd) \
	CLASS('E', getdents) \
	CLASS('E', getdents64) \
	CLASS('N', getegid) \
	CLASS('N', getegid32) \
	CLASS('N', geteuid) \
	CLASS('N', geteuid32) \
	CLASS('N', getgid) \
	CLASS('N', getgid32) \
	CLASS('N', getgroups) \
	CLASS('N', getgroups32) \
	CLASS('J', getitimer) \
	CLASS('D', getpeername) \
	CLASS('N', getpgid) \
	CLASS('N', getpgrp) \
	CLASS('N', getpid) \
	CLASS('I', getpmsg) \
	CLASS('N', getppid) \
	CLASS('V', getpriority) \
	CLASS('M', getrandom) \
	CLASS('N', getresgid) \
	CLASS('N', getresgid32) \
	CLASS('N', getresuid) \
	CLASS('N', getresuid32) \
	CLASS('N', getrlimit) \
	CLASS('O', getrusage) \
	CLASS('N', getsid) \
	CLASS('D', getsockname) \
	CLASS('D', getsockopt) \
	CLASS('N', gettid) \
	CLASS('N', gettimeofday) \
	CLASS('N', getuid) \
	CLASS('N', getuid32) \
	CLASS('E', getxattr) \
	CLASS('I', gtty) \
	CLASS('I', idle) \
	CLASS('W', init_module) \
	CLASS('E', inotify_add_watch) \
	CLASS('E', inotify_init) \
	CLASS('E', inotify_init1) \
	CLASS('E', inotify_rm_watch) \
	CLASS('_', io_cancel) \
	CLASS('_', io_destroy) \
	CLASS('_', io_getevents) \
	CLASS('`', io_pgetevents) \
	CLASS('a', io_pgetevents_time64) \
	CLASS('_', io_setup) \
	CLASS('_', io_submit) \
	CLASS('`', io_uring_enter) \
	CLASS('`', io_uring_register) \
	CLASS('`', io_uring_setup) \
	CLASS('V', ioctl) \
	CLASS('b', ioperm) \
	CLASS('b', iopl) \
	CLASS('V', ioprio_get) \
	CLASS('c', ioprio_set) \
	CLASS('d', ipc) \
	CLASS('V', kcmp) \
	CLASS('e', kexec_file_load) \
	CLASS('e', kexec_load) \
	CLASS('G', keyctl) \
	CLASS('O', kill) \
	CLASS('Q', lchown) \
	CLASS('Q', lchown32) \
	CLASS('E', lgetxattr) \
	CLASS('E', link) \
	CLASS('E', linkat) \
	CLASS('D', listen) \
	CLASS('E', listxattr) \
	CLASS('E', llistxattr) \
	CLASS('I', lock) \
	CLASS('f', lookup_dcookie) \
	CLASS('E', lremovexattr) \
	CLASS('A', lseek) \
	CLASS('E', lsetxattr) \
	CLASS('E', lstat) \
	CLASS('E', lstat64) \
	CLASS('V', madvise) \
	CLASS('c', mbind) \
	CLASS('N', membarrier) \
	CLASS('d', memfd_create) \
	CLASS('c', migrate_pages) \
	CLASS('E', mkdir) \
	CLASS('E', mkdirat) \
	CLASS('E', mknod) \
	CLASS('E', mknodat) \
	CLASS('g', mlock) \
	CLASS('g', mlock2) \
	CLASS('g', mlockall) \
	CLASS('h', mmap) \
	CLASS('h', mmap2) \
	CLASS('i', modify_ldt) \
	CLASS('j', mount) \
	CLASS('k', mount_setattr) \
	CLASS('^', move_mount) \
	CLASS('c', move_pages) \
	CLASS('M', mprotect) \
	CLASS('I', mpx) \
	CLASS('d', mq_getsetattr) \
	CLASS('d', mq_notify) \
	CLASS('d', mq_open) \
	CLASS('d', mq_timedreceive) \
	CLASS('l', mq_timedreceive_time64) \
	CLASS('d', mq_timedsend) \
	CLASS('l', mq_timedsend_time64) \
	CLASS('d', mq_unlink) \
	CLASS('V', mremap) \
	CLASS('d', msgctl) \
	CLASS('d', msgget) \
	CLASS('d', msgrcv) \
	CLASS('d', msgsnd) \
	CLASS(']', msync) \
	CLASS('g', munlock) \
	CLASS('g', munlockall) \
	CLASS('h', munmap) \
	CLASS('m', name_to_handle_at) \
	CLASS('N', nanosleep) \
	CLASS('E', newfstatat) \
	CLASS('F', nfsservctl) \
	CLASS('n', nice) \
	CLASS('E', oldfstat) \
	CLASS('E', oldlstat) \
	CLASS('V', oldolduname) \
	CLASS('E', oldstat) \
	CLASS('V', olduname) \
	CLASS('E', open) \
	CLASS('F', open_by_handle_at) \
	CLASS('^', open_tree) \
	CLASS('E', openat) \
	CLASS('E', openat2) \
	CLASS('N', pause) \
	CLASS('b', pciconfig_iobase) \
	CLASS('b', pciconfig_read) \
	CLASS('b', pciconfig_write) \
	CLASS('f', perf_event_open) \
	CLASS('o', personality) \
	CLASS('f', pidfd_getfd) \
	CLASS('O', pidfd_open) \
	CLASS('O', pidfd_send_signal) \
	CLASS('d', pipe) \
	CLASS('d', pipe2) \
	CLASS('R', pivot_root) \
	CLASS('p', pkey_alloc) \
	CLASS('p', pkey_free) \
	CLASS('p', pkey_mprotect) \
	CLASS('B', poll) \
	CLASS('B', ppoll) \
	CLASS('X', ppoll_time64) \
	CLASS('Z', prctl) \
	CLASS('A', pread64) \
	CLASS('A', preadv) \
	CLASS('A', preadv2) \
	CLASS('N', prlimit64) \
	CLASS('d', process_madvise) \
	CLASS('q', process_vm_readv) \
	CLASS('r', process_vm_writev) \
	CLASS('I', prof) \
	CLASS('I', profil) \
	CLASS('B', pselect6) \
	CLASS('X', pselect6_time64) \
	CLASS('s', ptrace) \
	CLASS('I', putpmsg) \
	CLASS('A', pwrite64) \
	CLASS('A', pwritev) \
	CLASS('A', pwritev2) \
	CLASS('I', query_module) \
	CLASS('t', quotactl) \
	CLASS('[', quotactl_fd) \
	CLASS('A', read) \
	CLASS('V', readahead) \
	CLASS('V', readdir) \
	CLASS('E', readlink) \
	CLASS('E', readlinkat) \
	CLASS('A', readv) \
	CLASS('e', reboot) \
	CLASS('D', recv) \
	CLASS('D', recvfrom) \
	CLASS('D', recvmmsg) \
	CLASS('u', recvmmsg_time64) \
	CLASS('D', recvmsg) \
	CLASS('m', remap_file_pages) \
	CLASS('E', removexattr) \
	CLASS('E', rename) \
	CLASS('E', renameat) \
	CLASS('E', renameat2) \
	CLASS('G', request_key) \
	CLASS('N', restart_syscall) \
	CLASS('N', riscv_flush_icache) \
	CLASS('N', riscv_hwprobe) \
	CLASS('E', rmdir) \
	CLASS('N', rseq) \
	CLASS('v', rt_sigaction) \
	CLASS('v', rt_sigpending) \
	CLASS('v', rt_sigprocmask) \
	CLASS('O', rt_sigqueueinfo) \
	CLASS('N', rt_sigreturn) \
	CLASS('v', rt_sigsuspend) \
	CLASS('v', rt_sigtimedwait) \
	CLASS('w', rt_sigtimedwait_time64) \
	CLASS('O', rt_tgsigqueueinfo) \
	CLASS('V', sched_get_priority_max) \
	CLASS('V', sched_get_priority_min) \
	CLASS('M', sched_getaffinity) \
	CLASS('V', sched_getattr) \
	CLASS('V', sched_getparam) \
	CLASS('V', sched_getscheduler) \
	CLASS('V', sched_rr_get_interval) \
	CLASS('L', sched_rr_get_interval_time64) \
	CLASS('n', sched_setaffinity) \
	CLASS('n', sched_setattr) \
	CLASS('n', sched_setparam) \
	CLASS('n', sched_setscheduler) \
	CLASS('M', sched_yield) \
	CLASS('I', security) \
	CLASS('B', select) \
	CLASS('d', semctl) \
	CLASS('d', semget) \
	CLASS('d', semop) \
	CLASS('d', semtimedop) \
	CLASS('l', semtimedop_time64) \
	CLASS('D', send) \
	CLASS('V', sendfile) \
	CLASS('V', sendfile64) \
	CLASS('D', sendmmsg) \
	CLASS('D', sendmsg) \
	CLASS('D', sendto) \
	CLASS('c', set_mempolicy) \
	CLASS('x', set_mempolicy_home_node) \
	CLASS('N', set_robust_list) \
	CLASS('N', set_thread_area) \
	CLASS('N', set_tid_address) \
	CLASS('N', set_tls) \
	CLASS('F', setdomainname) \
	CLASS('V', setfsgid) \
	CLASS('V', setfsgid32) \
	CLASS('P', setfsuid) \
	CLASS('P', setfsuid32) \
	CLASS('y', setgid) \
	CLASS('y', setgid32) \
	CLASS('z', setgroups) \
	CLASS('z', setgroups32) \
	CLASS('F', sethostname) \
	CLASS('J', setitimer) \
	CLASS('O', setns) \
	CLASS('V', setpgid) \
	CLASS('x', setpriority) \
	CLASS('y', setregid) \
	CLASS('y', setregid32) \
	CLASS('y', setresgid) \
	CLASS('y', setresgid32) \
	CLASS('z', setresuid) \
	CLASS('z', setresuid32) \
	CLASS('z', setreuid) \
	CLASS('z', setreuid32) \
	CLASS('x', setrlimit) \
	CLASS('V', setsid) \
	CLASS('D', setsockopt) \
	CLASS('H', settimeofday) \
	CLASS('z', setuid) \
	CLASS('z', setuid32) \
	CLASS('E', setxattr) \
	CLASS('I', sgetmask) \
	CLASS('d', shmat) \
	CLASS('d', shmctl) \
	CLASS('d', shmdt) \
	CLASS('d', shmget) \
	CLASS('D', shutdown) \
	CLASS('v', sigaction) \
	CLASS('v', sigaltstack) \
	CLASS('v', signal) \
	CLASS('v', signalfd) \
	CLASS('v', signalfd4) \
	CLASS('v', sigpending) \
	CLASS('v', sigprocmask) \
	CLASS('N', sigreturn) \
	CLASS('v', sigsuspend) \
	CLASS('D', socket) \
	CLASS('D', socketcall) \
	CLASS('D', socketpair) \
	CLASS('V', splice) \
	CLASS('I', ssetmask) \
	CLASS('E', stat) \
	CLASS('E', stat64) \
	CLASS('E', statfs) \
	CLASS('E', statfs64) \
	CLASS('E', statx) \
	CLASS('{', stime) \
	CLASS('I', stty) \
	CLASS('|', swapoff) \
	CLASS('|', swapon) \
	CLASS('E', symlink) \
	CLASS('E', symlinkat) \
	CLASS(']', sync) \
	CLASS(']', sync_file_range) \
	CLASS(']', syncfs) \
	CLASS('I', sysfs) \
	CLASS('V', sysinfo) \
	CLASS('}', syslog) \
	CLASS('V', tee) \
	CLASS('O', tgkill) \
	CLASS('N', time) \
	CLASS('J', timer_create) \
	CLASS('J', timer_delete) \
	CLASS('J', timer_getoverrun) \
	CLASS('J', timer_gettime) \
	CLASS('~', timer_gettime64) \
	CLASS('J', timer_settime) \
	CLASS('~', timer_settime64) \
	CLASS('J', timerfd_create) \
	CLASS('J', timerfd_gettime) \
	CLASS('~', timerfd_gettime64) \
	CLASS('J', timerfd_settime) \
	CLASS('~', timerfd_settime64) \
	CLASS('?', times) \
	CLASS('O', tkill) \
	CLASS('E', truncate) \
	CLASS('E', truncate64) \
	CLASS('I', tuxcall) \
	CLASS('N', ugetrlimit) \
	CLASS('I', ulimit) \
	CLASS('V', umask) \
	CLASS('^', umount) \
	CLASS('j', umount2) \
	CLASS('V', uname) \
	CLASS('E', unlink) \
	CLASS('E', unlinkat) \
	CLASS('O', unshare) \
	CLASS('N', uretprobe) \
	CLASS('I', uselib) \
	CLASS('m', userfaultfd) \
	CLASS('I', ustat) \
	CLASS('E', utime) \
	CLASS('E', utimensat) \
	CLASS('\\', utimensat_time64) \
	CLASS('E', utimes) \
	CLASS('O', vfork) \
	CLASS('F', vhangup) \
	CLASS('i', vm86) \
	CLASS('i', vm86old) \
	CLASS('m', vmsplice) \
	CLASS('I', vserver) \
	CLASS('O', wait4) \
	CLASS('O', waitid) \
	CLASS('O', waitpid) \
	CLASS('A', write) \
	CLASS('A', writev)
