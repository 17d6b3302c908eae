#!/bin/sh
# SPDX-License-Identifier: MIT
#
# groups.sh SYSCALL_C: write groups_table.h, the groups of system calls: systemd's,
# from what `systemd-analyze syscall-filter` of this machine prints, and those of
# firejail, whose names keep their @, from its src/lib/syscall.c.
set -eu

source=$(realpath "$1")
cd "$(dirname "$0")"
{
	systemd-analyze syscall-filter --no-pager
	awk '
	/^static const SyscallGroupList/ { on = 1 }
	/^};/ { on = 0 }
	!on { next }
	match($0, /\.name = "@[^"]*/) {
		print "@" substr($0, RSTART + 9, RLENGTH - 9)
		next
	}
	match($0, /^[ \t]*"@?[a-z0-9_-]+,?"/) {
		name = substr($0, RSTART, RLENGTH)
		gsub(/[ \t",]/, "", name)
		print "  " (name ~ /^@/ ? "@" : "") name
	}' "$source"
} | awk -v version="$(systemd-analyze --version |
	sed -n '1s/^\([^(]*[^( ]\) *(.*/\1/p')" '
# the calls of a group, also of those in it
function expand(group, top,   list, n, i) {
	n = split(members[group], list, " ")
	for (i = 1; i <= n; i++)
		if (list[i] ~ /^@/)
			expand(list[i], top)
		else if ((list[i] in known) && !((top, list[i]) in has)) {
			has[top, list[i]] = 1
			set[list[i]] = set[list[i]] " " top
		}
}

# those that utrace has a name for, in order
FILENAME == "names.h" {
	if (match($0, /^NAME\([a-z0-9_]+/)) {
		name = substr($0, 6, RLENGTH - 5)
		known[name] = 1
		names[++n_names] = name
	}
	next
}
{ gsub(/\033\[[0-9;]*m/, "") }
/^@/ { group = $1; if (group != "@known") groups[++n_groups] = group; next }
/^[^ ]/ || $1 ~ /^#/ { if (/^[^ ]/) group = ""; next }
group != "" && NF { members[group] = members[group] " " $1 }
END {
	for (g = 1; g <= n_groups; g++)
		expand(groups[g], groups[g])
	for (i = 1; i <= n_names; i++) {
		s = set[names[i]]
		if (s == "")
			continue
		if (!(s in letter)) {
			# their low 6 bits are the numbers from 1 on
			if (++n_classes > 63) {
				print "more than 63 classes" >"/dev/stderr"
				exit 1
			}
			letter[s] = n_classes == 63 ? "?" : sprintf("%c", 64 + n_classes)
			if (letter[s] == "\\")
				letter[s] = "\\\\"
			m = split(s, list, " ")
			for (k = 1; k <= m; k++)
				letters[list[k]] = letters[list[k]] letter[s]
		}
		row = "CLASS(\047" letter[s] "\047, " names[i] ")"
		rows = rows "\t" row " \\\n"
	}
	print "/* SPDX-License-Identifier: MIT"
	print " *"
	print " * Made by groups.sh from " version " and firejail 0.9.72 to 0.9.78."
	print " */"
	print "#pragma once"
	print ""
	print "/* the classes of calls that each group has */"
	print "#define GROUPS \\"
	for (g = 1; g <= n_groups; g++)
		print "\t\"" substr(groups[g], 2) "\\0" letters[groups[g]] \
		    "\\0\"" (g < n_groups ? " \\" : "")
	print ""
	print "/* the class of each call that is in a group */"
	print "#define CLASSES(CLASS) \\"
	sub(/ \\\n$/, "\n", rows)
	printf "%s", rows
}' names.h - >groups_table.h.new
mv groups_table.h.new groups_table.h
