//! Addresses a feed is fetched from, and which other addresses lie below them.
//!
//! Addresses are read by the same rules as the HTTP client's (the WHATWG URL standard), so that
//! both mean the same host by the same text.

use std::fmt;
use std::str::FromStr;

use url::Url;

/// A place that holds `appcast.xml`, the keyrings and `p/`: an address that ends in a slash.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Base(Url);

/// Why a text is no base.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BaseError {
    /// Not an address.
    #[error("is no address such as `https://updates.example/`")]
    Address,
    /// Another kind than `https:`, `http:` and `file:`.
    #[error("is neither `https:` nor `http:` nor `file:`")]
    Kind,
    /// It holds a user name or password, a query or a fragment.
    #[error("holds more than host and path")]
    More,
}

impl FromStr for Base {
    type Err = BaseError;

    fn from_str(text: &str) -> Result<Self, BaseError> {
        // The address ends where its last name ends: what is below it is what follows a slash.
        let text = if text.ends_with('/') { text.to_owned() } else { format!("{text}/") };
        let url = Url::parse(&text).map_err(|_| BaseError::Address)?;
        if !matches!(url.scheme(), "https" | "http" | "file") {
            return Err(BaseError::Kind);
        }
        if has_user(&url) || url.query().is_some() || url.fragment().is_some() || hides_path(&url) {
            return Err(BaseError::More);
        }
        Ok(Self(url))
    }
}

impl Base {
    /// The address of a file below this base. `name` is one of our own: a number, a hash, a
    /// constant.
    pub(crate) fn file(&self, name: &str) -> Result<Url, BaseError> {
        self.0.join(name).map_err(|_| BaseError::Address)
    }

    /// True if `url` names something below this base: the same kind, host and port, and a path that
    /// begins with the whole of the base's.
    pub(crate) fn holds(&self, url: &Url) -> bool {
        (url.scheme(), url.host(), url.port_or_known_default())
            == (self.0.scheme(), self.0.host(), self.0.port_or_known_default())
            && url.path().len() > self.0.path().len()
            && url.path().starts_with(self.0.path())
            && !has_user(url)
            && !hides_path(url)
    }

    /// True for `https:`.
    pub fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// The host; none for a folder.
    pub fn host(&self) -> Option<&str> {
        self.0.host_str()
    }

    /// The port of the host; none for a folder.
    pub fn port(&self) -> Option<u16> {
        self.0.port_or_known_default()
    }

    /// The address as text, with the slash at its end.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Display for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The bases of a feed and the mirrors of its keyring, which are all that is ever asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origins(Vec<Base>);

impl Origins {
    /// The bases, and those of `mirrors` that are none of them.
    pub fn new(bases: &[Base], mirrors: &[String]) -> Self {
        let mut all = bases.to_vec();
        // A keyring's mirrors were checked to be `https:` when it was read; one that is no base
        // here is not asked.
        for base in mirrors.iter().filter_map(|mirror| mirror.parse::<Base>().ok()) {
            if base.is_https() && !all.contains(&base) {
                all.push(base);
            }
        }
        Self(all)
    }

    /// All of them, bases first.
    pub fn all(&self) -> &[Base] {
        &self.0
    }

    /// True if `url` may be asked.
    pub(crate) fn hold(&self, url: &Url) -> bool {
        self.0.iter().any(|base| base.holds(url))
    }
}

fn has_user(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

/// True if the path has encoded slashes. What they mean is the server's business, so nobody can
/// say what the path is below.
fn hides_path(url: &Url) -> bool {
    let path = url.path().to_ascii_lowercase();
    path.contains("%2f") || path.contains("%5c")
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::{Base, BaseError, Origins};

    fn base(text: &str) -> Base {
        text.parse().expect("a base")
    }

    fn url(text: &str) -> Url {
        Url::parse(text).expect("an address")
    }

    #[test]
    fn what_is_no_plain_address_is_no_base() {
        for (text, why) in [
            ("", BaseError::Address),
            ("updates.example", BaseError::Address),
            ("ftp://updates.example/", BaseError::Kind),
            ("https://me@updates.example/", BaseError::More),
            ("https://me:word@updates.example/", BaseError::More),
            ("https://updates.example/?a=", BaseError::More),
            ("https://updates.example/#a", BaseError::More),
            ("https://updates.example/a%2Fb", BaseError::More),
        ] {
            assert_eq!(text.parse::<Base>(), Err(why), "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_the_base_is_not_below_it() {
        let base = base("https://updates.example/meterport");
        for text in [
            "http://updates.example/meterport/p/1",
            "https://updates.example:444/meterport/p/1",
            "https://updates.example.evil/meterport/p/1",
            "https://evil/meterport/p/1",
            "https://updates.example@evil/meterport/p/1",
            "https://me@updates.example/meterport/p/1",
            "https://evil\\@updates.example/meterport/p/1",
            "https://updates.example/meterport-evil/p/1",
            "https://updates.example/meterport",
            "https://updates.example/meterport/",
            "https://updates.example/meterport/../p/1",
            "https://updates.example/meterport/%2e%2e/p/1",
            "https://updates.example/meterport/..%2fp/1",
            "https://updates.example/meterport/..%5Cp/1",
            "https://updates.example/",
        ] {
            assert!(!base.holds(&url(text)), "{text}");
        }
    }

    #[test]
    fn what_is_below_the_base_is_below_it_however_it_is_written() {
        let base = base("https://updates.example/meterport");
        for text in [
            "https://updates.example/meterport/appcast.xml",
            "https://UPDATES.example:443/meterport/p/1",
            "https://updates.example/x/../meterport/p/1?day=2",
        ] {
            assert!(base.holds(&url(text)), "{text}");
        }
        assert_eq!(
            base.file("2.keyring").map(String::from).as_deref(),
            Ok("https://updates.example/meterport/2.keyring")
        );
    }

    #[test]
    fn a_folder_is_a_base_too() {
        let base = base("file:///srv/updates");

        assert!(base.holds(&url("file:///srv/updates/p/1")));
        assert!(!base.holds(&url("file:///etc/passwd")));
        assert!(!base.holds(&url("file:///srv/updates/%2e%2E/x")));
        assert!(!base.holds(&url("file://other/srv/updates/p/1")));
    }

    #[test]
    fn a_mirror_counts_once_and_only_with_https() {
        let bases = [base("https://a.example/")];
        let mirrors = ["https://a.example", "http://b.example/", "https://c.example/", "no"];
        let origins = Origins::new(&bases, &mirrors.map(str::to_owned));

        assert_eq!(origins.all(), [base("https://a.example/"), base("https://c.example/")]);
    }
}
