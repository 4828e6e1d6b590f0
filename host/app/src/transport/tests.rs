//! The network against servers that answer byte by byte as each test writes.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use meterport_update::Resume;

use super::*;

/// Serves one connection after the other with `answer`; gives the heads of the requests.
fn serve(answer: impl Fn(&mut TcpStream) + Send + 'static) -> (Base, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
    let (sender, heads) = channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let head: Vec<String> =
                lines.map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
            let _ = sender.send(head.join("\n").to_ascii_lowercase());
            answer(&mut stream);
        }
    });
    (base, heads)
}

/// Answers with these bytes, then hangs up.
fn says(bytes: &'static str) -> (Base, Receiver<String>) {
    serve(move |stream| {
        let _ = stream.write_all(bytes.as_bytes());
    })
}

fn network(bases: &[Base]) -> Network {
    Network::new("7.8.9", Route::System, bases)
}

fn request(url: &str, give_up: Duration) -> Request<'_> {
    Request { url, if_none_match: None, resume: None, give_up: Instant::now() + give_up }
}

fn get(base: &Base) -> Result<Response, TransportError> {
    network(std::slice::from_ref(base))
        .get(&request(&format!("{base}appcast.xml"), Duration::from_secs(20)))
}

fn whole(mut response: Response) -> Result<Vec<u8>, TransportError> {
    let mut bytes = Vec::new();
    while let Some(piece) = response.body.chunk()? {
        assert!(!piece.is_empty());
        bytes.extend(piece);
    }
    Ok(bytes)
}

/// What went wrong; a response has no `Debug`.
fn error(outcome: Result<Response, TransportError>) -> TransportError {
    match outcome {
        Ok(response) => panic!("status {}", response.status),
        Err(error) => error,
    }
}

#[test]
fn what_the_policy_does_not_list_is_asked_over_tls_or_not_at_all() {
    let (base, heads) = says("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("appcast.xml"), "x").unwrap();
    let file = Url::from_file_path(folder.path().join("appcast.xml")).unwrap();
    for url in [format!("{base}appcast.xml"), file.to_string()] {
        let answer = network(&[]).get(&request(&url, Duration::from_secs(5)));
        assert!(matches!(error(answer), TransportError::Address { .. }), "{url}");
    }
    assert!(heads.try_recv().is_err(), "nothing was asked");
}

#[test]
fn an_address_with_a_name_or_of_another_kind_is_refused() {
    for url in ["https://anna@updates.example/a", "ftp://updates.example/a", "updates.example"] {
        let answer = network(&[]).get(&request(url, Duration::from_secs(5)));
        assert!(matches!(error(answer), TransportError::Address { .. }), "{url}");
    }
}

#[test]
fn nobody_at_the_port_is_a_connection_that_fails() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base: Base = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
    drop(listener);
    assert_eq!(error(get(&base)).code(), "network.connect");
}

#[test]
fn a_name_that_does_not_exist_is_told_as_such() {
    let base: Base = "https://updates.invalid/".parse().unwrap();
    let network = Network::new("1.0.0", Route::Direct, [&base]);
    let answer = network.get(&request("https://updates.invalid/a", Duration::from_secs(20)));
    assert_eq!(error(answer).code(), "network.dns");
}

#[test]
fn a_port_without_tls_is_told_as_such() {
    let (base, _heads) = says("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    let url = format!("{base}a").replace("http:", "https:");
    let answer = network(&[]).get(&request(&url, Duration::from_secs(20)));
    assert_eq!(error(answer).code(), "network.tls");
}

#[test]
fn a_server_that_is_silent_is_given_up_in_time() {
    let (base, _heads) = serve(|_| thread::sleep(Duration::from_secs(30)));
    let began = Instant::now();
    let url = format!("{base}a");
    let answer =
        network(std::slice::from_ref(&base)).get(&request(&url, Duration::from_millis(300)));
    assert!(matches!(error(answer), TransportError::Timeout { .. }));
    assert!(began.elapsed() < Duration::from_secs(20), "the deadline of the request counts");
}

#[test]
fn a_body_that_stops_coming_is_given_up_in_time() {
    let (base, _heads) = serve(|stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
        thread::sleep(Duration::from_secs(30));
    });
    let network = network(std::slice::from_ref(&base));
    let url = format!("{base}a");
    let mut response = network.get(&request(&url, Duration::from_secs(1))).unwrap();
    assert_eq!(response.body.chunk().unwrap().as_deref(), Some(&b"half"[..]));
    assert!(matches!(response.body.chunk(), Err(TransportError::Timeout { .. })));
}

