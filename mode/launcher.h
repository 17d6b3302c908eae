/* SPDX-License-Identifier: MIT */
#pragma once

/* The image that this command line of a launcher executes in the end, as it
 * names it; NULL: it is no launcher. */
const char *launcher_image(char **argv);
