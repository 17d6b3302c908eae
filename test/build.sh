#!/bin/sh
# build.sh CC OUTDIR [DYNAMIC_CC]: build the victims and tools into OUTDIR.
# CC makes static programs (musl-gcc, or a cross compiler).  If those run on this
# machine, gcc (or DYNAMIC_CC) builds the dynamic victims, those of 32 bits and
# victim_int80 as far as it can; cases skip those that are missing.  CC32 is a
# compiler of 32-bit programs with a C library, if `gcc -m32` is none.
set -eu

[ $# -ge 2 ] || { echo 'usage: build.sh CC OUTDIR [DYNAMIC_CC]' >&2; exit 2; }
cc=$1
out=$2
dynamic=${3:-gcc}
src=$(dirname "$0")
flags="-std=c11 -D_GNU_SOURCE -iquote $src/.. -O1 -pthread -fno-stack-protector
    -Wall -Wextra -Wno-unused-result"
mkdir -p "$out"

# build NAME SOURCE COMPILER [FLAG...]: if it is older than its source
build() {
	name=$1 source=$2 compiler=$3
	shift 3
	for dep in "$source" victim/victim.h victim/seccomp_bpf.h \
	    victim/random.h victim/random_plan.h victim/random_birth.h \
	    victim/make_task.h build.sh; do
		[ -e "$out/$name" ] && ! [ "$src/$dep" -nt "$out/$name" ] && continue
		$compiler $flags -o "$out/$name" "$src/$source" "$@"
		return
	done
}

# the same, but no program and no error if the compiler can't build it
try() {
	build "$@" 2>/dev/null || rm -f "$out/$1"
}

for tool in ends inject kill probe procd pty random run with; do
	build tool_$tool tool/tool_$tool.c "$cc" -static
done
for victim in args birth bulky call core crowd daemon filter hold killed mark \
    nonblock order ptrace random reach reboot service signals state stopself tick \
    untraced wait; do
	build victim_$victim victim/victim_$victim.c "$cc" -static
done
for victim in blocked threads mtexec race spin tsync sigwait; do
	build victim_$victim victim/victim_$victim.c "$cc" -static
done
build victim_libc victim/victim_libc.c "$cc" -static
# mips' linker expects __start
build victim_bare victim/victim_bare.c "$cc" -static -nostdlib -Wl,-e,_start
build victim_ownctor victim/victim_ctor.c "$cc" -static -DCONSTRUCTOR

case $($cc -dumpmachine 2>/dev/null) in
x86_64*)
	build tool_inject_all tool/tool_inject_all.c "$cc" -static
	# elsewhere than utrace, whose calls tool_inject tells by their address
	build victim_inject victim/victim_inject.c "$cc" -static \
		-Wl,-Ttext-segment=0x20000000
	build victim_oddbare victim/victim_bare.c "$cc" -static -nostdlib \
		-Wl,-e,odd_start
	try victim_int80 victim/victim_int80.c "$cc" -static
	build victim_vsyscall victim/victim_vsyscall.c "$cc" -static
	try victim_racecode victim/victim_racecode.c "$cc" -static -pthread
	try victim_i386 victim/victim_i386.c gcc -m32 -nostdlib -static -fno-pie \
		-no-pie
	try victim_random.32 victim/victim_random.c "${CC32:-gcc -m32}" -static
	;;
esac

[ $# = 3 ] || "$out/tool_with" true 2>/dev/null || exit 0
try victim_state.dyn victim/victim_state.c $dynamic
try victim_mark.dyn victim/victim_mark.c $dynamic -fPIE -pie
try victim_mark.nopie victim/victim_mark.c $dynamic -fno-pie -no-pie
try victim_mark.pie victim/victim_mark.c $dynamic -fPIE -static-pie
try victim_threads.dyn victim/victim_threads.c $dynamic
try victim_reach.dyn victim/victim_reach.c $dynamic
try victim_mtexec.dyn victim/victim_mtexec.c $dynamic
try victim_random.dyn victim/victim_random.c $dynamic
try victim_birth.dyn victim/victim_birth.c $dynamic
try victim_ownctor.dyn victim/victim_ctor.c $dynamic -DCONSTRUCTOR
[ $# = 2 ] || exit 0
# glibc runs a library's constructors before the entry point, musl after it
try victim_nointerp victim/victim_mark.c $dynamic -Wl,--dynamic-linker=/nonexistent/ld.so
try libvictim_ctor.so victim/victim_ctor.c $dynamic -fPIC -shared \
	-DCONSTRUCTOR -DLIBRARY
try victim_ctor.dyn victim/victim_ctor.c $dynamic -Wl,--no-as-needed \
	-L "$out" -lvictim_ctor
try victim_libc.dyn victim/victim_libc.c "$cc"
try victim_libc.glibc victim/victim_libc.c gcc -static
try victim_libc.glibcdyn victim/victim_libc.c gcc
