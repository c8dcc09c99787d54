//! Splits commands as a POSIX shell does, as far as remedies need it. What else a shell would act on is refused.

/// The words of each command of a list joined by `&&`.
pub(crate) fn commands(text: &str) -> Vec<Vec<String>> {
    let mut commands = vec![Vec::new()];
    let mut word: Option<String> = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match chars.next().expect("a quote is closed") {
                        '\'' => break,
                        c => word.push(c),
                    }
                }
            }
            '\\' => match chars.next().expect("something is escaped") {
                '\n' => {}
                c => word.get_or_insert_default().push(c),
            },
            ' ' => commands.last_mut().unwrap().extend(word.take()),
            '&' => {
                assert_eq!(chars.next(), Some('&'), "{text}");
                commands.last_mut().unwrap().extend(word.take());
                commands.push(Vec::new());
            }
            c if c.is_alphanumeric() || "-_./:=".contains(c) => word.get_or_insert_default().push(c),
            c => panic!("a shell acts on {c:?} in {text}"),
        }
    }
    commands.last_mut().unwrap().extend(word);
    assert!(commands.iter().all(|words| !words.is_empty()), "{text}");
    commands
}

#[test]
fn words_are_those_of_a_shell() {
    let found = commands("az a --b 'c d' --e=-f && \\\naz 'it'\\''s' ''");
    assert_eq!(found, [vec!["az", "a", "--b", "c d", "--e=-f"], vec!["az", "it's", ""]]);
}
