//! One conversation: association, configuration, questions, release.
//!
//! The meter speaks first, once it was woken. Every request is asked once: this protocol has no
//! repetition, and a meter whose conversation failed has to be plugged in again.
//!
//! What the answers hold is not known here.

use meterport_sdk::{Clock, DriverError, IoError, ProtocolError, Usb, log};

use crate::apdu::{self, Apdu, Message, choice};
use crate::association;
use crate::configuration::{self, Configuration, Store};
use crate::error::FormatError;
use crate::object::{self, Event};
use crate::store::{self, Data, Triggered};
use crate::wire::Wire;

/// Pause before a segment is asked for again that the meter said to ask for later.
pub const PAUSE_BEFORE_LATER_MS: u32 = 1000;
/// How often it is asked for again.
pub const LATER: u32 = 5;

/// An open conversation with a meter that has a store of results.
pub struct Session {
    wire: Wire,
    store: Store,
    /// The last invoke id that was used, by either side.
    last_id: u16,
}

impl Session {
    /// Wakes the meter and lets it describe itself.
    ///
    /// # Errors
    ///
    /// `replug` where it does not begin: it was plugged in for too long, or a conversation with it
    /// has failed. `UnsupportedDevice` where it is no such meter.
    pub fn open(usb: Box<dyn Usb>, clock: Clock) -> Result<Self, DriverError> {
        let mut wire = Wire::new(usb, clock);
        wire.wake()?;
        let request = match wire.receive() {
            Ok(Apdu::AssociationRequest(request)) => request,
            // A message of a conversation that somebody else has begun.
            Ok(Apdu::Presentation(_) | Apdu::ReleaseRequest | Apdu::ReleaseResponse)
            | Err(DriverError::Io(IoError::Timeout | IoError::Overflow)) => return Err(replug()),
            Ok(Apdu::Abort) => return Err(aborted()),
            Err(error) => return Err(error),
        };
        if !association::offers_20601(&request).map_err(|error| error.about(&request))? {
            let text = "it offers no IEEE 11073-20601".to_owned();
            return Err(DriverError::UnsupportedDevice(text));
        }
        let mut session = Self { wire, store: Store { handle: 0, segments: None }, last_id: 0 };
        session.configure()?;
        Ok(session)
    }

    /// Accepts the association, and the configuration that the meter then sends. One without a
    /// store comes from a meter that is not ready: it gets one more acceptance.
    fn configure(&mut self) -> Result<(), DriverError> {
        for _ in 0..2 {
            self.wire.send(&association::acceptance()?)?;
            let message = self.event()?;
            let event = Event::parse(&message.body).map_err(|error| error.about(&message.body))?;
            expect("kind of event", event.kind, configuration::NOTICE)?;
            let configuration =
                Configuration::parse(event.content).map_err(|error| error.about(&message.body))?;
            match configuration.stores.as_slice() {
                [] => log::warn("the meter shows no store of results yet"),
                [store] => {
                    self.store = *store;
                    return self.answer(&message, event.answer(&configuration.acceptance())?);
                }
                _ => {
                    let text = "it has several stores of results".to_owned();
                    return Err(DriverError::UnsupportedDevice(text));
                }
            }
        }
        Err(DriverError::UnsupportedDevice("it has no store of results".to_owned()))
    }

    /// The attributes of the meter itself, as bytes, and when they came.
    ///
    /// # Errors
    ///
    /// The link's, and whatever else comes instead.
    pub fn meter(&mut self) -> Result<(Vec<u8>, u64), DriverError> {
        let body = self.ask(choice::GET, object::GET_METER.to_vec())?;
        Ok((body, self.wire.now_ms()))
    }

    /// The store's segments, as bytes, and how many the configuration told of.
    ///
    /// # Errors
    ///
    /// The link's, and whatever else comes instead.
    pub fn segments(&mut self) -> Result<(Vec<u8>, Option<u16>), DriverError> {
        let content = self.act(store::SEGMENT_INFO, &store::ALL_SEGMENTS)?;
        Ok((content, self.store.segments))
    }

    /// Asks for a segment's entries, again where the meter says "later".
    ///
    /// # Errors
    ///
    /// `meter-busy` where it goes on saying so.
    pub fn trigger(&mut self, segment: u16) -> Result<Triggered, DriverError> {
        for again in 0..=LATER {
            if again > 0 {
                self.wire.sleep_ms(PAUSE_BEFORE_LATER_MS);
            }
            let content = self.act(store::TRIGGER, &segment.to_be_bytes())?;
            match store::triggered(&content, segment).map_err(|error| error.about(&content))? {
                Triggered::Later => {}
                other => return Ok(other),
            }
        }
        Err(DriverError::protocol("meter-busy", "the meter puts its results off again and again"))
    }

