//! What a managed identity, or a group with some in it, has in an account: where acting as it leads to.

use crate::finding::Digest;
use crate::model::BypassKind;

/// What somebody has in an account, as far as a finding must tell whether it is still the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Lead {
    /// Whether it is certain that it is something.
    pub(super) is_sure: bool,
    /// Stands for what the data plane grants: the start of a hash. 0: nothing.
    data: u64,
    /// The bypasses, a bit each, and one for a copy.
    bypasses: u8,
}

impl Lead {
    /// Of which nothing is known but whether it is certain.
    pub(super) fn of(is_sure: bool) -> Self {
        Self {
            is_sure,
            ..Self::default()
        }
    }

    /// What the data plane grants: `data` stands for that.
    pub(super) fn data(is_sure: bool, data: u64) -> Self {
        Self {
            data,
            ..Self::of(is_sure)
        }
    }

    /// A bypass.
    pub(super) fn bypass(is_sure: bool, kind: BypassKind) -> Self {
        let place = BypassKind::ALL.iter().position(|one| *one == kind).unwrap_or_default();
        Self {
            bypasses: 1 << place,
            ..Self::of(is_sure)
        }
    }

    /// A copy of the account, restored elsewhere.
    pub(super) fn copy(is_sure: bool) -> Self {
        Self {
            bypasses: 1 << BypassKind::ALL.len(),
            ..Self::of(is_sure)
        }
    }

    /// The same, to which the way is certain or not.
    pub(super) fn at_most(self, is_sure: bool) -> Self {
        Self {
            is_sure: self.is_sure && is_sure,
            ..self
        }
    }

    /// With what somebody else has there, or the same principal in another way.
    pub(super) fn join(&mut self, other: Self) {
        self.is_sure |= other.is_sure;
        // Whoever has what two have has another thing than either, in whatever order they are met.
        self.data = self.data.wrapping_add(other.data);
        self.bypasses |= other.bypasses;
    }

    /// Adds what it is to what identifies a finding.
    pub(super) fn write(self, hash: &mut Digest) {
        hash.bytes(&self.data.to_le_bytes());
        hash.bytes(&[self.bypasses]);
    }
}
