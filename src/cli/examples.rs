//! The examples in the help of each command. `tests/it/help.rs` runs every one of them.

/// `weld init`.
pub(super) const INIT: &str = "Examples:
  weld init                           # weld.toml, for the components of this directory
  weld init parts                     # parts/weld.toml, for those of another one
  weld init --print                   # see what it would be";

/// `weld add`.
pub(super) const ADD: &str = "Examples:
  weld add more.wasm
  weld add cmd.wasm --name command    # by another name than that of its file
  weld add quiet.wasm --manifest weld.toml";

/// `weld build`.
pub(super) const BUILD: &str = "Examples:
  weld build                          # all outputs of weld.toml
  weld build --locked                 # in CI: the components of weld.lock, or none
  weld build --check --locked         # after that: does a snapshot differ?
  weld build --depfile weld.toml.d    # for make and ninja
  weld man manifest                   # what weld.toml may say";

/// `weld plug`.
pub(super) const PLUG: &str = "Examples:
  weld plug app.wasm --plug lib.wasm -o out.wasm
  weld plug app.wasm --plug lib.wasm -o out.wasm -v    # and say what was wired to what
  weld plug app.wasm --plug lib.wasm -t                # as text, on standard output";

/// `weld compose`.
pub(super) const COMPOSE: &str = "Examples:
  weld compose app.wac -o out.wasm                      # packages from deps/
  weld compose app.wac -d acme:app=app.wasm -o out.wasm # one of them from elsewhere
  weld compose app.wac -i --allow-obsolete-names -o out.wasm
                                                        # import components, nest none";

/// `weld swap`.
pub(super) const SWAP: &str = "Examples:
  weld swap whole.wasm lib=lib.wasm -o out.wasm              # `weld inspect` prints the names
  weld swap whole.wasm lib=lib.wasm app=app.wasm -o out.wasm
  weld swap whole.wasm lib=lib.wasm -t                       # as text, on standard output";

/// `weld split`.
pub(super) const SPLIT: &str = "Examples:
  weld split whole.wasm -o whole    # components, and whole/weld.toml
  weld build whole/weld.toml        # composes them again
  weld split whole.wasm -o parts2 -v";

/// `weld record`.
pub(super) const RECORD: &str = "Examples:
  weld record cmd.wasm --at cmd/host -o recorded.wasm    # all imports that the host fills
  weld record cmd.wasm --at cmd/wasi:clocks/wall-clock -o recorded.wasm
  weld record cmd.wasm --at cmd/wasi:clocks/wall-clock --at cmd/wasi:random/random -t";

/// `weld trace`.
pub(super) const TRACE: &str = "Examples:
  weld trace cmd.wasm --at cmd/host -o traced.wasm       # all imports that the host fills
  weld trace cmd.wasm --at cmd/wasi:random/random -o traced.wasm
  weld trace cmd.wasm --at cmd/wasi:random/random -t
  weld trace whole.wasm --at app/hello-world --at app/wasi:cli/exit -t";

/// `weld replay`.
pub(super) const REPLAY: &str = "Examples:
  weld replay cmd.wasm --at cmd/host --calls calls.jsonl -o replayed.wasm
  weld replay cmd.wasm --at cmd/host --calls calls.jsonl --silent -o replayed.wasm
  weld replay cmd.wasm --at cmd/wasi:random/random --calls random.jsonl -t";

/// `weld splice`.
pub(super) const SPLICE: &str = "Examples:
  weld splice whole.wasm --at app/hello-world --insert links/log.wasm -o out.wasm
  weld splice whole.wasm --at app/hello-world --insert links/log.wasm -t
  weld splice whole.wasm --at app/hello-world --insert log2=links/log.wasm -o out.wasm -v";

/// `weld virt`.
pub(super) const VIRT: &str = "Examples:
  weld virt cmd.wasm -o out.wasm                                 # deny all
  weld virt cmd.wasm --stdout --mount /docs=docs -o out.wasm     # print, read embedded files
  weld virt cmd.wasm --allow-all --allow-random=false -o out.wasm
  weld virt cmd.wasm --stdio --env LANG=C --preopen-ro /data=/srv/data -o out.wasm
  weld virt cmd.wasm --policy policy.toml -o out.wasm            # just what a policy allows
  weld man manifest                                              # what `--grant` may say";

/// `weld targets`.
pub(super) const TARGETS: &str = "Examples:
  weld targets cmd.wasm --wit world.wit
  weld targets cmd.wasm --wit world.wit --world command
  weld targets cmd.wasm --wit world.wit --json";

/// `weld check`.
pub(super) const CHECK: &str = "Examples:
  weld check cmd.wasm --policy policy.toml
  weld check cmd.wasm --suggest                        # a policy of what it reaches now
  weld man policy                                      # what a policy may say
  weld check dist/ --policy policy.toml --strict       # all components of a directory
  weld check dist/ --policy policy.toml --sarif -o report.sarif
                                                       # for code hosts
  weld check dist/ --policy policy.toml --github --markdown -o summary.md
                                                       # in a workflow of GitHub";

/// `weld verify`.
pub(super) const VERIFY: &str = "Examples:
  weld verify quiet.wasm --input cmd.wasm --stdout
  weld verify whole.wasm --input app.wasm --input lib.wasm --allow-all
                                                 # all imports of both are granted
  weld verify quiet.wasm --input cmd.wasm --stdout --json
  weld verify out.wasm --manifest weld.toml";

/// `weld inspect`.
pub(super) const INSPECT: &str = "Examples:
  weld inspect cmd.wasm
  weld inspect cmd.wasm --wit                  # its world
  weld inspect cmd.wasm --html page.html       # a picture, for a browser";

/// `weld explain`.
pub(super) const EXPLAIN: &str = "Examples:
  weld explain cmd.wasm fs
  weld explain cmd.wasm network                # sockets and http
  weld explain cmd.wasm wasi:random/random#get-random-u64 --json";

/// `weld completions`.
pub(super) const COMPLETIONS: &str = "Examples:
  weld completions bash               # for ~/.local/share/bash-completion/completions/weld
  weld completions zsh                # for a file `_weld` in a directory of $fpath
  weld completions fish               # for ~/.config/fish/completions/weld.fish";

/// `weld man`.
pub(super) const MAN: &str = "Examples:
  weld man                            # the pages of all commands, on standard output
  weld man manifest                   # what a manifest may say
  weld man --out man1                 # a page for each command
  weld help virt                      # the text of one of them";

/// `weld snapshot`.
pub(super) const SNAPSHOT: &str = "Examples:
  weld snapshot cmd.wasm
  weld snapshot cmd.wasm --update cmd.snapshot
  weld snapshot cmd.wasm --check cmd.snapshot  # in CI";

/// `weld diff`.
pub(super) const DIFF: &str = "Examples:
  weld diff cmd.wasm quiet.wasm
  weld diff cmd.snapshot quiet.wasm            # against a snapshot
  weld diff cmd.wasm quiet.wasm --markdown     # for a comment on a review
  weld diff cmd.wasm quiet.wasm --html diff.html
  weld diff cmd.wasm quiet.wasm --json";

/// `weld componentize`.
pub(super) const COMPONENTIZE: &str = "Examples:
  weld componentize module.wasm -o out.wasm
  weld componentize module.wasm --adapt adapter.wasm -o out.wasm
  weld componentize bare.wasm --wit plain.wit --world plain -o out.wasm";
