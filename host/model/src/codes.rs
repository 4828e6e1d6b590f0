//! Every code word that people and programs meet, in one table: errors with their exit number,
//! and warnings.
//!
//! Truth: the command line's contract, "Exit codes and errors". `docs/errors.md` lists the same
//! words; a test compares the two. A code is never renamed; a new one is added here, and nowhere
//! else is a code written as text.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

macro_rules! codes {
    ($($variant:ident $word:literal $exit:tt $meaning:literal,)+) => {
        /// A code word. Errors have an exit number, warnings have none.
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        #[non_exhaustive]
        pub enum Code {
            $(#[doc = concat!("`", $word, "`: ", $meaning)] $variant,)+
        }

        impl Code {
            /// Every code, errors first, in the order of the exit numbers.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The word.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// What it says, in a few words.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning,)+ }
            }

            /// The exit number of an error; none for a warning.
            pub fn exit(self) -> Option<u8> {
                match self { $(Self::$variant => codes!(@exit $exit),)+ }
            }
        }
    };
    (@exit warning) => { None };
    (@exit $exit:literal) => { Some($exit) };
}

codes! {
    Usage "usage" 2 "the command line is wrong",
    ConfigInvalid "config.invalid" 2 "the configuration file or a value in it is wrong",

    DeviceNone "device.none" 3 "no meter is attached",
    DeviceSeveral "device.several" 3 "more than one meter is attached and none was chosen",

    DriverNone "driver.none" 4 "no driver fits this device",
    DriverChoose "driver.choose" 4 "somebody has to say which driver: a cable is never guessed",
    MeterUnsupported "meter.unsupported" 4 "this model is known and cannot be read",

    DevicePermission "device.permission" 5 "the system does not allow opening the device",
    DeviceBusy "device.busy" 5 "another program holds the device",
    DeviceTimeout "device.timeout" 5 "the meter does not answer",
    DeviceDisconnected "device.disconnected" 5 "the meter was unplugged",
    DeviceStall "device.stall" 5 "the meter refuses a transfer",
    DeviceOverflow "device.overflow" 5 "the meter sent more than was asked for",
    DeviceIo "device.io" 5 "the system reports another fault of the device",
    DeviceUserAction "device.user-action" 5 "the person has to do something on the meter first",
    FileIo "file.io" 5 "a file cannot be read or written",
    UpdateBusy "update.busy" 5 "a meter is being read or results are sent",

    Protocol "protocol" 6 "bytes of the meter are damaged or not understood",
    ProtocolCount "protocol.count" 6 "the number of results is not the number that was announced",
    ProtocolEntry "protocol.entry" 6 "a result does not keep the contract's limits",
    DriverPanic "driver.panic" 6 "the driver gave up because of a mistake in it",
    DriverOther "driver.other" 6 "the driver reports another fault",
    ReplayMismatch "replay.mismatch" 6 "the driver asks what the recording does not hold",
    ReplaySyntax "replay.syntax" 6 "the recording cannot be read",

    DriverDenied "driver.denied" 7 "the driver used what it was not granted",
    DriverBudget "driver.budget" 7 "the driver used up its time",
    DriverLimit "driver.limit" 7 "the driver was ended by a limit of its sandbox",
    DriverImport "driver.import" 7 "the driver wants something that no driver gets",
    DriverContract "driver.contract" 7 "the driver was made for another version of the contract",
    ManifestInvalid "manifest.invalid" 7 "the driver's manifest is missing or wrong",
    PackageUnsigned "package.unsigned" 7 "the package has no signature",
    PackageSignature "package.signature" 7 "the package's signature is wrong",
    PackageBlocked "package.blocked" 7 "the package was withdrawn",
    UpdateFeed "update.feed" 7 "the signed feed, or its keys, cannot be trusted",
    UpdateStale "update.stale" 7 "the signed feed is too old",
    UpdateNone "update.none" 7 "this build asks no feed, and the policy names none",
    UpdateQuestion "update.question" 7 "a person has to answer first",
    Policy "policy" 7 "the policy of this machine forbids it",
    ServerPinMissing "server.pin-missing" 7 "the server is not pinned, so no password is sent",
    OutputExists "output.exists" 7 "the file exists and is not overwritten",

    NetworkDns "network.dns" 8 "the server's name is not found",
    NetworkConnect "network.connect" 8 "no connection to the server, or it was lost",
    NetworkTls "network.tls" 8 "the encrypted connection failed for another reason than the certificate",
    NetworkTimeout "network.timeout" 8 "the server does not answer in time",
    NetworkProxy "network.proxy" 8 "the proxy refuses or is not reached",
    NetworkHttp "network.http" 8 "the answer is not one that this server gives: a redirect, another status, other content",
    ServerAuth "server.auth" 8 "the server refuses the sign-in",
    ServerCertificate "server.certificate" 8 "the server's certificate is not the pinned one, or not valid",
    ServerPlainHttp "server.plain-http" 8 "the address is not https",
    ServerRejected "server.rejected" 8 "the server refuses what was sent",
    UploadConflict "upload.conflict" 8 "results are already stored for somebody else",

    Cancelled "cancelled" 9 "somebody ended it",

    Internal "internal" 10 "a mistake in Meterport",

    ClockOffset "clock.offset" warning "the meter's clock is 15 minutes to 26 hours off",
    ClockWrong "clock.wrong" warning "the meter's clock is more than 26 hours off, so no time is given",
    ClockLost "clock.lost" warning "the meter marks its clock, or times of results, as lost",
    ClockUnchecked "clock.unchecked" warning "the meter's clock could not be compared with this computer's",
    MeterNoSerial "meter.no-serial" warning "the meter gives no serial number, so results are not merged with another read",
    MeterUntested "meter.untested" warning "nobody has tested this model with this driver yet",
    RecordsSkipped "records.skipped" warning "the meter holds structural records without content",
}

