//! Lists the stories, and shows them.

use std::env;
use std::process::ExitCode;

use acme::cms::store::{Bucket, buckets};
use acme::cms::stories::{Error, page, titles};

wit_bindgen::generate!({ path: "../wit", world: "front" });

const USAGE: &str = "usage: list | show TITLE... [--store]";

fn main() -> ExitCode {
    let (flags, words): (Vec<String>, Vec<String>) = env::args().skip(1).partition(|arg| arg.starts_with("--"));
    let result = match words.split_first() {
        Some((command, [])) if command == "list" && flags.is_empty() => list(),
        Some((command, wanted)) if command == "show" && !wanted.is_empty() => match flags.as_slice() {
            [] => show(wanted),
            [flag] if flag == "--store" => show(wanted).map(|()| show_store()),
            _ => Err(USAGE.to_owned()),
        },
        _ => Err(USAGE.to_owned()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn list() -> Result<(), String> {
    for title in titles().map_err(|error| explain(error, "the list"))? {
        println!("{title}");
    }
    Ok(())
}

fn show(wanted: &[String]) -> Result<(), String> {
    let views = Bucket::new("views");
    for title in wanted {
        let page = page(title).map_err(|error| explain(error, title))?;
        let count = views.get(title).map_or(0, |count| count.parse().unwrap_or(0)) + 1;
        views.set(title, &count.to_string());
        println!("{page}\n[shown {count} {}]\n", if count == 1 { "time" } else { "times" });
    }
    Ok(())
}

/// What is in the store that this component was linked with.
fn show_store() {
    for name in buckets() {
        for key in Bucket::new(&name).keys() {
            println!("store: {name}/{key}");
        }
    }
}

fn explain(error: Error, wanted: &str) -> String {
    match error {
        Error::NoSuchStory => format!("there is no story `{wanted}`"),
        Error::Unreadable(reason) => format!("the stories cannot be read: {reason}"),
    }
}
