//! How much one upload may be. The server enforces these, the client keeps to less.

/// The bounds of one upload.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Limits;

impl Limits {
    /// Bytes of one chunk's body.
    pub const CHUNK_BYTES: usize = 4 * 1024 * 1024;
    /// Records in one chunk.
    pub const CHUNK_RECORDS: usize = 5_000;
    /// Chunks of one upload.
    pub const CHUNKS: u32 = 64;
    /// Records of one upload: more than a year of a sensor at one value a minute fits in three.
    pub const RECORDS: u32 = 200_000;
    /// Bytes of a manifest's body.
    pub const MANIFEST_BYTES: usize = 64 * 1024;
    /// Bytes of a sign-in's body.
    pub const SIGN_IN_BYTES: usize = 4 * 1024;
}