impl Code {
    /// The code of this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str() == word)
    }

    /// Whether it only warns.
    pub fn is_warning(self) -> bool {
        self.exit().is_none()
    }
}

/// The exit number of several sections together: the worst, in the order 10, 7, 6, 5, 4, 3. What
/// ends everything at once (9, 8, 2) stands before the sections' own and after `internal`. Zero
/// only where all are zero.
pub fn worst_exit(exits: impl IntoIterator<Item = u8>) -> u8 {
    let rank = |exit: &u8| WORST_FIRST.iter().position(|worse| worse == exit);
    // An unknown number ranks before all others, because nothing is known about it.
    exits.into_iter().min_by_key(|exit| rank(exit).map_or(0, |place| place + 1)).unwrap_or(0)
}

const WORST_FIRST: [u8; 10] = [10, 9, 8, 2, 7, 6, 5, 4, 3, 0];

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        Self::from_word(&word).ok_or_else(|| de::Error::custom("not a code word"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_stands_twice_and_each_reads_back() {
        for (place, code) in Code::ALL.iter().enumerate() {
            assert_eq!(Code::from_word(code.as_str()), Some(*code));
            assert!(!Code::ALL[..place].contains(code));
        }
        assert_eq!(Code::from_word("device"), None);
    }

    #[test]
    fn exit_numbers_are_those_of_the_contract_and_in_order() {
        let exits: Vec<u8> = Code::ALL.iter().filter_map(|code| code.exit()).collect();
        assert!(exits.is_sorted());
        assert!(exits.iter().all(|exit| (2..=10).contains(exit)));
        for (word, exit) in [
            ("usage", 2),
            ("device.several", 3),
            ("meter.unsupported", 4),
            ("file.io", 5),
            ("protocol.entry", 6),
            ("output.exists", 7),
            ("upload.conflict", 8),
            ("cancelled", 9),
            ("internal", 10),
        ] {
            assert_eq!(Code::from_word(word).and_then(Code::exit), Some(exit), "{word}");
        }
        assert!(Code::ClockOffset.is_warning() && !Code::Internal.is_warning());
    }

    #[test]
    fn the_worst_section_decides_the_exit_number() {
        assert_eq!(worst_exit([0, 3, 5, 4]), 5);
        assert_eq!(worst_exit([6, 7, 0]), 7);
        assert_eq!(worst_exit([7, 10, 6]), 10);
        assert_eq!(worst_exit([0, 0]), 0);
        assert_eq!(worst_exit([]), 0);
    }
}
