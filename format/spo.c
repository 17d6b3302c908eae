/* SPDX-License-Identifier: MIT
 *
 * Write a SeccompProfile, the resource of the Security Profiles Operator: the
 * OCI profile as YAML; and read one, also as people write it.
 */
#include "format/writers.h"

#include <stddef.h>

#include "format/caps.h"
#include "format/json_policy.h"
#include "format/oci.h"
#include "format/reader.h"
#include "format/readers.h"
#include "format/scan.h"
#include "json_out.h"
#include "lib/out.h"
#include "policy/policy.h"

void
spo_write(struct out *o, const struct policy *p)
{
	struct json j;

	if (p->incomplete)
		out_str(o, "# incomplete\n");
	json_init(&j, o);
	j.yaml = true;
	json_open(&j, NULL, '{');
	json_string(&j, "apiVersion",
	    "security-profiles-operator.x-k8s.io/v1beta1");
	json_string(&j, "kind", "SeccompProfile");
	json_open(&j, "metadata", '{');
	json_string(&j, "name", "utrace");
	json_close(&j, '}');
	json_open(&j, "spec", '{');
	oci_write_profile(&j, p, SPO_CAPS);
	json_close(&j, '}');
	json_close(&j, '}');
}

int
spo_read(struct reader *r, size_t len)
{
	struct scan s;

	scan_init(&s, r, len);
	scan_line(&s);          /* what the comments before it say */
	scan_token(&s, "---");
	r->yaml = s.at;
	return json_policy_read(r, (size_t)(s.end - s.at));
}
