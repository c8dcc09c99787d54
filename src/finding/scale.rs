//! How bad, how sure and how new a finding is.

use strum::{EnumString, IntoStaticStr};

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr, EnumString)]
#[strum(serialize_all = "kebab-case")]
pub enum Severity {
    /// Good to know.
    Note,
    /// To be tidied up.
    Low,
    /// To be fixed.
    Medium,
    /// To be fixed soon.
    High,
    /// To be fixed now.
    Critical,
}

impl Severity {
    /// From the mildest to the worst.
    pub const ALL: [Self; 5] = [Self::Note, Self::Low, Self::Medium, Self::High, Self::Critical];

    /// The word for it in policies, reports and on the command line.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// The word for it in what people read.
    pub fn title(self) -> &'static str {
        match self {
            Self::Note => "Note",
            Self::Low => "Low",
            Self::Medium => "Medium",
            Self::High => "High",
            Self::Critical => "Critical",
        }
    }
}

/// How sure a finding is, given that the service's behaviour is not documented in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Confidence {
    /// True in one reading of the wildcards only; the message says what it depends on.
    Possible,
    /// True however the wildcards are read.
    Certain,
}

impl Confidence {
    /// The word for it in reports.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// Whether a finding counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum State {
    /// It counts.
    New,
    /// An earlier report has it.
    Known,
    /// A waiver accepts it until a day.
    Waived,
}

impl State {
    /// The word for it in reports.
    pub fn word(self) -> &'static str {
        self.into()
    }
}
