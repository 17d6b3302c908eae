/* SPDX-License-Identifier: MIT */
#pragma once

/* "SIGTERM"; never NULL */
const char *signal_name(int sig);
