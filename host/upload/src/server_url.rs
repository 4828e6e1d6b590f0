//! The address of a server: https, host, port, perhaps a path before ours. Nothing else.

use std::fmt;

use reqwest::Url;

use crate::UploadError;

/// A server's address, checked: `https` without user, password, query or fragment.
#[derive(Clone, Eq, PartialEq)]
pub struct ServerUrl(Url);

impl ServerUrl {
    /// Reads an address as a person wrote it.
    pub fn parse(text: &str) -> Result<Self, UploadError> {
        let refuse = |reason| Err(UploadError::Address { reason });
        let Ok(mut url) = Url::parse(text.trim()) else {
            return refuse("it is no URL");
        };
        match url.scheme() {
            "https" => {}
            "http" => return Err(UploadError::PlainHttp),
            _ => return refuse("it does not begin with https://"),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return refuse("it holds a user or a password");
        }
        if url.query().is_some() || url.fragment().is_some() {
            return refuse("it holds a query or a fragment");
        }
        if url.host_str().is_none() {
            return refuse("it names no host");
        }
        if !url.path().ends_with('/') {
            let path = format!("{}/", url.path());
            url.set_path(&path);
        }
        Ok(Self(url))
    }

    /// Host and port, for messages and as the name under which a pin is kept.
    pub fn server(&self) -> String {
        format!("{}:{}", self.host(), self.0.port_or_known_default().unwrap_or(443))
    }

    /// The host alone; an IPv6 address stands in brackets.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// Whether the server is this computer: then no proxy is asked.
    pub(crate) fn is_loopback(&self) -> bool {
        let host = self.host().trim_matches(['[', ']']);
        host == "localhost"
            || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
    }

    /// The address of `path`, which is one of ours and begins without a slash.
    pub(crate) fn join(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        url.set_path(&format!("{}{path}", self.0.path()));
        url
    }
}

impl fmt::Display for ServerUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.0.as_str())
    }
}

impl fmt::Debug for ServerUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "ServerUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        ServerUrl::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn plain_http_is_refused_with_its_own_words() {
        assert!(matches!(
            ServerUrl::parse("http://192.168.1.5:8080/"),
            Err(UploadError::PlainHttp)
        ));
    }

    #[test]
    fn a_password_in_the_address_is_refused_and_not_repeated() {
        let text = refusal("https://nurse:hunter22@clinic.example/");
        assert!(text.contains("user or a password") && !text.contains("hunter22"));
    }

    #[test]
    fn other_schemes_queries_and_nonsense_are_refused() {
        for text in ["ftp://host/", "https://host/?a=1", "https://host/#a", "host:8443", ""] {
            assert!(ServerUrl::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_path_before_ours_is_kept() {
        let url = ServerUrl::parse("https://192.168.1.5:8443/practice").unwrap();
        assert_eq!(url.join("v1/session").as_str(), "https://192.168.1.5:8443/practice/v1/session");
        assert_eq!(url.server(), "192.168.1.5:8443");
    }

    #[test]
    fn this_computer_is_known_in_every_spelling() {
        for text in ["https://localhost:1/", "https://127.0.0.1:1/", "https://[::1]:1/"] {
            assert!(ServerUrl::parse(text).unwrap().is_loopback(), "{text}");
        }
        assert!(!ServerUrl::parse("https://clinic.example").unwrap().is_loopback());
    }
}
