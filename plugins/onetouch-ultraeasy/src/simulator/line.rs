//! The meter's end of the link: frames, alternating bits, what was sent last.

use meterport_sdk::check::crc16_ccitt;

/// What the computer sent.
pub(super) enum Got {
    /// Link reset.
    Disconnect,
    /// Our answer arrived.
    Acknowledgement,
    /// A request that was taken before.
    Repeated,
    /// A new request.
    Message(Vec<u8>),
}

/// The state of the link.
#[derive(Default)]
pub(super) struct Line {
    arrived: Vec<u8>,
    /// Bit of the next frame from the computer, and of our own next frame.
    from_computer: bool,
    own: bool,
    /// The computer may begin with either bit after a reset, as long as it goes on properly.
    fresh: bool,
    unacknowledged: Option<Vec<u8>>,
    silent: bool,
    echoes: bool,
    repeats_answers: bool,
}

impl Line {
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.arrived.extend_from_slice(bytes);
    }

    /// The next thing the computer sent, by its own reading of the link layer.
    pub(super) fn take(&mut self) -> Option<Got> {
        while let Some((control, message)) = self.frame() {
            if self.silent {
                continue;
            }
            if control & 0x08 != 0 {
                return Some(Got::Disconnect);
            }
            let (sent, expected) = (control & 0x01 != 0, control & 0x02 != 0);
            if control & 0x04 != 0 {
                self.acknowledged(expected);
                return Some(Got::Acknowledgement);
            }
            if self.fresh {
                (self.from_computer, self.own, self.fresh) = (sent, expected, false);
            }
            // A new request says as well that our last answer arrived.
            self.acknowledged(expected);
            if sent != self.from_computer {
                return Some(Got::Repeated);
            }
            if expected == self.own {
                self.from_computer = !sent;
                return Some(Got::Message(message));
            }
        }
        None
    }

    fn acknowledged(&mut self, expected: bool) {
        if self.unacknowledged.is_some() && expected != self.own {
            self.unacknowledged = None;
            self.own = expected;
        }
    }

    pub(super) fn reset(&mut self) -> Vec<u8> {
        (self.from_computer, self.own, self.fresh) = (false, false, true);
        self.unacknowledged = None;
        frame(0x0C, &[])
    }

    pub(super) fn acknowledge(&self) -> Vec<u8> {
        frame(0x04 | self.bits(), &[])
    }

    pub(super) fn send(&mut self, message: &[u8]) -> Vec<u8> {
        let bytes = frame(self.bits(), message);
        self.unacknowledged = Some(bytes.clone());
        bytes
    }

    /// What a repeated request gets.
    pub(super) fn again(&self) -> Vec<Vec<u8>> {
        let mut frames = vec![self.acknowledge()];
        frames.extend(self.unacknowledged.clone().filter(|_| self.repeats_answers));
        frames
    }

    pub(super) fn fall_silent(&mut self) {
        self.silent = true;
    }

    pub(super) fn repeat_answers(&mut self, on: bool) {
        self.repeats_answers = on;
    }

    pub(super) fn echo(&mut self, on: bool) {
        self.echoes = on;
    }

    pub(super) fn echoes(&self) -> bool {
        self.echoes
    }

    fn bits(&self) -> u8 {
        u8::from(self.own) | (u8::from(self.from_computer) << 1)
    }

    /// Link control and message of the next whole frame; anything else is thrown away.
    fn frame(&mut self) -> Option<(u8, Vec<u8>)> {
        loop {
            let junk = self.arrived.iter().take_while(|byte| **byte != 0x02).count();
            self.arrived.drain(..junk);
            let length = usize::from(*self.arrived.get(1)?);
            if length >= 6 {
                let whole = self.arrived.get(..length)?;
                let (body, sum) = whole.split_at_checked(length - 2)?;
                let [_, _, control, message @ .., end] = body else { return None };
                if *end == 0x03 && sum == crc16_ccitt(body).to_le_bytes() {
                    let found = (*control, message.to_vec());
                    self.arrived.drain(..length);
                    return Some(found);
                }
            }
            self.arrived.drain(..1);
        }
    }
}

fn frame(control: u8, message: &[u8]) -> Vec<u8> {
    let length = u8::try_from(message.len() + 6).unwrap_or(u8::MAX);
    let mut bytes = [&[0x02, length, control], message, &[0x03]].concat();
    let sum = crc16_ccitt(&bytes);
    bytes.extend(sum.to_le_bytes());
    bytes
}
