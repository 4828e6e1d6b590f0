//! What waits to be sent: in memory only, wiped when it goes.
//!
//! The meter is the durable copy. After a crash it is read again, gives the same ids, and the
//! server drops what it has. So there is no spool here, not even a sealed one.

use std::collections::HashSet;

use meterport_model::document::{Reading, ReadoutDocument};
use meterport_model::identity::{IdentityKey, RecordId};
use meterport_model::wire::{Digest, MeterInfo, PatientRef, RootHash, UploadId};
use zeroize::Zeroizing;

use crate::UploadError;
use crate::receipt::Verified;

/// One patient's readings from one meter, until a receipt covers them.
pub struct Outbox {
    patient: PatientRef,
    meter: MeterInfo,
    held: Vec<Held>,
    ids: HashSet<RecordId>,
    upload: Option<UploadId>,
}

/// One reading: its id, and its JSON as it will be sent.
pub(crate) struct Held {
    pub(crate) id: RecordId,
    pub(crate) body: Zeroizing<Vec<u8>>,
}

impl Outbox {
    /// An empty one for this patient and this meter.
    pub fn new(patient: PatientRef, meter: MeterInfo) -> Self {
        Self { patient, meter, held: Vec::new(), ids: HashSet::new(), upload: None }
    }

    /// One with all results of a readout.
    pub fn of(patient: PatientRef, readout: &ReadoutDocument) -> Result<Self, UploadError> {
        let mut outbox = Self::new(patient, MeterInfo::of(readout));
        for reading in &readout.results {
            outbox.add(reading)?;
        }
        Ok(outbox)
    }

    /// Takes a reading. One that is held already is not held twice; one without an identity, read
    /// back from a file, cannot be sent.
    pub fn add(&mut self, reading: &Reading) -> Result<(), UploadError> {
        let id = reading.id.ok_or(UploadError::NoIdentity)?;
        if !self.ids.insert(id) {
            return Ok(());
        }
        let mut body = Zeroizing::new(Vec::with_capacity(1024));
        serde_json::to_writer(&mut *body, reading)
            .map_err(|_| UploadError::System { what: "memory for the results" })?;
        self.held.push(Held { id, body });
        self.upload = None; // what was begun under the old id was a smaller upload
        Ok(())
    }

    /// How many readings wait.
    pub fn len(&self) -> usize {
        self.held.len()
    }

    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.held.is_empty()
    }

    /// For whom they are.
    pub fn patient(&self) -> &PatientRef {
        &self.patient
    }

    pub(crate) fn meter(&self) -> &MeterInfo {
        &self.meter
    }

    pub(crate) fn held(&self) -> &[Held] {
        &self.held
    }

    /// The id under which all that is held is being sent; the same until a receipt came or a
    /// reading was added, so that a second try goes on where the first one ended.
    pub(crate) fn upload(&mut self) -> Result<UploadId, UploadError> {
        if let Some(upload) = self.upload {
            return Ok(upload);
        }
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes)
            .map_err(|_| UploadError::System { what: "a source of random numbers" })?;
        Ok(*self.upload.insert(UploadId::from_bytes(bytes)))
    }

    /// Gives up the id, so that the next try is a new upload.
    pub(crate) fn begin_anew(&mut self) {
        self.upload = None;
    }

    /// The root hash that a receipt for all that is held must have.
    pub(crate) fn root_hash(&self, key: &IdentityKey) -> RootHash {
        RootHash::of(self.held.iter().map(|held| (held.id.blind(key), Digest::of(&held.body))))
    }

    /// Forgets everything the receipt covers, which is everything held: a verified receipt covers
    /// the whole outbox or is none.
    // INVARIANT: a reading leaves the outbox only when a verified receipt covers it. `Verified` can
    // be made by `receipt::verify` only, and no other method takes from `held`.
    pub(crate) fn forget(&mut self, _covered_by: &Verified) {
        self.held.clear();
        self.ids.clear();
        self.upload = None;
    }
}
