//! Adds its two arguments, or 1 and 2, by whatever adder it was linked with.

wit_bindgen::generate!({ path: "../../../wit/guests/adder.wit", world: "adder-command" });

fn main() {
    let mut args = std::env::args().skip(1);
    let mut operand = |otherwise| match args.next() {
        Some(text) => text.parse::<u32>().unwrap_or_else(|error| {
            eprintln!("error: {text}: {error}");
            std::process::exit(1)
        }),
        None => otherwise,
    };
    let (x, y) = (operand(1), operand(2));
    println!("{x} + {y} = {}", docs::adder::add::add(x, y));
}
