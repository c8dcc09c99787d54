//! `key-age`: account keys that are too old. Only when they were generated is known, never a key.

use crate::checks::context::AccountContext;
use crate::checks::draft::{Draft, account_name, account_title};
use crate::checks::fix;
use crate::checks::row::{Origin, Row, Run};
use crate::checks::wording::count;
use crate::finding::{About, Check, Confidence, Group, Severity, What};
use crate::model::{AccountKey, Generated, Keys, Shown};
use crate::policy::{MaxKeyAge, Switch};
use crate::shown;
use crate::title;
use jiff::tz::TimeZone;

pub(in crate::checks) const ROW: Row = Row {
    check: &CHECK,
    run: Run::Account(run),
    origin: Origin::KeyAge,
};

static CHECK: Check = Check {
    id: "key-age",
    group: Group::Hygiene,
    severity: Severity::Medium,
    about: About::Account,
    needs: &[What::KeyAge],
    summary: "Account keys are older than the limit",
    why: "Account keys bypass role assignments, and a key stays valid until it is regenerated. Copies of an old key can be in \
          configurations, scripts and logs that nobody remembers. Read-only keys give read access to all data. The \
          default limit is 90 days, and `max_key_age` in the policy changes it. The age is counted until the scan. Only the \
          dates of the keys are read, never a key. Azure has recorded these dates since 2022-06-18, so a key without a \
          date is older than that. This check finds nothing where key-based authentication is disabled. For APIs other than NoSQL, Microsoft \
          doesn't document that the service honors that setting. An account of such an API is a possible finding where \
          it is set.",
    fix: "Disable key-based authentication if no client needs keys. Otherwise, regenerate the keys one after the other: \
          move clients to the secondary key and regenerate the primary key. Then move clients back and regenerate the \
          secondary key.",
};

/// A key that is too old, or can be.
struct Old {
    key: AccountKey,
    generated: Generated,
    is_certain: bool,
}

fn run(context: &AccountContext<'_, '_>) -> Vec<Draft> {
    let account = context.account();
    let keys = account.keys();
    let Some(generated) = account.keys_generated_at.filter(|_| keys != Keys::Refused) else {
        return Vec::new();
    };
    let ruled = context.policy.max_key_age;
    let most = ruled.map_or(MaxKeyAge::DEFAULT, |ruled| ruled.value);
    let old = AccountKey::ALL.into_iter().filter_map(|key| {
        let generated = generated.get(key)?;
        let is_certain = most.is_exceeded_by(context.taken_at.duration_since(generated.latest()));
        (is_certain || generated == Generated::Before).then_some(Old {
            key,
            generated,
            is_certain,
        })
    });
    let old: Vec<Old> = old.collect();
    if old.is_empty() {
        return Vec::new();
    }
    let limit = Shown::of_value(&most);
    let title = match old.as_slice() {
        [one] => title!(
            "The {} key of {} is older than {}",
            one.key.title(),
            account_title(context),
            limit
        ),
        some => title!(
            "{} keys of {} are older than {}",
            some.len(),
            account_title(context),
            limit
        ),
    };
    let names: Vec<&str> = old.iter().map(|one| one.key.az_kind()).collect();
    let concerned: Vec<AccountKey> = old.iter().map(|one| one.key).collect();
    let is_wanted = context
        .policy
        .local_auth
        .is_some_and(|ruled| ruled.value == Switch::Enabled);
    let draft = Draft::new(&CHECK, context.about_account(), title, message(context, &old, most))
        .fix(
            match is_wanted {
                true => "Regenerate these keys one after the other.",
                false => "Disable key-based authentication, or regenerate these keys one after the other.",
            },
            fix::regenerate_keys(account, &concerned),
        )
        // Which keys, not how old they are: it is the same finding tomorrow.
        .key(names.join("\n"))
        .policy(ruled.map(|ruled| &ruled.at));
    let doubt = match keys {
        Keys::SaidRefused => Some(shown!(
            "whether the service rejects keys of the {} API, which isn't documented",
            account.api.title()
        )),
        Keys::Unknown => Some("whether key-based authentication is enabled, which couldn't be read".into()),
        _ if old.iter().any(|one| one.is_certain) => None,
        _ => Some("when the keys were generated, which Azure hasn't recorded".into()),
    };
    vec![match doubt {
        Some(doubt) => draft.confidence(Confidence::Possible).depends_on(doubt),
        None => draft,
    }]
}

/// What is too old, by when it was generated; and what the limit is.
fn message(context: &AccountContext<'_, '_>, old: &[Old], most: MaxKeyAge) -> Shown {
    let mut times: Vec<Generated> = Vec::new();
    for one in old {
        if !times.contains(&one.generated) {
            times.push(one.generated);
        }
    }
    let mut text = Shown::default();
    for time in times {
        let own: Vec<Shown> = old
            .iter()
            .filter(|one| one.generated == time)
            .map(|one| one.key.title().into())
            .collect();
        let (noun, verb) = if own.len() == 1 {
            ("key", "was")
        } else {
            ("keys", "were")
        };
        let day = time.latest().to_zoned(TimeZone::UTC).date();
        let days = context.taken_at.duration_since(time.latest()).as_hours().max(0) / 24;
        let days = count(usize::try_from(days).unwrap_or_default(), "day", "days");
        text.push(shown!(
            "The {} {} of {} {} generated ",
            Shown::list(&own),
            noun,
            account_name(context),
            verb
        ));
        text.push(match time {
            Generated::At(_) => shown!("on {}, {} before the scan. ", day, days),
            Generated::Before => shown!("before {}, more than {} before the scan. ", day, days),
        });
    }
    let limit = Shown::of_value(&most);
    text.push(match context.policy.max_key_age {
        Some(_) => shown!("The policy allows {}.", limit),
        None => shown!("The limit is {}.", limit),
    });
    text
}
