use super::*;

fn refusal(local: bool, url: &str) -> bool {
    let limits = Limits::default();
    let transport = Transport::build(builder(&limits).unwrap(), &limits, local, None).unwrap();
    transport.refuses(&Url::parse(url).unwrap()).is_some()
}

#[test]
fn plain_http_is_for_this_machine_and_its_link() {
    assert!(!refusal(false, "https://example"));
    assert!(refusal(false, "http://127.0.0.1"));
    assert!(refusal(true, "http://example"));
    assert!(refusal(true, "http://10.0.0.1"));
    for near in ["127.0.0.1:41", "169.254.169.254", "localhost:42", "[::1]", "[fe80::1]"] {
        assert!(!refusal(true, &format!("http://{near}/msi")), "{near}");
    }
}

/// Whoever sends a request has asked `refuses` before. The client itself is the second bar.
#[tokio::test]
async fn the_client_for_azure_sends_nothing_in_the_clear() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let transport = Transport::remote(None, &Limits::default()).unwrap();
    let answer = transport.client.get(url).header(AUTHORIZATION, "Bearer x").send().await;
    assert!(answer.unwrap_err().is_builder());
    assert_eq!(listener.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
}

#[test]
fn large_answers_share_the_room() {
    let limits = Limits {
        body_cap: 4 << 20,
        ..Limits::default()
    };
    let transport = Transport::build(builder(&limits).unwrap(), &limits, false, None).unwrap();
    let room = transport.room.available_permits();
    let chunk = vec![b' '; 60_000];
    let read = |size: usize| {
        let mut body = ReadBody {
            bytes: Vec::new(),
            room: None,
        };
        while body.len() < size {
            transport.append(&mut body, &chunk)?;
        }
        Ok::<_, TransportError>(body)
    };
    let most = (4 << 20) - 60_000;
    let small: Vec<_> = (0..100).map(|_| read(900_000).unwrap()).collect();
    assert_eq!(transport.room.available_permits(), room, "small answers need no room");
    let large: Vec<_> = (0..4).map(|_| read(most).unwrap()).collect();
    assert_eq!(read(most).unwrap_err().fault, Fault::NoRoom);
    assert_eq!(read(5 << 20).unwrap_err().fault, Fault::NoRoom);
    assert!(read(900_000).is_ok());
    assert!(large.iter().all(|body| body.bytes.capacity() <= (4 << 20) + FREE));
    drop((small, large));
    assert_eq!(transport.room.available_permits(), room);
    assert_eq!(read(5 << 20).unwrap_err().fault, Fault::TooLarge);
}

#[test]
fn a_bundle_without_certificates_is_an_error() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let error = Transport::remote(Some(file.path()), &Limits::default()).unwrap_err();
    assert!(error.to_string().contains("--ca-bundle"), "{error}");
    let error = Transport::remote(Some(Path::new("/nowhere/ca.pem")), &Limits::default()).unwrap_err();
    assert!(error.to_string().contains("couldn't read"), "{error}");
}
