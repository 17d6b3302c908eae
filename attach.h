/* SPDX-License-Identifier: MIT */
#include <sys/types.h>

enum { ATTACH_MAX = 64 };       /* processes named by the user */

/* Hand each thread of these processes and of all that descends from them to
 * found(), again and again until a whole look at /proc brings no new one.
 * found: 1 if it is new, 0 if it is known or gone, -1 to give up (said why).
 * How many processes there were, or -1: said why. */
int attach_find(const pid_t *pids, int n, int (*found)(void *arg, pid_t tid),
    void *arg);

/* of a thread, as /proc shows it: one that ends makes no call any more; one that
 * has ended may be a leader whose threads go on */
enum life { LIVES, ENDS, ENDED };
enum life attach_life(pid_t tid);
