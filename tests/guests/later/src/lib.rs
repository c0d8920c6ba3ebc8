//! Imports async functions, streams and futures of an interface of its own, and calls what it is told to.

#![no_std]

extern crate alloc;
extern crate guest_runtime as _;

use alloc::format;
use alloc::string::String;
use core::fmt::Debug;

use test::custom::later::{self, Task};

wit_bindgen::generate!({ path: "../../../wit/guests/later.wit", world: "test:rules/later", generate_all });

struct Later;

impl Guest for Later {
    async fn probe(what: String) -> String {
        probe(&what).await.unwrap_or_else(|| format!("no probe is called `{what}`"))
    }
}

async fn probe(what: &str) -> Option<String> {
    Some(match what {
        "ask" => say(later::ask("why".into()).await),
        "names" => say(later::names().await),
        "number" => say(later::number().await),
        "take" => say(later::take(Task::new(), b"bytes".to_vec()).await),
        "task" => say(Task::new().wait().await),
        "start" => match Task::start("it".into()).await {
            Ok(task) => say(task.wait().await),
            refused => say(refused.map(|_| "task")),
        },
        "numbers" => say(later::numbers().collect().await),
        "outcome" => say(later::outcome().await),
        "both" => {
            let (bytes, end) = later::both();
            say((bytes.collect().await, end.await))
        }
        "later-number" => say(later::later_number().await),
        "collect" => {
            let (mut writer, reader) = wit_stream::new();
            let end = later::collect(reader);
            let rest = writer.write_all(b"bytes".to_vec()).await;
            drop(writer);
            say((rest.len(), end.await))
        }
        "texts" => {
            let (mut writer, reader) = wit_stream::new();
            let end = later::texts(reader);
            // More than are read at once.
            let rest = writer.write_all((0..2000).map(|at| format!("text {at}")).collect()).await;
            drop(writer);
            say((rest.len(), end.await))
        }
        "hand" => {
            let (mut writer, reader) = wit_stream::new();
            let end = later::hand(reader);
            let rest = writer.write_all((0..2000).map(|_| Task::new()).collect()).await;
            drop(writer);
            say((rest.len(), end.await))
        }
        "many" => {
            let (mut writer, reader) = wit_stream::new();
            let end = later::many(7, "text", Some(0.5), reader);
            let rest = writer.write_all(b"bytes".to_vec()).await;
            drop(writer);
            say((rest.len(), end.await))
        }
        "copy" => {
            let (mut writer, reader) = wit_stream::new();
            let copied = later::copy(reader).await;
            let rest = writer.write_all(b"bytes".to_vec()).await;
            drop(writer);
            match copied {
                Ok(copy) => say((rest.len(), copy.collect().await)),
                Err(message) => say((rest.len(), message)),
            }
        }
        _ => return None,
    })
}

fn say(answer: impl Debug) -> String {
    format!("{answer:?}")
}

export!(Later);
