//! Components that are made for the measurements.

use std::fmt::Write as _;
use std::path::Path;

use wasm_encoder::{
    CodeSection, DataSection, ExportKind, ExportSection, Function, FunctionSection, MemorySection, MemoryType, Module,
    TypeSection, ValType,
};

/// Makes what is named, at the path that comes last.
pub fn make(what: &[String]) {
    let words: Vec<&str> = what.iter().map(String::as_str).collect();
    match *words.as_slice() {
        ["large", file] => std::fs::write(file, large()).expect("the large component"),
        ["socket", file] => std::fs::write(file, socket()).expect("the socket"),
        [shape, number, directory] => {
            let shape = Shape::ALL.into_iter().find(|known| known.name() == shape).expect("a shape");
            shape.write(Path::new(directory), number.parse().expect("a number"));
        }
        _ => panic!("what {what:?} is, nobody knows"),
    }
}

/// How components use each other.
#[derive(Clone, Copy)]
pub enum Shape {
    /// Each the next one.
    Chain,
    /// One all others.
    Star,
    /// Each of two the next two.
    Diamond,
    /// Each the next one, of the same component.
    Links,
}

impl Shape {
    pub const ALL: [Shape; 4] = [Shape::Chain, Shape::Star, Shape::Diamond, Shape::Links];

    /// How many instances there are. wasm-tools takes no more than 1,000 components and core modules in all, however they are nested.
    pub fn numbers(self) -> [usize; 4] {
        if matches!(self, Shape::Links) { [1_250, 2_500, 5_000, 10_000] } else { [50, 100, 200, 400] }
    }

    pub fn name(self) -> &'static str {
        match self {
            Shape::Chain => "chain",
            Shape::Star => "star",
            Shape::Diamond => "diamond",
            Shape::Links => "links",
        }
    }

    /// Writes so many components, each another one, and a manifest and a policy for them.
    fn write(self, directory: &Path, number: usize) {
        std::fs::create_dir_all(directory).expect("a directory");
        let is_links = matches!(self, Shape::Links);
        let mut manifest = "[composition]\nroot = \"c0\"\noutput = \"out.wasm\"\n\n[components]\n".to_owned();
        for of in 0..number {
            // All links but the first and the last are one component.
            let file = if is_links && of > 0 && of + 1 < number { 1 } else { of };
            _ = writeln!(manifest, "c{of} = \"c{file}.wasm\"");
            if file == of {
                let text = component(of, &self.uses(of, number));
                let text = if is_links { linked(&text, of) } else { text };
                let bytes = wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
                std::fs::write(directory.join(format!("c{of}.wasm")), bytes).expect("a component");
            }
        }
        if is_links {
            manifest.push_str("\n[wire]\n");
            for of in 1..number {
                _ = writeln!(manifest, "\"c{}/test:many/next@1.0.0\" = \"c{of}/test:many/it@1.0.0\"", of - 1);
            }
        }
        std::fs::write(directory.join("weld.toml"), manifest).expect("a manifest");
        std::fs::write(directory.join("policy.toml"), "[[rule]]\nallow = [\"#stdout\"]\n").expect("a policy");
    }

    fn uses(self, of: usize, number: usize) -> Vec<usize> {
        match self {
            Shape::Chain | Shape::Links => (of + 1..number).take(1).collect(),
            Shape::Star if of == 0 => (1..number).collect(),
            Shape::Star => Vec::new(),
            // The first one, and then two and two.
            Shape::Diamond => (of + 1 + of % 2..number).take(2).collect(),
        }
    }
}

