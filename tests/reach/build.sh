#!/usr/bin/env bash
# Builds the guests of other toolchains: build.sh OUTDIR
#
# Writes NAME.wasm into OUTDIR, one component for each: c-clang, c-zig, zig, go, assemblyscript, python, javascript; and NAME.module.wasm
# where the toolchain emits a core module of preview 1. The toolchains are installed below OUTDIR, once. Rust's guest is
# ../guests/command; rust-VERSION.wasm are components of it that are not kept, made with the adapters of WASI's versions between.
#
# Needs Python 3.10 with `venv`, Node 20 with `npm`, Debian's clang, lld, wasi-libc and libclang-rt-14-dev-wasm32, and in WELD the
# linker of this project.
set -euo pipefail

if [[ $# -ne 1 ]]; then
    echo "usage: build.sh OUTDIR" >&2
    exit 2
fi
reach=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
guests=$reach/guests
wit=$(realpath "$reach/../../wit")
weld=$(realpath "$WELD")
mkdir -p "$1"
cd "$1"
out=$PWD

# A toolchain is installed where its list is another than that of the last time.
if ! cmp -s "$reach/toolchains.txt" python/toolchains.txt; then
    python3 -m venv --clear python
    python/bin/python -m pip install --quiet --disable-pip-version-check -r "$reach/toolchains.txt"
    cp "$reach/toolchains.txt" python/
fi
if ! cmp -s "$reach/toolchains.json" javascript/package.json; then
    rm -rf javascript
    mkdir javascript
    cp "$reach/toolchains.json" javascript/package.json
    # What is half installed must not be taken for installed the next time.
    npm install --silent --no-audit --no-fund --no-package-lock --prefix javascript || { rm -rf javascript && exit 1; }
fi

# Caches of compilers stay here, too.
export ZIG_GLOBAL_CACHE_DIR=$out/cache/zig GOCACHE=$out/cache/go GOPATH=$out/cache/go-path

clang --target=wasm32-wasi -O2 -Wall -Wextra "$guests/reach.c" -o c-clang.module.wasm
python/bin/python -m ziglang cc --target=wasm32-wasi -O2 "$guests/reach.c" -o c-zig.module.wasm
# Zig writes beside its source what it makes.
cp "$guests/reach.zig" .
python/bin/python -m ziglang build-exe -target wasm32-wasi -O ReleaseSmall reach.zig -femit-bin=zig.module.wasm
rm -f reach.zig zig.module.wasm.o
GOOS=wasip1 GOARCH=wasm GOFLAGS=-trimpath python/bin/go build -o go.module.wasm "$guests/reach.go"
# `asc` looks for packages in the folders above a source.
cp "$guests/reach.ts" javascript/
(cd javascript && node_modules/.bin/asc reach.ts -O --runtime stub \
    --config node_modules/@assemblyscript/wasi-shim/asconfig.json -o ../assemblyscript.module.wasm)
# The adapters of WASI's versions for which no component of Rust's guest is kept. What is fetched is not compiled.
mkdir -p adapters/src
cp "$reach/adapters.toml" adapters/Cargo.toml
touch adapters/src/lib.rs
(cd adapters && cargo vendor --quiet --versioned-dirs vendor >/dev/null)
for version in 0.2.1 0.2.2; do
    crate=$(sed -n "s/^# $version is that of //p" "$reach/adapters.toml")
    "$weld" componentize "$guests/../../guests/built/command.module.wasm" -o "rust-$version.wasm" \
        --adapt adapters/vendor/wasi-preview1-component-adapter-provider-"$crate"/artefacts/wasi_snapshot_preview1.command.wasm
done

for module in *.module.wasm; do
    "$weld" componentize "$module" -o "${module%.module.wasm}.wasm"
done

# Python leaves a `__pycache__` beside what it imports.
mkdir -p source
cp "$guests/reach.py" source/
python/bin/componentize-py --wit-path "$wit/guests/reach-py.wit" --world reach \
    componentize reach --python-path source --output python.wasm
rm -rf wit
mkdir -p wit/deps
cp "$wit/guests/reach-js.wit" wit/
cp "$wit"/wasi-0.2.12/*.wit wit/deps/
cp "$reach/../real/componentize.mjs" javascript/
node javascript/componentize.mjs "$guests/reach.js" wit reach javascript.wasm http fetch-event
