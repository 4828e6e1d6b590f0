//! GET over HTTP.

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use meterport_update::{Body, CONNECT_MOST, IDLE_MOST, Request, Response, Resume, TransportError};
use meterport_upload::{Route, Trouble};
use reqwest::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_RANGE, ETAG, HeaderMap, HeaderName, IF_NONE_MATCH,
    IF_RANGE, LOCATION, RANGE,
};
use reqwest::{Client, Proxy, StatusCode, Url};
use tokio::runtime::{Builder, Runtime};

use crate::cancel;
use crate::waiting::OFTEN;

/// A client, and the thread that works for it.
pub(super) struct Web {
    outside: Client,
    /// This computer itself, which no proxy reaches.
    loopback: OnceLock<Result<Client, TransportError>>,
    thread: Arc<Thread>,
    version: String,
}

impl Web {
    pub(super) fn new(version: &str, route: &Route) -> Result<Self, TransportError> {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.map_err(|error| unusable(&error.to_string()))?;
        Ok(Self {
            outside: client(version, route)?,
            loopback: OnceLock::new(),
            thread: Arc::new(Thread(Some(runtime))),
            version: version.to_owned(),
        })
    }

    fn client(&self, url: &Url) -> Result<&Client, TransportError> {
        if !is_loopback(url) {
            return Ok(&self.outside);
        }
        let made = self.loopback.get_or_init(|| client(&self.version, &Route::Direct));
        made.as_ref().map_err(Clone::clone)
    }

    pub(super) fn get(&self, url: Url, request: &Request<'_>) -> Result<Response, TransportError> {
        let host = url.host_str().unwrap_or_default().to_owned();
        let mut asked = self.client(&url)?.get(url).header(ACCEPT_ENCODING, "identity");
        if let Some(etag) = request.if_none_match {
            asked = asked.header(IF_NONE_MATCH, etag);
        }
        if let Some(Resume { from, etag }) = request.resume {
            asked = asked.header(RANGE, format!("bytes={from}-"));
            if let Some(etag) = etag {
                asked = asked.header(IF_RANGE, etag);
            }
        }
        let most = request.give_up.min(Instant::now() + CONNECT_MOST + IDLE_MOST);
        let answer = self.thread.wait(&host, most, asked.send())?;
        let answer = answer.map_err(|error| explain(error, &host))?;
        let headers = answer.headers();
        let from = match answer.status() {
            StatusCode::PARTIAL_CONTENT => {
                let range = text(headers, CONTENT_RANGE);
                let first = range.as_deref().and_then(first_byte);
                first.ok_or_else(|| TransportError::Answer { host: host.clone() })?
            }
            _ => 0,
        };
        Ok(Response {
            status: answer.status().as_u16(),
            etag: text(headers, ETAG),
            length: answer.content_length(),
            from,
            encoded: is_encoded(headers),
            location: text(headers, LOCATION),
            body: Box::new(WebBody {
                answer,
                host,
                give_up: request.give_up,
                thread: Arc::clone(&self.thread),
            }),
        })
    }
}

fn client(version: &str, route: &Route) -> Result<Client, TransportError> {
    let builder = Client::builder()
        .connect_timeout(CONNECT_MOST)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .user_agent(format!("meterport/{version}"));
    let builder = match route {
        Route::System => builder,
        Route::Direct => builder.no_proxy(),
        Route::Proxy(address) => builder
            .proxy(Proxy::all(address).map_err(|_| super::refused("its proxy is no address"))?),
    };
    builder.build().map_err(|error| unusable(&cause(&error)))
}

fn unusable(reason: &str) -> TransportError {
    super::refused(&format!("this computer's network is not to be used: {reason}"))
}

struct WebBody {
    answer: reqwest::Response,
    host: String,
    give_up: Instant,
    thread: Arc<Thread>,
}

impl Body for WebBody {
    fn chunk(&mut self) -> Result<Option<Vec<u8>>, TransportError> {
        let Self { answer, host, give_up, thread } = self;
        let most = (*give_up).min(Instant::now() + IDLE_MOST);
        let next = thread.wait(host, most, async {
            loop {
                match answer.chunk().await {
                    Ok(Some(bytes)) if bytes.is_empty() => {}
                    next => return next,
                }
            }
        })?;
        match next {
            Ok(next) => Ok(next.map(|bytes| bytes.to_vec())),
            // A body that ends early is told as one that cannot be decoded.
            Err(error) => Err(match explain(error, host) {
                TransportError::Answer { host } => TransportError::Cut { host },
                other => other,
            }),
        }
    }
}

/// The runtime of a client. It ends without waiting for a name that is still looked up.
struct Thread(Option<Runtime>);

impl Thread {
    /// Waits until `most`, or until somebody ends the program, which is a timeout too.
    fn wait<T>(
        &self,
        host: &str,
        most: Instant,
        work: impl Future<Output = T>,
    ) -> Result<T, TransportError> {
        let timeout = || TransportError::Timeout { host: host.to_owned() };
        let runtime = self.0.as_ref().ok_or_else(timeout)?;
        runtime.block_on(async {
            tokio::select! {
                biased;
                done = work => Ok(done),
                () = tokio::time::sleep_until(most.into()) => Err(timeout()),
                () = ended() => Err(timeout()),
            }
        })
    }
}

impl Drop for Thread {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

async fn ended() {
    while !cancel::asked() {
        tokio::time::sleep(OFTEN).await;
    }
}

fn explain(error: reqwest::Error, host: &str) -> TransportError {
    let error = error.without_url();
    let host = host.to_owned();
    let reason = cause(&error);
    match Trouble::of(&error) {
        Trouble::Tls(_) => TransportError::Tls { host, reason },
        Trouble::Timeout => TransportError::Timeout { host },
        Trouble::Proxy => TransportError::Proxy { host, reason },
        Trouble::Dns => TransportError::Dns { host },
        Trouble::Connect => TransportError::Connect { host, reason },
        Trouble::Address => TransportError::Address { reason },
        Trouble::Answer => TransportError::Answer { host },
        _ => TransportError::Cut { host },
    }
}

/// The innermost cause: what the system or TLS said.
fn cause(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(next) = innermost.source() {
        innermost = next;
    }
    innermost.to_string()
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

fn is_encoded(headers: &HeaderMap) -> bool {
    let identity = |value: &reqwest::header::HeaderValue| {
        value.to_str().is_ok_and(|text| text.trim().eq_ignore_ascii_case("identity"))
    };
    !headers.get_all(CONTENT_ENCODING).iter().all(identity)
}

/// Of `bytes 100-199/200` the 100.
fn first_byte(range: &str) -> Option<u64> {
    let (first, _) = range.trim().strip_prefix("bytes ")?.split_once('-')?;
    first.trim().parse().ok()
}

fn is_loopback(url: &Url) -> bool {
    use std::net::IpAddr;
    let Some(host) = url.host_str() else { return false };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_a_part_is_read_and_nothing_else_is_taken_for_one() {
        assert_eq!(first_byte("bytes 100-199/200"), Some(100));
        assert_eq!(first_byte("bytes */200"), None);
        assert_eq!(first_byte("items 1-2/3"), None);
    }

    #[test]
    fn this_computer_is_known_by_its_names() {
        for (url, is) in [
            ("http://localhost:1/", true),
            ("http://127.0.0.2/", true),
            ("http://[::1]:8/", true),
            ("https://localhost.example/", false),
            ("https://10.0.0.1/", false),
        ] {
            assert_eq!(is_loopback(&Url::parse(url).unwrap()), is, "{url}");
        }
    }
}
