#!/usr/bin/env bash
# Tests the examples `make` and `ninja`, and the snapshots of the first: WELD=path/to/weld test.sh
#
# Each is run again and again on a copy, with something changed before each run, and must build what depends on that and nothing else.
# Then it is spoilt in every way that these tests are there for, and they must notice.
set -euo pipefail

examples=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
# Not `WELD` from here on: that is what the tools are told, and what they run inherits it from make.
weld=$(realpath "$(command -v "${WELD:-weld}")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Stands in for weld, and writes down for which target it was called.
cat >"$work/recorder" <<'END'
#!/usr/bin/env bash
while [[ $1 != --target ]]; do shift; done
echo "$2" >>../called
exec "${0%/*}/weld" build "$@"
END
chmod +x "$work/recorder"

fail() {
    echo "$example: $*" >&2
    sed 's/^/  | /' ../said >&2
    exit 1
}

run() {
    : >../called
    case $tool in
    make) make -j2 WELD="$work/recorder" >../said 2>&1 ;;
    ninja) WELD="$work/recorder" ninja -d explain >../said 2>&1 ;;
    esac
}

# Runs the tool, which must build some targets and no other, and then nothing more.
builds() { # AFTER TARGET...
    local after=$1 expected found
    shift
    expected=$*
    run || fail "fails after $after"
    found=$(sort ../called | xargs)
    [[ $found == "$expected" ]] || fail "after $after it builds \`$found\`, and should build \`$expected\`"
    # The snapshots of what was built, so that the check is of both.
    for snapshot in golden/*.weld; do
        [[ ! -e $snapshot ]] || "$weld" snapshot "build/$(basename "$snapshot" .weld).wasm" --update "$snapshot" 2>../said
    done
    "$weld" build --check >../said 2>&1 || fail "after $after its outputs are not what weld builds"
    run || fail "fails when run again after $after"
    [[ ! -s ../called ]] || fail "run again after $after it builds \`$(sort ../called | xargs)\`, and should build nothing"
}

# Times are as coarse as the kernel's clock; what is changed now must be newer than what was built just before.
pause() {
    sleep 0.05
}

# Other contents that mean the same: one more custom section, with the name `note`.
change() { # COMPONENT
    pause
    printf '\x00\x05\x04note' >>"$1"
}

state() { # FILE...
    stat -c '%n %y %s' "$@"
}

# All that is tested of one example, in a copy of it with the components that it uses.
check() { # FOLDER TOOL
    example=$1 tool=$2
    cd "$work/copy/$example"
    local before digests=build/SHA256SUMS

    builds "nothing was there" cms stories

    pause
    before=$([[ $tool == make ]] || state $digests)
    touch ../cms/front.wasm
    builds "front was touched" cms
    pause
    touch ../cms/kv.wasm
    builds "kv was touched" cms stories
    pause
    touch weld.toml
    builds "the manifest was touched" cms stories
    [[ $tool == make || $(state $digests) == "$before" ]] || fail "what is made of outputs that did not change is made again"

    before=$(state build/stories.wasm)
    change ../cms/front.wasm
    builds "front was changed" cms
    [[ $(state build/stories.wasm) == "$before" ]] || fail "stories is written again after front was changed"
    [[ $tool == make ]] || (cd "$work/copy/$example" && sha256sum --quiet -c $digests) || fail "the digests are old"
    change ../cms/storygen.wasm
    builds "storygen was changed" cms stories

    rm build/cms.wasm
    builds "an output was removed" cms

    pause
    mv ../cms/front.wasm ../cms/renamed.wasm
    sed -i 's/front\.wasm/renamed.wasm/' weld.toml
    builds "a component was renamed" cms stories

    # What could not be built is old until it could be.
    pause
    mv ../cms/kv.wasm ../cms/kept.wasm
    echo "no component" >../cms/kv.wasm
    before=$(state build/*.wasm)
    ! run || fail "succeeds with a component that is none"
    ! run || fail "succeeds in a second attempt with a component that is none"
    [[ $(state build/*.wasm) == "$before" ]] || fail "an output is touched by a build that failed"
    pause
    mv ../cms/kept.wasm ../cms/kv.wasm
    touch ../cms/kv.wasm
    builds "kv was restored" cms stories
}

# `make check` and `make golden`, on a clone without outputs.
check_snapshots() {
    example=make
    cd "$work/copy/make"
    # What `make check` must print, but for what is the same in all diffs.
    differs() {
        ! make WELD="$weld" check >../said 2>&1 || fail "succeeds after $1"
        grep '^[-+] ' ../said >../differs || true
    }
    agrees() {
        make WELD="$weld" check >../said 2>&1 || fail "\`make check\` fails after $1"
    }

    agrees "a clone"
    rm golden/cms.weld
    differs "a snapshot was removed"
    [[ ! -e golden/cms.weld ]] || fail "\`make check\` writes the snapshot that it should miss"
    make WELD="$weld" golden >../said 2>&1 || fail "\`make golden\` fails"
    cmp golden/cms.weld "$examples/make/golden/cms.weld" || fail "the snapshot is another one when it is written again"
    change ../cms/kv.wasm
    differs "kv was changed"
    grep -q 'weld.lock' ../said || fail "the lock is not what says so"
    # What `weld build` does not refuse, and the snapshots show: the digest of kv in both, and nothing else.
    "$weld" build >../said 2>&1
    ! "$weld" build --check >../said 2>&1 || fail "a check succeeds after kv was changed"
    [[ $(grep -c '^[-+]  ' ../said) == 4 && $(grep -c '^[-+]  kv  *sha256 ' ../said) == 4 ]] ||
        fail "something else than the digest of kv differs"
    make WELD="$weld" golden >../said 2>&1 || fail "\`make golden\` fails after kv was changed"
    agrees "its snapshots were written"
    sed -i 's/^  *wasi:cli\/exit.*//' golden/cms.weld
    differs "a snapshot was edited"
    [[ -s ../differs ]] || fail "what differs is not printed"
}

