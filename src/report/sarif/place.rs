//! Where a policy file is, as SARIF says it: relative to the root of the checkout if it can be.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What GitHub takes for the root of the checkout
/// (<https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning>).
pub(super) const ROOT: &str = "%SRCROOT%";

/// RFC 3986, 2.3: all but these is encoded. That includes `:`, with which a relative path must not look like a scheme.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A file, as an artifact location has it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) uri: String,
    /// What it is relative to; a file outside the working folder has no root that a reader would know.
    pub(super) base: Option<&'static str>,
}

/// The place of a policy file that was named so on the command line.
///
/// The built-in policy is no file: its name, `policies/baseline.yaml (built in)`, is taken as it is. So it is the same
/// everywhere, as GitHub wants it for telling alerts apart, and never points into a file that the checkout happens to have.
pub(super) fn place(name: &str) -> Place {
    let drive = matches!(name.as_bytes(), [letter, b':', b'\\' | b'/', ..] if letter.is_ascii_alphabetic());
    // Elsewhere a backslash is a character like any other.
    let name = if drive || cfg!(windows) {
        name.replace('\\', "/")
    } else {
        name.to_owned()
    };
    if let Some(share) = name.strip_prefix("//").filter(|_| cfg!(windows)) {
        return absolute("file://", share);
    }
    if drive {
        let (letter, path) = name.split_once(':').unwrap_or_default();
        return absolute(&format!("file:///{letter}:/"), path);
    }
    match name.strip_prefix('/') {
        Some(path) => absolute("file:///", path),
        None => {
            let (up, segments) = normal(&name);
            let path = segments.join("/");
            Place {
                base: (up == 0).then_some(ROOT),
                // A place has to be named, whatever the file was.
                uri: match (up, path.as_str()) {
                    (0, "") => "policy.yaml".to_owned(),
                    _ => format!("{}{path}", "../".repeat(up)),
                },
            }
        }
    }
}

fn absolute(start: &str, path: &str) -> Place {
    let (_, segments) = normal(path);
    Place {
        uri: format!("{start}{}", segments.join("/")),
        base: None,
    }
}

/// How often a path leads out of where it begins, and its encoded segments after that.
fn normal(path: &str) -> (usize, Vec<String>) {
    let mut up = 0;
    let mut segments = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." if segments.pop().is_none() => up += 1,
            ".." => {}
            name => segments.push(utf8_percent_encode(name, ENCODED).to_string()),
        }
    }
    (up, segments)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_become_uris() {
        for (name, uri, base) in [
            ("policy.yaml", "policy.yaml", Some(ROOT)),
            ("./policies//a b/../é#?.yaml", "policies/%C3%A9%23%3F.yaml", Some(ROOT)),
            ("a:b/100%.yaml", "a%3Ab/100%25.yaml", Some(ROOT)),
            (
                "policies/baseline.yaml (built in)",
                "policies/baseline.yaml%20%28built%20in%29",
                Some(ROOT),
            ),
            ("../other/../../policy.yaml", "../../policy.yaml", None),
            ("./.", "policy.yaml", Some(ROOT)),
            ("/etc/../srv/p.yaml", "file:///srv/p.yaml", None),
            ("/dev/stdin", "file:///dev/stdin", None),
            (r"C:\policies\p.yaml", "file:///C:/policies/p.yaml", None),
        ] {
            let expected = Place {
                uri: uri.to_owned(),
                base,
            };
            assert_eq!(place(name), expected, "{name}");
        }
    }

    #[cfg(not(windows))]
    #[test]
    fn a_backslash_is_a_character() {
        assert_eq!(place(r"a\b.yaml").uri, "a%5Cb.yaml");
    }
}
