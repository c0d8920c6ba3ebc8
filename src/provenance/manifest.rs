//! Reads the grants in provenance, which `words` writes, as grants of a manifest.

use super::Granted;
use crate::text;

/// A line of provenance in terms of a manifest.
pub(crate) enum Assignment {
    /// A key of the table `[virtualize.NAME]` and its value, in the syntax of the manifest.
    Line(String, String),
    /// The line of provenance follows from others.
    Derived,
}

/// Converts a line of provenance to a line of a manifest. `None` if the provenance has too little information, such as
/// a digest in place of a text.
pub(crate) fn assignment(granted: &Granted) -> Option<Assignment> {
    let Granted { grant, value, .. } = granted;
    if granted.is_kept() {
        return Some(Assignment::Derived);
    }
    let (treatment, traps) = value.split_once(" (traps: ").unwrap_or((value, ""));
    if matches!(treatment, "allow" | "deny" | "trap" | "ignore") && (traps.is_empty() || traps.ends_with(')')) {
        let key = match grant.as_str() {
            "*" => "default".to_owned(),
            grant => text::toml(&granted_name(grant)?),
        };
        return Some(Assignment::Line(key, format!("\"{treatment}\"")));
    }
    if let Some(value) = value.strip_prefix("returns ") {
        let value = text::toml(&only(words(value)?)?);
        return Some(Assignment::Line(text::toml(&granted_name(grant)?), format!("{{ returns = {value} }}")));
    }
    let setting = match grant.as_str() {
        "env" | "config" => variables(value)?,
        "args" => format!("{{ set = [{}] }}", list(arguments(value)?)),
        "cwd" => format!("{{ set = {} }}", text::toml(&only(words(value.strip_prefix("set ")?)?)?)),
        "keyvalue" => keyvalue(value.strip_prefix("memory ")?)?,
        "http" => rules(value, "allow", &["allow", "deny"])?,
        "sockets" => rules(value, "connect", &["connect", "listen", "lookup"])?,
        "stdin" if value == "empty" => "\"empty\"".to_owned(),
        "stdin" => format!("{{ text = {} }}", text::toml(&only(words(value.strip_prefix("text ")?)?)?)),
        "stdout" | "stderr" | "logging" => text::toml(value.strip_prefix("to ")?),
        "clocks" => clock(value.strip_prefix("fixed ")?),
        "random" => format!("{{ seed = {} }}", value.strip_prefix("seed ")?.parse::<u64>().ok()?),
        grant => {
            let path = only(words(grant.strip_prefix("fs ")?)?)?;
            return Some(Assignment::Line(format!("fs.{}", text::toml(&path)), mount(value)?));
        }
    };
    Some(Assignment::Line(grant.clone(), setting))
}

fn variables(value: &str) -> Option<String> {
    let mut parts = Vec::new();
    for (verb, words) in clauses(value)? {
        match (verb.as_str(), words.as_slice()) {
            ("empty", []) => {}
            ("set", words) => parts.push(format!("set = {}", pairs(words)?)),
            ("allow", [word]) if word.is_bare("*") => parts.push("allow = true".to_owned()),
            (verb @ ("allow" | "deny"), words) => {
                let names = words.iter().map(Word::text).collect::<Option<Vec<_>>>()?;
                parts.push(format!("{verb} = [{}]", list(names)));
            }
            _ => return None,
        }
    }
    Some(format!("{{ {} }}", parts.join(", ")))
}

/// Writes names with their values as a table.
fn pairs(words: &[Word]) -> Option<String> {
    let pair = |word: &Word| {
        let (name, value) = word.pair()?;
        Some(format!("{} = {}", text::toml(&name), text::toml(&value)))
    };
    Some(format!("{{ {} }}", words.iter().map(pair).collect::<Option<Vec<_>>>()?.join(", ")))
}

/// Reads the memory of a store, and its initial buckets.
fn keyvalue(value: &str) -> Option<String> {
    // A size has commas, and no quotes.
    let (memory, rest) = value.split_once(", set ").map_or((value, None), |(memory, rest)| (memory, Some(rest)));
    let bucket = |(verb, words): (String, Vec<Word>)| {
        let (bucket, keys) = words.split_first().filter(|_| verb == "set")?;
        Some(format!("{} = {}", text::toml(&bucket.text()?), pairs(keys)?))
    };
    let buckets = rest.map_or(Some(Vec::new()), |rest| clauses(&format!("set {rest}")))?;
    let buckets = buckets.into_iter().map(bucket).collect::<Option<Vec<_>>>()?;
    let set = if buckets.is_empty() { String::new() } else { format!(", set = {{ {} }}", buckets.join(", ")) };
    Some(format!("{{ memory = {}{set} }}", size(memory)?))
}

/// Reads a size, which is a number of bytes or has a unit.
fn size(size: &str) -> Option<String> {
    let bytes = size.strip_suffix(" bytes").or_else(|| size.strip_suffix(" byte"));
    Some(match bytes {
        Some(bytes) => bytes.replace(',', "").parse::<u64>().ok()?.to_string(),
        None => text::toml(size),
    })
}

/// Reads rules by their verbs. An empty list of rules is the verb `first` and the word `nothing`.
fn rules(value: &str, first: &str, verbs: &[&str]) -> Option<String> {
    if value.strip_suffix(" nothing") == Some(first) {
        return Some(format!("{{ {first} = [] }}"));
    }
    let clause = |(verb, words): (String, Vec<Word>)| {
        let rules = words.iter().map(Word::text).collect::<Option<Vec<_>>>()?;
        verbs.contains(&verb.as_str()).then(|| format!("{verb} = [{}]", list(rules)))
    };
    Some(format!("{{ {} }}", clauses(value)?.into_iter().map(clause).collect::<Option<Vec<_>>>()?.join(", ")))
}

