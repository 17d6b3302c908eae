# SPDX-License-Identifier: MIT
#
# awk -f test/tool/layers.awk FILE...: the order of the folders.  A file may include
# headers of its own folder and of those that its row names.  Also: only
# ptrace_arch.h may test for an architecture, and only syscalls/ and policy/ may
# use the ids of system calls (syscalls/ids.h).

BEGIN {
	allow["lib"] = "lib"
	allow["lib/start.c"] = "lib ptrace_arch.h"      # part of the C library
	allow["syscalls"] = "syscalls lib ptrace_arch.h"
	allow["json"] = "json lib"
	allow["policy"] = "policy syscalls lib"
	allow["image"] = "image policy syscalls lib"
	allow["format"] = "format image policy syscalls json lib"
	allow["trace"] = "trace syscalls lib ptrace_arch.h"
	allow["ebpf"] = "ebpf trace syscalls lib ptrace_arch.h"
	allow["mode"] = "mode ebpf trace format image policy syscalls json lib"
	allow["main.c"] = "mode lib"
	allow["ptrace_arch.h"] = "lib"
	machine = "__(x86_64|i[3-6]86|amd64|arm|thumb|aarch64|mips|riscv|" \
	    "powerpc|s390|loongarch|ILP32|LP64|BYTE_ORDER|SIZEOF_)|" \
	    "_MIPS_|_ABI[O6N]|_LP64"
}

function folder(path) {
	if (path ~ /^json_(in|out)\.[ch]$/)
		return "json"
	if (path == "lib/start.c")
		return path
	return path ~ /\// ? substr(path, 1, index(path, "/") - 1) : path
}

function bad(why) {
	print FILENAME ":" FNR ": " why ": " $0
	failed = 1
}

FNR == 1 {
	files++
	own = folder(FILENAME)
	if (!(own in allow))
		bad("a folder without a row in test/tool/layers.awk")
}

FILENAME != "ptrace_arch.h" && /^[ \t]*#[ \t]*(if|elif)/ && $0 ~ machine {
	bad("an architecture outside ptrace_arch.h")
}

/^[ \t]*#[ \t]*include[ \t]*"/ {
	split($0, part, "\"")
	if (index(" " allow[own] " ", " " folder(part[2]) " ") == 0)
		bad(own " may not include this")
	if (part[2] == "syscalls/ids.h" && own !~ /^(syscalls|policy)$/)
		bad("only syscalls/ and policy/ may include this")
}

END {
	exit failed || !files
}
