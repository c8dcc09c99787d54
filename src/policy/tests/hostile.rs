//! Input that nobody writes by accident: a clear error and never a crash. Nothing is timed; but work that grows with the
//! square of the input would take hours here.

use super::{errors, load};
use crate::checks::CHECKS;
use crate::model::Shown;
use crate::policy::Policy;
use proptest::prelude::*;
use std::fmt::Write as _;
use std::fs;

#[test]
fn too_large() {
    let text = format!("version: 1\n#{}", " ".repeat(1024 * 1024));
    assert!(errors(&text).contains("larger than 1 MiB"));
    let just_fits = format!("version: 1\n#{}", " ".repeat(1024 * 1024 - 12));
    assert_eq!(errors(&just_fits), "");
}

#[test]
fn nested_too_deep() {
    for (open, levels) in [
        ("[", 10_000),
        ("{a: ", 10_000),
        ("{a: ", 200_000),
        ("- ", 10_000),
        ("? ", 10_000),
    ] {
        let text = format!("version: 1\naccounts:\n  {}", open.repeat(levels));
        let errors = super::errors(&text);
        assert!(
            errors.contains("levels deep"),
            "{open}: {}",
            errors.lines().next().unwrap()
        );
    }
}

#[test]
fn alias_bomb() {
    let mut text = "version: 1\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let previous = format!("*a{}", level - 1);
        writeln!(text, "a{level}: &a{level} [{}]", [previous.as_str(); 10].join(", ")).unwrap();
    }
    assert!(errors(&text).contains("aliases repeat more than 100000 values"));
    assert!(errors("version: 1\naccounts: &a [*a]").contains("alias"));
}

#[test]
fn odd_bytes() {
    assert!(errors("version: 1\nname: a\0b").contains("policy.yaml:2:8"));
    let policy = load("\u{feff}version: 1\r\naccounts:\r\n  - name: x\r\n    local_auth: disabled\r\n").unwrap();
    assert_eq!(
        policy.blocks[0].local_auth.as_ref().unwrap().at.to_string(),
        "policy.yaml:4:17"
    );
    let wrong = errors("\u{feff}versoin: 1\r\nversion: 1\r\n");
    assert!(wrong.contains("policy.yaml:1:1"), "{wrong}");
    assert!(!wrong.contains('\r'));
    // A tab before a comment or between tokens is fine; one that indents is not.
    assert_eq!(errors("version:\t1\t# one\naccounts:\n  - name:\tx\n"), "");
    assert!(errors("version: 1\naccounts:\n\t- name: x\n").contains("can't be indented with tabs"));
}

#[test]
fn files_that_cannot_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing.yaml");
    let latin = folder.path().join("latin.yaml");
    let wrong = folder.path().join("wrong.yaml");
    fs::write(&latin, b"version: 1 # caf\xe9").unwrap();
    fs::write(&wrong, "version: 1\nacounts: []\n").unwrap();
    let (gone, directory) = (missing.display().to_string(), folder.path().display().to_string());
    let found = Policy::load(&[missing, latin, folder.path().to_owned(), wrong], &CHECKS).unwrap_err();
    let messages: Vec<&str> = found.iter().map(crate::policy::PolicyError::message).collect();
    assert_eq!(
        messages,
        [
            &*format!("couldn't read the policy `{gone}`: the file doesn't exist"),
            "the policy isn't UTF-8 text (byte 16); save it as UTF-8",
            &*format!("couldn't read the policy `{directory}`: it is a directory"),
            "a policy file has no key `acounts`; did you mean `accounts`?",
        ]
    );
    assert!(Policy::load(&[], &CHECKS).is_err());
}

/// Ten thousand principals and grants, with and without errors, and ten thousand errors in one line.
#[test]
fn large_policies() {
    const COUNT: usize = 10_000;
    let mut names = "version: 1\nprincipals:\n".to_owned();
    let mut grants = "version: 1\naccounts:\n- deny: [{ data_actions: ['*'], scope: /dbs/x }]\n  grants:\n".to_owned();
    for n in 0..COUNT {
        writeln!(names, "  p{n}: {{ id: 00000000-0000-0000-0000-{n:012} }}").unwrap();
        writeln!(
            grants,
            "  - {{ principal: p{n}, data_actions: [readMetadata], scope: /dbs/d{n} }}"
        )
        .unwrap();
    }
    let policy = Policy::from_sources(&[("names", &names), ("grants", &grants)], &CHECKS).unwrap();
    assert_eq!(policy.blocks[0].grants.as_ref().unwrap().len(), COUNT);

    let unknown = grants.replace("principal: p", "principal: q");
    let errors = Policy::from_sources(&[("names", &names), ("grants", &unknown)], &CHECKS).unwrap_err();
    assert_eq!(errors.iter().count(), COUNT);

    let one_line = format!("{{ version: 1, accounts: [{}] }}", "{ locl_auth: any }, ".repeat(COUNT));
    assert_eq!(
        load(&one_line).unwrap_err().to_string().matches("error:").count(),
        COUNT
    );
}

