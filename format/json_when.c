/* SPDX-License-Identifier: MIT
 *
 * When a rule of Docker's JSON holds: capabilities, machines and kernels.
 */
#include "format/json_when.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "format/policy_file.h"
#include "lib/util.h"
#include "syscalls/abi.h"

bool
json_when_keeps_caps(void)
{
	return policy_file_caps && !strcmp(policy_file_caps, "keep");
}

static const char *
without_prefix(const char *cap)
{
	return cap + (strncasecmp(cap, "CAP_", 4) ? 0 : 4);
}

bool
json_when_given(const char *cap)
{
	const char *s = policy_file_caps;
	size_t len;

	if (s && !strcasecmp(s, "all"))
		return true;
	cap = without_prefix(cap);
	for (; s && *s; s += len + (s[len] == ',')) {
		s = without_prefix(s);
		len = strcspn(s, ",");
		if (len == strlen(cap) && !strncasecmp(s, cap, len))
			return true;
	}
	return false;
}

bool
json_when_our_arch(const char *name)
{
	/* Docker's name, ours; where they differ */
	static const char arches[][8] = {
		"amd64", "x86_64", "x86", "i386", "arm64", "aarch64",
	};
	size_t i;

	for (i = 0; i < sizeof arches / sizeof *arches; i += 2)
		if (!strcmp(arches[i], name))
			name = arches[i + 1];
	return !strcmp(name, abis[0].name);
}

unsigned
json_when_kernel(const char *s)
{
	uint64_t major, minor;

	util_parse_digits(&s, 10, &major);
	if (*s++ != '.')
		return 0;
	util_parse_digits(&s, 10, &minor);
	return major ? (unsigned)(major << 16 | minor) : 0;
}
