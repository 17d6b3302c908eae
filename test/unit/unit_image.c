/* SPDX-License-Identifier: MIT
 *
 * image.c: names that tell programs apart, and what there is no room for.
 */
#include "unit.h"

#include <sys/syscall.h>

#include "image/image.c"
#include "format/writers.h"

static struct images all;
static int said;                /* what log_warn() wrote */

/* forget all, what was said too */
static void
begin(void)
{
	memset(&all, 0, sizeof all);
	scratch_text(said);
}

static int
executed(const char *path)
{
	return image_executed(&all, 0, path, "");
}

/* names of all that are there, a blank after each */
static const char *
names(void)
{
	static char text[65536];
	char name[IMAGE_NAME_MAX], *p = text;
	int i = -1;

	*p = '\0';
	while ((i = image_next(&all, i)) >= 0)
		p += sprintf(p, "%s ", image_unique_name(&all, i, name));
	return text;
}

/* programs 0 to n - 1, each of its own name */
static int
fill(int n)
{
	char path[32];
	int i, wrong = 0;

	for (i = 0; i < n; i++) {
		sprintf(path, "/p%d", i);
		wrong += executed(path) != i;
	}
	return wrong;
}

static void
check_said(const char *name, const char *line)
{
	const char *text = scratch_text(said);

	check(!strcmp(text, line), name, "\"%s\"", text);
}

/* --- names */

static void
test_names(void)
{
	begin();
	check_num("first", executed("/no/a/tool"), 0);
	check_num("same_path", executed("/no/a/tool"), 0);
	check_num("other_path", executed("/no/b/tool"), 1);
	check_num("name_that_is_taken", executed("/no/c/tool-2"), 2);
	check_num("relative", executed("tool"), 3);
	check_num("relative_again", executed("tool"), 3);
	check_num("without_path", executed(""), 4);
	check_str("names", names(), "tool tool-2 tool-2-2 tool-3 unknown ");
	check_str("base", image_base_name(&all, 1), "tool");
	check_str("base_of_none", image_base_name(&all, 255), "?");
	check_said("names_need_no_line", "");
}

/* another path to the same file is the same program; another name is not, as
 * those of a busybox */
static void
test_files(void)
{
	char folder[] = "/tmp/unit_image.XXXXXX", path[4][64];
	int i;

	if (!mkdtemp(folder))
		die("mkdtemp");
	for (i = 0; i < 4; i++)
		sprintf(path[i], "%s/%s", folder, (const char *[]){
		    "tool", "d", "d/tool", "d/box" }[i]);
	if (mkdir(path[1], 0700) < 0 || fclose(fopen(path[0], "w")) != 0 ||
	    link(path[0], path[2]) < 0 || link(path[0], path[3]) < 0)
		die(folder);
	begin();
	check_num("file", executed(path[0]), 0);
	check_num("same_file", executed(path[2]), 0);
	check_num("same_file_of_other_name", executed(path[3]), 1);
	unlink(path[0]);
	check_num("file_is_gone", executed(path[0]), 0);
	fclose(fopen(path[0], "w"));
	check_num("replaced_at_its_path", executed(path[0]), 0);
	check_str("names_of_files", names(), "tool box ");
	for (i = 4; i-- > 0; )
		remove(path[i]);
	rmdir(folder);
}

/* what a file's name may have, with a number and an extension */
static void
test_long_names(void)
{
	char path[2][301], name[IMAGE_NAME_MAX];
	int i;

	begin();
	for (i = 0; i < 2; i++) {
		memset(path[i], 'x', 300);
		path[i][299] = (char)('0' + i);
		path[i][300] = '\0';
		executed(path[i]);
	}
	image_unique_name(&all, 0, name);
	check(strspn(name, "x") == 200 && !strcmp(name + 200, "..."), "long_name",
	    "%s", name);
	image_unique_name(&all, 1, name);
	check(strspn(name, "x") == 200 && !strcmp(name + 200, "...-2"),
	    "long_name_2", "%s", name);
}

/* Every byte but '/' can be in the name of a file.  Each name is printable, and
 * none is another's, not even that of a program whose name looks escaped. */
