//! stub
use super::error::LinkError;
use super::wiring::Wiring;
use crate::describe::At;
use crate::describe::wac::Wac;
use crate::load::Components;
pub fn wire<'a>(components: &'a Components, _document: &Wac) -> Result<Wiring<'a>, Vec<At<LinkError>>> {
    Ok(Wiring::new(components))
}
