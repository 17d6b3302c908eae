#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""mutants.py FIRST:COUNT [FILE...]: how many wrong programs do the tests notice?

Each number makes one mutant: a random change to one line of the source, or of
the FILEs.  A change that doesn't compile, or leaves the program as it is, is
replaced by the next change of that number.  A copy of the repository in
build/mutants is built with it and tested by `make check`.  The mutant is killed
if a test fails with it, and fails again when it runs alone: a test that fails
by chance kills nothing.

Prints a line for each mutant, for a survivor the changed line too; the last
line is "N killed, N survived".  A number's change stays the same as long as
the source does.  Up to three minutes a mutant; a longer run is a hang.

  --list   print the changes, build and test nothing
"""
import glob
import os
import random
import re
import signal
import subprocess
import sys

HERE = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
WORK = os.path.join(HERE, "build", "mutants")
SOURCES = ["main.c", "json_*.c"] + [
    folder + "/*.c" for folder in
    ("lib", "mode", "trace", "ebpf", "image", "policy", "format")]
SECONDS = 900                   # for the whole of `make check`

# what is looked for, and what takes its place
OPERATORS = [
    (r"==", "!="), (r"!=", "=="), (r"(?<![<>-])<(?![<=])", "<="),
    (r"(?<![<>-])>(?![>=])", ">="), (r"<=", "<"), (r">=", ">"),
    (r"&&", "||"), (r"\|\|", "&&"), (r" \+ ", " - "), (r" - ", " + "),
    (r" & ", " | "), (r" \| ", " & "), (r"(?<=[(\s])!(?=[a-z(])", ""),
    (r"\+\+", "--"), (r"--(?!>)", "++"), (r"\btrue\b", "false"),
    (r"\bfalse\b", "true"), (r"\bcontinue;", "break;"),
]
CONSTANT = re.compile(r"(?<![\w.])(0x[0-9a-f]+|\d+)(?![\w.])")
# a whole statement: a call or an assignment, no declaration
STATEMENT = re.compile(r"^\t+(?!return|break|goto|case|static|struct|const|else)"
                       r"[a-z_*][\w.>\-\[\]]*(\(.*\)| [-+|&]?= .*|\+\+|--);$")
LITERAL = re.compile(r'"(\\.|[^"\\])*"|\'(\\.|[^\'\\])+\'|/\*.*')


def changes_of(line):
    """Each way to change LINE; strings and comments stay as they are."""
    code = LITERAL.sub(lambda m: "\0" * len(m.group()), line)
    for old, new in OPERATORS:
        for m in re.finditer(old, code):
            yield line[:m.start()] + new + line[m.end():]
    for m in CONSTANT.finditer(code):
        digits = re.sub("^0(?=[0-7])", "0o", m.group())
        yield line[:m.start()] + str(int(digits, 0) + 1) + line[m.end():]
    if STATEMENT.match(code):
        yield re.match(r"\t*", line).group() + ";"


def changes(files):
    """All changes: (file, line number, new line)."""
    found = []
    for file in files:
        comment = False
        with open(os.path.join(HERE, file)) as f:
            lines = f.read().split("\n")
        for number, line in enumerate(lines):
            comment = comment or line.lstrip().startswith("/*")
            if not comment and line.startswith("\t"):
                found += [(file, number, new) for new in changes_of(line)]
            comment = comment and "*/" not in line
    return found


def kill_what_runs_from(tree):
    """A mutant that hangs survives the session of its test."""
    for exe in glob.glob("/proc/[0-9]*/exe"):
        try:
            if os.readlink(exe).startswith(tree):
                os.kill(int(exe.split("/")[2]), signal.SIGKILL)
        except OSError:
            pass


def make(tree, *args):
    """make's success and output; what it started ends with it."""
    run = subprocess.Popen(
        ["make", "-s", "-C", tree, *args], stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        errors="replace", start_new_session=True,
        env={**os.environ, "FIRST_FAILURE": "1"})
    try:
        output, _ = run.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(run.pid, signal.SIGTERM)
        return False, "not ok: a hang\n"
    finally:
        kill_what_runs_from(tree)
    return run.returncode == 0, output


def program(tree):
    with open(os.path.join(tree, "utrace"), "rb") as f:
        return f.read()


def copy_repository(tree):
    os.makedirs(tree, exist_ok=True)
    files = subprocess.run(["git", "ls-files", "-z"], cwd=HERE, check=True,
                           capture_output=True).stdout
    subprocess.run(["xargs", "-0", "cp", "-p", "--parents", "-t", tree],
                   cwd=HERE, input=files, check=True)


def write_line(tree, file, number, new):
    """Replace a line of TREE's copy; give back what was there."""
    path = os.path.join(tree, file)
    with open(path) as f:
        lines = f.read().split("\n")
    old, lines[number] = lines[number], new
    with open(path, "w") as f:
        f.write("\n".join(lines))
    return old


def killer(tree):
    """The test that the change fails, or None."""
    for _ in range(3):
        good, output = make(tree, "check")
        if good:
            return None
        failed = re.search(r"^not ok (\w+) \(exit status", output, re.M)
        if not failed:          # not a case, so that nothing is left to chance
            line = re.search(r"^not ok .*", output, re.M)
            return line.group()[:70] if line else "make check"
        name = failed.group(1)
        if not make(tree, "check", "TESTS=" + name)[0]:
            return name
    return None


def test_mutant(seed, found, tree, original):
    """Try the changes of SEED until one makes another program; test that."""
    order = random.Random(seed)
    while True:
        file, number, new = order.choice(found)
        old = write_line(tree, file, number, new)
        try:
            if make(tree)[0] and program(tree) != original:
                by = killer(tree)
                print(f"{seed} {'killed by ' + by if by else 'SURVIVED'}: "
                      f"{file}:{number + 1}: {new.strip()}", flush=True)
                if not by:
                    print(f"    was: {old.strip()}", flush=True)
                return bool(by)
        finally:
            write_line(tree, file, number, old)


def main():
    args = [a for a in sys.argv[1:] if a != "--list"]
    if not args or not re.fullmatch(r"\d+:\d+", args[0]):
        sys.exit(__doc__)
    first, count = map(int, args[0].split(":"))
    os.chdir(HERE)
    found = changes(args[1:] or sorted(sum(map(glob.glob, SOURCES), [])))
    seeds = range(first, first + count)
    if "--list" in sys.argv:
        for seed in seeds:
            file, number, new = random.Random(seed).choice(found)
            print(f"{seed} {file}:{number + 1}: {new.strip()}")
        return
    tree = os.path.join(WORK, "tree")
    copy_repository(tree)
    good, output = make(tree, "check")
    if not good:
        sys.exit("mutants.py: without a change, too: " + output[-500:])
    original = program(tree)
    killed = sum(test_mutant(seed, found, tree, original) for seed in seeds)
    print(f"{killed} killed, {count - killed} survived")


if __name__ == "__main__":
    main()
