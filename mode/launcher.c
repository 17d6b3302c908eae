/* SPDX-License-Identifier: MIT
 *
 * PROGRAM may be a launcher that prepares what another program needs and then
 * executes it.  procd starts a service that has a jail as
 * `ujail OPTION... -- SERVICE ARG...', and the policy is SERVICE's.
 */
#include "mode/launcher.h"

#include <stddef.h>
#include <string.h>

#include "lib/util.h"

const char *
launcher_image(char **argv)
{
	if (!*argv || strcmp(util_base_name(*argv), "ujail") != 0)
		return NULL;
	while (*++argv)
		if (!strcmp(*argv, "--"))
			return argv[1];
	return NULL;
}
