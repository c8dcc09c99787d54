//! The columns of an account's access matrix, and which of them each grant fills.

use crate::model::Scope;
use crate::resolve::GrantRow;

/// The scopes of an account's grants, so ordered that whatever a scope covers stands right behind it.
pub(super) struct Columns<'a>(Vec<(Key<'a>, &'a Scope)>);

/// The account comes before its databases, and a database before its containers.
type Key<'a> = (Option<&'a str>, Option<&'a str>);

impl<'a> Columns<'a> {
    pub(super) fn of(grants: &'a [GrantRow]) -> Self {
        let mut columns: Vec<(Key<'a>, &Scope)> =
            grants.iter().map(|grant| (key(&grant.scope), &*grant.scope)).collect();
        columns.sort_by_key(|(key, _)| *key);
        // Of two of one name the last stands for both.
        columns.dedup_by(|later, first| {
            let is_same = later.0 == first.0;
            if is_same {
                *first = *later;
            }
            is_same
        });
        Self(columns)
    }

    pub(super) fn scopes(&self) -> impl Iterator<Item = &'a Scope> {
        self.0.iter().map(|(_, scope)| *scope)
    }

    /// The column of a scope, and how many columns it covers, itself included.
    pub(super) fn covered(&self, scope: &Scope) -> (usize, usize) {
        let own = key(scope);
        let first = self.0.partition_point(|(other, _)| *other < own);
        let behind = self.0.get(first..).unwrap_or_default();
        (first, behind.partition_point(|(_, other)| scope.covers(other)))
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
