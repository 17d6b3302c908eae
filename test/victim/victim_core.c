/* SPDX-License-Identifier: MIT */
/*
 * victim_core: dump core, with a text in its memory that stands in no file and
 * no other process.
 */
#include "victim.h"

int
main(void)
{
	static volatile char text[] = "UIF!WJDUJN(T!PXO!DPSF";
	volatile char *p;

	for (p = text; *p; p++)
		--*p;
	abort();
}
