//! Things on the same product id that are no such meter.

use meterport_sdk::testing::{Outcome, VirtualTime, run};
use meterport_simulator::{Knob, KnobError, Reply, Simulator, memory};

use super::OnRule;

/// A report as it stands on the link.
pub fn report(kind: u8, data: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, kind, u8::try_from(data.len()).unwrap()];
    bytes.extend_from_slice(data);
    bytes.resize(65, 0);
    bytes
}

pub fn read_from(other: impl Simulator + 'static) -> Outcome {
    let time = VirtualTime::default();
    run(&OnRule(0), memory::hid(&memory::share(other), &time), &time)
}

/// Something that answers every report with the same ones.
pub struct Constant(pub Vec<Vec<u8>>);

/// Something that says every second that it is still there, and nothing else.
pub struct OnlyAlive;

/// Something that begins, and breaks off in every reply.
pub struct Cut;

/// Something that begins, and sends text without an end.
pub struct Endless;

macro_rules! answers {
    ($name:ident, |$this:ident, $bytes:ident| $answer:expr) => {
        impl Simulator for $name {
            fn receive(&mut self, $bytes: &[u8]) -> Vec<Reply> {
                let $this = self;
                $answer
            }
            fn knobs(&self) -> Vec<Knob> {
                Vec::new()
            }
            fn turn(&mut self, _: &str, _: &str) -> Result<(), KnobError> {
                Ok(())
            }
            fn fill(&mut self, _: u32) {}
            fn violation(&self) -> Option<&str> {
                None
            }
        }
    };
}

answers!(Constant, |this, _bytes| this.0.iter().map(|bytes| Reply::now(bytes.clone())).collect());
answers!(OnlyAlive, |_this, _bytes| {
    let alive = Reply { pause_ms: 1_000, bytes: report(0x22, &[5]) };
    vec![alive; 100]
});
answers!(Cut, |_this, bytes| match bytes {
    [0, 0x01, ..] => vec![Reply::now(report(0x71, &[1]))],
    _ => vec![Reply::now(report(0x60, b"LAGV123"))],
});
answers!(Endless, |_this, bytes| match bytes {
    [0, 0x01, ..] => vec![Reply::now(report(0x71, &[1]))],
    _ => vec![Reply::now(report(0x60, &[b'1'; 62])); 70_000],
});
