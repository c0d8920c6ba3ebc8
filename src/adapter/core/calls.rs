//! Code of the adapter's functions: drops, calls, and the conversion of handles.

use wasm_encoder::{BlockType, Instruction as I, ValType};
use wasmparser::component_types::{ComponentValType, ResourceId};

use super::{Code, Core, Intrinsic};
use crate::decide::Refusal;
use crate::decide::decisions::{Action, Choice};
use crate::imports::Function;
use crate::runtime::memory::MOVING;
use crate::runtime::rep::{self, RefusalKind};
use crate::runtime::walk::{At, Handle, Walk};

/// The code of a function. `passed` tells whether parameters are in memory, `goes_on` whether it is a task.
pub(super) fn code<'c>(
    core: &mut Core<'c>,
    of: &'c Function<'c>,
    action: &'c Action,
    passed: bool,
    goes_on: bool,
) -> Code {
    let mut code = Code::new(core.abi.signature(of.ty));
    if core.answer.is_some() {
        // The line is limited to what the stream accepts at once.
        let line: String = format!("weld: {:.1000}\n", of.shown());
        let (address, length) = core.memory.text(&line);
        code.add([I::I32Const(address as i32), I::I32Const(length as i32)]);
        code.call(Intrinsic::Log);
    }
    if *action == Action::Refuse(Refusal::Trap) {
        code.add([I::Unreachable]);
        return code;
    }
    if goes_on {
        // `task.return` returns the result.
        (code.signature.result, code.signature.returns_pointer) = (Vec::new(), false);
        core.begin_task(&mut code);
    }
    // Parameters of a call are needed until it returns.
    let calls = action.calls();
    if passed && !calls {
        code.reset();
    }
    match action {
        // A function that is passed unchanged has no code.
        Action::PassThrough => {}
        Action::Refuse(body) => {
            core.drop_params(&mut code, of, body.drains());
            core.body(&mut code, of, body, false);
        }
        Action::Call(callee) => {
            let callee = core.callee(callee);
            core.call(&mut code, of, callee);
        }
        Action::Record => core.record(&mut code, of),
        Action::Replay { ends } => core.replay(&mut code, of, *ends),
        Action::ByHandle(choice) if !calls => {
            core.drop_params(&mut code, of, choice.drains());
            At::params(&code.signature).load(&mut code);
            let refusal_kind = code.local(ValType::I32);
            code.add([I::LocalSet(refusal_kind)]);
            code.add_all(rep::check(refusal_kind));
            core.refuse(&mut code, of, choice, refusal_kind);
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

/// Code that runs after the result has been read: it frees the memory of the call.
pub(super) fn post_return() -> Code {
    let mut code = Code::of_handle(0);
    code.reset();
    code
}

/// Drops a handle. A local is given where it is a rep instead.
pub(super) fn drop_handle(code: &mut Code, handle: Handle, at: At, of_rep: Option<u32>) {
    at.load(code);
    code.add_all(of_rep.into_iter().flat_map(rep::handle));
    code.call(match handle {
        Handle::Own(id) | Handle::Borrow(id) => Intrinsic::ResourceDrop(id),
        Handle::Stream(id) => Intrinsic::StreamDropReadable(id),
        Handle::Future(id) => Intrinsic::FutureDropReadable(id),
    });
}

/// Code that makes a handle of the adapter for one of the host.
pub(super) fn wrap(id: ResourceId) -> Code {
    let mut code = Code::of_handle(1);
    code.add([I::LocalGet(0)]);
    code.add_all(rep::of_handle(0));
    code.call(Intrinsic::ResourceNew(id));
    code
}

/// Code that returns the host handle behind a handle of the adapter. It traps for other kinds of handles.
pub(super) fn unwrap(id: ResourceId) -> Code {
    let mut code = Code::of_handle(1);
    let handle = code.local(ValType::I32);
    code.add([I::LocalGet(0)]);
    code.call(Intrinsic::ResourceRep(id));
    code.add_all(rep::handle(handle));
    drop_moved(&mut code, id, At::Flat(0));
    code
}

/// Drops a handle of the adapter whose object moves on.
fn drop_moved(code: &mut Code, id: ResourceId, at: At) {
    code.add([I::I32Const(1), I::GlobalSet(MOVING)]);
    at.load(code);
    code.call(Intrinsic::ResourceDrop(id));
    code.add([I::I32Const(0), I::GlobalSet(MOVING)]);
}

impl<'c> Core<'c> {
    /// Answers a call with a null handle, whose refusal kind is in a local.
    fn refuse(&mut self, code: &mut Code, of: &Function<'_>, choice: &Choice, refusal_kind: u32) {
        let Choice { deny, ignore, host, .. } = choice;
        if deny == ignore {
            return self.body(code, of, deny, *host);
        }
        let drains = code.task.is_some() && choice.drains();
        let result = code.result();
        code.add([I::LocalGet(refusal_kind), I::I32Const(RefusalKind::Ignore as i32), I::I32Eq, I::If(result)]);
        for (body, end) in [(ignore, I::Else), (deny, I::End)] {
            if drains && !body.drains() {
                self.drop_where(code, of, false, &|handle| matches!(handle, Handle::Stream(_)));
            }
            self.body(code, of, body, *host);
            code.add([end]);
        }
    }

    /// Visits the handles among the parameters.
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

    /// Drops all handles among the parameters. A call may not end with a borrowed handle, and an owned one that is kept
    /// leaks (Canonical ABI, `canon lift`). A borrow of a resource type that the adapter owns is passed as a rep and
    /// needs no drop.
    ///
    /// Streams that a task drains are kept.
    fn drop_params(&self, code: &mut Code, of: &Function<'_>, drains: bool) {
        let is_task = code.task.is_some();
        self.drop_where(code, of, false, &|handle| match handle {
            Handle::Borrow(id) => !(self.owns)(id),
            Handle::Stream(_) => !(drains && is_task),
            _ => true,
        });
    }

    /// Drops borrowed host handles, which a call may not keep. A provider got reps instead.
    pub(super) fn drop_lent(&self, code: &mut Code, of: &Function<'_>, function: Intrinsic) {
        let is_lent = |handle| matches!(handle, Handle::Borrow(id) if !(self.owns)(id));
        self.drop_where(code, of, matches!(function, Intrinsic::Provider(_)), &is_lent);
    }

    fn drop_where(&self, code: &mut Code, of: &Function<'_>, are_reps: bool, wants: &dyn Fn(Handle) -> bool) {
        let scratch = are_reps.then(|| code.local(ValType::I32));
        self.params(code, of, wants, &mut |code, handle, at| drop_handle(code, handle, at, scratch));
    }

    /// Calls the function that the handles select.
    fn choose(&mut self, code: &mut Code, of: &Function<'_>, choice: &'c Choice) {
        let provider = choice.provider.as_deref().map(|name| self.provider(name));
        let host = choice.host.then(|| self.host());
        let (refusal_kind, provided) = self.kinds_of_params(code, of, choice);
        let result = code.result();
        // Calls the provider if the condition holds, else the host. Where there is only one of them, that one.
        let call = |core: &mut Self, code: &mut Code, condition: &[I<'static>]| match (provider, host) {
            (Some(provider), Some(host)) => {
                code.add_all(condition.iter().cloned().chain([I::If(result)]));
                core.call(code, of, provider);
                code.add([I::Else]);
                core.call(code, of, host);
                code.add([I::End]);
            }
            (function, other) => function.or(other).into_iter().for_each(|function| core.call(code, of, function)),
        };
        if choice.mixes && provider.is_some() {
            return call(self, code, &[I::LocalGet(refusal_kind), I::LocalGet(provided), I::I32Or]);
        }
        code.add([I::LocalGet(refusal_kind), I::If(result)]);
        self.drop_params(code, of, choice.drains());
        self.refuse(code, of, choice, refusal_kind);
        code.add([I::Else]);
        call(self, code, &[I::LocalGet(provided)]);
        code.add([I::End]);
    }

    /// Determines the kinds of the handle parameters. A handle without an applicable function counts as denied: a host
    /// handle where the host's function is absent, or a provider's handle where the provider has no function.
    ///
    /// Returns two locals: the refusal kind of a null handle among them, zero if there is none; and whether one is a
    /// provider's.
    fn kinds_of_params(&self, code: &mut Code, of: &Function<'_>, choice: &Choice) -> (u32, u32) {
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
        (refusal_kind, provided)
    }

    /// Calls another function with converted handles, and converts the handles of its result. The host gets its own
    /// handles. A provider gets reps, even of types that the component shares with the host.
    fn call(&mut self, code: &mut Code, of: &Function<'_>, function: Intrinsic) {
        if let Some(task) = code.task {
            return match self.converts {
                true => self.start_export(code, of, task),
                false => self.start_flow(code, of, function, task),
            };
        }
        // The memory for the host's result.
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
        match (&of.ty.result, code.signature.result.first().copied()) {
            (Some(ty), Some(_)) if code.signature.returns_pointer => {
                code.add([I::I32Const(room as i32)]);
                call(code);
                let base = code.local(ValType::I32);
                code.add([I::I32Const(room as i32), I::LocalSet(base)]);
                self.take(code, ty, At::Memory(base, 0), function);
                code.add([I::LocalGet(base)]);
            }
            (Some(ty), Some(flat)) => {
                let result = code.local(flat);
                call(code);
                code.add([I::LocalSet(result)]);
                self.take(code, ty, At::Flat(result), function);
                code.add([I::LocalGet(result)]);
            }
            _ => call(code),
        }
    }

    /// Replaces the handle parameters by those for another function.
    pub(super) fn give(&self, code: &mut Code, of: &Function<'_>, function: Intrinsic) {
        let (value, scratch) = (code.local(ValType::I32), code.local(ValType::I32));
        let gets_reps = matches!(function, Intrinsic::Provider(_));
        let mut visit = |code: &mut Code, handle, at: At| {
            at.load(code);
            match (handle, self.is_own(handle)) {
                (Handle::Own(id), _) if self.converts => code.call(Intrinsic::Wrap(id)),
                (Handle::Own(id), true) => {
                    code.call(Intrinsic::ResourceRep(id));
                    code.add([I::LocalSet(value)]);
                    drop_moved(code, id, at);
                    code.add([I::LocalGet(value)]);
                    if !gets_reps {
                        code.add_all(rep::handle(scratch));
                    }
                }
                (_, true) => code.add_all(rep::handle(scratch)),
                (_, false) => code.add_all(rep::of_handle(scratch)),
            }
            code.add([I::LocalSet(value)]);
            at.store(code, value);
        };
        let wants = |handle| match handle {
            Handle::Own(_) => gets_reps || self.is_own(handle),
            // A borrow of an adapter's type is passed as its rep. An outer adapter gets no reps.
            Handle::Borrow(_) => gets_reps != self.is_own(handle) && !self.converts,
            Handle::Stream(_) | Handle::Future(_) => false,
        };
        self.params(code, of, &wants, &mut visit);
    }

    /// Replaces the handles in a result of another function by those for the caller.
    pub(super) fn take(&self, code: &mut Code, ty: &ComponentValType, at: At, function: Intrinsic) {
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
                // A provider's rep of a handle that the component shares with the host.
                (false, false) => code.add_all(rep::handle(scratch)),
            }
            code.add([I::LocalSet(value)]);
            at.store(code, value);
        };
        let wants = |handle| matches!(handle, Handle::Own(_)) && (gives_reps || self.is_own(handle));
        Walk { abi: self.abi, wants: &wants, visit: &mut visit }.value(code, ty, at);
    }

    fn is_own(&self, handle: Handle) -> bool {
        matches!(handle, Handle::Own(id) | Handle::Borrow(id) if (self.owns)(id))
    }
}
