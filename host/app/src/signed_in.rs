//! Which server, and as whom: what is named, else what is configured, else the only sign-in there
//! is.

use meterport_model::codes::Code;
use meterport_model::wire::Pin;
use meterport_upload::{Client, HttpPolicy, ServerUrl, Session, UploadError};

use crate::credentials::{Credentials, Known, Stored};
use crate::fault::Fault;
use crate::world::World;

/// A sign-in that can be used.
pub(crate) struct SignedIn {
    pub(crate) server: ServerUrl,
    pub(crate) pin: Pin,
    pub(crate) session: Session,
    pub(crate) stored: Stored,
}

impl SignedIn {
    pub(crate) fn client(&self, policy: HttpPolicy) -> Result<Client, UploadError> {
        Client::new(self.server.clone(), self.pin, policy)
    }
}

/// The address that is named or configured. Plain http is refused here, before anything is done.
pub(crate) fn address(flag: Option<&str>, world: &World<'_>) -> Result<Option<ServerUrl>, Fault> {
    let (text, _) = world.config.with_flag("server", flag)?;
    Ok(text.map(|text| ServerUrl::parse(&text)).transpose()?)
}

/// The server that is meant, if somebody is signed in there.
pub(crate) fn signed_in_server(
    flag: Option<&str>,
    world: &World<'_>,
) -> Result<Option<(ServerUrl, Known)>, Fault> {
    let credentials = Credentials::of(world);
    if let Some(server) = address(flag, world)? {
        let known = credentials.find(&server)?.filter(|known| known.sign_in.is_some());
        return Ok(known.map(|known| (server, known)));
    }
    let mut known = credentials.known()?;
    known.retain(|known| known.sign_in.is_some());
    if known.len() > 1 {
        return Err(Fault::usage("you are signed in to more than one server")
            .hint("choose one with `--server`, or set one with `meterport config set server URL`")
            .candidates(known.into_iter().map(|known| known.url).collect()));
    }
    known.pop().map(|known| Ok((known.address()?, known))).transpose()
}

/// The sign-in to use. Asks neither the network nor the meter.
pub(crate) fn signed_in(
    flag: Option<&str>,
    pin: Option<&str>,
    world: &World<'_>,
) -> Result<SignedIn, Fault> {
    let pin = pin.map(parse_pin).transpose()?;
    let Some((server, known)) = signed_in_server(flag, world)? else {
        let message = match address(flag, world)? {
            Some(server) => format!("nobody is signed in to `{}`", server.server()),
            None => "nobody is signed in to a server".to_owned(),
        };
        return Err(Fault::new(Code::ServerAuth, message).hint(SIGN_IN));
    };
    if pin.is_some_and(|pin| pin != known.pin) {
        let message = format!("`--pin` is not the pin that is known of `{}`", known.server);
        return Err(Fault::new(Code::ServerCertificate, format!("{message}; nothing was sent"))
            .hint("compare both with `meterport-server pin` on the server itself; `meterport login --pin` changes the known one"));
    }
    let pin = known.pin;
    let Some(sign_in) = known.sign_in.filter(|sign_in| sign_in.expires > (world.host.now)()) else {
        let message = format!("the sign-in at `{}` is over", known.server);
        return Err(Fault::new(Code::ServerAuth, message).hint(SIGN_IN));
    };
    let stored = sign_in.stored();
    let session = Credentials::of(world).session(&known.server, sign_in)?;
    Ok(SignedIn { server, pin, session, stored })
}

/// A pin as a person gave it.
pub(crate) fn parse_pin(text: &str) -> Result<Pin, Fault> {
    text.trim().parse().map_err(|error: meterport_model::wire::WireError| {
        Fault::usage(error.to_string()).hint("`meterport-server pin` on the server prints it")
    })
}

const SIGN_IN: &str = "sign in with `meterport login --server URL --user NAME`";
