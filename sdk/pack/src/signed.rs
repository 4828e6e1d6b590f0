//! A file on its way to being signed: a body, and the signatures that it has so far.
//!
//! A client takes a file only with its block; a draft may have none yet.

use meterport_appcast::{Comment, Signature, SplitError, join, split};

use crate::key::{KeyError, SecretKey};

/// A body and its signatures, of which there may be none.
#[derive(Clone, Debug)]
pub(crate) struct Signed {
    /// The bytes that signatures are about; they end with a line end.
    pub body: Vec<u8>,
    /// In the order of the file.
    pub signatures: Vec<Signature>,
}

impl Signed {
    /// Takes a file apart. One without a marker is a body alone.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, SplitError> {
        match split(bytes) {
            Ok(envelope) => {
                Ok(Self { body: envelope.signed.to_vec(), signatures: envelope.signatures })
            }
            Err(SplitError::NoMarker) => Ok(Self::unsigned(bytes.to_vec())),
            Err(error) => Err(error),
        }
    }

    /// A body alone. The marker has to stand at the start of a line, so a missing line end is added.
    pub(crate) fn unsigned(mut body: Vec<u8>) -> Self {
        if body.last() != Some(&b'\n') {
            body.push(b'\n');
        }
        Self { body, signatures: Vec::new() }
    }

    /// Adds the signature of `key` that says `comment`, if it is not there yet. True if it was added.
    pub(crate) fn sign(&mut self, key: &SecretKey, comment: &Comment) -> Result<bool, KeyError> {
        if self.says(key, comment) {
            return Ok(false);
        }
        self.signatures.push(key.sign(&self.body, comment)?);
        Ok(true)
    }

    fn says(&self, key: &SecretKey, comment: &Comment) -> bool {
        self.signatures
            .iter()
            .any(|block| block.comment(key.public(), &self.body).as_ref() == Some(comment))
    }

    /// The whole file.
    pub(crate) fn to_bytes(&self) -> Result<Vec<u8>, SplitError> {
        if self.signatures.is_empty() {
            Ok(self.body.clone())
        } else {
            join(&self.body, &self.signatures)
        }
    }
}
