"""How many instructions some commands take, compared with what is committed: `instructions.py WELD`, or `--write` to commit others.

A machine that is busy changes times, and hardly this: the same program takes the same number, within a tenth of a percent. Valgrind
counts them, of one thread. `WELD` is the build that the tests use; a build by another compiler is another program, whose figures are
only held to be near. `benches/instructions.txt` has the figures.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
FIGURES = PROJECT / "benches" / "instructions.txt"
GUESTS = PROJECT / "tests" / "guests" / "built"
HELLO = PROJECT / "examples" / "hello"

# How many percent a figure may differ by, up or down: one that is better is to be committed as well.
ALLOWED = 3.0
ALLOWED_OF_OTHER_COMPILER = 30.0


def component(number, last):
    """A component of a chain: it calls the next one."""
    imports, given, call = "", "", "(local.get 0)"
    module = ""
    if number < last:
        imports = (
            f'(import "test:chain/i{number + 1}@1.0.0" (instance $i (export "f" (func (param "x" u32) (result u32)))))'
            '(core func $l (canon lower (func $i "f")))'
        )
        module = '(import "" "f" (func $f (param i32) (result i32)))'
        given, call = '(export "f" (func $l))', "(call $f (local.get 0))"
    export = f'(instance $e (export "f" (func $f))) (export "test:chain/i{number}@1.0.0" (instance $e))'
    return f"""(component {imports}
      (core module $m {module} (func (export "f") (param i32) (result i32) {call} (i32.const {number}) (i32.add)))
      (core instance $c (instantiate $m (with "" (instance {given}))))
      (func $f (param "x" u32) (result u32) (canon lift (core func $c "f")))
      {export if number else '(export "run" (func $f))'})"""


def chain(directory, length):
    """A manifest of so many components, in a directory of its own."""
    directory.mkdir()
    lines = ['[composition]', 'root = "c0"', 'output = "out.wasm"', '[components]']
    for number in range(length):
        (directory / f"c{number}.wat").write_text(component(number, length - 1))
        lines.append(f'c{number} = "c{number}.wat"')
    (directory / "weld.toml").write_text("\n".join(lines) + "\n")
    return directory / "weld.toml"


def cases(directory):
    """Commands by their names, each after those whose output it reads."""
    small, hello, long = chain(directory / "small", 20), directory / "hello.wasm", directory / "small" / "out.wasm"
    policy = directory / "policy.toml"
    policy.write_text('[[rule]]\nallow = ["#stdout", "#stderr", "#stdin", "#env", "#args", "#exit"]\n')
    command = GUESTS / "command-0.2.6.wasm"
    plug = ["plug", HELLO / "command.wasm", "--plug", HELLO / "library.wasm", "-o", hello]
    return {
        "help": ["--help"],
        "plug": plug,
        "virt": ["virt", command, "-q", "-o", directory / "virt.wasm"],
        "virt with settings": ["virt", command, "-q", "-e", "A=B", "--stdout", "-o", directory / "set.wasm"],
        "inspect": ["inspect", hello],
        "snapshot": ["snapshot", hello],
        "check": ["check", hello, "--policy", policy],
        "verify": ["verify", hello, "--input", HELLO / "command.wasm", "--input", HELLO / "library.wasm"],
        "build a chain of 20": ["build", small, "-q"],
        "inspect a chain of 20": ["inspect", long],
    }


def count(weld, arguments):
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", weld, *map(str, arguments)]
    # Where threads take work from each other, how often they look for some is chance.
    environment = {"PATH": os.environ["PATH"], "RAYON_NUM_THREADS": "1", "LC_ALL": "C"}
    ended = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    found = re.search(r"I +refs: +([\d,]+)", ended.stderr)
    if ended.returncode not in (0, 1) or not found:
        sys.exit(f"error: {' '.join(map(str, command))} ended with {ended.returncode}\n{ended.stderr}")
    return int(found[1].replace(",", ""))


def compiler():
    return subprocess.run(["rustc", "--version"], stdout=subprocess.PIPE, text=True, check=True, cwd=PROJECT).stdout.strip()


def read():
    first, *lines = FIGURES.read_text().splitlines()
    figures = (line.rsplit(maxsplit=1) for line in lines)
    return first, {name: int(figure) for name, figure in figures}


def main():
    weld, *options = sys.argv[1:]
    with tempfile.TemporaryDirectory() as directory:
        found = {name: count(weld, arguments) for name, arguments in cases(Path(directory)).items()}
    if options == ["--write"]:
        width = max(map(len, found))
        FIGURES.write_text(compiler() + "\n" + "".join(f"{name:{width}} {figure}\n" for name, figure in found.items()))
        return
    built_by, figures = read()
    allowed = ALLOWED if built_by == compiler() else ALLOWED_OF_OTHER_COMPILER
    if allowed != ALLOWED:
        print(f"the figures are of {built_by}, and this is {compiler()}: {allowed} percent are allowed")
    wrong = found.keys() ^ figures.keys()
    for name in found.keys() & figures.keys():
        percent = (found[name] / figures[name] - 1) * 100
        print(f"{name}: {found[name]:,} instructions, {percent:+.2f} % of {figures[name]:,}")
        if abs(percent) > allowed:
            wrong.add(name)
    if wrong:
        print(f"error: {', '.join(sorted(wrong))}: more than {allowed} percent from benches/instructions.txt", file=sys.stderr)
        sys.exit(f"look at why, and if it is meant, commit `/usr/bin/python3 .ci/instructions.py {weld} --write`")


if __name__ == "__main__":
    main()
