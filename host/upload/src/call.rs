//! One request and its answer, bounded in size and time; and the same again when the connection
//! was lost.

use std::time::Duration;

use bytes::Bytes;
use meterport_model::text::printable;
use meterport_model::wire::{Problem, code, content_digest};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use reqwest::{Method, Response};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use crate::network::explain;
use crate::{Client, UploadError};

/// No server makes us wait longer before we try again.
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// The body of a success.
pub(crate) struct Reply {
    pub(crate) body: Zeroizing<Vec<u8>>,
}

/// What a busy server asks to wait, within reason.
fn asked(error: &UploadError) -> Duration {
    match error {
        UploadError::Busy { wait_seconds: Some(seconds), .. } => {
            Duration::from_secs(*seconds).min(LONGEST_PAUSE)
        }
        _ => Duration::ZERO,
    }
}

/// Bytes to send, wiped when the last holder lets go.
pub(crate) fn wiped(bytes: Zeroizing<Vec<u8>>) -> Bytes {
    Bytes::from_owner(bytes)
}

impl Client {
    /// Sends one request, once.
    pub(crate) async fn call(
        &self,
        method: Method,
        path: &str,
        token: Option<&SecretString>,
        body: Option<Bytes>,
        digest: Option<&str>,
    ) -> Result<Reply, UploadError> {
        let mut request = self.http.request(method, self.server.join(path));
        if let Some(token) = token {
            let text = Zeroizing::new(format!("Bearer {}", token.expose_secret()));
            let mut value = HeaderValue::from_str(&text).map_err(|_| UploadError::SessionOver)?;
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        if let Some(digest) = digest {
            request = request.header("content-digest", digest);
        }
        if let Some(body) = body {
            request = request.header(CONTENT_TYPE, "application/json").body(body);
        }
        let response = request.send().await.map_err(|error| self.explain(error))?;
        self.read(response).await
    }

    /// Sends a request that may be repeated, with pauses, while the connection gets lost.
    pub(crate) async fn retrying(
        &self,
        method: Method,
        path: &str,
        token: &SecretString,
        body: Option<Bytes>,
        digest: Option<&str>,
    ) -> Result<Reply, UploadError> {
        let mut number = 1;
        loop {
            let answer = self.call(method.clone(), path, Some(token), body.clone(), digest).await;
            match answer {
                Err(error) if error.is_passing() && number < self.policy.tries => {
                    tokio::time::sleep(self.policy.pause(number).max(asked(&error))).await;
                    number += 1;
                }
                answer => return answer,
            }
        }
    }

    /// Like [`Client::retrying`], for a body whose digest goes along.
    pub(crate) async fn put_digested(
        &self,
        path: &str,
        token: &SecretString,
        body: Zeroizing<Vec<u8>>,
    ) -> Result<Reply, UploadError> {
        let digest = content_digest(&body);
        self.retrying(Method::PUT, path, token, Some(wiped(body)), Some(&digest)).await
    }

    async fn read(&self, mut response: Response) -> Result<Reply, UploadError> {
        let status = response.status().as_u16();
        if response.status().is_redirection() {
            return Err(UploadError::Redirect { status });
        }
        let wait_seconds = response
            .headers()
            .get(RETRY_AFTER)
            .and_then(|value| value.to_str().ok())
            .and_then(|text| text.parse().ok());
        let mut body = Zeroizing::new(Vec::new());
        while let Some(piece) = response.chunk().await.map_err(|error| self.explain(error))? {
            if body.len() + piece.len() > self.policy.longest_answer {
                let (server, most) = (self.server.server(), self.policy.longest_answer);
                return Err(UploadError::AnswerTooLong { server, most });
            }
            body.extend_from_slice(&piece);
        }
        if response.status().is_success() {
            return Ok(Reply { body });
        }
        Err(self.refusal(status, &body, wait_seconds))
    }

    fn refusal(&self, status: u16, body: &[u8], wait_seconds: Option<u64>) -> UploadError {
        let Ok(problem) = serde_json::from_slice::<Problem>(body) else {
            return UploadError::Http { server: self.server.server(), status };
        };
        match (status, problem.code.as_str()) {
            (401, code::PASSWORD) => UploadError::Password,
            (401, _) => UploadError::SessionOver,
            (403, _) => UploadError::Role,
            (429, _) => UploadError::Throttled { wait_seconds },
            (409, code::CONFLICT) => UploadError::Conflict,
            (503, code::BUSY) => UploadError::Busy { server: self.server.server(), wait_seconds },
            (408 | 500.., _) => UploadError::Http { server: self.server.server(), status },
            _ => UploadError::Rejected {
                status,
                says: printable(&problem.message).chars().take(200).collect(),
            },
        }
    }

    pub(crate) fn explain(&self, error: reqwest::Error) -> UploadError {
        explain(error, &self.server, Some(self.pin))
    }

    pub(crate) fn encode(&self, value: &impl Serialize) -> Result<Bytes, UploadError> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(4096));
        serde_json::to_writer(&mut *bytes, value)
            .map_err(|_| UploadError::System { what: "memory for a request" })?;
        Ok(wiped(bytes))
    }

    pub(crate) fn decode<T: DeserializeOwned>(&self, body: &[u8]) -> Result<T, UploadError> {
        serde_json::from_slice(body).map_err(|_| self.unreadable())
    }

    pub(crate) fn unreadable(&self) -> UploadError {
        UploadError::Answer { server: self.server.server() }
    }
}
