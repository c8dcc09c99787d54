//! Where recipes are run: the program under its own name, led to the emulated services, beside the tools of the system.

use crate::support::{Bench, Command, repository};
use std::fs;

/// A tenant of two accounts; each has key-based authentication or not.
pub(super) fn tenant(orders: bool, ledger: bool) -> String {
    let account = |name: &str, keys: bool| {
        format!(
            "      - {{ name: {name}, disable_local_auth: {}, disable_key_based_metadata_write_access: true, databases: \
             {{ shop: [open] }} }}\n",
            !keys
        )
    };
    format!(
        "subscriptions:\n  - id: 5e1f0c1a-0000-4000-8000-000000000001\n    accounts:\n{}{}",
        account("orders", orders),
        account("ledger", ledger)
    )
}

/// A bench with a policy, and the program where recipes look for it.
pub(super) fn bench(tenant: &str) -> Bench {
    let bench = Bench::azure(tenant);
    for folder in ["etc", "cosmos-rbac"] {
        fs::create_dir(bench.path(folder)).unwrap();
        fs::copy(
            repository("policies/baseline.yaml"),
            bench.path(folder).join("policy.yaml"),
        )
        .unwrap();
    }
    install(&bench, "exec");
    bench
}

/// Puts the program where recipes look for it. What reads Azure is led to the services as they are now; `run` runs it.
pub(super) fn install(bench: &Bench, run: &str) {
    let emulator = bench.emulator();
    let script = format!(
        // The time that tests set is of no use where the age of a scan matters.
        "unset SOURCE_DATE_EPOCH\ncase \"$1\" in\n  scan) ;;\n  *) exec '{0}' \"$@\" ;;\nesac\n{run} '{0}' \"$@\" \
         --arm-endpoint {1} --graph-endpoint {2} --authority-host {3} --ca-bundle '{4}'",
        env!("CARGO_BIN_EXE_cosmos-rbac"),
        emulator.arm_endpoint(),
        emulator.graph_endpoint(),
        emulator.authority_host(),
        bench.path("ca.pem").display(),
    );
    bench.install("cosmos-rbac", &script);
}

/// A shell with this script, signed in to nothing yet.
pub(super) fn shell<'b>(bench: &'b Bench, script: &str) -> Command<'b> {
    let path = format!("{}:/usr/bin:/bin", bench.path("bin").display());
    bench.command(&[]).through(script).env("PATH", &path)
}
