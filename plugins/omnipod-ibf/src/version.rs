//! What wrote the file: format, maker, and which PDM.
//!
//! Spec: `README.md`, source 1. Pure.

use crate::bytes::Bytes;

/// Which PDM it is. Some numbers are stored in other units.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Pdm {
    /// Version 2.3 and later 2.x, the classic one.
    Eros,
    /// Version 3.0.
    Dash,
}

/// The two version records.
pub struct Versions {
    /// Which PDM.
    pub pdm: Pdm,
    /// Its version, as `2.3.0`.
    pub firmware: String,
    /// Version of the format.
    pub format: String,
    /// Version of what wrote it.
    pub engine: String,
}

/// Why a file is none that is read here.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum VersionError {
    /// The names or the format are others.
    #[error("the file is no export of an Omnipod PDM")]
    NotIbf,
    /// Nobody described the exports of this version.
    #[error("version {major}.{minor} of the PDM, read are 2.3 and later 2.x, and 3.0")]
    Pdm {
        /// Before the dot.
        major: u16,
        /// Behind it.
        minor: u16,
    },
}

impl Versions {
    /// Takes both records apart.
    ///
    /// # Errors
    ///
    /// See [`VersionError`].
    pub fn parse(format: &[u8], pdm: &[u8]) -> Result<Self, VersionError> {
        let (format, engine) = names(format).ok_or(VersionError::NotIbf)?;
        let mut bytes = Bytes::new(pdm);
        let [major, minor, patch] = three(&mut bytes).ok_or(VersionError::NotIbf)?;
        let pdm = match (major, minor) {
            (2, 3..) => Pdm::Eros,
            (3, 0) => Pdm::Dash,
            _ => return Err(VersionError::Pdm { major, minor }),
        };
        Ok(Self { pdm, firmware: format!("{major}.{minor}.{patch}"), format, engine })
    }
}

fn names(record: &[u8]) -> Option<(String, String)> {
    let mut bytes = Bytes::new(record);
    let [major, minor, patch] = three(&mut bytes)?;
    let engine = three(&mut bytes)?;
    let ours = (bytes.take(8)?, bytes.take(8)?) == (b"Insulet\0", b"OmniPod\0");
    let text = |[major, minor, patch]: [u16; 3]| format!("{major}.{minor}.{patch}");
    (ours && major == 0 && minor >= 1).then(|| (text([major, minor, patch]), text(engine)))
}

fn three(bytes: &mut Bytes<'_>) -> Option<[u16; 3]> {
    Some([bytes.be16()?, bytes.be16()?, bytes.be16()?])
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORMAT: &[u8; 28] = b"\0\0\0\x01\0\0\0\0\0\x01\0\0Insulet\0OmniPod\0";

    fn error(format: &[u8], pdm: [u8; 6]) -> VersionError {
        Versions::parse(format, &pdm).err().unwrap()
    }

    #[test]
    fn another_format_another_maker_and_a_short_record_are_refused() {
        for (place, byte) in [(1, 1), (3, 0), (12, b'X'), (26, b'e')] {
            let mut format = *FORMAT;
            format[place] = byte;
            assert_eq!(error(&format, [0, 2, 0, 3, 0, 0]), VersionError::NotIbf);
        }
        assert_eq!(error(&FORMAT[..27], [0, 2, 0, 3, 0, 0]), VersionError::NotIbf);
        assert!(Versions::parse(FORMAT, &[0, 2, 0, 3, 0]).is_err());
    }

    #[test]
    fn versions_nobody_described_are_refused_by_number() {
        for (major, minor) in [(1, 9), (2, 2), (3, 1), (4, 0)] {
            let error = error(FORMAT, [0, major, 0, minor, 0, 0]);
            let (major, minor) = (u16::from(major), u16::from(minor));
            assert_eq!(error, VersionError::Pdm { major, minor });
        }
    }

    #[test]
    fn eros_and_dash_are_told_apart() {
        let eros = Versions::parse(FORMAT, &[0, 2, 0, 3, 0, 0]).unwrap();
        assert_eq!((eros.pdm, eros.firmware.as_str()), (Pdm::Eros, "2.3.0"));
        assert_eq!((eros.format.as_str(), eros.engine.as_str()), ("0.1.0", "0.1.0"));
        let dash = Versions::parse(FORMAT, &[0, 3, 0, 0, 1, 2]).unwrap();
        assert_eq!((dash.pdm, dash.firmware.as_str()), (Pdm::Dash, "3.0.258"));
    }
}
