//! What a scan couldn't read of users of MongoDB and their roles, and what isn't documented of them.

use crate::support::{lines, sample};
use serde_json::{Value, json};

/// A role whose list wasn't read is not one that this version doesn't know.
#[test]
fn roles_that_were_not_read_are_called_that() {
    let bench = sample::bench();
    let text = bench.read("contoso.jsonl");
    let of_carts = |change: &dyn Fn(&mut Value)| {
        lines::changed(&text, |lines| {
            let carts = lines.iter_mut().find(|line| line["account"]["name"] == "cosmos-carts");
            change(carts.unwrap());
        })
    };
    bench.write("unread.jsonl", of_carts(&|carts| carts["mongo_roles"] = Value::Null));
    for command in ["access", "audit"] {
        let outcome = bench.run(&[command, "--snapshot=unread.jsonl", "-f=json"]);
        let said = [outcome.stdout.as_str(), &outcome.stderr].concat();
        assert!(
            said.contains("their roles not in the snapshot, and nothing says why"),
            "{outcome}"
        );
        assert!(
            !said.contains("this version doesn't know the MongoDB role"),
            "{outcome}"
        );
        assert!(
            !said.contains("this version doesn't know what MongoDB role"),
            "{outcome}"
        );
    }
    // Any database, which Azure Cosmos DB doesn't document.
    bench.write(
        "any.jsonl",
        of_carts(&|carts| {
            carts["mongo_roles"][0]["privileges"] = json!([{"db": "", "collection": "", "actions": ["find"]}]);
            carts["mongo_users"][0]["roles"] = json!([{"db": "carts", "role": "cleaner"}]);
        }),
    );
    let outcome = bench.run(&["access", "--snapshot=any.jsonl", "--account=cosmos-carts", "-f=json"]);
    let answer: Value = serde_json::from_str(&outcome.stdout).unwrap();
    let mut rows = answer["rows"].as_array().unwrap().iter();
    let row = rows.find(|row| row["principal"]["id"] == "mongo:carts.report").unwrap();
    let why = "whether a privilege that names no database holds in every database, which isn't documented";
    assert_eq!(row["depends_on"], json!([why]));
}
