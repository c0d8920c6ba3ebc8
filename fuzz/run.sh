#!/usr/bin/env bash
# Tries a target for some time: run.sh TARGET SECONDS [FLAGS of libFuzzer]. All of them for some time each: run.sh all SECONDS.
#
# It begins with `corpus/TARGET` and with files of the repository that are such inputs, keeps what it finds in `target/found/TARGET`, and what fails
# in `target/failed/TARGET`. The stable compiler is enough: what cargo-fuzz would set is set here, but for the sanitizers.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

targets=(component components worlds manifest policy grants wac config snapshot mount)
target=$1
seconds=$2
shift 2

host=$(rustc -vV | sed -n 's/^host: //p')
# For the target alone: programs that run while others are built have no use for it.
instruments=(
    --cfg=fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table
    -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=16
)
RUSTFLAGS="${instruments[*]}" cargo build --quiet --release --locked --target "$host" --bins

# No input is larger: it would take longer than it is worth.
most=65536

# Files of the repository, flat, each by a name of its own.
seeds() { # TARGET PATTERN...
    local to=target/seeds/$1 file
    shift
    rm -rf "$to"
    mkdir -p "$to"
    (cd .. && git ls-files -- "$@") | while read -r file; do
        if (($(stat -c %s "../$file") <= most)); then
            cp "../$file" "$to/${file//\//-}"
        fi
    done
}

seed() { # TARGET
    case $1 in
        component) seeds "$1" 'tests/guests/built/*.wasm' 'adapters/*.wasm' 'tests/errors/*.wat' ;;
        manifest) seeds "$1" '*/weld.toml' ;;
        policy) seeds "$1" '*policy*.toml' ;;
        wac) seeds "$1" '*.wac' ;;
        config) seeds "$1" 'tests/*.yml' 'tests/*.yaml' 'tests/compose_config/*' ;;
        snapshot) seeds "$1" 'golden/*.weld' 'examples/*.weld' ;;
        *) mkdir -p "target/seeds/$1" ;;
    esac
}

fuzz() { # TARGET FLAG...
    local target=$1
    shift
    seed "$target"
    mkdir -p "target/found/$target" "target/failed/$target" "corpus/$target"
    # One thread, so that what is found is found again. The memory is what a hostile input may take, and as much for libFuzzer.
    RAYON_NUM_THREADS=1 RUST_BACKTRACE=1 "target/$host/release/$target" "target/found/$target" "corpus/$target" "target/seeds/$target" \
        -artifact_prefix="target/failed/$target/" -timeout=60 -rss_limit_mb=2560 -max_len="$most" -print_final_stats=1 "$@"
}

if [[ $target != all ]]; then
    targets=("$target")
fi
failed=()
for target in "${targets[@]}"; do
    printf '\n== %s\n' "$target"
    fuzz "$target" -max_total_time="$seconds" "$@" || failed+=("$target")
done
if ((${#failed[@]} > 0)); then
    echo "error: failed: ${failed[*]}; see fuzz/target/failed" >&2
    exit 1
fi