fresh() {
    rm -rf "$work/copy"
    mkdir "$work/copy"
    cp -R "$examples/cms" "$examples/make" "$examples/ninja" "$work/copy"
    rm -rf "$work"/copy/*/build
    # As after a clone long ago.
    find "$work/copy" -type f -exec touch -d '1 hour ago' {} +
    ln -sf "$weld" "$work/weld"
}

# Expects that `check` fails, and says so with some words.
notices() { # WORDS FOLDER TOOL
    local words=$1
    shift
    notices_by "$words" check "$@"
}

# Expects that a command fails, and says so with some words.
notices_by() { # WORDS COMMAND...
    local words=$1 said
    shift
    if said=$("$@" 2>&1); then
        echo "error: nothing is noticed, and should be: $words" >&2
        exit 1
    fi
    if [[ $said != *"$words"* ]]; then
        printf 'error: noticed is something else than: %s\n%s\n' "$words" "$said" >&2
        exit 1
    fi
}

# Has weld followed by a command, which has the depfile in `$depfile` and the target in `$target`.
spoil_weld() { # COMMAND
    rm "$work/weld"
    printf '#!/usr/bin/env bash\nset -e\n%q "$@"\ntarget=$3 depfile=$5\n%s\n' "$weld" "$1" >"$work/weld"
    chmod +x "$work/weld"
}

# Edits a file, which must not stay as it was.
edit() { # FILE SCRIPT
    cp "$1" "$work/unedited"
    sed -i "$2" "$1"
    if cmp -s "$1" "$work/unedited"; then
        echo "error: nothing in $1 is edited by $2" >&2
        exit 1
    fi
}

for tool in make ninja; do
    fresh
    (check $tool $tool)
    echo "$tool: good"
done

fresh
(check_snapshots)
echo "snapshots: good"

spoilt=0
for tool in make ninja; do
    file=$work/copy/$tool/$([[ $tool == make ]] && echo Makefile || echo build.ninja)

    fresh
    edit "$file" '/^include/d; /depfile = /d; /deps = gcc/d'
    notices "after front was touched it builds" $tool $tool

    fresh
    # The output stays newer than the dependency file.
    spoil_weld 'echo "build/$target.wasm: ../cms/front.wasm" >>"$depfile"; touch "build/$target.wasm"'
    notices 'builds `cms stories`, and should build `cms`' $tool $tool

    fresh
    spoil_weld 'sed -i "/front/d" "$depfile"; touch "build/$target.wasm"'
    notices 'after front was touched it builds ``' $tool $tool

    fresh
    spoil_weld 'if [[ -e ../cms/renamed.wasm ]]; then exit; fi; echo >>build/cms.wasm'
    notices "its outputs are not what weld builds" $tool $tool
    spoilt=$((spoilt + 4))
done

fresh
edit "$work/copy/make/Makefile" '/WELD/s/\.d$/.d --restat/'
notices "run again after nothing was there" make make

fresh
edit "$work/copy/make/Makefile" 's/ --depfile.*/ --depfile build\/$*.d || true/'
notices "succeeds with a component that is none" make make

fresh
spoil_weld 'sed -i "/^[^ ]*wasm:\$/d" "$depfile"; touch "build/$target.wasm"'
notices "fails after a component was renamed" make make

fresh
edit "$work/copy/ninja/build.ninja" '/restat = 1/d'
notices "run again after front was touched" ninja ninja

fresh
edit "$work/copy/ninja/build.ninja" 's/ --restat//'
notices "is made again" ninja ninja

fresh
edit "$work/copy/make/Makefile" 's/build --check --locked/build --locked/'
notices_by "succeeds after a snapshot was removed" check_snapshots

fresh
edit "$work/copy/make/Makefile" '/build --check/!s/build --locked/build/'
notices_by "succeeds after a snapshot was removed" check_snapshots

fresh
edit "$work/copy/make/Makefile" 's/build --update/build/'
notices_by "fails after its snapshots were written" check_snapshots
spoilt=$((spoilt + 8))

echo "noticed when spoilt: $spoilt times"
