"""The cells: what weld makes of a guest, and what it must print then, which is worked out here from what both are known to do."""

import json
import struct
import time
from pathlib import Path

from hosts import ENV, HERE, STDIN

NAMES = ["bare", "allow all", "deny", "deny all", "mount", "memory", "overlay", "preopen", "read-only", "env", "args", "fixed clock", "seed",
         "stdin", "redirect", "redirect to the other", "debug", "plugged"]  # fmt: skip
FILES = {path.name: path.read_text() for path in (HERE / "files").iterdir() if path.is_file()}


def key_stream(seed, length):
    """The bytes that are had of `random.seed`: ChaCha20 with the seed as the first eight bytes of the key.

    RFC 8439, section 2.3, with the counter of 64 bits of the original.
    """
    stream = b""
    counter = 0
    while len(stream) < length:
        start = [0x61707865, 0x3320646E, 0x79622D32, 0x6B206574]
        start += struct.unpack("<8I", seed.to_bytes(32, "little")) + struct.unpack("<4I", counter.to_bytes(16, "little"))
        state = list(start)

        def quarter(a, b, c, d):
            for x, y, z, left in [(a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)]:
                state[x] = (state[x] + state[y]) & 0xFFFFFFFF
                state[z] ^= state[x]
                state[z] = (state[z] << left | state[z] >> 32 - left) & 0xFFFFFFFF

        for _ in range(10):
            for at in range(4):
                quarter(at, at + 4, at + 8, at + 12)
            for at in range(4):
                quarter(at, (at + 1) % 4 + 4, (at + 2) % 4 + 8, (at + 3) % 4 + 12)
        stream += struct.pack("<16I", *((a + b) & 0xFFFFFFFF for a, b in zip(state, start)))
        counter += 1
    return stream


# What stands in an expectation for what only the host knows, or for one of many right values.
HOLES = {
    "{now}": lambda text: text.isdigit() and abs(int(text) - time.time()) < 86400,
    "{some}": lambda text: text.isdigit(),
    "{random}": lambda text: len(text) == 16 and len(set(text)) > 1,
    "{seed 42}": lambda text: len(text) == 16 and bytes.fromhex(text) in key_stream(42, 1 << 14),
}


def fits(wanted, found):
    """Whether a text is the one that is wanted, where a line may end with a hole."""
    wanted, found = wanted.split("\n"), found.split("\n")

    def line_fits(line, text):
        start, brace, name = line.partition("{")
        return line == text or brace and text.startswith(start) and HOLES[brace + name](text[len(start) :])

    return len(wanted) == len(found) and all(map(line_fits, wanted, found))


# ---- of the guest `command` ----


def of_command(name="cells.json", verb=("try",)):
    """The cells of `cells.json`, or `cells-p3.json`, which `tests/it/hosts.rs` runs in the crate `wasmtime`."""
    cells = json.loads((HERE / name).read_text())
    for cell in cells:
        if "words" not in cell:
            steps = [[*verb, *step.split(" ")] for step in cell["steps"]]
            cell["words"] = [*steps[0], *(word for step in steps[1:] for word in ["--", *step])]
        cell["mounted"] = "/host"
    return cells


# ---- of the guests of other toolchains ----

