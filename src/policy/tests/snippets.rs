//! The lines that errors show: safe, no wider than the terminal, and with the marks below what is meant.

use super::{account, load};
use crate::model::Account;
use crate::model::Shown;
use crate::policy::error::PolicyError;
use crate::policy::source::{Source, Span};
use proptest::prelude::*;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// What stands above the marks of a snippet's last two lines.
fn marked(shown: &str) -> String {
    let mut lines = shown.lines().rev();
    let (marks, line) = (lines.next().unwrap(), lines.next().unwrap());
    let mut column = 0;
    let is_marked = |c: &char| {
        column += c.width().unwrap();
        marks.chars().nth(column - 1).is_some_and(|mark| mark == '^')
    };
    line.chars().filter(is_marked).collect()
}

proptest! {
    #[test]
    fn marks_are_below_what_is_meant(
        before in "[ -~\t\u{1b}é中\u{202e}#]{0,6}",
        inside in "[!-~\u{1b}é中\u{202e}#]{1,4}",
        after in "[ -~\t\u{1b}é中\u{202e}#]{0,6}",
    ) {
        let source = Source::new("\u{1b}[31m.yaml", &format!("version: 1\r\n{before}{inside}{after}\r\n"));
        let start = "version: 1\r\n".len() + before.len();
        let column = before.chars().count() as u64 + 1;
        let span = Span { start, end: start + inside.len(), line: 2, column };
        let shown = PolicyError::at(&source, 0, span, "no".to_owned()).to_string();
        prop_assert_eq!(Shown::of_lines(&shown).to_string(), shown.trim_end());
        let place = format!("\n --> \\x1b[31m.yaml:2:{column}\n");
        prop_assert!(shown.contains(&place), "{}", shown);
        // A command to a pipeline may begin in one part and end in another.
        let plain = |text: &str| text.replace("\\x23", "#");
        prop_assert_eq!(plain(&marked(&shown)), plain(Shown::of(&inside).as_str()), "{}", shown);
    }
}

#[test]
fn lines_fit_the_terminal() {
    let filler = "{ name: filler }, ".repeat(30);
    for wrong in ["x".to_owned(), "x中".repeat(200), "x\t".repeat(200)] {
        let text = format!("version: 1\naccounts: [{filler}{{ {wrong}: disabled }}, {filler}]\n");
        let errors = load(&text).unwrap_err();
        for width in 40..=200 {
            let shown = errors.render(Some(width), false);
            let lines: Vec<&str> = shown.as_str().lines().skip(2).collect();
            assert_eq!(lines.len(), 3, "{shown}");
            assert!(
                lines.iter().all(|line| line.width() <= width.into()),
                "{width}\n{shown}"
            );
            assert!(lines[1].starts_with("2 | ...") && lines[1].ends_with("..."), "{shown}");
            assert!(marked(shown.as_str()).starts_with('x'), "{shown}");
        }
    }
}

#[test]
fn colours_change_nothing_else() {
    let errors = load("version: 1\naccounts:\n  - local_auth: any\n  - local_auth: disabled\n").unwrap_err();
    let coloured = errors.render(None, true);
    let plain = coloured
        .as_str()
        .split('\u{1b}')
        .enumerate()
        .map(|(place, piece)| match piece.split_once('m') {
            Some((_, text)) if place > 0 => text,
            _ => piece,
        });
    assert_eq!(plain.collect::<String>(), errors.render(None, false).as_str());
    assert_eq!(errors.render(None, false).as_str(), errors.to_string().trim_end());
    assert!(coloured.as_str().contains("\u{1b}["));
}

/// Rules in one line are marked each for itself.
#[test]
fn rules_know_how_far_they_go() {
    let text = "version: 1\naccounts:\n  - roles: [{ name: W, data_actions: [readMetadata] }, { name: 'W', data_actions: ['*'] }]\n";
    assert_eq!(
        load(text).unwrap_err().to_string(),
        "error: role `W` is declared with two meanings
 --> policy.yaml:3:13
  |
3 |   - roles: [{ name: W, data_actions: [readMetadata] }, { name: 'W', data_actions: ['*'] }]
  |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
 ::: policy.yaml:3:56
  |
3 |   - roles: [{ name: W, data_actions: [readMetadata] }, { name: 'W', data_actions: ['*'] }]
  |                                                        ----------------------------------
"
    );
}

/// Contradictions that depend on which accounts exist turn up with the account, and show both places.
#[test]
fn overlaps_contradict_at_the_account() {
    let text = "version: 1\naccounts:\n  - { name: prod, match: { account: prod-* }, local_auth: disabled }\n  \
                - { name: pci, match: { tags: { PCI: 'yes' } }, local_auth: enabled }\n";
    let policy = load(text).unwrap();
    let contradictions = |account: &Account| policy.for_account(account).contradictions;
    assert!(contradictions(&account("prod-1", &[])).is_empty());
    assert!(contradictions(&account("test", &[("pci", "yes")])).is_empty());
    let found = contradictions(&account("prod-1", &[("pci", "yes")]));
    assert_eq!(
        found[0].to_string(),
        "`local_auth` is `disabled` in block `prod`, but `enabled` in block `pci`, and both blocks match account `prod-1` \
         (policy.yaml:3:59 and policy.yaml:4:63)"
    );
    assert_eq!(
        policy.explain(&found).to_string(),
        "error: `local_auth` is `disabled` in block `prod`, but `enabled` in block `pci`, and both blocks match account `prod-1`
 --> policy.yaml:3:59
  |
3 |   - { name: prod, match: { account: prod-* }, local_auth: disabled }
  |                                                           ^^^^^^^^
  |
 ::: policy.yaml:4:63
  |
4 |   - { name: pci, match: { tags: { PCI: 'yes' } }, local_auth: enabled }
  |                                                               -------
"
    );
}
