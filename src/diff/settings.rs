//! The settings of an account that decide who gets at its data.

use super::change::{DISABLED, ENABLED, Setting, SettingKind};
use super::scans::Scans;
use crate::model::{Account, Backup, Keys};

/// What an account that only one of the scans has lets anyone do: while it wasn't there, nobody could.
pub(super) fn alone(accounts: Scans<Option<&Account>>) -> Option<Setting> {
    let account = accounts.old.or(accounts.new).filter(|one| one.accepts_anyone())?;
    Some(appearing(accounts, account, SettingKind::AnonymousAccess))
}

/// Of an account that a template deploys, that its keys work: who reads them, a template doesn't say.
pub(super) fn deployed_with_keys(accounts: Scans<Option<&Account>>) -> Option<Setting> {
    let account = accounts
        .new
        .filter(|one| accounts.old.is_none() && one.keys() == Keys::Accepted)?;
    let is_cluster = account.api.is_cluster();
    (!is_cluster || !account.accepts_anyone()).then(|| appearing(accounts, account, SettingKind::LocalAuth))
}

fn appearing(accounts: Scans<Option<&Account>>, account: &Account, what: SettingKind) -> Setting {
    let value = |is_there: bool| if is_there { ENABLED } else { DISABLED }.to_owned();
    Setting {
        account: account.id.clone(),
        what,
        values: Scans {
            old: value(accounts.old.is_some()),
            new: value(accounts.new.is_some()),
        },
    }
}

/// The settings that differ. What one of the scans doesn't know is not among them.
pub(super) fn differing(accounts: Scans<&Account>) -> Vec<Setting> {
    let values = |account: &Account| {
        let switch = |is_disabled: bool| if is_disabled { DISABLED } else { ENABLED }.to_owned();
        let backup = |backup: Backup| match backup {
            Backup::Continuous => "continuous".to_owned(),
            Backup::Periodic => "periodic".to_owned(),
        };
        [
            (SettingKind::LocalAuth, account.local_auth_disabled.map(switch)),
            (
                SettingKind::AnonymousAccess,
                (!account.authentication.is_empty()).then(|| switch(!account.accepts_anyone())),
            ),
            (
                SettingKind::KeyMetadataWrites,
                account.key_metadata_writes_disabled.map(switch),
            ),
            (SettingKind::Api, Some(account.api.word().to_owned())),
            (SettingKind::Backup, account.backup.map(backup)),
            (SettingKind::ResourceGroup, Some(account.id.resource_group().to_owned())),
            (SettingKind::Subscription, Some(account.id.subscription().to_owned())),
        ]
    };
    let pairs = values(accounts.old).into_iter().zip(values(accounts.new));
    let setting = |((what, old), (_, new)): ((SettingKind, Option<String>), (_, Option<String>))| {
        let values = Scans { old: old?, new: new? };
        // Only ids are written in any casing.
        (!values.old.eq_ignore_ascii_case(&values.new)).then(|| Setting {
            account: accounts.new.id.clone(),
            what,
            values,
        })
    };
    pairs.filter_map(setting).collect()
}
