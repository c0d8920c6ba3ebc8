# shellcheck shell=bash
# What a script needs that builds components to keep in the repository: the compilers, flags under which they give the same bytes on
# any machine, and a record of both. `build.sh` here and those of the examples set
#
#   folder    where the sources are; from here on it is the current folder
#   kept      where the components and their record go, unless the script has an argument
#   record    the file name of the record
#   made_of   what the record has a digest of
#
# and source this file with their arguments. With `--check` it ends them: it compares what is kept with the record, and builds nothing.
# Else it gives them
#
#   work      a folder for what is being made: every `*.wasm` that is in it at the end is a result
#   write_adapters     gives `command` and `reactor`, the adapters to componentize with
#   build_bare, build_commands, build_reactors, componentize, finish
#
# Whoever runs such a script may set
#
#   WELD               the command that componentizes; by default the linker of this project, built first
#   GUESTS_TOOLCHAIN   `active` or `debian`, where the choice below is not wanted
#   WASI_SYSROOT       the sysroot for C, where clang does not know it by itself
#   CARGO_TARGET_DIR   the folder to compile in
export LC_ALL=C

guests=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
project=$(cd "$guests/../.." && pwd -P)

# ---- the record ----

digest() {
    sha256sum | cut -d ' ' -f 1
}

# The lines of the record about the files of a folder, and about the sources.
recorded() { # FOLDER
    local file
    for file in "$1"/*.wasm; do
        # WIT is from `wit/generate.sh`.
        [[ $file == *.wit.wasm ]] || echo "file $(basename "$file") sha256:$(digest <"$file")"
    done
    # The digest of the lines that sha256sum prints for the sources in the order of their names.
    echo "sources sha256:$(find "${made_of[@]}" \( -path ./built -o -name target \) -prune -o -type f \
        \( -name '*.c' -o -name '*.lock' -o -name '*.rs' -o -name '*.sh' -o -name '*.toml' -o -name '*.wit' \) -print0 |
        sort -z | xargs -0 sha256sum | digest)"
}

if [[ ${1:-} == --check ]]; then
    cd "$folder"
    if ! diff <(grep -v '^compiler ' "$kept/$record") <(recorded "$kept"); then
        echo "error: $kept/$record is of other sources or files: run $folder/build.sh" >&2
        exit 1
    fi
    exit
fi
out=${1:-$kept}
mkdir -p "$out"
out=$(cd "$out" && pwd -P)
target=$(realpath -m "${CARGO_TARGET_DIR:-$project/target/guests}")
# From here on every tool is started in one place, whatever folder the script was called from.
cd "$folder"
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
    environment=() with_core=() with_std=() command_flags=() reactor_flags=()
    ;;
debian)
    # Debian's `rustc-web` compiles for every wasm target and comes with no library for one: `rust-web-src` has their sources, which
    # only an unstable option builds. Its wasip1 has no C library of its own either, and gets that of `wasi-libc`, in whose folder it
    # finds what a reactor starts with, too. What a command starts with is named all the same: found there, it would be linked in
    # another order, and every command that is kept would change.
    rustc=/usr/bin/rustc
    if ! "$rustc" --print target-list | grep -qx wasm32-wasip1 || [[ ! -d /usr/lib/wasm32-wasi ]]; then
        echo "error: no Rust for wasm: rustup target add wasm32-unknown-unknown wasm32-wasip1" >&2
        echo "  or, on Debian: apt-get install rustc-web rust-web-src clang lld wasi-libc libclang-rt-14-dev-wasm32" >&2
        exit 1
    fi
    environment=(RUSTC_BOOTSTRAP=1)
    with_core=(-Zbuild-std=core,alloc,panic_abort)
    with_std=(-Zbuild-std=std,panic_abort)
    command_flags=(-Clink-self-contained=no -L/usr/lib/wasm32-wasi
        -Clink-arg=/usr/lib/wasm32-wasi/crt1-command.o -Clink-arg=-lc)
    reactor_flags=(-L/usr/lib/wasm32-wasi)
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

# Copies the module of each package to `$work/PACKAGE.module.wasm`.
collect() { # TRIPLE PACKAGE...
    local triple=$1 package module
    shift
    for package in "$@"; do
        # Cargo names a library after its crate, which has underscores for hyphens, and a program after its package.
        for module in "$package" "${package//-/_}"; do
            module=$target/$triple/release/$module.wasm
            if [[ -e $module ]]; then cp "$module" "$work/$package.module.wasm"; fi
        done
    done
}

# Packages that import nothing but what their WIT says: without std, or, as the first argument says, with as much of it as works
# where there is no system.
build_bare() { # core|std PACKAGE...
    local -n library=with_$1
    shift
    build wasm32-unknown-unknown "$(encode "${remap[@]}")" "${library[@]}" "${@/#/--package=}"
    collect wasm32-unknown-unknown "$@"
}

# Programs with std, on WASI's preview 1.
build_commands() { # PACKAGE...
    build wasm32-wasip1 "$(encode "${remap[@]}" "${command_flags[@]}")" "${with_std[@]}" "${@/#/--package=}"
    collect wasm32-wasip1 "$@"
}

# Libraries with std, on WASI's preview 1.
build_reactors() { # PACKAGE...
    build wasm32-wasip1 "$(encode "${remap[@]}" "${reactor_flags[@]}")" "${with_std[@]}" "${@/#/--package=}"
    collect wasm32-wasip1 "$@"
}

# ---- components ----

# Sets `command` and `reactor`. An adapter is named even where the linker has one inside, because its own moves on with WASI and what is
# kept is to stay as it is.
write_adapters() {
    cargo run --release --locked --quiet --target-dir "$target" --manifest-path "$guests/adapters/Cargo.toml" -- "$work/adapters"
    command=$work/adapters/command/0.2.12.wasm
    reactor=$work/adapters/reactor/0.2.12.wasm
}

componentize() { # MODULE COMPONENT FLAG...
    local module=$1 component=$2
    shift 2
    "${weld[@]}" componentize "$work/$module.module.wasm" -o "$work/$component.wasm" "$@"
}

# ---- results ----

# Writes the record of the results, and hands them over.
finish() {
    local path file
    for path in "$project" "$cargo_home" "$target" "$work" "$sources" "$(realpath -m "$sources")"; do
        if grep -alF -- "$path" "$work"/*.wasm; then
            echo "error: the files above contain a path of this machine: $path" >&2
            exit 1
        fi
    done
    {
        echo "compiler clang $(clang --version | head -n 1)"
        echo "compiler rust-lld $("$lld" -flavor wasm --version | sed 's/ (.*//')"
        echo "compiler rustc $("$rustc" --version)"
        echo "compiler wasi-libc sha256:$(digest <"$(clang --target=wasm32-wasi ${WASI_SYSROOT:+--sysroot="$WASI_SYSROOT"} -print-file-name=libc.a)")"
        echo "compiler wasm-ld $(wasm-ld --version)"
        recorded "$work"
    } | sort >"$work/$record"
    # The linker marks modules as executable, which no other of the files is.
    install -m 644 "$work"/*.wasm "$work/$record" "$out/"
}
