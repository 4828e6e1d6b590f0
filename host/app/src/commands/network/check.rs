//! Goes to each address. Nothing of a person or a clinic is sent: a feed is asked for its list of
//! versions as every client asks, and a server for the certificate that every client sees.

use std::time::{Duration, Instant};

use meterport_appcast::{MAX_FEED_BYTES, split};
use meterport_model::codes::Code;
use meterport_update::{Body, Request, Transport as _, TransportError};
use meterport_upload::{HttpPolicy, ServerUrl, fetch_pin};

use super::sheet::{Place, Target};
use crate::cancel;
use crate::fault::Fault;
use crate::policy::Updates;
use crate::transport::Network;
use crate::waiting::online;
use crate::world::World;

/// One address may take this long.
const LONGEST: Duration = Duration::from_secs(30);

/// What was wrong at each place, in their order. All are gone to at once.
pub(super) fn all(places: &[Place], world: &World<'_>) -> Result<Vec<Option<Fault>>, Fault> {
    let network = Updates::of(world)?.network(world);
    let faults = std::thread::scope(|scope| {
        let network = &network;
        let running: Vec<_> =
            places.iter().map(|place| scope.spawn(move || one(place, network).err())).collect();
        let crashed = || Fault::new(Code::Internal, "looking at one of the addresses crashed");
        running
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|_| Some(crashed())))
            .collect()
    });
    if cancel::asked() { Err(Fault::cancelled()) } else { Ok(faults) }
}

fn one(place: &Place, network: &Network) -> Result<(), Fault> {
    match &place.target {
        Target::Feed(base) => feed(base, network),
        Target::Server(server, pin) => {
            let shown = online(fetch_pin(server, &HttpPolicy::default()))??;
            match pin {
                Some(pin) if *pin != shown => Err(other_pin(server)),
                _ => Ok(()),
            }
        }
        Target::Way => Ok(()),
    }
}

fn feed(base: &str, network: &Network) -> Result<(), Fault> {
    let url = format!("{base}appcast.xml");
    let give_up = Instant::now() + LONGEST;
    let request = Request { url: &url, if_none_match: None, resume: None, give_up };
    let answer = network.get(&request)?;
    if answer.status == 404 && base.starts_with("file:") {
        let message = "the folder is not there, or holds no `appcast.xml`";
        return Err(Fault::new(Code::FileIo, message)
            .hint("check the address in the policy, and the share or the stick it is on"));
    }
    if answer.status != 200 {
        return Err(no_feed(&format!("with status {}", answer.status)));
    }
    // A sign-in page answers 200 to everything. Whether the signatures count is not asked here.
    match split(&whole(answer.body)?) {
        Ok(_) => Ok(()),
        Err(_) => Err(no_feed("with something else than a signed feed")),
    }
}

fn whole(mut body: Box<dyn Body>) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    while let Some(piece) = body.chunk()? {
        bytes.extend(piece);
        if bytes.len() > MAX_FEED_BYTES {
            return Err(no_feed("with more than a feed may have"));
        }
    }
    Ok(bytes)
}

fn no_feed(how: &str) -> Fault {
    Fault::new(Code::NetworkHttp, format!("the feed's address answers {how}"))
        .hint("check the address; a sign-in page, a proxy or another program may answer there")
}

fn other_pin(server: &ServerUrl) -> Fault {
    let message = format!("`{}` shows another pin than the one that is known", server.server());
    Fault::new(Code::ServerCertificate, message)
        .hint("compare with `meterport-server pin` on the server itself; nothing was sent")
}

impl From<TransportError> for Fault {
    fn from(error: TransportError) -> Self {
        Self::of(Code::from_word(error.code()).unwrap_or(Code::Internal), &error).hint(error.hint())
    }
}
