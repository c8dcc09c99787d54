//! `group-member`: a group has a member that the policy doesn't list. What a group can do, each of its members can.

use crate::checks::bypass::{account_names, keys_open};
use crate::checks::command::Command;
use crate::checks::context::AuditContext;
use crate::checks::draft::Draft;
use crate::checks::not_checked::{Places, Reason};
use crate::checks::row::{Origin, Row, Run};
use crate::checks::steps::Steps;
use crate::checks::wording::{count, quote};
use crate::finding::{About, Check, Group, Place, Reach, Severity, Subject, What};
use crate::model::{BypassKind, PrincipalId, PrincipalKind, PrincipalRecord, Shown};
use crate::policy::{Principal, Ruled};
use crate::shown;
use crate::title;
use std::collections::BTreeSet;

/// Groups that a text names.
const NAMED: usize = 3;

pub(in crate::checks) const ROW: Row = Row {
    check: &CHECK,
    run: Run::Audit(run),
    origin: Origin::Members,
};

static CHECK: Check = Check {
    id: "group-member",
    group: Group::Drift,
    severity: Severity::High,
    about: About::Members,
    needs: &[What::GroupMembers, What::Membership],
    summary: "A group has a member that the policy doesn't list",
    why: "The policy lists the `members` of the group, and the group has another one, directly or through a nested group. \
          What the group can access, the member can access, too.",
    fix: "Remove the member from the group, or list the member in `members`.",
};

fn run(context: &AuditContext<'_>) -> Vec<Draft> {
    listed(context)
        .flat_map(|(group, list)| {
            let access = Access::of(context, &group.id);
            let record = context.tenant.directory.record(&group.id);
            let all: BTreeSet<&PrincipalId> = record
                .iter()
                .flat_map(|record| record.members.iter().flatten())
                .collect();
            let inside = Inside::of(context, &all);
            let listed: BTreeSet<&PrincipalId> = list.value.iter().collect();
            let unlisted = all.difference(&listed).filter(|id| ***id != group.id);
            let drafts = unlisted.map(|member| draft(context, (group, &inside), list, &access, member));
            drafts.collect::<Vec<_>>()
        })
        .collect()
}

/// The groups of which the policy says who is in them.
fn listed<'a>(context: &AuditContext<'a>) -> impl Iterator<Item = (&'a Principal, &'a Ruled<Vec<PrincipalId>>)> {
    let principals = context.policy.principals.iter();
    principals.filter_map(|principal| Some((principal, principal.members.as_ref()?)))
}

fn draft<'a>(
    context: &AuditContext<'a>,
    (group, inside): (&Principal, &Inside<'a>),
    list: &Ruled<Vec<PrincipalId>>,
    access: &Access,
    member: &PrincipalId,
) -> Draft {
    let names = context.names;
    let nested = inside.holding(context, member);
    let through = match nested.names(context) {
        None => Shown::default(),
        Some(groups) => shown!(" through {}", groups),
    };
    let message = shown!(
        "{} is in the group {}{}. Not listed in {}. {}",
        names.quoted(member),
        quote(&group.name),
        through,
        quote("members"),
        access.words(context)
    );
    let title = title!(
        "{} is an unlisted member of {}",
        names.title(member),
        names.title_within(&group.id)
    );
    let places = access.places();
    let subject = Subject::Member {
        group: names.principal(&group.id),
        principal: names.principal(member),
        reach: (!places.is_empty()).then(|| Reach {
            scope: None,
            accounts: places,
            possible: Vec::new(),
        }),
    };
    // No witness: what is wrong is the membership, which the subject names, whatever the group has access to.
    let summary = shown!(
        "Remove {} from the group, or list the member in `members` ({}).",
        names.mentioned(member),
        Shown::of_value(&list.at)
    );
    Draft::new(&CHECK, subject, title, message)
        .policy(Some(&list.at))
        .fix(summary, nested.steps(context, group, member))
}

/// How a member is in a group, as far as that is known: the directory lists all members, and not through what they are in it.
struct Nested<'a> {
    /// The groups within the group that the member is known to be in.
    groups: Vec<&'a PrincipalId>,
    /// Whether there can be others.
    can_be_more: bool,
}

/// Of the members of a group, those that others can be in: looked for once, as groups can have a hundred thousand members.
struct Inside<'a> {
    /// The groups, in order.
    groups: Vec<&'a PrincipalId>,
    /// Those in which others can be whom nobody knows.
    hiding: Vec<&'a PrincipalId>,
}

