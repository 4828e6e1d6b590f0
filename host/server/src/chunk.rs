//! One chunk of an upload, as it arrives and as it is kept. Pure.
//!
//! What arrives must be exactly our vocabulary: an unknown field, a missing one or another form is
//! refused, by [`Reading`] itself. What is kept is written anew from what was understood.

use meterport_model::document::Reading;
use meterport_model::identity::BlindId;
use meterport_model::wire::{Chunk, Digest, Limits, Record};
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use crate::ServerError;

/// Why a chunk is refused; without data.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Fault(pub(crate) &'static str);

/// One record of a chunk.
pub(crate) struct Checked<'a> {
    pub(crate) id: BlindId,
    pub(crate) body: &'a RawValue,
}

impl Checked<'_> {
    /// What the receipt's root hash takes of it.
    pub(crate) fn digest(&self) -> Digest {
        Digest::of(self.body.get().as_bytes())
    }
}

/// Takes a chunk apart and checks every record against the vocabulary.
pub(crate) fn check(bytes: &[u8]) -> Result<usize, Fault> {
    let records = split(bytes)?;
    let mut ids: Vec<_> = records.iter().map(|record| record.id).collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.len() != records.len() {
        return Err(Fault("a record stands in it twice"));
    }
    for record in &records {
        serde_json::from_str::<Reading>(record.body.get())
            .map_err(|_| Fault("a record is not of this server's vocabulary"))?;
    }
    Ok(records.len())
}

/// Takes a chunk apart.
pub(crate) fn split(bytes: &[u8]) -> Result<Vec<Checked<'_>>, Fault> {
    let chunk: Chunk<'_> =
        serde_json::from_slice(bytes).map_err(|_| Fault("the chunk is not of the right form"))?;
    if chunk.records.len() > Limits::CHUNK_RECORDS {
        return Err(Fault("the chunk has too many records"));
    }
    Ok(chunk
        .records
        .into_iter()
        .map(|record| Checked { id: record.id, body: record.reading })
        .collect())
}

/// Writes records down for keeping, each from what was understood of it.
pub(crate) fn keep(records: &[Checked<'_>]) -> Result<Zeroizing<Vec<u8>>, ServerError> {
    let unreadable = |_| ServerError::Sealed { what: "chunk" };
    let mut bodies = Vec::with_capacity(records.len());
    for record in records {
        let reading: Reading = serde_json::from_str(record.body.get()).map_err(unreadable)?;
        bodies.push(serde_json::value::to_raw_value(&reading).map_err(unreadable)?);
    }
    let records = records
        .iter()
        .zip(&bodies)
        .map(|(record, body)| Record { id: record.id, reading: body })
        .collect();
    serde_json::to_vec(&Chunk { records }).map(Zeroizing::new).map_err(unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anything_but_a_chunk_is_refused() {
        for text in ["", "[]", "{}", r#"{"records":[],"more":1}"#, r#"{"records":[{"id":"00"}]}"#] {
            assert!(check(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn a_record_of_another_vocabulary_is_refused() {
        let id = "ab".repeat(32);
        let text = format!(r#"{{"records":[{{"id":"{id}","reading":{{"name":"x"}}}}]}}"#);
        assert_eq!(
            check(text.as_bytes()),
            Err(Fault("a record is not of this server's vocabulary"))
        );
    }

    #[test]
    fn a_chunk_without_records_is_one() {
        assert_eq!(check(br#"{"records":[]}"#), Ok(0));
    }
}
