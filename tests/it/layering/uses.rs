//! What a source file names of the crate, in whatever form: `use` trees, paths in expressions and types, arguments of macros.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// A path of the crate that a file names: the modules from the root on, and the item. `*` is all of a module.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Used {
    pub path: Vec<String>,
    pub line: usize,
}

impl Used {
    /// Whether it is in a module, which is named by its path with `::` between.
    pub fn is_in(&self, module: &str) -> bool {
        let module: Vec<&str> = module.split("::").collect();
        self.path.len() >= module.len() && self.path.iter().zip(&module).all(|(a, b)| a == b)
    }
}

/// The modules that lead to a file, which is named by its path in `src`.
pub fn module(file: &Path) -> Vec<String> {
    let mut parts: Vec<String> = file.iter().map(|part| part.to_str().unwrap().to_owned()).collect();
    let name = parts.pop().unwrap();
    match name.strip_suffix(".rs").unwrap() {
        "mod" | "lib" | "main" => {}
        name => parts.push(name.to_owned()),
    }
    parts
}

/// All that a file names of the crate, outside of the module `tests` and of what `#[cfg(test)]` is before.
pub fn of(text: &str, module: &[String]) -> BTreeSet<Used> {
    let tokens: TokenStream = text.parse().unwrap();
    let mut found = Reader { modules: modules(tokens.clone()), ..Reader::default() };
    found.stream(tokens, module);
    found.used
}

/// The modules that a file declares, which are in files of their own.
fn modules(tokens: TokenStream) -> BTreeSet<String> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let declared = tokens.windows(3).filter_map(|three| match three {
        [TokenTree::Ident(keyword), TokenTree::Ident(name), TokenTree::Punct(end)] => {
            (*keyword == "mod" && end.as_char() == ';').then(|| name.to_string())
        }
        _ => None,
    });
    declared.collect()
}

/// What a file calls its own that is in another module: a name, and the path.
pub fn reexports(text: &str, module: &[String]) -> BTreeMap<String, Vec<String>> {
    let names = of(text, module).into_iter().filter(|used| used.path.len() > 1 && used.path[0] != "std");
    names.map(|used| (used.path.last().unwrap().clone(), used.path)).collect()
}

#[test]
fn uses_are_found_in_each_syntax() {
    let module = ["link".to_owned(), "wac".to_owned()];
    for (text, path) in [
        ("use crate::{load, encode::Encoder};", "encode::Encoder"),
        ("use crate::{load::{file, digest}, encode};", "encode"),
        ("pub(crate) use crate::encode::*;", "encode::*"),
        ("use super::super::encode;", "encode"),
        ("use super::{super::encode::sections};", "encode::sections"),
        ("use super::graph::{Graph, Part as P};", "link::graph::Part"),
        ("fn f() { crate::encode::encode(x) }", "encode::encode"),
        ("fn f(x: &[crate::encode::Encoder<'_>]) {}", "encode::Encoder"),
        ("fn f() { println!(crate::encode::of::<u8>(1)) }", "encode::of"),
        ("macro_rules! m { () => { $crate::encode::x() } }", "encode::x"),
        ("mod inner { use super::super::super::encode::y; }", "encode::y"),
        ("impl From<weld::encode::E> for F {}", "encode::E"),
        ("use crate as other;", ""),
        ("use self::super::graph;", "link::graph"),
        ("mod inner; pub use inner::{A, B};", "link::wac::inner::B"),
    ] {
        let used = of(text, &module);
        assert!(used.iter().any(|used| used.path.join("::") == path), "{text}: {used:?}");
    }
    let unused = r#"//! of `crate::encode`
        #[cfg(test)] use crate::encode;
        #[cfg(test)] mod t { use crate::encode; }
        pub(crate) fn f() { "crate::encode" }"#;
    assert!(of(unused, &module).is_empty());
}

#[derive(Default)]
struct Reader {
    used: BTreeSet<Used>,
    /// The modules below, which the file names without a prefix.
    modules: BTreeSet<String>,
}