impl<'a> Inside<'a> {
    fn of(context: &AuditContext<'a>, members: &BTreeSet<&'a PrincipalId>) -> Self {
        let directory = &context.tenant.directory;
        let can_hide = |id: &PrincipalId| match directory.record(id) {
            None => true,
            Some(record) if record.kind == PrincipalKind::Unknown => true,
            Some(record) => record.kind == PrincipalKind::Group && !is_read(record),
        };
        let members = members.iter().copied();
        Self {
            groups: members.clone().filter(|id| directory.is_group(id)).collect(),
            hiding: members.filter(|id| can_hide(id)).collect(),
        }
    }

    /// Those that a member is in, or can be in.
    fn holding(&self, context: &AuditContext<'a>, member: &PrincipalId) -> Nested<'a> {
        let directory = &context.tenant.directory;
        let groups = self.groups.iter().copied().filter(|other| *other != member);
        Nested {
            can_be_more: self.hiding.iter().any(|other| *other != member),
            groups: groups.filter(|id| directory.is_or_is_in(member, id)).collect(),
        }
    }
}

impl Nested<'_> {
    /// The first of the groups.
    fn names(&self, context: &AuditContext<'_>) -> Option<Shown> {
        let first = self.groups.iter().take(NAMED).map(|id| context.names.mentioned(id));
        let mut first: Vec<Shown> = first.collect();
        match self.groups.len().checked_sub(NAMED) {
            None | Some(0) => {}
            Some(1) => first.push("1 other group".into()),
            Some(more) => first.push(shown!("{} other groups", more)),
        }
        (!first.is_empty()).then(|| Shown::list(&first))
    }

    /// Source of the command: <https://learn.microsoft.com/cli/azure/ad/group/member#az-ad-group-member-remove>.
    fn steps(&self, context: &AuditContext<'_>, group: &Principal, member: &PrincipalId) -> Steps {
        let who = context.names.mentioned(member);
        let of = quote(&group.name);
        match self.names(context) {
            Some(groups) => {
                Steps::default().by_hand(shown!("Remove {} from {}, or {} from {}.", who, &groups, &groups, of))
            }
            None if self.can_be_more => Steps::default().by_hand(shown!(
                "Remove {} from {}, or from the nested group that contains {}.",
                &who,
                of,
                &who
            )),
            None => Steps::one(
                Command::remove_member(&group.id, member),
                shown!("Removes {} from {}, and everything that the group gives.", who, of),
            ),
        }
    }
}

/// Whether all members were read.
fn is_read(record: &PrincipalRecord) -> bool {
    record.members.is_some() && record.has_all_members()
}

/// What a group has access to, itself or through a group that it is in.
struct Access {
    /// The accounts whose data it has access to.
    data: Vec<usize>,
    /// The accounts whose role assignments it can bypass.
    bypassed: BTreeSet<usize>,
    /// By what.
    kinds: BTreeSet<BypassKind>,
    /// Whether some of that is certain.
    is_certain: bool,
}

impl Access {
    fn of(context: &AuditContext<'_>, group: &PrincipalId) -> Self {
        let mut access = Self {
            data: context.data_access.get(group).cloned().unwrap_or_default(),
            bypassed: BTreeSet::new(),
            kinds: BTreeSet::new(),
            is_certain: false,
        };
        let directory = &context.tenant.directory;
        let bypasses = context.tenant.control.bypasses.iter();
        for bypass in bypasses.filter(|bypass| directory.is_or_is_in(group, bypass.holder.principal())) {
            for reached in context.tenant.control.reached(bypass) {
                let account = context.tenant.account(reached.account);
                // Keys that are refused open nothing.
                if bypass.kind.is_of_keys() && account.and_then(keys_open).is_none() {
                    continue;
                }
                access.bypassed.insert(reached.account);
                access.kinds.insert(bypass.kind);
                access.is_certain |= reached.is_certain();
            }
        }
        if access.kinds.contains(&BypassKind::ReadKeys) {
            access.kinds.remove(&BypassKind::ReadReadOnlyKeys);
        }
        access
    }

    /// All accounts, by their places.
    fn places(&self) -> Vec<usize> {
        let all: BTreeSet<usize> = self.data.iter().chain(&self.bypassed).copied().collect();
        all.into_iter().collect()
    }

