//! Why a text is no appcast, and why an item is not taken.

use meterport_manifest::IdError;

use super::system::SystemVersionError;
use super::url::UrlFault;
use crate::limits::{MAX_FEED_BYTES, MAX_ITEMS};

/// Why a text is no appcast that could be read. Nothing of it is used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AppcastError {
    /// More than [`MAX_FEED_BYTES`].
    #[error("appcast has {bytes} bytes, allowed are {MAX_FEED_BYTES}")]
    TooLarge {
        /// How many it has.
        bytes: usize,
    },
    /// Not UTF-8.
    #[error("appcast is not UTF-8")]
    NotUtf8,
    /// A document type, which could define entities.
    #[error("appcast has a DOCTYPE, which is never read")]
    Doctype,
    /// Elements within elements within elements.
    #[error("appcast has elements nested more than {limit} deep")]
    TooDeep {
        /// The most that is read.
        limit: usize,
    },
    /// More attributes on one element, or declared namespaces in all, than a feed has.
    #[error("appcast has more than {limit} {what}")]
    TooMany {
        /// What there are too many of.
        what: &'static str,
        /// The most that is read.
        limit: usize,
    },
    /// More than [`MAX_ITEMS`].
    #[error("appcast has {found} items, allowed are {MAX_ITEMS}")]
    TooManyItems {
        /// How many it has.
        found: usize,
    },
    /// Not well-formed XML.
    #[error("appcast is no XML that can be read: {detail}")]
    Xml {
        /// What the parser says.
        detail: String,
    },
    /// XML of another kind.
    #[error("appcast has no `rss` element with a `channel`")]
    NoChannel,
}

/// Why our client does not take an item.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ItemFault {
    /// An element or attribute that every item of ours has.
    #[error("`{name}` is missing")]
    Missing {
        /// Its name.
        name: &'static str,
    },
    /// One of our own elements stands there more than once.
    #[error("`{name}` stands there more than once")]
    Repeated {
        /// Its name.
        name: String,
    },
    /// More than any item of ours has.
    #[error("more than {most} {what}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many there may be.
        most: usize,
    },
    /// The id is none.
    #[error("`mp:id` {source}")]
    Id {
        /// What is wrong about it.
        source: IdError,
    },
    /// A version is none.
    #[error("`{name}` {source}")]
    Version {
        /// The element.
        name: &'static str,
        /// What is wrong about it.
        source: IdError,
    },
    /// The address of a package is none that our client opens.
    #[error("`url` of the enclosure {source}")]
    Url {
        /// What is wrong about it.
        source: UrlFault,
    },
    /// Not a number of bytes from 1 to what a package may have.
    #[error("`length` of the enclosure is no number of bytes from 1 to {most}")]
    Length {
        /// The most that is taken.
        most: u64,
    },
    /// Not 64 lower-case hexadecimal digits.
    #[error("`mp:sha256` is no SHA-256 sum of 64 lower-case hexadecimal digits")]
    Sha256,
    /// Not the name of a system.
    #[error("`sparkle:os` is no name of a system such as `linux-x64`")]
    Os,
    /// The program runs on one system.
    #[error("`sparkle:os` is missing, without which the program is not taken")]
    OsMissing,
    /// Two packages of one version for one system.
    #[error("two enclosures are of the same version for the same system")]
    OsTwice,
    /// Not one or more of `A-Z a-z 0-9 . _ -`.
    #[error("`sparkle:channel` is no name of letters, digits, `.`, `_` and `-`")]
    Channel,
    /// The channel stands where nobody reads it, so that everybody would get the item.
    #[error("`sparkle:channel` stands at the enclosure and not in the item")]
    ChannelMisplaced,
    /// A driver of a vendor that the vendor did not sign.
    #[error("`mp:vendorsig` is missing, which every driver of a vendor has")]
    VendorSignatureMissing,
    /// Only vendors' drivers have one.
    #[error("`mp:vendorsig` stands at something that is no vendor's")]
    VendorSignatureHere,
    /// It is not the base64 of a signature file.
    #[error("`mp:vendorsig` is no base64 of a signature file")]
    VendorSignature,
    /// Not the words of a contract.
    #[error("`mp:api` is not {expected}")]
    Api {
        /// What it should be.
        expected: &'static str,
    },
    /// Groups one after another from no day on.
    #[error("`sparkle:phasedRolloutInterval` needs a `pubDate` that can be read")]
    PhasedWithoutDate,
    /// Not a number of seconds.
    #[error("`sparkle:phasedRolloutInterval` is no number of seconds")]
    Phased,
    /// Not the version of a system.
    #[error("`sparkle:minimumSystemVersion` {source}")]
    MinimumSystem {
        /// What is wrong about it.
        source: SystemVersionError,
    },
}

/// What a feed of another product may have, and ours may not: it is read, and the linter refuses it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Oddity {
    /// A date in another form than RFC 822.
    #[error("`pubDate` is not in the form `Sat, 21 Nov 2026 09:00:00 +0000`")]
    Date,
    /// An element of Sparkle's without its namespace, which nobody reads.
    #[error("`{name}` has no namespace, so it is not read")]
    NoNamespace {
        /// The element.
        name: String,
    },
    /// Sparkle's prefix without its declaration, or with another namespace than Sparkle's.
    #[error("the prefix `sparkle` does not stand for Sparkle's namespace")]
    UnboundSparkle,
    /// Sparkle's namespace under a name that readers by prefix do not know.
    #[error("Sparkle's namespace has another prefix than `sparkle`")]
    Prefix,
    /// Something that belongs to the item.
    #[error("`{name}` stands at the enclosure")]
    AtEnclosure {
        /// The attribute.
        name: String,
    },
    /// A signature of Sparkle's.
    #[error("`{name}` stands at the enclosure, which our client never trusts")]
    ForeignSignature {
        /// The attribute.
        name: String,
    },
    /// A name of Sparkle's that is no part of our format.
    #[error("`{name}` is no part of our format")]
    NotOurs {
        /// The element or attribute.
        name: String,
    },
    /// A name in our namespace that is unknown.
    #[error("`mp:{name}` is unknown")]
    UnknownMp {
        /// The element or attribute.
        name: String,
    },
    /// A child that stands there more than once, in one language.
    #[error("`{name}` stands there more than once")]
    Repeated {
        /// The element.
        name: String,
    },
    /// `mp:refuse` without a hash that can be read: it refuses nothing.
    #[error("`mp:refuse` has no SHA-256 sum of 64 lower-case hexadecimal digits")]
    Refuse,
    /// `mp:withdrawn` with another word: it counts as a recall.
    #[error("`kind` of `mp:withdrawn` is neither `recall` nor `defect`")]
    WithdrawnKind,
    /// More than one channel; all are read as one.
    #[error("the feed has more than one `channel`")]
    Channels,
    /// Items elsewhere than in the channel.
    #[error("an `item` stands outside the `channel`, so it is not read")]
    ItemElsewhere,
    /// A text longer than what is shown.
    #[error("`{name}` is longer than the {most} that are shown")]
    TooLong {
        /// The element.
        name: &'static str,
        /// Characters or bytes.
        most: usize,
    },
    /// A comment before the root element.
    #[error("a comment stands before the `rss` element")]
    CommentBefore,
    /// A blank in an address.
    #[error("`url` of the enclosure holds a blank")]
    BlankInUrl,
    /// Lines that end with CR LF.
    #[error("lines end with CR LF")]
    CrLf,
    /// Sparkle's own trailing signature comment.
    #[error(
        "a comment after the `rss` element holds Sparkle's signature, which our client never trusts"
    )]
    SparkleTrailer,
}
