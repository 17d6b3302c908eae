/* SPDX-License-Identifier: MIT
 *
 * The state of a container, as its runtime hands it to a hook.
 */
#include "mode/hook_state.h"

#include <stdint.h>
#include <string.h>

#include "json_in.h"

int
hook_parse_state(struct hook_state *state, char *text, size_t len)
{
	struct json_in start, j;
	enum json_token t;

	*state = (struct hook_state){ 0 };
	json_in_init(&start, text, len);
	j = start;
	while ((t = json_next(&j)) > JSON_END)
		;
	if (t == JSON_ERROR)
		return -1;
	j = start;
	if (!json_find_key(&j, "pid") || json_next(&j) != JSON_NUMBER ||
	    j.negative || !j.number || j.number > INT32_MAX)
		return -1;
	state->pid = (pid_t)j.number;
	j = start;
	if (!json_find_key(&j, "annotations") ||
	    !json_find_key(&j, HOOK_ANNOTATION))
		return 0;
	if (json_next(&j) != JSON_STRING)
		return -1;
	/* the parser keeps the beginning of a string only */
	state->annotation = text + (j.token + 1 - text);
	text[j.at - 1 - text] = '\0';
	return strchr(state->annotation, '\\') ? -1 : 0;
}

int
hook_parse_annotation(struct hook_state *state)
{
	char *word = state->annotation, *next;

	state->format = "oci";
	for (; word; word = next) {
		next = strchr(word, ';');
		if (next)
			*next++ = '\0';
		if (!strncmp(word, "of:/", 4))
			state->file = word + 3;
		else if (!strncmp(word, "if:/", 4))
			state->base = word + 3;
		else if (!strncmp(word, "format:", 7))
			state->format = word + 7;
		else
			return -1;
	}
	return state->file ? 0 : -1;
}
