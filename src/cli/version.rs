//! What `--version` says: which program, of which source, with which data actions.

use crate::model::action::AS_OF;
use std::sync::LazyLock;

/// The commit that it was built from, by `build.rs`.
const COMMIT: Option<&str> = option_env!("COSMOS_RBAC_COMMIT");

/// Of `--version`; `-V` has the number alone.
pub(super) static LONG: LazyLock<String> = LazyLock::new(|| {
    let (number, commit) = (env!("CARGO_PKG_VERSION"), COMMIT.unwrap_or("unknown"));
    format!("{number}\ncommit: {commit}\ndata actions: as documented on {AS_OF}")
});
