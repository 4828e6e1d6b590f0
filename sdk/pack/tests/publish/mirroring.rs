//! A copy of a feed: the same bytes, and never a feed whose packages are missing.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::PathBuf;

use crate::kit::{Publisher, listing};

/// Names and contents of all that is published.
fn files(publisher: &Publisher, folder: &str) -> Vec<(String, Vec<u8>)> {
    let names = listing(&publisher.path(folder));
    let path = publisher.path(folder);
    names.into_iter().map(|name| (name.clone(), fs::read(path.join(name)).unwrap())).collect()
}

#[test]
fn a_copy_that_would_not_verify_is_not_shown() {
    let publisher = Publisher::published();
    publisher.go("mirror feed copy").well();
    let good = files(&publisher, "copy");
    publisher.add("caresens", "1.0.0", "release");
    publisher.publish();
    let feed = publisher.read("feed/appcast.xml");
    let sum = feed.split_once("mp:sha256=\"").unwrap().1[..64].to_owned();
    let place = publisher.path("feed/p").join(&sum);
    let package = fs::read(&place).unwrap();

    let refused = |exit: i32, code: &str| {
        publisher.go("mirror feed copy --json").refused(exit, code);
        assert_eq!(files(&publisher, "copy"), good);
    };
    fs::remove_file(&place).unwrap();
    refused(8, "network");
    fs::write(&place, &package[1..]).unwrap();
    refused(7, "package.invalid");
    fs::write(&place, [package.as_slice(), b"more"].concat()).unwrap();
    refused(8, "network");
    fs::write(&place, &package).unwrap();
    publisher.write("feed/appcast.xml", &feed.replace("<title>main", "<title>Main"));
    refused(7, "feed.invalid");
    fs::remove_file(publisher.path("feed/appcast.xml")).unwrap();
    refused(8, "network");
    publisher.write("feed/appcast.xml", &feed);
    publisher.go("mirror feed copy").well();
    assert_eq!(files(&publisher, "copy"), files(&publisher, "feed"));
}

#[test]
fn an_older_feed_or_another_publisher_replaces_nothing() {
    let publisher = Publisher::published();
    let old = publisher.read("feed/appcast.xml");
    publisher.add("caresens", "1.0.0", "release");
    publisher.publish();
    publisher.go("mirror feed copy").well();
    let good = files(&publisher, "copy");

    publisher.write("feed/appcast.xml", &old);
    publisher.go("mirror feed copy --json").refused(7, "feed.invalid");
    let other = Publisher::published();
    let from = other.path("feed");
    let words = ["mirror", from.to_str().unwrap(), "copy", "--json"];
    publisher.run(&words).refused(7, "keyring.invalid");
    let first = publisher.path("feed/1.keyring");
    let words =
        ["mirror", from.to_str().unwrap(), "new", "--json", "--keyring", first.to_str().unwrap()];
    publisher.run(&words).refused(7, "keyring.invalid");

    assert_eq!(files(&publisher, "copy"), good);
    assert!(!publisher.exists("new"));
}

#[test]
fn a_keyring_that_breaks_the_chain_copies_nothing() {
    let publisher = Publisher::published();
    publisher.write("feed/2.keyring", &publisher.read("feed/1.keyring"));

    publisher.go("mirror feed copy --json").refused(7, "keyring.invalid");

    assert!(!publisher.exists("copy"));
}

#[test]
fn a_copy_has_every_file_and_the_second_time_fetches_nothing() {
    let publisher = Publisher::published();
    publisher.go("keyring rotate --dir feed --days 300 --key keys/root.key").well();

    let url = format!("file://{}", publisher.path("feed").display());
    let first = publisher.run(&["mirror", &url, "copy", "--json"]).well().json();
    let second = publisher.run(&["mirror", &url, "copy", "--json"]).well().json();

    assert_eq!(files(&publisher, "copy"), files(&publisher, "feed"));
    assert_eq!((&first["fetched"], &first["kept"]), (&2.into(), &0.into()));
    assert_eq!((&second["fetched"], &second["kept"]), (&0.into(), &2.into()));
    assert_eq!(first["keyring"], 2);
    assert_eq!(first["without_signature"], serde_json::json!([]));
    publisher.go("feed lint --dir copy").well();
}

#[test]
fn a_copy_for_one_system_leaves_out_the_others() {
    let publisher = Publisher::published();
    for os in ["linux-x64", "windows-x64"] {
        let toml =
            format!("id = \"app\"\nversion = \"1.2.0\"\nos = \"{os}\"\ncontracts = [\"0.1.4\"]\n");
        publisher.write("app/app.toml", &toml);
        publisher.write("app/meterport", "a program");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::Permissions::from_mode(0o755);
            fs::set_permissions(publisher.path("app/meterport"), mode).unwrap();
        }
        publisher.go(&format!("package app app --output {os}.tar.zst")).well();
        publisher.go(&format!("package sign {os}.tar.zst --key keys/release.key")).well();
        publisher.go(&format!("feed add {os}.tar.zst --dir feed")).well();
    }
    publisher.publish();

    let said = publisher.go("mirror feed copy --os windows-x64 --json").well().json();

    assert_eq!(said["fetched"], 3, "two drivers for any system, and one program");
    let feed = fs::read(publisher.path("feed/appcast.xml")).unwrap();
    assert_eq!(fs::read(publisher.path("copy/appcast.xml")).unwrap(), feed);
    assert_eq!(listing(&publisher.path("copy/p")).len(), 6);
}

/// A server of one folder: each connection gets one file, and what it does not know is 404.
fn serve(folder: PathBuf) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = Vec::new();
            let mut byte = [0];
            while !request.ends_with(b"\r\n\r\n")
                && stream.read(&mut byte).is_ok_and(|read| read == 1)
            {
                request.push(byte[0]);
            }
            let request = String::from_utf8(request).unwrap();
            let name = request.split(' ').nth(1).unwrap_or("/").trim_start_matches('/');
            let found = fs::read(folder.join(name)).ok();
            let (status, body) = match &found {
                Some(body) => ("200 OK", body.as_slice()),
                None => ("404 Not Found", &b"nothing"[..]),
            };
            let head = format!(
                "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                body.len()
            );
            stream.write_all(&[head.as_bytes(), body].concat()).unwrap();
        }
    });
    address
}

#[test]
fn a_copy_comes_from_a_server_too() {
    let publisher = Publisher::published();
    let address = serve(publisher.path("feed"));

    publisher.run(&["mirror", &address, "copy"]).well();

    assert_eq!(files(&publisher, "copy"), files(&publisher, "feed"));
    let none = serve(publisher.path("none"));
    publisher.run(&["mirror", &none, "copy", "--json"]).refused(8, "network");
    publisher.run(&["mirror", "ftp://a.example/", "copy", "--json"]).refused(8, "network");
}
