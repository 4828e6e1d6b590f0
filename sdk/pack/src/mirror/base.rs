//! Where a feed is copied from: a folder, or a server.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::PathBuf;
use std::time::Duration;

use reqwest::header::{ACCEPT_ENCODING, CONTENT_ENCODING};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode, Url};
use tokio::runtime::Runtime;

/// Something that has the files of a feed under their names.
pub trait Base {
    /// One file of at most `most` bytes; `None` if it is not there.
    ///
    /// # Errors
    ///
    /// Anything else than a whole file or its absence.
    fn fetch(&self, name: &str, most: u64) -> Result<Option<Vec<u8>>, BaseError>;
}

/// Why there is no file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BaseError {
    /// Neither a folder nor an address.
    #[error("it is no folder and no address with `https:`, `http:` or `file:`")]
    Address,
    /// The file cannot be read.
    #[error("the file cannot be read")]
    File {
        /// The cause.
        source: io::Error,
    },
    /// The server cannot be asked, or breaks off.
    #[error("the server does not answer")]
    Server {
        /// The cause.
        source: reqwest::Error,
    },
    /// Neither the file nor its absence. Redirects are not followed.
    #[error("the server answers {status}")]
    Status {
        /// The number.
        status: u16,
    },
    /// The bytes would not be those of the file.
    #[error("the server sends the file in another encoding")]
    Encoded,
    /// More bytes than such a file may have.
    #[error("it has more than {most} bytes")]
    TooLarge {
        /// The limit.
        most: u64,
    },
}

/// Opens what a person typed: a folder, or an address.
///
/// # Errors
///
/// An address of another kind.
pub fn open(text: &str) -> Result<Box<dyn Base>, BaseError> {
    if !text.contains("://") {
        return Ok(Box::new(Folder { path: PathBuf::from(text) }));
    }
    let slash = if text.ends_with('/') { "" } else { "/" };
    let url = Url::parse(&format!("{text}{slash}")).map_err(|_| BaseError::Address)?;
    match url.scheme() {
        "file" => {
            let path = url.to_file_path().map_err(|()| BaseError::Address)?;
            Ok(Box::new(Folder { path }))
        }
        "https" | "http" => Ok(Box::new(Server::new(url)?)),
        _ => Err(BaseError::Address),
    }
}

struct Folder {
    path: PathBuf,
}

impl Base for Folder {
    fn fetch(&self, name: &str, most: u64) -> Result<Option<Vec<u8>>, BaseError> {
        let file = match File::open(self.path.join(name)) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            opened => opened.map_err(|source| BaseError::File { source })?,
        };
        let mut bytes = Vec::new();
        file.take(most.saturating_add(1))
            .read_to_end(&mut bytes)
            .map_err(|source| BaseError::File { source })?;
        within(bytes, most).map(Some)
    }
}

struct Server {
    base: Url,
    client: Client,
    runtime: Runtime,
}

impl Server {
    fn new(base: Url) -> Result<Self, BaseError> {
        let client = Client::builder()
            .connect_timeout(Duration::from_secs(10))
            .read_timeout(Duration::from_secs(20))
            .redirect(Policy::none())
            .build()
            .map_err(server)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|source| BaseError::File { source })?;
        Ok(Self { base, client, runtime })
    }

    async fn get(&self, name: &str, most: u64) -> Result<Option<Vec<u8>>, BaseError> {
        let url = self.base.join(name).map_err(|_| BaseError::Address)?;
        let request = self.client.get(url).header(ACCEPT_ENCODING, "identity");
        let answer = request.send().await.map_err(server)?;
        match answer.status() {
            StatusCode::OK => body(answer, most).await.map(Some),
            StatusCode::NOT_FOUND | StatusCode::GONE => Ok(None),
            status => Err(BaseError::Status { status: status.as_u16() }),
        }
    }
}

impl Base for Server {
    fn fetch(&self, name: &str, most: u64) -> Result<Option<Vec<u8>>, BaseError> {
        self.runtime.block_on(self.get(name, most))
    }
}

async fn body(mut answer: Response, most: u64) -> Result<Vec<u8>, BaseError> {
    let is_identity = |value: &reqwest::header::HeaderValue| value.as_bytes() == b"identity";
    if !answer.headers().get_all(CONTENT_ENCODING).iter().all(is_identity) {
        return Err(BaseError::Encoded);
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(server)? {
        bytes.extend_from_slice(&chunk);
        bytes = within(bytes, most)?;
    }
    Ok(bytes)
}

fn within(bytes: Vec<u8>, most: u64) -> Result<Vec<u8>, BaseError> {
    match u64::try_from(bytes.len()) {
        Ok(length) if length <= most => Ok(bytes),
        _ => Err(BaseError::TooLarge { most }),
    }
}

fn server(source: reqwest::Error) -> BaseError {
    // Its text would repeat the address.
    BaseError::Server { source: source.without_url() }
}
