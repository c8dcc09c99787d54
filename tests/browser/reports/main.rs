//! Writes the reports that the browser tests open: a big one, one of many accounts, and one in which every name is an
//! attack. Takes the folder to write to. The same bytes every time.

#![allow(
    clippy::indexing_slicing,
    reason = "every place is a remainder of the array's own length"
)]

mod accounts;
mod findings;
mod states;

use cosmos_rbac::checks::{self, CHECKS};
use cosmos_rbac::finding::{
    Acceptance, AccountBypass, AccountSummary, Cause, Change, ChangeKind, Check, CheckSummary, Confidence, Effect,
    Finding, Fixed, Gate, NotChecked, Notice, Parts, Place, PrincipalState, PrincipalSummary, ProvenAction, Reach,
    Remedy, Report, Severity, SnapshotSummary, SourceRef, State, Step, Subject, Waivers, What, Witness, Wrong,
};
use cosmos_rbac::model::action::{Ability, PREFIX};
use cosmos_rbac::model::bypass::ACTIONS;
use cosmos_rbac::model::{
    AccountId, ActionPattern, Api, Atom, BypassKind, PrincipalId, PrincipalKind, PrincipalRef, RoleRef, Scope, Shown,
};
use cosmos_rbac::report::{Format, Style};
use cosmos_rbac::resolve::{AccessRows, BypassRow, Can, GrantRow, GroupRow, RoleRow};
use cosmos_rbac::snapshot::Subscription;
use cosmos_rbac::title;
use std::error::Error;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

/// What a hostile tenant would call its things.
const ATTACKS: [&str; 16] = [
    "</script><script>alert('script')</script>",
    "<img src=x onerror=alert('img')>",
    "\"><svg onload=alert('svg')>",
    "' onmouseover='alert(1)' x='",
    "<!--<script>",
    "--><iframe src=javascript:alert('frame')>",
    "</noscript><img src=https://evil.example/x.png>",
    "</style></title></textarea><object data=//evil.example/>",
    "\u{2028}\u{2029};alert('line')//",
    "\u{202e}gnp.exe\u{200b}",
    "\u{0}\u{1}\u{7}\u{1b}[31m\r\n\t",
    "{{constructor.constructor('alert(1)')()}}${alert(1)}",
    "__proto__",
    "`</code><script>alert('tick')</script>`",
    "\\u003cscript\\u003e\\\"'",
    "&lt;script&gt;alert('entity')&lt;/script&gt;",
];

/// How a report is made: what things are called, and how many there are.
struct Shape {
    accounts: usize,
    findings: usize,
    principals: usize,
    hostile: bool,
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: browser_reports FOLDER")?;
    let folder = Path::new(&folder);
    fs::create_dir_all(folder)?;
    let shape = |accounts, findings, principals, hostile| Shape {
        accounts,
        findings,
        principals,
        hostile,
    };
    for (name, shape) in [
        ("big", shape(2_000, 100_000, 12, false)),
        ("accounts", shape(20_000, 20_000, 3, false)),
        ("matrix", shape(1, 4, 500, false)),
        ("hostile", shape(ATTACKS.len(), ATTACKS.len() * 6, 4, true)),
        ("empty", shape(0, 0, 0, false)),
    ] {
        write(folder, name, &Report::new(shape.parts()?, Gate::default()))?;
    }
    for (name, report) in states::all()? {
        write(folder, name, &report)?;
    }
    Ok(())
}

fn write(folder: &Path, name: &str, report: &Report) -> Result<(), Box<dyn Error>> {
    let mut formats = vec![(Format::Html, "html")];
    // What the tests compare the page with.
    if report.findings.len() < 1_000 {
        formats.push((Format::Json, "json"));
    }
    for (format, extension) in formats {
        let mut out = BufWriter::new(File::create(folder.join(format!("{name}.{extension}")))?);
        format.render(report, Style::default(), &mut out)?;
        out.flush()?;
    }
    Ok(())
}

impl Shape {
    /// A name: an attack, or the word with its number.
    fn name(&self, word: &str, number: usize) -> String {
        match ATTACKS.get(number % ATTACKS.len()) {
            Some(attack) if self.hostile => format!("{attack}{word}{number}"),
            _ => format!("{word}-{number:05}"),
        }
    }

    fn account_id(&self, number: usize) -> Result<AccountId, Box<dyn Error>> {
        // Segments of an id end at a slash.
        let name = self.name("cosmos", number).replace('/', "\u{2215}");
        let group = self.name("rg", number / 4).replace('/', "\u{2215}");
        let subscription = guid(7, number / 100);
        let text = format!(
            "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.DocumentDB/databaseAccounts/{name}"
        );
        Ok(AccountId::parse(&text)?)
    }

