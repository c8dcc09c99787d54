//! A question: who can do what where.

use super::accounts::accounts;
use super::asked::Asked;
use super::error::{AskError, did_you_mean};
use super::place::Place;
use super::wanted::Wanted;
use super::who::Who;
use crate::model::{AccountRecord, MongoUser, PrincipalId, Scope, Shown};
use crate::policy::Policy;
use crate::resolve::Tenant;
use crate::shown;

/// What was meant.
#[derive(Debug, Clone)]
pub struct Question {
    /// What was typed.
    pub asked: Asked,
    /// What is to be done.
    pub wanted: Wanted,
    /// Who is asked about; none: everybody.
    pub who: Vec<Who>,
    /// The place in accounts; `None`: anywhere.
    pub scope: Option<Scope>,
    /// The accounts, by their places in the frame.
    pub accounts: Vec<usize>,
    /// What is doubtful about the question.
    pub notices: Vec<Shown>,
}

impl Question {
    /// What the texts mean in a tenant.
    ///
    /// # Errors
    /// When a text means nothing there.
    pub fn new(asked: Asked, tenant: &Tenant<'_>, policy: &Policy) -> Result<Self, AskError> {
        let mut notices = Vec::new();
        let wanted = match &asked.can {
            None => Wanted::Anything,
            Some(text) => {
                let (wanted, notice) = Wanted::parse(text)?;
                notices.extend(notice);
                wanted
            }
        };
        let place = asked.on.as_deref().map(Place::parse).transpose()?;
        let own = place.as_ref().and_then(|place| place.account.as_deref());
        let accounts = accounts(tenant, &asked, own)?;
        notices.extend(accounts.unsure);
        let who = asked.principals.iter();
        let who = who.map(|text| Who::parse(text, &tenant.directory, policy));
        let who: Vec<Who> = who.collect::<Result<_, _>>()?;
        for one in who
            .iter()
            .filter(|one| PrincipalId::parse_mongo_user(&one.text).is_some())
        {
            mongo_user(tenant, one)?;
        }
        for one in who.iter().filter(|one| one.is_ambiguous) {
            let ids = one.principals.iter().map(|id| Shown::of(id.as_str()));
            notices.push(shown!(
                "{} principals are called {}: {}. The answer is about all of them.",
                one.principals.len(),
                Shown::quoted(&one.text),
                Shown::join(ids, ", ")
            ));
        }
        for one in who.iter().filter(|one| one.is_unknown) {
            notices.push(shown!(
                "the snapshot has no record of principal {}.",
                Shown::quoted(&one.text)
            ));
        }
        Ok(Self {
            asked,
            wanted,
            who,
            scope: place.map(|place| place.scope),
            accounts: accounts.places,
            notices,
        })
    }
}

impl Question {
    /// The same about no account.
    pub(super) fn without_accounts(&self) -> Self {
        Self {
            asked: self.asked.clone(),
            wanted: self.wanted.clone(),
            who: self.who.clone(),
            scope: self.scope.clone(),
            accounts: Vec::new(),
            notices: self.notices.clone(),
        }
    }
}

/// Whether an account has a user of MongoDB: a typing error must not have the answer that nobody can.
fn mongo_user(tenant: &Tenant<'_>, who: &Who) -> Result<(), AskError> {
    let of_account = |_, record: &AccountRecord| {
        let users = record.mongo_users.iter().flatten();
        let users: Vec<PrincipalId> = users.map(MongoUser::principal).collect();
        (users, record.lacks_mongo_users())
    };
    // What can't be read now can't be read for the answer either, which says so.
    let Ok(found) = tenant.for_each_account(of_account) else {
        return Ok(());
    };
    let users = || found.iter().flat_map(|(users, _)| users);
    let is_known = users().any(|id| who.principals.contains(id)) || found.iter().any(|(_, is_unread)| *is_unread);
    if is_known {
        return Ok(());
    }
    let hint = did_you_mean(&who.text, "MongoDB users", users().map(PrincipalId::as_str));
    Err(AskError::new(format!("unknown principal `{}`", who.text), hint))
}
