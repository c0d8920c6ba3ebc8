#!/usr/bin/env bash
# Copies WASI's text out of the published crates that have it: generate.sh [OUTDIR], by default into this directory. The table in README.md
# says which files of which crates; this script reads it. With --check, nothing is written: ends with 1 where a file differs from that of
# its crate, or where one is in no line of the table.
set -euo pipefail

wit=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
check=
if [[ ${1:-} == --check ]]; then
    check=yes
    shift
fi
out=$(realpath -m "${1:-$wit}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# What is fetched is not compiled.
mkdir "$work/src"
touch "$work/src/lib.rs"
cp "$wit/crates.toml" "$work/Cargo.toml"
(cd "$work" && cargo vendor --quiet --versioned-dirs vendor >/dev/null)

# | `DIRECTORY`: FILE, FILE | `CRATE` VERSION | `PATH` |   becomes   DIRECTORY CRATE-VERSION PATH FILE FILE
rows=$(sed -n 's/^| `\(wasi-[a-z0-9.-]*\)`: \([a-z, ]*\) | `\([a-z0-9-]*\)` \([0-9.]*\) | `\([a-z0-9/-]*\)` |$/\1 \3-\4 \5 \2/p' "$wit/README.md" | tr -d ,)
files=0
while read -r directory crate path texts; do
    mkdir -p "$work/text/$directory"
    for text in $texts; do
        cp "$work/vendor/$crate/$path/$text.wit" "$work/text/$directory/"
        files=$((files + 1))
    done
done <<<"$rows"
if ((files == 0)); then
    echo "error: README.md names no file of a crate" >&2
    exit 1
fi

for text in "$work"/text/*; do
    directory=$out/$(basename "$text")
    if [[ -n $check ]]; then
        diff -r "$text" "$directory"
    else
        rm -rf "$directory"
        mkdir -p "$directory"
        cp "$text"/*.wit "$directory/"
    fi
done
for directory in "$out"/wasi-*; do
    if [[ ! -d $work/text/$(basename "$directory") ]]; then
        echo "error: README.md does not say where $directory is from" >&2
        exit 1
    fi
done
echo "$files files of WASI are those of their crates"
