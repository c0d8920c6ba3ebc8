//! Who reaches what, in whatever order a component makes and takes things: code may keep what it is given and call it later.

use crate::support::policy::check;

/// What the outermost component imports in these tests: a core module of the host's, a component, and a function.
const HOST: &str = r#"
  (import "code" (core module $code (export "f" (func))))
  (import "plugin" (component $plugin (export "f" (func))))
  (import "log" (func $log))"#;

/// Code that calls a function of the component model, and exports that as `f`: the component `$name`, which imports
/// `f`, with something more in it.
fn calling(name: &str, more: &str) -> String {
    format!(
        r#"(component {name} {more}
             (import "f" (func $f))
             (core func $f (canon lower (func $f)))
             (core module $m (import "" "f" (func $f)) (func (export "f") (call $f)))
             (core instance $m (instantiate $m (with "" (instance (export "f" (func $f))))))
             (func $g (canon lift (core func $m "f")))
             (export "f" (func $g)))"#
    )
}

/// A component that exports a function of the module `code`, which it takes from `outward` components around it.
fn taking(name: &str, outward: usize) -> String {
    format!(
        r#"(component {name}
             (alias outer {outward} $code (core module $code))
             (core instance $i (instantiate $code))
             (func $f (canon lift (core func $i "f")))
             (export "f" (func $f)))"#
    )
}

/// The component `a`, whose function `f` calls what is in its table, and which gives that to `b`; `late` comes after that,
/// and has the core function `$late`, which ends in the table. `given` is what `b` has before.
fn keeping(given: &str, late: &str) -> String {
    let b = calling("$b", "");
    format!(
        r#"(component $a
             (core module $first
               (table (export "t") 1 funcref) (type $v (func))
               (func (export "f") (call_indirect (type $v) (i32.const 0)))
               (func (export "drop") (param i32) (call_indirect (type $v) (i32.const 0))))
             (core instance $first (instantiate $first))
             (func $f (canon lift (core func $first "f")))
             {given} {b}
             (instance $b (instantiate $b (with "f" (func $f))))
             {late}
             (core module $second
               (import "first" "t" (table 1 funcref)) (import "late" "f" (func $f)) (elem (i32.const 0) func $f))
             (core instance (instantiate $second
               (with "first" (instance $first)) (with "late" (instance (export "f" (func $late))))))
             (export "f" (func $f)))"#
    )
}

/// Lowers the function `f` of an instance.
fn late(component: &str) -> String {
    format!("{component} (core func $late (canon lower (func $late \"f\")))")
}

/// Checks that each of the components of some names reaches something, and no other one does.
#[track_caller]
fn reached_by(component: &str, what: &str, names: &[&str]) {
    let lines = check(component, "");
    let of = |line: &String| {
        let (name, rest) = line.strip_prefix('`')?.split_once("` reaches ")?;
        rest.contains(what).then(|| name.to_owned())
    };
    let mut found: Vec<String> = lines.iter().filter_map(of).collect();
    found.sort();
    let mut expected: Vec<&str> = names.to_vec();
    expected.sort_unstable();
    assert_eq!(found, expected, "{lines:#?}\n{component}");
}

