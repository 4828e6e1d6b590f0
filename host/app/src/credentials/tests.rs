use super::*;

fn places(folder: &std::path::Path) -> Places {
    let at = |name: &str| folder.join(name);
    Places { data: at("data"), config: at("meterport.toml"), policy: at("policy.toml") }
}

fn session(token: &str) -> Session {
    Session {
        token: SecretString::from(token),
        details: SessionDetails {
            user: "nurse".to_owned(),
            roles: vec!["uploader".to_owned()],
            expires: "2026-11-22T08:00:00Z".parse().unwrap(),
            receipt_key: ReceiptKey::from_bytes([7; 32]),
        },
        identity_key: IdentityKey::from_bytes([9; 32]),
    }
}

fn server(text: &str) -> ServerUrl {
    ServerUrl::parse(text).unwrap()
}

#[test]
fn a_damaged_file_is_an_error_and_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let places = places(folder.path());
    std::fs::create_dir_all(places.data.join("state")).unwrap();
    std::fs::write(places.data.join(file::NAME), "{").unwrap();
    let credentials = Credentials { places: &places, keychain: false };

    let kept = credentials.keep(&server("https://a:1"), Pin::of_spki(b"a"), &session("t"));

    assert_eq!(kept.unwrap_err().object().code, Code::FileIo);
    assert_eq!(std::fs::read_to_string(places.data.join(file::NAME)).unwrap(), "{");
}

#[test]
fn asking_makes_no_folder() {
    let folder = tempfile::tempdir().unwrap();
    let places = places(folder.path());

    let known = Credentials { places: &places, keychain: false }.known().unwrap();

    assert!(known.is_empty() && !places.data.exists());
}

#[test]
fn a_sign_in_replaces_the_earlier_one_at_the_same_server() {
    let folder = tempfile::tempdir().unwrap();
    let places = places(folder.path());
    let credentials = Credentials { places: &places, keychain: false };
    let one = server("https://a:1/practice");
    credentials.keep(&one, Pin::of_spki(b"a"), &session("first")).unwrap();
    credentials.keep(&server("https://b:1"), Pin::of_spki(b"b"), &session("other")).unwrap();
    credentials.keep(&server("https://a:1"), Pin::of_spki(b"c"), &session("second")).unwrap();

    assert_eq!(credentials.known().unwrap().len(), 2);
    let known = credentials.find(&one).unwrap().unwrap();
    assert_eq!(known.pin, Pin::of_spki(b"c"));
    let sign_in = known.sign_in.unwrap();
    assert_eq!(sign_in.stored(), Stored::File);
    let back = credentials.session("a:1", sign_in).unwrap();
    assert_eq!(back.token.expose_secret(), "second");
    assert_eq!(back.identity_key.as_bytes(), &[9; 32]);
    assert!(back.details == session("x").details);
}

#[test]
fn forgetting_takes_the_secrets_away_and_keeps_the_pin() {
    let folder = tempfile::tempdir().unwrap();
    let places = places(folder.path());
    let credentials = Credentials { places: &places, keychain: false };
    let server = server("https://a:1");
    credentials.keep(&server, Pin::of_spki(b"a"), &session("5ecret")).unwrap();

    let known = credentials.find(&server).unwrap().unwrap();
    let last = credentials.forget(known).unwrap().unwrap();

    assert_eq!(last.token.expose_secret(), "5ecret");
    let known = credentials.find(&server).unwrap().unwrap();
    assert!(known.sign_in.is_none());
    assert_eq!(known.pin, Pin::of_spki(b"a"));
    for file in std::fs::read_dir(places.data.join("state")).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        assert!(!text.contains("5ecret") && !text.contains(&"09".repeat(32)));
    }
}

#[cfg(unix)]
#[test]
fn the_file_and_its_folder_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let places = places(folder.path());
    let credentials = Credentials { places: &places, keychain: false };
    credentials.keep(&server("https://a:1"), Pin::of_spki(b"a"), &session("t")).unwrap();

    let mode = |path: &str| {
        std::fs::metadata(places.data.join(path)).unwrap().permissions().mode() & 0o777
    };
    assert_eq!((mode("state"), mode(file::NAME)), (0o700, 0o600));
}
