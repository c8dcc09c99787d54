//! The answer as JSON, version 1. It has its own types, so that a change inside the program cannot change the format. Rows are
//! written in parts, as there can be millions.

mod row;

pub(in crate::report) use row::Levels;

use super::rows::People;
use crate::finding::What;
use crate::model::{ActionPattern, PrincipalId};
use crate::query::{Answer, Found, Presence};
use crate::report::stream::{json_document_in_parts, json_part};
use row::{Common, Row};
use schemars::{JsonSchema, generate::SchemaSettings};
use serde::Serialize;
use std::collections::BTreeSet;
use std::io::{self, Write};

/// The JSON Schema of answers.
pub fn schema() -> serde_json::Value {
    let mut schema = SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<Document<'static>>();
    schema.insert("title".to_owned(), "who can do what, by cosmos-rbac, version 1".into());
    schema.to_value()
}

/// Writes the answer.
///
/// # Errors
/// When it cannot be written.
pub fn json(answer: &Answer<'_>, out: &mut dyn Write) -> io::Result<()> {
    let people = People::of(answer);
    let rows = |found: &[Found<'_>]| {
        let mut common = Common::of(answer, &people);
        let rows = people.rows(answer, found).map(|told| common.row(told));
        json_part(&Rows {
            rows: rows.collect::<Result<_, _>>()?,
        })
    };
    json_document_in_parts(&Document::of(answer), &answer.rows, rows, out)
}

/// Who can do what was asked.
#[derive(Serialize, JsonSchema)]
struct Document<'a> {
    /// Always `cosmos-rbac/access`.
    #[schemars(extend("enum" = ["cosmos-rbac/access"]))]
    format: &'static str,
    /// Always 1; a version gains fields, but none is renamed or changes its meaning.
    #[schemars(extend("enum" = [1]))]
    version: u32,
    /// What was scanned.
    snapshot: Snapshot<'a>,
    /// What was asked.
    question: Question<'a>,
    /// Whether everything could be read that matters to the question.
    complete: bool,
    /// What couldn't be read, so that more principals can have access.
    not_checked: Vec<NotChecked<'a>>,
    /// The accounts that were looked at.
    accounts: Vec<Account<'a>>,
    /// The groups that have a row of their own. Their members have rows as well.
    groups: Vec<Group<'a>>,
    /// Who can, by account, kind of path, principal and scope.
    #[schemars(with = "Vec<Row<'static>>")]
    rows: [Row<'a>; 0],
}

/// What was scanned.
#[derive(Serialize, JsonSchema)]
struct Snapshot<'a> {
    /// When the scan began, UTC.
    #[schemars(extend("format" = "date-time"))]
    taken_at: String,
    /// `public`, `usgov`, `china` or `custom`.
    cloud: &'a str,
    /// The tenant's id; empty when it is not known.
    tenant: &'a str,
    /// The tenant's name; left out when it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    tenant_name: Option<&'a str>,
    /// How many accounts there are.
    accounts: usize,
}

/// What was asked. What is left out is not narrowed.
#[derive(Serialize, JsonSchema)]
struct Question<'a> {
    /// The principals, as they were written.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    principals: &'a [String],
    /// What these are: object ids.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    principal_ids: Vec<&'a str>,
    /// The action, as it was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    can: Option<&'a str>,
    /// The data action or wildcard that this means, in full. Left out for a word such as `delete`.
    #[serde(skip_serializing_if = "Option::is_none")]
    data_action: Option<&'a str>,
    /// The scope, as it was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    on: Option<&'a str>,
    /// The scope within accounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    /// Names or ids of accounts.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    accounts: &'a [String],
    /// Names or ids of subscriptions.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    subscriptions: &'a [String],
    /// Tags, as `KEY=VALUE`.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    tags: &'a [String],
}

/// Something that couldn't be read.
#[derive(Serialize, JsonSchema)]
struct NotChecked<'a> {
    /// What.
    #[schemars(extend("enum" = What::ALL.map(What::word)))]
    what: &'static str,
    /// Why.
    why: &'a str,
    /// The ids of the accounts that it concerns; `null`: nobody knows which.
    accounts: Option<Vec<&'a str>>,
}

