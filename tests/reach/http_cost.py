#!/usr/bin/env python3
"""Measures what rules for requests cost: the figures of `docs/PERFORMANCE.md`.

    WELD=target/release/weld tests/reach/http_cost.py WASMTIME CLIENT...

WASMTIME is the command of that name. Each CLIENT is a component of `wit/guests/fetch.wit`, as `tests/real/build.sh` makes them. It asks a
server on the loopback a thousand times, by turns bare and behind an adapter with rules; from the time of each run is taken that of one that
asks once. The medians of the pairs are told, for one request.
"""

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

TIMES = 1000
RUNS = 9
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"


def serve(listener):
    while True:
        connection, _ = listener.accept()
        with connection:
            asked = b""
            while b"\r\n\r\n" not in asked:
                asked += connection.recv(4096)
            connection.sendall(ANSWER)


def main():
    weld, wasmtime = str(Path(os.environ["WELD"]).resolve()), sys.argv[1]
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/a/path?query"
    threading.Thread(target=serve, args=[listener], daemon=True).start()
    print("| client | bare, µs | with rules, µs | × |\n|---|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder:
        for client in sys.argv[2:]:
            ruled, bare = Path(folder) / "ruled.wasm", Path(folder) / "bare.cwasm"
            rules = ["https://api.example.com", "GET http://127.0.0.1:*/a/*"]
            grant = f"http.allow={rules}".replace("'", '"')
            subprocess.run([weld, "virt", client, "--allow-all", "--grant", grant, "-q", "-o", ruled], check=True)
            subprocess.run([wasmtime, "compile", client, "-o", bare], check=True)
            subprocess.run([wasmtime, "compile", ruled, "-o", ruled.with_suffix(".cwasm")], check=True)

            def run(module, times):
                command = [wasmtime, "run", "-Shttp", "--allow-precompiled", f'--invoke=repeat("{url}", {times})', module]
                start = time.monotonic()
                said = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
                assert said.strip() == b"ok", said
                return time.monotonic() - start

            def request(module):
                return (run(module, TIMES) - run(module, 1)) / (TIMES - 1) * 1e6

            pairs = [(request(bare), request(ruled.with_suffix(".cwasm"))) for _ in range(RUNS)]
            medians = [statistics.median(pair[side] for pair in pairs) for side in (0, 1)]
            ratio = statistics.median(after / before for before, after in pairs)
            print(f"| `{Path(client).name}` | {medians[0]:.0f} | {medians[1]:.0f} | {ratio:.2f} |")


main()
