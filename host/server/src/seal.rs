//! Sealing: XChaCha20-Poly1305 with a random nonce, bound to a place by associated data.
//!
//! A sealed value is a version byte (1), 24 bytes of nonce, and ciphertext with its tag. The
//! associated data are the domain `meterport-seal-v1` and the fields of the place, each with its
//! length before it, so that a value copied to another row does not open there.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use crate::ServerError;

const VERSION: u8 = 1;
const NONCE: usize = 24;

/// A key that seals and opens. Wiped when dropped, printed by nothing.
#[derive(Clone)]
pub(crate) struct SealKey(Zeroizing<[u8; 32]>);

impl SealKey {
    pub(crate) fn generate() -> Result<Self, ServerError> {
        Ok(Self(random()?))
    }

    pub(crate) fn from_slice(bytes: &[u8]) -> Option<Self> {
        Some(Self(Zeroizing::new(bytes.try_into().ok()?)))
    }

    pub(crate) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Seals `plain` for the place that `place` names.
    pub(crate) fn seal(&self, place: &[&[u8]], plain: &[u8]) -> Result<Vec<u8>, ServerError> {
        let nonce: Zeroizing<[u8; NONCE]> = random()?;
        let sealed = self
            .cipher()
            .encrypt(&XNonce::from(*nonce), Payload { msg: plain, aad: &associated(place) })
            .map_err(|_| ServerError::Internal { what: "a seal" })?;
        let mut out = Vec::with_capacity(1 + NONCE + sealed.len());
        out.push(VERSION);
        out.extend_from_slice(&*nonce);
        out.extend_from_slice(&sealed);
        Ok(out)
    }

    /// Opens what was sealed for this place; none if it was changed, moved, or sealed otherwise.
    pub(crate) fn open(&self, place: &[&[u8]], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (&version, rest) = sealed.split_first()?;
        let (nonce, text) = rest.split_first_chunk::<NONCE>()?;
        if version != VERSION {
            return None;
        }
        let payload = Payload { msg: text, aad: &associated(place) };
        self.cipher().decrypt(&XNonce::from(*nonce), payload).ok().map(Zeroizing::new)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.0).into())
    }
}

/// Random bytes of the system.
pub(crate) fn random<const N: usize>() -> Result<Zeroizing<[u8; N]>, ServerError> {
    let mut bytes = Zeroizing::new([0; N]);
    getrandom::fill(&mut *bytes)
        .map_err(|_| ServerError::Internal { what: "a source of random numbers" })?;
    Ok(bytes)
}

fn associated(place: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::from(b"meterport-seal-v1");
    for field in place {
        out.extend_from_slice(&u64::try_from(field.len()).unwrap_or(u64::MAX).to_be_bytes());
        out.extend_from_slice(field);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_byte_anywhere_does_not_open() {
        let key = SealKey::generate().unwrap();
        let sealed = key.seal(&[b"chunk"], b"97 mg/dL").unwrap();
        for place in 0..sealed.len() {
            let mut damaged = sealed.clone();
            damaged[place] ^= 1;
            assert!(key.open(&[b"chunk"], &damaged).is_none(), "byte {place}");
        }
        assert!(key.open(&[b"chunk"], &sealed[..10]).is_none());
    }

    #[test]
    fn a_value_moved_to_another_place_does_not_open() {
        let key = SealKey::generate().unwrap();
        let sealed = key.seal(&[b"ab", b"c"], b"x").unwrap();
        assert!(key.open(&[b"a", b"bc"], &sealed).is_none());
        assert!(SealKey::generate().unwrap().open(&[b"ab", b"c"], &sealed).is_none());
    }

    #[test]
    fn what_was_sealed_opens_in_its_place() {
        let key = SealKey::generate().unwrap();
        let sealed = key.seal(&[b"ab", b"c"], b"x").unwrap();
        assert_eq!(&**key.open(&[b"ab", b"c"], &sealed).unwrap(), b"x");
    }
}
