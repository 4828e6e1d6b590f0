//! A whole recording: text to [`Recording`] and back, and the rules that tie its lines together.

use std::collections::BTreeSet;
use std::fmt;

use jiff::Timestamp;

use crate::item::{Item, Line};
use crate::transport::TransportError;
use crate::{RecordingError, Transport};

/// The header: where a recording comes from and what it was taken over.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Header {
    /// `written from the spec`, or `captured` with model, firmware and date; never a serial number.
    pub source: String,
    /// How the meter was connected.
    pub transport: Transport,
    /// The host's clock when the recording began. Without it, every time made from it is unknown.
    pub at: Option<Timestamp>,
    /// The host's time zone, an IANA name. Not checked here: this crate has no time zones.
    pub zone: Option<String>,
}

impl Header {
    /// A header without a time.
    pub fn new(source: impl Into<String>, transport: Transport) -> Self {
        Self { source: source.into(), transport, at: None, zone: None }
    }
}

/// A conversation with a meter. Holds health data, so `Debug` shows the header and a count.
#[derive(Clone, Eq, PartialEq)]
pub struct Recording {
    header: Header,
    lines: Vec<Line>,
    below: Vec<String>,
}

impl Recording {
    /// Parses the text of a recording.
    pub fn parse(text: &str) -> Result<Self, RecordingError> {
        let mut text_lines = text.lines().enumerate().map(|(n, line)| (n.saturating_add(1), line));
        let first = text_lines.next().map_or("", |(_, line)| line);
        match first.strip_prefix("# meterport-recording ").map(str::trim_end) {
            Some("1") => {}
            Some(_) => return Err(RecordingError::Version),
            None => return Err(RecordingError::NotARecording),
        }
        let mut header = HeaderLines::default();
        let mut lines: Vec<Line> = Vec::new();
        let mut above = Vec::new();
        let mut last = 1;
        for (number, text) in text_lines {
            last = number;
            let (body, comment) = match text.split_once('#') {
                Some((body, comment)) => (body.trim(), Some(comment.trim())),
                None => (text.trim(), None),
            };
            match (body, comment) {
                ("", None) => {}
                ("", Some(comment)) => {
                    if !lines.is_empty() || !header.take(number, comment)? {
                        above.push(comment.to_owned());
                    }
                }
                _ => {
                    // The header ends where the body begins; what it lacks is reported there.
                    if lines.is_empty() {
                        header.complete(number)?;
                    }
                    let mut line = parse_line(body, number)?;
                    line.comment = comment.map(str::to_owned);
                    line.above = std::mem::take(&mut above);
                    lines.push(line);
                }
            }
        }
        Self::checked(header.complete(last)?, lines, above)
    }

    /// The text of the recording: what [`Recording::parse`] reads back as an equal recording.
    pub fn to_text(&self) -> String {
        let mut text = String::from("# meterport-recording 1\n");
        let mut comment = |key: &str, value: &dyn fmt::Display| {
            text.push_str(&format!("# {key}: {value}\n"));
        };
        comment("source", &self.header.source);
        comment("transport", &self.header.transport);
        if let Some(at) = &self.header.at {
            comment("at", at);
        }
        if let Some(zone) = &self.header.zone {
            comment("zone", zone);
        }
        for line in &self.lines {
            line.above.iter().for_each(|above| push_comment(&mut text, above));
            if let Some(ms) = line.after_ms {
                text.push_str(&format!("@{ms} "));
            }
            text.push_str(&line.item.to_string());
            if let Some(comment) = &line.comment {
                text.push_str("  ");
                push_comment(&mut text, comment);
            } else {
                text.push('\n');
            }
        }
        self.below.iter().for_each(|below| push_comment(&mut text, below));
        text
    }

    /// Where it comes from.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The lines of the body, without comments that stand alone.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Checks what no line can tell alone. Lines that never were text are numbered here.
    pub(crate) fn checked(
        header: Header,
        mut lines: Vec<Line>,
        below: Vec<String>,
    ) -> Result<Self, RecordingError> {
        check_header(&header)?;
        number_lines(&header, &mut lines);
        let mut files = BTreeSet::new();
        for Line { item, number: line, .. } in &lines {
            let line = *line;
            if !item.belongs_to(&header.transport) {
                let transport = header.transport.word();
                return Err(RecordingError::NotInTransport { line, transport });
            }
            if !item.may_be_empty() && item.bytes().is_some_and(<[u8]>::is_empty) {
                return Err(RecordingError::TooFewBytes { line });
            }
            match item {
                Item::File(path) if !files.insert(path) => {
                    return Err(RecordingError::FileTwice { line });
                }
                Item::In(_) if header.transport == Transport::Volume && files.is_empty() => {
                    return Err(RecordingError::NoFile { line });
                }
                _ => {}
            }
        }
        Ok(Self { header, lines, below })
    }