# What they are given by the host, each by the word that its line begins with.
HOSTS = {
    "args": "one two",
    "env": f"none {ENV['SHARED']} {ENV['SECRET']}",
    "file": FILES["hello.txt"].strip(),
    "write": "ok",
    "stdin": STDIN.strip(),
    "wall": "{now}",
    "monotonic": "{some}",
    "stderr": "to stderr",
    "random": "{random}",
}
# What they say where all is denied. There is no random number that says that there is none: asking for one traps.
DENIED = {
    "args": "",
    "env": "none none none",
    "file": "refused",
    "write": "refused",
    "stdin": "none",
    "wall": "0",
    "monotonic": "0",
    "stderr": None,
    "random": None,
}
# What a grant of a guest's least needs changes.
NEEDS = {"exit": [], "random": ["random"], "clocks": ["wall", "monotonic"]}
MOUNTED = (HERE / "mounted/hello.txt").read_text().strip()
# For each cell: the flags, and what is other than where all but random numbers is denied.
GIVEN = {
    "mount": (["--mount", "/data=mounted"], {"file": MOUNTED}),
    "memory": (["--grant", "fs./data.memory=1KiB"], {"write": "ok"}),
    "overlay": (["--grant", 'fs./data={embed="mounted", overlay="memory"}'], {"file": MOUNTED, "write": "ok"}),
    "preopen": (["--preopen", "/data=/data"], {"file": HOSTS["file"], "write": "ok"}),
    "read-only": (["--grant", 'fs./data={host="/data", mode="read-only"}'], {"file": HOSTS["file"]}),
    "env": (["-e", "REACH=given", "--allow-env=SHARED"], {"env": f"given {ENV['SHARED']} none"}),
    "args": (["--grant", 'args={set=["program", "three"]}'], {"args": "three"}),
    # A runtime asks what time it is some times before its program does, but not a thousand times.
    "fixed clock": (
        ["--grant", 'clocks={fixed="2026-01-01T00:00:00Z", step="1ms"}'],
        {"wall": "1767225600", "monotonic": "1000000"},
    ),
    "seed": (["--grant", "random.seed=42"], {"random": "{seed 42}"}),
    "stdin": (["--grant", 'stdin={text="given when it was built\\n"}'], {"stdin": "given when it was built"}),
    "redirect": (["--stderr=stdout"], {"stderr": "to stderr"}),
}


def of_guest(needs):
    """The cells of a guest of `guests/`, of which some grants are what its runtime cannot do without."""
    grants = [word for need in needs for word in ["--grant", f"{need}=allow"]]
    needed = {line: HOSTS[line] for need in needs for line in NEEDS[need]}
    cells = [
        cell("bare", None, HOSTS),
        cell("allow all", ["--allow-all"], HOSTS),
        cell("deny", ["--stdout", *grants], DENIED | needed),
        cell("debug", ["--allow-all", "--debug"], HOSTS, **{"told of": ["wasi:cli/stdout", "wasi:random/random"]}),
        cell("plugged", None, HOSTS | {"args": "env", "env": "plugged none none"}, plug="environment.wat"),
    ]
    for name, (flags, given) in GIVEN.items():
        is_given = {flag.split("=")[0].split(".")[0] for flag in flags}
        others = [need for need in ["exit", "clocks", "random"] if need in [*needs, "random"] and need not in is_given]
        others = [word for need in others for word in ["--grant", f"{need}=allow"]]
        base = DENIED | {"random": HOSTS["random"]} | needed
        cells.append(cell(name, ["--stdout", *others, *flags], base | given))
    cells.sort(key=lambda cell: NAMES.index(cell["name"]))
    # No need is one that the runtime could do without. How it fails is its own affair.
    for need in needs:
        others = [word for other in needs if other != need for word in ["--grant", f"{other}=allow"]]
        cells.append(cell(f"deny without {need}", ["--stdout", *others], DENIED, **{"only fails": True}))
    return cells


def cell(name, flags, given, **more):
    lines = [f"{line} {given[line]}\n" for line in ["args", "env", "file", "write", "stdin", "wall", "monotonic"]]
    # An empty list of arguments is the word alone.
    lines[0] = lines[0].rstrip() + "\n"
    is_own_stream = name != "redirect"
    stderr = "" if given["stderr"] is None else f"{given['stderr']}\n"
    if not is_own_stream:
        lines.append(stderr)
    if given["random"] is not None:
        lines.append(f"random {given['random']}\n")
    # Only these leave the host's folder to the guest.
    new = {"new.txt": "new\n"} if name in ["bare", "allow all", "debug", "plugged", "preopen"] else {}
    return {
        "name": name,
        "virt": flags,
        "words": ["one", "two"],
        "mounted": "/data",
        "stdout": "".join(lines),
        "stderr": stderr if is_own_stream else "",
        "fails": given["random"] is None,
        "left": {"hello.txt": FILES["hello.txt"], "sub/deep.txt": (HERE / "files/sub/deep.txt").read_text()} | new,
        **more,
    }
