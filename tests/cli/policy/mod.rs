//! `policy`: its verbs, one file each.

mod covered;
mod drafts;
mod init;
mod made;
