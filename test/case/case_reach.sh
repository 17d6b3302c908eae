# shellcheck shell=sh
# What the files of the executed programs say that they can call: -w imports, code.

# newer architectures have only the *at calls
rename=rename unlink=unlink
case $(uname -m) in
aarch64 | riscv64) rename=renameat unlink='unlinkat((arg2 & 512) == 0)' ;;
esac

# what -w imports adds with this function of the program
imported() { # CALL FUNCTION [PROGRAM]
	grep -qx "$1	imports: $2 in ${3:-victim_reach.dyn}" list ||
		fail "$TAP: $1 is not added for $2: $(cat list)"
}

imports() {
	record -w imports "${v}_reach.dyn" >out 2>err
	saw execve $mark
	imported $rename rename
	imported "$unlink" unlink
	imported clock_nanosleep usleep
	imported sched_yield sched_yield
	grep -q '^socket(arg0 == 1)	imports: getpwnam in victim_reach.dyn' list ||
		fail "$TAP: $(cat list)"
	lacks list siblings
	# only what it can call
	did_not_see setuid kill
	lacks list setuid
	! grep '^kill	' list || fail "$TAP: kill"
	silent err
	record "${v}_reach.dyn" 2>err
	lacks list imports
}

t_imports() {
	need_victim victim_reach.dyn
	each_tap imports
}

# what was seen is no more than that, and a conversion keeps the reason
t_imports_seen() {
	need_victim victim_reach.dyn
	record -w imports "${v}_reach.dyn" >out
	grep -qx "$rename	imports: rename in victim_reach.dyn" list || fail "$(cat list)"
	"$UTRACE" -m -F list -f again list
	grep -qx "$rename	imports" again || fail "$(cat again)"
	# no siblings of what is only imported
	"$UTRACE" -m -w siblings -F list -f again list
	! grep 'renameat2.*siblings' again || fail "$(cat again)"
	record -w imports "${v}_reach.dyn" again >out
	saw $rename ${unlink%%(*}
}

# a policy of a run that used nothing allows all that it can do
t_imports_enforced() {
	need_filters
	need_victim victim_reach.dyn
	for format in whitelist oci; do
		"$UTRACE" -t stop -q -w all -p kill -F $format -f policy \
			"${v}_reach.dyn" 2>err
		touch file
		"$UTRACE" -e policy "${v}_reach.dyn" file 2>err ||
			fail "$format: $? $(cat err)"
	done
}

t_imports_by_program() {
	need_victim victim_reach.dyn victim_mark.dyn
	record -x folder -w imports sh -c "${v}_reach.dyn; ${v}_mark.dyn" >out
	contains folder/victim_reach.dyn.list sched_yield
	lacks folder/victim_mark.dyn.list sched_yield
}

# of an interpreter its file says little
t_imports_hint_only() {
	need_victim victim_reach.dyn
	for name in python3.11 php-cgi busybox; do
		cp "${v}_reach.dyn" $name
		record -w imports ./$name 2>err >out
		lacks list imports
		contains err "$name: not all that it can call is added, because it interprets scripts or is many programs"
		equal "$(wc -l <err)" 1
		# what -w would not add is not advised
		record -v ./$name 2>err >out
		contains err 'also able to call'
		lacks err '-w imports'
	done
	# nor do the instructions of a static one, if they are too many
	if busybox=$(command -v busybox); then
		cp "$busybox" busybox
		record -w all ./busybox true 2>err
		equal "$(grep -c 'busybox: not all' err)" 1
	fi
	for name in shred luac; do
		cp "${v}_reach.dyn" $name
		record -w imports ./$name 2>err >out
		imported $rename rename $name
	done
}

# one file under two names
t_imports_of_many_programs() {
	need_victim victim_reach.dyn
	cp "${v}_reach.dyn" one
	ln -s one two
	record -w imports sh -c './one; ./two' 2>err >out
	lacks list 'in one' 'in two'
	contains err 'two: not all that it can call is added'
}

t_imports_of_library() {
	need gcc
	need_victim victim_reach.dyn
	# larger than its front, and not looked for outside the loader's folders
	printf 'int rename(const char *, const char *); int f(void) { return rename("", ""); }
	char large[1 << 20] = { 1 };' >lib.c
	printf 'int f(void); int main(int n, char **v) { (void)v; return n > 1 ? f() : 0; }' >main.c
	gcc -shared -fPIC -o libfront.so lib.c || skip 'gcc builds no library'
	gcc -o front main.c -L. -lfront
	need_root
	folder=$(dirname "$(readlink -f "$(readelf -l front |
		sed -n 's/.*interpreter: \(.*\)]/\1/p')")")
	# a file system of our own over nothing: no other test sees it
	unshare -m true 2>/dev/null || skip 'no mount namespaces'
	mkdir upper work
	unshare -m sh -c "mount -t overlay overlay -o lowerdir=$folder,upperdir=upper,workdir=work $folder &&
		cp libfront.so $folder && '$UTRACE' -t stop -q -s exec -w imports -F list -f list ./front" ||
		skip 'no overlay here'
	imported $rename rename front
}

# a program that its user can execute but not read
t_imports_unreadable() {
	need_root
	need setpriv
	need_victim victim_reach.dyn
	cp "${v}_reach.dyn" reach
	cp "$UTRACE" utrace
	chmod 711 reach
	chmod 777 .
	setpriv --reuid 65534 --clear-groups ./utrace -t stop -s exec -F list \
		-f list -w imports ./reach >out 2>err || skip "$(cat err)"
	saw execve $mark
	contains err "unknown: not all that it can call is added, because it can't be read"
}

# a static program has the C library's code
code() {
	record -w code "${v}_reach" >out 2>err
	saw execve $mark
	for call in $code_calls; do
		grep -qx "$call	code: instructions in victim_reach" list ||
			fail "$TAP: $call is not added: $(cat list)"
	done
	did_not_see reboot mount
	lacks list reboot mount acct swapon init_module imports
	silent err
	record -w imports "${v}_reach" >out
	lacks list 'code:' sched_yield
}

t_code() {
	code_calls='sched_yield socket'
	code_calls="$code_calls $rename ${unlink%%(*}"
	# what goes through another function is not found there
	case $(uname -m) in
	i?86 | riscv64) ;;
	*) code_calls="$code_calls sendmsg" ;;
	esac
	each_tap code
}

