//! How principals are split into lines.

use super::{Line, MEMBERS_PER_LINE, PRINCIPALS_PER_LINE};
use crate::model::{PrincipalId, PrincipalKind, PrincipalRecord};

fn principal(number: usize, members: usize) -> PrincipalRecord {
    let id = |number: usize| PrincipalId::from(format!("00000000-0000-4000-8000-{number:012x}"));
    PrincipalRecord {
        id: id(number),
        name: String::new(),
        kind: PrincipalKind::Group,
        found: true,
        created: None,
        members: (members > 0).then(|| (0..members).map(id).collect()),
        members_bounded: false,
        members_count: None,
        resource_id: None,
    }
}

/// How many principals each line has.
fn counts(all: &[PrincipalRecord]) -> Vec<usize> {
    let lines = Line::of_principals(all).map(|line| match line {
        Line::Principals(some) => some,
        other => panic!("{other:?}"),
    });
    let lines: Vec<_> = lines.collect();
    assert_eq!(lines.concat(), all);
    lines.iter().map(Vec::len).collect()
}

#[test]
fn no_line_of_principals_grows_with_the_tenant() {
    assert_eq!(counts(&[]), [0]);
    let many: Vec<_> = (0..=PRINCIPALS_PER_LINE).map(|number| principal(number, 0)).collect();
    assert_eq!(counts(&many), [PRINCIPALS_PER_LINE, 1]);
    let groups = [1, MEMBERS_PER_LINE - 1, 1, MEMBERS_PER_LINE + 1, 1]
        .into_iter()
        .enumerate();
    let groups: Vec<_> = groups.map(|(number, members)| principal(number, members)).collect();
    assert_eq!(counts(&groups), [2, 1, 1, 1]);
}