    /// The same, as a sentence.
    fn words(&self, context: &AuditContext<'_>) -> Shown {
        let data = (!self.data.is_empty()).then(|| {
            let accounts = account_names(context, self.data.iter().copied());
            shown!("has role assignments in {}", accounts)
        });
        let bypass = (!self.bypassed.is_empty()).then(|| {
            let accounts = account_names(context, self.bypassed.iter().copied());
            let kinds: Vec<Shown> = self.kinds.iter().map(|kind| kind.verb().into()).collect();
            let can = if self.is_certain { "can" } else { "possibly can" };
            shown!(
                "{} bypass role assignments in {} ({})",
                can,
                accounts,
                Shown::join(kinds.iter(), ", ")
            )
        });
        let all: Vec<Shown> = data.into_iter().chain(bypass).collect();
        match all.as_slice() {
            [] => "No access of the group was found.".into(),
            all => shown!("The group {}.", Shown::list(all)),
        }
    }
}

/// The groups with access whose members the policy lists and nobody knows in full, although a scan asked for them: whoever else is in one
/// has its access.
pub(in crate::checks) fn unread<'a>(
    context: &AuditContext<'a>,
) -> impl Iterator<Item = (&'a Principal, &'a Ruled<Vec<PrincipalId>>)> {
    let is_asked = context.tenant.frame.is_graph_asked();
    listed(context).filter(move |(group, _)| {
        let record = context.tenant.directory.record(&group.id);
        let is_unread = match record {
            // No scan asks for a group that only a template names.
            None => context.tenant.frame.origins.is_none(),
            Some(record) if record.kind == PrincipalKind::Group || !record.found => !is_read(record),
            Some(record) => record.kind == PrincipalKind::Unknown,
        };
        is_asked && is_unread && !Access::of(context, &group.id).places().is_empty()
    })
}

/// Groups whose members weren't compared with the policy. Those of which not all members were read are named elsewhere, whatever
/// the policy says.
pub(in crate::checks) fn not_checked(context: &AuditContext<'_>) -> Vec<(Reason, Places)> {
    let is_asked = context.tenant.frame.principals.is_some();
    let unread = listed(context).filter(|(group, _)| match context.tenant.directory.record(&group.id) {
        None => true,
        Some(record) => record.members.is_none(),
    });
    let reason = |(group, list): (&Principal, &Ruled<_>)| {
        let name = quote(&group.name);
        let record = context.tenant.directory.record(&group.id);
        let why = match record.map(|record| record.kind) {
            None if is_asked => shown!("the policy lists members of {}, which isn't in the snapshot", name),
            None => shown!("the policy lists members of {}, and principals weren't looked up", name),
            Some(PrincipalKind::Group) => shown!("the policy lists members of {}, which weren't read", name),
            Some(_) if record.is_some_and(|record| !record.found) => {
                shown!(
                    "the policy lists members of {}, which Microsoft Graph didn't find",
                    name
                )
            }
            Some(_) => shown!(
                "the policy lists members of {}, which isn't a group in the directory",
                name
            ),
        };
        (
            Reason::new(What::GroupMembers, why).at(Some(Place::Policy(list.at.clone()))),
            None,
        )
    };
    unread.map(reason).chain(unlisted(context)).collect()
}

/// The groups with access whose members the policy doesn't list: somebody can be added to them, and no check says so.
fn unlisted(context: &AuditContext<'_>) -> Option<(Reason, Places)> {
    let directory = &context.tenant.directory;
    let with_list: BTreeSet<&PrincipalId> = listed(context).map(|(group, _)| &group.id).collect();
    // Whoever is in a group within a group is in that, too.
    let is_within = |id: &PrincipalId| directory.groups_of(id).iter().any(|other| with_list.contains(other));
    let mut names = Vec::new();
    let mut places = BTreeSet::new();
    for id in context
        .data_access
        .keys()
        .filter(|id| !with_list.contains(*id) && !is_within(id))
    {
        let own = Access::of(context, id).places();
        if !own.is_empty() {
            names.push(context.names.quoted(id));
            places.extend(own);
        }
    }
    let number = names.len();
    let told = names.iter().take(NAMED).cloned();
    let others = number.checked_sub(NAMED).filter(|others| *others > 0);
    let told: Vec<Shown> = told
        .chain(others.map(|others| count(others, "other", "others")))
        .collect();
    let why = shown!(
        "the policy has no {} of {} {}",
        quote("members"),
        if number == 1 { "the group" } else { "the groups" },
        Shown::list(&told)
    );
    (number > 0).then(|| (Reason::new(What::Membership, why), Some(places.into_iter().collect())))
}
