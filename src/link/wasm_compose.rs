//! stub
use super::error::LinkError;
use super::wiring::Wiring;
use crate::describe::At;
use crate::describe::wasm_compose;
use crate::load::Components;
pub fn wire<'a>(components: &'a Components, _config: &wasm_compose::Wiring) -> Result<Wiring<'a>, Vec<At<LinkError>>> {
    Ok(Wiring::new(components))
}
