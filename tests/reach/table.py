"""Writes `docs/REACH.md`: which cell is as it should be for which guest on which host."""

import json
import re

import cells
from hosts import HERE

MARKS = {True: "✓", False: "✗", None: ""}


def versions():
    """What the toolchains and the hosts are, each with its version."""
    found = {}
    for name in ["toolchains.json", "package.json"]:
        found |= json.loads((HERE / name).read_text())["dependencies"]
    for name in ["toolchains.txt", "requirements.txt"]:
        found |= dict(line.split("==") for line in (HERE / name).read_text().split())
    return found


def write(results, known, explains):
    guests = json.loads((HERE / "guests.json").read_text())
    notes = []
    rows = []
    for guest in guests:
        for host in guest.get("hosts", ["wasmtime-py", "jco"]):
            row = [guest["name"], host]
            for cell in cells.NAMES:
                wrong = results.get((guest["name"], cell), {}).get(host)
                why = [of["why"] for of in explains(known, guest["name"], host, cell)]
                mark = MARKS[None if wrong is None else not wrong]
                for text in why if wrong else []:
                    if text not in notes:
                        notes.append(text)
                    mark += f"[^{notes.index(text) + 1}]"
                row.append(mark)
            rows.append(row)
    heads = ["guest", "host", *cells.NAMES]
    lines = [f"| {' | '.join(row)} |" for row in [heads, ["---"] * len(heads), *rows]]
    text = (HERE / "table.md").read_text()
    made = "\n".join(f"| `{of['name']}` | {of_guest(of)} |" for of in guests)
    installed = "\n".join(f"- `{name}` {version}" for name, version in sorted(versions().items()))
    text = text.replace("{guests}", made).replace("{versions}", installed).replace("{cells}", "\n".join(lines))
    noted = "\n".join(f"[^{at + 1}]: {note}" for at, note in enumerate(notes))
    return re.sub(r"\n{3,}", "\n\n", text.replace("{notes}", noted)).rstrip() + "\n"


def of_guest(guest):
    if "needs" not in guest:
        return f"{guest['toolchain']} | nothing"
    return f"{guest['toolchain']} | {', '.join(f'`{need}`' for need in guest['needs']) or 'nothing'}"
