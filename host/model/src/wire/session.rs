//! Signing in and what it gives.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::ReceiptKey;

/// `POST /v1/session`.
#[derive(Deserialize, Serialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// The account's name.
    pub user: String,
    /// Its password.
    pub password: String,
}

/// The answer to a sign-in.
#[derive(Deserialize, Serialize, Zeroize, ZeroizeOnDrop)]
pub struct SessionReply {
    /// Sent as `Authorization: Bearer` from now on.
    pub token: String,
    /// When the token is over.
    #[zeroize(skip)]
    pub expires: Timestamp,
    /// The account.
    pub user: String,
    /// What it may do: `uploader`.
    pub roles: Vec<String>,
    /// Blinds record ids; the same on all nodes of the practice. Hex of 32 bytes.
    pub identity_key: String,
    /// Verifies receipts.
    #[zeroize(skip)]
    pub receipt_key: ReceiptKey,
}

/// `GET /v1/session`: who the token speaks for.
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
pub struct SessionInfo {
    /// The account.
    pub user: String,
    /// What it may do.
    pub roles: Vec<String>,
    /// When the token is over.
    pub expires: Timestamp,
}
