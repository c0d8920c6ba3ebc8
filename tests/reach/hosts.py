"""Runs a command on hosts other than the one that the project's tests link: jco in Node, and the Python package `wasmtime`."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
WELD = str(Path(os.environ["WELD"]).resolve())
# What every host has, and only some cells are to see any of.
STDIN = "what the host has on its standard input\n"
ENV = {"SECRET": "of the host, too", "SHARED": "of the host"}
# Long, since what is compiled is large and the machine may be busy. What hangs, hangs for ever.
PATIENCE = 300


def install(folder):
    """Installs the hosts that `package.json` and `requirements.txt` name, and gives the version of each."""
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
    # A component without resource types has no such tables.
    if begin in text:
        assert text.count(begin) == 1, "jco has two functions for new handles"
        module.write_text(text.replace(begin, begin + "  if (!(rep > 0 && rep < 2 ** 30)) { process.exit(9); }\n"))
    else:
        assert "rscTableCreateOwn" not in text, "jco has another function for new handles"


def transpile(folder, component):
    """Makes a module for Node of a component, which is one that weld wrote, and gives its path."""
    # One folder for each: what is made of one output is not another's.
    module = component.with_suffix("")
    shutil.rmtree(module, ignore_errors=True)
    jco = [folder / "node_modules/.bin/jco", "transpile", component, "-o", module, "--name", "command", "-q"]
    subprocess.run(jco, check=True, capture_output=True, timeout=PATIENCE)
    check_representations(module / "command.js")
    return module / "command.js"


def jco(folder, component):
    module = transpile(folder, component)
    if "WebAssembly.Suspending" in module.read_text():
        # WASI 0.3 takes a Node in which JavaScript can wait for WebAssembly.
        return [folder / "node_modules/.bin/node", "--no-warnings", HERE / "jco.mjs", module]
    # Node 20 does not take sums in constant expressions by itself, which componentize-py's libraries have.
    return ["node", "--experimental-wasm-extended-const", HERE / "jco.mjs", module]


def wasmtime_py(folder, component):
    return [folder / "venv/bin/python", HERE / "python.py", component]


HOSTS = {"jco": jco, "wasmtime-py": wasmtime_py}


def run(host, folder, component, words, mounted):
    """Runs a component with some arguments, and a folder by the path that it is given with."""
    try:
        command = HOSTS[host](folder, component)
    except subprocess.CalledProcessError as error:
        return {"stdout": "", "stderr": (error.stderr or b"").decode(), "ends with": "no module"}
    path, host_folder = mounted
    given = [word for name, value in ENV.items() for word in ["--env", f"{name}={value}"]]
    given += ["--dir", f"{path}={host_folder}"]
    try:
        ran = subprocess.run(
            [*map(str, command), *given, "--", *words], input=STDIN, capture_output=True, text=True, timeout=PATIENCE
        )
    except subprocess.TimeoutExpired:
        return {"stdout": "", "stderr": "", "ends with": "no end"}
    return {"stdout": ran.stdout, "stderr": ran.stderr, "ends with": ran.returncode}
