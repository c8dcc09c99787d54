//! An audit needs no account longer than it looks at it, and no two at once.

use crate::cases;
use crate::plans::{policy, snapshot};
use crate::strategies::{Shapes, plan};
use cosmos_rbac::checks::{AuditError, Options, audit};
use cosmos_rbac::model::AccountRecord;
use cosmos_rbac::report::{Format, Style};
use cosmos_rbac::resolve::Tenant;
use cosmos_rbac::snapshot::{Records, Snapshot, SnapshotError};
use proptest::collection::vec;
use proptest::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Lends accounts one after the other, the last first, each made for its call and gone after it.
struct OneByOne<'s> {
    snapshot: &'s Snapshot,
    /// How many are never handed out.
    lost: usize,
    lent: AtomicUsize,
}

impl<'s> OneByOne<'s> {
    fn of(snapshot: &'s Snapshot, lost: usize) -> Self {
        Self {
            snapshot,
            lost,
            lent: AtomicUsize::new(0),
        }
    }
}

impl Records for OneByOne<'_> {
    fn visit(&self, each: &(dyn Fn(usize, &AccountRecord) + Sync)) -> Result<(), SnapshotError> {
        for (place, record) in self.snapshot.accounts.iter().enumerate().skip(self.lost).rev() {
            let lent = record.clone();
            each(place, &lent);
            self.lent.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn accounts_that_come_one_by_one_give_the_same_report(plans in vec(plan(Shapes::Any), 1..5)) {
        let records = plans.iter().enumerate().map(|(number, plan)| plan.record(number)).collect();
        let snapshot = snapshot(records);
        let policy = policy(&plans, 0);
        let records = OneByOne::of(&snapshot, 0);
        let whole = audit(&Tenant::of(&snapshot), &policy, Options::default());
        let streamed = audit(&Tenant::new(snapshot.frame(), &records), &policy, Options::default());
        prop_assert_eq!(records.lent.into_inner(), plans.len());
        match (whole, streamed) {
            (Ok(whole), Ok(streamed)) => {
                let [whole, streamed] = [whole, streamed].map(|report| {
                    let mut out = Vec::new();
                    Format::Json.render(&report, Style::default(), &mut out).unwrap();
                    String::from_utf8(out).unwrap()
                });
                prop_assert_eq!(whole, streamed);
            }
            (whole, streamed) => prop_assert!(whole.is_err() && streamed.is_err()),
        }
    }

    #[test]
    fn an_account_that_does_not_come_is_no_report(plans in vec(plan(Shapes::Any), 1..4)) {
        let records = plans.iter().enumerate().map(|(number, plan)| plan.record(number)).collect();
        let snapshot = snapshot(records);
        let records = OneByOne::of(&snapshot, 1);
        let tenant = Tenant::new(snapshot.frame(), &records);
        let error = audit(&tenant, &policy(&plans, 0), Options::default()).unwrap_err();
        let is_lost = matches!(error, AuditError::Snapshot(SnapshotError::Lost { accounts: 1 }));
        prop_assert!(is_lost);
    }
}
