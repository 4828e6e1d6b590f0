//! What this computer knows about servers: their pins, and who is signed in.
//!
//! All of it stands in one file, `state/credentials` in the data folder, for its owner alone and
//! replaced as a whole. The secret part of a sign-in (token and identity key) stands in the
//! system's keychain where there is one, else in that file too, which `login` says. With
//! `--data-dir` the keychain is left alone: two data folders then know nothing of each other.
//!
//! A pin is no secret and outlives the sign-in, so that the next one needs no `--pin`. Nothing here
//! is health data, and nothing here prints a secret.

mod file;
mod keychain;

use std::path::PathBuf;

use jiff::Timestamp;
use meterport_model::codes::Code;
use meterport_model::identity::IdentityKey;
use meterport_model::wire::{Pin, ReceiptKey};
use meterport_upload::{ServerUrl, Session, SessionDetails};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::data::Places;
use crate::fault::Fault;
use crate::world::World;

/// Where the secret part of a sign-in is kept.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Stored {
    Keychain,
    File,
    None,
}

/// Who may read a file that [`Credentials`] keeps, as the end of a sentence about it. Windows gives a
/// file the access list of its folder, which nobody here has looked at.
pub(crate) const READABLE: &str = if cfg!(unix) {
    "which only you may read"
} else {
    "which everybody may read who may read that folder"
};

/// A server that was signed in to at least once.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Known {
    /// Host and port: one server, whatever path stands behind.
    pub(crate) server: String,
    /// The address as it was used last.
    pub(crate) url: String,
    pub(crate) pin: Pin,
    /// Who is signed in, if anybody.
    pub(crate) sign_in: Option<SignIn>,
}

/// A sign-in.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignIn {
    pub(crate) user: String,
    pub(crate) roles: Vec<String>,
    pub(crate) expires: Timestamp,
    receipt_key: ReceiptKey,
    /// Null where the keychain holds it.
    secret: Option<Secret>,
}

/// What speaks for the account.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Secret {
    token: Zeroizing<String>,
    identity_key: Zeroizing<String>,
}

impl SignIn {
    pub(crate) fn stored(&self) -> Stored {
        if self.secret.is_some() { Stored::File } else { Stored::Keychain }
    }
}

impl Known {
    /// The address, checked again: a file can be edited.
    pub(crate) fn address(&self) -> Result<ServerUrl, Fault> {
        ServerUrl::parse(&self.url).map_err(|_| file::damaged())
    }
}

/// The credentials of one data folder.
pub(crate) struct Credentials<'a> {
    places: &'a Places,
    /// Whether the keychain may be used.
    keychain: bool,
}

impl<'a> Credentials<'a> {
    pub(crate) fn of(world: &'a World<'_>) -> Self {
        Self { places: &world.places, keychain: world.global.data_dir.is_none() }
    }

    /// Every server known here.
    pub(crate) fn known(&self) -> Result<Vec<Known>, Fault> {
        match self.places.open_existing()? {
            Some(dir) => file::read(&dir),
            None => Ok(Vec::new()),
        }
    }

    pub(crate) fn find(&self, server: &ServerUrl) -> Result<Option<Known>, Fault> {
        let name = server.server();
        Ok(self.known()?.into_iter().find(|known| known.server == name))
    }

    /// The file, for words to the person.
    pub(crate) fn path(&self) -> PathBuf {
        self.places.data.join(file::NAME)
    }

    /// Where a sign-in would be kept.
    pub(crate) fn place(&self) -> Stored {
        if self.keychain && keychain::is_there() { Stored::Keychain } else { Stored::File }
    }

    /// Keeps a sign-in in the place of an earlier one at the same server.
    pub(crate) fn keep(
        &self,
        server: &ServerUrl,
        pin: Pin,
        session: &Session,
    ) -> Result<Stored, Fault> {
        let name = server.server();
        let secret = Secret {
            token: Zeroizing::new(session.token.expose_secret().to_owned()),
            identity_key: Zeroizing::new(hex::encode(session.identity_key.as_bytes())),
        };
        let in_keychain = self.place() == Stored::Keychain && keep_secret(&name, &secret);
        let stored = if in_keychain { Stored::Keychain } else { Stored::File };
        let SessionDetails { user, roles, expires, receipt_key } = session.details.clone();
        let sign_in =
            SignIn { user, roles, expires, receipt_key, secret: (!in_keychain).then_some(secret) };
        let known = Known { server: name, url: server.to_string(), pin, sign_in: Some(sign_in) };
        let mut earlier = None;
        file::change(&self.places.open()?, |servers| {
            if let Some(at) = servers.iter().position(|one| one.server == known.server) {
                earlier = Some(servers.swap_remove(at));
            }
            servers.push(known);
        })?;
        if !in_keychain
            && let Some(earlier) = earlier
            && earlier.sign_in.is_some_and(|sign_in| sign_in.stored() == Stored::Keychain)
            && self.keychain
        {
            keychain::remove(&earlier.server);
        }
        Ok(stored)
    }

    /// Forgets the sign-in and keeps the pin. Gives what spoke for it a last time, to end it at the
    /// server too.
    pub(crate) fn forget(&self, known: Known) -> Result<Option<Session>, Fault> {
        let in_keychain =
            known.sign_in.as_ref().is_some_and(|sign_in| sign_in.stored() == Stored::Keychain);
        let session = known.sign_in.and_then(|sign_in| self.session(&known.server, sign_in).ok());
        file::change(&self.places.open()?, |servers| {
            for server in servers.iter_mut().filter(|one| one.server == known.server) {
                server.sign_in = None;
            }
        })?;
        if in_keychain && self.keychain {
            keychain::remove(&known.server);
        }
        Ok(session)
    }

    /// What speaks for a sign-in.
    pub(crate) fn session(&self, server: &str, sign_in: SignIn) -> Result<Session, Fault> {
        let SignIn { user, roles, expires, receipt_key, secret } = sign_in;
        let mut secret = match secret {
            Some(secret) => secret,
            None => self.out_of_keychain(server)?,
        };
        let mut key = Zeroizing::new([0; 32]);
        hex::decode_to_slice(&*secret.identity_key, &mut *key).map_err(|_| file::damaged())?;
        Ok(Session {
            token: SecretString::from(std::mem::take(&mut *secret.token)),
            details: SessionDetails { user, roles, expires, receipt_key },
            identity_key: IdentityKey::from_bytes(*key),
        })
    }

    fn out_of_keychain(&self, server: &str) -> Result<Secret, Fault> {
        let text = if self.keychain { keychain::read(server) } else { None };
        text.and_then(|text| serde_json::from_slice(&text).ok()).ok_or_else(|| {
            Fault::new(Code::ServerAuth, "the keychain does not hold the sign-in, or is locked")
                .hint("unlock the keychain, or sign in again with `meterport login`")
        })
    }
}

fn keep_secret(server: &str, secret: &Secret) -> bool {
    // Long enough that it never grows and leaves no copy behind.
    let mut text = Zeroizing::new(Vec::with_capacity(4096));
    serde_json::to_writer(&mut *text, secret).is_ok() && keychain::keep(server, text)
}

#[cfg(test)]
mod tests;