/// A lot of any one token, as the whole file and as a value.
#[test]
fn the_same_again_and_again() {
    for token in [
        "- ",
        "a",
        "a ",
        "a: ",
        "a:\n",
        "-\n",
        "- - a\n",
        "? ",
        ": ",
        ", ",
        "[]\n",
        "[",
        "{",
        "]",
        "&a ",
        "*a ",
        "!t ",
        "\"",
        "'",
        "|\n",
        "# x\n",
        "---\n",
        "%YAML 1.2\n",
        "\t",
        "\n",
        "\r",
        " ",
        "\\",
        "\u{feff}",
        "é",
        "\u{1b}[31m",
        "x: {y: &z 1}\n",
    ] {
        let text = token.repeat(256 * 1024 / token.len());
        let _ = errors(&text);
        let _ = errors(&format!("version: 1\naccounts:\n{text}"));
    }
}

/// Many blocks that all disagree: one contradiction each, not one for each pair.
#[test]
fn many_contradictions() {
    let mut text = "version: 1\naccounts:\n".to_owned();
    for n in 0..1_000 {
        let value = if n % 2 == 0 { "any" } else { "disabled" };
        writeln!(text, "  - local_auth: {value}").unwrap();
    }
    assert!(load(&text).unwrap_err().iter().count() <= 1_000);
}

proptest! {
    /// Any text is a policy or has an error that can be shown.
    #[test]
    fn never_panics(text in "[ -~\n\t\r\u{0}\u{1b}é中\u{202e}]{0,200}") {
        if let Err(errors) = load(&text) {
            prop_assert!(errors.to_string().starts_with("error: "));
            prop_assert!(errors.to_string().chars().all(|c| c == '\n' || !c.is_control()));
        }
    }

    /// Damage anywhere in a real policy is an error with a place, or harmless.
    #[test]
    fn damaged(at in 0usize..1500, cut in 0usize..20, put in "[-:{}\\[\\],*&!|>'\"%@` #\n\ta]{0,3}") {
        let mut text = include_str!("../../../policies/strict.yaml").to_owned();
        let floor = |at: usize, text: &str| (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap();
        let (start, end) = (floor(at, &text), floor(at + cut, &text));
        text.replace_range(start..end, &put);
        if let Err(errors) = load(&text) {
            for error in errors.iter() {
                let (line, column) = error.position().expect("only files that cannot be read have none");
                let found = text.split('\n').nth(usize::try_from(line).unwrap() - 1);
                // One past the end: that is where something is missing.
                prop_assert!(found.is_some_and(|found| column <= found.chars().count() as u64 + 1), "{error}");
                prop_assert!(error.to_string().contains('^'));
            }
        }
    }
}

/// What a policy may hold, reports show as it is; what they would show as an escape, no policy may hold.
#[test]
fn what_is_allowed_is_what_is_shown() {
    let is_shown = |c: &char| Shown::of(&c.to_string()).as_str() == c.to_string();
    let escaped = |c: char| format!("\\U{:08x}", u32::from(c));
    let (shown, hidden): (Vec<char>, Vec<char>) = ('\0'..=char::MAX).partition(is_shown);
    for chunk in shown.chunks(90_000) {
        let name: String = chunk.iter().copied().map(escaped).collect();
        assert_eq!(errors(&format!("version: 1\naccounts: [{{ name: \"{name}\" }}]\n")), "");
    }
    let blocks: String = hidden
        .iter()
        .map(|c| format!("  - {{ name: \"x{}\" }}\n", escaped(*c)))
        .collect();
    let errors = load(&format!("version: 1\naccounts:\n{blocks}")).unwrap_err();
    let refused = errors
        .iter()
        .filter(|error| error.message().contains("the invisible character"));
    assert_eq!(refused.count(), hidden.len());
}
