//! The lines that end a script of fixes until its reader deletes them.

use super::comment::Comments;
use std::io;

/// The line that ends the script before anything runs.
pub(super) const BEFORE_ALL: &str = "echo 'fix.sh: nothing was run. Read the script, then delete the line that prints this.' >&2; \
                                     exit 1 # delete this line to run the commands";

/// The line that ends it before role assignments are deleted.
const BEFORE_DELETIONS: &str = "echo 'fix.sh: no role assignment was deleted yet. Check that clients still have access, then delete the line \
     that prints this and run the script again.' >&2; exit 1 # delete this line to run the deletions";

/// Whether a line is one of them.
pub(super) fn is_guard(line: &str) -> bool {
    [BEFORE_ALL, BEFORE_DELETIONS].contains(&line)
}

/// Ends the script between what is created and what it replaces.
pub(super) fn before_deletions(out: &mut Comments<'_, '_>) -> io::Result<()> {
    out.blank()?;
    out.text(
        &"New and changed role assignments can take several minutes to take effect. The script ends here, so that you can check \
          that clients have access through them before others are deleted. The commands above can run again."
            .into(),
    )?;
    out.line(&BEFORE_DELETIONS.into())
}
