"""Runs a command in the Python package `wasmtime`, with no more than what the arguments give it:

    python.py COMPONENT [--env NAME=VALUE]... [--dir GUEST=FOLDER]... -- WORD...

Ends with 3 where the run fails.
"""

import sys

from wasmtime import Engine, ExitTrap, Store, Trap, WasiConfig, WasmtimeError
from wasmtime.component import Component, Linker

file, *words = sys.argv[1:]
end = words.index("--")
given = {"--env": [], "--dir": []}
for name, value in zip(words[0:end:2], words[1:end:2]):
    given[name].append(value.split("=", 1))

wasi = WasiConfig()
wasi.argv = words[end + 1 :]
wasi.env = given["--env"]
wasi.inherit_stdin()
wasi.inherit_stdout()
wasi.inherit_stderr()
for guest, folder in given["--dir"]:
    wasi.preopen_dir(folder, guest)

engine = Engine()
store = Store(engine)
store.set_wasi(wasi)
linker = Linker(engine)
linker.add_wasip2()
component = Component.from_file(engine, file)
instance = linker.instantiate(store, component)
interfaces = [name for name in component.type.exports(engine) if name.startswith("wasi:cli/run@")]
run = instance.get_func(store, instance.get_export_index(store, "run", instance.get_export_index(store, interfaces[0])))
try:
    failed = run(store).tag != "ok"
except ExitTrap as end:
    failed = end.code != 0
except (Trap, WasmtimeError):
    failed = True
sys.exit(3 if failed else 0)
