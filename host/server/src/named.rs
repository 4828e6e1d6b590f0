//! Which records an upload names, written down many at a time.
//!
//! A statement for every record would keep everybody else waiting: an upload may have 200 000. The
//! statements are built for the rows at hand, all values bound, in words that PostgreSQL reads too.

use std::collections::HashSet;

use meterport_model::identity::BlindId;
use sqlx::{QueryBuilder, Row as _, Sqlite, Transaction};

use crate::patients::Patient;
use crate::store::fixed;
use crate::uploads::{Refused, Upload};

/// Rows of one statement. Four values each stay far below the 32 766 that SQLite binds
/// (<https://www.sqlite.org/limits.html>, number 9) and the 65 535 of PostgreSQL.
const AT_ONCE: usize = 500;

/// Writes down that this upload named these records, all of one chunk and all different. Gives
/// those that are new; one that is stored for another patient refuses the upload.
pub(crate) async fn write(
    tx: &mut Transaction<'_, Sqlite>,
    upload: &Upload,
    patient: &Patient,
    chunk: i64,
    ids: &[BlindId],
) -> Result<HashSet<BlindId>, Refused> {
    let mut new = HashSet::with_capacity(ids.len());
    for some in ids.chunks(AT_ONCE) {
        let before = new.len();
        new.extend(insert(tx, upload, patient, chunk, some).await?);
        if new.len() - before < some.len() && any_of_others(tx, patient, some).await? {
            return Err(Refused::Conflict);
        }
        let mut query = QueryBuilder::new("INSERT INTO upload_records (upload_id, record_id) ");
        query.push_values(some, |mut row, id| {
            row.push_bind(upload.id.as_bytes().to_vec()).push_bind(id.as_bytes().to_vec());
        });
        query.build().execute(&mut **tx).await?;
    }
    Ok(new)
}

/// Inserts those that are not known, and gives them back.
async fn insert(
    tx: &mut Transaction<'_, Sqlite>,
    upload: &Upload,
    patient: &Patient,
    chunk: i64,
    ids: &[BlindId],
) -> Result<Vec<BlindId>, Refused> {
    let mut query = QueryBuilder::new("INSERT INTO records (id, patient_id, upload_id, chunk) ");
    query.push_values(ids, |mut row, id| {
        row.push_bind(id.as_bytes().to_vec())
            .push_bind(patient.id.to_vec())
            .push_bind(upload.id.as_bytes().to_vec())
            .push_bind(chunk);
    });
    query.push(" ON CONFLICT (id) DO NOTHING RETURNING id");
    let rows = query.build().fetch_all(&mut **tx).await?;
    let mut new = Vec::with_capacity(rows.len());
    for row in &rows {
        new.push(BlindId::from_bytes(fixed(row, 0)?));
    }
    Ok(new)
}

/// Whether one of these is stored for another patient.
async fn any_of_others(
    tx: &mut Transaction<'_, Sqlite>,
    patient: &Patient,
    ids: &[BlindId],
) -> Result<bool, Refused> {
    let mut query = QueryBuilder::new("SELECT COUNT(*) FROM records WHERE patient_id <> ");
    query.push_bind(patient.id.to_vec()).push(" AND id IN (");
    let mut list = query.separated(", ");
    for id in ids {
        list.push_bind(id.as_bytes().to_vec());
    }
    query.push(")");
    let others: i64 = query.build().fetch_one(&mut **tx).await?.try_get(0)?;
    Ok(others > 0)
}