#[test]
fn check_reach_includes_functions_called_through_a_table() {
    let plugin = late("(alias outer 1 $plugin (component $p)) (instance $late (instantiate $p))");
    let nested = late(&format!("{} (instance $late (instantiate $late))", taking("$late", 2)));
    let direct = "(alias outer 1 $code (core module $c)) (core instance $l (instantiate $c))
                  (alias core export $l \"f\" (core func $late))";
    for (late, what, more) in [(&*plugin, "`plugin`", "a/late"), (&nested, "`code`", "a/late"), (direct, "`code`", "")]
    {
        let component = format!("(component {HOST} {} (instance $a (instantiate $a)))", keeping("", late));
        let mut names = vec!["a", "a/b"];
        names.extend(Some(more).filter(|name| !name.is_empty()));
        reached_by(&component, what, &names);
    }
}

#[test]
fn check_reach_includes_later_calls_through_others() {
    // `c` has a function of `b`, and `out` one of `a`; `other` is beside them.
    let late = late(&format!("{} (instance $late (instantiate $late))", taking("$late", 2)));
    let late = format!("{} (instance $c (instantiate $c (with \"f\" (func $b \"f\")))) {late}", calling("$c", ""));
    let component = format!(
        "(component {HOST} {} {} {}
           (instance $a (instantiate $a)) (instance $out (instantiate $out (with \"f\" (func $a \"f\"))))
           (instance $other (instantiate $other (with \"f\" (func $log)))))",
        keeping("", &late),
        calling("$out", ""),
        calling("$other", ""),
    );
    reached_by(&component, "`code`", &["a", "a/b", "a/c", "a/late", "out"]);
    let lines = check(&component, "");
    assert!(
        lines.iter().any(|line| line.starts_with("`a/c` reaches core module `code` through `a/b`, `a`,")),
        "{lines:#?}"
    );
    assert!(lines.contains(&"`other` reaches `log`, which no rule allows".to_owned()), "{lines:#?}");
}

#[test]
fn check_reach_of_a_handle_holder_includes_the_destructor() {
    let holder = r#"(component $holder
      (import "t" (type $t (sub resource)))
      (core func $drop (canon resource.drop $t))
      (core module $m (import "" "drop" (func $drop (param i32))) (func (export "take") (param i32) (call $drop (local.get 0))))
      (core instance $m (instantiate $m (with "" (instance (export "drop" (func $drop))))))
      (func $take (param "t" (own $t)) (canon lift (core func $m "take")))
      (export "take" (func $take)))"#;
    let given = format!(
        r#"(type $r (resource (rep i32) (dtor (func $first "drop"))))
           {holder} (instance $holder (instantiate $holder (with "t" (type $r))))"#
    );
    let late = late(&format!("{} (instance $late (instantiate $late))", taking("$late", 2)));
    let component = format!("(component {HOST} {} (instance $a (instantiate $a)))", keeping(&given, &late));
    reached_by(&component, "`code`", &["a", "a/b", "a/holder", "a/late"]);
}

#[test]
fn check_reach_includes_mutual_calls_through_tables() {
    // `x` and `y`, in `a`, have each a function of `a`, and `a` has one of each.
    let component = format!(
        r#"(component {HOST}
             (component $a
               (import "log" (func $log))
               (core module $t (table (export "t") 2 funcref) (type $v (func))
                 (func (export "f") (call_indirect (type $v) (i32.const 0))))
               (core instance $t (instantiate $t))
               (func $f (canon lift (core func $t "f")))
               {x} {y} {taking}
               (instance $x (instantiate $x (with "f" (func $f))))
               (instance $late (instantiate $late))
               (instance $y (instantiate $y (with "f" (func $late "f"))))
               (core func $fx (canon lower (func $x "f"))) (core func $fy (canon lower (func $y "f")))
               (core module $fill (import "" "t" (table 2 funcref)) (import "" "x" (func $x)) (import "" "y" (func $y))
                 (elem (i32.const 0) func $x $y))
               (core instance (instantiate $fill (with "" (instance
                 (export "t" (table $t "t")) (export "x" (func $fx)) (export "y" (func $fy))))))
               (export "f" (func $f)))
             (instance $a (instantiate $a (with "log" (func $log)))))"#,
        x = calling("$x", ""),
        y = calling("$y", ""),
        taking = taking("$late", 2),
    );
    reached_by(&component, "`code`", &["a", "a/x", "a/y", "a/late"]);
    // `y` has no function of `a`, and so not what `a` has.
    reached_by(&component, "`log`", &["a", "a/x"]);
}

/// The import of a component of the host's that imports a component and exports a function.
const RUNNER: &str = r#"
  (import "runner" (component $runner
    (import "c" (component (export "f" (func)))) (export "f" (func))))"#;

#[test]
fn check_reach_includes_what_a_host_component_may_instantiate() {
    let user = calling("$user", "");
    let component = |inner: &str, given: &str| {
        format!(
            r#"(component {HOST} {RUNNER} {user} {inner}
                 (instance $run (instantiate $runner {given}))
                 (instance $user (instantiate $user (with "f" (func $run "f")))))"#
        )
    };
    let direct = component(&taking("$evil", 1), r#"(with "c" (component $evil))"#);
    reached_by(&direct, "`code`", &["run", "run/evil", "user"]);
    // A rule that denies it by its name is about it, whoever instantiates it.
    let policy = "rule = [{ allow = [\"*\", \"#*\"] }, { component = \"evil\", deny = [\"#code\"] }]";
    assert_eq!(check(&direct, policy), ["`run/evil` reaches core module `code`, which `#code` denies"]);
    // It instantiates what is nested in it and takes the module from two components out.
    let nested = format!(
        r#"(component $evil {} (instance $in (instantiate $in)) (export "f" (func $in "f")))"#,
        taking("$in", 2)
    );
    let nested = component(&nested, r#"(with "c" (component $evil))"#);
    reached_by(&nested, "`code`", &["run", "run/evil/in", "user"]);
    // It takes a component of the host's.
    let plugin = r#"(component $evil (alias outer 1 $plugin (component $p)) (instance $p (instantiate $p)) (export "f" (func $p "f")))"#;
    let plugin = component(plugin, r#"(with "c" (component $evil))"#);
    reached_by(&plugin, "`plugin`", &["run", "run/evil/p", "user"]);
    // What takes nothing has nothing.
    let harmless = r#"(component $good (core module $m (func (export "f"))) (core instance $m (instantiate $m))
      (func $f (canon lift (core func $m "f"))) (export "f" (func $f)))"#;
    let harmless = component(harmless, r#"(with "c" (component $good))"#);
    reached_by(&harmless, "`runner`", &["run", "user"]);
    for what in ["`code`", "`plugin`", "`log`"] {
        assert!(check(&harmless, "").iter().all(|line| line.starts_with("`app`") || !line.contains(what)));
    }
}

#[test]
fn check_reach_finds_host_components_by_any_path() {
    let evil = taking("$evil", 1);
    // In an instance; by way of a component that hands it on; as what a given component exports; from another component of
    // the host's, which takes what it is given.
    let in_instance = format!(
        r#"(component {HOST} {evil}
             (import "runner" (component $runner (import "i" (instance (export "c" (component (export "f" (func))))))))
             (instance $run (instantiate $runner (with "i" (instance (export "c" (component $evil)))))))"#
    );
    let handed_on = format!(
        r#"(component {HOST} {RUNNER} {evil}
             (component $between
               (import "c" (component $c (export "f" (func))))
               (alias outer 1 $runner (component $r))
               (instance $run (instantiate $r (with "c" (component $c)))))
             (instance $between (instantiate $between (with "c" (component $evil)))))"#
    );
    let exported = format!(
        r#"(component {HOST}
             (import "runner" (component $runner
               (import "c" (component (export "c" (component (export "f" (func))))))))
             (component $outer {} (export "c" (component $evil)))
             (instance $run (instantiate $runner (with "c" (component $outer)))))"#,
        taking("$evil", 2)
    );
    for (component, names) in [
        (&in_instance, ["run", "run/evil"]),
        (&handed_on, ["between/run", "between/run/evil"]),
        (&exported, ["run", "run/evil"]),
    ] {
        reached_by(component, "`code`", &names);
    }
}

#[test]
fn check_reach_includes_arguments_of_a_host_component() {
    // The given component has an import, for which the host's component has `log`, or a function of `reader`.
    let runner = r#"(import "runner" (component $runner
      (import "c" (component (import "f" (func)) (export "f" (func)))) (import "f" (func)) (export "f" (func))))"#;
    let component = |given: &str| {
        format!(
            r#"(component {HOST} {runner} {} {}
                 (instance $reader (instantiate $reader (with "f" (func $log))))
                 (instance $run (instantiate $runner (with "c" (component $guest)) (with "f" (func {given})))))"#,
            calling("$guest", ""),
            calling("$reader", ""),
        )
    };
    reached_by(&component("$log"), "`log`", &["reader", "run", "run/guest"]);
    reached_by(&component("$reader \"f\""), "`log`", &["reader", "run", "run/guest"]);
}

#[test]
fn check_reach_includes_a_component_that_a_host_component_exports() {
    // `a` instantiates what `keep` exports, with `log`. It may be `guest`.
    let component = format!(
        r#"(component {HOST}
             (import "keeper" (component $keeper
               (import "c" (component (import "f" (func)) (export "f" (func))))
               (export "c" (component (import "f" (func)) (export "f" (func))))))
             {guest}
             (instance $keep (instantiate $keeper (with "c" (component $guest))))
             (alias export $keep "c" (component $kept))
             (instance $a (instantiate $kept (with "f" (func $log)))))"#,
        guest = calling("$guest", ""),
    );
    reached_by(&component, "`log`", &["a", "a/guest"]);
    reached_by(&component, "`keeper`", &["a", "a/guest", "keep", "keep/guest"]);
}

