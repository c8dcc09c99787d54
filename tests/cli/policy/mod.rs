//! `policy`: its verbs, one file each.

mod drafts;
mod init;
mod made;
