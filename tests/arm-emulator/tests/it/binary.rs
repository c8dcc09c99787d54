//! The program: what it prints is enough to use it.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

#[test]
fn it_prints_where_it_is_and_writes_its_ca() {
    let ca = std::env::temp_dir().join(format!("arm-emulator-{}.pem", std::process::id()));
    let mut child = Command::new(env!("CARGO_BIN_EXE_arm-emulator"))
        .args([
            "--tenant",
            concat!(env!("CARGO_MANIFEST_DIR"), "/tenants/sample.yaml"),
            "--ca-out",
        ])
        .arg(&ca)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map(Result::unwrap);
    let mut printed = HashMap::new();
    for line in lines {
        let (name, value) = line.split_once('=').unwrap();
        printed.insert(name.to_owned(), value.to_owned());
        // The last line; after it the program only serves.
        if name == "graph_token" {
            break;
        }
    }
    for name in ["arm", "login", "graph", "evil"] {
        let port: u16 = printed[name]
            .strip_prefix("https://localhost:")
            .unwrap()
            .parse()
            .unwrap();
        std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
    }
    assert!(
        std::fs::read_to_string(&ca)
            .unwrap()
            .starts_with("-----BEGIN CERTIFICATE-----")
    );
    child.kill().unwrap();
    child.wait().unwrap();
    std::fs::remove_file(ca).unwrap();
}

#[test]
fn a_wrong_command_line_is_an_error() {
    for wrong in [
        &["--tenant", "x"][..],
        &["--listen", "0.0.0.0:0"],
        &["--what", "x"],
        &["--tenant"],
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_arm-emulator"))
            .args(wrong)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{wrong:?}");
        assert!(
            String::from_utf8(output.stderr)
                .unwrap()
                .starts_with("error: "),
            "{wrong:?}"
        );
    }
}