#[test]
fn check_reach_includes_outer_aliases_of_an_exported_component() {
    let component = format!(
        r#"(component {HOST} {evil} {good}
             (instance $good (instantiate $good (with "f" (func $log))))
             (export "c" (component $evil)))"#,
        evil = taking("$evil", 1),
        good = calling("$good", ""),
    );
    reached_by(&component, "`code`", &["evil"]);
    reached_by(&component, "`log`", &["good"]);
    // One that takes nothing has nothing of the file's, whatever it imports.
    let component = format!("(component {HOST} {} (export \"c\" (component $free)))", calling("$free", ""));
    assert!(check(&component, "").iter().all(|line| line.starts_with("`app` reaches")));
}

#[test]
fn check_reach_includes_an_instantiated_host_core_module() {
    // By an export of an instance that only hands it on; from a bundle; as an export of a component of the host's.
    let joint = r#"(component $joint
      (alias outer 2 $code (core module $c))
      (component $nothing) (instance (instantiate $nothing))
      (export "c" (core module $c)))"#;
    let taking = |head: &str, instance: &str| {
        format!(
            r#"(component $user {head}
                 (alias export {instance} "c" (core module $c))
                 (core instance $i (instantiate $c))
                 (func $f (canon lift (core func $i "f")))
                 (export "f" (func $f)))"#
        )
    };
    let joined = taking(&format!("{joint} (instance $j (instantiate $joint))"), "$j");
    let bundled = taking("(alias outer 1 $code (core module $d)) (instance $j (export \"c\" (core module $d)))", "$j");
    for user in [joined, bundled] {
        let component = format!("(component {HOST} {user} (instance $user (instantiate $user)))");
        reached_by(&component, "`code`", &["user"]);
    }
    let given = taking(r#"(import "i" (instance $i (export "c" (core module (export "f" (func))))))"#, "$i");
    let component = format!(
        r#"(component
             (import "maker" (component $maker (export "c" (core module (export "f" (func))))))
             {given}
             (instance $made (instantiate $maker))
             (instance $user (instantiate $user (with "i" (instance $made)))))"#
    );
    reached_by(&component, "`maker`", &["made", "user"]);
}

