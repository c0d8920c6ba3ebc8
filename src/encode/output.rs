//! The encoded output: its own bytes, and the input components by reference.

use std::sync::{Arc, OnceLock};

use crate::decode::Pieces;
use crate::load::Component;
use crate::load::digest::{Digest, Hasher};

/// A binary component in consecutive pieces. Large nested components are shared with the inputs instead of copied.
#[derive(Default)]
pub(crate) struct Output {
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
    pub(crate) fn add(&mut self, bytes: Vec<u8>) {
        if !bytes.is_empty() {
            self.pieces.push(Piece::Own(bytes));
        }
    }

    /// Adds the bytes of a component.
    pub(crate) fn add_component(&mut self, component: &Component) {
        self.pieces.push(Piece::Component(component.clone()));
    }

    /// The length in bytes.
    pub(crate) fn len(&self) -> usize {
        self.pieces.iter().map(|piece| piece.bytes().len()).sum()
    }

    /// The pieces, each with its offset: the input of [`Pieces::Several`].
    pub(crate) fn pieces(&self) -> Vec<(usize, &[u8])> {
        let starts = self.pieces.iter().scan(0, |start, piece| {
            let bytes = piece.bytes();
            *start += bytes.len();
            Some((*start - bytes.len(), bytes))
        });
        starts.collect()
    }

    /// All bytes in one buffer, which is built on first use.
    pub(crate) fn joined(&self) -> &Arc<Vec<u8>> {
        self.joined.get_or_init(|| {
            let mut joined = Vec::with_capacity(self.len());
            self.pieces.iter().for_each(|piece| joined.extend_from_slice(piece.bytes()));
            Arc::new(joined)
        })
    }

    /// The SHA-256 of all bytes, computed on first use.
    pub(crate) fn digest(&self) -> Digest {
        *self.digest.get_or_init(|| {
            let mut hasher = Hasher::default();
            self.pieces.iter().for_each(|piece| hasher.add(piece.bytes()));
            hasher.digest()
        })
    }
}

/// The pieces in the form that decoders read.
pub(crate) fn read<'a>(pieces: &'a [(usize, &'a [u8])]) -> Pieces<'a> {
    match pieces {
        [(0, whole)] => Pieces::Whole(whole),
        several => Pieces::Several(several),
    }
}
