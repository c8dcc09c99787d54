//! What comes closest to what was asked, where the answer is that nobody can; and what is missing.

use super::answer::{Answer, NoAnswer, ask};
use super::found::Found;
use super::lacking::{Lacking, lacking};
use super::question::Question;
use super::wanted::Wanted;
use crate::model::{ActionPattern, PrincipalId, Scope};
use crate::policy::Policy;

/// What comes closest.
pub struct Closest<'t> {
    /// Who can do it in other places.
    pub elsewhere: Option<Answer<'t>>,
    /// Who has something else there.
    pub otherwise: Option<Answer<'t>>,
    /// What is missing, if the question is about one principal in one account.
    pub lacking: Option<Lacking>,
}

/// What comes closest to an answer without rows. `policy` gives names to principals.
///
/// # Errors
/// When an account can't be read.
pub fn closest<'t>(answer: &Answer<'t>, policy: &'t Policy) -> Result<Closest<'t>, NoAnswer> {
    let question = &answer.question;
    let again = |changed: Question| -> Result<Option<Answer<'t>>, NoAnswer> {
        let found = ask(answer.tenant, policy, changed)?;
        Ok(Some(found).filter(|found| !found.rows.is_empty()))
    };
    let is_placed = question.scope.as_ref().is_some_and(|scope| *scope != Scope::Account)
        || question.accounts.len() < answer.tenant.frame.accounts.len();
    let elsewhere = match is_placed {
        true => again(Question {
            scope: None,
            accounts: (0..answer.tenant.frame.accounts.len()).collect(),
            ..question.clone()
        })?,
        false => None,
    };
    let otherwise = match question.wanted {
        Wanted::Anything => None,
        _ => again(Question {
            wanted: Wanted::Anything,
            ..question.clone()
        })?,
    };
    Ok(Closest {
        elsewhere,
        otherwise,
        lacking: missing(answer)?,
    })
}

/// The principal that was asked about, if it is one.
pub fn only(question: &Question) -> Option<&PrincipalId> {
    match question.who.as_slice() {
        [one] => match one.principals.as_slice() {
            [id] => Some(id),
            _ => None,
        },
        _ => None,
    }
}

fn missing(answer: &Answer<'_>) -> Result<Option<Lacking>, NoAnswer> {
    let question = &answer.question;
    let action = match &question.wanted {
        Wanted::Action(pattern) => Some(pattern.clone()),
        Wanted::Verb(verb) => Some(ActionPattern::from_policy(verb.example())),
        _ => None,
    };
    let (Some(principal), Some(action), [account]) = (only(question), action, answer.looked.as_slice()) else {
        return Ok(None);
    };
    let scope = question.scope.clone().unwrap_or(Scope::Account);
    Ok(lacking(answer.tenant, account.account, &action, principal, &scope)?)
}

impl<'t> Closest<'t> {
    /// The rows of an answer, the first of each principal.
    pub fn first<'a>(answer: &'a Answer<'t>, most: usize) -> Vec<&'a Found<'t>> {
        let mut seen = std::collections::BTreeSet::new();
        let rows = answer.rows.iter().filter(|found| {
            let who = found.member.as_ref().unwrap_or(&found.principal);
            seen.insert((who, found.account, &found.scope, found.via.section()))
        });
        rows.take(most).collect()
    }
}
