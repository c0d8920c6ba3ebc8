#!/usr/bin/env bash
# Builds the providers: build.sh [OUTDIR], by default into ../adapters. `build.sh --check` builds nothing: it compares
# what is there with its record.
#
# The modules are kept in the repository, so that only who changes them needs a wasm toolchain: that of the test guests, of which
# ../tests/guests/README.md speaks. adapters.lock says which compiler made them, and of which sources.
set -euo pipefail

folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
kept=$folder/../adapters
record=adapters.lock
made_of=(abi build.sh Cargo.lock Cargo.toml clocks config environment filesystem heap http io keyvalue logging module provider random
    record recorder sockets tasks ../src/rules/host.rs ../src/rules/http.rs ../src/rules/path.rs ../src/rules/sockets.rs
    ../src/runtime/recorder.rs ../src/text/steering.rs ../tests/guests/compiler.sh)
# shellcheck source=../tests/guests/compiler.sh
source "$folder/../tests/guests/compiler.sh"

# One at a time: features of one would be those of the other.
for package in provider recorder; do
    build_bare core "$package"
    mv "$work/$package.module.wasm" "$work/$package.wasm"
done
# Most wait for nothing of the host's, and need no code for that.
build wasm32-unknown-unknown "$(encode "${remap[@]}")" "${with_core[@]}" --package=provider --features=host
collect wasm32-unknown-unknown provider
mv "$work/provider.module.wasm" "$work/provider-host.wasm"

finish
