//! How a report looks when there is nothing to fix, or nothing to say.

use super::*;

/// Passed, incomplete, and with the gate off.
pub(super) fn all() -> Result<Vec<(&'static str, Report)>, Box<dyn Error>> {
    let shape = |findings| Shape {
        accounts: 2,
        findings,
        principals: 2,
        hostile: false,
    };
    let whole = || {
        let mut parts = shape(0).parts()?;
        parts.snapshot.complete = true;
        parts.not_checked.clear();
        parts.bypasses.clear();
        for account in &mut parts.accounts {
            account.bypasses.clear();
            account.gaps = 0;
            account.local_auth_disabled = Some(true);
        }
        Ok::<Parts, Box<dyn Error>>(parts)
    };
    let passed = Report::new(whole()?, Gate::default());
    let mut partly = whole()?;
    partly.not_checked = shape(0).not_checked();
    let partly = Report::new(partly, Gate::default());
    let mut unread = whole()?;
    let account = unread.accounts.first_mut().ok_or("no account")?;
    account.gaps = 1;
    account.role_assignments = None;
    account.all_principals = false;
    account.principals.clear();
    account.access = Some(AccessRows::default());
    let id = account.id.clone();
    unread.snapshot.complete = false;
    unread.not_checked = vec![NotChecked {
        what: What::RoleAssignments,
        why: "couldn't be read: 403".into(),
        accounts: Some(vec![0]),
        principals: None,
        place: None,
    }];
    unread.findings = vec![Finding {
        check: check("collection-incomplete"),
        severity: Severity::High,
        subject: Subject::Unread {
            account: Some(id.clone()),
            id: None,
        },
        title: title!("Role assignments of {} couldn't be read", Shown::of(id.name())),
        message: "Azure answered 403. Who has access there is unknown.".into(),
        witness: None,
        place: None,
        waiver: None,
        ..shape(2).finding(5, unread.accounts.first().ok_or("no account")?)
    }];
    let unread = Report::new(unread, Gate::default());
    // Somebody of whom nothing is known but an Azure role whose definition wasn't read.
    let mut role = whole()?;
    role.bypasses = Vec::from(BypassKind::ALL.map(|kind| BypassRow {
        principal: PrincipalRef {
            id: guid(9, 9).into(),
            name: Some("lone".into()),
            kind: PrincipalKind::User,
            is_ambiguous: false,
        },
        kind,
        through: None,
        ..shape(0).bypass(0)
    }));
    for account in &mut role.accounts {
        let all = (0..role.bypasses.len()).map(|bypass| AccountBypass { bypass, certain: false });
        account.bypasses = all.collect();
        account.local_auth_disabled = Some(false);
    }
    let role = Report::new(role, Gate::default());
    let gate = Gate {
        fail_on: None,
        allow_incomplete: true,
    };
    let ungated = Report::new(shape(40).parts()?, gate);
    Ok(vec![
        ("passed", passed),
        ("partly", partly),
        ("incomplete", unread),
        ("unread-role", role),
        ("ungated", ungated),
    ])
}
