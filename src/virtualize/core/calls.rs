//! The code of the adapter's functions: what each drops, which function it calls, and which handles it exchanges on the way.

use wasm_encoder::{BlockType, Instruction as I, ValType};
use wasmparser::component_types::{ComponentValType, ResourceId};

use super::walk::{At, Handle, Walk};
use super::{Code, Core, Intrinsic};
use crate::imports::Function;
use crate::runtime::memory::MOVING;
use crate::runtime::rep;
use crate::virtualize::answer::{Refusal, RefusalKind};
use crate::virtualize::decisions::{Action, Choice};

/// The code of a function. `passed` says whether anything is passed to it in memory.
/// `goes_on` says whether it is a task.
pub fn code<'c>(core: &mut Core<'c>, of: &'c Function<'c>, action: &'c Action, passed: bool, goes_on: bool) -> Code {
    let mut code = Code::new(core.abi.signature(of.ty));
    if core.answer.is_some() {
        // No more than the stream takes at once.
        let line: String = format!("weld: {:.1000}\n", of.shown());
        let (address, length) = core.text(&line);
        code.add([I::I32Const(address as i32), I::I32Const(length as i32)]);
        code.call(Intrinsic::Log);
    }
    if *action == Action::Refuse(Refusal::Trap) {
        code.add([I::Unreachable]);
        return code;
    }
    if goes_on {
        // What it gives is returned by a function of its own.
        (code.signature.result, code.signature.returns_pointer) = (Vec::new(), false);
        core.begin_task(&mut code);
    }
    // What is passed on is still needed when the other function has answered.
    let calls = action.calls();
    if passed && !calls {
        code.reset();
    }
    match action {
        // There is no code for it.
        Action::PassThrough => {}
        Action::Refuse(body) => {
            core.drop_params(&mut code, of, body.drains());
            core.body(&mut code, of, body, false);
        }
        Action::Call(callee) => {
            let callee = core.callee(callee);
            core.call(&mut code, of, callee);
        }
        Action::ByHandle(Choice { deny, ignore, provider: None, host: false, .. }) => {
            core.drop_params(&mut code, of, deny.drains() || ignore.drains());
            At::params(&code.signature).load(&mut code);
            let refusal_kind = code.local(ValType::I32);
            code.add([I::LocalSet(refusal_kind)]);
            code.add_all(rep::check(refusal_kind));
            core.instead(&mut code, of, Instead { deny, ignore, refusal_kind, is_forwarded: false });
        }
        Action::ByHandle(choice) => core.choose(&mut code, of, choice),
    }
    if passed && calls && !code.signature.returns_pointer {
        code.reset();
    }
    if let Some(task) = code.task {
        core.run_task(&mut code, task);
    }
    code
}

/// The code that is called when what a function gave has been read: it gives the room back that this took.
pub fn post_return() -> Code {
    let mut code = Code::of_handle(0);
    code.reset();
    code
}

/// The code that makes a handle of a resource type of the adapter's, which stands for the one of the host's.
pub fn wrap(id: ResourceId) -> Code {
    let mut code = Code::of_handle(1);
    code.add([I::LocalGet(0)]);
    code.add_all(rep::of_handle(0));
    code.call(Intrinsic::ResourceNew(id));
    code
}

/// The code that gives the host's handle that one of the adapter's stands for. There is none for what is not the host's.
pub fn unwrap(id: ResourceId) -> Code {
    let mut code = Code::of_handle(1);
    let handle = code.local(ValType::I32);
    code.add([I::LocalGet(0)]);
    code.call(Intrinsic::ResourceRep(id));
    code.add_all(rep::handle(handle));
    code.add([I::I32Const(1), I::GlobalSet(MOVING), I::LocalGet(0)]);
    code.call(Intrinsic::ResourceDrop(id));
    code.add([I::I32Const(0), I::GlobalSet(MOVING)]);
    code
}

