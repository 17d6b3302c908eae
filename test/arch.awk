# SPDX-License-Identifier: MIT
#
# awk -f test/arch.awk *.c *.h: what DESIGN.md says of the program's files.

# files may include no header of those
function deny(files, headers,    f, h, i, j) {
	split(files, f, " ")
	split(headers, h, " ")
	for (i in f)
		for (j in h)
			denied[f[i], h[j] ".h"]
}

function bad(why) {
	print FILENAME ":" FNR ": " why ": " $0
	failed = 1
}

BEGIN {
	# writers and readers know no taps, taps know no names and no policies
	taps = "tap tap_ebpf trace tracees child front exec regs"
	deny("abi policy policy_in filter action format say result json_in " \
	    "json_out text_out table_out", taps " options record")
	deny(taps, "policy widen policy_in action format result json_in json_out " \
	    "text_out table_out options record")
	# what is pure, or knows only its own matter
	deny("json_in", "policy policy_in abi util")
	deny("filter", "util json_in json_out policy_in")
	deny("widen", "util")
	deny("args widen", "policy_in action format result json_in json_out " \
	    "text_out options record " taps)
	deny("util mem", "abi policy format result options record " taps)
	# the only files that may say which machine this is
	machine = "__(x86_64|i[3-6]86|amd64|arm|thumb|aarch64|mips|riscv|" \
	    "powerpc|s390|loongarch|ILP32|LP64|BYTE_ORDER|SIZEOF_)|" \
	    "_MIPS_|_ABI[O6N]|_LP64"
}

FNR == 1 {
	files++
	is_header = FILENAME ~ /\.h$/
	name = FILENAME
	sub(/\.[ch]$/, "", name)
}

FILENAME != "ptrace_arch.h" && /^[ \t]*#[ \t]*(if|elif)/ && $0 ~ machine {
	bad("an architecture outside of ptrace_arch.h")
}

/^[ \t]*#[ \t]*include[ \t]*"/ {
	split($0, part, "\"")
	header = part[2]
	if (is_header && header != "uapi.h")
		bad("a header that includes another of ours")
	# a table may have names as abi.c numbers them
	if (header ~ /^syscalls\// && FILENAME !~ /^(abi|args|widen)\.c$/)
		bad("only abi.c includes syscalls/")
	if ((name, header) in denied)
		bad(name " is not to know " header)
}

END {
	if (!files)
		failed = 1
	if (!failed)
		print "ok arch: " files " files"
	exit failed
}