/// A component with a function that calls those of others, and counts.
fn component(number: usize, uses: &[usize]) -> String {
    let mut text = "(component\n".to_owned();
    for of in uses {
        _ = writeln!(
            text,
            "(import \"test:many/i{of}@1.0.0\" (instance $i{of} (export \"f\" (func (param \"x\" u32) (result u32)))))
             (core func $l{of} (canon lower (func $i{of} \"f\")))"
        );
    }
    text.push_str("(core module $m\n");
    uses.iter().for_each(|of| _ = writeln!(text, "(import \"\" \"f{of}\" (func $f{of} (param i32) (result i32)))"));
    let calls = uses.iter().fold("(local.get 0)".to_owned(), |calls, of| format!("(call $f{of} {calls})"));
    // What is folded too deep is more than the parser takes.
    let calls = match uses {
        [] | [_] | [_, _] => calls,
        _ => uses.iter().fold("(local.get 0)".to_owned(), |calls, of| format!("{calls} (call $f{of})")),
    };
    _ = writeln!(text, "(func (export \"f\") (param i32) (result i32) {calls} (i32.const {number}) (i32.add)))");
    let given: String = uses.iter().map(|of| format!("(export \"f{of}\" (func $l{of}))")).collect();
    _ = writeln!(
        text,
        "(core instance $c (instantiate $m (with \"\" (instance {given}))))
         (func $f (param \"x\" u32) (result u32) (canon lift (core func $c \"f\")))"
    );
    match number {
        0 => text.push_str("(export \"run\" (func $f)))"),
        _ => {
            _ = write!(
                text,
                "(instance $e (export \"f\" (func $f)))\n(export \"test:many/i{number}@1.0.0\" (instance $e)))"
            )
        }
    }
    text
}

/// The text of a component whose import and export are called as those of the others are.
fn linked(text: &str, number: usize) -> String {
    let (import, export) = (format!("test:many/i{}@", number + 1), format!("test:many/i{number}@"));
    text.replace(&import, "test:many/next@").replace(&export, "test:many/it@")
}

/// A component of some twenty megabytes, as that of a language with a runtime: half of it code, the rest data.
fn large() -> Vec<u8> {
    const FUNCTIONS: u32 = 40_000;
    let mut module = Module::new();
    let mut types = TypeSection::new();
    types.ty().function([ValType::I32, ValType::I32], [ValType::I32]);
    let mut functions = FunctionSection::new();
    let mut code = CodeSection::new();
    for number in 0..FUNCTIONS {
        functions.function(0);
        let mut function = Function::new([(2, ValType::I32)]);
        let mut body = function.instructions();
        for step in 0..28 {
            body.local_get(step % 4).i32_const((number.wrapping_mul(2_654_435_761) >> (step % 16)) as i32 & 0x3fff);
            body.i32_add().local_tee((step + 1) % 4).i32_load(wasm_encoder::MemArg {
                offset: 16,
                align: 2,
                memory_index: 0,
            });
            body.local_set((step + 2) % 4);
        }
        body.local_get(0).end();
        code.function(&function);
    }
    let mut memory = MemorySection::new();
    memory.memory(MemoryType { minimum: 160, maximum: None, memory64: false, shared: false, page_size_log2: None });
    let mut exports = ExportSection::new();
    exports.export("add", ExportKind::Func, FUNCTIONS - 1);
    let mut data = DataSection::new();
    // Of no use but to be there, and not all the same.
    let bytes = (0_u32..8 * 1024 * 1024).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8);
    data.active(0, &wasm_encoder::ConstExpr::i32_const(0), bytes);
    module.section(&types).section(&functions).section(&memory).section(&exports).section(&code).section(&data);
    let module = module.finish();
    let around = wat::parse_str(
        r#"(component
          (core module $m (func (export "add") (param i32 i32) (result i32) unreachable))
          (core instance $i (instantiate $m))
          (func $f (param "x" u32) (param "y" u32) (result u32) (canon lift (core func $i "add")))
          (instance $e (export "add" (func $f)))
          (export "docs:adder/add@0.1.0" (instance $e)))"#,
    );
    let around = around.expect("a component around it");
    // What comes after the small module comes after the large one.
    let mut payloads = wasmparser::Parser::new(0).parse_all(&around).map_while(Result::ok);
    let after = payloads.find_map(|payload| match payload {
        wasmparser::Payload::ModuleSection { unchecked_range, .. } => Some(unchecked_range.end as usize),
        _ => None,
    });
    let mut component = wasm_encoder::Component::new();
    component.section(&wasm_encoder::RawSection { id: 1, data: &module });
    let mut bytes = component.finish();
    bytes.extend(&around[after.expect("the small module")..]);
    bytes
}

/// A small component that imports what a large one exports.
fn socket() -> Vec<u8> {
    let socket = wat::parse_str(
        r#"(component
          (import "docs:adder/add@0.1.0"
            (instance $a (export "add" (func (param "x" u32) (param "y" u32) (result u32)))))
          (core module $m
            (import "" "add" (func $add (param i32 i32) (result i32)))
            (func (export "run") (result i32) (call $add (i32.const 1) (i32.const 2))))
          (core func $add (canon lower (func $a "add")))
          (core instance $i (instantiate $m (with "" (instance (export "add" (func $add))))))
          (func (export "run") (result u32) (canon lift (core func $i "run"))))"#,
    );
    socket.expect("a socket")
}
