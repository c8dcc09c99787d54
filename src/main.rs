//! The `cosmos-rbac` command.

use cosmos_rbac::cli;

fn main() -> cli::Exit {
    cli::main()
}
