//! Made with minisign 0.11, the tool: what must be taken and refused whoever wrote the code.

use meterport_appcast::{Comment, PublicKey};

use super::support::one;

pub const KEY: &str = "RWSihJnhVLTKG2DhQso1fARwuX31AiRiCM1Ab6T467l0edcSmKHzB1HW";

const FILE: &[u8] = b"mp-keyring?\nno, any file\n";

/// `minisign -S -m file -t "mp1 feed main seq=1042"`
const HASHED: &str = "\
untrusted comment: signature from minisign secret key
RUSihJnhVLTKG7uCjxAIYCweGCbBJdmkErWlju0OTXAnvHalTXRQyuGVCdCbvkaEJyXaQKdWSGxSPxVHazX33NM+SNvn+iQDPwo=
trusted comment: mp1 feed main seq=1042
i+U/9Og1gvdRzQd/n3hyLIxcbfe1XGC9CWrs63oMGJPtUKSAR8yD1vSnlKRt8cnhgoVWHon+LAu7KgeSWzVVAQ==
";

/// The same with `-l`.
const LEGACY: &str = "\
untrusted comment: signature from minisign secret key
RWSihJnhVLTKG3/tkAyXODaMl8F3OGz/9jPdD9m9xNMHflbTbzO1LysANZ3iYpJKUU0LnXCPSi5Bj2FGZQx5E+c4HeUUpuLgSAY=
trusted comment: mp1 feed main seq=1042
r/UJ4yMvmCn05rtukBKZN75uDMdGAPbVuotir4aJx0g+d2+VSL42d6dRephSM+UBb+jjt30E1bxqC1kgdtK7Cw==
";

/// What nobody signed.
const EVIL: &[u8] = b"whatever an attacker likes\n";

/// `minisign -S -l -t "a picture of a cat"` of a file of 64 bytes that is the BLAKE2b-512 of `EVIL`;
/// then `Ed` was changed to `ED`. `minisign -V -H` takes it for a signature of `EVIL`.
const RELABELLED: &str = "\
untrusted comment: signature from minisign secret key
RUSihJnhVLTKG282q56lcDSUvHkwlgWzeTbyFVRryqqUpGMt4nIhK2/rr5NEqqOPTITcafcxE80XW5njbvThVrAm7/U0yJeH+gw=
trusted comment: a picture of a cat
3HEM0Nj1NuPiTkEG/8S8wxVRIZLwJth0u57suyBlHBa9QizLkELivEoEaWIUL0JTWEQifV+lRfGYZ93hEwiJCw==
";

fn key() -> PublicKey {
    PublicKey::parse(KEY).unwrap()
}

#[test]
fn only_prehashed_is_accepted() {
    assert_eq!(one(LEGACY).text(&key(), FILE), None);
    assert!(one(HASHED).text(&key(), FILE).is_some());
}

#[test]
fn a_relabelled_legacy_signature_is_refused() {
    let signature = one(RELABELLED);
    let text = signature.text(&key(), EVIL);
    assert_eq!(text.as_deref(), Some("a picture of a cat"), "the numbers alone do not tell");
    assert_eq!(signature.comment(&key(), EVIL), None, "the word for the role is missing");
    let legacy = one(&LEGACY.replace("RWSihJnh", "RUSihJnh"));
    assert_eq!(legacy.text(&key(), FILE), None, "nor is another file's hash this one's");
}

#[test]
fn the_tools_signature_is_accepted_and_says_its_comment() {
    let signature = one(HASHED);
    let says = Comment::Feed { feed: "main".parse().unwrap(), seq: 1042 };
    assert_eq!(signature.comment(&key(), FILE), Some(says));
    assert_eq!(signature.comment(&key(), EVIL), None);
    assert_eq!(signature.to_string(), HASHED);
}
