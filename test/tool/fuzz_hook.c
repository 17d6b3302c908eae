/* SPDX-License-Identifier: MIT
 *
 * libFuzzer's target for the state that a container's runtime hands to the
 * hook, and for the annotation in it.  Built by `make fuzz-hook'.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mode/hook_state.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hook_state state;
	char *text = malloc(size + 1);

	memcpy(text, data, size);
	text[size] = '\0';
	if (hook_parse_state(&state, text, size) == 0) {
		if (state.pid <= 0)
			abort();
		if (state.annotation && hook_parse_annotation(&state) == 0 &&
		    (state.file[0] != '/' || strlen(state.file) >= size ||
		    (state.base && state.base[0] != '/')))
			abort();
	}
	free(text);
	return 0;
}
