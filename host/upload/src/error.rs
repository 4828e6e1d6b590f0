//! Why an upload, or signing in for one, did not come about.

use meterport_model::codes::Code;
use meterport_model::wire::Pin;

/// Every way in which talking to the server ends without success. Texts hold no reading, no
/// patient, no password and no token.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UploadError {
    /// The address begins with `http:`.
    #[error(
        "the server's address is plain http, which anybody on the network can read and change; nothing was sent"
    )]
    PlainHttp,
    /// The address cannot be used.
    #[error("the server's address is not usable: {reason}")]
    Address {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// Nobody has said which server is the right one.
    #[error("there is no pin for `{server}`; nothing was sent")]
    PinMissing {
        /// Host and port.
        server: String,
    },
    /// None of the certificates shown has the pinned key.
    #[error("the server shows no certificate with the pinned key ({pin}); nothing was sent")]
    CertificateNotPinned {
        /// The pin that was looked for.
        pin: Pin,
    },
    /// The pinned root is in the chain, but did not sign the server's certificate: anybody can
    /// append a public root to a chain of their own.
    #[error(
        "the server's certificate was not issued by the pinned root, though that root stands beside it; nothing was sent"
    )]
    CertificateNotIssued,
    /// The certificate is over.
    #[error("the server's certificate has expired; nothing was sent")]
    CertificateExpired,
    /// The certificate has not begun.
    #[error("the server's certificate is not valid yet; nothing was sent")]
    CertificateNotYetValid,
    /// The certificate is for other names.
    #[error("the server's certificate does not name `{host}`; nothing was sent")]
    CertificateName {
        /// The host of the address.
        host: String,
    },
    /// Anything else that TLS holds against the certificate.
    #[error("the server's certificate is not acceptable; nothing was sent")]
    CertificateInvalid {
        /// What exactly.
        source: rustls::Error,
    },
    /// The server shows a single certificate or none, so there is no root to pin.
    #[error("the server shows no root certificate beside its own")]
    NoRootShown,
    /// The server answers by pointing elsewhere.
    #[error(
        "the server answered with a redirect ({status}), which is not followed; nothing was sent elsewhere"
    )]
    Redirect {
        /// The HTTP status.
        status: u16,
    },
    /// Wrong user or password.
    #[error("user or password is wrong")]
    Password,
    /// Too many tries.
    #[error("the server takes no more tries to sign in for now")]
    Throttled {
        /// What the server asks to wait.
        wait_seconds: Option<u64>,
    },
    /// The token is unknown to the server or over.
    #[error("the session is over or unknown to the server")]
    SessionOver,
    /// The account lacks the role.
    #[error("this account may not do that")]
    Role,
    /// The server refused what was sent.
    #[error("the server refused the upload ({status}): {says}; nothing of it was stored")]
    Rejected {
        /// The HTTP status.
        status: u16,
        /// The server's own words, printable.
        says: String,
    },
    /// More than the server takes in one upload.
    #[error("{records} results are more than one upload can hold ({most})")]
    TooMany {
        /// How many there are.
        records: usize,
        /// How many fit.
        most: u32,
    },
    /// Not too many, but too long together.
    #[error("the results fill {chunks} parts, more than one upload can hold ({most})")]
    TooLong {
        /// How many parts they fill.
        chunks: usize,
        /// How many fit.
        most: u32,
    },
    /// One result alone is too long.
    #[error("a result of {bytes} bytes is longer than the server takes ({most}); nothing was sent")]
    RecordTooLong {
        /// How long it is.
        bytes: usize,
        /// How long it may be.
        most: usize,
    },
    /// Somebody else is writing.
    #[error("`{server}` is busy")]
    Busy {
        /// Host and port.
        server: String,
        /// What the server asks to wait.
        wait_seconds: Option<u64>,
    },
    /// A result that came from a document has no identity.
    #[error("a result without an identity cannot be sent")]
    NoIdentity,
    /// A record is stored for another patient.
    #[error(
        "a result of this meter is already stored for another patient; nothing of this upload was stored"
    )]
    Conflict,
    /// The receipt does not hold; nothing was forgotten.
    #[error("the server's receipt is not acceptable: {reason}; the results are kept in memory")]
    Receipt {
        /// What does not agree.
        reason: &'static str,
    },
    /// The host's name is unknown.
    #[error("the name `{host}` cannot be resolved")]
    Dns {
        /// The host of the address.
        host: String,
        /// What the system said.
        source: reqwest::Error,
    },
    /// Nobody answers at that address.
    #[error("no connection to `{server}`")]
    Connect {
        /// Host and port.
        server: String,
        /// What the system said.
        source: reqwest::Error,
    },
    /// The proxy on the way refuses, or is not there.
    #[error("the proxy on the way to `{server}` refuses the connection")]
    Proxy {
        /// Host and port of the server.
        server: String,
        /// What the proxy said.
        source: reqwest::Error,
    },
    /// Something answers, but not in TLS as we speak it.
    #[error("no TLS session with `{server}`")]
    Tls {
        /// Host and port.
        server: String,
        /// What TLS said.
        source: reqwest::Error,
    },
    /// No answer in time.
    #[error("`{server}` did not answer in time")]
    Timeout {
        /// Host and port.
        server: String,
    },
    /// The connection ended in the middle.
    #[error("the connection to `{server}` was lost")]
    Lost {
        /// Host and port.
        server: String,
        /// What the system said.
        source: reqwest::Error,
    },
    /// An answer that is not of this protocol.
    #[error("`{server}` answered with status {status}, which is not of this protocol")]
    Http {
        /// Host and port.
        server: String,
        /// The HTTP status.
        status: u16,
    },
    /// An answer that is not of this protocol, by its content.
    #[error("the answer of `{server}` is not readable")]
    Answer {
        /// Host and port.
        server: String,
    },
    /// An answer longer than the policy allows.
    #[error("the answer of `{server}` is longer than {most} bytes")]
    AnswerTooLong {
        /// Host and port.
        server: String,
        /// How long it may be.
        most: usize,
    },
    /// The HTTP client or the random numbers of the system are not to be had.
    #[error("{what} is not available on this machine")]
    System {
        /// What is missing.
        what: &'static str,
    },
}

