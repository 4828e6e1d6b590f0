//! Signing receipts.

use ed25519_dalek::{Signer as _, SigningKey};
use meterport_model::wire::{Receipt, ReceiptKey, Signature};

use crate::secrets::Secrets;

impl Secrets {
    /// The public half of the key that signs receipts.
    pub(crate) fn receipt_key(&self) -> ReceiptKey {
        ReceiptKey::from_bytes(SigningKey::from_bytes(&self.receipt).verifying_key().to_bytes())
    }

    /// Puts key id and signature into a receipt that is otherwise complete.
    pub(crate) fn sign(&self, mut receipt: Receipt) -> Receipt {
        let key = SigningKey::from_bytes(&self.receipt);
        receipt.key = self.receipt_key().id();
        receipt.signature = Signature::from_bytes(key.sign(&receipt.canonical()).to_bytes());
        receipt
    }
}