#[test]
fn check_reach_without_host_code_is_what_components_are_given() {
    // A function that is given away, and code that comes later: nobody has anything of the host's but `other`.
    let late = r#"(component $late (core module $m (func (export "f"))) (core instance $m (instantiate $m))
      (func $f (canon lift (core func $m "f"))) (export "f" (func $f)))
      (instance $late (instantiate $late)) (core func $late (canon lower (func $late "f")))"#;
    let component = format!(
        r#"(component (import "log" (func $log)) {} {}
             (instance $a (instantiate $a))
             (instance $other (instantiate $other (with "f" (func $log)))))"#,
        keeping("", late),
        calling("$other", ""),
    );
    assert_eq!(check(&component, ""), ["`other` reaches `log`, which no rule allows"]);
    assert_eq!(check(&component, "rule = [{ component = \"other\", allow = [\"#log\"] }]"), [""; 0]);
    // A component that only defines a resource type has nothing to give by it, the outermost one neither.
    let component = r#"(component
      (import "log" (func $log))
      (type $t' (resource (rep i32)))
      (component $user (import "t" (type $t (sub resource))) (core func (canon resource.drop $t)))
      (component $logs (import "f" (func $f)) (core func (canon lower (func $f))))
      (instance $user (instantiate $user (with "t" (type $t'))))
      (instance $logs (instantiate $logs (with "f" (func $log)))))"#;
    assert_eq!(check(component, ""), ["`logs` reaches `log`, which no rule allows"]);
}

#[test]
fn check_reach_covers_chains_and_rows_up_to_the_instance_limit() {
    // Each calls the one before it.
    let call = |number: usize| {
        let before = if number == 0 { "$log".to_owned() } else { format!("$i{} \"f\"", number - 1) };
        format!("(instance $i{number} (instantiate $c (with \"f\" (func {before}))))")
    };
    let chain: String = (0..900).map(call).collect();
    let component = format!("(component {HOST} {} {chain})", calling("$c", ""));
    let policy = "default = \"allow\"\nrule = [{ component = \"i899\", deny = [\"#log\"] }, { allow = [\"#*\"] }]";
    let lines = check(&component, policy);
    // The nearest are named.
    assert_eq!(lines, ["`i899` reaches `log` through `i898`, `i897`, `i896` and 896 others, which `#log` denies"]);
    // Each has eight in it, to which it gives what it was given, and its own.
    let inner = calling("$n", "");
    let inner = format!("{inner} {}", "(instance (instantiate $n (with \"f\" (func $g))))".repeat(8));
    let row = calling("$c", "").replace("(export \"f\" (func $g))", &format!("{inner} (export \"f\" (func $g))"));
    let instances: String =
        (0..900).map(|number| format!("(instance $i{number} (instantiate $c (with \"f\" (func $log))))")).collect();
    let component = format!("(component {HOST} {row} {instances})");
    assert_eq!(check(&component, policy).len(), 9);
}

#[test]
fn check_reach_visits_a_nested_export_of_a_host_component_once() {
    // Each is given to one of the host's, and gives `d`, which takes the module, to what it is given by that: it may be any
    // of them.
    let component = |names: &[&str]| {
        let each = |text: &str| names.iter().map(|name| text.replace("NAME", name)).collect::<String>();
        let given = each(r#"(import "NAME" (component (import "x" (component (type $t))) (export "f" (func))))"#);
        let component = format!(
            r#"(component $NAME (alias outer 1 $t (type $t)) (import "x" (component $x (type $t))) {}
                 (instance $in (instantiate $x (with "d" (component $d)))) (export "f" (func $in "f")))"#,
            taking("$d", 2)
        );
        let (components, arguments) = (each(&component), each(r#"(with "NAME" (component $NAME))"#));
        format!(
            r#"(component {HOST}
                 (type $t (component (import "d" (component (export "f" (func)))) (export "f" (func))))
                 (import "keeper" (component $keeper (alias outer 1 $t (type $t)) {given} (export "f" (func))))
                 {components} {}
                 (instance $run (instantiate $keeper {arguments}))
                 (instance $user (instantiate $user (with "f" (func $run "f")))))"#,
            calling("$user", "")
        )
    };
    reached_by(&component(&["k"]), "`code`", &["run", "run/k/in", "run/k/in/d", "user"]);
    // A rule about any of them is about what is made in it, and about what calls that.
    for name in ["run", "k", "in", "d", "user"] {
        let policy =
            format!("rule = [{{ allow = [\"*\", \"#*\"] }}, {{ component = \"{name}\", deny = [\"#code\"] }}]");
        let lines = check(&component(&["k"]), &policy);
        assert!(lines.iter().any(|line| line.contains("which `#code` denies")), "{name}: {lines:#?}");
    }
    // What takes nothing has nothing.
    reached_by(&component(&["k"]), "`log`", &["app"]);
    let many = ["k", "l", "m", "n", "o", "p", "q", "r"];
    let inner = many.iter().flat_map(|name| [format!("run/{name}/in"), format!("run/{name}/in/d")]);
    let all: Vec<String> = inner.chain(["run".to_owned(), "user".to_owned()]).collect();
    reached_by(&component(&many), "`code`", &all.iter().map(String::as_str).collect::<Vec<_>>());
}
