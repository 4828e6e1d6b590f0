use meterport_appcast::{Appcast, Item, ItemFault};

/// What was written to every one of these feeds.
pub const SHA256: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

pub fn bytes(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/feeds/{name}.xml", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

pub fn read(name: &str) -> Appcast {
    Appcast::parse(&bytes(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The packages of the first item.
pub fn checked(name: &str) -> Result<Vec<Item>, ItemFault> {
    read(name).items[0].check()
}

/// The only package of the first item.
pub fn item(name: &str) -> Item {
    match checked(name).as_deref() {
        Ok([item]) => item.clone(),
        other => panic!("{name}: {other:?}"),
    }
}

/// A feed of these items, in our two namespaces.
pub fn feed(items: &str) -> String {
    format!(
        "<rss version=\"2.0\" xmlns:sparkle=\"{}\" xmlns:mp=\"{}\"><channel>{items}</channel></rss>",
        meterport_appcast::SPARKLE_NAMESPACE,
        meterport_appcast::MP_NAMESPACE
    )
}

/// A good item of ours, as text.
pub fn good(version: &str) -> String {
    format!(
        "<item><title>Driver</title><mp:id>onetouch-ultra2</mp:id>\
         <sparkle:version>{version}</sparkle:version>\
         <pubDate>Sat, 21 Nov 2026 09:00:00 +0000</pubDate><mp:api>0.1</mp:api>\
         <enclosure url=\"p/{SHA256}\" length=\"412034\" type=\"application/wasm\" \
         mp:sha256=\"{SHA256}\"/></item>\n"
    )
}
