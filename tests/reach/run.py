#!/usr/bin/env python3
"""Runs guests with what weld gives and takes, on hosts other than the one that the project's tests link.

    WELD=target/debug/weld tests/reach/run.py FOLDER [--guests BUILT] [--table FILE] [--only WORD]...

FOLDER is where the hosts are installed (`package.json`, `requirements.txt`) and the outputs go. Without `--guests` it is the guest
`command` that runs, with it those too that `build.sh BUILT` made. `--only` picks guests and cells by their names. `--table` writes
what came out, for people.

A finding that `known.json` has is one of a host, and says where it is seen without weld. One that is not there, or one that
is there and was not found, ends the run with 1.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cells
import hosts
import table
from hosts import HERE, WELD

BUILT = HERE.parent / "guests" / "built"
GUESTS = json.loads((HERE / "guests.json").read_text())


def weld(output, guest, cell):
    """Makes of a guest what a cell says, and says what went wrong where that fails."""
    if cell.get("plug"):
        words = ["plug", guest, "--plug", HERE / cell["plug"]]
    elif cell["virt"] is None and guest.suffixes[-2:] == [".module", ".wasm"]:
        words = ["componentize", guest]
    elif cell["virt"] is None:
        shutil.copy(guest, output)
        return None
    else:
        words = ["virt", guest, *cell["virt"]]
    made = subprocess.run([WELD, *words, "-o", output], cwd=HERE, capture_output=True, text=True)
    return made.stderr if made.returncode else None


def check(cell, found, host_folder):
    """What is not as it should be."""
    if "only fails" in cell:
        return [] if found["ends with"] == 3 else [f"ends with {found['ends with']}: {found['stdout']!r}"]
    wanted = {"stdout": cell["stdout"], "stderr": cell.get("stderr", ""), "ends with": 3 if cell.get("fails") else 0}
    told = []
    if "told of" in cell:
        # The guest may be in the middle of a line of its own.
        told = re.findall(r"weld: .*\n", found["stderr"])
        found["stderr"] = re.sub(r"weld: .*\n", "", found["stderr"])
    same = {
        "stdout": cells.fits(wanted["stdout"], found["stdout"]),
        "stderr": wanted["stderr"] == found["stderr"],
        "ends with": wanted["ends with"] == found["ends with"],
    }
    wrong = [f"{name}: {found[name]!r} in the place of {wanted[name]!r}" for name in wanted if not same[name]]
    for interface in cell.get("told of", []):
        if not any(line.startswith(f"weld: {interface}@") for line in told):
            wrong.append(f"nothing is told of {interface}: {told!r}")
    if "left" in cell:
        left = {str(path.relative_to(host_folder)): path.read_text() for path in host_folder.rglob("*") if path.is_file()}
        if left != cell["left"]:
            wrong.append(f"left: {left!r} in the place of {cell['left']!r}")
    return wrong


def try_cell(folder, name, guest, cell):
    """Runs a cell on each host. Gives what is wrong on each."""
    output = folder / "out" / f"{name}-{cell['name'].replace(' ', '-')}.wasm"
    refused = weld(output, guest, cell)
    wrong = {}
    for host in cell["hosts"]:
        if refused is not None:
            wrong[host] = [f"weld: {refused}"]
            continue
        with tempfile.TemporaryDirectory() as root:
            (Path(root) / "outside.txt").write_text("nobody gets here")
            host_folder = Path(root) / "host"
            shutil.copytree(HERE / "files", host_folder)
            found = hosts.run(host, folder, output, ["command", *cell["words"]], (cell["mounted"], host_folder))
            wrong[host] = check(cell, found, host_folder)
    # A component of Python takes a hundred megabytes with the module that is made of it.
    output.unlink(missing_ok=True)
    shutil.rmtree(output.with_suffix(""), ignore_errors=True)
    return wrong


def chosen(built, only):
    """Each cell that is to run: the guest's name, its component, and the cell."""
    names = {guest["name"] for guest in GUESTS}
    of_guests, of_cells = only & names, only - names
    for guest in GUESTS:
        if of_guests and guest["name"] not in of_guests:
            continue
        if "file" in guest:
            file = BUILT / guest["file"]
        elif built:
            file = built / f"{guest['name']}.wasm"
        else:
            continue
        for cell in of_guest(guest):
            cell.setdefault("hosts", guest.get("hosts", list(hosts.HOSTS)))
            if not of_cells or cell["name"] in of_cells:
                yield guest["name"], file, cell


def of_guest(guest):
    if "needs" in guest:
        return cells.of_guest(guest["needs"])
    return cells.of_command(guest["cells"], ()) if "cells" in guest else cells.of_command()


def explains(known, name, host, cell):
    """What is known of a cell that fails for a reason of the host's."""
    return [of for of in known if host == of["host"] and cell in of["cells"] and ({name, "*"} & set(of["guests"]))]


def prove(folder, proof):
    """The hosts on which a component that weld had no part in fails: it is to end well."""
    output = folder / "out" / f"{Path(proof).stem}.wasm"
    jco = [folder / "node_modules/.bin/jco", "parse", HERE / "proofs" / proof, "-o", output]
    subprocess.run(jco, check=True, capture_output=True)
    return [host for host in hosts.HOSTS if hosts.run(host, folder, output, ["proof"], ("/host", folder))["ends with"] != 0]


def judge(folder, results, known):
    """The findings that nothing explains, explanations of what was not found, and those that are not shown without weld."""
    wrong = []
    for (name, cell), of_hosts in results.items():
        for host, findings in of_hosts.items():
            why = explains(known, name, host, cell)
            if findings and not why:
                wrong += [f"{host}, {name}, {cell}: {what}" for what in findings]
            if why and not findings:
                wrong.append(f"{host}, {name}, {cell}: is as it should be, and `known.json` says that it is not")
            if any(of["proof"] == "bare" for of in why) and not results.get((name, "bare"), {}).get(host, [""]):
                wrong.append(f"{host}, {name}, {cell}: the guest does without weld what it does not with it")
    for proof in sorted({of["proof"] for of in known} - {"bare"}):
        if (failing := prove(folder, proof)) != sorted({of["host"] for of in known if of["proof"] == proof}):
            wrong.append(f"{proof}: fails on {failing or 'no host'}")
    return wrong


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--guests", type=Path)
    parser.add_argument("--table", type=Path)
    parser.add_argument("--only", action="append", default=[])
    said = parser.parse_args()
    folder = said.folder.resolve()
    hosts.install(folder)
    shutil.rmtree(folder / "out", ignore_errors=True)
    (folder / "out").mkdir()
    picked = list(chosen(said.guests and said.guests.resolve(), set(said.only)))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        tried = {(name, cell["name"]): pool.submit(try_cell, folder, name, file, cell) for name, file, cell in picked}
        results = {of: one.result() for of, one in tried.items()}
    known = json.loads((HERE / "known.json").read_text())
    wrong = judge(folder, results, known)
    print("\n".join(wrong))
    if said.table:
        said.table.write_text(table.write(results, known, explains))
    runs = sum(map(len, results.values()))
    print(f"{runs} runs of {len({name for name, _, _ in picked})} guests, {len(wrong)} findings")
    sys.exit(1 if wrong or not runs else 0)


if __name__ == "__main__":
    main()
