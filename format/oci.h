/* SPDX-License-Identifier: MIT */
#pragma once

struct json;
struct policy;

/* Write the members of an OCI profile, for a consumer that can express caps. */
void oci_write_profile(struct json *, const struct policy *, unsigned caps);
