//! Writes a picture as a page: one file that contains everything and loads nothing.
//!
//! The picture and the tables are shown without scripts, too. A script adds interaction: it reads details about blocks,
//! ports and wires from JSON in the page, and shows them as text. The content security policy of the page allows only
//! this script and this style sheet, by their digests.

mod details;

use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use super::layout::{Layout, MANY};
use super::rows::TYPES_ONLY;
use super::svg::{Text, id, svg};
use super::{EXPORTS, End, HOST, Kind, Picture, Side};
use crate::provenance::Granted;
use crate::text::{self, count};

const STYLE: &str = include_str!("html/style.css");
const SCRIPT: &str = include_str!("html/script.js");

/// The height up to which the page gives a picture the least height.
const LOW: f64 = 270.0;

/// The height up to which the page gives a picture no more than half of the window.
const MIDDLE: f64 = 430.0;

/// Writes the page of a picture.
pub(crate) fn page(picture: &Picture<'_>) -> String {
    let layout = Layout::of(picture);
    let policy = format!(
        "default-src 'none'; base-uri 'none'; form-action 'none'; script-src '{}'; style-src '{}'",
        source(SCRIPT),
        source(STYLE)
    );
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="generator" content="weld";
                title { (Text(&picture.name)) " – weld" }
                style { (PreEscaped(STYLE)) }
            }
            body.quiet[layout.has_many].wide[layout.is_wide()].many[layout.rows.cables.len() > MANY] {
                (header(picture))
                main {
                    (controls(&layout))
                    div #stage class={ @if layout.height < LOW { "low" } @else if layout.height < MIDDLE { "middle" } } {
                        div #canvas tabindex="0" role="region" aria-label="Picture: arrows and plus or minus move and zoom it" {
                            (svg(picture, &layout))
                        }
                        div #hint aria-live="off" {}
                        (panel())
                    }
                    p #cut { "A part of the picture is shown. Drag it to see the rest, or press “whole”." }
                    (legend())
                    (tables(picture))
                }
                footer { "Made by weld from the component alone. Names, versions and licences are the word of whoever wrote them." }
                script #data type="application/json" { (PreEscaped(details::json(picture, &layout))) }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    page.into_string()
}

fn header(picture: &Picture<'_>) -> Markup {
    let outermost = picture.inspection.components.first();
    let nested = picture.inspection.instances.len().min(picture.blocks.len().saturating_sub(2));
    html! {
        header {
            h1 { (Text(&picture.name)) }
            dl {
                @if let Some(version) = outermost.and_then(|it| it.metadata.version.as_ref()) {
                    div { dt { "version" } dd { (Text(version)) } }
                }
                @if let Some(component) = outermost {
                    div { dt { "size" } dd { (text::size(component.size)) } }
                    div { dt { "sha256" } dd.digest title=(component.sha256) { (component.sha256) } }
                }
                div { dt { "in it" } dd { (picture.inspection.nested()) } }
                div { dt { "drawn" } dd #count { (count(nested, "component")) } }
                div { dt { "of the host" } dd { (count(picture.inspection.imports.len(), "import")) } }
            }
        }
    }
}

fn controls(layout: &Layout) -> Markup {
    html! {
        div #controls role="toolbar" aria-label="Picture" {
            input #search type="search" placeholder="Search names, interfaces, capabilities   /" autocomplete="off" spellcheck="false"
                aria-label="Search";
            output #found aria-live="polite" {}
            span.space {}
            label.check {
                input #host-wires type="checkbox" checked[!layout.has_many];
                "host wires"
            }
            button #zoom-out type="button" aria-label="Zoom out" title="Zoom out ( - )" { "−" }
            button #zoom-in type="button" aria-label="Zoom in" title="Zoom in ( + )" { "+" }
            button #fit type="button" title="As large as fits and can be read ( 0 )" { "fit" }
            button #whole type="button" title="All of it, however small" { "whole" }
            button #theme type="button" title="Light or dark" aria-label="Light or dark" { "◐" }
        }
    }
}

fn panel() -> Markup {
    html! {
        aside #panel aria-label="Details" {
            div #detail tabindex="-1" aria-live="polite" {
                p.empty { "Point at a block, a row or a wire for a word about it. Click it, or press Enter, for everything." }
                p.empty {
                    kbd { "Tab" } " goes through blocks and rows, " kbd { "←" } kbd { "↑" } kbd { "↓" } kbd { "→" } " among blocks, "
                    kbd { "/" } " to the search, " kbd { "+" } " " kbd { "−" } " " kbd { "0" } " zoom, " kbd { "Esc" } " closes."
                }
            }
        }
    }
}

fn legend() -> Markup {
    let entry = |class: &str, text: &str| {
        html! { li { svg width="34" height="12" aria-hidden="true" { g class=(class) { path.line d="M1 6L33 6" {} } } (text) } }
    };
    html! {
        ul #legend aria-label="Legend" {
            li { span.swatch.program {} (Kind::Program.word()) }
            li { span.swatch.composition {} "composition" }
            li { span.swatch.adapter {} "adapter, generated by weld" }
            (entry("wire plain", "one component from another"))
            (entry("wire host", "from the host"))
            (entry("wire adapted", "by an adapter, which has it from the host"))
            (entry("wire held", "by an adapter, and not passed on to the host"))
            li { span.pill.direct { "fs" } "has it from the host" }
            li { span.pill.through { "fs" } "reaches it through others" }
        }
    }
}