# what a dynamic program can call is in its imports; no hint is lost
t_code_hints() {
	tally "${v}_reach" >out
	contains table 'sched_yield by instructions in victim_reach'
	record -v "${v}_reach" >out 2>err
	contains err '; -w imports,code adds them'
	# it could make any of musl's, so -c says nothing of that
	"$UTRACE" -t stop -F list -f policy "${v}_reach"
	status 124 "$UTRACE" -t stop -c policy "${v}_reach" file 2>err
	contains err 'sched_yield is not in policy'
	lacks err lead
}

# a policy of a run that used nothing allows all that it can do
t_code_enforced() {
	need_filters
	"$UTRACE" -t stop -q -w all -p kill -F whitelist -f policy \
		"${v}_reach" 2>err
	touch file
	"$UTRACE" -e policy "${v}_reach" file 2>err || fail "$? $(cat err)"
}

# A policy of the glibc program that used nothing allows all that the static
# program with musl uses, and the other way round.
t_reach_between_libcs() {
	need_filters
	need_victim victim_reach.dyn
	touch file
	for name in victim_reach victim_reach.dyn; do
		for other in victim_reach victim_reach.dyn; do
			"$UTRACE" -t stop -q -s exec -w all -p kill -F oci \
				-f policy "${v%victim}$name" 2>err
			"$UTRACE" -e policy "${v%victim}$other" file 2>err ||
				fail "$name allows $other: $? $(cat err)"
		done
	done
}

