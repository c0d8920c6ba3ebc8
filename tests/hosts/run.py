#!/usr/bin/env python3
"""Runs the guest `command` with what weld gives and takes, on hosts other than the one that the project's tests link.

    WELD=target/debug/weld tests/hosts/run.py FOLDER [CELL...]

FOLDER is where the hosts are installed (`package.json`, `requirements.txt`) and the outputs go. What is to be printed is in
`cells.json`, and is the same for each host and each version of WASI. `tests/hosts.rs` runs the same cells in the crate `wasmtime`.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
GUESTS = HERE.parent / "guests" / "built"
WELD = str(Path(os.environ["WELD"]).resolve())
VERSIONS = ["0.2.0", "0.2.3", "0.2.6", "0.2.12"]
# What every host has, and only some cells are to see any of.
STDIN = "what the host has on its standard input\n"
ENV = {"SECRET": "of the host, too", "SHARED": "of the host"}


def install(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name in ["package.json", "requirements.txt"]:
        shutil.copy(HERE / name, folder / name)
    quiet = {"check": True, "stdout": subprocess.DEVNULL}
    subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--no-package-lock"], cwd=folder, **quiet)
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], **quiet)
    subprocess.run([folder / "venv/bin/pip", "install", "--quiet", "-r", folder / "requirements.txt"], **quiet)


def check_representations(module):
    """Has jco end the process with 9 where a component makes a handle whose representation is none that its tables can hold."""
    text = module.read_text()
    begin = "function rscTableCreateOwn(table, rep) {\n"
    assert text.count(begin) == 1, "jco has another function for new handles"
    module.write_text(text.replace(begin, begin + "  if (!(rep > 0 && rep < 2 ** 30)) { process.exit(9); }\n"))


def words(cell):
    """The arguments of a cell, each step of which is tried."""
    if "words" in cell:
        return ["command", *cell["words"]]
    steps = [["try", *step.split(" ")] for step in cell["steps"]]
    return ["command", *steps[0], *(word for step in steps[1:] for word in ["--", *step])]


def run(command, cell, host_folder):
    given = [word for name, value in ENV.items() for word in ["--env", f"{name}={value}"]]
    given += ["--dir", f"/host={host_folder}"]
    ran = subprocess.run([*map(str, command), *given, "--", *words(cell)], input=STDIN, capture_output=True, text=True)
    return {"stdout": ran.stdout, "stderr": ran.stderr, "ends with": ran.returncode}


def check(cell, found, host_folder):
    """What is not as it should be."""
    wanted = {"stdout": cell["stdout"], "stderr": cell.get("stderr", ""), "ends with": 3 if cell.get("fails") else 0}
    wrong = [f"{name}: {found[name]!r} in the place of {wanted[name]!r}" for name in wanted if found[name] != wanted[name]]
    if "left" in cell:
        left = {str(path.relative_to(host_folder)): path.read_text() for path in host_folder.rglob("*") if path.is_file()}
        if left != cell["left"]:
            wrong.append(f"left: {left!r} in the place of {cell['left']!r}")
    return wrong


def try_cell(folder, cell, version):
    name = f"{cell['name'].replace(' ', '-')}-{version}"
    output = folder / "out" / f"{name}.wasm"
    guest = GUESTS / f"command-{version}.wasm"
    subprocess.run([WELD, "virt", guest, *cell["virt"], "-o", output], cwd=HERE, check=True, capture_output=True)
    # One module for each: what is made of one output is not another's.
    module = folder / "out" / name
    shutil.rmtree(module, ignore_errors=True)
    jco = [folder / "node_modules/.bin/jco", "transpile", output, "-o", module, "--name", "command", "-q"]
    subprocess.run(jco, check=True, capture_output=True)
    check_representations(module / "command.js")
    hosts = {
        "jco": ["node", HERE / "jco.mjs", module / "command.js"],
        "wasmtime-py": [folder / "venv/bin/python", HERE / "python.py", output],
    }
    wrong = []
    for host, command in hosts.items():
        with tempfile.TemporaryDirectory() as root:
            (Path(root) / "outside.txt").write_text("nobody gets here")
            host_folder = Path(root) / "host"
            shutil.copytree(HERE / "files", host_folder)
            found = run(command, cell, host_folder)
            wrong += [f"{host}, {name}: {what}" for what in check(cell, found, host_folder)]
    return len(hosts), wrong


def main():
    folder = Path(sys.argv[1]).resolve()
    cells = json.loads((HERE / "cells.json").read_text())
    cells = [cell for cell in cells if len(sys.argv) < 3 or cell["name"] in sys.argv[2:]]
    install(folder)
    shutil.rmtree(folder / "out", ignore_errors=True)
    (folder / "out").mkdir()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        tried = [pool.submit(try_cell, folder, cell, version) for cell in cells for version in VERSIONS]
        results = [one.result() for one in tried]
    wrong = [line for _, lines in results for line in lines]
    print("\n".join(wrong))
    print(f"{sum(count for count, _ in results)} runs of {len(cells)} cells, {len(wrong)} findings")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