/// The content of the picture as tables, for readers who do not see it.
fn tables(picture: &Picture<'_>) -> Markup {
    html! {
        section #tables {
            h2 { "Components" }
            div.scroll { (components(picture)) }
            @if let Some(provenance) = picture.inspection.provenance.as_ref().filter(|it| !it.grants.is_empty()) {
                h2 { "Granted, by what its metadata says" }
                div.scroll { (grants(&provenance.grants)) }
            }
            h2 { "What the host fills" }
            div.scroll { (imports(picture)) }
            h2 { "What it exports" }
            div.scroll { (exports(picture)) }
        }
    }
}

fn components(picture: &Picture<'_>) -> Markup {
    let has_versions = picture.blocks.iter().any(|block| block.version().is_some());
    html! {
        table {
            thead { tr {
                th scope="col" { "name" } th scope="col" { "what it is" }
                @if has_versions { th scope="col" { "version" } }
                th.number scope="col" { "size" }
                th scope="col" { "reaches" } th scope="col" { "not passed on" } th scope="col" { "its imports are filled by" }
            } }
            tbody {
                @for (index, block) in picture.blocks.iter().enumerate().skip(HOST + 1) {
                    @let instance = picture.instance(block);
                    tr {
                        th scope="row" { a href={ "#b" (index) } data-go={ "b" (index) } {
                            (Text(instance.map(|it| it.path.as_str()).filter(|path| !path.is_empty()).unwrap_or(&block.name)))
                        } }
                        td { (block.kind.word()) }
                        @if has_versions { td data-column="version" { (Text(block.version().unwrap_or(""))) } }
                        td.number data-column="size" {
                            @if let Some(component) = block.component { (text::size(component.size)) }
                        }
                        td data-column="reaches" { (Text(&instance.map_or_else(String::new, |it| details::reaches(picture, it)))) }
                        td.held data-column="not passed on" { (Text(&picture.not_passed_on(index).join(", "))) }
                        td data-column="its imports are filled by" { (Text(&details::fillers(picture, index).join(", "))) }
                    }
                }
            }
        }
    }
}

fn grants(grants: &[Granted]) -> Markup {
    html! {
        table {
            thead { tr { th scope="col" { "component" } th scope="col" { "grant" } th scope="col" { "value" } } }
            tbody {
                @for granted in grants {
                    tr {
                        th scope="row" { (Text(&granted.component)) }
                        td data-column="grant" { (Text(&granted.grant)) }
                        td data-column="value" { (Text(&granted.value)) }
                    }
                }
            }
        }
    }
}

fn imports(picture: &Picture<'_>) -> Markup {
    html! {
        table {
            thead { tr { th scope="col" { "import" } th scope="col" { "capability" } th scope="col" { "reached by" } } }
            tbody {
                @for (port, import) in picture.inspection.imports.iter().enumerate() {
                    @let end = id(End { block: HOST, side: Side::Export, port });
                    tr {
                        th scope="row" { a href={ "#" (end) } data-go=(end) { (Text(&import.name)) } }
                        td data-column="capability" { (import.capabilities.join(", ")) @if import.types_only { " (" (TYPES_ONLY) ")" } }
                        td data-column="reached by" {
                            (Text(&import.reached_by.iter().filter_map(|by| {
                                let block = picture.block_of(by.instance)?;
                                Some(picture.instance(block).map(|it| it.path.clone()).filter(|path| !path.is_empty())
                                    .unwrap_or_else(|| block.name.clone()))
                            }).collect::<Vec<_>>().join(", ")))
                        }
                    }
                }
                @if picture.inspection.imports.is_empty() { tr { td colspan="3" { "nothing" } } }
            }
        }
    }
}

fn exports(picture: &Picture<'_>) -> Markup {
    let exports = picture.blocks.get(EXPORTS).map(|block| &block.imports);
    html! {
        table {
            thead { tr { th scope="col" { "export" } th scope="col" { "from" } } }
            tbody {
                @for (port, name) in exports.into_iter().flat_map(|ports| ports.keys()).enumerate() {
                    @let end = End { block: EXPORTS, side: Side::Import, port };
                    tr {
                        th scope="row" { a href={ "#" (id(end)) } data-go=(id(end)) { (Text(name)) } }
                        td data-column="from" { (Text(&details::others(picture, end).join(", "))) }
                    }
                }
                @if exports.is_none_or(|ports| ports.is_empty()) { tr { td colspan="2" { "nothing" } } }
            }
        }
    }
}

/// The source expression of a script or a style sheet in the content security policy: its SHA-256, in Base64.
fn source(text: &str) -> String {
    format!("sha256-{}", base64(&Sha256::digest(text.as_bytes())))
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let digit = DIGITS.get((bits >> (18 - 6 * place)) as usize & 63).copied().unwrap_or(b'=');
            text.push(if place <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_base64_follows_rfc_4648() {
        let examples = [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")];
        examples.iter().for_each(|(bytes, text)| assert_eq!(base64(bytes.as_bytes()), *text));
    }
}