# what a static program and a dynamic one have in common has both reasons
t_code_and_imports() {
	need_victim victim_reach.dyn
	record -x folder -w imports sh -c "${v}_reach; ${v}_reach.dyn" >out 2>&1
	contains folder/victim_reach.dyn.list sched_yield
	lacks folder/victim_reach.list sched_yield
	record -x folder2 -w code sh -c "${v}_reach.dyn; ${v}_reach" >out 2>&1
	contains folder2/victim_reach.list sched_yield
	lacks folder2/victim_reach.dyn.list sched_yield
}

# a process can be made, but not by clone3
t_clone3_fails() {
	echo openat >calls
	case $(uname -m) in
	aarch64 | riscv64) echo 'clone(arg0 == 17)' >>calls ;;
	*) echo fork >>calls ;;
	esac
	"$UTRACE" -m -w siblings -F oci -f policy calls 2>err
	# ENOSYS is 89 on mips
	grep -A9 clone3 policy | grep -Eq '"errnoRet": (38|89)$' || fail "$(cat policy)"
	silent err
	"$UTRACE" -m -w siblings -F whitelist -f policy calls 2>err
	contains policy clone3
	contains err "clone3 is allowed, because whitelist can't say"
	equal "$(grep -c clone3 err)" 1
	printf 'openat\n' >calls
	"$UTRACE" -m -w siblings -F whitelist -f policy calls 2>err
	lacks policy clone3
	lacks err clone3
}

# without -w the same is a hint
hints() {
	tally "${v}_reach.dyn" >out
	contains table 'not seen, but possible' \
		"$rename by rename in victim_reach.dyn" \
		"sched_yield by sched_yield in victim_reach.dyn"
	lacks table 'execve by' "$mark by"
	# in no other output
	record "${v}_reach.dyn" >out 2>err
	silent err
	record -v "${v}_reach.dyn" >out 2>err
	contains err 'utrace: also able to call ' \
		" $rename by rename in victim_reach.dyn, " \
		'; -w imports adds them'
	lacks list $rename
	# what was called is none
	record -v "${v}_reach.dyn" file >out 2>err
	lacks err "$rename by"
}

t_hints() {
	need_victim victim_reach.dyn
	each_tap hints
}

# at most 25 names, the likely ones first
t_hints_most_likely() {
	need nginx
	PATH=$PATH:/usr/sbin tally nginx -v >out 2>&1
	[ "$(grep -c ' by .* in nginx' table)" -le 25 ] || fail "$(cat table)"
	contains table 'unlink by' 'rename by'
	grep -q '^  [a-z0-9_]* by .* in nginx and [0-9]* more$' table ||
		fail "$(cat table)"
	lacks table 'getpeername by'
}

# an interpreter gets hints, too
t_hints_of_interpreter() {
	need_victim victim_reach.dyn
	cp "${v}_reach.dyn" perl
	tally ./perl >out 2>err
	contains table "$rename by rename"
	silent err
}

t_check_foresees() {
	need_victim victim_reach.dyn
	"$UTRACE" -t stop -F list -f policy "${v}_reach.dyn"
	status 124 "$UTRACE" -t stop -c policy "${v}_reach.dyn" file 2>err
	contains err 'sched_yield is not in policy, which imports of victim_reach.dyn lead to'
	printf 'execve\n' >policy
	status 124 "$UTRACE" -t stop -c policy "${v}_reach.dyn" file 2>err
	grep -q "$mark is not in policy\$" err || fail "$(cat err)"
	# a script's interpreter says nothing
	cp "${v}_reach.dyn" perl
	status 124 "$UTRACE" -t stop -c policy ./perl file 2>err
	contains err 'sched_yield is not in policy'
	lacks err 'lead to'
}

t_compare_foresees() {
	printf 'openat\nread\n' >old
	printf 'openat\nread\nopen\nrename\timports: rename in x\nkill\n' >new
	status 1 "$UTRACE" -d old new >out
	printf '+kill\n+open\tforeseeable: siblings\n+rename\tforeseeable: imports\n' >wanted
	same out wanted
	status 1 "$UTRACE" -d new old >out
	printf -- '-kill\n-open\n-rename\n' >wanted
	same out wanted
}
