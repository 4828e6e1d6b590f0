//! Where the packages are said to be: only where a client looks.

use meterport_appcast::Item;

use super::Finding;
use super::finding::name;
use crate::feed::FeedFolder;

pub(super) fn lint(file: &str, item: &Item, folder: &FeedFolder) -> Vec<Finding> {
    let is_known = is_inside(&item.url) || folder.places().any(|base| is_below(&item.url, base));
    let finding = (!is_known).then(|| {
        let message = "`url` leads elsewhere than to a base or mirror: no client opens it";
        Finding::error(file, message).of(name(item))
    });
    finding.into_iter().collect()
}

/// Relative to the feed, and not above it.
fn is_inside(url: &str) -> bool {
    let has_scheme = url.split(['/', '?', '#']).next().is_some_and(|first| first.contains(':'));
    !has_scheme && is_path(url)
}

fn is_below(url: &str, base: &str) -> bool {
    let base = base.strip_suffix('/').unwrap_or(base);
    let rest = url.strip_prefix(base).and_then(|rest| rest.strip_prefix('/'));
    rest.is_some_and(is_path)
}

/// A path whose parts are names: nothing that leads up, to another host, or into a query.
fn is_path(path: &str) -> bool {
    let is_name = |part: &str| {
        let part = part.replace("%2e", ".").replace("%2E", ".");
        !matches!(part.as_str(), "" | "." | "..")
    };
    !path.contains(['?', '#', '\\']) && path.split('/').all(is_name)
}

#[cfg(test)]
mod tests {
    use super::{is_below, is_inside};

    #[test]
    fn an_address_above_or_beside_the_feed_is_not_inside() {
        for url in [
            "//other.example/p/1",
            "/p/1",
            "../p/1",
            "p/../../1",
            "p/%2e%2E/1",
            "https://other.example/p/1",
            "p//1",
            "p/1?x",
        ] {
            assert!(!is_inside(url), "{url}");
        }
        for url in ["https://a.example.evil/p/1", "https://a.example/../p", "http://a.example/p/1"]
        {
            assert!(!is_below(url, "https://a.example/"), "{url}");
        }
    }

    #[test]
    fn an_address_below_the_feed_or_a_base_is_known() {
        assert!(is_inside("p/9f86"));
        assert!(is_below("https://a.example/feed/p/9f86", "https://a.example/feed/"));
        assert!(is_below("https://a.example/feed/p/9f86", "https://a.example/feed"));
    }
}
