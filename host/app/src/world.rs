//! What every command is given: the machine, how to speak, where things lie, what is configured.

use crate::cli::Global;
use crate::config::Config;
use crate::data::Places;
use crate::host::Host;
use crate::output::Voice;

/// What every command may use.
pub(crate) struct World<'a> {
    pub(crate) host: &'a Host,
    pub(crate) global: Global,
    pub(crate) voice: Voice,
    pub(crate) places: Places,
    pub(crate) config: Config,
}

impl<'a> World<'a> {
    /// The same without remarks and warnings, for what was told already or is told by somebody else.
    pub(crate) fn quiet(&self) -> World<'a> {
        World {
            host: self.host,
            global: self.global.clone(),
            voice: Voice { quiet: true, ..self.voice },
            places: self.places.clone(),
            config: self.config.clone(),
        }
    }
}
