//! The body of every answer that is not a success: a code for programs and a sentence for people.
//! Never a value of the request.

use serde::{Deserialize, Serialize};

/// What is wrong.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Problem {
    /// One of [`code`].
    pub code: String,
    /// The same for a person, without data.
    pub message: String,
}

/// The codes a server answers with.
pub mod code {
    /// 401: user or password is wrong.
    pub const PASSWORD: &str = "session.password";
    /// 401: no token, an unknown one, or one that is over.
    pub const SESSION: &str = "session.required";
    /// 429: too many tries to sign in.
    pub const THROTTLED: &str = "session.throttled";
    /// 503: others are writing; `Retry-After` says how long to wait.
    pub const BUSY: &str = "server.busy";
    /// 403: the account lacks the role.
    pub const ROLE: &str = "session.role";
    /// 404: no such thing, or not of this account.
    pub const NOT_FOUND: &str = "not-found";
    /// 400, 413, 422: the request breaks the protocol; nothing of it was stored.
    pub const REJECTED: &str = "server.rejected";
    /// 400: body and `Content-Digest` differ: damaged on the way.
    pub const DIGEST: &str = "upload.digest";
    /// 409: a record belongs to another patient; nothing of the upload was stored.
    pub const CONFLICT: &str = "upload.conflict";
    /// 409: the id is taken by an upload that differs from this one.
    pub const MISMATCH: &str = "upload.mismatch";
    /// 409: chunks are missing.
    pub const INCOMPLETE: &str = "upload.incomplete";
    /// 408: the request took too long to arrive.
    pub const SLOW: &str = "request.timeout";
    /// 500: a fault of the server; its log says more.
    pub const INTERNAL: &str = "internal";
}
