//! The facts of a check as Markdown, for a comment on a change or the summary of a run.
//!
//! Names come from inputs. Each is a code span, in which only the closing backticks have a meaning (CommonMark, "Code
//! spans").

use super::facts::facts;
use super::policy::{Report, Reports};
use crate::text::Shown;

/// Writes a section: the verdict, the violations of each component, the doubts about the policy, which fail a `strict`
/// check, and the functions that are accepted although no rule names them.
pub(crate) fn summary(reports: &Reports, strict: bool) -> String {
    let mut text = format!("## weld check\n\n{}\n", reports.verdict(&code, None));
    for report in reports.components.iter().filter(|report| !report.meets) {
        text += &format!("\n### {}\n\n{}", code(&report.component.file), items(report));
    }
    let unread = reports.unread.iter().map(|it| format!("- {}: {}\n", code(&it.file), code(&it.message)));
    let unread: String = unread.collect();
    if !unread.is_empty() {
        text += &format!("\n### Not checked\n\n{unread}");
    }
    let doubts: String = reports
        .doubts
        .iter()
        .map(|doubt| {
            let place = format!("{}:{}:{}", reports.policy.file, doubt.line, doubt.column);
            format!("- {} ({})\n", code(&doubt.message), code(&place))
        })
        .collect();
    if !doubts.is_empty() {
        text += &format!("\n### Warnings\n\n{doubts}");
        if strict {
            text += "\nThe check fails: `--strict` fails on warnings.\n";
        }
    }
    let kept = reports.components.iter().flat_map(|report| {
        report.kept(false).into_iter().map(|line| format!("- {}: {}\n", code(&report.component.file), code(&line)))
    });
    let kept: String = kept.collect();
    if !kept.is_empty() {
        text += &format!("\n### Let through though no rule names it\n\n{kept}");
    }
    text
}

/// Writes a list with a line for each fact.
fn items(report: &Report) -> String {
    let item = |fact: &super::facts::Fact<'_>| {
        format!("- {} ({})\n", fact.message(&code), code(&report.place(&fact.first.rule)))
    };
    facts(&report.violations, false).iter().map(item).collect()
}

/// Writes a name as a code span. Its fence has more backticks than the longest run of them in the name.
pub(crate) fn code(name: &str) -> String {
    let name = Shown(name).to_string();
    let longest = name.split(|char| char != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    // CommonMark strips one space at both ends. A space separates a backtick from the fence. An empty span is not a span.
    let is_bare = |char: &char| *char != '`' && *char != ' ';
    let touches = !(name.chars().next().is_some_and(|char| is_bare(&char))
        && name.chars().last().is_some_and(|char| is_bare(&char)));
    let space = if touches { " " } else { "" };
    format!("{fence}{space}{name}{space}{fence}")
}

#[cfg(test)]
mod tests {
    use super::code;

    #[test]
    fn markdown_code_span_contains_any_name() {
        assert_eq!(code("app"), "`app`");
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`` <img> `"), "``` `` <img> ` ```");
        assert_eq!(code("a\n# b"), "`a\\u{a}# b`");
        assert_eq!(code(" a "), "`  a  `");
    }
}
