//! Limits the depth of nested type definitions, without recursion.
//!
//! Component Model, Binary Format, `deftype`: component and instance types contain declarations, which may be types in
//! turn. The reader of wasmparser is recursive and has no limit: a few thousand levels overflow the stack. So this
//! check comes first.

use wasmparser::{BinaryReader, ComponentType, ComponentTypeDeclaration, Parser, Payload};

use super::error::LoadError;
use crate::{limits, text};

/// The maximal number of types that the validator accepts.
const TYPES: u32 = 1_000_000;

/// The reason that a component is rejected before it is validated.
#[derive(Debug)]
pub(super) enum Failure {
    /// The bytes are malformed.
    Malformed(wasmparser::BinaryReaderError),
    /// Types are nested too deep.
    TooDeep,
    /// The types have too many items.
    TooMuch,
    /// The names of its imports and exports, with those of nested items, are too long.
    TooLong,
    /// A name has a control character, such as a line break.
    Control(String),
}

impl Failure {
    /// The error about a file with this failure.
    pub(super) fn in_file(self, file: &str) -> LoadError {
        let file = file.to_owned();
        match self {
            Failure::Malformed(error) => {
                LoadError::Invalid { file, offset: error.offset(), message: text::lines(error.message()) }
            }
            Failure::TooDeep => LoadError::TooDeep { file, what: "types", limit: limits::TYPE_DEPTH },
            Failure::TooMuch => LoadError::TooManyItems { file },
            Failure::TooLong => LoadError::TooLongNames { file },
            Failure::Control(name) => LoadError::ControlCharacter { file, name: text::Shown(&name).to_string() },
        }
    }
}

impl From<wasmparser::BinaryReaderError> for Failure {
    fn from(error: wasmparser::BinaryReaderError) -> Self {
        Failure::Malformed(error)
    }
}

/// Checks the types of a component and of its nested components.
///
/// # Errors
///
/// Types are nested too deep, or the bytes are malformed.
pub(super) fn check(component: &[u8]) -> Result<(), Failure> {
    for payload in Parser::new(0).parse_all(component) {
        check_section(component, &payload?)?;
    }
    Ok(())
}

/// Checks a section of types, and returns the bytes of each type with their offset. Other sections have none. `bytes`
/// contain the section at its range.
///
/// # Errors
///
/// Types are nested too deep, or the bytes are malformed.
pub(super) fn check_section<'b>(bytes: &'b [u8], section: &Payload<'_>) -> Result<Vec<(u64, &'b [u8])>, Failure> {
    let Payload::ComponentTypeSection(section) = section else { return Ok(Vec::new()) };
    let range = section.range();
    let data = usize::try_from(range.start).ok().zip(usize::try_from(range.end).ok());
    let data = data.and_then(|(start, end)| bytes.get(start..end)).unwrap_or_default();
    let mut found = Vec::new();
    check_types(BinaryReader::new(data, range.start), &mut |start, end| {
        found.push((range.start + start as u64, data.get(start..end).unwrap_or_default()));
    })?;
    Ok(found)
}

/// Checks the vector of types of a section. `found` receives the start and the end of each.
fn check_types(mut reader: BinaryReader<'_>, found: &mut dyn FnMut(usize, usize)) -> Result<(), Failure> {
    let types = reader.read_var_u32()?;
    if types > TYPES {
        // The validator reports it.
        return Ok(());
    }
    for _ in 0..types {
        let start = reader.current_position();
        // The number of remaining declarations at each level, outermost first.
        let mut open = Vec::new();
        read_type(&mut reader, &mut open)?;
        while let Some(left) = open.last_mut() {
            if *left == 0 {
                open.pop();
                continue;
            }
            *left -= 1;
            // The byte 1 begins a declaration that is a type.
            let mut ahead = reader.clone();
            if ahead.read_u8()? == 0x01 {
                reader = ahead;
                read_type(&mut reader, &mut open)?;
            } else {
                reader.read::<ComponentTypeDeclaration<'_>>()?;
            }
            if open.len() > limits::TYPE_DEPTH {
                return Err(Failure::TooDeep);
            }
        }
        found(start, reader.current_position());
    }
    Ok(())
}

/// Reads a type. Of a component or instance type it reads only the number of declarations, which it adds to `open`.
fn read_type(reader: &mut BinaryReader<'_>, open: &mut Vec<u32>) -> Result<(), Failure> {
    let mut ahead = reader.clone();
    match ahead.read_u8()? {
        0x41 | 0x42 => {
            open.push(ahead.read_var_u32()?);
            *reader = ahead;
        }
        _ => drop(reader.read::<ComponentType<'_>>()?),
    }
    Ok(())
}
