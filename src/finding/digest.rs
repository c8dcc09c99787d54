//! Hashes that identify a finding or a cause from run to run, or tell whether a file was edited.

use crate::model::guid;
use sha2::{Digest as _, Sha256};

/// A hash over texts.
pub(crate) struct Digest(Sha256);

impl Digest {
    /// Of a thing of this name; those of two versions cannot be compared.
    pub(crate) fn new(of: &'static str, version: u32) -> Self {
        let mut new = Self(Sha256::new());
        new.field(&format!("cosmos-rbac/{of}/{version}"));
        new
    }

    pub(crate) fn field(&mut self, text: &str) {
        // Lengths keep neighbouring fields from running into each other.
        self.0.update((text.len() as u64).to_le_bytes());
        self.0.update(text.as_bytes());
    }

    /// A part that is always as long.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The first 16 bytes.
    pub(crate) fn finish_bytes(self) -> [u8; 16] {
        let mut first = [0; 16];
        first
            .iter_mut()
            .zip(self.0.finalize())
            .for_each(|(to, from)| *to = from);
        first
    }

    /// The first eight bytes.
    pub(crate) fn finish_number(self) -> u64 {
        u128::from_le_bytes(self.finish_bytes()) as u64
    }

    /// 32 hexadecimal digits.
    pub(crate) fn finish(self) -> String {
        self.finish_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The same digits as a GUID (RFC 9562, version 8: of one's own making).
    pub(crate) fn finish_guid(self) -> String {
        let mut digits: Vec<char> = self.finish().chars().collect();
        for (place, digit) in [(12, '8'), (16, '8')] {
            if let Some(found) = digits.get_mut(place) {
                *found = digit;
            }
        }
        guid::canonical(&digits.into_iter().collect::<String>())
    }
}
