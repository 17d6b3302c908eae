/* SPDX-License-Identifier: MIT */
#pragma once

/* like strerror(), or only the name ("EDOM"); never NULL or empty */
const char *error_text(int error);
/* "EPERM"; NULL if the errno has no name */
const char *error_name(int error);
/* the errno of a name ("EPERM"); -1 if there is none */
int error_number(const char *name);
