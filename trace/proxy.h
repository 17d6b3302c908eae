/* SPDX-License-Identifier: MIT */
#pragma once

struct shared;

/* PROGRAM's parent until PROGRAM and the tracer have ended: hands signals on
 * and stops and goes on as PROGRAM does.  A wait status for our own caller:
 * PROGRAM's, or exit 125 if the tracer failed (said why). */
int proxy_run(struct shared *);
