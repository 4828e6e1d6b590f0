//! The types of the contract under flat names. Their documentation is the contract itself, in the
//! `wit` folder.

pub use crate::bindings::exports::meterport::driver::guest::Summary;
pub use crate::bindings::meterport::driver::block::Identity;
pub use crate::bindings::meterport::driver::records::{
    Alarm, Basal, BasalMode, Bolus, BolusEnd, Bound, Calibration, Capture, Carbs, Cgm, CgmSource,
    ClockReading, ConcentrationUnit, Delivery, DeviceInfo, Entry, Event, Exercise, InsulinAction,
    InsulinDose, Ketone, Level, Limits, Meal, Note, Order, Origin, Other, Payload, Sample,
    Schedule, Segment, Setting, SettingValue, Settings, Smbg, Stamp, TimeChange, Trend, Validity,
    Wizard,
};
pub use crate::bindings::meterport::driver::serial::{
    DataBits, Flow, Line, Parity, Purge, StopBits,
};
pub use crate::bindings::meterport::driver::types::DeviceTime;
pub use crate::bindings::meterport::driver::usb::{Endpoint, Kind, Recipient, Setup, Transfer};
pub use crate::bindings::meterport::driver::volume::{Entry as VolumeEntry, EntryKind};
