//! The registered steps of a conversation, for [`crate::Sink::step`]. An error and the person's
//! screen name the step that was running.

/// The first answer: is a meter there at all?
pub const CONNECT: &str = "connect";
/// Model, serial number, firmware.
pub const IDENTIFY: &str = "identify";
/// The meter's clock.
pub const CLOCK: &str = "clock";
/// Units, limits and what else is set on the meter.
pub const SETTINGS: &str = "settings";
/// How many records there are.
pub const COUNT: &str = "count";
/// The records themselves.
pub const RESULTS: &str = "results";
/// Saying good-bye.
pub const FINISH: &str = "finish";
