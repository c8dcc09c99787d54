//! The `cosmos-rbac` command.
fn main() {}
