/* SPDX-License-Identifier: MIT
 *
 * widen.c: its table, and what it does on the ABIs of this machine.
 */
#include "unit.h"

#include "policy/widen.c"
#include "unit_widen.h"

/* --- each name is in a group, or stands here with its reason */

static const struct {
	const char *reason, *names;
} alone[] = {
	{ "every libc, kernel and build does it by this call alone",
	  " chdir copy_file_range dup epoll_ctl fallocate fchdir fchmod fdatasync fgetxattr"
	  " flistxattr flock fremovexattr fsetxattr fsync get_robust_list"
	  " getcwd getitimer getppid getrusage getsid getxattr"
	  " inotify_add_watch inotify_rm_watch io_cancel io_destroy io_setup"
	  " io_submit kill lgetxattr listxattr llistxattr lremovexattr"
	  " lsetxattr memfd_create mincore mlockall mq_getsetattr mq_notify"
	  " mq_open mq_unlink msync munlock munlockall personality prctl"
	  " readahead removexattr rt_sigqueueinfo rt_tgsigqueueinfo"
	  " sched_get_priority_max sched_get_priority_min sched_getattr"
	  " sched_getparam sched_getscheduler sched_setaffinity sched_setattr"
	  " sched_setparam sched_setscheduler sched_yield setpgid setsid"
	  " setxattr sigaltstack splice sync sync_file_range syncfs sysinfo"
	  " tee timer_create timer_delete timer_getoverrun timerfd_create times umask vmsplice"
	  " " },
	{ "administration, debugging, confinement: asked for on purpose",
	  " acct add_key bpf capget capset chroot delete_module fanotify_init"
	  " fanotify_mark finit_module get_mempolicy init_module ioprio_get"
	  " ioprio_set kcmp kexec_file_load kexec_load keyctl"
	  " landlock_add_rule landlock_create_ruleset landlock_restrict_self"
	  " lsm_get_self_attr lsm_list_modules lsm_set_self_attr mbind"
	  " migrate_pages mount move_pages name_to_handle_at"
	  " open_by_handle_at perf_event_open pivot_root process_vm_readv"
	  " process_vm_writev ptrace quotactl quotactl_fd reboot request_key"
	  " seccomp set_mempolicy setdomainname sethostname setns swapoff"
	  " swapon syslog unshare uprobe uretprobe vhangup " },
	{ "obsolete or never there",
	  " _sysctl afs_syscall bdflush break create_module epoll_ctl_old"
	  " epoll_wait_old ftime get_kernel_syms getpmsg gtty idle lock"
	  " lookup_dcookie mpx nfsservctl oldfstat oldlstat oldolduname"
	  " oldstat olduname prof profil putpmsg query_module readdir"
	  " remap_file_pages security sgetmask signal ssetmask stty sysfs"
	  " timerfd tuxcall ulimit uselib ustat vserver " },
	{ "an architecture's own",
	  " arm_fadvise64_64 arm_sync_file_range breakpoint cachectl"
	  " cacheflush get_thread_area get_tls ioperm iopl"
	  " map_shadow_stack modify_ldt pciconfig_iobase pciconfig_read"
	  " pciconfig_write riscv_flush_icache syscall sysmips usr26 usr32"
	  " vm86 vm86old " },
	{ "newer, beside an older way: no libc takes it by itself",
	  " cachestat close_range file_getattr file_setattr fsconfig fsmount"
	  " fsopen fspick futex_requeue futex_wait futex_waitv futex_wake"
	  " getxattrat io_uring_enter io_uring_register io_uring_setup"
	  " listmount listns listxattrat memfd_secret mount_setattr move_mount"
	  " mseal open_tree open_tree_attr pidfd_getfd pidfd_open"
	  " pidfd_send_signal pkey_alloc pkey_free pkey_mprotect"
	  " process_madvise process_mrelease removexattrat rseq_slice_yield"
	  " set_mempolicy_home_node setxattrat statmount userfaultfd " },
};

static bool
in_group(unsigned id)
{
	const uint16_t *p;

	for (p = table; *p != END; p++)
		if (*p == id)
			return true;
	for (p = multiplexers; *p != END; p++)
		if (*p == ROW)
			p += 2;         /* a number */
		else if (*p == id)
			return true;
	return false;
}

static void
test_decided(void)
{
	char name[ABI_NAME_MAX];
	int n_alone = 0, wrong = 0, times;
	unsigned id;
	size_t i;

	for (id = 0; (id = abi_next_id(id)); ) {
		strcpy(name, abi_id_name(id));
		times = in_group(id);
		for (i = 0; i < LENGTH(alone); i++)
			if (in_words(alone[i].names, name)) {
				times++;
				n_alone++;
			}
		wrong += !check(times == 1 || id == ID_socketcall ||
		    id == ID_ipc, "decided", "%s: %d times", name, times);
	}
	check(!wrong && n_alone > 100, "all_decided", "%d wrong, %d alone",
	    wrong, n_alone);
	/* and no other names there */
	for (i = 0; i < LENGTH(alone); i++)
		for (const char *s = alone[i].names; *s; s++)
			n_alone -= *s == ' ' && s[1];
	check_num("decided_of_tables", n_alone, 0);
}

int
main(void)
{
	test_decided();
	test_widen(2);
	return unit_end();
}
