//! One item of the feed as readable XML.

use std::io;

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use meterport_appcast::{MatchHint, Sha256Hex};
use quick_xml::Writer;
use quick_xml::events::{BytesText, Event};
use semver::Version;

use crate::package::{Content, Package};

/// What the publisher says about a package beside what the package says itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// What people read; absent: from the package.
    pub title: Option<String>,
    /// What is new.
    pub notes: Option<String>,
    /// The notes are Markdown, not plain text.
    pub is_markdown: bool,
    /// Absent: the channel that everybody sees.
    pub channel: Option<String>,
    /// It cannot be skipped.
    pub critical: Option<Critical>,
    /// Seconds between two of the seven groups.
    pub phased: Option<u32>,
    /// The oldest system it runs on.
    pub minimum_system: Option<String>,
    /// The oldest installed version that may be updated to this one.
    pub minimum_update: Option<Version>,
}

/// For whom an item cannot be skipped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Critical {
    /// For everybody.
    Always,
    /// For whoever has a version below this one.
    Below(Version),
}

/// The item, indented to stand in the channel, with its line ends.
///
/// # Errors
///
/// None in practice: it is written to memory.
pub(super) fn write(
    package: &Package,
    said: &Said,
    vendor_signature: Option<&str>,
    date: Timestamp,
) -> io::Result<String> {
    // Two elements around it give the item its place; they are taken off again.
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    let date = rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&date);
    // RFC 9110 writes `GMT`, which RSS readers take; the offset is what Sparkle's own format wants.
    let date = date.map_err(io::Error::other)?.replace("GMT", "+0000");
    let item = |writer: &mut Writer<Vec<u8>>| {
        let mut text = |name: &str, text: &str| {
            writer.create_element(name).write_text_content(BytesText::new(text)).map(drop)
        };
        text("title", said.title.as_deref().unwrap_or(&package.title()))?;
        text("mp:id", &package.id.to_string())?;
        text("sparkle:version", &package.version.to_string())?;
        text("pubDate", &date)?;
        text("mp:api", &package.api())?;
        if let Some(channel) = &said.channel {
            text("sparkle:channel", channel)?;
        }
        if let Some(least) = &said.minimum_system {
            text("sparkle:minimumSystemVersion", least)?;
        }
        if let Some(least) = &said.minimum_update {
            text("sparkle:minimumUpdateVersion", &least.to_string())?;
        }
        if let Some(seconds) = said.phased {
            text("sparkle:phasedRolloutInterval", &seconds.to_string())?;
        }
        if let Content::Driver(manifest) = &package.content {
            let hints = MatchHint::of(manifest);
            if !hints.is_empty() {
                text("mp:match", &MatchHint::text(&hints))?;
            }
        }
        critical(writer, said)?;
        notes(writer, said)?;
        enclosure(writer, package, vendor_signature)
    };
    writer.create_element("a").write_inner_content(|writer| {
        writer.create_element("a").write_inner_content(|writer| {
            writer.create_element("item").write_inner_content(item).map(drop)
        })?;
        Ok(())
    })?;
    let text = String::from_utf8(writer.into_inner()).map_err(io::Error::other)?;
    let inside =
        text.strip_prefix("<a>\n  <a>\n").and_then(|rest| rest.strip_suffix("  </a>\n</a>"));
    inside.map(str::to_owned).ok_or_else(|| io::ErrorKind::InvalidData.into())
}

fn critical(writer: &mut Writer<Vec<u8>>, said: &Said) -> io::Result<()> {
    let Some(critical) = &said.critical else { return Ok(()) };
    let element = writer.create_element("sparkle:criticalUpdate");
    let element = match critical {
        Critical::Always => element,
        Critical::Below(version) => {
            element.with_attribute(("sparkle:version", version.to_string().as_str()))
        }
    };
    element.write_empty().map(drop)
}

fn notes(writer: &mut Writer<Vec<u8>>, said: &Said) -> io::Result<()> {
    let Some(notes) = &said.notes else { return Ok(()) };
    let format = if said.is_markdown { "markdown" } else { "plain-text" };
    let element = writer.create_element("description").with_attribute(("sparkle:format", format));
    element.write_text_content(BytesText::new(notes)).map(drop)
}

fn enclosure(
    writer: &mut Writer<Vec<u8>>,
    package: &Package,
    vendor_signature: Option<&str>,
) -> io::Result<()> {
    let media_type = match package.content {
        Content::Driver(_) => "application/wasm",
        Content::App(_) => "application/zstd",
    };
    let mut element = writer
        .create_element("enclosure")
        .with_attribute(("url", place(&package.sha256).as_str()))
        .with_attribute(("length", package.length.to_string().as_str()))
        .with_attribute(("type", media_type))
        .with_attribute(("mp:sha256", package.sha256.to_string().as_str()));
    if !package.os.is_any() {
        element = element.with_attribute(("sparkle:os", package.os.as_str()));
    }
    if let Some(signature) = vendor_signature {
        element = element.with_attribute(("mp:vendorsig", signature));
    }
    element.write_empty().map(drop)
}

/// Where a package lies, relative to the feed.
pub(crate) fn place(sha256: &Sha256Hex) -> String {
    format!("p/{sha256}")
}

/// An empty feed.
pub(super) fn write_empty(title: &str, link: Option<&str>) -> io::Result<String> {
    use meterport_appcast::{MP_NAMESPACE, SPARKLE_NAMESPACE};
    use quick_xml::events::BytesDecl;

    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
    let rss = writer
        .create_element("rss")
        .with_attribute(("version", "2.0"))
        .with_attribute(("xmlns:sparkle", SPARKLE_NAMESPACE))
        .with_attribute(("xmlns:mp", MP_NAMESPACE));
    rss.write_inner_content(|writer| {
        writer.create_element("channel").write_inner_content(|writer| {
            writer.create_element("title").write_text_content(BytesText::new(title))?;
            if let Some(link) = link {
                writer.create_element("link").write_text_content(BytesText::new(link))?;
            }
            let about = format!("{title}: signed versions and drivers");
            writer.create_element("description").write_text_content(BytesText::new(&about))?;
            Ok(())
        })?;
        Ok(())
    })?;
    let mut bytes = writer.into_inner();
    bytes.push(b'\n');
    String::from_utf8(bytes).map_err(io::Error::other)
}

/// A withdrawal, as it stands in an item.
pub(super) fn write_withdrawn(kind: &str, reason: &str) -> io::Result<String> {
    let mut writer = Writer::new(Vec::new());
    let element = writer.create_element("mp:withdrawn").with_attribute(("kind", kind));
    element.write_text_content(BytesText::new(reason))?;
    String::from_utf8(writer.into_inner()).map_err(io::Error::other)
}
