//! What is asked to be done: a word, a data action, or a wildcard.

use super::error::AskError;
use crate::access::{Level, Route, Row, Sure, Verb, by_code};
use crate::model::action::{Ability, DataAction, MONGODB, PREFIX};
use crate::model::bypass::ACTIONS;
use crate::model::{ActionPattern, ActionSet, RoleKind, Shown, Universe};
use crate::policy::Suggestions;
use crate::shown;

/// What is asked to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// Whatever it is.
    Anything,
    /// Read, write or delete items.
    Verb(Verb),
    /// Change the account, or who has access.
    Manage,
    /// Read account keys.
    Keys,
    /// Use a data action, or any that a wildcard matches.
    Action(ActionPattern),
}

/// The words that stand for more than one action.
const WORDS: [(&str, Wanted); 5] = [
    ("read", Wanted::Verb(Verb::Read)),
    ("write", Wanted::Verb(Verb::Write)),
    ("delete", Wanted::Verb(Verb::Delete)),
    ("manage", Wanted::Manage),
    ("keys", Wanted::Keys),
];

/// What can be left out before a data action, the least first.
const SHORTENED: [&str; 6] = [
    "",
    "sqlDatabases/",
    "sqlDatabases/containers/",
    "sqlDatabases/containers/items/",
    MONGODB,
    // Of several APIs: `entities/read`.
    "*/",
];

impl Wanted {
    /// Reads what is asked, and says what of it is doubtful.
    ///
    /// # Errors
    /// When it is empty, or neither a listed action nor written in full.
    pub fn parse(text: &str) -> Result<(Self, Option<Shown>), AskError> {
        let text = text.trim();
        if text.is_empty() {
            let help = "name a data action such as `items/delete`, or one of read, write, delete, manage and keys";
            return Err(AskError::new("the action is empty", help));
        }
        if let Some((_, word)) = WORDS.iter().find(|(word, _)| word.eq_ignore_ascii_case(text)) {
            return Ok((word.clone(), None));
        }
        if let Some(found) = ACTIONS.iter().find(|action| action.name.eq_ignore_ascii_case(text)) {
            let (wanted, word) = match found.kind.is_of_keys() {
                true => (Self::Keys, "keys"),
                false => (Self::Manage, "manage"),
            };
            let notice = shown!(
                "{} is an action of Azure RBAC. The answer is that to {}.",
                Shown::quoted(text),
                Shown::quoted(word)
            );
            return Ok((wanted, Some(notice)));
        }
        let is_full = text == "*" || ActionPattern::from_policy(text).as_str() == text;
        let spelt = SHORTENED.iter().map(|before| match is_full {
            true => ActionPattern::full(text),
            false => ActionPattern::from_policy(&format!("{before}{text}")),
        });
        let known = |pattern: &ActionPattern| catalogue().any(|action| pattern.covers_most(&action.full()));
        if let Some(pattern) = spelt.into_iter().find(known) {
            return Ok((Self::Action(pattern), None));
        }
        let names = catalogue().flat_map(|action| {
            let last = action
                .name
                .rsplit_once("containers/")
                .map_or(action.name, |(_, last)| last);
            [action.name, last]
        });
        let near = Suggestions::default().nearest(text, names);
        if !is_full {
            // A typing error must not have the answer that nobody can.
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("name a data action such as `items/delete`, or write it in full: `{PREFIX}…`"),
            };
            return Err(AskError::new(format!("unknown data action `{text}`"), help));
        }
        let mut notice = shown!("no documentation lists the data action {}.", Shown::quoted(text));
        if let Some(near) = near {
            notice.push(shown!(" Did you mean {}?", Shown::quoted(near)));
        }
        if text.contains('?') {
            notice.push(" A question mark isn't a wildcard. Use an asterisk.");
        }
        notice.push(" The answer has the roles that name it or match it with a wildcard.");
        Ok((Self::Action(ActionPattern::from_policy(text)), Some(notice)))
    }

    /// What somebody can do, as the end of "can …".
    pub fn words(&self) -> Shown {
        match self {
            Self::Anything => "do anything".into(),
            Self::Verb(verb) => shown!("{} items", verb.word()),
            Self::Manage => "change the account or who has access".into(),
            Self::Keys => "read account keys".into(),
            Self::Action(pattern) => match known(pattern) {
                Some(action) => action.verb.into(),
                None if pattern.is_wildcard() => {
                    shown!("use a data action that {} matches", Shown::quoted(pattern.short()))
                }
                None => shown!("use {}", Shown::quoted(pattern.short())),
            },
        }
    }

    /// The data action, if there is one.
    pub fn pattern(&self) -> Option<&ActionPattern> {
        match self {
            Self::Action(pattern) => Some(pattern),
            _ => None,
        }
    }

    /// Whether it is about data, so that role assignments of the data plane can give it.
    pub fn is_of_data(&self) -> bool {
        !matches!(self, Self::Manage | Self::Keys)
    }

    /// The members of a universe that are asked about.
    pub(super) fn set(&self, universe: &Universe) -> ActionSet {
        universe.filter(&universe.all(), |atom| match self {
            Self::Action(pattern) => pattern.covers_most(&atom.key()),
            Self::Verb(verb) => verb.by(atom.ability()) == Sure::Certain,
            Self::Anything => true,
            Self::Manage | Self::Keys => false,
        })
    }

    /// The members of a universe that possibly do what is asked, as they run code that works on items: none if that is no work
    /// on items.
    pub(super) fn by_code(&self, universe: &Universe) -> ActionSet {
        match self {
            Self::Action(pattern) => by_code(universe, [pattern]),
            Self::Verb(_) => universe.filter(&universe.all(), |atom| atom.ability() == Ability::Execute),
            Self::Anything | Self::Manage | Self::Keys => universe.filter(&universe.all(), |_| false),
        }
    }

    /// How a row gives it. `set` is what [`Self::set`] says, and `by_code` what [`Self::by_code`] says.
    pub(super) fn level(&self, row: &Row<'_, '_>, set: &ActionSet, by_code: &ActionSet) -> Level {
        let is_indirect = row.route.is_indirect();
        match self {
            Self::Anything => {
                let verbs = Verb::ALL.into_iter().map(|verb| row.level(verb));
                let data = Level::of(row.data.sure(), is_indirect);
                verbs.fold(data.max(row.manage()), Level::max)
            }
            Self::Verb(verb) => row.level(*verb),
            Self::Manage => row.manage(),
            Self::Keys => keys(&row.route),
            Self::Action(_) => {
                let actions = &row.data.actions;
                let sure = match (actions.least().and(set).is_empty(), actions.most().and(set).is_empty()) {
                    (false, _) => Sure::Certain,
                    (true, false) => Sure::Possible,
                    (true, true) if !actions.most().and(by_code).is_empty() => Sure::Possible,
                    (true, true) => Sure::No,
                };
                Level::of(sure, is_indirect)
            }
        }
    }
}

