//! Prints outputs as text. The text must parse as the verified component, for any content of custom sections.

use wasm_encoder::{ComponentSectionId, Encode as _};
use wasmparser::{Encoding, Parser, Payload};

use super::EmitError;
use crate::guard::{Use, guard};
use crate::text::{self, Shown};

/// Prints a binary component as text, in the format that `load` accepts.
///
/// # Errors
///
/// The printer does not support the component, or the text would parse as another component.
pub(crate) fn printed(bytes: &[u8]) -> Result<String, EmitError> {
    // The printer quotes malformed custom sections in comments. A carriage return in such a comment would end it, and
    // make the rest part of the component.
    let is_comment = |line: &str| line.trim_start().starts_with(";;");
    let plain = |line: &str| if is_comment(line) { Shown(line).to_string() } else { line.to_owned() };
    let text = print(bytes)?.split('\n').map(plain).collect::<Vec<_>>().join("\n");
    let read = guard(Use::WAT, "the component", || wat::parse_str(&text));
    let read = read.map_err(|_| EmitError::Text)?.map_err(|_| EmitError::Text)?;
    let (written, read) = (without_custom(bytes)?, without_custom(&read)?);
    // Different bytes may be the same component, since a number has several encodings and text does not state them.
    if written != read && print(&written)? != print(&read)? {
        return Err(EmitError::Text);
    }
    Ok(text)
}

fn print(bytes: &[u8]) -> Result<String, EmitError> {
    let printed = guard(Use::PRINT, "the component", || wasmprinter::print_bytes(bytes));
    let printed = printed.map_err(|panicked| EmitError::Print { reason: panicked.to_string() })?;
    printed.map_err(|error| EmitError::Print { reason: text::lines(&format!("{error:#}")) })
}

/// A component without custom sections at any depth, since text cannot express all of them.
fn without_custom(bytes: &[u8]) -> Result<Vec<u8>, EmitError> {
    let failed = |error: wasmparser::BinaryReaderError| EmitError::Print { reason: text::lines(error.message()) };
    // The open components and modules, outermost first, each with the id of its section.
    let mut open: Vec<(u8, Vec<u8>)> = vec![(0, Vec::new())];
    let mut within = 0;
    for payload in Parser::new(0).parse_all(bytes) {
        let payload = payload.map_err(failed)?;
        match &payload {
            Payload::Version { encoding, .. } => {
                let header = match encoding {
                    Encoding::Module => &wasm_encoder::Module::HEADER,
                    Encoding::Component => &wasm_encoder::Component::HEADER,
                };
                open.push((within, header.to_vec()));
            }
            Payload::ModuleSection { .. } => within = ComponentSectionId::CoreModule.into(),
            Payload::ComponentSection { .. } => within = ComponentSectionId::Component.into(),
            Payload::End(_) => {
                if let (Some((id, nested)), Some((_, around))) = (open.pop(), open.last_mut()) {
                    // The outermost component is in no section.
                    if id == 0 {
                        around.extend(nested);
                    } else {
                        around.push(id);
                        nested.encode(around);
                    }
                }
            }
            Payload::CustomSection(_) => {}
            payload => {
                if let (Some((id, range)), Some((_, around))) = (payload.as_section(), open.last_mut()) {
                    let range = usize::try_from(range.start).ok().zip(usize::try_from(range.end).ok());
                    around.push(id);
                    range.and_then(|(start, end)| bytes.get(start..end)).unwrap_or_default().encode(around);
                }
            }
        }
    }
    Ok(open.pop().map(|(_, bytes)| bytes).unwrap_or_default())
}
