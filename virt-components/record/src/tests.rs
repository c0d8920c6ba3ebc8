//! Compares printed floats with those of the standard library, and prints calls from a memory that the tests write.

extern crate std;

use std::string::String;
use std::vec::Vec;
use std::{format, vec};

use super::*;

#[test]
fn floats_are_the_shortest_that_are_read_as_the_same() {
    let shown = |print: &dyn Fn(&mut Vec<u8>)| {
        let mut out = vec![];
        print(&mut out);
        String::from_utf8(out).unwrap()
    };
    let digits = |text: &str| {
        let mantissa = text.split('e').next().unwrap();
        let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
        digits.trim_matches('0').len()
    };
    let mut random = 0x1234_5678_9abc_def1_u64;
    let edges = [0, 1, 2, 3, 1 << 52, (1 << 52) - 1, (1 << 52) + 1, 0x7fef_ffff_ffff_ffff, 0x0010_0000_0000_0000];
    let powers = (0..2046).step_by(5).map(|exponent| exponent << 52);
    let numbers = [0.1, 0.3, 1.0, 5e-324, 1e21, 1e22, 9e15, 123456.789, 1e-5, 1e-7].map(f64::to_bits);
    let others = core::iter::repeat_with(|| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random
    });
    for bits in edges.into_iter().chain(powers).chain(numbers).chain(others.take(500)) {
        let float = f64::from_bits(bits);
        let text = shown(&|out| float::double(bits, out));
        if !float.is_nan() {
            assert_eq!(text.parse::<f64>().unwrap().to_bits(), bits, "{text}");
            assert_eq!(digits(&text), digits(&format!("{float:e}")), "{text} is {float:e}");
        }
        let bits = (bits >> 20) as u32;
        let float = f32::from_bits(bits);
        let text = shown(&|out| float::single(bits, out));
        if !float.is_nan() {
            assert_eq!(text.parse::<f32>().unwrap().to_bits(), bits, "{text}");
            assert_eq!(digits(&text), digits(&format!("{float:e}")), "{text} is {float:e}");
        }
    }
    for (float, text) in [(-1.5, "-1.5"), (100.0, "100"), (-0.0, "-0"), (1e21, "1e21"), (f64::INFINITY, "inf")] {
        assert_eq!(shown(&|out| float::double(f64::to_bits(float), out)), text);
    }
    assert_eq!(shown(&|out| float::single(f32::NAN.to_bits(), out)), "nan");
}

struct Bytes(Vec<u8>);

impl Memory for Bytes {
    fn bytes(&self, address: u32, length: u32) -> &[u8] {
        &self.0[address as usize..(address + length) as usize]
    }
}

impl Bytes {
    fn words(&mut self, words: &[u32]) -> u32 {
        self.0.resize(self.0.len().next_multiple_of(8), 0);
        let at = self.0.len() as u32;
        self.0.extend(words.iter().flat_map(|word| word.to_le_bytes()));
        at
    }

    fn name(&mut self, text: &str) -> [u32; 2] {
        let at = self.0.len() as u32;
        self.0.extend(text.bytes());
        [at, text.len() as u32]
    }

    /// A function `set: func(key: string, size: s16) -> result<handle, _>`.
    fn function(&mut self, later: u32) -> u32 {
        self.function_with(true, later)
    }

    /// The same function, with or without the result.
    fn function_with(&mut self, has_result: bool, later: u32) -> u32 {
        let (text, number, handle) =
            (self.words(&[12, 8, 0, 0, 0]), self.words(&[3, 2, 0, 0, 0]), self.words(&[19, 4, 0, 0, 0]));
        let params = self.words(&[0, 0, 0, text, 0, 0, 0, 8, number, 0]);
        let params = self.words(&[16, 12, 0, params, 2]);
        let [ok, err] = [self.name("ok"), self.name("err")];
        let cases = self.words(&[ok[0], ok[1], 4, handle, 0, err[0], err[1], 0, 0, 0]);
        let result = if has_result { self.words(&[17, 8, 1, cases, 2]) } else { 0 };
        let [at, call] = [self.name("app/a:b/\"c\""), self.name("set")];
        self.words(&[at[0], at[1], call[0], call[1], params, result, later])
    }

    fn call(&mut self, key: &str, size: i16) -> u32 {
        let [at, length] = self.name(key);
        self.words(&[at, length, u32::from(size as u16)])
    }
}

/// A memory without a value at address zero.
fn memory() -> Bytes {
    Bytes(vec![0; 16])
}

#[test]
fn calls_are_lines_of_json_with_texts_and_numbers_of_handles() {
    let (mut memory, mut recorder) = (memory(), Recorder::new());
    let function = memory.function(0);
    let arguments = memory.call("a\"b\n\u{202e}\u{e0041}", -7);
    let given = memory.words(&[0, 70]);
    let failed = memory.words(&[1, 0]);
    for result in [given, failed, given] {
        let call = recorder.begin(&memory, function, arguments, RECORD);
        assert!(!recorder.text.ends_with(b"]"), "a line is there when its call has returned");
        recorder.end(&memory, call, function, result, RECORD);
    }
    let lines = String::from_utf8(core::mem::take(&mut recorder.text)).unwrap();
    let start = r#","at":"app/a:b/\"c\"","call":"set","args":["\"a\\\"b\\n\\u{202e}\\u{e0041}\"","-7"],"result":"#;
    let line = |number: usize, result: &str| format!("{{\"n\":{number}{start}\"{result}\"}}\n");
    assert_eq!(lines, line(1, "ok(1)") + &line(2, "err") + &line(3, "ok(2)"));
    let long = "é".repeat(2000);
    let arguments = memory.call(&long, 7);
    let call = recorder.begin(&memory, function, arguments, TRACE);
    recorder.end(&memory, call, function, failed, TRACE);
    let line = String::from_utf8(recorder.text).unwrap();
    assert!(line.starts_with("weld: app/a:b/\"c\" set(\"éé") && line.ends_with("é…, 7) -> err\n"), "{line}");
    assert!(line.len() < 1100, "{line}");
}

