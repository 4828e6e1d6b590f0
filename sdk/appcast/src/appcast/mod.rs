//! Appcasts: reading is lenient, accepting is strict.
//!
//! An appcast is an RSS 2.0 feed whose items are releases, in the manner of Sparkle. [`Appcast::parse`]
//! reads any of them, ours and foreign ones with all their oddities, and keeps what it found as
//! text: one bad item never hides another. [`RawItem::check`] then says whether our client takes an
//! item, and if not, why. [`Appcast::accept`] does that for a whole feed.
//!
//! Pure: text in, values out. Nothing here knows signatures or keys; who calls it has verified the
//! bytes, or shows them to a publisher.

mod accept;
mod api;
mod check;
mod children;
mod date;
mod fault;
mod html;
mod item;
mod names;
mod notes;
mod oddities;
mod parse;
mod raw;
mod read;
mod shape;
mod system;
mod url;
mod withdrawal;

pub use accept::{Accepted, Dropped, DroppedWhy};
pub use api::Api;
pub use date::{ReadDate, read_date};
pub use fault::{AppcastError, ItemFault, Oddity};
pub use item::{Critical, Item, MAX_NOTES_BYTES, MAX_REASON_BYTES, MAX_TITLE_CHARS, Phased};
pub use names::{MP_NAMESPACE, SPARKLE_NAMESPACE};
pub use notes::NotesFormat;
pub use raw::{Appcast, RawCritical, RawEnclosure, RawItem, RawNotes, RawWithdrawn};
pub use system::{SystemVersion, SystemVersionError};
pub use url::UrlFault;
pub use withdrawal::{Kind, Withdrawal};
