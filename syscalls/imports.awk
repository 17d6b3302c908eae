# SPDX-License-Identifier: MIT
#
# objdump -t and -dr of musl's libc.a for x86-64 -> lines "function call..." and
# "function -> function", see imports.sh.  Functions that are not global are
# called OBJECT:NAME.  A number's register is traced back from each syscall
# instruction along the lines of its function; a wrapper takes its number in
# the first argument.

function full(name) {
	return (object, name) in local ? object ":" name : name
}

function edge(to) {
	if (to != "" && to != own)
		print own, "->", to
}

# the first hexadecimal number of a text
function hex(text,    v, i, digit) {
	v = 0
	for (i = index(text, "0x") + 2; ; i++) {
		digit = index("0123456789abcdef", substr(text, i, 1))
		if (!digit || i > length(text))
			return v
		v = v * 16 + digit - 1
	}
}

# the number of the register's value before line i, or ""
function trace(reg, i,    n, text, part) {
	for (; i > 0; i--) {
		text = line[i]
		if (text !~ ("(,|^(pop|bswap) +)%" reg "$"))
			continue
		if (match(text, /^mov(abs)? +\$0x[0-9a-f]+,/))
			return hex(text)
		if (text ~ /^xor /)
			return 0
		if (text ~ /^pop /) {
			for (i--; i > 0; i--)
				if (match(line[i], /^push +\$0x[0-9a-f]+/))
					return hex(line[i])
			return ""
		}
		if (text ~ /^mov +%e?r?[a-z0-9]+,/) {
			split(text, part, /[%,]/)
			reg = register(part[2])
			continue
		}
		if (text ~ /^(cmp|test)/)
			continue
		return ""
	}
	return ""
}

# a pattern of a register's names of 32 and 64 bits
function register(name) {
	if (name ~ /^r[0-9]+d?$/) {
		sub(/d$/, "", name)
		return name "d?"
	}
	return "[er]" substr(name, 2)
}

function called(reg,    nr) {
	nr = trace(register(reg), lines)
	if (nr != "" && nr < 1000)
		print own, nr
	else if (own !~ unknown)
		print "imports.awk: " object ": " own ": a call of unknown " \
		    "number" >"/dev/stderr"
}

BEGIN {
	# These get the number as an argument, or from memory; the last four are
	# reached by a jump over which the number lives in another register, and
	# their calls are read, futex and newfstatat, which are in every table.
	unknown = "^(syscall|__syscall_cp_c|__syscall_cp_asm|__cp_begin|" \
	    "setxid.lo:do_setxid|__setxid|__stdio_read|__wait|fchmodat|" \
	    "pthread_barrier_wait)$"
	wrapper = "^(__syscall_cp|__setxid)$"
}

/^[^ \t]*\.l?o: +file format/ {
	object = $1
	sub(/:$/, "", object)
	next
}

# symbols: value, flags, section, size, name
/^[0-9a-f]+ .......? [^ ]+\t[0-9a-f]+ / {
	flags = substr($0, 18, 7)
	rest = substr($0, 26)
	split(rest, part, /\t/)
	section = part[1]
	name = part[2]
	sub(/^[0-9a-f]+ +(\.hidden +)?/, "", name)
	if (section == "*UND*" || flags ~ /d|f/)
		next
	if (flags ~ /^l/)
		local[object, name]
	at = object SUBSEP section SUBSEP substr($0, 1, 16)
	alias[at] = alias[at] " " name
	next
}

/^Disassembly of section / {
	section = $4
	sub(/:$/, "", section)
	next
}

/^[0-9a-f]+ <.*>:$/ {
	name = substr($2, 2, length($2) - 3)
	own = full(name)
	lines = 0
	at = object SUBSEP section SUBSEP $1
	n = split(alias[at], part, " ")
	for (i = 1; i <= n; i++)
		if (part[i] != name && part[i] !~ /^\./)
			print full(part[i]), "->", own
	if (!((object, section) in first))
		first[object, section] = own
	print "section", object, section, own
	next
}

# a relocation: a function that is called, or whose address is taken
/^\t\t+[0-9a-f]+: R_X86_64_/ {
	name = $3
	sub(/[-+]0x[0-9a-f]+$/, "", name)
	if (name ~ /^\.text/)
		print own, "=>", object, name
	else if (name !~ /^\./)
		edge(full(name))
	if (name ~ wrapper)
		called("edi")
	next
}

/^ *[0-9a-f]+:\t/ {
	split($0, part, /\t/)
	text = part[3]
	if (text == "")
		next
	sub(/ +$/, "", text)
	if (text ~ /^syscall$/) {
		called("eax")
		next
	}
	if (text ~ /^(call|jmp|j[a-z]+) .*<[^+>]*>$/) {
		name = text
		sub(/.*</, "", name)
		sub(/>$/, "", name)
		edge(full(name))
	}
	line[++lines] = text
}
