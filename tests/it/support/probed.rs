//! Runs the guests that export `probe`, which calls the import that its argument names, and returns the answer as text.

use wasmtime::component::{Component, Linker};
use wasmtime::{Engine, Store};
use wasmtime_wasi::WasiCtxBuilder;
use wasmtime_wasi::runtime::in_tokio;

use super::{Host, compiled, engine, trap_unknown_interfaces};

/// A component that exports `probe`.
pub struct Probed {
    engine: Engine,
    component: Component,
}

impl Probed {
    /// Validates a component.
    #[track_caller]
    pub fn new(component: &[u8]) -> Probed {
        let engine = engine();
        let component = compiled(component);
        Probed { engine, component }
    }

    /// The answer of a probe without a host, or the trap. Each call has a new instance.
    #[track_caller]
    pub fn ask(&self, what: &str) -> Result<String, String> {
        self.ask_of(what, WasiCtxBuilder::new(), &Linker::new(&self.engine))
    }

    /// The answer of a probe in a host with all of WASI, or the trap.
    #[track_caller]
    pub fn ask_in_wasi(&self, what: &str, give: impl FnOnce(&mut WasiCtxBuilder)) -> Result<String, String> {
        let mut linker = Linker::new(&self.engine);
        wasmtime_wasi::p2::add_to_linker_async(&mut linker).unwrap();
        wasmtime_wasi::p3::add_to_linker(&mut linker).unwrap();
        trap_unknown_interfaces(&mut linker, &self.component, &self.engine);
        let mut wasi = WasiCtxBuilder::new();
        give(&mut wasi);
        self.ask_of(what, wasi, &linker)
    }

    /// The trap of a probe in a host where every import traps: it names the import.
    #[track_caller]
    pub fn reached(&self, what: &str) -> String {
        let mut linker = Linker::new(&self.engine);
        linker.define_unknown_imports_as_traps(&self.component).unwrap();
        self.ask_of(what, WasiCtxBuilder::new(), &linker).expect_err("it asks the host")
    }

    #[track_caller]
    fn ask_of(&self, what: &str, mut wasi: WasiCtxBuilder, linker: &Linker<Host>) -> Result<String, String> {
        let mut store = Store::new(&self.engine, Host::new(wasi.build()));
        // An adapter that leaks values reaches this limit, if a guest passes many.
        store.limiter(|host| &mut host.limits);
        let answer = in_tokio(async {
            let instance = linker.instantiate_async(&mut store, &self.component).await.expect("it is instantiated");
            let probe = instance.get_typed_func::<(&str,), (String,)>(&mut store, "probe").unwrap();
            probe.call_async(&mut store, (what,)).await
        });
        let answer = answer.map(|(said,)| said).map_err(|error| format!("{error:?}"));
        // An unknown probe would prove nothing.
        assert_ne!(answer, Ok(format!("no probe is called `{what}`")));
        answer
    }

    /// Runs several probes without a host, and asserts that each has this answer.
    #[track_caller]
    pub fn expect(&self, answers: &[(&str, &str)]) {
        let mut wrong = Vec::new();
        for (what, expected) in answers {
            let said = self.ask(what);
            if said.as_deref() != Ok(*expected) {
                wrong.push(format!("{what}: {said:?} where `{expected}` is expected"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    /// Runs several probes without a host, and asserts that each traps in a function of this name.
    #[track_caller]
    pub fn expect_traps(&self, traps: &[(&str, &str)]) {
        let mut wrong = Vec::new();
        for (what, function) in traps {
            let said = self.ask(what);
            let name = format!("denied: {function}");
            // The name ends at the end of the line: `…#exit` does not match `…#exit-with-code`.
            let is_it = |trap: &String| trap.lines().any(|line| line.trim_end().ends_with(&name));
            if !said.as_ref().is_err_and(is_it) {
                wrong.push(format!("{what}: {said:?} where a trap in `{name}` is expected"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
