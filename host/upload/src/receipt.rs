//! Whether a receipt is the server's word for exactly what was sent.

use ed25519_dalek::{Signature, VerifyingKey};
use meterport_model::wire::{PatientRef, Receipt, ReceiptKey, RootHash, UploadId};

use crate::UploadError;

/// A receipt that was checked. Only [`verify`] makes one.
pub(crate) struct Verified(Receipt);

impl Verified {
    pub(crate) fn into_receipt(self) -> Receipt {
        self.0
    }
}

/// What a receipt must say.
pub(crate) struct Expected<'a> {
    pub(crate) upload: UploadId,
    pub(crate) patient: &'a PatientRef,
    pub(crate) records: usize,
    pub(crate) root_hash: RootHash,
    pub(crate) key: ReceiptKey,
}

/// Checks signature and content.
pub(crate) fn verify(receipt: Receipt, expected: &Expected<'_>) -> Result<Verified, UploadError> {
    match fault(&receipt, expected) {
        Some(reason) => Err(UploadError::Receipt { reason }),
        None => Ok(Verified(receipt)),
    }
}

fn fault(receipt: &Receipt, expected: &Expected<'_>) -> Option<&'static str> {
    let stored = receipt.new.checked_add(receipt.duplicate);
    if receipt.key != expected.key.id() {
        return Some("it is signed with another key");
    }
    let Ok(key) = VerifyingKey::from_bytes(expected.key.as_bytes()) else {
        return Some("the server's receipt key is no key");
    };
    let signature = Signature::from_bytes(receipt.signature.as_bytes());
    if key.verify_strict(&receipt.canonical(), &signature).is_err() {
        Some("its signature is wrong")
    } else if receipt.upload != expected.upload {
        Some("it is for another upload")
    } else if receipt.patient_ref != *expected.patient {
        Some("it is for another patient")
    } else if receipt.rejected != 0 {
        Some("the server did not store all results")
    } else if stored != u64::try_from(expected.records).ok() {
        Some("its counts differ from what was sent")
    } else if receipt.root_hash != expected.root_hash {
        Some("its root hash differs from what was sent")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::{Signer as _, SigningKey};
    use meterport_model::wire::{KeyId, Signature as WireSignature};

    use super::*;

    fn signed(key: &SigningKey, change: impl FnOnce(&mut Receipt)) -> Receipt {
        let mut receipt = Receipt {
            upload: UploadId::from_bytes([1; 16]),
            patient_ref: PatientRef::parse("4711").unwrap(),
            new: 2,
            duplicate: 1,
            rejected: 0,
            root_hash: RootHash::from_bytes([2; 32]),
            time: "2026-11-20T08:22:31Z".parse().unwrap(),
            key: public(key).id(),
            signature: WireSignature::from_bytes([0; 64]),
        };
        change(&mut receipt);
        let signature = key.sign(&receipt.canonical());
        receipt.signature = WireSignature::from_bytes(signature.to_bytes());
        receipt
    }

    fn public(key: &SigningKey) -> ReceiptKey {
        ReceiptKey::from_bytes(key.verifying_key().to_bytes())
    }

    fn refusal(receipt: Receipt, key: &SigningKey) -> Option<&'static str> {
        let patient = PatientRef::parse("4711").unwrap();
        let expected = Expected {
            upload: UploadId::from_bytes([1; 16]),
            patient: &patient,
            records: 3,
            root_hash: RootHash::from_bytes([2; 32]),
            key: public(key),
        };
        match verify(receipt, &expected) {
            Ok(_) => None,
            Err(UploadError::Receipt { reason }) => Some(reason),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn a_well_signed_receipt_for_anything_else_is_refused() {
        let key = SigningKey::from_bytes(&[7; 32]);
        type Change = fn(&mut Receipt);
        let cases: [(Change, &str); 7] = [
            (|receipt| receipt.upload = UploadId::from_bytes([9; 16]), "another upload"),
            (|receipt| receipt.patient_ref = PatientRef::parse("4712").unwrap(), "another patient"),
            (|receipt| receipt.rejected = 1, "did not store all"),
            (|receipt| receipt.new = 1, "counts"),
            (|receipt| receipt.duplicate = u64::MAX, "counts"),
            (|receipt| receipt.root_hash = RootHash::from_bytes([9; 32]), "root hash"),
            (|receipt| receipt.key = KeyId::from_bytes([9; 32]), "another key"),
        ];
        for (change, words) in cases {
            let reason = refusal(signed(&key, change), &key).unwrap();
            assert!(reason.contains(words), "{reason}");
        }
    }

    #[test]
    fn a_receipt_changed_after_signing_is_refused() {
        let key = SigningKey::from_bytes(&[7; 32]);
        let mut receipt = signed(&key, |receipt| receipt.new = 1);
        receipt.new = 2;
        assert_eq!(refusal(receipt, &key), Some("its signature is wrong"));
    }

    #[test]
    fn a_receipt_signed_with_another_key_that_claims_to_be_ours_is_refused() {
        let (key, other) = (SigningKey::from_bytes(&[7; 32]), SigningKey::from_bytes(&[8; 32]));
        let receipt = signed(&other, |receipt| receipt.key = public(&key).id());
        assert_eq!(refusal(receipt, &key), Some("its signature is wrong"));
    }

    #[test]
    fn the_right_receipt_is_accepted() {
        let key = SigningKey::from_bytes(&[7; 32]);
        assert_eq!(refusal(signed(&key, |_| {}), &key), None);
    }
}
