//! How deep type definitions are nested in each other, found without recursion.
//!
//! Component Model, Binary Format, `deftype`: component and instance types hold declarations, which may be types in
//! turn. The reader of wasmparser follows them with the stack, as deep as the input says; a few thousand levels end
//! the process. So this looks first.

use wasmparser::{BinaryReader, ComponentType, ComponentTypeDeclaration, Parser, Payload};

use super::error::LoadError;
use crate::{limits, text};

/// How many types the validator takes.
const TYPES: u32 = 1_000_000;

/// Why a component is not read any further.
#[derive(Debug)]
pub enum Failure {
    /// Its bytes cannot be read.
    Malformed(wasmparser::BinaryReaderError),
    /// Its types are nested deeper than they may be.
    TooDeep,
    /// Its types have more items than they may.
    TooMuch,
    /// The names that lead to what it imports and exports take more than they may.
    TooLong,
    /// A name has a control character, such as a line break.
    Control(String),
}

impl Failure {
    /// The error of a file in which this was found.
    pub fn in_file(self, file: &str) -> LoadError {
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

/// Checks the types of a component and of all that is nested in it.
pub fn check(component: &[u8]) -> Result<(), Failure> {
    for payload in Parser::new(0).parse_all(component) {
        check_section(component, &payload?)?;
    }
    Ok(())
}

/// Checks a section, if it is one of types, and gives the bytes of each, with where they are. `bytes` are those that its range is of.
pub fn check_section<'b>(bytes: &'b [u8], section: &Payload<'_>) -> Result<Vec<(u64, &'b [u8])>, Failure> {
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

/// Checks a vector of types, which a section of types is. `found` is told where each begins and ends.
fn check_types(mut reader: BinaryReader<'_>, found: &mut dyn FnMut(usize, usize)) -> Result<(), Failure> {
    let types = reader.read_var_u32()?;
    if types > TYPES {
        // The validator says so.
        return Ok(());
    }
    for _ in 0..types {
        let start = reader.current_position();
        // How many declarations are left at each level, outermost first.
        let mut open = Vec::new();
        ty(&mut reader, &mut open)?;
        while let Some(left) = open.last_mut() {
            if *left == 0 {
                open.pop();
                continue;
            }
            *left -= 1;
            // A declaration that is a type starts with 1, and then with whatever the type does.
            let mut ahead = reader.clone();
            if ahead.read_u8()? == 0x01 {
                reader = ahead;
                ty(&mut reader, &mut open)?;
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

/// Reads a type, or, where it has declarations, just how many.
fn ty(reader: &mut BinaryReader<'_>, open: &mut Vec<u32>) -> Result<(), Failure> {
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
