//! Through the proxy of a company, past it, and what is said where it is in the way.

use crate::credentials::{LIST, TENANT, with_identity, with_secret};
use crate::support::{Bench, Command};
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// A proxy on this machine, which notes whom it was asked for and what it was told of who asks.
struct Proxy {
    address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    /// `answer`: what it says in place of making a connection.
    fn start(answer: Option<&'static str>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let notes = asked.clone();
        // It ends with the process of the tests.
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let notes = notes.clone();
                thread::spawn(move || serve(client, answer, &notes));
            }
        });
        Self { address, asked }
    }

    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }
}

fn serve(mut client: TcpStream, answer: Option<&'static str>, notes: &Mutex<Vec<String>>) -> io::Result<()> {
    let mut head = String::new();
    let mut reader = BufReader::new(client.try_clone()?);
    while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head)? > 0 {}
    notes.lock().unwrap().push(head.clone());
    if let Some(answer) = answer {
        return client.write_all(answer.as_bytes());
    }
    let target = head.strip_prefix("CONNECT ").and_then(|rest| rest.split(' ').next());
    let mut server = TcpStream::connect(target.unwrap_or_default())?;
    client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
    let (mut from_server, mut to_client) = (server.try_clone()?, client.try_clone()?);
    let back = thread::spawn(move || io::copy(&mut from_server, &mut to_client));
    // Nothing was sent before the answer, so nothing is left in the reader.
    io::copy(&mut client, &mut server)?;
    server.shutdown(std::net::Shutdown::Write)?;
    let _ = back.join();
    Ok(())
}

fn listed<'b>(bench: &'b Bench, proxy: &str) -> Command<'b> {
    with_secret(bench, &LIST).env("HTTPS_PROXY", proxy)
}

#[test]
fn requests_go_through_the_proxy_or_past_it() {
    let bench = Bench::azure(TENANT);
    let proxy = Proxy::start(None);
    let (arm, login) = (bench.emulator().arm_endpoint(), bench.emulator().authority_host());
    let hosts = [arm, login].map(|url| format!("CONNECT {} ", url.trim_start_matches("https://")));
    for url in [format!("http://{}", proxy.address), proxy.address.clone()] {
        listed(&bench, &url).run().exits(0);
        let asked = proxy.asked();
        for host in &hosts {
            assert!(
                asked.iter().any(|head| head.starts_with(host.as_str())),
                "{host} {asked:?}"
            );
        }
        // All that it can see is who is asked for.
        assert!(
            asked
                .iter()
                .all(|head| head.starts_with("CONNECT ") && !head.contains("Bearer")),
            "{asked:?}"
        );
    }
    // It is told who asks, and nobody else is.
    let outcome = listed(&bench, &format!("http://somebody:hunter2@{}", proxy.address))
        .run()
        .exits(0);
    let asked = proxy.asked();
    assert!(
        asked
            .iter()
            .all(|head| head.to_lowercase().contains("proxy-authorization: basic ")),
        "{asked:?}"
    );
    assert!(!outcome.stderr.contains("hunter2"), "{outcome}");
    for past in ["localhost", "*", "example.com,localhost"] {
        let run = listed(&bench, &format!("http://{}", proxy.address)).env("NO_PROXY", past);
        run.run().exits(0);
        assert_eq!(proxy.asked(), [""; 0], "{past}");
    }
    // The identity of the machine is on the machine.
    let list = bench.command_at_cloud(&LIST).args(&["--credential=managed-identity"]);
    let run = with_identity(&bench, list)
        .env("HTTPS_PROXY", &proxy.address)
        .env("HTTP_PROXY", &proxy.address);
    run.run().exits(0);
    assert!(proxy.asked().iter().all(|head| head.starts_with(&hosts[0])));
}

#[test]
fn a_proxy_in_the_way_is_named() {
    let bench = Bench::azure(TENANT);
    let past = "(HTTPS_PROXY names a proxy; to go past it for some hosts, set NO_PROXY)";
    for (answer, said) in [
        (
            "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n",
            "proxy authorization required; write the proxy's user and password into the variable: `http://user:password@host:port`",
        ),
        ("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", "proxy"),
    ] {
        let proxy = Proxy::start(Some(answer));
        let outcome = listed(&bench, &format!("http://u:hunter2@{}", proxy.address)).run();
        let outcome = outcome.fails_saying(&["environment  failed: ", said, past]);
        assert!(!outcome.stderr.contains("hunter2"), "{outcome}");
    }
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let outcome = listed(&bench, &format!("http://{closed}")).run();
    outcome.fails_saying(&["environment  failed: ", past]);
    assert_eq!(bench.emulator().request_count(), 0);
}

/// Certificates that the system is told to trust.
#[test]
fn certificates_of_the_system() {
    let bench = Bench::azure(TENANT);
    let (arm, login) = (bench.emulator().arm_endpoint(), bench.emulator().authority_host());
    let run = |file: &str| {
        let run = bench
            .command(&LIST)
            .args(&["--arm-endpoint", arm, "--authority-host", login, "--credential=env"]);
        let run = crate::credentials::application(&bench, run).env("AZURE_CLIENT_SECRET", bench.secret());
        run.env("SSL_CERT_FILE", file).run()
    };
    run("ca.pem").exits(0);
    bench.write("other.pem", Bench::azure(TENANT).emulator().ca_pem());
    run("other.pem").fails_saying(&["environment  failed: ", "invalid peer certificate"]);
    run("missing.pem").fails_saying(&[
        "error: couldn't set up TLS: ",
        "pass some with `--ca-bundle`; if SSL_CERT_FILE is set, check it\n",
    ]);
}
