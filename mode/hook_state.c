/* SPDX-License-Identifier: MIT
 *
 * The state of a container, as its runtime hands it to a hook.
 */
#include "mode/hook_state.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "json_in.h"

/* Take a key's value if it is needed.  in_annotations: these are the object
 * whose keys come next.  Returns false if the value is of no use. */
static bool
take_value(struct hook_state *state, struct json_in *j, char *text,
    bool *in_annotations)
{
	if (j->depth == 1) {
		*in_annotations = !strcmp(j->string, "annotations");
		if (strcmp(j->string, "pid") != 0)
			return true;
		state->pid = json_next(j) == JSON_NUMBER && !j->negative &&
		    j->number <= INT32_MAX ? (pid_t)j->number : 0;
		return state->pid != 0;
	}
	if (j->depth != 2 || !*in_annotations ||
	    strcmp(j->string, HOOK_ANNOTATION) != 0)
		return true;
	if (json_next(j) != JSON_STRING)
		return false;
	/* the parser keeps the beginning of a string only */
	state->annotation = text + (j->token + 1 - text);
	text[j->at - 1 - text] = '\0';
	return !strchr(state->annotation, '\\');
}

int
hook_parse_state(struct hook_state *state, char *text, size_t len)
{
	struct json_in j;
	enum json_token t;
	bool wanted = false;

	*state = (struct hook_state){ 0 };
	json_in_init(&j, text, len);
	while ((t = json_next(&j)) > JSON_END)
		if (t == JSON_KEY && !take_value(state, &j, text, &wanted))
			return -1;
	return t == JSON_END && state->pid ? 0 : -1;
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
