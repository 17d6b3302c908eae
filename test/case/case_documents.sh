# shellcheck shell=sh
# The commands that README and utrace.1 show work, and print what is shown.

source_tree=$here/..

need_documents() {
	[ -e "$source_tree/utrace.1" ] || skip 'no documents here'
	mkdir bin
	ln -s "$UTRACE" bin/utrace
	PATH=$PWD/bin:$PATH
	unset -f utrace         # of lib.sh
}

# a service of the documents
stand_in() { # NAME
	printf '#!/bin/sh\nls >/dev/null\n' >"bin/$1"
	chmod +x "bin/$1"
}

# PIDs are those of the run
without_pids() {
	sed 's/\[[0-9]*\]/[PID]/'
}

# Each line that begins with $ is a command, the lines below it are what it
# prints; where none is shown, it may print anything.  Only -c's misses and -d's
# differences end with another status than 0.
t_manual_examples() {
	[ "$(uname -m)" = x86_64 ] || skip 'the calls have other names'
	touch --version 2>/dev/null | grep -q GNU || skip 'the touch of GNU prints this'
	need_documents
	sed -n '/^\.Sh EXAMPLES/,/^\.Sh DIAG/ {
		/^\.Bd/,/^\.Ed/ { /^\./!p; }
	}' "$source_tree/utrace.1" >shown
	tasks=$(sed -n '/^\.Sh EXAMPLES/,/^\.Sh DIAG/p' "$source_tree/utrace.1" |
		grep -c '^\.Bd')
	[ "$tasks" -ge 10 ] || fail "only $tasks tasks"
	mkdir try
	# one script, so that $! and `wait` are those of the command before
	awk '
	function end(	status) {
		if (command == "")
			return
		printf "{ %s\n} >../out 2>&1; got=$?\n", command
		status = expected ~ /is not in/ ? 124 : \
		    command ~ /^utrace -d/ ? 1 : 0
		printf "[ $got = %d ] || { echo \"exit status $got: %d\"; " \
		    "cat ../out; exit 1; }\n", status, NR
		if (expected != "")
			printf "compare <<\\END\n%sEND\n", expected
		command = expected = ""
	}
	/^\$ / { end(); command = substr($0, 3); next }
	{ expected = expected $0 "\n" }
	END { end() }' shown >script
	compare() {
		without_pids >../wanted
		without_pids <../out >../got
		cmp -s ../got ../wanted || {
			diff ../wanted ../got
			exit 1
		}
	}
	(set +e; cd try; . ../script) >log 2>&1 || fail "$(cat log)"
	grep -c compare script >compared
	[ "$(cat compared)" -ge 4 ] || fail 'few outputs were compared'
}

t_manual_is_clean() {
	[ -e "$source_tree/utrace.1" ] || skip 'no documents here'
	need mandoc groff
	# not the style: it asks for the manuals of others to be installed
	mandoc -T lint -W warning "$source_tree/utrace.1" >found 2>&1 || :
	silent found
	groff -mdoc -ww -Tutf8 "$source_tree/utrace.1" 2>found >/dev/null
	silent found
	for section in FILES EXAMPLES DIAGNOSTICS COMPATIBILITY BUGS \
	    'SECURITY CONSIDERATIONS'; do
		contains "$source_tree/utrace.1" ".Sh $section"
	done
}

# The commands of README's two lists that need no file of this machine.
t_readme_commands() {
	[ -e "$source_tree/README" ] || skip 'no documents here'
	need_documents
	stand_in redis-server
	stand_in dnsmasq
	sed -n '/^EXAMPLES/,/^CONTAINERS/ {
		s/^  \(utrace [^ ].*\)/\1/p
	}' "$source_tree/README" | sed 's/  .*//; s/ [A-Z][a-z].*//' |
		grep -v -e '-a 1234' -e pidof -e cgroup -e '/usr/sbin/d' -e '/etc/init.d' >commands
	[ "$(wc -l <commands)" -ge 10 ] || fail "few commands: $(cat commands)"
	mkdir try
	# of the kernel, when it killed ls for statfs
	case $(uname -m) in
	x86_64) printf '%s' 'audit: type=1326 audit(1.2:3): comm="ls" ' \
		'arch=c000003e syscall=137 compat=0' ;;
	*) printf 'statfs("/", {}) = 0' ;;
	esac >try/log
	# also with -D the result is there before a command has ended
	while read -r line; do
		wanted=0
		# the policies differ
		case $line in "utrace -d "*) wanted=1 ;; esac
		# a fleet of five
		case $line in *'*/dns.json'*)
			for device in a b c d e; do
				mkdir -p try/$device
				cp try/dns.json try/$device
			done ;;
		esac
		got=0
		(cd try && eval "$line") >out 2>err </dev/null || got=$?
		[ $got = 0 ] || [ $got = $wanted ] ||
			fail "$line: exit status $got: $(cat err)"
		! grep -E 'no such|no effect|usage' err ||
			fail "$line: $(cat err)"
	done <commands
	[ -s try/dns.json ] && [ -s try/net.json ] || fail 'no policy'
}

# the commands of --help
t_help_examples() {
	need_documents
	printf '#!/bin/sh\n[ ! -e once ] || { : >ready; until [ -e go ]; do :; done; }\n' \
		>bin/nginx
	chmod +x bin/nginx
	utrace --help | sed -n '/^Examples/,$s/^  \(utrace .*[^ ]\)  .*/\1/p' >commands
	equal "$(wc -l <commands)" 5
	while read -r line; do
		case $line in
		*pidof*)
			: >once
			nginx &
			server=$!
			pidof() { echo $server; }
			await 5 [ -e ready ]
			# the first result comes once it has attached
			eval "$line -i 1" >out 2>err &
			await 20 [ -s a.json ]
			: >go
			status 0 wait $!
			rm once ;;
		*)
			eval "$line" >out 2>err </dev/null ||
				fail "$line: exit status $?: $(cat err)"
			! grep -E 'no such|no effect|is not in' err ||
				fail "$line: $(cat err)"
		esac
	done <commands
	contains n.json SCMP_ACT
}

# what README shows to type on a router, with a service of ours
t_readme_router() {
	[ -e "$source_tree/README" ] || skip 'no documents here'
	need_documents
	stand_in dnsmasq
	mkdir tmp
	sed -n '/^ON THE ROUTER/,/^EXAMPLES/s/^  //p' "$source_tree/README" |
		sed -n 's|^/tmp/utrace|utrace|p' | sed 's|/tmp/|tmp/|g' >commands
	equal "$(wc -l <commands)" 4
	while read -r line; do
		eval "$line" >out 2>err </dev/null ||
			fail "$line: exit status $?: $(cat err)"
		# the stand-in is a script
		grep -v 'not all that it can call is added' err >rest || :
		silent rest
	done <commands
	[ -s tmp/dnsmasq.json ] || fail 'no policy'
	# a policy from a PC loses its conditions
	cp tmp/dnsmasq.json pc.json
	line=$(sed -n 's/^  \(utrace .* pc\.json .*\)/\1/p' "$source_tree/README")
	contains pc.json '"args"'
	eval "$line" 2>err || fail "$line: $(cat err)"
	contains dnsmasq.json read
	lacks dnsmasq.json '"args"'
	# each architecture of the table is one that a release has
	sed -n '/^ON THE ROUTER/,/^EXAMPLES/s/^  .*  utrace-VERSION-//p' \
		"$source_tree/README" | sort >named
	sed -n 's/^ARCHES = //p' "$source_tree/Makefile" | tr ' ' '\n' |
		sort >released
	same named released
}
