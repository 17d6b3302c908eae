/* SPDX-License-Identifier: MIT
 *
 * Names of signals.
 */
#include "lib/signals.h"

#include <signal.h>
#include <stdint.h>

#include "lib/util.h"

/* the numbers come from the headers because they differ between architectures
 * */
#define SIGNALS(S) \
	S(HUP) S(INT) S(QUIT) S(ILL) S(TRAP) S(ABRT) S(BUS) S(FPE) S(KILL) \
	S(USR1) S(SEGV) S(USR2) S(PIPE) S(ALRM) S(TERM) S(CHLD) S(CONT) \
	S(STOP) S(TSTP) S(TTIN) S(TTOU) S(URG) S(XCPU) S(XFSZ) S(VTALRM) \
	S(PROF) S(WINCH) S(IO) S(PWR) S(SYS)

static const char names[] =
#define S(name) "SIG" #name "\0"
SIGNALS(S)
#undef S
;
static const uint8_t numbers[] = {
#define S(name) SIG##name,
SIGNALS(S)
#undef S
};

const char *
signal_name(int sig)
{
	int i;

	for (i = 0; i < (int)sizeof numbers; i++)
		if (numbers[i] == sig)
			return util_word(names, i);
	return "a real-time signal";
}