fn arguments(value: &str) -> Option<Vec<String>> {
    match value {
        "empty" => Some(Vec::new()),
        value => words(value.strip_prefix("set ")?)?.iter().map(Word::text).collect(),
    }
}

fn clock(value: &str) -> String {
    let (time, step) = value.split_once(", step ").map_or((value, None), |(time, step)| (time, Some(step)));
    let step = step.map(|step| format!(", step = {}", text::toml(step))).unwrap_or_default();
    format!("{{ fixed = {}{step} }}", text::toml(time))
}

fn mount(value: &str) -> Option<String> {
    if let Some(memory) = value.strip_prefix("memory ") {
        return Some(format!("{{ memory = {} }}", size(memory)?));
    }
    let words = words(value.strip_prefix("host ")?)?;
    match words.as_slice() {
        [path] => Some(format!("{{ host = {} }}", text::toml(&path.text()?))),
        [path, mode] if mode.is_bare("read-only") => {
            Some(format!("{{ host = {}, mode = \"read-only\" }}", text::toml(&path.text()?)))
        }
        _ => None,
    }
}

fn list(texts: Vec<String>) -> String {
    texts.iter().map(|text| text::toml(text)).collect::<Vec<_>>().join(", ")
}

/// The name in a line of provenance that grants or denies something, without the quotes that some names have.
pub(crate) fn granted_name(grant: &str) -> Option<String> {
    only(words(grant)?)
}

fn only(words: Vec<Word>) -> Option<String> {
    match words.as_slice() {
        [word] => word.text(),
        _ => None,
    }
}

/// A word: pieces, each bare or quoted.
#[derive(Debug, Clone, Default)]
struct Word(Vec<(bool, String)>);

impl Word {
    /// Returns the text of the word. `None` if the provenance has only a digest.
    fn text(&self) -> Option<String> {
        let is_digest = self.0.iter().any(|(is_quoted, piece)| !is_quoted && piece.starts_with('('));
        (!is_digest).then(|| self.0.iter().map(|(_, piece)| piece.as_str()).collect())
    }

    fn is_bare(&self, text: &str) -> bool {
        matches!(self.0.as_slice(), [(false, piece)] if piece == text)
    }

    /// Splits `NAME=VALUE` into name and value.
    fn pair(&self) -> Option<(String, String)> {
        let at = self.0.iter().position(|(is_quoted, piece)| !is_quoted && piece.contains('='))?;
        let (before, rest) = self.0.split_at(at);
        let ((_, middle), after) = rest.split_first()?;
        let (name, value) = middle.split_once('=')?;
        let piece = |text: &str| (false, text.to_owned());
        let joined = |pieces: Vec<(bool, String)>| Word(pieces).text();
        let name = joined(before.iter().cloned().chain([piece(name)]).collect())?;
        let value = joined(std::iter::once(piece(value)).chain(after.iter().cloned()).collect())?;
        Some((name, value))
    }
}

/// Splits a value into clauses, as in `set A=1 B=2, allow C`.
fn clauses(value: &str) -> Option<Vec<(String, Vec<Word>)>> {
    let mut clauses: Vec<(String, Vec<Word>)> = Vec::new();
    let mut begins = true;
    for token in tokens(value)? {
        match token {
            Token::Comma => begins = true,
            Token::Word(word) if begins => {
                clauses.push((word.text()?, Vec::new()));
                begins = false;
            }
            Token::Word(word) => clauses.last_mut()?.1.push(word),
        }
    }
    Some(clauses)
}

/// Splits a text without commas into words.
fn words(text: &str) -> Option<Vec<Word>> {
    let word = |token| match token {
        Token::Word(word) => Some(word),
        Token::Comma => None,
    };
    tokens(text)?.into_iter().map(word).collect()
}

enum Token {
    Word(Word),
    Comma,
}

/// Splits a text into tokens: commas, and words, which are bare or quoted as in TOML.
fn tokens(text: &str) -> Option<Vec<Token>> {
    let (mut tokens, mut word) = (Vec::new(), Word::default());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        match c {
            ' ' | ',' => {
                if !word.0.is_empty() {
                    tokens.push(Token::Word(std::mem::take(&mut word)));
                }
                tokens.extend((c == ',').then_some(Token::Comma));
                rest = rest.get(1..)?;
            }
            '"' => {
                let mut escaped = false;
                let end = rest.char_indices().skip(1).find(|(_, c)| {
                    let ends = *c == '"' && !escaped;
                    escaped = *c == '\\' && !escaped;
                    ends
                })?;
                let (quoted, after) = rest.split_at(end.0 + 1);
                let value: toml::Value = toml::from_str(&format!("v = {quoted}")).ok()?;
                word.0.push((true, value.get("v")?.as_str()?.to_owned()));
                rest = after;
            }
            _ => {
                let end = rest.find([' ', ',', '"']).unwrap_or(rest.len());
                let (bare, after) = rest.split_at(end);
                word.0.push((false, bare.to_owned()));
                rest = after;
            }
        }
    }
    if !word.0.is_empty() {
        tokens.push(Token::Word(word));
    }
    Some(tokens)
}
