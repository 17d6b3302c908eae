/* SPDX-License-Identifier: MIT */
/*
 * The sanitizers' options for `make check-asan`, linked in because some cases
 * run utrace with an empty environment.  LeakSanitizer doesn't work in a
 * process that traces; utrace allocates nothing anyway.  A limit for core files
 * would be inherited by PROGRAM.
 */
const char *__asan_default_options(void);
const char *__ubsan_default_options(void);

const char *
__asan_default_options(void)
{
	return "detect_leaks=0:disable_coredump=0:exitcode=98";
}

const char *
__ubsan_default_options(void)
{
	return "print_stacktrace=1:exitcode=98";
}