/// How keys can be read, whether or not the account accepts them.
fn keys(route: &Route<'_, '_>) -> Level {
    match route {
        Route::Keys { reached, .. } => Level::of(Sure::of(reached.is_certain()), false),
        Route::Identity {
            chain,
            is_lost,
            through,
            ..
        } => match keys(through) {
            Level::No => Level::No,
            own => Level::of(Sure::of(chain.is_certain() && !is_lost && own > Level::Possible), true),
        },
        // Which role it is isn't known.
        Route::UnknownAzureRole(_) => Level::Possible,
        Route::RoleAssignment(_) | Route::UnknownRole { .. } | Route::AzureRole { .. } | Route::Copy { .. } => {
            Level::No
        }
    }
}

/// The data actions that the documentation lists, of any API.
fn catalogue() -> impl Iterator<Item = &'static DataAction> {
    RoleKind::listed()
}

/// The listed data action that a pattern is.
fn known(pattern: &ActionPattern) -> Option<&'static DataAction> {
    catalogue().find(|action| action.full().eq_ignore_ascii_case(pattern.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_can_be_written_short() {
        for (text, expected) in [
            ("items/delete", "sqlDatabases/containers/items/delete"),
            ("DELETE", ""),
            ("create", "sqlDatabases/containers/items/create"),
            ("executequery", "sqlDatabases/containers/executequery"),
            ("items/*", "sqlDatabases/containers/items/*"),
            ("readMetadata", "readMetadata"),
            (
                "microsoft.documentdb/databaseAccounts/sqlDatabases/containers/items/read",
                "sqlDatabases/containers/items/read",
            ),
            ("*", "*"),
        ] {
            let (wanted, notice) = Wanted::parse(text).unwrap();
            assert_eq!(wanted.pattern().map_or("", ActionPattern::short), expected, "{text}");
            assert_eq!(notice, None, "{text}");
        }
    }

    #[test]
    fn what_no_documentation_lists_is_asked_about_all_the_same() {
        let (wanted, notice) = Wanted::parse(&format!("{PREFIX}sqlDatabases/containers/items/delte")).unwrap();
        let short = wanted.pattern().map(ActionPattern::short);
        assert_eq!(short, Some("sqlDatabases/containers/items/delte"));
        assert!(notice.is_some());
        let (wanted, _) = Wanted::parse("Microsoft.DocumentDB/databaseAccounts/LISTKEYS/action").unwrap();
        assert_eq!(wanted, Wanted::Keys);
    }

    #[test]
    fn a_typing_error_is_no_question() {
        for text in [" ", "foo", "foo*", "items/delte", "items/dlete"] {
            assert!(Wanted::parse(text).is_err(), "{text}");
        }
    }
}
