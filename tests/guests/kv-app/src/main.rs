//! Calls everything in `acme:kv/store`, and prints a line for each step.

use acme::kv::store::{Connection, count, merge};

wit_bindgen::generate!({ path: "../../../wit/guests/kv.wit", world: "kv-app" });

fn main() {
    let fruit = Connection::new("fruit");
    println!("get apple: {:?}", fruit.get("apple"));
    fruit.set("apple", "red");
    fruit.set("pear", "green");
    println!("get apple: {:?}", fruit.get("apple"));
    fruit.set("apple", "yellow");
    println!("get apple: {:?}", fruit.get("apple"));
    println!("count fruit: {}", count(&fruit));

    let again = Connection::new("fruit");
    println!("get pear through a second connection: {:?}", again.get("pear"));
    drop(again);
    println!("count fruit after closing it: {}", count(&fruit));

    let nuts = Connection::new("nuts");
    println!("get apple from nuts: {:?}", nuts.get("apple"));
    nuts.set("hazel", "brown");
    nuts.set("pear", "none");
    println!("count nuts: {}", count(&nuts));

    let both = merge(fruit, nuts);
    println!("count merged: {}", count(&both));
    println!("get pear: {:?}", both.get("pear"));
    println!("remove hazel: {:?}", both.remove("hazel"));
    println!("remove hazel: {:?}", both.remove("hazel"));
    println!("count merged: {}", count(&both));
    both.clear();
    println!("count cleared: {}", count(&both));
    drop(both);

    let nuts = Connection::new("nuts");
    println!("count nuts after reopening: {}", count(&nuts));
}
