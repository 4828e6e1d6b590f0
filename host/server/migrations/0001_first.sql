-- The first shape. Columns hold ids, counts and times of uploading; everything else is sealed.
-- Written so that PostgreSQL can follow: no autoincrement, no rowid, ids are made by the program.
CREATE TABLE secrets (
    name TEXT PRIMARY KEY,
    sealed BLOB NOT NULL
);
CREATE TABLE users (
    id BLOB PRIMARY KEY,
    lookup BLOB NOT NULL UNIQUE,
    sealed BLOB NOT NULL,
    created BIGINT NOT NULL
);
CREATE TABLE sessions (
    token BLOB PRIMARY KEY,
    user_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created BIGINT NOT NULL,
    expires BIGINT NOT NULL
);
CREATE TABLE patients (
    id BLOB PRIMARY KEY,
    lookup BLOB NOT NULL UNIQUE,
    wrapped_key BLOB NOT NULL,
    sealed_ref BLOB NOT NULL,
    created BIGINT NOT NULL
);
-- state: 0 open, 1 committed, 2 conflict
CREATE TABLE uploads (
    id BLOB PRIMARY KEY,
    user_id BLOB NOT NULL REFERENCES users (id),
    patient_id BLOB REFERENCES patients (id),
    state BIGINT NOT NULL,
    records BIGINT NOT NULL,
    chunks BIGINT NOT NULL,
    sealed_manifest BLOB,
    sealed_receipt BLOB,
    begun BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    committed BIGINT
);
CREATE INDEX uploads_by_patient ON uploads (patient_id);
CREATE TABLE chunks (
    upload_id BLOB NOT NULL REFERENCES uploads (id) ON DELETE CASCADE,
    number BIGINT NOT NULL,
    records BIGINT NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (upload_id, number)
);
-- where a stored record lies
CREATE TABLE records (
    id BLOB PRIMARY KEY,
    patient_id BLOB NOT NULL REFERENCES patients (id),
    upload_id BLOB NOT NULL REFERENCES uploads (id),
    chunk BIGINT NOT NULL
);
-- which records a committed upload named, new and duplicate
CREATE TABLE upload_records (
    upload_id BLOB NOT NULL REFERENCES uploads (id) ON DELETE CASCADE,
    record_id BLOB NOT NULL REFERENCES records (id),
    PRIMARY KEY (upload_id, record_id)
);
