#!/usr/bin/env bash
# Builds the components of this example: build.sh [OUTDIR], by default beside this script. `build.sh --check`
# builds nothing: it compares what is there with its record.
#
# They are kept in the repository, so that only who changes one needs a wasm toolchain: that of the test guests, of which
# ../../tests/guests/README.md speaks. components.lock says which compilers made them, and of which sources.
set -euo pipefail

folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
kept=$folder
record=components.lock
made_of=(Cargo.lock Cargo.toml build.sh front kv storygen wit ../../tests/guests/compiler.sh ../../tests/guests/adapters)
# shellcheck source=../../tests/guests/compiler.sh
source "$folder/../../tests/guests/compiler.sh"

write_adapters
build_bare std kv
build_commands front
build_reactors storygen

componentize kv kv
componentize front front --adapt "$command"
componentize storygen storygen --adapt "$reactor"
rm "$work"/*.module.wasm

finish
