//! A policy that allows what the estate has: keys nowhere, one block with grants for each team.

use super::Size;
use super::account::role_of;
use super::principals::{group, of_team};

/// Bytes of a file; an audit takes 1 MiB of each.
const LARGEST: usize = 1_000_000;

/// The policy as YAML, in as many files as it needs.
pub(crate) fn files(size: &Size) -> Vec<String> {
    let mut files = Files::default();
    if size.groups > 1 {
        files.add(
            "principals",
            &format!(
                "  owners: {{ id: {}, kind: group }}\n  operators: {{ id: {}, kind: group }}\n",
                group(0),
                group(1)
            ),
        );
    }
    for team in 0..size.blocks {
        for grant in 0..size.grants {
            let id = of_team(team, grant);
            files.add(
                "principals",
                &format!("  t{team}-{grant}: {{ id: {id}, kind: managed-identity }}\n"),
            );
        }
    }
    files.add("accounts", &everywhere(size));
    for number in 0..size.shared_blocks {
        let pattern = number % 10;
        files.add(
            "accounts",
            &format!(
                "  - name: shared-{number}\n    match: {{ account: \"*o*{pattern}*\" }}\n    key_metadata_writes: disabled\n"
            ),
        );
    }
    for team in 0..size.blocks {
        files.add("accounts", &block(size, team));
    }
    for number in 0..size.waivers {
        files.add(
            "waivers",
            &format!(
                "  - {{ check: excess-access, account: \"none-{number}-*\", expires: \"2027-01-31\", reason: \"none {number}\" }}\n"
            ),
        );
    }
    files.all()
}

/// What holds in every account.
fn everywhere(size: &Size) -> String {
    let rules = "  - name: everywhere\n    local_auth: any\n    key_metadata_writes: disabled\n";
    let trusted = ["key_readers", "account_writers", "role_admins", "identity_admins"];
    let trusted = trusted.map(|rule| match size.groups > 1 {
        true => format!("    {rule}: [owners, operators]\n"),
        false => String::new(),
    });
    format!("{rules}{}", trusted.concat())
}

/// What a team may do.
fn block(size: &Size, team: usize) -> String {
    let found = match team % 2 {
        0 => format!("account: \"cosmos-t{team:05}-*\""),
        _ => format!("tags: {{ team: t{team:05} }}"),
    };
    let mut text = format!("  - name: team-{team}\n    match: {{ {found} }}\n");
    // Clusters have no role assignments.
    if team % 100 == 99 {
        return text;
    }
    text.push_str("    grants:\n");
    for grant in 0..size.grants {
        let role = role_of(team, grant);
        text.push_str(&format!(
            "      - {{ principal: t{team}-{grant}, role: {role}, scope: \"/dbs/*\", presence: optional }}\n"
        ));
    }
    if size.denies > 0 {
        text.push_str("    deny:\n");
    }
    // At the scope of the account, for everybody but the team: the widest that a deny can be held against.
    let team: Vec<String> = (0..size.grants).map(|grant| format!("t{team}-{grant}")).collect();
    for _ in 0..size.denies {
        text.push_str(&format!(
            "      - {{ data_actions: [sqlDatabases/containers/items/delete], scope: \"/\", except: [{}], reason: none }}\n",
            team.join(", ")
        ));
    }
    text
}

/// Files that are filled one after the other.
#[derive(Default)]
struct Files {
    full: Vec<String>,
    text: String,
    /// The key whose entries are being written.
    section: &'static str,
}

impl Files {
    fn add(&mut self, section: &'static str, entry: &str) {
        if self.text.len() + entry.len() > LARGEST {
            self.full.push(std::mem::take(&mut self.text));
            self.section = "";
        }
        if self.text.is_empty() {
            self.text.push_str("version: 1\n");
        }
        if self.section != section {
            self.text.push_str(&format!("\n{section}:\n"));
            self.section = section;
        }
        self.text.push_str(entry);
    }

    fn all(mut self) -> Vec<String> {
        self.full.push(self.text);
        self.full
    }
}
