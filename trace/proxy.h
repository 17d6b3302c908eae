/* SPDX-License-Identifier: MIT */
#pragma once

struct shared;

/* Before PROGRAM is executed, in the process that will be the proxy: start a
 * process that gets the signals of the process group.  If it can't be started,
 * PROGRAM gets them twice. */
void proxy_start_group_probe(struct shared *);
/* Be PROGRAM's parent until PROGRAM and the tracer have ended: forward signals,
 * stop and continue as PROGRAM does.  Returns a wait status for utrace's own
 * parent: PROGRAM's, or that of exit(125) if the tracer failed, which has
 * printed why. */
int proxy_run(struct shared *);
