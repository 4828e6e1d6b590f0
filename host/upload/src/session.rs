//! Signing in and out.

use jiff::Timestamp;
use meterport_model::identity::IdentityKey;
use meterport_model::wire::{ReceiptKey, SessionInfo, SessionReply, SignIn};
use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use crate::{Client, UploadError};

/// What a sign-in gave. The caller keeps it as it sees fit; nothing here writes it anywhere.
#[derive(Clone)]
pub struct Session {
    /// Speaks for the account.
    pub token: SecretString,
    /// Who it is, until when, with which receipt key.
    pub details: SessionDetails,
    /// Blinds record ids for this practice.
    pub identity_key: IdentityKey,
}

/// The part of a session that is no secret.
#[derive(Clone, Eq, PartialEq)]
pub struct SessionDetails {
    /// The account.
    pub user: String,
    /// What it may do.
    pub roles: Vec<String>,
    /// When the token is over.
    pub expires: Timestamp,
    /// Verifies receipts; to be kept beside the pin.
    pub receipt_key: ReceiptKey,
}

impl Client {
    /// Signs in. The password is sent only after the server proved to hold the pinned root's
    /// certificate, and is never sent twice.
    pub async fn login(&self, user: &str, password: SecretString) -> Result<Session, UploadError> {
        let sign_in =
            SignIn { user: user.to_owned(), password: password.expose_secret().to_owned() };
        let body = self.encode(&sign_in)?;
        let reply = self.call(Method::POST, "v1/session", None, Some(body), None).await?;
        let mut reply: SessionReply = self.decode(&reply.body)?;
        let mut key = Zeroizing::new([0; 32]);
        hex::decode_to_slice(&reply.identity_key, &mut *key).map_err(|_| self.unreadable())?;
        Ok(Session {
            token: SecretString::from(std::mem::take(&mut reply.token)),
            details: SessionDetails {
                user: std::mem::take(&mut reply.user),
                roles: std::mem::take(&mut reply.roles),
                expires: reply.expires,
                receipt_key: reply.receipt_key,
            },
            identity_key: IdentityKey::from_bytes(*key),
        })
    }

    /// Asks the server for whom the token speaks.
    pub async fn whoami(&self, session: &Session) -> Result<SessionInfo, UploadError> {
        let reply = self.retrying(Method::GET, "v1/session", &session.token, None, None).await?;
        self.decode(&reply.body)
    }

    /// Ends the session at the server.
    pub async fn logout(&self, session: &Session) -> Result<(), UploadError> {
        self.retrying(Method::DELETE, "v1/session", &session.token, None, None).await?;
        Ok(())
    }
}
