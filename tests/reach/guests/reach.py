"""Says what it was given, a line each: README.md has the lines. For componentize-py."""

import os
import sys
import time

import wit_world.exports


def contents():
    try:
        with open("/data/hello.txt") as file:
            return file.read().strip()
    except OSError:
        return "refused"


def write():
    try:
        with open("/data/new.txt", "w") as file:
            file.write("new\n")
        return "ok"
    except OSError:
        return "refused"


class Run(wit_world.exports.Run):
    def run(self) -> None:
        variables = [os.environ.get(name, "none") for name in ["REACH", "SHARED", "SECRET"]]
        print(*["args", *sys.argv[1:]])
        print("env", *variables)
        print("file", contents())
        print("write", write())
        print("stdin", sys.stdin.readline().strip() or "none")
        print("wall", time.time_ns() // 1_000_000_000)
        before = time.monotonic_ns()
        print("monotonic", time.monotonic_ns() - before)
        sys.stdout.flush()
        try:
            print("to stderr", file=sys.stderr, flush=True)
        except OSError:
            pass
        print("random", os.urandom(8).hex())
        sys.stdout.flush()
