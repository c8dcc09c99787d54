//! The blocks of a drafted policy: which rules, for which accounts.

use super::fold::{Match, Places, group};
use super::gather::Gathered;
use super::rules::{DataRules, Holders, Omission};
use crate::model::{Account, Shown};

/// A block for each of its matches, with the same rules.
pub(super) struct Block<'g> {
    pub(super) matches: Vec<Match>,
    /// Settings, roles and grants; `None`: another block has them.
    pub(super) data: Option<&'g DataRules>,
    /// Who can bypass role assignments; `None`: another block says so, or it isn't known.
    pub(super) holders: Option<&'g Holders>,
    /// What is left out or isn't known, with the names of the accounts.
    pub(super) remarks: Vec<Remark<'g>>,
}

/// Something to say of one account in a block.
pub(super) enum Remark<'g> {
    /// It is left out.
    Omitted(&'g str, &'g Omission),
    /// It isn't known, so that there is no rule.
    Unknown(&'g str, &'g Shown),
}

/// What is drafted of one account.
pub(super) struct Drafted {
    /// Its place in the tenant.
    pub(super) place: usize,
    pub(super) gathered: Gathered,
    /// `None`: Azure RBAC of its subscription wasn't read.
    pub(super) holders: Option<Holders>,
}

/// Folds accounts into blocks. What concerns the data and what concerns the control plane is folded apart, because it rarely
/// follows the same lines; where it does, one block has both.
pub(super) fn blocks<'g>(all: &'g [Drafted], accounts: &'g [&'g Account], is_exact: bool) -> Vec<Block<'g>> {
    let places = Places::new(accounts, is_exact);
    // A block of what is only listed would have no rules.
    let is_read = |one: &&Drafted| accounts.get(one.place).is_some_and(|account| account.api.is_read());
    let data = all.iter().filter(is_read).map(|one| (one.place, &one.gathered.rules));
    let data = group(data);
    let known = all.iter().filter_map(|one| Some((one.place, one.holders.as_ref()?)));
    let mut holders = group(known);
    let mut blocks: Vec<(Vec<usize>, Option<&DataRules>, Option<&Holders>)> = Vec::new();
    for (rules, members) in data {
        let same = holders.iter().position(|(_, others)| *others == members);
        let holders = same.map(|at| holders.swap_remove(at).0);
        blocks.push((members, Some(rules), holders));
    }
    holders.sort_by_key(|(_, members)| members.first().copied());
    let with_data = blocks.len();
    blocks.extend(
        holders
            .into_iter()
            .map(|(holders, members)| (members, None, Some(holders))),
    );
    let mut covered = cover(&places, &blocks, 0..with_data);
    covered.extend(cover(&places, &blocks, with_data..blocks.len()));
    let blocks = blocks.into_iter().zip(covered);
    blocks
        .map(|((members, data, holders), matches)| Block {
            remarks: match data {
                Some(_) => remarks(all, accounts, &members),
                None => Vec::new(),
            },
            matches,
            data,
            holders,
        })
        .collect()
}

type Unmatched<'g> = (Vec<usize>, Option<&'g DataRules>, Option<&'g Holders>);

fn cover(places: &Places<'_>, blocks: &[Unmatched<'_>], range: std::ops::Range<usize>) -> Vec<Vec<Match>> {
    let groups = blocks.get(range).unwrap_or_default().iter();
    places.cover(&groups.map(|(members, ..)| members.clone()).collect::<Vec<_>>())
}

fn remarks<'g>(all: &'g [Drafted], accounts: &'g [&'g Account], members: &[usize]) -> Vec<Remark<'g>> {
    let mut remarks = Vec::new();
    for place in members {
        let drafted = all
            .binary_search_by_key(place, |one| one.place)
            .ok()
            .and_then(|at| all.get(at));
        let (Some(drafted), Some(account)) = (drafted, accounts.get(*place)) else {
            continue;
        };
        let name = account.id.name();
        remarks.extend(drafted.gathered.unknown.iter().map(|text| Remark::Unknown(name, text)));
        remarks.extend(drafted.gathered.omissions.iter().map(|one| Remark::Omitted(name, one)));
    }
    remarks
}
