/* SPDX-License-Identifier: MIT
 *
 * Calls that give so much power that a person should confirm them before a
 * policy allows them.
 */
#include "policy/review.h"

#include <string.h>

#include "syscalls/abi.h"
#include "syscalls/ids.h"

/* One reason for each group of calls below, in the same order.  A group ends
 * with ID_NONE. */
static const char reasons[] = "other calls\0kernel code\0other processes\0"
    "namespaces\0mounts\0keys\0whole machine\0";
static const uint16_t reviewed[] = {
	ID_socketcall, ID_ipc, ID_syscall, ID_io_uring_setup,
	ID_io_uring_enter, ID_io_uring_register, ID_NONE,
	ID_bpf, ID_init_module, ID_finit_module, ID_delete_module,
	ID_kexec_load, ID_kexec_file_load, ID_perf_event_open,
	ID_userfaultfd, ID_NONE,
	ID_ptrace, ID_process_vm_readv, ID_process_vm_writev,
	ID_process_madvise, ID_pidfd_getfd, ID_kcmp, ID_NONE,
	/* clone3's flags are in memory, which no filter can read */
	ID_clone3, ID_unshare, ID_setns, ID_NONE,
	ID_mount, ID_umount, ID_umount2, ID_pivot_root, ID_chroot,
	ID_move_mount, ID_open_tree, ID_open_tree_attr, ID_mount_setattr,
	ID_fsopen, ID_fsconfig, ID_fsmount, ID_fspick,
	ID_open_by_handle_at, ID_fanotify_init, ID_NONE,
	ID_keyctl, ID_add_key, ID_request_key, ID_NONE,
	ID_reboot, ID_swapon, ID_swapoff, ID_iopl, ID_ioperm, ID_acct,
	ID_quotactl, ID_quotactl_fd, ID_syslog, ID_sethostname,
	ID_setdomainname, ID_settimeofday, ID_stime, ID_adjtimex,
	ID_clock_adjtime, ID_clock_adjtime64, ID_clock_settime,
	ID_clock_settime64,
};

const char *
review_reason(int abi, uint32_t nr)
{
	unsigned id = abi_name_id(abi, nr);
	const char *reason = reasons;
	size_t i;

	for (i = 0; i < sizeof reviewed / sizeof *reviewed; i++)
		if (reviewed[i] == ID_NONE)
			reason += strlen(reason) + 1;
		else if (reviewed[i] == id)
			return reason;
	return NULL;
}
