//! Errors of the store and of the feeds' client, as the command line says them.

use meterport_model::codes::Code;
use meterport_update::{
    ApplyError, DownloadError, NotNow, RefreshError, Refusal, StoreError, TrustError, UnpackError,
};

use super::{Fault, code};

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::of(of_store(&error), &error).maybe_hint(error.hint())
    }
}

fn of_store(error: &StoreError) -> Code {
    match error {
        StoreError::UnsignedOverSigned { .. } => Code::PackageUnsigned,
        StoreError::NotInstalled { .. } | StoreError::NothingToRevert { .. } => Code::DriverNone,
        StoreError::TooLarge => Code::DriverLimit,
        StoreError::Bad { .. } => Code::PackageBlocked,
        StoreError::Busy | StoreError::Restarting => Code::UpdateBusy,
        _ => Code::FileIo,
    }
}

impl From<NotNow> for Fault {
    fn from(error: NotNow) -> Self {
        Self::of(code(error.code()), &error).hint(error.hint())
    }
}

impl From<TrustError> for Fault {
    fn from(error: TrustError) -> Self {
        match error {
            TrustError::Store(error) => error.into(),
            error => Self::of(Code::UpdateFeed, &error).hint(
                "the keyring of the build or of the policy is wrong; meters are read as before",
            ),
        }
    }
}

impl From<RefreshError> for Fault {
    fn from(error: RefreshError) -> Self {
        match error {
            RefreshError::Trust(error) => error.into(),
            RefreshError::Store(error) => error.into(),
            RefreshError::Cancelled => Self::of(Code::Cancelled, &error),
            error => Self::of(Code::FileIo, &error).hint("try again in a moment"),
        }
    }
}

impl From<DownloadError> for Fault {
    fn from(error: DownloadError) -> Self {
        match error {
            DownloadError::Store(error) => error.into(),
            error => {
                let word = error.code().map_or(Code::Internal, code);
                let fault = Self::of(word, &error).maybe_hint(error.hint());
                match &error {
                    DownloadError::Nowhere { causes, .. } => {
                        fault.causes(causes.iter().map(ToString::to_string).collect())
                    }
                    _ => fault,
                }
            }
        }
    }
}

impl From<UnpackError> for Fault {
    fn from(error: UnpackError) -> Self {
        match error {
            UnpackError::Store(error) => error.into(),
            error => {
                let word = match &error {
                    UnpackError::NoRoom { .. } => Code::FileIo,
                    UnpackError::InUse => Code::UpdateBusy,
                    _ => Code::PackageSignature,
                };
                Self::of(word, &error).hint(error.hint().unwrap_or("tell the publisher"))
            }
        }
    }
}

impl From<ApplyError> for Fault {
    fn from(error: ApplyError) -> Self {
        match error {
            ApplyError::Store(error) => error.into(),
            ApplyError::Unpack(error) => error.into(),
            error => {
                let word = error.code().map_or(Code::Internal, code);
                Self::of(word, &error).maybe_hint(error.hint())
            }
        }
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        let fault = Self::of(code(refusal.code()), &refusal).maybe_hint(refusal.hint());
        match &refusal {
            Refusal::Withdrawn { reason, .. } if !reason.is_empty() => {
                fault.causes(vec![reason.clone()])
            }
            _ => fault,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recall_is_told_with_its_reason_and_without_control_characters() {
        let id = meterport_manifest::DriverId::parse("acme.meter-x").unwrap();
        let version = meterport_manifest::parse_version("1.4.0").unwrap();
        let reason = "reads \u{202e}backwards".to_owned();
        let fault = Fault::from(Refusal::Withdrawn { id, version, reason });
        assert_eq!(fault.exit(), 7);
        let text = fault.text();
        assert!(text.contains("reads backwards"), "{text}");
    }

    #[test]
    fn a_store_in_use_is_a_moment_to_wait_for_and_not_a_broken_file() {
        assert_eq!(Fault::from(StoreError::Busy).object().code, Code::UpdateBusy);
        assert_eq!(Fault::from(StoreError::NumbersUsedUp).object().code, Code::FileIo);
    }
}
