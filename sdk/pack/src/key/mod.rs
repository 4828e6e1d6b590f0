//! Minisign keys: making them, opening them, signing with them.
//!
//! Key files and signatures are ordinary minisign, so a stock `minisign` reads and checks them.
//! Deliberately absent: the legacy signatures that hash nothing beforehand, and any comment that is
//! not [`Comment`]: a key of a feed signs nothing else.

mod error;
mod password;

pub use error::KeyError;
pub use password::Passwords;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use meterport_appcast::{Comment, PublicKey, Signature};
use minisign::{KeyPair, SecretKeyBox};

/// The comment that nobody signs, the same in every signature: without `--`, so that a feed stays
/// well-formed XML.
const UNTRUSTED_COMMENT: &str = "signature made with meterport-pack";

/// The comment of a secret key's file, which stock `minisign` writes too.
const SECRET_COMMENT: &str = "minisign encrypted secret key";

/// Bytes of a secret key in its file.
const SECRET_BYTES: usize = 158;

/// An opened secret key. It has no `Debug`, since that would print it.
pub struct SecretKey {
    secret: minisign::SecretKey,
    public: PublicKey,
}

/// The two files of a new key.
pub struct NewKey {
    /// The content of the secret key's file.
    pub secret_file: String,
    /// The content of the public key's file.
    pub public_file: String,
    /// The public key.
    pub public: PublicKey,
}

/// Makes a key. Without a password whoever reads the file can sign: right for the fresh key alone,
/// which signs every day with nobody there.
///
/// # Errors
///
/// An empty password, and a system without random numbers.
pub fn generate(password: Option<String>) -> Result<NewKey, KeyError> {
    let pair = match password {
        Some(password) if password.is_empty() => return Err(KeyError::EmptyPassword),
        Some(password) => KeyPair::generate_encrypted_keypair(Some(password)),
        None => KeyPair::generate_unencrypted_keypair(),
    };
    let pair = pair.map_err(KeyError::crate_says)?;
    let secret = pair.sk.to_box(Some(SECRET_COMMENT)).map_err(KeyError::crate_says)?;
    let public = pair.pk.to_box().map_err(KeyError::crate_says)?;
    Ok(NewKey {
        secret_file: secret.into_string(),
        public_file: public.into_string(),
        public: PublicKey::parse(&pair.pk.to_base64())?,
    })
}

impl SecretKey {
    /// Opens the content of a secret key's file. `password` is asked only where the key has one.
    ///
    /// # Errors
    ///
    /// A file that is no secret key, a damaged one, a wrong password.
    pub fn open(
        file: &str,
        password: impl FnOnce() -> Result<String, KeyError>,
    ) -> Result<Self, KeyError> {
        let line = file.lines().nth(1).ok_or(KeyError::NotSecret)?;
        let bytes = STANDARD.decode(line).map_err(|_| KeyError::NotSecret)?;
        let key_box = SecretKeyBox::from(file.to_owned());
        // Bytes 2 and 3 say how the rest is hidden: `Sc` is scrypt, two zeros are no password.
        let secret = match bytes.as_slice() {
            // Stock minisign 0.11 writes zeros for the checksum of a key without a password. Damage in
            // such a key is found when it signs.
            [b'E', b'd', 0, 0, ..] if is_unchecked(&bytes) => {
                minisign::SecretKey::from_bytes(&bytes).map_err(|_| KeyError::Damaged)?
            }
            [b'E', b'd', 0, 0, ..] if bytes.len() == SECRET_BYTES => {
                key_box.into_unencrypted_secret_key().map_err(|_| KeyError::Damaged)?
            }
            [b'E', b'd', b'S', b'c', ..] if bytes.len() == SECRET_BYTES => {
                key_box.into_secret_key(Some(password()?)).map_err(|_| KeyError::WrongPassword)?
            }
            _ => return Err(KeyError::NotSecret),
        };
        let public =
            minisign::PublicKey::from_secret_key(&secret).map_err(|_| KeyError::Damaged)?;
        Ok(Self { secret, public: PublicKey::parse(&public.to_base64())? })
    }