    /// Some entries of the segment that was asked for, and the message to be confirmed by
    /// [`Session::confirm`].
    ///
    /// # Errors
    ///
    /// The link's, and whatever else comes instead.
    pub fn data(&mut self) -> Result<Message, DriverError> {
        self.event()
    }

    /// The entries in a message of [`Session::data`].
    ///
    /// # Errors
    ///
    /// It is another event, or breaks the transfer off.
    pub fn entries<'a>(&self, message: &'a Message) -> Result<Data<'a>, DriverError> {
        let damaged = |error: FormatError| error.about(&message.body);
        let event = Event::parse(&message.body).map_err(damaged)?;
        expect("kind of event", event.kind, store::SEGMENT_DATA)?;
        expect("object of an event", event.handle, self.store.handle)?;
        let data = Data::parse(event.content).map_err(damaged)?;
        if data.is_aborted() { Err(aborted()) } else { Ok(data) }
    }

    /// Tells the meter that its entries have arrived.
    ///
    /// # Errors
    ///
    /// The link's.
    pub fn confirm(&mut self, message: &Message) -> Result<(), DriverError> {
        let event = Event::parse(&message.body)?;
        let confirmation = Data::parse(event.content)?.confirmation();
        self.answer(message, event.answer(&confirmation)?)
    }

    /// Says good-bye. A meter that does not answer any more has told everything before.
    ///
    /// # Errors
    ///
    /// Only what is no matter of the meter: a cancelled session.
    pub fn close(mut self) -> Result<(), DriverError> {
        let release = apdu::encode(apdu::RELEASE_REQUEST, &[0, 0])?;
        let answer = self.wire.send(&release).map_err(DriverError::from);
        match answer.and_then(|()| self.wire.receive()) {
            Ok(Apdu::ReleaseResponse) => {}
            Err(DriverError::Io(error @ (IoError::Cancelled | IoError::Denied(_)))) => {
                return Err(error.into());
            }
            _ => log::warn("the meter did not answer the release"),
        }
        Ok(())
    }

    fn act(&mut self, kind: u16, content: &[u8]) -> Result<Vec<u8>, DriverError> {
        let handle = self.store.handle;
        let body = self.ask(choice::CONFIRMED_ACTION, object::action(handle, kind, content)?)?;
        let content = object::action_answer(&body, handle, kind);
        Ok(content.map_err(|error| error.about(&body))?.to_vec())
    }

    /// The body of the answer to one request.
    fn ask(&mut self, kind: u16, body: Vec<u8>) -> Result<Vec<u8>, DriverError> {
        self.last_id = self.last_id.wrapping_add(1);
        let request = Message { invoke_id: self.last_id, choice: kind, body };
        self.wire.send(&request.encode()?)?;
        let answer = self.message()?;
        expect("invoke id", answer.invoke_id, request.invoke_id)?;
        match answer.choice {
            refused @ (choice::ERROR | choice::REJECT) => {
                let detail = format!("the meter refuses a request with {refused:#06x}");
                Err(ProtocolError::new(REFUSED, detail).with_bytes(&answer.body).into())
            }
            other => {
                expect("kind of message", other, kind + choice::ANSWER)?;
                Ok(answer.body)
            }
        }
    }

    /// An event that wants to be confirmed.
    fn event(&mut self) -> Result<Message, DriverError> {
        let message = self.message()?;
        expect("kind of message", message.choice, choice::CONFIRMED_EVENT)?;
        self.last_id = message.invoke_id;
        Ok(message)
    }

    fn answer(&mut self, message: &Message, body: Vec<u8>) -> Result<(), DriverError> {
        let choice = choice::CONFIRMED_EVENT + choice::ANSWER;
        let answer = Message { invoke_id: message.invoke_id, choice, body };
        Ok(self.wire.send(&answer.encode()?)?)
    }

    fn message(&mut self) -> Result<Message, DriverError> {
        match self.wire.receive()? {
            Apdu::Presentation(message) => Ok(message),
            Apdu::Abort | Apdu::ReleaseRequest => Err(aborted()),
            other => {
                let detail = format!("{} instead of an answer", other.name());
                Err(DriverError::protocol("unexpected-answer", detail))
            }
        }
    }
}

fn expect(field: &'static str, found: u16, expected: u16) -> Result<(), FormatError> {
    if found == expected { Ok(()) } else { Err(FormatError::Code { field, found, expected }) }
}

fn replug() -> DriverError {
    DriverError::UserAction("replug".to_owned())
}

fn aborted() -> DriverError {
    DriverError::protocol("aborted", "the meter broke the conversation off; plug it in again")
}

/// The code where the meter understood a request and does not fulfil it.
pub const REFUSED: &str = "refused";
