//! The receipt: the server's signed word that an upload is stored.
//!
//! Signed are the canonical bytes: nine fields, each a 32-bit big-endian length and that many
//! bytes.
//!
//! | field        | bytes                                                         |
//! |--------------|---------------------------------------------------------------|
//! | domain       | `meterport-receipt-v1`                                        |
//! | upload       | 16, the id itself                                             |
//! | patient ref  | UTF-8, as sent                                                |
//! | new          | 8, big-endian: stored by this upload                          |
//! | duplicate    | 8, big-endian: had been stored before                         |
//! | rejected     | 8, big-endian: not stored                                     |
//! | root hash    | 32, over every record of the upload, see [`RootHash::of`]     |
//! | time         | text, as in the JSON: `2026-11-20T08:22:31Z`                  |
//! | key          | 32, SHA-256 of the public key that signed                     |
//!
//! `signature` is Ed25519 (RFC 8032) over those bytes. Checking it needs a key the client trusts
//! already; that is done where the key is kept, in the client.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::Digest as _;

use super::bytes::hex_bytes;
use super::{PatientRef, UploadId};
use crate::identity::BlindId;

hex_bytes!(
    /// SHA-256 of something, such as a record's body.
    Digest, 32, "a hash"
);
hex_bytes!(
    /// One hash over all records of an upload.
    RootHash, 32, "a root hash"
);
hex_bytes!(
    /// Which key signed: SHA-256 of the public key.
    KeyId, 32, "a key id"
);
hex_bytes!(
    /// A server's public key for receipts (Ed25519).
    ReceiptKey, 32, "a receipt key"
);
hex_bytes!(
    /// An Ed25519 signature.
    Signature, 64, "a signature"
);

impl Digest {
    /// SHA-256 of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self::from_bytes(sha2::Sha256::digest(bytes).into())
    }
}

impl RootHash {
    /// SHA-256 over the domain `meterport-root-v1` and, sorted by id, each record's blind id and
    /// the SHA-256 of its body, the text of `reading` exactly as it was sent.
    pub fn of(records: impl IntoIterator<Item = (BlindId, Digest)>) -> Self {
        let mut records: Vec<_> = records.into_iter().collect();
        records.sort_unstable();
        let mut hash = sha2::Sha256::new();
        hash.update(b"meterport-root-v1");
        for (id, body) in &records {
            hash.update(id.as_bytes());
            hash.update(body.as_bytes());
        }
        Self::from_bytes(hash.finalize().into())
    }
}

impl ReceiptKey {
    /// The id of this key.
    pub fn id(&self) -> KeyId {
        KeyId::from_bytes(*Digest::of(self.as_bytes()).as_bytes())
    }
}

/// What a server signs after it has stored an upload.
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// The upload it speaks of.
    pub upload: UploadId,
    /// For whom it was stored.
    pub patient_ref: PatientRef,
    /// Records stored by this upload.
    pub new: u64,
    /// Records that had been stored before, by an earlier upload.
    pub duplicate: u64,
    /// Records that were not stored.
    pub rejected: u64,
    /// Over all records of the upload, new and duplicate.
    pub root_hash: RootHash,
    /// When it was committed, in whole seconds.
    pub time: Timestamp,
    /// Which key signed.
    pub key: KeyId,
    /// Over [`Receipt::canonical`].
    pub signature: Signature,
}

impl Receipt {
    /// The bytes that are signed: everything but the signature.
    pub fn canonical(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        push(&mut bytes, b"meterport-receipt-v1");
        push(&mut bytes, self.upload.as_bytes());
        push(&mut bytes, self.patient_ref.expose().as_bytes());
        push(&mut bytes, &self.new.to_be_bytes());
        push(&mut bytes, &self.duplicate.to_be_bytes());
        push(&mut bytes, &self.rejected.to_be_bytes());
        push(&mut bytes, self.root_hash.as_bytes());
        push(&mut bytes, self.time.to_string().as_bytes());
        push(&mut bytes, self.key.as_bytes());
        bytes
    }
}

impl std::fmt::Debug for Receipt {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Receipt({})", self.upload)
    }
}

/// Every field is far shorter than 4 GiB: the longest is a [`PatientRef`].
fn push(bytes: &mut Vec<u8>, field: &[u8]) {
    let length = u32::try_from(field.len()).unwrap_or(u32::MAX);
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(field);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receipt() -> Receipt {
        Receipt {
            upload: UploadId::from_bytes([1; 16]),
            patient_ref: PatientRef::parse("4711").unwrap(),
            new: 2,
            duplicate: 1,
            rejected: 0,
            root_hash: RootHash::from_bytes([2; 32]),
            time: "2026-11-20T08:22:31Z".parse().unwrap(),
            key: KeyId::from_bytes([3; 32]),
            signature: Signature::from_bytes([0; 64]),
        }
    }

    #[test]
    fn moving_a_byte_between_fields_changes_what_is_signed() {
        let one = receipt();
        let other = Receipt { new: 1, duplicate: 2, ..receipt() };
        assert_ne!(one.canonical(), other.canonical());
    }

    #[test]
    fn the_canonical_bytes_are_those_of_the_table() {
        let expected = [
            "00000014",
            &hex::encode("meterport-receipt-v1"),
            "00000010",
            &"01".repeat(16),
            "00000004",
            "34373131",
            "00000008",
            "0000000000000002",
            "00000008",
            "0000000000000001",
            "00000008",
            "0000000000000000",
            "00000020",
            &"02".repeat(32),
            "00000014",
            &hex::encode("2026-11-20T08:22:31Z"),
            "00000020",
            &"03".repeat(32),
        ]
        .concat();
        assert_eq!(hex::encode(receipt().canonical()), expected);
    }

    #[test]
    fn the_root_hash_does_not_depend_on_the_order_of_sending() {
        let (a, b) = (BlindId::from_bytes([1; 32]), BlindId::from_bytes([2; 32]));
        let (one, two) = (Digest::of(b"1"), Digest::of(b"2"));
        assert_eq!(RootHash::of([(a, one), (b, two)]), RootHash::of([(b, two), (a, one)]));
        assert_ne!(RootHash::of([(a, one), (b, two)]), RootHash::of([(a, two), (b, one)]));
    }

    #[test]
    fn the_json_has_the_keys_of_the_upload_document_in_its_order() {
        let json = serde_json::to_string(&receipt()).unwrap();
        let keys = [
            "upload",
            "patient_ref",
            "new",
            "duplicate",
            "rejected",
            "root_hash",
            "time",
            "key",
            "signature",
        ];
        let places: Vec<_> = keys.iter().map(|key| json.find(&format!("\"{key}\":"))).collect();
        assert!(places.is_sorted() && places.iter().all(Option::is_some), "{json}");
    }
}