static void
test_odd_names(void)
{
	char path[8] = "/?", name[IMAGE_NAME_MAX];
	const char *p;
	int c, unsafe = 0;

	begin();
	check_num("newline", executed("/a\nb"), 0);
	check_num("looks_escaped", executed("/a\\x0ab"), 1);
	check_str("odd_names", names(), "a\\x0ab a\\\\x0ab ");
	for (c = 1; c < 256; c++) {
		begin();
		path[1] = (char)c;
		executed(path);
		for (p = image_unique_name(&all, 0, name); *p; p++)
			unsafe += *p < ' ' || *p > '~' || *p == '/';
	}
	check_num("unsafe_bytes", unsafe, 0);
}

/* --- more than there is room for */

static void
test_rest(void)
{
	begin();
	check_num("as_many_as_fit", fill(IMAGES_MAX), 0);
	check_said("they_need_no_line", "");
	check_num("no_rest_yet", image_next(&all, IMAGES_MAX - 1), -1);
	check_num("one_more", executed("/more"), IMAGE_OTHERS);
	check_num("and_another", executed("/another"), IMAGE_OTHERS);
	check_num("who_was_there", executed("/p63"), 63);
	check_said("more_is_said_once",
	    "utrace: more than 64 programs: the others share one policy\n");
	check_num("rest", image_next(&all, IMAGES_MAX - 1), IMAGE_OTHERS);
	check_num("end", image_next(&all, IMAGE_OTHERS), -1);
	check(strstr(names(), " p63 others "), "name_of_rest", "%s", names());
	check_num("times", image_exec_count(&all, 0, IMAGE_OTHERS), 2);
}

static void
test_rest_is_no_program(void)
{
	begin();
	executed("/others");
	fill(1);
	check_str("program_others", names(), "others p0 ");
	executed("/x/others");
	check_str("programs_others", names(), "others p0 others-2 ");
	while (all.n < IMAGES_MAX)
		fill(all.n + 1);
	executed("/more");
	check(strstr(names(), " others-3 "), "rest_others", "%s", names());
}

/* long paths fill the text before there are 64 */
static void
test_rest_by_paths(void)
{
	char path[1024];
	int i;

	begin();
	memset(path, 'x', sizeof path);
	path[sizeof path - 1] = '\0';
	for (i = 0; i < 26; i++) {
		path[500] = (char)('a' + i);
		if (executed(path) == IMAGE_OTHERS)
			break;
	}
	check_num("paths_that_fit", i, 15);
	check_said("paths_are_said",
	    "utrace: more than 15 programs: the others share one policy\n");
	check_num("a_short_one_fits", executed("/p"), 15);
}

/* --- calls */

static void
test_calls(void)
{
	uint32_t nr = SYS_getpid;

	begin();
	fill(2);
	image_add_call(&all, 1, 0, nr, NULL);
	image_add_call(&all, 1, 0, nr, NULL);
	image_add_call(&all, 0, 0, 99999, NULL);
	check(image_has_call(&all, 1, 0, nr) && !image_has_call(&all, 0, 0, nr) &&
	    !image_has_call(&all, 1, 0, nr + 1), "call", "it is not");
	check(image_has_call(&all, 0, 0, 99999) &&
	    !image_has_call(&all, 1, 0, 99999), "call_without_name", "it is not");
	check_num("calls", (int64_t)all.image[1].calls, 2);
	check(!all.incomplete, "no_call_lost", "some are");
	image_add_call(&all, 255, 0, nr, NULL);
	image_add_call(&all, 255, 0, nr, NULL);
	check(all.incomplete, "by_whom_is_not_known", "it is");
	check_said("lost_is_said_once", "utrace: some calls could not be "
	    "attributed to a program\n");
}

static void
test_many_numbers(void)
{
	uint32_t i;

	begin();
	fill(1);
	for (i = 0; i < IMAGE_NUMBERS_MAX; i++)
		image_add_call(&all, 0, 0, 99999 + i, NULL);
	image_add_call(&all, 0, 0, 99999, NULL);
	check(!all.incomplete, "numbers_that_fit", "not all");
	image_add_call(&all, 0, 0, 99998, NULL);
	check(all.incomplete && !image_has_call(&all, 0, 0, 99998), "a_number_more",
	    "it is there");
}

