//! Names and paths of Azure Resource Manager that ignore case. Azure doesn't say of which letters; names of resource groups and of
//! tags can have others than those of ASCII, and lists show one name in several casings. So it is of all.
//!
//! Source: "Naming rules and restrictions for Azure resources", which lets resource groups have letters of Unicode.

/// What a name is compared by.
pub fn folded(name: &str) -> String {
    if name.is_ascii() {
        return name.to_ascii_lowercase();
    }
    // Letter by letter: in a whole word the last sigma would be another letter.
    let lower = name.chars().flat_map(char::to_lowercase);
    lower.map(|letter| if letter == 'ς' { 'σ' } else { letter }).collect()
}

/// Whether two names are one.
pub fn is_same(name: &str, other: &str) -> bool {
    name.eq_ignore_ascii_case(other) || !(name.is_ascii() && other.is_ascii()) && folded(name) == folded(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_ignore_the_case_of_all_letters() {
        for (name, other, expected) in [
            ("Rg", "rG", true),
            ("RÉSEAU", "réseau", true),
            ("ΟΔΟΣ", "οδος", true),
            ("ΟΔΟΣ", "οδοσ", true),
            ("ÜBER", "uber", false),
            ("é", "e", false),
            ("a", "ab", false),
        ] {
            assert_eq!(is_same(name, other), expected, "{name} {other}");
            assert_eq!(folded(name) == folded(other), expected, "{name} {other}");
        }
    }
}