/// An account that was looked at.
#[derive(Serialize, JsonSchema)]
struct Account<'a> {
    /// Its ARM id.
    id: &'a str,
    /// Whether keys are refused; `null`: not known.
    local_auth_disabled: Option<bool>,
    /// Whether it has the scope that was asked about; `null`: what there is wasn't read.
    has_scope: Option<bool>,
    /// Whether the rows of the account are all the access there is, as far as it is known. `not_checked` says what isn't.
    complete: bool,
    /// `true`: a cluster that doesn't authenticate clients, so that anyone who reaches it can do what was asked. Left out
    /// otherwise.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    anyone_can: bool,
}

/// A group that has a row.
#[derive(Serialize, JsonSchema)]
struct Group<'a> {
    /// Its object id.
    id: &'a str,
    /// Its name; left out when it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// How many members are known, those of groups within it included.
    members: usize,
    /// Whether these are all.
    complete: bool,
}

/// Some of the rows.
#[derive(Serialize)]
struct Rows<'a> {
    rows: Vec<Row<'a>>,
}

impl<'a> Document<'a> {
    fn of(answer: &'a Answer<'_>) -> Self {
        let frame = &answer.tenant.frame;
        let id = |place: &usize| frame.accounts.get(*place).map(|account| account.id.as_str());
        Self {
            format: "cosmos-rbac/access",
            version: 1,
            snapshot: Snapshot {
                taken_at: frame.header.taken_at.to_string(),
                cloud: &frame.header.cloud,
                tenant: &frame.header.tenant,
                tenant_name: frame.header.tenant_name.as_deref(),
                accounts: frame.accounts.len(),
            },
            question: Question::of(answer),
            complete: answer.is_complete(),
            not_checked: (answer.unread.iter())
                .map(|unread| NotChecked {
                    what: unread.what.word(),
                    why: unread.why.as_str(),
                    accounts: unread
                        .accounts
                        .as_ref()
                        .map(|places| places.iter().filter_map(id).collect()),
                })
                .collect(),
            accounts: (answer.looked.iter())
                .filter_map(|looked| {
                    let account = frame.accounts.get(looked.account)?;
                    Some(Account {
                        id: account.id.as_str(),
                        local_auth_disabled: account.local_auth_disabled,
                        has_scope: (looked.presence != Presence::Unknown).then_some(true),
                        complete: answer.completeness(looked.account).is_complete(),
                        anyone_can: answer.open.contains(&looked.account),
                    })
                })
                .collect(),
            groups: groups(answer),
            rows: [],
        }
    }
}

impl<'a> Question<'a> {
    fn of(answer: &'a Answer<'_>) -> Self {
        let question = &answer.question;
        let ids = question.who.iter().flat_map(|who| &who.principals);
        Self {
            principals: &question.asked.principals,
            principal_ids: ids.map(PrincipalId::as_str).collect(),
            can: question.asked.can.as_deref(),
            data_action: answer.pattern().map(ActionPattern::as_str),
            on: question.asked.on.as_deref(),
            scope: question.scope.as_ref().map(ToString::to_string),
            accounts: &question.asked.accounts,
            subscriptions: &question.asked.subscriptions,
            tags: &question.asked.tags,
        }
    }
}

fn groups<'a>(answer: &'a Answer<'_>) -> Vec<Group<'a>> {
    let directory = &answer.tenant.directory;
    let holders: BTreeSet<&PrincipalId> = answer.rows.iter().map(|found| &found.principal).collect();
    let groups = holders.into_iter().filter(|id| directory.is_group(id));
    let group = |id: &'a PrincipalId| {
        let known = directory.known_people(id);
        let none = directory.record(id).is_some_and(|record| record.has_all_members());
        Group {
            id: id.as_str(),
            name: answer.principal(id).name,
            members: known.as_ref().map_or(0, |(people, _)| people.len()),
            complete: known.map_or(none, |(_, is_all)| is_all),
        }
    };
    groups.map(group).collect()
}