    pub(crate) fn into_parts(self) -> (Header, Vec<Line>, Vec<String>) {
        (self.header, self.lines, self.below)
    }
}

impl fmt::Debug for Recording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recording")
            .field("header", &self.header)
            .field("lines", &self.lines.len())
            .finish_non_exhaustive()
    }
}

fn push_comment(text: &mut String, comment: &str) {
    text.push('#');
    if !comment.is_empty() {
        text.push(' ');
        text.push_str(comment);
    }
    text.push('\n');
}

fn parse_line(body: &str, line: usize) -> Result<Line, RecordingError> {
    let Some(timed) = body.strip_prefix('@') else {
        let mut parsed = Line::new(Item::parse(body, line)?, None);
        parsed.number = line;
        return Ok(parsed);
    };
    let (ms, rest) = timed.split_once(char::is_whitespace).unwrap_or((timed, ""));
    let ms = Some(ms)
        .filter(|ms| !ms.is_empty())
        .and_then(crate::transport::decimal)
        .and_then(|ms| u32::try_from(ms).ok())
        .ok_or(RecordingError::Milliseconds { line })?;
    let mut parsed = Line::new(Item::parse(rest.trim(), line)?, Some(ms));
    parsed.number = line;
    Ok(parsed)
}

/// Header lines as they come, in any order.
#[derive(Default)]
struct HeaderLines {
    source: Option<String>,
    transport: Option<Transport>,
    at: Option<Timestamp>,
    zone: Option<String>,
}

impl HeaderLines {
    /// Takes a comment that is a header line; `false` if it is only a comment.
    fn take(&mut self, line: usize, comment: &str) -> Result<bool, RecordingError> {
        let Some((key, value)) = header_line(comment) else { return Ok(false) };
        let invalid = RecordingError::HeaderValue { line, key };
        let twice = match key {
            "source" => self.source.replace(value.to_owned()).is_some(),
            "transport" => {
                let transport = Transport::parse(value).map_err(|error| match error {
                    TransportError::Malformed => invalid,
                    TransportError::LineSettings(source) => {
                        RecordingError::LineSettings { line, source }
                    }
                })?;
                self.transport.replace(transport).is_some()
            }
            "at" => self.at.replace(value.parse().map_err(|_| invalid)?).is_some(),
            _ => self.zone.replace(value.to_owned()).is_some(),
        };
        if twice { Err(RecordingError::HeaderTwice { line, key }) } else { Ok(true) }
    }

    fn complete(&self, line: usize) -> Result<Header, RecordingError> {
        let missing = |key| RecordingError::HeaderMissing { line, key };
        let header = Header {
            source: self.source.clone().ok_or(missing("source"))?,
            transport: self.transport.ok_or(missing("transport"))?,
            at: self.at,
            zone: self.zone.clone(),
        };
        Ok(header)
    }
}

/// Key and value, if a comment is a line of the header.
pub(crate) fn header_line(comment: &str) -> Option<(&'static str, &str)> {
    ["source", "transport", "at", "zone"].into_iter().find_map(|key| {
        let value = comment.strip_prefix(key)?.strip_prefix(':')?;
        Some((key, value.trim()))
    })
}

fn check_header(header: &Header) -> Result<(), RecordingError> {
    let fits =
        |text: &str| !text.is_empty() && text.trim() == text && !text.contains(char::is_control);
    let source = fits(&header.source);
    let zone =
        header.zone.as_deref().is_none_or(|zone| fits(zone) && !zone.contains(char::is_whitespace));
    match (source, zone) {
        (true, true) => Ok(()),
        (false, _) => Err(RecordingError::HeaderValue { line: 2, key: "source" }),
        (_, false) => Err(RecordingError::HeaderValue { line: 2, key: "zone" }),
    }
}

fn number_lines(header: &Header, lines: &mut [Line]) {
    let optional =
        usize::from(header.at.is_some()).saturating_add(usize::from(header.zone.is_some()));
    let mut last = optional.saturating_add(3);
    for line in lines.iter_mut() {
        if line.number == 0 {
            line.number = last.saturating_add(line.above.len()).saturating_add(1);
        }
        last = line.number;
    }
}
