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
