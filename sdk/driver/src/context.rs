//! What the host tells a driver besides the device.

use crate::Clock;
use crate::wit::DeviceTime;

/// The circumstances of one reading.
#[derive(Clone)]
pub struct Context {
    /// Which `[[match]]` of `driver.toml` selected the driver, from 0.
    pub rule: u32,
    /// Results older than this on the meter's clock need not be read. A hint.
    pub not_before: Option<DeviceTime>,
    /// What the person entered, by the option keys of `driver.toml`.
    pub options: Vec<(String, String)>,
    pub(crate) clock: Clock,
}

impl Context {
    /// A context with nothing special in it.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        Self { rule: 0, not_before: None, options: Vec::new(), clock }
    }

    /// The session's monotonic clock.
    #[must_use]
    pub fn clock(&self) -> Clock {
        self.clock.clone()
    }

    /// What the person entered for one option.
    #[must_use]
    pub fn option(&self, key: &str) -> Option<&str> {
        self.options.iter().find(|(known, _)| known == key).map(|(_, value)| value.as_str())
    }
}
