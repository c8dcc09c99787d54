//! A policy that allows what the estate has: keys nowhere, one block with grants for each team.

use super::Size;
use super::account::role_of;
use super::principals::{group, of_team};
use std::fmt::Write;

/// The policy as YAML.
pub(crate) fn text(size: &Size) -> String {
    let mut text = String::from("version: 1\n\nprincipals:\n");
    let mut add = |line: std::fmt::Arguments<'_>| {
        // A string takes everything.
        let _ = text.write_fmt(line);
        text.push('\n');
    };
    if size.groups > 1 {
        add(format_args!("  owners: {{ id: {}, kind: group }}", group(0)));
        add(format_args!("  operators: {{ id: {}, kind: group }}", group(1)));
    }
    for team in 0..size.blocks {
        for grant in 0..size.grants {
            let id = of_team(team, grant);
            add(format_args!(
                "  t{team}-{grant}: {{ id: {id}, kind: managed-identity }}"
            ));
        }
    }
    add(format_args!(
        "\naccounts:\n  - name: everywhere\n    local_auth: any\n    key_metadata_writes: disabled"
    ));
    if size.groups > 1 {
        add(format_args!(
            "    key_readers: [owners, operators]\n    account_writers: [owners, operators]"
        ));
        add(format_args!(
            "    role_admins: [owners, operators]\n    identity_admins: [owners, operators]"
        ));
    }
    for number in 0..size.shared_blocks {
        add(format_args!(
            "  - name: shared-{number}\n    match: {{ account: \"*o*{}*\" }}",
            number % 10
        ));
        add(format_args!("    key_metadata_writes: disabled"));
    }
    for team in 0..size.blocks {
        add(format_args!("  - name: team-{team}"));
        match team % 2 {
            0 => add(format_args!("    match: {{ account: \"cosmos-t{team:05}-*\" }}")),
            _ => add(format_args!("    match: {{ tags: {{ team: t{team:05} }} }}")),
        }
        // Clusters have no role assignments.
        if team % 100 == 99 {
            continue;
        }
        add(format_args!("    grants:"));
        for grant in 0..size.grants {
            let role = role_of(team, grant);
            add(format_args!(
                "      - {{ principal: t{team}-{grant}, role: {role}, scope: \"/dbs/*\", presence: optional }}"
            ));
        }
        if size.denies > 0 {
            add(format_args!("    deny:"));
        }
        for number in 0..size.denies {
            add(format_args!(
                "      - {{ data_actions: [sqlDatabases/containers/items/delete], scope: \"/dbs/none-{number}\", except: [], reason: none }}"
            ));
        }
    }
    if size.waivers > 0 {
        add(format_args!("\nwaivers:"));
    }
    for number in 0..size.waivers {
        add(format_args!(
            "  - {{ check: excess-access, account: \"none-{number}-*\", expires: \"2027-01-31\", reason: \"none {number}\" }}"
        ));
    }
    text
}
