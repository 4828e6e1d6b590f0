//! Why a key is not made, not opened, or does not sign. No error holds a part of a key or password.

use std::io;

/// Why a key is not made, not opened, or does not sign.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// An empty password protects nothing.
    #[error("the password is empty")]
    EmptyPassword,
    /// The two passwords that were typed differ.
    #[error("the two passwords are not the same")]
    Mismatch,
    /// The key has a password, and nobody was asked for it.
    #[error("the key has a password, and none was given")]
    NoPassword,
    /// The terminal or the standard input gave no password.
    #[error("the password cannot be read")]
    Terminal {
        /// The cause.
        source: io::Error,
    },
    /// Not the file of a minisign secret key.
    #[error("the file is no minisign secret key")]
    NotSecret,
    /// The checksum inside does not fit.
    #[error("the secret key is damaged")]
    Damaged,
    /// The checksum inside does not fit after the password was used.
    #[error("the password is not that of this key")]
    WrongPassword,
    /// The public half is not one that a client takes.
    #[error("the public key is refused")]
    Public(#[from] meterport_appcast::KeyError),
    /// The client's own verifier does not take what was signed.
    #[error("the signature that was made does not verify; it was thrown away")]
    Unverifiable,
    /// The signing library gave up.
    #[error("the signing library says: {message}")]
    Library {
        /// Its own words.
        message: String,
    },
}

impl KeyError {
    pub(super) fn crate_says(error: minisign::PError) -> Self {
        Self::Library { message: error.to_string() }
    }

    /// What the person can do about it, if anything.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::EmptyPassword => Some(
                "type one, or use `--no-password` for a key that signs daily with nobody there",
            ),
            Self::Terminal { .. } => Some("without a terminal, use `--password-stdin`"),
            Self::NoPassword => Some("give one line for each key with `--password-stdin`"),
            Self::NotSecret => Some("name the file that `meterport-pack keygen` wrote, `NAME.key`"),
            Self::Damaged => Some("take the copy of the key that is kept elsewhere"),
            _ => None,
        }
    }
}
