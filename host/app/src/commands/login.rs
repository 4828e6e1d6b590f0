//! `login`, `logout`, `whoami`.
//!
//! INVARIANT: no password is sent, nor asked for, before the server's pin is known: given, kept
//! from an earlier sign-in, or compared by the person.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use meterport_model::text::printable;
use meterport_model::wire::Pin;
use meterport_upload::{Client, HttpPolicy, ServerUrl, Session, UploadError, fetch_pin};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

use super::{print, print_json};
use crate::cli::{Login, ServerChoice, Whoami};
use crate::credentials::{Credentials, READABLE, Stored};
use crate::fault::Fault;
use crate::signed_in::{address, parse_pin, signed_in, signed_in_server};
use crate::terminal;
use crate::waiting::{answered, online, password, password_line};
use crate::world::World;

pub(crate) fn run(login: &Login, world: &World<'_>) -> Result<u8, Fault> {
    let given = login.pin.as_deref().map(parse_pin).transpose()?;
    let Some(server) = address(Some(&login.server), world)? else {
        return Err(Fault::usage("no server is named"));
    };
    let pin = pin(&server, given, world)?;
    let session = sign_in(&server, pin, &login.user, ask_password(login)?)?;
    let stored = if login.no_store {
        Stored::None
    } else {
        Credentials::of(world).keep(&server, pin, &session)?
    };
    say(&server, &session, stored, world)?;
    Ok(0)
}

/// Signs in to a server that is pinned.
pub(crate) fn sign_in(
    server: &ServerUrl,
    pin: Pin,
    user: &str,
    password: SecretString,
) -> Result<Session, Fault> {
    let client = Client::new(server.clone(), pin, HttpPolicy::default())?;
    Ok(online(client.login(user, password))??)
}

fn pin(server: &ServerUrl, given: Option<Pin>, world: &World<'_>) -> Result<Pin, Fault> {
    let known = Credentials::of(world).find(server)?.map(|known| known.pin);
    match (given, known) {
        (Some(given), Some(known)) if given != known => {
            world.voice.warn("this pin is not the one that was known of this server until now");
            Ok(given)
        }
        (Some(pin), _) | (None, Some(pin)) => Ok(pin),
        (None, None) if terminal::can_ask() => compare(server),
        (None, None) => Err(Fault::from(UploadError::PinMissing { server: server.server() }).hint(
            "run `meterport-server pin` on the server itself, and pass what it prints with `--pin`",
        )),
    }
}

/// Shows what the server says of itself; only a person can tell whether it is the right one.
fn compare(server: &ServerUrl) -> Result<Pin, Fault> {
    let pin = online(fetch_pin(server, &HttpPolicy::default()))??;
    let question = format!(
        "`{}` is not known here. It shows this pin:\n\n  {pin}\n\n\
         Compare it with what your administrator gave you (`meterport-server pin` prints it).\n\
         Is it the same?",
        server.server()
    );
    if answered(move || terminal::confirm(&question))? {
        return Ok(pin);
    }
    Err(Fault::from(UploadError::PinMissing { server: server.server() })
        .hint("ask your administrator for the server's pin; no password was sent"))
}

fn ask_password(login: &Login) -> Result<SecretString, Fault> {
    let given = if login.password_stdin {
        answered(password_line)?
    } else if terminal::can_ask() {
        password("Password: ")?
    } else {
        return Err(Fault::usage("nobody is here to type the password")
            .hint("pass it on standard input with `--password-stdin`"));
    };
    if given.expose_secret().is_empty() {
        return Err(Fault::usage("the password is empty; nothing was sent"));
    }
    Ok(given)
}

