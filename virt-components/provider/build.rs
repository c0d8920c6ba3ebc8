//! What the linker is to do.

fn main() {
    // The memory is the adapter's, and begins with the stack, so that to run out of it is to leave the memory.
    for argument in ["--import-memory", "-zstack-size=16384", "--stack-first", "--export=__heap_base"] {
        println!("cargo::rustc-link-arg-cdylib={argument}");
    }
    println!("cargo::rerun-if-changed=build.rs");
}