    /// The public half.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// Signs `bytes` for the one purpose that `comment` says.
    ///
    /// # Errors
    ///
    /// A signature that the client's own verifier does not take is never handed out.
    pub fn sign(&self, bytes: &[u8], comment: &Comment) -> Result<Signature, KeyError> {
        let text = comment.to_string();
        let signed =
            minisign::sign(None, &self.secret, bytes, Some(&text), Some(UNTRUSTED_COMMENT))
                .map_err(KeyError::crate_says)?;
        let mut blocks = Signature::file(&signed.to_bytes()).map_err(|_| KeyError::Unverifiable)?;
        match (blocks.pop(), blocks.is_empty()) {
            (Some(block), true) if block.comment(&self.public, bytes).as_ref() == Some(comment) => {
                Ok(block)
            }
            _ => Err(KeyError::Unverifiable),
        }
    }
}

/// A whole secret key whose last 32 bytes, the checksum, are zeros.
fn is_unchecked(bytes: &[u8]) -> bool {
    bytes.len() == SECRET_BYTES && bytes.last_chunk::<32>() == Some(&[0; 32])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comment() -> Comment {
        Comment::parse("mp1 feed main seq=7").unwrap()
    }

    fn never() -> Result<String, KeyError> {
        Err(KeyError::NoPassword)
    }

    #[test]
    fn a_wrong_password_opens_nothing() {
        let key = generate(Some("right".to_owned())).unwrap();

        let error = SecretKey::open(&key.secret_file, || Ok("wrong".to_owned())).err().unwrap();

        assert!(matches!(error, KeyError::WrongPassword));
    }

    #[test]
    fn an_empty_password_is_refused() {
        assert!(matches!(generate(Some(String::new())).err(), Some(KeyError::EmptyPassword)));
    }

    #[test]
    fn a_public_key_or_any_other_text_is_no_secret_key() {
        let key = generate(None).unwrap();
        for text in [key.public_file.as_str(), "", "one line", "a\nb\n", "c\nUlc=\n"] {
            assert!(matches!(SecretKey::open(text, never).err(), Some(KeyError::NotSecret)));
        }
    }

    #[test]
    fn a_damaged_key_signs_nothing() {
        let key = generate(None).unwrap();
        let (comment, base64) = key.secret_file.trim_end().split_once('\n').unwrap();
        let mut bytes = STANDARD.decode(base64).unwrap();
        bytes[70] ^= 1;
        let damaged = format!("{comment}\n{}\n", STANDARD.encode(bytes));

        assert!(matches!(SecretKey::open(&damaged, never).err(), Some(KeyError::Damaged)));
    }

    #[test]
    fn a_damaged_key_without_a_checksum_signs_nothing() {
        let key = generate(None).unwrap();
        let (comment, base64) = key.secret_file.trim_end().split_once('\n').unwrap();
        let mut bytes = STANDARD.decode(base64).unwrap();
        bytes[126..].fill(0);
        let opened = |bytes: &[u8]| {
            SecretKey::open(&format!("{comment}\n{}\n", STANDARD.encode(bytes)), never).unwrap()
        };
        opened(&bytes).sign(b"bytes", &self::comment()).unwrap();
        bytes[70] ^= 1;

        let error = opened(&bytes).sign(b"bytes", &self::comment()).unwrap_err();

        assert!(matches!(error, KeyError::Unverifiable));
    }

    #[test]
    fn a_key_without_a_password_signs_unasked() {
        let key = generate(None).unwrap();
        let opened = SecretKey::open(&key.secret_file, never).unwrap();
        assert_eq!(opened.public(), &key.public);

        let signature = opened.sign(b"bytes", &comment()).unwrap();

        assert_eq!(signature.comment(&key.public, b"bytes"), Some(comment()));
        assert_eq!(signature.comment(&key.public, b"other"), None);
    }

    #[test]
    fn a_password_opens_its_key() {
        let key = generate(Some("right".to_owned())).unwrap();

        let opened = SecretKey::open(&key.secret_file, || Ok("right".to_owned())).unwrap();

        assert_eq!(opened.public(), &key.public);
        opened.sign(b"bytes", &comment()).unwrap();
    }
}
