/* SPDX-License-Identifier: MIT
 *
 * The keys that json_policy.c reads.
 */
#pragma once

/* The objects: the outermost one; the elements of archMap, syscalls and args;
 * and includes and excludes. */
enum { ROOT = 'o', ARCH = 'm', RULE = 'r', ARG = 'a', WHEN = 'w' };

/* Each key: the object that may have it and the type of its value; its name.
 * Types are s a string, n a number, b a bool, w an object, S a list of strings,
 * m, r and a a list of such objects. */
#define KEYS(KEY) \
	KEY(WHITELIST, "oS", "whitelist") \
	KEY(POLICY, "on", "policy") \
	KEY(DEFAULT_ACTION, "os", "defaultAction") \
	KEY(DEFAULT_ERRNO, "on", "defaultErrnoRet") \
	KEY(COMPLETE, "ob", "complete") \
	KEY(ARCHITECTURES, "oS", "architectures") \
	KEY(ARCH_MAP, "om", "archMap") \
	KEY(SYSCALLS, "or", "syscalls") \
	KEY(BASE, "os", "baseProfileName") \
	KEY(ARCHITECTURE, "ms", "architecture") \
	KEY(SUB_ARCHITECTURES, "mS", "subArchitectures") \
	KEY(NAME, "rs", "name") \
	KEY(NAMES, "rS", "names") \
	KEY(ACTION, "rs", "action") \
	KEY(ERRNO, "rn", "errnoRet") \
	KEY(ARGS, "ra", "args") \
	KEY(INCLUDES, "rw", "includes") \
	KEY(EXCLUDES, "rw", "excludes") \
	KEY(INDEX, "an", "index") \
	KEY(VALUE, "an", "value") \
	KEY(VALUE_TWO, "an", "valueTwo") \
	KEY(OP, "as", "op") \
	KEY(ARCHES, "wS", "arches") \
	KEY(CAPS, "wS", "caps") \
	KEY(MIN_KERNEL, "ws", "minKernel")
