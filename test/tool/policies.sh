#!/bin/sh
# SPDX-License-Identifier: MIT
#
# policies.sh: read policies that other people wrote: those that installed packages
# ship, compared with what their consumers make of them where these are installed,
# too; and those of policies.list that are below the folder POLICIES, compared
# with what that says.  Fetches nothing.  UTRACE is the program.  A policy that
# utrace can't express is listed with the reason; one that it reads wrongly, or
# not as the list says, fails.  One that is not there is counted as such.
set -u

: "${UTRACE:=$(cd "$(dirname "$0")/../.." && pwd)/utrace}"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
passed=0 failed=0 refused=0 missing=0

ok() {
	passed=$((passed + 1))
	[ -z "${V-}" ] || echo "ok $1"
}

not_ok() { # NAME WHY
	failed=$((failed + 1))
	echo "not ok $1: $2"
}

# -d reads allow and deny lists alike
readable() { # FILE
	if "$UTRACE" -d "$1" "$1" >"$tmp/out" 2>"$tmp/err"; then
		[ ! -s "$tmp/out" ] || not_ok "$1" "differs from itself"
		return 0
	fi
	refused=$((refused + 1))
	sed 's/^utrace: /not read: /' "$tmp/err" | tail -n 1
	return 1
}

# The calls that systemd's own parser puts into its filter: with its hash map
# and libseccomp's numbers, as load-fragment.c uses them; but without @default.
systemd_model() { # UNIT LIST...: whether each name of LIST is in the filter
	python3 - "$@" <<-'END'
	import ctypes, glob, sys
	so = glob.glob('/usr/lib/*/systemd/libsystemd-shared-*.so') + \
	    glob.glob('/usr/lib/systemd/libsystemd-shared-*.so')
	s = ctypes.CDLL(so[0])
	seccomp = ctypes.CDLL('libseccomp.so.2')
	new, get = s._hashmap_new, s._hashmap_get
	parse = s.seccomp_parse_syscall_filter
	new.restype = get.restype = ctypes.c_void_p
	new.argtypes = [ctypes.c_void_p]
	get.argtypes = [ctypes.c_void_p] * 2
	parse.argtypes = [ctypes.c_char_p, ctypes.c_int, ctypes.c_void_p,
	    ctypes.c_int, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_uint]
	allows, h = None, new(None)
	text = open(sys.argv[1]).read().replace('\\\n', ' ')
	for line in text.split('\n'):
	    key, _, value = line.partition('=')
	    if key.strip() != 'SystemCallFilter':
	        continue
	    value = value.strip()
	    if not value:
	        allows, h = None, new(None)
	        continue
	    inverted = value[0] == '~'
	    if allows is None:
	        allows = not inverted
	    for word in value.lstrip('~').split():
	        name, _, errno = word.partition(':')
	        parse(name.encode(), 1 if errno else -1, h,
	            inverted * 1 + allows * 2 + 8, None, None, 0)
	errors = 0
	for name in open(sys.argv[2]).read().split():
	    nr = seccomp.seccomp_syscall_resolve_name(name.encode())
	    if nr == -1 or nr < -1:
	        continue        # not on this machine
	    key = ctypes.c_void_p((nr + 1) & (2**64 - 1))
	    # a call in an allow list may be there with an errno
	    v = get(h, key)
	    if (v is not None) != allows and v is None:
	        print(name, 'is not in it')
	        errors = 1
	    elif (v is not None) and not allows:
	        print(name, 'is denied')
	        errors = 1
	for name in open(sys.argv[3]).read().split():
	    nr = seccomp.seccomp_syscall_resolve_name(name.encode())
	    if nr < 0:
	        continue
	    v = get(h, ctypes.c_void_p((nr + 1) & (2**64 - 1)))
	    signed = ctypes.c_int(v & 0xffffffff).value if v is not None else None
	    allowed = (v is not None and signed == -1) if allows else v is None
	    if allowed:
	        print(name, 'is allowed by systemd')
	        errors = 1
	sys.exit(errors)
	END
}

# every name that utrace has, and what a policy allows of them
all_names() {
	printf '{"defaultAction":"SCMP_ACT_ALLOW"}' >"$tmp/any"
	printf 'read\n' >"$tmp/one"
	"$UTRACE" -d "$tmp/one" "$tmp/any" | sed -n 's/^+\([a-z_0-9]*\).*/\1/p' |
		{ cat; echo read; } | sort -u
}