/// What handles stand for that a function was passed: two locals.
struct Kinds {
    /// How the methods of one refuse that stands for nothing; zero where there is none.
    refusal_kind: u32,
    /// Not zero where one is a provider's.
    provided: u32,
}

/// What a function does for a handle that stands for nothing, of the kind of refusal in a local.
struct Instead<'b> {
    deny: &'b Refusal,
    ignore: &'b Refusal,
    refusal_kind: u32,
    /// Whether handles that stand for something of the host's are passed to it as well.
    is_forwarded: bool,
}

impl<'c> Core<'c> {
    fn instead(&mut self, code: &mut Code, of: &Function<'_>, instead: Instead<'_>) {
        if instead.deny == instead.ignore {
            return self.body(code, of, instead.deny, instead.is_forwarded);
        }
        let drains = code.task.is_some() && (instead.deny.drains() || instead.ignore.drains());
        let result = code.result();
        code.add([I::LocalGet(instead.refusal_kind), I::I32Const(RefusalKind::Ignore as i32), I::I32Eq, I::If(result)]);
        let bodies = [instead.ignore, instead.deny];
        for (number, body) in bodies.into_iter().enumerate() {
            if number > 0 {
                code.add([I::Else]);
            }
            if drains && !body.drains() {
                self.drop_where(code, of, &|handle| matches!(handle, Handle::Stream(_)));
            }
            self.body(code, of, body, instead.is_forwarded);
        }
        code.add([I::End]);
    }

    /// Goes through the handles among the parameters.
    pub(super) fn params(
        &self,
        code: &mut Code,
        of: &Function<'_>,
        wants: &dyn Fn(Handle) -> bool,
        visit: &mut dyn FnMut(&mut Code, Handle, At),
    ) {
        let types: Vec<ComponentValType> = of.ty.params.iter().map(|(_, ty)| *ty).collect();
        let at = At::params(&code.signature);
        Walk { abi: self.abi, wants, visit }.fields(code, &types, at);
    }

    /// Drops all handles among the parameters. A call that ends with a borrowed one traps, and one that keeps an owned
    /// one keeps what it stands for alive (Canonical ABI, `canon lift`). What is lent of a resource type that the adapter
    /// owns is no handle to it, but what the handle stands for.
    ///
    /// Streams are left where some body of a task drains them.
    fn drop_params(&self, code: &mut Code, of: &Function<'_>, drains: bool) {
        let is_task = code.task.is_some();
        self.drop_where(code, of, &|handle| match handle {
            Handle::Borrow(id) => !(self.owns)(id),
            Handle::Stream(_) => !(drains && is_task),
            _ => true,
        });
    }

    /// Drops what was lent of the host's own, which a call may not keep. A provider got representations in their place.
    pub(super) fn drop_lent(&self, code: &mut Code, of: &Function<'_>, function: Intrinsic) {
        let is_lent = |handle| matches!(handle, Handle::Borrow(id) if !(self.owns)(id));
        match function {
            Intrinsic::Provider(_) => {
                let scratch = code.local(ValType::I32);
                let mut visit = |code: &mut Code, handle, at: At| {
                    let Handle::Borrow(id) = handle else { return };
                    at.load(code);
                    code.add_all(rep::handle(scratch));
                    code.call(Intrinsic::ResourceDrop(id));
                };
                self.params(code, of, &is_lent, &mut visit);
            }
            _ => self.drop_where(code, of, &is_lent),
        }
    }

    fn drop_where(&self, code: &mut Code, of: &Function<'_>, wants: &dyn Fn(Handle) -> bool) {
        let mut visit = |code: &mut Code, handle, at: At| {
            at.load(code);
            code.call(match handle {
                Handle::Own(id) | Handle::Borrow(id) => Intrinsic::ResourceDrop(id),
                Handle::Stream(id) => Intrinsic::StreamDropReadable(id),
                Handle::Future(id) => Intrinsic::FutureDropReadable(id),
            });
        };
        self.params(code, of, wants, &mut visit);
    }

