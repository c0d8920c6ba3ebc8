//! The characters that a terminal does not show as themselves. Recorders and providers, which are WebAssembly modules, include this
//! file: it uses no table of the standard library, which would be in each of them.

/// Whether a character can change how following text is displayed, or is invisible or indistinguishable from a space.
pub fn is_steering(c: char) -> bool {
    let is_unseen = matches!(c,
        '\u{a0}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{1680}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{2000}'..='\u{200f}' | '\u{2028}'..='\u{202f}' | '\u{205f}'..='\u{206f}' | '\u{2800}'
        | '\u{3000}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}');
    let is_no_character = u32::from(c) & 0xfffe == 0xfffe;
    c.is_control() || is_unseen || is_no_character
}
