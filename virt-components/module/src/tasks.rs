//! The exports `weld:tasks`, with which the code of the adapter runs tasks.

use ::tasks::{Flow, Step, Task};
use alloc::boxed::Box;

use crate::OrTrap;
use crate::global::Global;

static STEP: Global<Step> = Global::new(Step { operation: 0, arguments: [0; 3] });

/// The address of a task. Only the code of the adapter has it, and does not use it after the last step.
type Address = *mut Task;

fn get(task: Address) -> &'static mut Task {
    // SAFETY: The address is from `start`, and the last step was not returned yet. No function has two references to a
    // task.
    unsafe { &mut *task }
}

/// Creates a task without jobs.
#[unsafe(export_name = "weld:tasks#start")]
extern "C" fn start() -> Address {
    Box::into_raw(Box::default())
}

#[unsafe(export_name = "weld:tasks#give")]
extern "C" fn give(task: Address, group: u32, end: usize, of_future: u32, future: usize) -> *const Flow {
    get(task).give((group, end), (of_future, future))
}

#[unsafe(export_name = "weld:tasks#take")]
extern "C" fn take(task: Address, group: u32, end: usize, of_future: u32, future: usize, size: usize) -> *const Flow {
    get(task).take((group, end), (of_future, future), size)
}

#[unsafe(export_name = "weld:tasks#drain")]
extern "C" fn drain(task: Address, group: u32, end: usize, size: usize, count: usize) {
    get(task).drain((group, end), size, count);
}

#[cfg(feature = "host")]
#[unsafe(export_name = "weld:tasks#call")]
extern "C" fn call(task: Address, group: u32) -> *const Flow {
    get(task).call(group)
}

#[unsafe(export_name = "weld:tasks#answer")]
extern "C" fn answer(task: Address, group: u32, future: usize, value: usize) {
    get(task).answer((group, future), value);
}

#[unsafe(export_name = "weld:tasks#next")]
extern "C" fn next(task: Address, result: u32) -> *const Step {
    give_step(task, get(task).next(result))
}

#[unsafe(export_name = "weld:tasks#event")]
extern "C" fn event(task: Address, end: usize, result: u32) -> *const Step {
    give_step(task, get(task).event(end, result).or_trap())
}

/// Returns the address of a step. The last step frees the task.
fn give_step(task: Address, step: Step) -> *const Step {
    if get(task).is_over(&step) {
        // SAFETY: The address is from `start`, and the last step occurs once.
        drop(unsafe { Box::from_raw(task) });
    }
    *STEP.get() = step;
    STEP.look()
}
