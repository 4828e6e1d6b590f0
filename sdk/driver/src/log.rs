//! Technical remarks for whoever looks after the driver. Never quote results, serial numbers or
//! names in them.

#[cfg(target_arch = "wasm32")]
use crate::bindings::meterport::driver::log as host;

macro_rules! level {
    ($(#[$doc:meta])* $name:ident, $level:ident) => {
        $(#[$doc])*
        pub fn $name(message: &str) {
            #[cfg(target_arch = "wasm32")]
            host::log(host::Level::$level, message);
            #[cfg(not(target_arch = "wasm32"))]
            let _ = message;
        }
    };
}

level! {
    /// Every step of the conversation.
    trace, Trace
}
level! {
    /// For finding faults.
    debug, Debug
}
level! {
    /// Worth knowing.
    info, Info
}
level! {
    /// Something was wrong and the driver went on.
    warn, Warn
}
level! {
    /// Something was wrong and the driver could not go on.
    error, Error
}