static void
test_restrict(void)
{
	static struct policy p;

	begin();
	fill(2);
	p.images = &all;
	policy_add(&p, 0, SYS_getpid, REASON_SEEN, 1);
	policy_add(&p, 0, SYS_getppid, REASON_KNOWN, 0);
	policy_add(&p, 0, SYS_getuid, REASON_SEEN, 1);
	policy_add(&p, 0, 99999, REASON_SEEN, 1);
	image_add_call(&all, 1, 0, SYS_getpid, NULL);
	image_restrict_policy(&p, 1, true);
	check(policy_reasons(&p, 0, SYS_getpid) && policy_reasons(&p, 0, SYS_getppid) &&
	    !policy_reasons(&p, 0, SYS_getuid) && !policy_reasons(&p, 0, 99999),
	    "restrict", "wrong");
	image_restrict_policy(&p, 1, false);
	check(policy_reasons(&p, 0, SYS_getpid) && !policy_reasons(&p, 0, SYS_getppid),
	    "restrict_known", "it is there");
	check(!p.incomplete, "restrict_is_complete", "it is not");
	image_add_call(&all, 255, 0, SYS_getuid, NULL);
	image_restrict_policy(&p, 1, false);
	check(p.incomplete, "restrict_tells_loss", "it does not");
}

static void
add_rule(struct policy *p, int why, uint64_t value)
{
	struct policy_test t = { .arg = 0, .op = OP_EQ, .value = value };

	policy_add_rule(p, 0, SYS_getuid, why, &t, 1);
}

static void
call_with(const struct policy *p, int i, uint64_t value)
{
	const uint64_t args[6] = { value };

	image_add_call(&all, i, 0, SYS_getuid,
	    policy_rule_for(p, 0, SYS_getuid, args));
}

/* whose conditions are left, as the digits of their values */
static int64_t
left(const struct policy *p, int i, bool keep_known)
{
	static struct policy one;
	int64_t values = 0;
	int k;

	one = *p;
	image_restrict_policy(&one, i, keep_known);
	for (k = 0; k < one.n_rules; k++)
		values = values * 10 + (int64_t)one.rules[k].test[0].value;
	return values;
}

static void
test_restrict_rules(void)
{
	static struct policy p;

	begin();
	fill(IMAGES_MAX + 1);
	p.images = &all;
	add_rule(&p, REASON_SEEN, 3);
	add_rule(&p, REASON_KNOWN, 5);
	call_with(&p, 0, 3);
	/* those that come later move the others */
	add_rule(&p, REASON_SEEN, 1);
	call_with(&p, 1, 1);
	call_with(&p, 1, 5);
	add_rule(&p, REASON_SEEN, 2);
	call_with(&p, IMAGE_OTHERS, 2);
	check_num("rules_of_one", left(&p, 0, false), 3);
	check_num("rules_of_one_and_known", left(&p, 0, true), 35);
	check_num("rules_of_another", left(&p, 1, false), 15);
	check_num("rules_of_none", left(&p, 2, false), 0);
	check_num("rules_of_none_and_known", left(&p, 2, true), 5);
	check_num("rules_of_the_rest", left(&p, IMAGE_OTHERS, false), 2);
	policy_add(&p, 0, SYS_getuid, REASON_SEEN, 1);
	check_num("rules_no_more", left(&p, 0, false), 0);
	image_restrict_policy(&p, 0, false);
	check_num("rules_no_condition", policy_reasons(&p, 0, SYS_getuid) & REASON_CONDITIONAL,
	    0);
}

/* --- who executed whom */

static void
test_tsv(void)
{
	static struct policy p;
	int fd = scratch();
	struct out o;

	begin();
	image_executed(&all, 255, "/bin/init", "/bin/sh");
	image_executed(&all, 0, "/bin/a\tb\n\177", "");
	image_executed(&all, 1, "/bin/init", "");
	image_executed(&all, 1, "/bin/init", "");
	image_executed(&all, 255, "/bin/init", "");      /* by nobody knows */
	p.images = &all;
	out_init(&o, fd);
	exec_tsv_write(&o, &p);
	out_flush(&o);
	check_str("tsv", scratch_text(fd),
	    "by\tprogram\ttimes\tpath\tinterpreter\n"
	    "-\tinit\t1\t/bin/init\t/bin/sh\n"
	    "init\ta\\x09b\\x0a\\x7f\t1\t/bin/a\\x09b\\x0a\\x7f\t\n"
	    "a\\x09b\\x0a\\x7f\tinit\t2\t/bin/init\t/bin/sh\n");
}

int
main(void)
{
	said = scratch();
	log_fd = said;
	check(abi_count <= ABI_MAX, "abis_fit", "%d", abi_count);
	test_names();
	test_files();
	test_long_names();
	test_odd_names();
	test_rest();
	test_rest_is_no_program();
	test_rest_by_paths();
	test_calls();
	test_many_numbers();
	test_restrict();
	test_restrict_rules();
	test_tsv();
	return unit_end();
}