    /// Calls the function that the handles ask for.
    fn choose(&mut self, code: &mut Code, of: &Function<'_>, choice: &'c Choice) {
        let Choice { deny, ignore, provider, host, mixes } = choice;
        let provider = provider.as_deref().map(|name| self.provider(name));
        let host = host.then(|| self.host());
        let Kinds { refusal_kind, provided } = self.kinds_of_params(code, of, choice);
        let result = code.result();
        if let (Some(provider), true) = (provider, mixes) {
            let Some(host) = host else { return self.call(code, of, provider) };
            code.add([I::LocalGet(refusal_kind), I::LocalGet(provided), I::I32Or, I::If(result)]);
            self.call(code, of, provider);
            code.add([I::Else]);
            self.call(code, of, host);
            return code.add([I::End]);
        }
        code.add([I::LocalGet(refusal_kind), I::If(result)]);
        self.drop_params(code, of, deny.drains() || ignore.drains());
        let is_forwarded = host.is_some();
        self.instead(code, of, Instead { deny, ignore, refusal_kind, is_forwarded });
        code.add([I::Else]);
        match (provider, host) {
            (Some(provider), Some(host)) => {
                code.add([I::LocalGet(provided), I::If(result)]);
                self.call(code, of, provider);
                code.add([I::Else]);
                self.call(code, of, host);
                code.add([I::End]);
            }
            (Some(function), None) | (None, Some(function)) => self.call(code, of, function),
            (None, None) => {}
        }
        code.add([I::End]);
    }

    /// Finds out what the handles stand for that were passed. What nothing can be done with counts as denied: one of the
    /// host's where its function is not there, one of a provider's that has none.
    fn kinds_of_params(&self, code: &mut Code, of: &Function<'_>, choice: &Choice) -> Kinds {
        let [refusal_kind, provided, rep] = [(); 3].map(|()| code.local(ValType::I32));
        let denied = [I::I32Const(RefusalKind::Deny as i32), I::LocalSet(refusal_kind)];
        let mut visit = |code: &mut Code, handle, at: At| {
            at.load(code);
            if let Handle::Own(id) = handle {
                code.call(Intrinsic::ResourceRep(id));
            }
            code.add([I::LocalSet(rep)]);
            code.add_all(rep::check(rep));
            code.add([I::LocalGet(rep), I::I32Const(rep::NULL), I::I32And, I::If(BlockType::Empty)]);
            code.add_all(rep::check_null(rep));
            code.add([I::LocalGet(rep), I::LocalSet(refusal_kind), I::Else]);
            code.add([I::LocalGet(rep), I::I32Const(rep::PROVIDED), I::I32And, I::If(BlockType::Empty)]);
            match choice.provider {
                Some(_) => code.add([I::I32Const(1), I::LocalSet(provided)]),
                None => code.add(denied.clone()),
            }
            if !choice.host && !choice.mixes {
                code.add([I::Else]);
                code.add(denied.clone());
            }
            code.add([I::End, I::End]);
        };
        self.params(code, of, &|handle| self.is_own(handle), &mut visit);
        Kinds { refusal_kind, provided }
    }

