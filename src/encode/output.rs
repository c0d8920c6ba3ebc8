//! What was written: bytes of its own, and components as they were read.

use std::sync::{Arc, OnceLock};

use crate::decode::Pieces;
use crate::load::Component;
use crate::load::digest::{Digest, Hasher};

/// A binary component in pieces, one after the other. Large components in it are those that were read, and not copied.
#[derive(Default)]
pub struct Output {
    pieces: Vec<Piece>,
    joined: OnceLock<Arc<Vec<u8>>>,
    digest: OnceLock<Digest>,
}

enum Piece {
    Own(Vec<u8>),
    Component(Component),
}

impl Piece {
    fn bytes(&self) -> &[u8] {
        match self {
            Piece::Own(bytes) => bytes,
            Piece::Component(component) => component.bytes(),
        }
    }
}

impl Output {
    /// Adds bytes.
    pub fn add(&mut self, bytes: Vec<u8>) {
        if !bytes.is_empty() {
            self.pieces.push(Piece::Own(bytes));
        }
    }

    /// Adds the bytes of a component.
    pub fn add_component(&mut self, component: &Component) {
        self.pieces.push(Piece::Component(component.clone()));
    }

    /// How many bytes it has.
    pub fn len(&self) -> usize {
        self.pieces.iter().map(|piece| piece.bytes().len()).sum()
    }

    /// The pieces, each with where it starts: [`Pieces::Several`] is made of that.
    pub fn pieces(&self) -> Vec<(usize, &[u8])> {
        let starts = self.pieces.iter().scan(0, |start, piece| {
            let bytes = piece.bytes();
            *start += bytes.len();
            Some((*start - bytes.len(), bytes))
        });
        starts.collect()
    }

    /// Its bytes in one place, in which they are put when that is asked for the first time.
    pub fn joined(&self) -> &Arc<Vec<u8>> {
        self.joined.get_or_init(|| {
            let mut joined = Vec::with_capacity(self.len());
            self.pieces.iter().for_each(|piece| joined.extend_from_slice(piece.bytes()));
            Arc::new(joined)
        })
    }

    /// The SHA-256 of its bytes, which is computed when that is asked for the first time.
    pub fn digest(&self) -> Digest {
        *self.digest.get_or_init(|| {
            let mut hasher = Hasher::default();
            self.pieces.iter().for_each(|piece| hasher.add(piece.bytes()));
            hasher.digest()
        })
    }
}

/// The pieces of an output as what reads components takes them.
pub fn read<'a>(pieces: &'a [(usize, &'a [u8])]) -> Pieces<'a> {
    match pieces {
        [(0, whole)] => Pieces::Whole(whole),
        several => Pieces::Several(several),
    }
}
