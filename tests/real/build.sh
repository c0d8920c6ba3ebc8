#!/usr/bin/env bash
# Builds components as the Python and JavaScript toolchains emit them: build.sh OUTDIR
#
# Writes adder-py.wasm, fetch-py.wasm, files-py.wasm, adder-js.wasm, fetch-js.wasm and numbers-js.wasm into OUTDIR. They have a language runtime inside, 10 MB and
# more each, and so are built where they are needed and not kept in the repository. The toolchains are installed below OUTDIR, once.
# Needs Python 3.10 with `venv`, and Node 20 with `npm`.
set -euo pipefail

componentize_py=0.25.1
componentize_js=0.23.0

if [[ $# -ne 1 ]]; then
    echo "usage: build.sh OUTDIR" >&2
    exit 2
fi
real=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
wit=$(realpath "$real/../../wit")
mkdir -p "$1"
cd "$1"

if [[ "$(python/bin/componentize-py --version 2>/dev/null)" != "componentize-py $componentize_py" ]]; then
    python3 -m venv --clear python
    python/bin/python -m pip install --quiet --disable-pip-version-check "componentize-py==$componentize_py"
fi
if [[ "$(sed -n 's/^ *"version": "\(.*\)",$/\1/p' javascript/node_modules/@bytecodealliance/componentize-js/package.json 2>/dev/null)" \
    != "$componentize_js" ]]; then
    rm -rf javascript
    mkdir javascript
    npm install --silent --no-audit --no-fund --prefix javascript "@bytecodealliance/componentize-js@$componentize_js"
fi

# The worlds, with the texts of WASI that `fetch` imports.
mkdir -p wit
for name in adder fetch files numbers; do
    rm -rf "wit/$name"
    mkdir -p "wit/$name/deps"
    cp "$wit/guests/$name.wit" "wit/$name/"
done
cp "$wit"/wasi-0.2.12/*.wit wit/fetch/deps/

# Python leaves a `__pycache__` beside what it imports.
mkdir -p source
cp "$real"/*.py source/
for name in adder fetch files; do
    python/bin/componentize-py --wit-path "wit/$name" --world "$name" \
        componentize "$name" --python-path source --output "$name-py.wasm"
done
# Node looks for packages in the folders above a script, and not in those above the folder that it is run in.
cp "$real/componentize.mjs" javascript/
for name in adder fetch numbers; do
    node javascript/componentize.mjs "$real/$name.js" "wit/$name" "$name" "$name-js.wasm"
done
