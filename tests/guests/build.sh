#!/usr/bin/env bash
# Builds the test guests: build.sh [OUTDIR], by default into built/ beside this script.
#
# The built files are kept in the repository, so that only who changes a guest needs a wasm toolchain. The same compilers give the
# same bytes on any machine; guests.lock says which compilers those were, and what came out.
#
#   WELD               the command that componentizes; by default the linker of this project, built first
#   GUESTS_TOOLCHAIN   `active` or `debian`, where the choice below is not wanted
#   WASI_SYSROOT       the sysroot for C, where clang does not know it by itself
#   CARGO_TARGET_DIR   the folder to compile in
set -euo pipefail
export LC_ALL=C

guests=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
project=$(cd "$guests/../.." && pwd -P)
out=${1:-$guests/built}
mkdir -p "$out"
out=$(cd "$out" && pwd -P)
target=$(realpath -m "${CARGO_TARGET_DIR:-$project/target/guests}")
# From here on every tool is started in one place, whatever folder the script was called from.
cd "$guests"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

weld=(cargo run --release --quiet --manifest-path "$project/Cargo.toml" --)
if [[ -n ${WELD:-} ]]; then read -ra weld <<<"$WELD"; fi

# ---- the compiler ----

has_targets() {
    local target
    for target in wasm32-unknown-unknown wasm32-wasip1; do
        compgen -G "$(rustc --print target-libdir --target "$target")/libcore-*.rlib" >/dev/null || return 1
    done
}

host=$(rustc -vV | sed -n 's/^host: //p')
lld=$(rustc --print sysroot)/lib/rustlib/$host/bin/rust-lld
if [[ ! -x $lld ]]; then
    echo "error: no rust-lld in the active Rust toolchain" >&2
    exit 1
fi
toolchain=${GUESTS_TOOLCHAIN:-$(has_targets && echo active || echo debian)}
case $toolchain in
active)
    rustc=$(rustup which rustc 2>/dev/null || command -v rustc)
    environment=() build_bare=() build_std=() std_flags=()
    ;;
debian)
    # Debian's `rustc-web` compiles for every wasm target and comes with no library for one: `rust-web-src` has their sources, which
    # only an unstable option builds. Its wasip1 has no C library of its own either, and gets that of `wasi-libc`.
    rustc=/usr/bin/rustc
    if ! "$rustc" --print target-list | grep -qx wasm32-wasip1 || [[ ! -d /usr/lib/wasm32-wasi ]]; then
        echo "error: no Rust for wasm: rustup target add wasm32-unknown-unknown wasm32-wasip1" >&2
        echo "  or, on Debian: apt-get install rustc-web rust-web-src clang lld wasi-libc libclang-rt-14-dev-wasm32" >&2
        exit 1
    fi
    environment=(RUSTC_BOOTSTRAP=1)
    build_bare=(-Zbuild-std=core,alloc,panic_abort)
    build_std=(-Zbuild-std=std,panic_abort)
    std_flags=(-Clink-self-contained=no -L/usr/lib/wasm32-wasi -Clink-arg=/usr/lib/wasm32-wasi/crt1-command.o -Clink-arg=-lc)
    ;;
*)
    echo "error: GUESTS_TOOLCHAIN is neither \`active\` nor \`debian\`: $toolchain" >&2
    exit 1
    ;;
esac

# ---- flags that keep this machine out of the files ----

# Panic messages name source files. What a file is called below the remapped folders is the same everywhere.
cargo fetch --locked --quiet
cargo_home=${CARGO_HOME:-$HOME/.cargo}
sources=$("$rustc" --print sysroot)/lib/rustlib/src/rust
remap=("--remap-path-prefix=$project=/weld" "--remap-path-prefix=$target=/target"
    "--remap-path-prefix=$cargo_home=/cargo" "--remap-path-prefix=$sources=/rustc")