impl Reader {
    fn stream(&mut self, stream: TokenStream, module: &[String]) {
        let tokens: Vec<TokenTree> = stream.into_iter().collect();
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            at = match token {
                TokenTree::Punct(punct) if punct.as_char() == '#' && is_of_tests(tokens.get(at + 1)) => {
                    after_item(&tokens, at + 2)
                }
                TokenTree::Ident(ident) if *ident == "mod" => match (tokens.get(at + 1), tokens.get(at + 2)) {
                    (Some(TokenTree::Ident(name)), Some(TokenTree::Group(body))) => {
                        let inner = [module, &[name.to_string()]].concat();
                        self.stream(body.stream(), &inner);
                        at + 3
                    }
                    _ => at + 1,
                },
                TokenTree::Ident(ident) if *ident == "use" => match tokens.get(at + 1) {
                    // With a prefix, which may be all: `use crate as other`.
                    Some(TokenTree::Ident(first)) if start(&first.to_string(), module).is_some() => {
                        let path = start(&first.to_string(), module).unwrap();
                        if is_separator(&tokens, at + 2) {
                            self.path(&tokens, at + 4, path)
                        } else {
                            self.used.insert(Used { path, line: first.span().start().line });
                            at + 2
                        }
                    }
                    // The root names its modules without one, and others those below them.
                    _ if module.is_empty() => self.path(&tokens, at + 1, vec![]),
                    Some(TokenTree::Ident(first)) if self.modules.contains(&first.to_string()) => {
                        self.path(&tokens, at + 1, module.to_vec())
                    }
                    _ => at + 1,
                },
                TokenTree::Ident(ident) => match start(&ident.to_string(), module) {
                    // What follows another segment is no start of a path, and neither is `pub(crate)`.
                    Some(path) if is_separator(&tokens, at + 1) && !follows_separator(&tokens, at) => {
                        self.path(&tokens, at + 3, path)
                    }
                    _ => at + 1,
                },
                TokenTree::Group(group) => {
                    self.stream(group.stream(), module);
                    at + 1
                }
                _ => at + 1,
            };
        }
    }

    /// Reads the rest of a path, which begins with what is given, and says where it ends.
    fn path(&mut self, tokens: &[TokenTree], mut at: usize, mut path: Vec<String>) -> usize {
        loop {
            match tokens.get(at) {
                Some(TokenTree::Ident(ident)) => {
                    let line = ident.span().start().line;
                    match ident.to_string().as_str() {
                        "super" => _ = path.pop(),
                        "self" | "crate" => {}
                        name => path.push(name.to_owned()),
                    }
                    if !is_separator(tokens, at + 1) {
                        self.used.insert(Used { path, line });
                        return at + 1;
                    }
                    at += 3;
                }
                Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                    self.tree(group, &path);
                    return at + 1;
                }
                Some(TokenTree::Punct(punct)) if punct.as_char() == '*' => {
                    path.push("*".to_owned());
                    self.used.insert(Used { path, line: punct.span().start().line });
                    return at + 1;
                }
                // `crate::a::b::<T>`
                _ => {
                    let line = tokens.get(at - 1).map_or(0, |token| token.span().start().line);
                    self.used.insert(Used { path, line });
                    return at;
                }
            }
        }
    }

    /// Reads the branches of a `use` tree.
    fn tree(&mut self, group: &Group, path: &[String]) {
        let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            at = self.path(&tokens, at, path.to_vec());
            while tokens
                .get(at)
                .is_some_and(|token| !matches!(token, TokenTree::Punct(punct) if punct.as_char() == ','))
            {
                at += 1;
            }
            at += 1;
        }
    }
}

/// Where a path begins that starts with a word.
fn start(word: &str, module: &[String]) -> Option<Vec<String>> {
    match word {
        "crate" | "weld" => Some(Vec::new()),
        "self" => Some(module.to_vec()),
        "super" => Some(module.split_last().map(|(_, outer)| outer.to_vec()).unwrap_or_default()),
        _ => None,
    }
}

fn is_colon(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == ':')
}

fn is_separator(tokens: &[TokenTree], at: usize) -> bool {
    is_colon(tokens.get(at)) && is_colon(tokens.get(at + 1))
}

fn follows_separator(tokens: &[TokenTree], at: usize) -> bool {
    at >= 2 && is_separator(tokens, at - 2)
}

/// Whether the brackets of an attribute say `cfg(test)`.
fn is_of_tests(attribute: Option<&TokenTree>) -> bool {
    attribute.is_some_and(|attribute| attribute.to_string().replace(' ', "") == "[cfg(test)]")
}

/// Where the item or statement ends that begins there.
fn after_item(tokens: &[TokenTree], from: usize) -> usize {
    let ends = |token: &TokenTree| match token {
        TokenTree::Punct(punct) => punct.as_char() == ';',
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        _ => false,
    };
    let rest = tokens.iter().skip(from);
    rest.clone().position(ends).map_or(tokens.len(), |end| from + end + 1)
}