impl UploadError {
    /// The code word of the error object.
    pub fn code(&self) -> &'static str {
        self.kind().as_str()
    }

    /// The same as a value, which knows its exit code.
    pub fn kind(&self) -> Code {
        match self {
            Self::PlainHttp => Code::ServerPlainHttp,
            Self::Address { .. } => Code::Usage,
            Self::PinMissing { .. } => Code::ServerPinMissing,
            Self::CertificateNotPinned { .. }
            | Self::CertificateNotIssued
            | Self::CertificateExpired
            | Self::CertificateNotYetValid
            | Self::CertificateName { .. }
            | Self::CertificateInvalid { .. }
            | Self::NoRootShown => Code::ServerCertificate,
            Self::Password | Self::Throttled { .. } | Self::SessionOver | Self::Role => {
                Code::ServerAuth
            }
            Self::Rejected { .. }
            | Self::TooMany { .. }
            | Self::TooLong { .. }
            | Self::RecordTooLong { .. }
            | Self::Receipt { .. } => Code::ServerRejected,
            Self::Conflict => Code::UploadConflict,
            Self::Dns { .. } => Code::NetworkDns,
            Self::Connect { .. } | Self::Lost { .. } => Code::NetworkConnect,
            Self::Proxy { .. } => Code::NetworkProxy,
            Self::Tls { .. } => Code::NetworkTls,
            Self::Timeout { .. } => Code::NetworkTimeout,
            Self::Redirect { .. }
            | Self::Http { .. }
            | Self::Busy { .. }
            | Self::Answer { .. }
            | Self::AnswerTooLong { .. } => Code::NetworkHttp,
            Self::System { .. } | Self::NoIdentity => Code::Internal,
        }
    }

    /// What the person can do about it, if anything.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::PlainHttp => "write the address with https://",
            Self::Address { .. } => "an address looks like https://192.168.1.5:8443",
            Self::PinMissing { .. } => {
                "sign in once with `meterport login`, or pass --pin as `meterport-server pin` prints it"
            }
            Self::CertificateNotPinned { .. } => {
                "this is another server, or something between you and it; compare with `meterport-server pin` on the server itself before you trust a new pin"
            }
            Self::CertificateNotIssued => {
                "somebody poses as your server; tell whoever runs the network, and do not sign in"
            }
            Self::CertificateExpired | Self::CertificateNotYetValid => {
                "check date and time of this computer and of the server; the server renews its certificate when it starts"
            }
            Self::CertificateName { .. } => {
                "use a name or address that its certificate holds, or start the server with this one: `meterport-server serve --name ...`"
            }
            Self::NoRootShown => "is this a meterport-server? it shows its root by itself",
            Self::Redirect { .. } => {
                "ask for the server's own address; a proxy may stand before it"
            }
            Self::Password => "check both; after five wrong tries the server waits a minute",
            Self::Throttled { .. } => "wait a minute, then try again",
            Self::SessionOver => "sign in again with `meterport login`",
            Self::Role => "ask whoever runs the server for an account that may upload",
            Self::Rejected { .. } => {
                "server and program may be of different versions; keep the meter at hand"
            }
            Self::TooMany { .. } | Self::TooLong { .. } => "send a shorter span with --since",
            Self::RecordTooLong { .. } => {
                "no result of a meter is that long: tell the maker of its driver"
            }
            Self::Busy { .. } => {
                "others are sending; try again in a moment, what was stored is not stored twice"
            }
            Self::AnswerTooLong { .. } => "ask for one upload instead of a whole patient",
            Self::Conflict => {
                "check which patient this meter belongs to; if it changed hands, ask whoever runs the server"
            }
            Self::Receipt { .. } => {
                "sign in again; if it stays, the server was set up anew or is not yours: keep the meter at hand"
            }
            Self::Proxy { .. } => {
                "ask whoever runs the network to let the server's address through"
            }
            Self::Dns { .. } => "check the spelling of the address and the network",
            Self::Connect { .. } | Self::Timeout { .. } | Self::Lost { .. } => {
                "check the network and whether the server runs, then repeat; what was stored is not stored twice"
            }
            Self::Tls { .. } => {
                "is the port right? something that speaks no TLS 1.2 or newer may listen there"
            }
            Self::Http { .. } | Self::Answer { .. } => "is the address that of a meterport-server?",
            Self::CertificateInvalid { .. } | Self::System { .. } | Self::NoIdentity => {
                return None;
            }
        })
    }

    /// Whether trying the same again at once has a chance.
    pub(crate) fn is_passing(&self) -> bool {
        match self {
            Self::Connect { .. } | Self::Timeout { .. } | Self::Lost { .. } | Self::Busy { .. } => {
                true
            }
            Self::Http { status, .. } => matches!(status, 408 | 500 | 502..=504),
            _ => false,
        }
    }
}