if [[ -d $sources ]]; then remap+=("--remap-path-prefix=$(realpath "$sources")=/rustc"); fi
for registry in "$cargo_home"/registry/src/*/; do
    # The folder is named after the registry's address, and a mirror has another one.
    if [[ -d $registry ]]; then remap+=("--remap-path-prefix=${registry%/}=/cargo/registry"); fi
done

# Encoded flags, because a path may have a space in it, and because they replace whatever RUSTFLAGS the caller has.
encode() {
    local IFS=$'\x1f'
    echo "$*"
}

build() { # TRIPLE FLAGS CARGO-ARGUMENT...
    local triple=$1 flags=$2
    shift 2
    env "${environment[@]}" RUSTC="$rustc" CARGO_ENCODED_RUSTFLAGS="$flags" CARGO_INCREMENTAL=0 \
        CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER="$lld" CARGO_TARGET_WASM32_WASIP1_LINKER="$lld" \
        cargo build --release --locked --quiet --target-dir "$target" --target "$triple" "$@"
}

# ---- core modules ----

bare=(chain-bottom chain-middle counter hello-lib kv-store left right)
std=(adder-command chain-top command diamond hello-command kv-app)

build wasm32-unknown-unknown "$(encode "${remap[@]}")" "${build_bare[@]}" "${bare[@]/#/--package=}"
build wasm32-wasip1 "$(encode "${remap[@]}" "${std_flags[@]}")" "${build_std[@]}" "${std[@]/#/--package=}"
# Cargo names a library after its crate, which has underscores for hyphens.
for guest in "${bare[@]}"; do
    cp "$target/wasm32-unknown-unknown/release/${guest//-/_}.wasm" "$work/$guest.module.wasm"
done
for guest in "${std[@]}"; do
    cp "$target/wasm32-wasip1/release/$guest.wasm" "$work/$guest.module.wasm"
done

clang --target=wasm32-wasi ${WASI_SYSROOT:+--sysroot="$WASI_SYSROOT"} -Os -Wall -Wextra -Wl,--strip-all \
    -nostartfiles hello-c/start.c hello-c/hello.c -o "$work/hello-c.module.wasm"

# ---- components ----

cargo run --release --locked --quiet --target-dir "$target" --manifest-path adapters/Cargo.toml -- "$work/adapters"

componentize() { # MODULE COMPONENT FLAG...
    local module=$1 component=$2
    shift 2
    "${weld[@]}" componentize "$work/$module.module.wasm" -o "$work/$component.wasm" "$@"
}

# The adapter is named even where the linker has one inside, because its own moves on with WASI and the guests are to stay as they are.
newest=$work/adapters/0.2.12.wasm
for guest in "${bare[@]}"; do
    componentize "$guest" "$guest"
done
for guest in "${std[@]}"; do
    if [[ $guest != command ]]; then componentize "$guest" "$guest" --adapt "$newest"; fi
done
for adapter in "$work"/adapters/*.wasm; do
    componentize command "command-$(basename "$adapter" .wasm)" --adapt "$adapter"
done
componentize hello-c hello-c --adapt "$newest" --wit hello-c/hello.wit --world hello-c

# ---- results ----

# Only these two are wanted as modules too: one has WIT inside for those that have some, and one has none.
for guest in "${bare[@]}" "${std[@]}"; do
    if [[ $guest != command ]]; then rm "$work/$guest.module.wasm"; fi
done

for path in "$project" "$cargo_home" "$target" "$work" "$sources" "$(realpath -m "$sources")"; do
    if grep -alF -- "$path" "$work"/*.wasm; then
        echo "error: the files above contain a path of this machine: $path" >&2
        exit 1
    fi
done

digest() {
    sha256sum | cut -d ' ' -f 1
}

{
    echo "compiler clang $(clang --version | head -n 1)"
    echo "compiler rust-lld $("$lld" -flavor wasm --version | sed 's/ (.*//')"
    echo "compiler rustc $("$rustc" --version)"
    echo "compiler wasi-libc sha256:$(digest <"$(clang --target=wasm32-wasi ${WASI_SYSROOT:+--sysroot="$WASI_SYSROOT"} -print-file-name=libc.a)")"
    echo "compiler wasm-ld $(wasm-ld --version)"
    for file in "$work"/*.wasm; do
        echo "file $(basename "$file") sha256:$(digest <"$file")"
    done
    # The digest of the lines that sha256sum prints for the sources in the order of their names.
    echo "sources sha256:$(find . \( -path ./built -o -name target \) -prune -o -type f \
        \( -name '*.c' -o -name '*.lock' -o -name '*.rs' -o -name '*.sh' -o -name '*.toml' -o -name '*.wit' \) -print0 |
        sort -z | xargs -0 sha256sum | digest)"
} | sort >"$work/guests.lock"

# The linker marks modules as executable, which no other of the files is.
install -m 644 "$work"/*.wasm "$work/guests.lock" "$out/"
