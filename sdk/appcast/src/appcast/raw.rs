//! An appcast as it was read: texts, checked by nobody yet.

use super::fault::Oddity;
use super::notes::NotesFormat;
use crate::hash::Sha256Hex;

/// Everything of an appcast that anybody here has a use for, in the order of the feed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Appcast {
    /// The title of the channel.
    pub title: Option<String>,
    /// The items, good or bad; never more than [`MAX_ITEMS`](crate::MAX_ITEMS).
    pub items: Vec<RawItem>,
    /// `mp:refuse`: packages that are refused even when somebody installs them by hand.
    pub refused: Vec<Sha256Hex>,
    /// What is odd about the channel itself. The linter refuses every one of them.
    pub faults: Vec<Oddity>,
}

/// One `<item>`. Texts are trimmed, except that of the notes; of repeated children the one for
/// English, or without a language, is kept, else the first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawItem {
    /// Which item of the feed, from 1.
    pub place: usize,
    /// `title`
    pub title: Option<String>,
    /// `description`
    pub notes: Option<RawNotes>,
    /// `pubDate`
    pub date: Option<String>,
    /// `link`: where people read more. Never fetched.
    pub link: Option<String>,
    /// `sparkle:releaseNotesLink`, else `sparkle:fullReleaseNotesLink`. Never fetched.
    pub notes_link: Option<String>,
    /// `sparkle:version` of the item; an enclosure's own wins.
    pub version: Option<String>,
    /// `sparkle:shortVersionString` of the item.
    pub short_version: Option<String>,
    /// `sparkle:channel`
    pub channel: Option<String>,
    /// `sparkle:minimumSystemVersion`
    pub minimum_system: Option<String>,
    /// `sparkle:minimumUpdateVersion`
    pub minimum_update: Option<String>,
    /// `sparkle:criticalUpdate`, or the same among `sparkle:tags`.
    pub critical: Option<RawCritical>,
    /// `sparkle:phasedRolloutInterval`
    pub phased_interval: Option<String>,
    /// `mp:id`
    pub id: Option<String>,
    /// `mp:api`
    pub api: Option<String>,
    /// `mp:withdrawn`
    pub withdrawn: Option<RawWithdrawn>,
    /// `mp:match`: what the driver is said to read, one rule a line.
    pub matches: Option<String>,
    /// The `mp:` children that stand here more than once.
    pub repeated: Vec<String>,
    /// The enclosures, those of `sparkle:deltas` left out.
    pub enclosures: Vec<RawEnclosure>,
    /// The enclosures of `sparkle:deltas`: never used, never a package of their own.
    pub deltas: Vec<RawEnclosure>,
    /// What is read all the same, and refused by the linter.
    pub oddities: Vec<Oddity>,
}

/// `description`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawNotes {
    /// `sparkle:format`
    pub format: NotesFormat,
    /// As it stands there.
    pub text: String,
}

/// `sparkle:criticalUpdate`
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawCritical {
    /// Critical only for versions below this one.
    pub version: Option<String>,
}

/// `mp:withdrawn`
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawWithdrawn {
    /// `recall` or `defect`; anything else counts as a recall.
    pub kind: Option<String>,
    /// The reason, for staff.
    pub reason: String,
}

/// One `<enclosure>`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawEnclosure {
    /// `url`
    pub url: Option<String>,
    /// `length`
    pub length: Option<String>,
    /// `type`
    pub media_type: Option<String>,
    /// `sparkle:os`
    pub os: Option<String>,
    /// `sparkle:version`
    pub version: Option<String>,
    /// `sparkle:shortVersionString`
    pub short_version: Option<String>,
    /// `mp:sha256`
    pub sha256: Option<String>,
    /// `mp:vendorsig`
    pub vendor_signature: Option<String>,
    /// `sparkle:edSignature`: shown, never trusted.
    pub ed_signature: Option<String>,
    /// `sparkle:dsaSignature`: shown, never trusted.
    pub dsa_signature: Option<String>,
    /// `sparkle:channel`, which belongs to the item.
    pub channel: Option<String>,
    /// `sparkle:deltaFrom`
    pub delta_from: Option<String>,
}

impl RawEnclosure {
    /// The signature that the enclosure shows: ours, else Sparkle's newer, else its older.
    pub fn signature(&self) -> Option<&str> {
        let kinds = [&self.vendor_signature, &self.ed_signature, &self.dsa_signature];
        kinds.into_iter().find_map(Option::as_deref)
    }
}

impl RawItem {
    /// The version an enclosure is of: its own, else the item's.
    pub fn version_of<'a>(&'a self, enclosure: &'a RawEnclosure) -> Option<&'a str> {
        enclosure.version.as_deref().or(self.version.as_deref())
    }

    /// What people read as the name of the item: title, else id and version, else its place.
    pub fn name(&self) -> String {
        let version = self
            .version
            .as_deref()
            .or_else(|| self.enclosures.iter().find_map(|enclosure| enclosure.version.as_deref()));
        match (&self.title, &self.id, version) {
            (Some(title), ..) if !title.is_empty() => title.clone(),
            (_, Some(id), Some(version)) => format!("{id} {version}"),
            (_, Some(name), None) => name.clone(),
            (_, None, Some(version)) => version.to_owned(),
            (_, None, None) => format!("item {}", self.place),
        }
    }
}
