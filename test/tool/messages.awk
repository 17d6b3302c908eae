# SPDX-License-Identifier: MIT
#
# awk -f test/tool/messages.awk KNOWN TEST... SOURCE...: print each message
# of the sources of which no test looks for three words in a row, as "FILE:
# MESSAGE".  KNOWN has a line for each that no test here can provoke, with what
# does after a tab; it is also an error if a line there is of no message.  Exit
# status 1 if anything was printed.

# a message given by one of these functions, as a text in its arguments
function is_call(name) {
	return name ~ /^(log_warn|reject|trace_mark_incomplete|trace_kill|trace_on_failure)$/
}

# "a " "b" on two lines is one text
function join_texts(s) {
	gsub(/"[ \t\n]*\n[ \t\n]*"/, "", s)
	return s
}

function is_tested(text,	parts, words, n, k, i, j, some, is_long) {
	n = split(text, parts, /%(llu|[sdux])|\\n/)
	for (i = 1; i <= n; i++) {
		gsub(/%%/, "%", parts[i])
		sub(/^[:;, ]+/, "", parts[i])
		is_long = is_long || length(parts[i]) >= 8
		k = split(parts[i], words, " ")
		for (j = 1; j <= (k > 3 ? k - 2 : 1); j++) {
			some = words[j] (j < k ? " " words[j + 1] : "") \
			    (j + 1 < k ? " " words[j + 2] : "")
			sub(/[:;,]$/, "", some)
			if (length(some) >= 8 && index(tests, some))
				return 1
		}
	}
	return !is_long
}

function check_text(text,	i) {
	if (text !~ /[a-z] [a-z]/)
		return
	count++
	for (i in known)
		if (index(text, i)) {
			used[i] = 1
			return
		}
	if (is_tested(text))
		return
	print FILENAME ": " text
	failed = 1
}

# the texts among the arguments of the call that s begins behind the name of
function check_call(s,	i, c, depth, text, in_text) {
	for (i = 1; i <= length(s); i++) {
		c = substr(s, i, 1)
		if (in_text && c == "\\") {
			text = text substr(s, i++, 2)
		} else if (in_text && c == "\"") {
			check_text(text)
			in_text = 0
		} else if (in_text) {
			text = text c
		} else if (c == "\"") {
			in_text = 1
			text = ""
		} else if (c == "(") {
			depth++
		} else if (c == ")" && --depth == 0) {
			return
		}
	}
}

function check_source(s,	name) {
	while (match(s, /[a-z_]+\(/)) {
		name = substr(s, RSTART, RLENGTH - 1)
		s = substr(s, RSTART + RLENGTH - 1)
		if (is_call(name) || (name ~ /^out_(fmt|str)$/ &&
		    s ~ /^\(log,/))
			check_call(s)
	}
}

BEGIN {
	while ((getline line <ARGV[1]) > 0)
		if (line !~ /^#/ && split(line, part, "\t") == 2)
			known[part[1]] = 1
	ARGV[1] = ""
	RS = "\001"
}


!sources && FILENAME ~ /^test\// {
	tests = tests join_texts($0)
}

FILENAME !~ /^test\// {
	sources++
	check_source(join_texts($0))
}

END {
	for (i in known)
		if (!used[i]) {
			print "no such message: " i
			failed = 1
		}
	if (count < 100) {
		print "only " count " messages"
		failed = 1
	}
	exit failed
}
