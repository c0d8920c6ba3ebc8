//! Stubs: functions that return a value of the user's, of each type of WIT, run in wasmtime.

use std::fmt::Write;
use std::path::Path;

use wasmtime::component::{Linker, Val};
use wasmtime::{Result, Store};
use wasmtime_wasi::runtime::in_tokio;

use crate::support::{self, compiled, engine, fails, names, succeeds, weld};

/// A type, and values of it: in WAVE, and as wasmtime shows them.
struct Case {
    ty: &'static str,
    values: &'static [(&'static str, &'static str)],
}

/// The named types of the interface.
const TYPES: &str = r#"
    (type $point' (record (field "x" s32) (field "label" (option string))))
    (export "point" (type $point (eq $point')))
    (type $shape' (variant (case "none") (case "dot" $point) (case "text" string) (case "inf")))
    (export "shape" (type $shape (eq $shape')))
    (type $color' (enum "red" "true" "blue"))
    (export "color" (type $color (eq $color')))
    (type $mode' (flags "read" "write" "none" "f3" "f4" "f5" "f6" "f7" "f8"))
    (export "mode" (type $mode (eq $mode')))"#;

#[rustfmt::skip]
const CASES: &[Case] = &[
    Case { ty: "bool", values: &[("true", "Bool(true)"), (" false ", "Bool(false)")] },
    Case { ty: "s8", values: &[("-128", "S8(-128)"), ("127", "S8(127)")] },
    Case { ty: "u8", values: &[("255", "U8(255)")] },
    Case { ty: "s16", values: &[("-32768", "S16(-32768)")] },
    Case { ty: "u16", values: &[("65535", "U16(65535)")] },
    Case { ty: "s32", values: &[("-2147483648", "S32(-2147483648)")] },
    Case { ty: "u32", values: &[("4294967295", "U32(4294967295)")] },
    Case { ty: "s64", values: &[("-9223372036854775808", "S64(-9223372036854775808)")] },
    Case { ty: "u64", values: &[("18446744073709551615", "U64(18446744073709551615)")] },
    Case { ty: "f32", values: &[("1.5", "Float32(1.5)"), ("-inf", "Float32(-inf)"), ("nan", "Float32(NaN)"), ("-0.0", "Float32(-0.0)")] },
    Case { ty: "f64", values: &[("-1e300", "Float64(-1e300)"), ("nan", "Float64(NaN)")] },
    Case { ty: "char", values: &[("'a'", "Char('a')"), ("'\\u{1f600}'", "Char('😀')")] },
    Case { ty: "string", values: &[("\"\"", "String(\"\")"), ("\"größe \\\"x\\\"\\n\"", "String(\"größe \\\"x\\\"\\n\")")] },
    Case { ty: "(list u8)", values: &[("[]", "List([])"), ("[1, 2, 255]", "List([U8(1), U8(2), U8(255)])")] },
    Case { ty: "(list (tuple u8 u64))", values: &[("[(1, 2), (3, 4)]", "List([Tuple([U8(1), U64(2)]), Tuple([U8(3), U64(4)])])")] },
    Case { ty: "(list (list string))", values: &[("[[\"a\"], [], [\"b\", \"c\"]]", "List([List([String(\"a\")]), List([]), List([String(\"b\"), String(\"c\")])])")] },
    Case { ty: "(list u16 3)", values: &[("[1, 2, 3]", "FixedLengthList([U16(1), U16(2), U16(3)])")] },
    Case { ty: "(tuple u8 string)", values: &[("(7, \"x\")", "Tuple([U8(7), String(\"x\")])")] },
    Case { ty: "(tuple u32)", values: &[("(7)", "Tuple([U32(7)])")] },
    Case { ty: "(option string)", values: &[("none", "Option(None)"), ("some(\"x\")", "Option(Some(String(\"x\")))")] },
    Case { ty: "(option (option u8))", values: &[("some(none)", "Option(Some(Option(None)))")] },
    Case { ty: "(result)", values: &[("ok", "Result(Ok(None))"), ("err", "Result(Err(None))")] },
    Case { ty: "(result u8 (error string))", values: &[("ok(3)", "Result(Ok(Some(U8(3))))"), ("err(\"no\")", "Result(Err(Some(String(\"no\"))))")] },
    Case { ty: "(result (error u8))", values: &[("ok", "Result(Ok(None))"), ("err(9)", "Result(Err(Some(U8(9))))")] },
    Case { ty: "$point", values: &[
        ("{x: -1}", "Record([(\"x\", S32(-1)), (\"label\", Option(None))])"),
        ("{label: some(\"a\"), x: 2}", "Record([(\"x\", S32(2)), (\"label\", Option(Some(String(\"a\"))))])"),
    ] },
    Case { ty: "$shape", values: &[
        ("none", "Variant(\"none\", None)"),
        ("inf", "Variant(\"inf\", None)"),
        ("text(\"t\")", "Variant(\"text\", Some(String(\"t\")))"),
        ("dot({x: 1})", "Variant(\"dot\", Some(Record([(\"x\", S32(1)), (\"label\", Option(None))])))"),
    ] },
    Case { ty: "$color", values: &[("red", "Enum(\"red\")"), ("true", "Enum(\"true\")")] },
    Case { ty: "$mode", values: &[
        ("{}", "Flags([])"), ("{write, f8}", "Flags([\"write\", \"f8\"])"), ("{none, %read}", "Flags([\"read\", \"none\"])"),
    ] },
];

/// A component that exports the interface that it imports: a function of each type, and an asynchronous one.
fn component() -> (String, Vec<(&'static str, &'static str)>) {
    let (mut functions, mut values) = (String::new(), Vec::new());
    for case in CASES {
        for value in case.values {
            let number = values.len();
            writeln!(functions, "(export \"f{number}\" (func (param \"s\" string) (result {})))", case.ty).unwrap();
            writeln!(functions, "(export \"a{number}\" (func async (param \"s\" string) (result {})))", case.ty)
                .unwrap();
            values.push(*value);
        }
    }
    let text = format!(
        "(component (import \"t:t/i\" (instance $i {TYPES} {functions}
            (export \"nothing\" (func (param \"a\" u32)))))
           (export \"t:t/i\" (instance $i)))"
    );
    (text, values)
}

fn grant(function: &str, value: &str) -> [String; 2] {
    ["--grant".to_owned(), format!("t:t/i#{function}.returns={value}")]
}

#[track_caller]
fn virt(directory: &Path, text: &str, flags: &[String]) -> Vec<u8> {
    std::fs::write(directory.join("app.wat"), text).unwrap();
    succeeds(weld(directory).args(["virt", "app.wat", "-o", "out.wasm"]).args(flags));
    std::fs::read(directory.join("out.wasm")).unwrap()
}

#[test]
fn stub_returns_values_of_each_type() {
    let directory = tempfile::tempdir().unwrap();
    let (text, values) = component();
    let both = |(number, (value, _)): (usize, &(&str, &str))| {
        [grant(&format!("f{number}"), value), grant(&format!("a{number}"), value)].concat()
    };
    let mut flags: Vec<String> = values.iter().enumerate().flat_map(both).collect();
    flags.extend(grant("nothing", "()"));
    let output = virt(directory.path(), &text, &flags);
    let functions = support::imported_functions(&output);
    assert_eq!(functions, [], "the host is asked nothing");

    let engine = engine();
    let mut store = Store::new(&engine, ());
    let answers: Result<Vec<String>> = in_tokio(async {
        let component = compiled(&output);
        let instance = Linker::<()>::new(&engine).instantiate_async(&mut store, &component).await?;
        let interface = instance.get_export_index(&mut store, None, "t:t/i").unwrap();
        let mut answers = Vec::new();
        for number in 0..values.len() {
            for kind in ["f", "a"] {
                let function = format!("{kind}{number}");
                let function = instance.get_export_index(&mut store, Some(&interface), &function).unwrap();
                let function = instance.get_func(&mut store, function).unwrap();
                // A second call finds what the first one did.
                for _ in 0..2 {
                    let mut results = [Val::Bool(false)];
                    function.call_async(&mut store, &[Val::String("given".to_owned())], &mut results).await?;
                    answers.push(format!("{:?}", results[0]));
                }
            }
        }
        let function = instance.get_export_index(&mut store, Some(&interface), "nothing").unwrap();
        let function = instance.get_func(&mut store, function).unwrap();
        function.call_async(&mut store, &[Val::U32(1)], &mut []).await?;
        Ok(answers)
    });
    let expected: Vec<String> = values.iter().flat_map(|(_, shown)| [(); 4].map(|()| (*shown).to_owned())).collect();
    assert_eq!(answers.unwrap(), expected);
}

/// What is wrong with values, by the type that they should have.
#[rustfmt::skip]
const WRONG: &[(&str, &str, &str)] = &[
    ("bool", "1", "its result is `bool`: write it in WAVE, such as `true`"),
    ("u8", "256", "its result is `u8`"),
    ("u8", "-1", "its result is `u8`"),
    ("s64", "1.5", "its result is `s64`"),
    ("char", "\"a\"", "such as `'a'`"),
    ("string", "text", "its result is `string`: write it in WAVE, such as `\"text\"`"),
    ("string", "\"open", "could return"),
    ("(list u8)", "[1, x]", "at `x`"),
    ("(list u16 3)", "[1, 2]", "its result is `list<u16, 3>`"),
    ("(tuple u8 string)", "(1)", "it has 1 parts"),
    ("(option string)", "\"x\"", "such as `some(\"text\")`"),
    ("(result u8)", "ok", "the value of the case is missing"),
    ("(result)", "ok(1)", "the case has no value"),
    ("$point", "{}", "could return"),
    ("$point", "{x: 1, y: 2}", "there is no field `y`"),
    ("$point", "{label: none}", "field `x` is missing"),
    ("$point", "{x: 1, label: 3}", "at `3`"),
    ("$shape", "dot", "`variant shape { none, dot(point), text(string), inf }`"),
    ("$shape", "circle", "there is no case `circle`"),
    ("$shape", "nan", "there is no case `nan`"),
    ("$color", "green", "`enum color { red, true, blue }`"),
    ("$color", "red(1)", "the case has no value"),
    ("$mode", "{execute}", "there is no flag `execute`"),
    ("u8", " ", "does not say what is granted"),
    ("u8", "1 2", "its result is `u8`"),
    ("u8", "()", "its result is `u8`"),
];

#[test]
fn stub_values_of_other_types_are_refused_with_the_type() {
    let directory = tempfile::tempdir().unwrap();
    let all: Vec<(&str, &str, &str)> = WRONG.iter().copied().chain([("", "1", "it has no result")]).collect();
    for (ty, value, said) in all {
        let result = if ty.is_empty() { String::new() } else { format!("(result {ty})") };
        let text = format!(
            "(component (import \"t:t/i\" (instance {TYPES} (export \"wrong\" (func (param \"a\" u32) {result})))))"
        );
        std::fs::write(directory.path().join("app.wat"), text).unwrap();
        let mut command = weld(directory.path());
        let found = fails(command.args(["virt", "app.wat", "-o", "out.wasm"]).args(grant("wrong", value)));
        let found = found.split_whitespace().collect::<Vec<_>>().join(" ").replace("│ ", "").replace("· ", "");
        assert!(found.contains(said), "{ty} {value}: {found}");
    }
}

#[test]
fn stub_of_functions_with_handles_or_of_no_function_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let text = r#"(component (import "t:t/i" (instance
        (export "r" (type $r (sub resource)))
        (export "open" (func (result (list (own $r)))))))
        (import "audit" (func (result u8))) (import "label" (instance (export "f" (func (result u8))))))"#;
    std::fs::write(directory.path().join("app.wat"), text).unwrap();
    for (flag, said) in [
        ("t:t/i#open.returns=[]", "its result, `list<r>`, has handles in it"),
        ("t:t/i.returns=1", "`t:t/i` names no function"),
        ("label.returns=1", "`label` is an instance that `app` imports"),
        ("random.returns=1", "[random] has no key `returns`"),
        ("t:t/i#close.returns=1", "does not import `t:t/i#close`"),
        ("audit={}", "`audit` sets nothing"),
        ("audit={returns=1}", "`returns` is 1, and should be a string"),
        ("audit={returns=\"1\",trap=\"x\"}", "has no key `trap`"),
        ("audit.returns=300", "`300` is no value"),
    ] {
        let found = fails(weld(directory.path()).args(["virt", "app.wat", "-o", "out.wasm", "--grant", flag]));
        assert!(found.contains(said), "{flag}: {found}");
    }
    let found = fails(weld(directory.path()).args(["virt", "app.wat", "-o", "out.wasm"]).args([
        "--grant",
        "audit.returns=1",
        "--grant",
        "audit=deny",
    ]));
    assert!(found.contains("`audit` is given twice"), "{found}");
    // Functions of the world, quoted, and in a table.
    for flag in ["audit.returns=1", "\"audit\".returns=1", "audit={ returns = \"1\" }", "#audit.returns=1"] {
        let output = virt(directory.path(), text, &["--grant".to_owned(), flag.to_owned()]);
        assert_eq!(names(&output).0, <[&str; 0]>::default(), "{flag}");
    }
}

#[test]
fn stub_is_told_checked_and_taken_apart_again() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path();
    let text = r#"(component (import "acme:kv/store@1.0.0" (instance $i
        (export "get" (func (param "key" string) (result (option string))))
        (export "del" (func (param "key" string)))))
        (export "acme:kv/store@1.0.0" (instance $i)))"#;
    std::fs::write(path.join("app.wat"), text).unwrap();
    let manifest = "[composition]\nname = \"acme:around\"\nroot = \"app\"\noutput = \"out.wasm\"\nsnapshot = \"out.weld\"\n\n\
        [components]\napp = \"app.wat\"\n\n[virtualize.app]\n\
        \"acme:kv/store#get\" = { returns = 'some(\"x, y\")' }\n";
    std::fs::write(path.join("weld.toml"), manifest).unwrap();
    let said = String::from_utf8(succeeds(weld(path).args(["build"])).stderr).unwrap();
    assert!(said.contains("1 function of 1 interface is denied to `app`, of which 1 traps when called: `acme:kv/store@1.0.0#del`; 1 returns what grants say"), "{said}");
    let said = String::from_utf8(succeeds(weld(path).args(["build", "-v"])).stderr).unwrap();
    assert!(said.contains("stubbed: acme:kv/store@1.0.0 (1 of 2 functions: get)"), "{said}");
    let snapshot = std::fs::read_to_string(path.join("out.weld")).unwrap();
    assert!(snapshot.contains("returns \"some("), "{snapshot}");
    assert!(!snapshot.contains("reaches acme:kv"), "{snapshot}");
    succeeds(weld(path).args(["verify", "out.wasm", "--manifest", "weld.toml"]));
    std::fs::write(path.join("none.toml"), "default = \"deny\"\n").unwrap();
    succeeds(weld(path).args(["check", "out.wasm", "--policy", "none.toml"]));

    // Another value is another grant.
    std::fs::write(path.join("weld.toml"), manifest.replace("x, y", "x")).unwrap();
    let output = weld(path).args(["verify", "out.wasm", "--manifest", "weld.toml"]).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("acme:kv/store#get"), "{said}");

    succeeds(weld(path).args(["split", "out.wasm", "-o", "parts"]));
    let split = std::fs::read_to_string(path.join("parts/weld.toml")).unwrap();
    assert!(split.contains("\"acme:kv/store#get\" = { returns = "), "{split}");
    succeeds(weld(&path.join("parts")).args(["build"]));
}
