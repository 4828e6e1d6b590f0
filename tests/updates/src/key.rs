//! Minisign key pairs that are the same in every run.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer as _, SigningKey};
use sha2::{Digest as _, Sha256};

use crate::block::Block;

/// A minisign key pair, made from a name.
#[derive(Clone)]
pub struct Key {
    signing: SigningKey,
    id: [u8; 8],
}

impl Key {
    /// The key pair of that name: the same one each time.
    pub fn named(name: &str) -> Self {
        let seed: [u8; 32] = Sha256::digest(name.as_bytes()).into();
        let id = Sha256::digest(seed)[..8].try_into().unwrap();
        Self { signing: SigningKey::from_bytes(&seed), id }
    }

    /// The same 32 bytes under another key id.
    #[must_use]
    pub fn under_id(&self, id: [u8; 8]) -> Self {
        Self { id, ..self.clone() }
    }

    /// What a keyring calls this key: base64 of `Ed`, key id, key.
    pub fn public(&self) -> String {
        let key = self.signing.verifying_key();
        STANDARD.encode([b"Ed", &self.id[..], key.as_bytes()].concat())
    }

    /// An ordinary signature, made by the `minisign` crate.
    pub fn sign(&self, bytes: &[u8], comment: &str) -> Block {
        let made =
            minisign::sign(None, &self.secret(), bytes, Some(comment), Some("test")).unwrap();
        Block::parse(&made.into_string())
    }

    /// A legacy signature (`minisign -l`): over the file itself and not over its BLAKE2b sum.
    pub fn sign_legacy(&self, bytes: &[u8], comment: &str) -> Block {
        let signature = self.raw(bytes);
        Block {
            untrusted: "untrusted comment: test".into(),
            algorithm: *b"Ed",
            key_id: self.id,
            signature,
            trusted: format!("trusted comment: {comment}"),
            global: self.raw(&[&signature, comment.as_bytes()].concat()),
        }
    }

    /// A plain Ed25519 signature, such as Sparkle's `edSignature` holds.
    pub fn raw(&self, bytes: &[u8]) -> [u8; 64] {
        self.signing.sign(bytes).to_bytes()
    }

    /// The form in which the `minisign` crate takes a secret key: `Ed`, no key derivation, `B2`,
    /// salt and limits of it (48 bytes), key id, seed and key, a checksum that it does not look at.
    fn secret(&self) -> minisign::SecretKey {
        let pair = self.signing.to_keypair_bytes();
        let bytes = [b"Ed\0\0B2", &[0; 48][..], &self.id, &pair, &[0; 32]].concat();
        minisign::SecretKey::from_bytes(&bytes).unwrap()
    }
}
