//! Draws through both arms of the diamond: with one counter behind them it prints 1, 2, 3, and with two of them 1, 1, 2.

use acme::diamond::{left, right};

wit_bindgen::generate!({ path: ["../../../wit/guests/counter.wit", "../../../wit/guests/diamond.wit"], world: "acme:diamond/app" });

fn main() {
    println!("left {}", left::draw());
    println!("right {}", right::draw());
    println!("left {}", left::draw());
}