fn say(
    server: &ServerUrl,
    session: &Session,
    stored: Stored,
    world: &World<'_>,
) -> Result<(), Fault> {
    let credentials = Credentials::of(world);
    if stored == Stored::File {
        let path = credentials.path().display().to_string();
        world.voice.warn(&format!(
            "{}: the sign-in is kept in the file `{path}`, {READABLE}",
            if world.global.data_dir.is_some() {
                "the keychain is not used with `--data-dir`"
            } else {
                "there is no keychain here"
            }
        ));
    }
    if world.voice.quiet {
        return Ok(());
    }
    let until = local(session.details.expires);
    let (server, user) = (server.server(), printable(&session.details.user));
    print(&match stored {
        Stored::None => format!("`{user}` can sign in to {server}; nothing was kept\n"),
        _ => format!("signed in to {server} as `{user}` until {until}\n"),
    })
}

/// Signs out here, and at the server if it can be reached.
pub(crate) fn logout(choice: &ServerChoice, world: &World<'_>) -> Result<u8, Fault> {
    let credentials = Credentials::of(world);
    let Some((server, known)) = signed_in_server(choice.server.as_deref(), world)? else {
        world.voice.remark("nobody was signed in");
        return Ok(0);
    };
    let name = known.server.clone();
    let pin = known.pin;
    // Here first: what the network does must not keep a token alive on this computer.
    let ended = match credentials.forget(known)? {
        Some(session) if session.details.expires > (world.host.now)() => {
            let client = Client::new(server, pin, impatient())?;
            online(client.logout(&session))?
        }
        _ => Ok(()),
    };
    match ended {
        Ok(()) | Err(UploadError::SessionOver) => {}
        Err(error) => world.voice.warn(&format!(
            "the sign-in is forgotten here, but the server was not told: {error}; \
             it ends there by itself"
        )),
    }
    if !world.voice.quiet {
        print(&format!("signed out of {name}\n"))?;
    }
    Ok(0)
}

#[derive(Serialize)]
struct WhoamiDocument<'a> {
    schema: &'static str,
    server: String,
    user: &'a str,
    roles: &'a [String],
    pin: Pin,
    expires: Timestamp,
    stored: Stored,
}

/// Says who is signed in. The server is asked, but need not answer.
pub(crate) fn whoami(whoami: &Whoami, world: &World<'_>) -> Result<u8, Fault> {
    let here = signed_in(whoami.server.server.as_deref(), None, world)?;
    let client = here.client(impatient())?;
    let mut details = here.session.details.clone();
    match online(client.whoami(&here.session))? {
        Ok(said) => {
            (details.user, details.roles, details.expires) = (said.user, said.roles, said.expires)
        }
        Err(error @ UploadError::SessionOver) => return Err(error.into()),
        Err(error) => world.voice.warn(&format!("the server was not asked: {error}")),
    }
    let document = WhoamiDocument {
        schema: "meterport.whoami/1",
        server: here.server.to_string(),
        user: &details.user,
        roles: &details.roles,
        pin: here.pin,
        expires: details.expires,
        stored: here.stored,
    };
    if whoami.json.json {
        print_json(&document)?;
        return Ok(0);
    }
    let stored = match here.stored {
        Stored::Keychain => "keychain",
        Stored::File => "file",
        Stored::None => "none",
    };
    print(&format!(
        "server\t{}\nuser\t{}\nroles\t{}\npin\t{}\nexpires\t{}\nstored\t{stored}\n",
        document.server,
        printable(document.user),
        printable(&document.roles.join(", ")),
        document.pin,
        local(document.expires),
    ))?;
    Ok(0)
}

/// For questions that nothing hangs on.
fn impatient() -> HttpPolicy {
    let mut policy = HttpPolicy::default();
    policy.connect_timeout = std::time::Duration::from_secs(3);
    policy.request_timeout = std::time::Duration::from_secs(5);
    policy.tries = 1;
    policy
}

/// A moment as the person's own clock shows it.
fn local(moment: Timestamp) -> String {
    moment.to_zoned(TimeZone::system()).strftime("%-d %b %Y %H:%M").to_string()
}
