//! A snapshot that stays in its file. What it says of the tenant as a whole is held; the records of accounts are read anew
//! whenever they are asked for, in parallel, and dropped again: memory doesn't grow with what accounts hold.
//!
//! `index` goes through the file once, and finds out where each account is without reading what it holds; `bytes` reads
//! any of its lines again. What is wrong inside of a record is found when the record is read, and is an error then.

mod bytes;
mod file;
mod index;
mod place;

pub use file::Stored;