# does systemd read a unit as utrace does?
as_systemd() { # UNIT
	# what it allows is what a deny list of nothing allows, but for what -d
	# prints
	"$UTRACE" -d "$1" "$tmp/any" 2>/dev/null |
		sed -n 's/^+\([a-z_0-9]*\).*/\1/p' | sort -u >"$tmp/rejected"
	sort -u "$tmp/names" | comm -23 - "$tmp/rejected" >"$tmp/allowed"
	if ! command -v python3 >/dev/null ||
		! ls /usr/lib/*/systemd/libsystemd-shared-*.so \
		/usr/lib/systemd/libsystemd-shared-*.so >/dev/null 2>&1; then
		ok "$1, read"
	elif why=$(systemd_model "$1" "$tmp/allowed" "$tmp/rejected" 2>&1); then
		ok "$1"
	else
		not_ok "$1" "$(echo "$why" | head -n 5 | tr '\n' ';')"
	fi
}

units() {
	all_names >"$tmp/names"
	for unit in /lib/systemd/system/*.service /etc/systemd/system/*.service; do
		[ -f "$unit" ] && grep -q '^SystemCallFilter=' "$unit" &&
			readable "$unit" || continue
		as_systemd "$unit"
	done
}

# A profile for firejail, and the filter that its fseccomp makes of the same list.
# What -d says of foreign ABIs is not of that filter.
as_firejail() { # PROFILE FSECCOMP
	list=$(sed -n 's/^seccomp\(\.drop\)* \(.*\)/\2/p' "$1" | tail -n 1)
	if grep -q '^seccomp\.drop ' "$1"; then
		set -- "$1" "$2" drop "$tmp/bpf" "$tmp/bpf2" "$list"
	elif [ -n "$list" ]; then
		set -- "$1" "$2" default drop "$tmp/bpf" "$tmp/bpf2" "$list"
	else
		set -- "$1" "$2" default "$tmp/bpf"
	fi
	! grep -q '^allow-debuggers' "$1" || set -- "$@" allow-debuggers
	profile=$1
	shift
	FIREJAIL_QUIET=yes "$@" 2>/dev/null
	"$UTRACE" -d "$profile" "$tmp/bpf" 2>&1 | grep -v -e '^[-+~][a-z0-9_]*:' \
		-e ' for unknown calls$' >"$tmp/out"
	if [ -s "$tmp/out" ]; then
		not_ok "$profile" "$(head -n 3 "$tmp/out")"
	else
		ok "$profile"
	fi
}

# each list once: most profiles only switch on firejail's own
profiles() {
	fseccomp=$(echo /usr/lib/*/firejail/fseccomp)
	: >"$tmp/seen"
	for file in /etc/firejail/*.profile; do
		[ -f "$file" ] && grep -q '^seccomp\( \|\.drop \|$\)' "$file" &&
			readable "$file" || continue
		lists=$(grep -e '^seccomp' -e '^allow-debuggers' "$file" | tr '\n' ' ')
		if ! grep -qxF "$lists" "$tmp/seen"; then
			echo "$lists" >>"$tmp/seen"
			[ ! -x "$fseccomp" ] || as_firejail "$file" "$fseccomp"
		fi
	done
}

others() {
	for file in /usr/share/containers/seccomp.json \
		/usr/share/lxc/config/common.seccomp \
		/usr/share/doc/lxc/examples/seccomp-*.conf \
		/etc/docker/*.json /usr/share/minijail/*.policy; do
		[ -f "$file" ] && readable "$file" && ok "$file"
	done
}

# What the reader of a fetched file gets.  nsjail's configurations have Kafel in
# strings; the files that Chromium OS and Android include are not at their
# absolute paths here.
prepare() { # FILE
	case $1 in
	*.cfg)
		sed -n 's/^seccomp_string: *"\(.*\)".*/\1/p' "$1" >"$tmp/policy"
		;;
	*.policy)
		cp "$1" "$tmp/policy"
		sed -n 's/^@include *\([^ ]*\).*/\1/p' "$1" | while read -r path; do
			here=$(dirname "$1")/${path##*/}
			[ -f "$here" ] ||
				here=$(find "$POLICIES" -name "${path##*/}" | head -n 1)
			[ -z "$here" ] || sed -i "s|^@include *$path|@include $(
				realpath "$here")|" "$tmp/policy"
		done
		;;
	*)
		cp "$1" "$tmp/policy"
		;;
	esac
}

# "allow 20 3": 20 calls with any arguments and 3 under conditions; "deny 5 0"
meaning() { # POLICY
	if "$UTRACE" -m -F list "$1" >"$tmp/list" 2>"$tmp/err" &&
		! grep -q ': a deny list' "$tmp/err"; then
		sed -n 's/^\([a-z_0-9]*\)(.*/\1/p' "$tmp/list" | sort -u |
			comm -12 - "$tmp/names" >"$tmp/some"
		sed -n 's/^\([a-z_0-9]*\)\(	.*\)*$/\1/p' "$tmp/list" |
			sort -u | comm -12 - "$tmp/names" >"$tmp/all"
		echo "allow $(wc -l <"$tmp/all") $(wc -l <"$tmp/some")"
	else
		"$UTRACE" -d "$1" "$tmp/any" >"$tmp/list" 2>/dev/null
		echo "deny $(grep -c '^+[a-z_0-9]*$' "$tmp/list") $(
			grep -c '^~[a-z_0-9]*$' "$tmp/list")"
	fi
}

# The policies of policies.list that are below the folder POLICIES.  The numbers
# are for x86_64; elsewhere a policy needs only to be read.
fetched() {
	all_names >"$tmp/names"
	while read -r repository commit path expected; do
		case $repository in '#'* | '') continue ;; esac
		file=$POLICIES/$repository/$path
		if [ ! -f "$file" ]; then
			missing=$((missing + 1))
			echo "not there: https://github.com/$repository/blob/$commit/$path"
			continue
		fi
		prepare "$file"
		if ! "$UTRACE" -d "$tmp/policy" "$tmp/policy" >"$tmp/out" \
			2>"$tmp/err"; then
			found="refuse $(tail -n 1 "$tmp/err" | sed 's|^[^ ]* ||
				s|^[^ ]*policy:||; s|"/.*/|"|')"
		elif [ "$(uname -m)" = x86_64 ]; then
			found=$(meaning "$tmp/policy")
		else
			found=${expected%% *}
			expected=$found
		fi
		if [ "$found" != "$expected" ]; then
			not_ok "$file" "$found, not $expected"
		elif grep -q '^SystemCallFilter=' "$file"; then
			as_systemd "$file"
		else
			ok "$file"
		fi
	done <"$(dirname "$0")/policies.list"
}

units
profiles
others
if [ -n "${POLICIES-}" ]; then
	fetched
else
	missing=$(grep -c '^[^#]' "$(dirname "$0")/policies.list")
	echo "test/tool/policies.list: set POLICIES to the folder with its files"
fi
echo "$passed passed, $failed failed, $refused not read, $missing not there"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
