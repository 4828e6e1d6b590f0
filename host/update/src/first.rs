//! The first installation of the program into an empty place, by an installer.

use std::io::{self, Read, Seek};

use crate::change::Change;
use crate::error::StoreError;
use crate::hash::{Sha256Hex, sum_of};
use crate::store::Store;
use crate::versions::UnpackError;

impl Store {
    /// Unpacks a version and makes it the present one, where there is none yet. Nobody's signature
    /// is looked at: whoever installs answers for the package. Returns its sum.
    pub fn first(&self, package: &mut (impl Read + Seek)) -> Result<Sha256Hex, UnpackError> {
        let since = self.plugins()?;
        if since.app.is_some() {
            return Err(StoreError::HasProgram.into());
        }
        package.rewind().map_err(UnpackError::archive)?;
        let most = meterport_appcast::MAX_APP_BYTES + 1;
        let sum = sum_of(Read::take(&mut *package, most)).map_err(UnpackError::archive)?;
        let sum = sum.ok_or(UnpackError::archive(io::Error::other("no sum")))?;
        let unpacked = self.unpack(package, &sum)?;
        self.apply(Change { since: since.number, app: Some(unpacked), ..Change::default() })?;
        Ok(sum)
    }
}
