#!/usr/bin/env python3
"""Measures what WASI 0.3 costs that weld provides, beside what the host has: the figures of `docs/PERFORMANCE.md`.

    WELD=target/release/weld tests/reach/wasi3.py WASMTIME

WASMTIME is the command of that name, which runs both. Components are compiled before. Each pair runs in turn, and the medians are told: of
the time on the clock, and of that of the processors.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
GUEST = HERE.parent / "guests" / "built" / "steps-p3.wasm"
FLAGS = ["-Wcomponent-model-async"]
MIB = 1 << 20
RUNS = 7


def main():
    weld, wasmtime = str(Path(os.environ["WELD"]).resolve()), sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        files = folder / "files"
        files.mkdir()
        (files / "large").write_bytes(bytes(at % 251 for at in range(251)) * (64 * MIB // 251))
        small = folder / "small"
        small.mkdir()
        for at in range(5000):
            (small / f"f{at}").write_text(f"file {at}\n")
        (folder / "in").write_bytes(b"0123456789abcde\n" * MIB)
        each = [word for at in range(5000) for word in ["--", "stat", f"/m/f{at}", "--", "read", f"/m/f{at}"]][1:]

        def compiled(name, *grants):
            output, module = folder / f"{name}.wasm", folder / f"{name}.cwasm"
            output.write_bytes(GUEST.read_bytes())
            if grants:
                flags = [word for grant in grants for word in ["--grant", grant]]
                subprocess.run([weld, "virt", GUEST, "--allow-all", *flags, "-q", "-o", output], cwd=folder, check=True)
            subprocess.run([wasmtime, "compile", *FLAGS, output, "-o", module], check=True)
            return module

        def run(module, words, host, stdin):
            command = [wasmtime, "run", "-Sp3", *FLAGS, "--allow-precompiled"]
            command += [f"--dir={path}::{name}" for name, path in host.items()]
            before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
            with open(stdin or os.devnull, "rb") as given:
                subprocess.run([*command, module, *words], stdin=given, stdout=subprocess.DEVNULL, check=True)
            wall, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
            return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

        bare = compiled("bare")
        memory = compiled("memory", 'fs./m.memory="128MiB"')
        forwarded = compiled("forwarded", 'fs./m.host="/m"')
        scratch = folder / "scratch"
        scratch.mkdir()
        cases = [
            ("64 MiB, read", ["size", "/m/large"], {"/m": files}, None, compiled("embedded", 'fs./m.embed="files"')),
            ("the same, of a directory of the host", ["size", "/m/large"], {"/m": files}, None, forwarded),
            ("64 MiB, written to memory", ["fill", "/m/new", str(64 * MIB)], {"/m": scratch}, None, memory),
            ("the same, to a directory of the host", ["fill", "/m/new", str(64 * MIB)], {"/m": scratch}, None, forwarded),
            ("16 MiB of standard input by 4 KiB", ["count", "4096"], {}, folder / "in", compiled("stdin", 'stdin.file="in"')),
            ("5,000 files: `stat-at`, `open-at`, read", each, {"/m": small}, None, compiled("small", 'fs./m.embed="small"')),
            ("the same, of a directory of the host", each, {"/m": small}, None, forwarded),
            ("nothing, beside 64 MiB that are embedded", [], {}, None, folder / "embedded.cwasm"),
        ]
        print("| what | weld, wall ms | CPU ms | the host's, wall ms | CPU ms |\n|---|---:|---:|---:|---:|")
        for name, words, host, stdin, module in cases:
            run(module, words, host, stdin), run(bare, words, host, stdin)
            pairs = [(run(module, words, host, stdin), run(bare, words, host, stdin)) for _ in range(RUNS)]
            columns = zip(*[(*own, *hosts) for own, hosts in pairs])
            print(f"| {name} | " + " | ".join(f"{1000 * statistics.median(column):.0f}" for column in columns) + " |")


if __name__ == "__main__":
    main()
