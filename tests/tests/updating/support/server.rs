//! A static HTTP server for the files of a folder: `ETag`, `If-None-Match`, `Range` with `If-Range`,
//! and for single paths something else.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use meterport_update::Sha256Hex;

/// What a path answers instead of its file.
#[derive(Clone)]
pub enum Reply {
    /// A redirect.
    Redirect(String),
    /// A page that wants a sign-in.
    Page,
    /// The file, said to be compressed.
    Encoded,
    /// The first so many bytes of the file, and then the connection ends.
    Cut(usize),
    /// Bytes without an end.
    Endless,
}

#[derive(Default)]
struct Shared {
    replies: Mutex<BTreeMap<String, Vec<Reply>>>,
    asked: Mutex<Vec<String>>,
    is_over: AtomicBool,
}

/// A running server. It ends with the test.
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
}

impl Server {
    /// Serves this folder.
    pub fn start(folder: &Path) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared::default());
        let (there, folder) = (shared.clone(), folder.to_owned());
        std::thread::spawn(move || {
            for connection in listener.incoming() {
                if there.is_over.load(Ordering::Relaxed) {
                    return;
                }
                let (shared, folder) = (there.clone(), folder.clone());
                let Ok(connection) = connection else { continue };
                // A client that goes away in the middle is its own business.
                std::thread::spawn(move || serve(connection, &shared, &folder).ok());
            }
        });
        Self { address, shared }
    }

    /// The base of a feed here.
    pub fn base(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// The path answers so, as often as there are replies, and then as its file.
    pub fn reply(&self, path: &str, replies: impl IntoIterator<Item = Reply>) {
        self.shared.replies.lock().unwrap().insert(path.into(), replies.into_iter().collect());
    }

    /// The request lines and what stood in `Range`, since the last time that this was asked.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.shared.asked.lock().unwrap())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(self.address);
    }
}

struct Question {
    path: String,
    if_none_match: Option<String>,
    from: Option<usize>,
    if_range: Option<String>,
}

fn question(reader: &mut impl io::BufRead) -> io::Result<Option<Question>> {
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let Some(path) = line.split(' ').nth(1).map(str::to_owned) else { return Ok(None) };
    let mut question = Question { path, if_none_match: None, from: None, if_range: None };
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            return Ok(Some(question));
        };
        match name.to_ascii_lowercase().as_str() {
            "if-none-match" => question.if_none_match = Some(value.to_owned()),
            "if-range" => question.if_range = Some(value.to_owned()),
            "range" => {
                let from = value.strip_prefix("bytes=").and_then(|v| v.strip_suffix('-'));
                question.from = from.and_then(|from| from.parse().ok());
            }
            _ => {}
        }
    }
}

fn serve(connection: TcpStream, shared: &Shared, folder: &Path) -> io::Result<()> {
    let mut reader = BufReader::new(connection.try_clone()?);
    let Some(question) = question(&mut reader)? else { return Ok(()) };
    let range = question.from.map_or(String::new(), |from| format!(" from {from}"));
    shared.asked.lock().unwrap().push(format!("{}{range}", question.path));
    let reply = {
        let mut replies = shared.replies.lock().unwrap();
        let left = replies.get_mut(&question.path).filter(|left| !left.is_empty());
        left.map(|left| left.remove(0))
    };
    let mut out = connection;
    let file = fs::read(place(folder, &question.path)).ok();
    match (reply, file) {
        (Some(Reply::Redirect(to)), _) => head(&mut out, "302 Found", &[("Location", &to)], 0),
        (Some(Reply::Page), _) => {
            const PAGE: &[u8] = b"<!DOCTYPE html><html><body>Please sign in</body></html>";
            head(&mut out, "200 OK", &[("Content-Type", "text/html")], PAGE.len())?;
            out.write_all(PAGE)
        }
        (Some(Reply::Endless), _) => {
            out.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")?;
            // Without an end for any client that has a limit.
            (0..1024).try_for_each(|_| out.write_all(&[b'x'; 65536]))
        }
        (_, None) => head(&mut out, "404 Not Found", &[], 0),
        (Some(Reply::Encoded), Some(file)) => {
            head(&mut out, "200 OK", &[("Content-Encoding", "gzip")], file.len())?;
            out.write_all(&file)
        }
        (Some(Reply::Cut(after)), Some(file)) => {
            let etag = etag(&file);
            head(&mut out, "200 OK", &[("ETag", &etag)], file.len())?;
            out.write_all(&file[..after])
        }
        (None, Some(file)) => whole(&mut out, &question, &file),
    }
}

fn whole(out: &mut TcpStream, question: &Question, file: &[u8]) -> io::Result<()> {
    let etag = etag(file);
    if question.if_none_match.as_ref() == Some(&etag) {
        return head(out, "304 Not Modified", &[("ETag", &etag)], 0);
    }
    let is_same = question.if_range.as_ref().is_none_or(|tag| *tag == etag);
    match question.from.filter(|from| is_same && *from < file.len()) {
        Some(from) => {
            let range = format!("bytes {from}-{}/{}", file.len() - 1, file.len());
            let headers = [("ETag", etag.as_str()), ("Content-Range", &range)];
            head(out, "206 Partial Content", &headers, file.len() - from)?;
            out.write_all(&file[from..])
        }
        None => {
            head(out, "200 OK", &[("ETag", &etag)], file.len())?;
            out.write_all(file)
        }
    }
}

fn head(
    out: &mut TcpStream,
    status: &str,
    headers: &[(&str, &str)],
    length: usize,
) -> io::Result<()> {
    let mut text =
        format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n");
    headers.iter().for_each(|(name, value)| text += &format!("{name}: {value}\r\n"));
    out.write_all(format!("{text}\r\n").as_bytes())
}

fn etag(file: &[u8]) -> String {
    format!("\"{}\"", Sha256Hex::of(file))
}

fn place(folder: &Path, path: &str) -> PathBuf {
    path.split('/')
        .filter(|part| !part.is_empty())
        .fold(folder.to_owned(), |at, part| at.join(part))
}
