//! Asking the guests that export `probe`: it calls an import, as its argument says, and tells what it was answered.

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
    /// A component that must validate.
    #[track_caller]
    pub fn new(component: &[u8]) -> Probed {
        let engine = engine();
        let component = compiled(component);
        Probed { engine, component }
    }

    /// What a probe says where there is no host at all, or the trap. Each is asked of a new instance.
    #[track_caller]
    pub fn ask(&self, what: &str) -> Result<String, String> {
        self.ask_of(what, WasiCtxBuilder::new(), &Linker::new(&self.engine))
    }

    /// What a probe says where the host has all of WASI, or the trap.
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
        // An adapter that keeps what it is given runs into this, where a guest gives it much.
        store.limiter(|host| &mut host.limits);
        let answer = in_tokio(async {
            let instance = linker.instantiate_async(&mut store, &self.component).await.expect("it is instantiated");
            let probe = instance.get_typed_func::<(&str,), (String,)>(&mut store, "probe").unwrap();
            probe.call_async(&mut store, (what,)).await
        });
        let answer = answer.map(|(said,)| said).map_err(|error| format!("{error:?}"));
        // A probe that is misspelt would prove nothing.
        assert_ne!(answer, Ok(format!("no probe is called `{what}`")));
        answer
    }

    /// Asks several where there is no host, and expects each to be answered so.
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

    /// Asks several where there is no host, and expects each to trap in a function of that name.
    #[track_caller]
    pub fn expect_traps(&self, traps: &[(&str, &str)]) {
        let mut wrong = Vec::new();
        for (what, function) in traps {
            let said = self.ask(what);
            let name = format!("denied: {function}");
            // The end of the line is that of the name: `…#exit` is no proof of `…#exit-with-code`.
            let is_it = |trap: &String| trap.lines().any(|line| line.trim_end().ends_with(&name));
            if !said.as_ref().is_err_and(is_it) {
                wrong.push(format!("{what}: {said:?} where a trap in `{name}` is expected"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
