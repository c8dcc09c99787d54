//! Joins the blocks that match an account. Order never matters: of blocks that contradict each other the stricter rule holds.

use super::contradiction;
use super::error::{Contradiction, Disagreement, PolicyError, PolicyErrors};
use super::key_age::MaxKeyAge;
use super::rules::{Block, DenyRule, GrantRule, Holders, Policy, Presence, Privilege, RoleRule, Ruled, Switch};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What the policy says of one account. `None`: it says nothing about that.
#[derive(Debug, Clone, Default)]
pub struct AccountPolicy<'p> {
    /// The blocks that match; none: the account is not managed.
    pub blocks: Vec<&'p Block>,
    /// The blocks of which it isn't known whether they match, because parts of the account's id aren't.
    pub undecided: Vec<&'p Block>,
    /// Who answers for the account, as the blocks say: several where they contradict each other.
    pub owners: BTreeSet<&'p str>,
    /// What the local-auth switch must be.
    pub local_auth: Option<&'p Ruled<Switch>>,
    /// What the switch for metadata writes by key must be.
    pub key_metadata_writes: Option<&'p Ruled<Switch>>,
    /// How old account keys can be.
    pub max_key_age: Option<&'p Ruled<MaxKeyAge>>,
    /// The custom role definitions that must exist; no others may.
    pub roles: Option<Vec<&'p RoleRule>>,
    /// Who may do what where; nobody may do more.
    pub grants: Option<Vec<&'p GrantRule>>,
    /// What nobody may do.
    pub denies: Vec<&'p DenyRule>,
    /// Who may have a way round all of this: all blocks' lists together. No list: the policy does not say.
    pub holders: Arc<BTreeMap<Privilege, Vec<&'p Holders>>>,
    /// Where the blocks contradict each other. Everything else here is the stricter of the rules concerned.
    pub contradictions: Vec<Contradiction>,
}

impl AccountPolicy<'_> {
    /// Whether a grant is required, and not overruled by a deny of another block.
    pub fn requires(&self, grant: &GrantRule) -> bool {
        let overruled =
            |found: &Contradiction| matches!(found.about, Disagreement::Denied(_)) && found.first == grant.at;
        grant.presence == Presence::Required && !self.contradictions.iter().any(overruled)
    }
}

impl Policy {
    /// Contradictions as errors, with the lines that contradict each other.
    pub fn explain(&self, contradictions: &[Contradiction]) -> PolicyErrors {
        let errors = contradictions.iter();
        let errors = errors.map(|one| PolicyError::contradiction(&self.sources, one));
        PolicyErrors::new(errors.collect())
    }
}

impl<'p> AccountPolicy<'p> {
    /// What blocks come to, which are in the order in which they are written.
    pub(super) fn of(policy: &'p Policy, blocks: Vec<&'p Block>) -> Self {
        let mut joined = Self::default();
        let mut of_privilege: BTreeMap<Privilege, Vec<&Holders>> = BTreeMap::new();
        for block in blocks {
            joined.blocks.push(block);
            joined
                .owners
                .extend(block.owner.iter().map(|owner| owner.value.as_str()));
            let switch = |a: &Switch, b: &Switch| b > a;
            joined.local_auth = stricter(joined.local_auth, block.local_auth.as_ref(), switch);
            let writes = block.key_metadata_writes.as_ref();
            joined.key_metadata_writes = stricter(joined.key_metadata_writes, writes, switch);
            joined.max_key_age = stricter(joined.max_key_age, block.max_key_age.as_ref(), |a, b| b < a);
            if let Some(roles) = &block.roles {
                joined.roles.get_or_insert_default().extend(roles);
            }
            if let Some(grants) = &block.grants {
                joined.grants.get_or_insert_default().extend(grants);
            }
            joined.denies.extend(&block.denies);
            for (privilege, holders) in &block.holders {
                of_privilege.entry(*privilege).or_default().push(holders);
            }
        }
        joined.holders = Arc::new(of_privilege);
        joined.contradictions = contradiction::between(policy, &joined.blocks);
        joined
    }
}

/// Of two values of a setting the stricter, of equal ones the first. `is_stricter`: whether the second is.
fn stricter<'p, T>(
    first: Option<&'p Ruled<T>>,
    second: Option<&'p Ruled<T>>,
    is_stricter: fn(&T, &T) -> bool,
) -> Option<&'p Ruled<T>> {
    match (first, second) {
        (Some(a), Some(b)) if is_stricter(&a.value, &b.value) => Some(b),
        (first, second) => first.or(second),
    }
}
