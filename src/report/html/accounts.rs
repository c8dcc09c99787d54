//! An account in the page's data: its columns, the roles that it has, and what was not read or not checked in it.

use super::data::Data;
use super::matrix::Columns;
use super::slot::slot;
use crate::finding::{AccountSummary, Report, What};
use crate::model::Keys;
use crate::resolve::{AccessRows, RoleRow};

impl Data<'_> {
    fn role(&mut self, role: &RoleRow) -> i32 {
        let patterns = role.patterns.iter().map(|pattern| self.text(pattern)).collect();
        let can = role.can.iter();
        let abilities = can.map(|can| (self.data_action(&can.action), slot(can.action.ability()), can.certain));
        let abilities = abilities.collect();
        let id = self.text(&role.role.id);
        let name = self.text(&role.role.name);
        self.roles.place((id, name, role.built_in, patterns, abilities))
    }

    pub(super) fn account(&mut self, account: &AccountSummary) {
        let id = &account.id;
        let row = [
            id.as_str(),
            id.name(),
            id.resource_group(),
            id.subscription(),
            &account.location,
            account.api.title(),
        ]
        .map(|text| self.text(text));
        let blocks = account.blocks.iter().map(|block| self.text(block)).collect();
        let owner = self.text_or_none(&account.owners.join(", "));
        let principals = account.principals.iter().map(|one| {
            let place = self.principal(&one.principal);
            self.state(one.state.word());
            place
        });
        let principals = principals.collect();
        let none = AccessRows::default();
        let access = account.access.as_ref().unwrap_or(&none);
        let roles = access.roles.iter().map(|role| self.role(role)).collect();
        let matrix = Columns::of(&access.grants);
        let scopes = matrix.scopes().map(|scope| self.text(&scope.to_string())).collect();
        let names = account.database_names.as_ref();
        let database_names = names.map(|names| names.iter().map(|name| self.text(name)).collect());
        let columns = &mut self.accounts;
        let [id, name, group, subscription, location, api] = row;
        columns.id.push(id);
        columns.name.push(name);
        columns.group.push(group);
        columns.subscription.push(subscription);
        columns.location.push(location);
        columns.api.push(api);
        columns.keys_refused.push(account.local_auth_disabled);
        columns
            .keys_doubtful
            .push(Keys::of(account.api, account.local_auth_disabled) == Keys::SaidRefused);
        columns.sign_in.push(match account.api.is_cluster() {
            true if account.accepts_anyone => 2,
            is_cluster => u8::from(is_cluster),
        });
        columns.key_writes_refused.push(account.key_metadata_writes_disabled);
        columns.blocks.push(blocks);
        columns.owner.push(owner);
        columns.role_definitions.push(account.role_definitions);
        columns.role_assignments.push(account.role_assignments);
        columns.databases.push(account.databases);
        columns.database_names.push(database_names);
        columns.gaps.push(account.gaps);
        columns.principals.places.push(principals);
        columns.scopes.push(scopes);
        columns.grants.roles.push(roles);
    }

    /// Notes where the text of a state is.
    fn state(&mut self, word: &'static str) {
        let place = self.text(word);
        let known = &mut self.accounts.principals.states;
        if !known.iter().any(|(other, _)| *other == word) {
            known.push((word, place));
        }
    }
}

impl Data<'_> {
    /// What was not read or not checked in the account of this place.
    pub(super) fn not_read(&mut self, report: &Report, place: usize) {
        // Users are principals, too, where an API has its own.
        let users = [What::RoleAssignments, What::MongoUsers, What::ClusterUsers];
        let lists: [&[What]; 4] = [
            &[What::RoleDefinitions],
            &[What::RoleAssignments],
            &[What::Databases],
            &users,
        ];
        let lacks = |list: &[What]| list.iter().any(|what| report.lacks(*what, place));
        self.accounts.partly.push(lists.map(lacks));
        let rows = report.not_checked.iter().enumerate();
        let rows = rows.filter(|(_, row)| row.is_about(place));
        let places = rows.filter_map(|(row, _)| u32::try_from(row).ok());
        self.accounts.not_checked.push(places.collect());
    }
}