#[test]
fn a_body_that_ends_early_is_cut() {
    let (base, _heads) = says("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
    assert!(matches!(whole(get(&base).unwrap()), Err(TransportError::Cut { .. })));
}

#[test]
fn a_part_that_does_not_say_where_it_begins_is_no_answer() {
    let (base, _heads) = says("HTTP/1.1 206 Partial Content\r\nContent-Length: 1\r\n\r\nx");
    assert!(matches!(error(get(&base)), TransportError::Answer { .. }));
}

#[test]
fn redirects_encodings_and_refusals_are_handed_on_as_they_are() {
    let (base, heads) = says(
        "HTTP/1.1 302 Found\r\nLocation: https://other.example/a\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x0b\x08\x00",
    );
    let response = get(&base).unwrap();
    assert_eq!(response.status, 302);
    assert_eq!(response.location.as_deref(), Some("https://other.example/a"));
    assert!(response.encoded);
    assert_eq!(whole(response).unwrap(), b"\x1f\x0b\x08\x00");
    assert!(heads.recv().is_ok());
    assert!(heads.try_recv().is_err(), "it was asked once");
}

#[test]
fn nothing_but_name_and_version_is_told_of_this_computer() {
    let (base, heads) = says("HTTP/1.1 304 Not Modified\r\nSet-Cookie: a=b\r\n\r\n");
    let network = network(std::slice::from_ref(&base));
    let url = format!("{base}appcast.xml");
    let ask = || Request {
        if_none_match: Some("\"one\""),
        resume: Some(Resume { from: 100, etag: Some("\"two\"") }),
        ..request(&url, Duration::from_secs(20))
    };
    for _ in 0..2 {
        assert_eq!(network.get(&ask()).unwrap().status, 304);
        let head = heads.recv().unwrap();
        let mut names: Vec<&str> =
            head.lines().skip(1).filter_map(|line| Some(line.split_once(':')?.0)).collect();
        names.sort_unstable();
        let known = [
            "accept",
            "accept-encoding",
            "host",
            "if-none-match",
            "if-range",
            "range",
            "user-agent",
        ];
        assert_eq!(names, known, "{head}");
        for line in ["user-agent: meterport/7.8.9", "range: bytes=100-", "if-range: \"two\""] {
            assert!(head.contains(line), "{head}");
        }
    }
}

#[test]
fn a_folder_answers_like_a_server() {
    let folder = tempfile::tempdir().unwrap();
    let long = vec![7; 200_000];
    std::fs::create_dir(folder.path().join("p")).unwrap();
    std::fs::write(folder.path().join("p/long"), &long).unwrap();
    let base: Base = Url::from_directory_path(folder.path()).unwrap().as_str().parse().unwrap();
    let network = network(std::slice::from_ref(&base));
    let get = |name: &str| network.get(&request(&format!("{base}{name}"), Duration::from_secs(20)));

    let response = get("p/long").unwrap();
    assert_eq!((response.status, response.length), (200, Some(200_000)));
    assert_eq!(whole(response).unwrap(), long);
    assert_eq!(get("p/none").unwrap().status, 404);
    assert_eq!(get("p").unwrap().status, 404, "a folder is no file");
    assert!(matches!(error(get("..%2Fsecret")), TransportError::Address { .. }));
    assert!(matches!(error(get("../secret")), TransportError::Address { .. }));
}