    /// Calls another function with what the adapter's handles stand for, and gives what it gave, with handles of the
    /// adapter's. The host gets its own handles, and a provider gets representations, also of what is the host's for the
    /// component too.
    fn call(&mut self, code: &mut Code, of: &Function<'_>, function: Intrinsic) {
        if let Some(task) = code.task {
            return self.start_flow(code, of, function, task);
        }
        // Where the host puts what it gives.
        let room = match &of.ty.result {
            Some(ty) if code.signature.returns_pointer => {
                let layout = self.abi.layout(ty);
                self.memory.scratch(layout.size, layout.align)
            }
            _ => 0,
        };
        self.give(code, of, function);
        code.add_all((0..code.signature.params.len() as u32).map(I::LocalGet));
        let call = |code: &mut Code| {
            code.call(function);
            self.drop_lent(code, of, function);
        };
        let Some(ty) = &of.ty.result else { return call(code) };
        match code.signature.result.first().copied() {
            Some(_) if code.signature.returns_pointer => {
                code.add([I::I32Const(room as i32)]);
                call(code);
                let base = code.local(ValType::I32);
                code.add([I::I32Const(room as i32), I::LocalSet(base)]);
                self.take(code, ty, At::Memory(base, 0), function);
                code.add([I::LocalGet(base)]);
            }
            Some(flat) => {
                let result = code.local(flat);
                call(code);
                code.add([I::LocalSet(result)]);
                self.take(code, ty, At::Flat(result), function);
                code.add([I::LocalGet(result)]);
            }
            None => call(code),
        }
    }

    /// Puts what another function is to get in the place of the handles among the parameters.
    pub(super) fn give(&self, code: &mut Code, of: &Function<'_>, function: Intrinsic) {
        let (value, scratch) = (code.local(ValType::I32), code.local(ValType::I32));
        let gets_reps = matches!(function, Intrinsic::Provider(_));
        let mut visit = |code: &mut Code, handle, at: At| {
            at.load(code);
            match (handle, self.is_own(handle), gets_reps) {
                (Handle::Own(id), ..) if self.converts => code.call(Intrinsic::Wrap(id)),
                (Handle::Own(id), true, _) => {
                    code.call(Intrinsic::ResourceRep(id));
                    code.add([I::LocalSet(value), I::I32Const(1), I::GlobalSet(MOVING)]);
                    at.load(code);
                    code.call(Intrinsic::ResourceDrop(id));
                    code.add([I::I32Const(0), I::GlobalSet(MOVING), I::LocalGet(value)]);
                    if !gets_reps {
                        code.add_all(rep::handle(scratch));
                    }
                }
                (_, true, _) => code.add_all(rep::handle(scratch)),
                (_, false, _) => code.add_all(rep::of_handle(scratch)),
            }
            code.add([I::LocalSet(value)]);
            at.store(code, value);
        };
        let wants = |handle| match handle {
            Handle::Own(_) => gets_reps || self.is_own(handle),
            // What is lent of a type of the adapter's is passed as its representation. An outer adapter gets none.
            Handle::Borrow(_) => gets_reps != self.is_own(handle) && !self.converts,
            Handle::Stream(_) | Handle::Future(_) => false,
        };
        self.params(code, of, &wants, &mut visit);
    }

    /// Puts handles for the caller in the place of what another function gave.
    fn take(&self, code: &mut Code, ty: &ComponentValType, at: At, function: Intrinsic) {
        let (value, scratch) = (code.local(ValType::I32), code.local(ValType::I32));
        let gives_reps = matches!(function, Intrinsic::Provider(_));
        let mut visit = |code: &mut Code, handle, at: At| {
            let Handle::Own(id) = handle else { return };
            at.load(code);
            match (self.converts, self.is_own(handle)) {
                (true, _) => code.call(Intrinsic::Unwrap(id)),
                (false, true) => {
                    if !gives_reps {
                        code.add_all(rep::of_handle(scratch));
                    }
                    code.call(Intrinsic::ResourceNew(id));
                }
                // A provider's representation of a handle that is the host's for the component too.
                (false, false) => code.add_all(rep::handle(scratch)),
            }
            code.add([I::LocalSet(value)]);
            at.store(code, value);
        };
        let wants = |handle| matches!(handle, Handle::Own(_)) && (gives_reps || self.is_own(handle));
        let mut walk = Walk { abi: self.abi, wants: &wants, visit: &mut visit };
        walk.value(code, ty, at);
    }

    fn is_own(&self, handle: Handle) -> bool {
        match handle {
            Handle::Own(id) | Handle::Borrow(id) => (self.owns)(id),
            Handle::Stream(_) | Handle::Future(_) => false,
        }
    }
}
