//! ChaCha20 with a 64-bit counter, as in Bernstein's definition. The key is the seed, in little-endian order, and then
//! zeros; the nonce is the number of the stream. So any implementation produces the same bytes from a seed. The bytes
//! are not secret.

#![no_std]
#![forbid(unsafe_code)]

/// A stream of random bytes.
pub struct Random {
    counter: u64,
    /// The last block, whose unused bytes are at its end.
    block: [u32; 16],
    /// The number of unused bytes of the block. All fields of a new stream are zero, so that the module contains no
    /// data for it.
    left: u32,
}

impl Random {
    /// Creates a stream at its start.
    pub const fn new() -> Self {
        Random { counter: 0, block: [0; 16], left: 0 }
    }

    /// Fills `bytes` with the next bytes of the stream. The seed and the number of the stream have to be the same in
    /// each call.
    pub fn fill(&mut self, seed: u64, stream: u64, bytes: &mut [u8]) {
        for byte in bytes {
            *byte = self.next(seed, stream);
        }
    }

    /// The next eight bytes, in little-endian order.
    pub fn number(&mut self, seed: u64, stream: u64) -> u64 {
        let mut bytes = [0; 8];
        self.fill(seed, stream, &mut bytes);
        u64::from_le_bytes(bytes)
    }

    fn next(&mut self, seed: u64, stream: u64) -> u8 {
        if self.left == 0 {
            self.block = block([low(seed), high(seed), 0, 0, 0, 0, 0, 0], self.counter, [low(stream), high(stream)]);
            self.counter = self.counter.wrapping_add(1);
            self.left = 64;
        }
        let at = 64 - self.left;
        self.left -= 1;
        let word = self.block.get((at / 4) as usize).copied().unwrap_or(0);
        (word >> (at % 4 * 8)) as u8
    }
}

impl Default for Random {
    fn default() -> Self {
        Self::new()
    }
}

fn low(number: u64) -> u32 {
    number as u32
}

fn high(number: u64) -> u32 {
    (number >> 32) as u32
}

/// Computes a block: RFC 8439, section 2.3, except that the counter includes the first word of the nonce.
fn block(key: [u32; 8], counter: u64, nonce: [u32; 2]) -> [u32; 16] {
    let [a, b, c, d, e, f, g, h] = key;
    let [n, o] = nonce;
    let start =
        [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574, a, b, c, d, e, f, g, h, low(counter), high(counter), n, o];
    let mut state = start;
    for _ in 0..10 {
        // Four columns, then four diagonals. A diagonal is a column of the matrix with its rows rotated.
        for turn in 0..2 {
            for column in 0..4 {
                let at = |row: usize| row * 4 + (column + row * turn) % 4;
                quarter_round(&mut state, at(0), at(1), at(2), at(3));
            }
        }
    }
    for (word, first) in state.iter_mut().zip(start) {
        *word = word.wrapping_add(first);
    }
    state
}

/// RFC 8439, section 2.1.
// All indices are below 16. `& 15` tells the compiler.
#[allow(clippy::indexing_slicing)]
fn quarter_round(state: &mut [u32; 16], a: usize, b: usize, c: usize, d: usize) {
    let (a, b, c, d) = (a & 15, b & 15, c & 15, d & 15);
    for (left, right) in [(16, 12), (8, 7)] {
        state[a] = state[a].wrapping_add(state[b]);
        state[d] = (state[d] ^ state[a]).rotate_left(left);
        state[c] = state[c].wrapping_add(state[d]);
        state[b] = (state[b] ^ state[c]).rotate_left(right);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_block_is_that_of_rfc_8439() {
        // Section 2.3.2: the key 00..1f, the counter 1, the nonce 00000009 0000004a 00000000.
        let mut key = [0; 8];
        for (word, start) in key.iter_mut().zip((0u8..32).step_by(4)) {
            *word = u32::from_le_bytes([start, start + 1, start + 2, start + 3]);
        }
        let block = block(key, 0x0900_0000_0000_0001, [0x4a00_0000, 0]);
        let expected = [
            0xe4e7f110, 0x15593bd1, 0x1fdd0f50, 0xc47120a3, 0xc7f4d1c7, 0x0368c033, 0x9aaa2204, 0x4e6cd4c3, 0x466482d2,
            0x09aa9f07, 0x05d7c214, 0xa2028bd9, 0xd19c12b5, 0xb94e16de, 0xe883d0cb, 0x4e3c50a2,
        ];
        assert_eq!(block, expected);
    }

    #[test]
    fn a_stream_is_the_same_however_it_is_read() {
        let mut all = [0; 200];
        Random::new().fill(42, 0, &mut all);
        let mut one = Random::new();
        let mut pieces = [0; 200];
        for piece in pieces.chunks_mut(7) {
            one.fill(42, 0, piece);
        }
        assert_eq!(all, pieces);
        // The first bytes of ChaCha20 with the key of zeros; a seed of zero is that.
        let mut zero = [0; 8];
        Random::new().fill(0, 0, &mut zero);
        assert_eq!(zero, [0x76, 0xb8, 0xe0, 0xad, 0xa0, 0xf1, 0x3d, 0x90]);
    }

    #[test]
    fn streams_and_seeds_differ() {
        let first = |seed, stream| Random::new().number(seed, stream);
        assert_ne!(first(42, 0), first(42, 1));
        assert_ne!(first(42, 0), first(43, 0));
        assert_eq!(first(42, 1), first(42, 1));
    }
}
