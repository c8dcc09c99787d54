//! Accounts, and who has access to them.

use super::*;

impl Shape {
    pub(super) fn role(&self, number: usize) -> RoleRow {
        let known = Api::Sql.catalogue().iter();
        let mut can: Vec<Can> = known
            .filter(|one| !number.is_multiple_of(3) || matches!(one.ability, Ability::Read | Ability::Query))
            .map(|action| Can {
                action: Atom::Known(action),
                certain: action.ability != Ability::Metadata || number.is_multiple_of(2),
            })
            .collect();
        if number % 3 == 1 {
            let wildcard = if self.hostile {
                self.name("items/*", number)
            } else {
                "sqlDatabases/containers/items/*".to_owned()
            };
            can.push(Can {
                action: Atom::AnyOther(ActionPattern::full(format!("{PREFIX}{wildcard}"))),
                certain: true,
            });
        }
        RoleRow {
            role: RoleRef {
                id: guid(2, number),
                name: self.name("Role", number),
            },
            built_in: number == 0,
            patterns: vec![
                "readMetadata".to_owned(),
                self.name("sqlDatabases/containers/items/*", number),
            ],
            can,
        }
    }

    pub(super) fn account(&self, number: usize) -> Result<AccountSummary, Box<dyn Error>> {
        let id = self.account_id(number)?;
        // As in a real report, sorted by id.
        let mut all: Vec<PrincipalRef> = (0..self.principals)
            .map(|place| self.principal(number * 3 + place))
            .collect();
        all.sort();
        let principals = all.into_iter().enumerate().map(|(place, principal)| PrincipalSummary {
            principal: principal.into(),
            assignments: if place.is_multiple_of(2) { 1 } else { 2 },
            state: [
                PrincipalState::AsDeclared,
                PrincipalState::Drift,
                PrincipalState::NotJudged,
            ][place % 3],
        });
        let grants = (0..self.principals * 2).map(|place| GrantRow {
            principal: place / 2,
            role: place % 3,
            scope: Arc::new(self.scope(number + place * 5)),
            assignment: guid(3, number * 1000 + place).as_str().into(),
        });
        Ok(AccountSummary {
            is_shown: true,
            location: self.name("region", number % 6).into(),
            api: Api::Sql,
            local_auth_disabled: [Some(true), Some(false), None][number % 3],
            accepts_anyone: false,
            key_metadata_writes_disabled: [Some(false), Some(true)][number % 2],
            blocks: (number % 11 != 5)
                .then(|| self.name("block", number % 4))
                .into_iter()
                .collect(),
            owners: (!number.is_multiple_of(4))
                .then(|| self.name("team", number % 3))
                .into_iter()
                .collect(),
            role_definitions: Some(3),
            role_assignments: (number % 13 != 7).then_some(self.principals * 2),
            databases: Some(2),
            database_names: (!number.is_multiple_of(3)).then(|| (0..4).map(|place| self.name("db", place)).collect()),
            gaps: usize::from(number % 13 == 7),
            principals: principals.collect(),
            all_principals: number % 13 != 7,
            access: Some(AccessRows {
                roles: (0..3).map(|place| Arc::new(self.role(place))).collect(),
                grants: grants.collect(),
            }),
            bypasses: (0..self.principals.min(BYPASSES))
                .map(|place| AccountBypass {
                    bypass: (number + place) % BYPASSES,
                    certain: place % 3 > 0,
                })
                .collect(),
            id,
        })
    }
}
