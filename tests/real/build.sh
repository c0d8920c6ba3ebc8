#!/usr/bin/env bash
# Builds components as the Python and JavaScript toolchains emit them: build.sh OUTDIR
#
# Writes adder-py.wasm, files-py.wasm, adder-js.wasm and numbers-js.wasm into OUTDIR. They have a language runtime inside, 10 MB and
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
wit=$(realpath "$real/../../wit/guests")
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

# Python leaves a `__pycache__` beside what it imports.
mkdir -p source
cp "$real/adder.py" "$real/files.py" source/
for name in adder files; do
    python/bin/componentize-py --wit-path "$wit/$name.wit" --world "$name" \
        componentize "$name" --python-path source --output "$name-py.wasm"
done
# Node looks for packages in the folders above a script, and not in those above the folder that it is run in.
cp "$real/componentize.mjs" javascript/
for name in adder numbers; do
    node javascript/componentize.mjs "$real/$name.js" "$wit/$name.wit" "$name" "$name-js.wasm"
done
