//! The network of the signed feed: one GET at a time, over TLS, or from a folder that the policy
//! lists.
//!
//! It follows no redirect, undoes no encoding, keeps no cookie and retries nothing; what an answer is
//! worth is `meterport-update`'s to judge. All that an address is told of this computer is
//! `meterport/VERSION`. TLS is judged by the system's own trust store, so that a clinic network which
//! inspects TLS still works: the feed's safety rests on its signatures, not on TLS.

mod folder;
mod web;

use std::sync::OnceLock;

use meterport_update::{Base, Request, Response, Transport, TransportError};
use meterport_upload::Route;
use reqwest::Url;

/// The network as this run may use it.
pub(crate) struct Network {
    version: String,
    route: Route,
    /// The bases that are not `https:`; nothing outside them is asked without TLS.
    listed: Vec<Base>,
    /// Made when it is first needed: a feed in a folder needs none.
    web: OnceLock<Result<web::Web, TransportError>>,
}

impl Network {
    /// For a program of this version. Without TLS, only what lies below `bases` is asked.
    pub(crate) fn new<'a>(
        version: &str,
        route: Route,
        bases: impl IntoIterator<Item = &'a Base>,
    ) -> Self {
        let listed = bases.into_iter().filter(|base| !base.is_https()).cloned().collect();
        Self { version: version.to_owned(), route, listed, web: OnceLock::new() }
    }

    fn web(&self) -> Result<&web::Web, TransportError> {
        let made = self.web.get_or_init(|| web::Web::new(&self.version, &self.route));
        made.as_ref().map_err(Clone::clone)
    }

    fn is_listed(&self, url: &Url) -> bool {
        self.listed.iter().any(|base| {
            url.as_str().len() > base.as_str().len() && url.as_str().starts_with(base.as_str())
        })
    }
}

impl Transport for Network {
    fn get(&self, request: &Request<'_>) -> Result<Response, TransportError> {
        let url = Url::parse(request.url).map_err(|_| refused("it is no address"))?;
        if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
            return Err(refused("it holds more than host, path and query"));
        }
        match url.scheme() {
            "https" => self.web()?.get(url, request),
            "http" if self.is_listed(&url) => self.web()?.get(url, request),
            "file" if self.is_listed(&url) => folder::get(&url, request),
            "http" | "file" => Err(refused("the policy lists no such address")),
            _ => Err(refused("it is neither `https:` nor `http:` nor `file:`")),
        }
    }
}

fn refused(reason: &str) -> TransportError {
    TransportError::Address { reason: reason.to_owned() }
}

#[cfg(test)]
mod tests;
