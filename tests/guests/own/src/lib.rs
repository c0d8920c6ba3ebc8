//! Imports interfaces of its own alone, and calls what it is told to: a function for each way in which a type can refuse.

#![no_std]

extern crate alloc;
extern crate guest_runtime as _;

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;
use core::fmt::Debug;

use test::custom::things::{Crate, Lot, Thing};
use test::custom::{errors, sizes, things, values};
use test::{twice1_3_0, twice2_0_0};

wit_bindgen::generate!({ path: "../../../wit/guests/own.wit", world: "test:rules/rules", generate_all });

struct Own;

impl Guest for Own {
    fn probe(what: String) -> String {
        let (group, name) = what.split_once(' ').unwrap_or(("", &what));
        let said = match group {
            "errors" => of_errors(name),
            "values" => of_values(name),
            "things" => of_things(name),
            "sizes" => of_sizes(name),
            "twice" => of_twice(name),
            "world" => of_the_world(name),
            _ => None,
        };
        said.unwrap_or_else(|| format!("no probe is called `{what}`"))
    }
}

fn of_errors(name: &str) -> Option<String> {
    Some(match name {
        "access-denied" => say(errors::access_denied().map_err(|error| error.name())),
        "access" => say(errors::access()),
        "not-permitted" => say(errors::not_permitted().map_err(|error| error.name())),
        "http-request-denied" => say(errors::http_request_denied()),
        "denied" => say(errors::denied().map_err(|error| error.name())),
        "unauthorized" => say(errors::unauthorized().map_err(|error| error.name())),
        "read-only" => say(errors::read_only().map_err(|error| error.name())),
        "not-supported" => say(errors::not_supported().map_err(|error| error.name())),
        "unsupported" => say(errors::unsupported().map_err(|error| error.name())),
        "closed" => say(errors::closed()),
        "other" => say(errors::other()),
        "other-optional" => say(errors::other_optional()),
        "unknown" => say(errors::unknown().map_err(|error| error.name())),
        "internal" => say(errors::internal()),
        "first" => say(errors::first()),
        "payloads" => say(errors::payloads()),
        "text" => say(errors::text()),
        "untyped" => say(errors::untyped()),
        "without-error" => say(errors::without_error()),
        _ => return None,
    })
}

fn of_values(name: &str) -> Option<String> {
    Some(match name {
        "maybe" => say(values::maybe()),
        "names" => say(values::names()),
        "pair" => say(values::pair()),
        "summary" => say(values::summary()),
        "half" => say(values::half()),
        "broad" => say(values::broad()),
        "number" => say(values::number()),
        "float" => say(values::float()),
        "yes" => say(values::yes()),
        "text" => say(values::text()),
        "character" => say(values::character()),
        "paint" => say(values::paint()),
        "rights" => say(values::rights().bits()),
        "form" => say(values::form()),
        "nothing" => say(values::nothing()),
        _ => return None,
    })
}

/// Handles say nothing by themselves: what is told is that there is one, and what its methods answer.
fn of_things(name: &str) -> Option<String> {
    Some(match name {
        "new" => with(Thing::new("it")),
        "open" => say(Thing::open("it").map(with)),
        "find" => say(Thing::find("it").map(with)),
        "name" => say(Thing::new("it").name()),
        "label" => say(Thing::new("it").label()),
        "copy" => with(Thing::new("it").copy()),
        "merge" => say(Thing::new("it").merge(Thing::new("other")).map(with)),
        "same" => say(Thing::new("it").same(&Thing::new("other"))),
        "get" => with(things::get()),
        "get-two" => {
            let (first, second) = things::get_two();
            say((with(first), second.map(with)))
        }
        "list-all" => say(things::list_all().len()),
        "take" => say(things::take(Thing::new("it"))),
        "look" => say(things::look(&Thing::new("it"))),
        "take-crate" => {
            let full = Crate { first: Thing::new("first"), rest: vec![Thing::new("second"), Thing::new("third")] };
            say(things::take_crate(full).map(|back| back.rest.len()))
        }
        "take-lot" => {
            let taken = [Lot::One(Thing::new("it")), Lot::Many(vec![Thing::new("a"), Thing::new("b")]), Lot::None];
            say(taken.map(things::take_lot))
        }
        "look-all" => {
            let (a, b) = (Thing::new("a"), Thing::new("b"));
            say(things::look_all(&[&a, &b, &a]))
        }
        "maybe-take" => say((
            things::maybe_take(Some(Thing::new("a")), Ok(Thing::new("b"))),
            things::maybe_take(None, Err("c".to_string())),
        )),
        // More handles than fit in a page: an adapter that kept one for each would show.
        "many" => {
            (0..100_000).for_each(|_| drop(Thing::new("it")));
            say(things::take(Thing::new("it")))
        }
        _ => return None,
    })
}

/// What the methods of a thing answer that do not need to trap.
fn with(thing: Thing) -> String {
    format!("thing: {:?}", thing.rename("another"))
}

fn of_sizes(name: &str) -> Option<String> {
    Some(match name {
        "seventeen" => say(sizes::seventeen(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17)),
        "nine-texts" => say(sizes::nine_texts("a", "b", "c", "d", "e", "f", "g", "h", "i")),
        "scalars" => {
            let joined =
                [sizes::Joined::Float(1.5), sizes::Joined::Long(u64::MAX), sizes::Joined::Text("text".to_string())];
            say(joined
                .map(|it| sizes::scalars(-1, 255, -2, 65535, i64::MIN, 0.5, -0.25, 'ß', true, sizes::Many::all(), &it)))
        }
        "put" => say(sizes::put(b"bytes")),
        // A gigabyte in all, which no adapter can keep.
        "put-much" => {
            let bytes = vec![7; 10 << 20];
            (0..100).for_each(|_| _ = sizes::put(&bytes));
            say(sizes::put(&bytes))
        }
        "put-texts" => {
            let texts: Vec<Vec<String>> = (0..100).map(|n| (0..n).map(|n| n.to_string()).collect()).collect();
            (0..100).for_each(|_| _ = sizes::put_texts(&texts));
            say(sizes::put_texts(&texts))
        }
        _ => return None,
    })
}

fn of_twice(name: &str) -> Option<String> {
    Some(match name {
        "1.3.0" => say((twice1_3_0::it::get(), twice1_3_0::it::more(), twice1_3_0::it::Thing::new().name())),
        "2.0.0" => say((twice2_0_0::it::get(), twice2_0_0::it::Thing::new("it").name())),
        _ => return None,
    })
}

fn of_the_world(name: &str) -> Option<String> {
    Some(match name {
        "ask" => say(ask("why")),
        "locate" => say(locate()),
        "log" => say(log("something")),
        _ => return None,
    })
}

fn say(answer: impl Debug) -> String {
    format!("{answer:?}")
}

export!(Own);
