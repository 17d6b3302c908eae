#compdef utrace
# made by packaging/completion/gen.sh from utrace --help
_arguments -s -S \
	'*-f+[the result'\''s path; - is standard output, +N descriptor N]:FILE:_files' \
	'*--file=[the result'\''s path; - is standard output, +N descriptor N]:FILE:_files' \
	'*-F+[the format of the result]:FORMAT:(whitelist procd oci docker lxc systemd minijail firejail kafel spo bpf list table)' \
	'*--format=[the format of the result]:FORMAT:(whitelist procd oci docker lxc systemd minijail firejail kafel spo bpf list table)' \
	'*-p+[what rejected calls get\: an errno, kill or log]:ACTION:(kill log)' \
	'*--policy=[what rejected calls get\: an errno, kill or log]:ACTION:(kill log)' \
	'*-x+[write into DIR a policy for each executed program]:DIR:_files -/' \
	'*--per-exe=[write into DIR a policy for each executed program]:DIR:_files -/' \
	'*-A[allow ioctl and its like only with the arguments seen]' \
	'*--args[allow ioctl and its like only with the arguments seen]' \
	'*-w+[add calls\: siblings, imports, ..., or all]:LIST:(siblings imports all)' \
	'*--widen=[add calls\: siblings, imports, ..., or all]:LIST:(siblings imports all)' \
	'*-s+[begin at the entry point (main) or at execve (exec)]:SCOPE:(main exec)' \
	'*--scope=[begin at the entry point (main) or at execve (exec)]:SCOPE:(main exec)' \
	'*-t+[how to see calls\: auto, stop, seccomp or ebpf]:TAP:(auto stop seccomp ebpf)' \
	'*--tap=[how to see calls\: auto, stop, seccomp or ebpf]:TAP:(auto stop seccomp ebpf)' \
	'*-a+[trace a running process or cgroup until a signal comes]:PID:_pids' \
	'*--attach=[trace a running process or cgroup until a signal comes]:PID:_pids' \
	'*--wait[with -a\: wait for the cgroup'\''s first process]' \
	'*--oci-hook[as a runtime'\''s hook\: record the container]' \
	'*-k+[start from POLICY and look only for calls it lacks]:POLICY:_files' \
	'*--known=[start from POLICY and look only for calls it lacks]:POLICY:_files' \
	'*-c+[report the calls that POLICY would reject]:POLICY:_files' \
	'*--check=[report the calls that POLICY would reject]:POLICY:_files' \
	'*--deny[with -c\: also reject these calls]' \
	'*-e+[run PROGRAM under POLICY]:POLICY:_files' \
	'*--enforce=[run PROGRAM under POLICY]:POLICY:_files' \
	'*-m[write the union of policies]' \
	'*--merge[write the union of policies]' \
	'*--intersect[with -m\: what all of them allow]' \
	'*--subtract[with -m\: what only the first allows]' \
	'*--at-least=[with -m\: what N or more of them allow]:N: ' \
	'*--caps=[take Docker'\''s rules for capabilities, all, or keep]:LIST:(all keep)' \
	'*-d[print how two policies differ]' \
	'*--diff[print how two policies differ]' \
	'*-D[give PROGRAM the PID of utrace]' \
	'*--keep-pid[give PROGRAM the PID of utrace]' \
	'*-P+[write the tracer'\''s PID, for SIGUSR1, to FILE]:FILE:_files' \
	'*--pid-file=[write the tracer'\''s PID, for SIGUSR1, to FILE]:FILE:_files' \
	'*-i+[also write the result every SECS seconds]:SECS: ' \
	'*--interval=[also write the result every SECS seconds]:SECS: ' \
	'*-q[print no summary]' \
	'*--quiet[print no summary]' \
	'*-v[print a line for each event]' \
	'*--verbose[print a line for each event]' \
	'*--syslog[write messages to the system log, too]' \
	'*-h[print this help]' \
	'*--help[print this help]' \
	'*-V[print the version]' \
	'*--version[print the version]' \
	'(-)1:program:_command_names -e' \
	'*::arguments:_normal'
