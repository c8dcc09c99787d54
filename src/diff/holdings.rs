//! What principals hold in an account, as one scan has it.

use super::groups::Groups;
use super::power::Power;
use super::scans::Scan;
use crate::access::{AccountAccess, Elsewhere, Row};
use crate::model::{PrincipalId, Scope};
use foldhash::{HashMap, HashMapExt};
use std::collections::{BTreeMap, BTreeSet};

/// A kind of route: the check that reports it; `None`: role assignments of the data plane.
pub(super) type Class = Option<&'static str>;

/// The check that reports who can read account keys.
pub const KEY_ACCESS: &str = "key-access";
pub(super) const KEYS: Class = Some(KEY_ACCESS);

/// Every kind of route, after those that it follows from.
const IN_ORDER: [Class; 7] = [
    None,
    KEYS,
    Some("self-grant"),
    Some("role-assignment-write"),
    Some("local-auth-switch"),
    Some("identity-takeover"),
    Some("restore-copy"),
];

/// Where a kind of route comes among the others.
pub(super) fn rank(class: Class) -> usize {
    IN_ORDER.iter().position(|one| *one == class).unwrap_or(IN_ORDER.len())
}

/// Kinds of routes that need no row of this kind: whoever has one of them can do the same with data without it. Keys that are
/// accepted need not be enabled, and who can grant themselves access need neither enable keys nor act as somebody else.
pub(super) fn shorter(class: Class) -> &'static [Class] {
    match class {
        Some("local-auth-switch" | "identity-takeover" | "restore-copy") => IN_ORDER.get(1..4),
        _ => None,
    }
    .unwrap_or_default()
}

/// What somebody holds through one assignment.
pub(super) struct Holding<'x> {
    pub(super) principal: &'x PrincipalId,
    pub(super) class: Class,
    pub(super) scope: &'x Scope,
    pub(super) power: Power,
    pub(super) row: &'x Row<'x, 'x>,
    /// Whether the other scan would have it, if it were there.
    pub(super) is_comparable: bool,
}

/// What is held in an account.
pub(super) struct Holdings<'x> {
    pub(super) scan: Scan,
    pub(super) all: Vec<Holding<'x>>,
    by_principal: HashMap<&'x PrincipalId, Vec<usize>>,
}

impl<'x> Holdings<'x> {
    /// What the rows of an account say; `is_comparable`: whether the other scan would have such a row.
    pub(super) fn new(scan: Scan, rows: &'x [Row<'x, 'x>], is_comparable: impl Fn(&Row<'x, 'x>) -> bool) -> Self {
        let holding = |row: &'x Row<'x, 'x>| Holding {
            principal: row.principal,
            class: row.route.check(),
            scope: row.scope,
            power: Power::of(row),
            row,
            is_comparable: is_comparable(row),
        };
        let all: Vec<Holding<'x>> = rows.iter().map(holding).filter(|one| !one.power.is_none()).collect();
        let mut by_principal: HashMap<&PrincipalId, Vec<usize>> = HashMap::new();
        for (place, one) in all.iter().enumerate() {
            by_principal.entry(one.principal).or_default().push(place);
        }
        Self {
            scan,
            all,
            by_principal,
        }
    }

    /// What a principal holds, also through groups.
    pub(super) fn of<'s>(
        &'s self,
        groups: &'s Groups<'_>,
        id: &'s PrincipalId,
    ) -> impl Iterator<Item = &'s Holding<'x>> {
        let holders = std::iter::once(id).chain(groups.of(self.scan, id));
        let places = holders.filter_map(|holder| self.by_principal.get(holder)).flatten();
        places.filter_map(|place| self.all.get(*place))
    }

    /// Who holds what, however many assignments it takes.
    pub(super) fn joined(&self) -> BTreeMap<(&'x PrincipalId, Class, &'x Scope), Power> {
        let mut joined: BTreeMap<_, Power> = BTreeMap::new();
        for one in &self.all {
            let key = (one.principal, one.class, one.scope);
            match joined.get_mut(&key) {
                Some(power) => power.add(&one.power),
                None => {
                    joined.insert(key, one.power.clone());
                }
            }
        }
        joined
    }

    /// Who holds something.
    pub(super) fn principals(&self) -> BTreeSet<&'x PrincipalId> {
        self.by_principal.keys().copied().collect()
    }
}

/// The rows of an account, those whose paths begin elsewhere included. Where there is no account, there is none.
pub(super) fn rows<'x, 't: 'x>(
    account: Option<&'x AccountAccess<'x, 't>>,
    elsewhere: &'x Elsewhere<'t>,
) -> Vec<Row<'x, 't>> {
    let Some(account) = account else { return Vec::new() };
    let mut rows = account.rows();
    let others = elsewhere.rows(account, &rows);
    rows.extend(others);
    rows
}