    fn principal(&self, number: usize) -> PrincipalRef {
        PrincipalRef {
            id: PrincipalId::from(if self.hostile {
                self.name("id", number)
            } else {
                guid(1, number)
            }),
            name: (number % 5 != 4).then(|| self.name("app", number)),
            kind: PrincipalKind::KNOWN[number % 5],
            is_ambiguous: false,
        }
    }

    fn scope(&self, number: usize) -> Scope {
        let database = self.name("db", number % 9);
        match number % 7 {
            0 => Scope::Account,
            1..=3 => Scope::Database(database),
            _ => Scope::Container {
                database,
                container: self.name("c", number % 5),
            },
        }
    }

    fn not_checked(&self) -> Vec<NotChecked> {
        let row = |what, why: Shown, places: Vec<usize>| NotChecked {
            what,
            why,
            principals: None,
            accounts: Some(places).filter(|places| !places.is_empty()),
            place: None,
        };
        let unread = (0..self.accounts).filter(|number| number % 13 == 7);
        vec![
            row(
                What::Access,
                Shown::of(&self.name("the policy has no grants", 2)),
                vec![0],
            ),
            row(What::RoleAssignments, "couldn't be read: 403".into(), unread.collect()),
        ]
    }

    fn parts(&self) -> Result<Parts, Box<dyn Error>> {
        let accounts = (0..self.accounts)
            .map(|number| self.account(number))
            .collect::<Result<Vec<_>, _>>()?;
        // As in a real report, what concerns no single account comes first, and the findings of an account follow each
        // other.
        let across = usize::from(self.accounts > 0) * BYPASSES.min(self.findings);
        let findings = (0..self.findings).filter_map(|number| {
            if number < across {
                return Some(self.across(number));
            }
            let account = accounts.get(number * accounts.len() / self.findings)?;
            Some(self.finding(number, account))
        });
        let findings: Vec<Finding> = findings.collect();
        let snapshot = SnapshotSummary {
            template: None,
            taken_at: jiff::Timestamp::from_second(1_793_606_400)?,
            last_taken_at: jiff::Timestamp::from_second(1_793_606_400)?,
            cloud: if self.hostile {
                ATTACKS[0].to_owned()
            } else {
                "public".to_owned()
            },
            tenant: if self.hostile {
                ATTACKS[0].to_owned()
            } else {
                guid(9, 0)
            },
            tenant_name: self.hostile.then(|| ATTACKS[0].to_owned()),
            scanned_by: None,
            subscriptions: (0..=self.accounts / 100)
                .map(|number| Subscription {
                    id: guid(7, number),
                    name: self.name("Subscription", number),
                })
                .collect(),
            accounts: self.accounts,
            gone: 0,
            role_definitions: self.accounts * 3,
            role_assignments: self.accounts * self.principals * 2,
            complete: self.accounts == 0,
            all_read: self.accounts == 0,
            age_doubt: None,
        };
        let policy: std::sync::Arc<str> = self.name("policies/policy.yaml", 0).into();
        let checks = CHECKS.iter().map(|check| CheckSummary {
            check,
            severity: Some(check.severity),
        });
        let notices = match self.hostile {
            true => vec![Notice {
                message: Shown::of(&self.name("notice", 1)),
                place: Some(Place::Policy(SourceRef {
                    file: policy.clone(),
                    line: 3,
                    column: 5,
                })),
            }],
            false => Vec::new(),
        };
        Ok(Parts {
            snapshot,
            fixed: self.fixed(),
            policy: vec![policy],
            notices,
            not_checked: self.not_checked(),
            waivers: Waivers::default(),
            checks: checks.collect(),
            bypasses: (0..BYPASSES).map(|number| self.bypass(number)).collect(),
            groups: self.groups(),
            causes: self.causes(&findings),
            findings,
            filtered: None,
            accounts,
        })
    }
}

/// Bypasses, and findings that reach many accounts.
const BYPASSES: usize = 12;

/// The check of an id.
#[expect(clippy::expect_used, reason = "these ids are in the table of checks")]
fn check(id: &str) -> &'static Check {
    checks::check(id).expect("a check")
}

/// A GUID that looks like any other.
fn guid(kind: u64, number: usize) -> String {
    // The finaliser of SplitMix64: neighbours differ everywhere.
    let mix = |mut z: u64| {
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    let high = mix((kind << 40) + number as u64 + 1);
    let low = mix(high);
    format!(
        "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xfff,
        low >> 52,
        low & 0xffff_ffff_ffff
    )
}
