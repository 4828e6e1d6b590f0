//! Recordings of conversations with a meter, as text a reviewer can read.
//!
//! One format for what a person records, what a test replays and what an importer writes. The host
//! replays a recording in place of a live link; a driver's native tests replay the same file.
//!
//! ```text
//! # meterport-recording 1
//! # source: written from the spec
//! # transport: serial 9600 8N1
//! # at: 2026-03-10T07:16:00Z
//! # zone: Europe/Berlin
//! > 11 0D 44 4D 3F                         # DM?
//! < 3F 50 30 32 2E 30 30 2E 30 30 20 33 30 2F 30 38 2F 30 36 20 30 33 42 43 0D 0A
//! ```
//!
//! | line | means |
//! |---|---|
//! | `> …` `< …` | bytes out, in; for HID one report, id first |
//! | `F> …` `F< …` | feature report set, got |
//! | `C> …` `C< …` | control transfer: the 8 setup bytes first, then the data out or in |
//! | `1> …` `81< …` | transfer on that endpoint, in hex (`0B`, `0C` and `0F` with two digits) |
//! | `B> LBA …` `B< LBA …` | block written, read; the address is decimal; zeros at the end of the 512 bytes may be left out |
//! | `V PATH` | a file of the volume; the `<` lines after it are its content |
//! | `! timeout` `! unplug` `! stall` | what the next call gets |
//! | `@MS` before any of these | milliseconds since the line before; no time passes on replay |
//!
//! Bytes are hex pairs, `#` begins a comment. Of the header, `at` and `zone` may be absent: then
//! nobody knows when the conversation took place, and times made from it stay unknown.
//!
//! | module | what |
//! |---|---|
//! | `recording` | text to [`Recording`] and back |
//! | `recorder` | [`Recorder`]: a live conversation becomes a recording |
//! | `alter` | [`IntoRecording`]: one fault put into a good recording |
//! | `replay` | [`Replay`] and [`ReplayVolume`]: the meter's side of a recording |
//!
//! The crate is pure: no file is opened, no clock is read and nothing waits here. A recording holds
//! health data, so no type here prints bytes: `Debug` shows lengths, and errors name a line and an
//! offset, never content.

mod alter;
mod error;
mod item;
mod recorder;
mod recording;
mod replay;
mod transport;

pub use alter::IntoRecording;
pub use error::RecordingError;
pub use item::{Fault, Item, Line};
pub use recorder::Recorder;
pub use recording::{Header, Recording};
pub use replay::{Replay, ReplayError, ReplayVolume, VolumeEntry};
pub use transport::{DataBits, LineSettings, LineSettingsError, Parity, StopBits, Transport};
