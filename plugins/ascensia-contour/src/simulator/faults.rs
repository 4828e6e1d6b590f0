//! What goes wrong on the meter's side.

use super::line::frame;

/// How it begins.
#[derive(Clone, Copy, Default, PartialEq)]
pub(super) enum Greeting {
    /// `ENQ`.
    #[default]
    Offer,
    /// The header at once.
    Header,
    /// `EOT`, header, `ENQ` in one message, and the header again.
    All,
    /// The same, and the transfer goes on behind that header.
    AllOnce,
}

#[derive(Default)]
pub(super) struct Faults {
    pub(super) greeting: Greeting,
    pub(super) damage_frame: Option<usize>,
    pub(super) damage_always: bool,
    pub(super) repeat_frame: Option<usize>,
    pub(super) wrong_number: Option<usize>,
    pub(super) silent_at: Option<usize>,
    pub(super) cut_at: Option<usize>,
    pub(super) cut_always: bool,
    pub(super) stale_frame: bool,
    pub(super) stale_padding: bool,
    pub(super) keep_alives: bool,
    /// The cable of a serial model sends back what it gets.
    pub(super) echo: bool,
    /// How many transfers were begun.
    pub(super) transfers: u32,
    silent: bool,
}

impl Faults {
    pub(super) fn is_silent(&self) -> bool {
        self.silent
    }

    /// Whether the transfer ends before this frame; only the first one does, unless always.
    pub(super) fn is_cut(&self, at: usize) -> bool {
        self.cut_at.is_some_and(|cut| at >= cut) && (self.cut_always || self.transfers <= 1)
    }

    /// A frame as it leaves the meter.
    pub(super) fn spoil(&mut self, at: usize, number: u8, mut whole: Vec<u8>) -> Vec<Vec<u8>> {
        if self.silent_at == Some(at) {
            self.silent = true;
            return Vec::new();
        }
        if self.damage_frame == Some(at) {
            if !self.damage_always {
                self.damage_frame = None;
            }
            if let Some(byte) = whole.get_mut(4) {
                *byte ^= 0x01;
            }
        }
        if self.wrong_number == Some(at) {
            // Its checksum is right.
            let text = whole.get(2..whole.len() - 6).unwrap_or_default();
            let text = String::from_utf8_lossy(text).into_owned();
            return vec![frame(number + 3, &text, false)];
        }
        if self.repeat_frame == Some(at) {
            self.repeat_frame = None;
            return vec![whole.clone(), whole];
        }
        vec![whole]
    }

    /// Left over from a transfer of yesterday.
    pub(super) fn take_stale_frame(&mut self) -> Option<Vec<u8>> {
        let text = "R|412|^^^Glucose|251|mg/dL^P||A||202603132201";
        std::mem::take(&mut self.stale_frame).then(|| frame(6, text, false))
    }
}