#[test]
fn a_call_is_answered_in_its_turn_or_told_from_the_one_that_was_recorded() {
    let (mut memory, mut recorder) = (memory(), Recorder::new());
    let function = memory.function(0);
    let calls = [memory.call("k", 1), memory.call("l", 2)];
    let records = memory.words(&[function, calls[0], 100, function, calls[1], 104, function, calls[0], NOT_RETURNED]);
    let recording = memory.words(&[records, 3]);
    let same = memory.call("k", 1);
    assert_eq!(recorder.replay(&memory, function, same, recording, false), Some(100));
    let other = memory.call("l", 3);
    assert_eq!(recorder.replay(&memory, function, other, recording, false), None);
    let told = String::from_utf8(core::mem::take(&mut recorder.text)).unwrap();
    assert!(told.starts_with("weld: call 2 differs from the recording\n  expected: {\"n\":2,"), "{told}");
    assert!(told.contains(r#""args":["\"l\"","2"]}"#) && told.contains(r#""args":["\"l\"","3"]}"#), "{told}");
    assert_eq!(recorder.replay(&memory, function, same, recording, false), None);
    let told = String::from_utf8(core::mem::take(&mut recorder.text)).unwrap();
    assert_eq!(told, "weld: call 3 did not return when it was recorded\n");
    assert_eq!(recorder.replay(&memory, function, other, recording, false), None);
    let told = String::from_utf8(recorder.text).unwrap();
    assert!(told.contains("  expected: no further call\n  found:    {\"n\":4,"), "{told}");
}

#[test]
fn calls_that_return_later_have_a_line_for_each_end() {
    let (mut memory, mut recorder) = (memory(), Recorder::new());
    let function = memory.function(1);
    let [one, two] = [memory.call("k", 1), memory.call("l", 2)];
    let given = memory.words(&[0, 70]);
    let calls = [one, two].map(|arguments| recorder.begin(&memory, function, arguments, RECORD));
    for call in calls.into_iter().rev() {
        recorder.end(&memory, call, function, given, RECORD);
    }
    let lines = String::from_utf8(core::mem::take(&mut recorder.text)).unwrap();
    let start = r#","at":"app/a:b/\"c\"","call":"set","args":"#;
    assert_eq!(
        lines.lines().collect::<Vec<_>>(),
        [
            format!(r#"{{"n":1{start}["\"k\"","1"]}}"#),
            format!(r#"{{"n":2{start}["\"l\"","2"]}}"#),
            String::from(r#"{"n":2,"at":"app/a:b/\"c\"","result":"ok(1)"}"#),
            String::from(r#"{"n":1,"at":"app/a:b/\"c\"","result":"ok(2)"}"#),
        ]
    );
    let calls = [one, two].map(|arguments| recorder.begin(&memory, function, arguments, TRACE));
    for call in calls.into_iter().rev() {
        recorder.end(&memory, call, function, given, TRACE);
    }
    let lines = String::from_utf8(recorder.text).unwrap();
    assert_eq!(lines, "weld: app/a:b/\"c\" set(\"l\", 2) -> ok(3)\nweld: app/a:b/\"c\" set(\"k\", 1) -> ok(4)\n");
}

#[test]
fn lines_of_calls_without_a_result_are_whole_whatever_comes_between() {
    for later in [0, 1] {
        let (mut memory, mut recorder) = (memory(), Recorder::new());
        let function = memory.function_with(false, later);
        let arguments = memory.call("k", 1);
        for form in [RECORD, TRACE] {
            let call = recorder.begin(&memory, function, arguments, form);
            recorder.text.extend_from_slice(b"between\n");
            recorder.end(&memory, call, function, 0, form);
        }
        let lines = String::from_utf8(recorder.text).unwrap();
        let expected = [
            r#"{"n":1,"at":"app/a:b/\"c\"","call":"set","args":["\"k\"","1"]}"#,
            "between",
            r#"{"n":1,"at":"app/a:b/\"c\""}"#,
            r#"weld: app/a:b/"c" set("k", 1)"#,
            "between",
        ];
        assert_eq!(lines.lines().collect::<Vec<_>>(), expected);
    }
}

#[test]
fn calls_that_were_not_made_are_told() {
    let (mut memory, mut recorder) = (memory(), Recorder::new());
    let function = memory.function(0);
    let calls = [memory.call("k", 1), memory.call("l", 2)];
    let records = memory.words(&[function, calls[0], 100, function, calls[1], NOT_RETURNED]);
    let recording = memory.words(&[records, 2]);
    assert!(recorder.has_missing(&memory, recording));
    assert!(recorder.text.starts_with(b"weld: of the recording, 2 calls were not made\n  expected: {\"n\":1,"));
    recorder.text.clear();
    let same = memory.call("k", 1);
    assert_eq!(recorder.replay(&memory, function, same, recording, true), Some(100));
    assert!(recorder.has_missing(&memory, recording));
    assert!(recorder.text.starts_with(b"weld: of the recording, 1 call was not made\n  expected: {\"n\":2,"));
    recorder.text.clear();
    let last = memory.call("l", 2);
    assert_eq!(recorder.replay(&memory, function, last, recording, true), Some(NOT_RETURNED));
    assert!(!recorder.has_missing(&memory, recording) && recorder.text.is_empty());
}
