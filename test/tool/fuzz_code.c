/* SPDX-License-Identifier: MIT
 *
 * libFuzzer's target for the scan of machine code.  Built by `make fuzz-code`.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "syscalls/code.h"

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

static void
note_number(void *arg, uint32_t nr)
{
	if (arg || nr >= 0xffff)
		abort();
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	/* of this size, so that a byte behind it is noticed */
	unsigned char *code = malloc(size + CODE_PADDING);

	if (!code)
		return 0;
	memcpy(code, data, size);
	memset(code + size, 0, CODE_PADDING);
	code_scan(code, size, 0x10000, note_number, NULL);
	free(code);
	return 0;
}
