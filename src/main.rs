//! The `cosmos-rbac` command.

use cosmos_rbac::cli;

/// Tenants are parsed and resolved on all cores at once, and what is made there is small and many.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> cli::Exit {
    cli::main()
}
