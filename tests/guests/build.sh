#!/usr/bin/env bash
# Builds the test guests: build.sh [OUTDIR], by default into built/ beside this script. `build.sh --check` builds nothing: it compares
# what is there with its record.
#
# The built files are kept in the repository, so that only who changes a guest needs a wasm toolchain. The same compilers give the
# same bytes on any machine; guests.lock says which compilers those were, and what came out. The variables that change how they are
# built are those of compiler.sh.
set -euo pipefail

folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
kept=$folder/built
record=guests.lock
made_of=(. ../../wit/guests ../../wit/wasi-0.2.12 ../../wit/wasi-0.3.0)
# shellcheck source=compiler.sh
source "$folder/compiler.sh"

bare=(chain-bottom chain-middle counter hello-lib kv-store left right)
# Those that need more of wit-bindgen, apart from those above, which would become other files with it: WIT's flags, and WASI 0.3.
flags=(handler own prober sockets)
async=(command-p3 later mixed steps-p3)
std=(adder-command chain-top command diamond hello-command kv-app)

write_adapters
build_bare core "${bare[@]}"
build_bare core "${flags[@]}"
build_bare core "${async[@]}"
build_commands "${std[@]}"
clang --target=wasm32-wasi ${WASI_SYSROOT:+--sysroot="$WASI_SYSROOT"} -Os -Wall -Wextra -Wl,--strip-all \
    -nostartfiles hello-c/start.c hello-c/hello.c -o "$work/hello-c.module.wasm"

for guest in "${bare[@]}" "${flags[@]}" "${async[@]}"; do
    componentize "$guest" "$guest"
done
for guest in "${std[@]}"; do
    if [[ $guest != command ]]; then componentize "$guest" "$guest" --adapt "$command"; fi
done
for adapter in "$work"/adapters/command/*.wasm; do
    componentize command "command-$(basename "$adapter" .wasm)" --adapt "$adapter"
done
componentize hello-c hello-c --adapt "$command" --wit ../../wit/guests/hello-c/hello.wit --world hello-c

# Only these two are wanted as modules too: one has WIT inside for those that have some, and one has none.
for guest in "${bare[@]}" "${flags[@]}" "${async[@]}" "${std[@]}"; do
    if [[ $guest != command ]]; then rm "$work/$guest.module.wasm"; fi
done

finish
