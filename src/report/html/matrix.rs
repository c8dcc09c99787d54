//! The columns of an account's access matrix, and which of them each grant fills.

use crate::model::Scope;
use crate::resolve::GrantRow;
use std::collections::BTreeMap;

/// The scopes of an account's grants, so ordered that whatever a scope covers stands right behind it.
pub(super) struct Columns<'a> {
    scopes: Vec<&'a Scope>,
    places: BTreeMap<Key<'a>, usize>,
}

/// The account comes before its databases, and a database before its containers.
type Key<'a> = (Option<&'a str>, Option<&'a str>);

impl<'a> Columns<'a> {
    pub(super) fn of(grants: &'a [GrantRow]) -> Self {
        let by_key: BTreeMap<Key<'a>, &Scope> = grants.iter().map(|grant| (key(&grant.scope), &*grant.scope)).collect();
        Self {
            scopes: by_key.values().copied().collect(),
            places: by_key.keys().enumerate().map(|(place, key)| (*key, place)).collect(),
        }
    }

    pub(super) fn scopes(&self) -> impl Iterator<Item = &'a Scope> {
        self.scopes.iter().copied()
    }

    /// The column of a scope, and how many columns it covers, itself included.
    pub(super) fn covered(&self, scope: &Scope) -> (usize, usize) {
        let first = self.places.get(&key(scope)).copied().unwrap_or_default();
        let behind = self.scopes.get(first..).unwrap_or_default();
        (first, behind.partition_point(|other| scope.covers(other)))
    }
}

fn key(scope: &Scope) -> Key<'_> {
    (scope.database(), scope.container())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::AccountId;

    #[test]
    fn what_a_scope_covers_stands_behind_it() {
        let id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.DocumentDB/databaseAccounts/a";
        let id = AccountId::parse(id).unwrap();
        let texts = [
            "/dbs/a-b",
            "/dbs/a",
            "/",
            "/dbs/a/colls/x",
            "/dbs/b/colls/a",
            "/dbs/a/colls/a",
        ];
        let grants = texts.map(|text| GrantRow {
            principal: 0,
            role: 0,
            scope: Scope::parse(text, &id).unwrap().into(),
            assignment: "".into(),
        });
        let columns = Columns::of(&grants);
        let order: Vec<String> = columns.scopes().map(Scope::to_string).collect();
        assert_eq!(
            order,
            [
                "/",
                "/dbs/a",
                "/dbs/a/colls/a",
                "/dbs/a/colls/x",
                "/dbs/a-b",
                "/dbs/b/colls/a"
            ]
        );
        for wide in &grants {
            let (first, number) = columns.covered(&wide.scope);
            for (place, narrow) in columns.scopes().enumerate() {
                let is_in = (first..first + number).contains(&place);
                assert_eq!(is_in, wide.scope.covers(narrow), "{} {narrow}", wide.scope);
            }
        }
    }
}
