//! A meter that answers everything in the same way, on any line.

use meterport_simulator::{Knob, KnobError, Reply, Simulator};

pub struct Echo(pub Vec<Reply>);

impl Simulator for Echo {
    fn receive(&mut self, _: &[u8]) -> Vec<Reply> {
        self.0.clone()
    }
    fn knobs(&self) -> Vec<Knob> {
        Vec::new()
    }
    fn turn(&mut self, knob: &str, _: &str) -> Result<(), KnobError> {
        Err(KnobError::Unknown { name: knob.to_owned() })
    }
    fn fill(&mut self, _: u32) {}
    fn violation(&self) -> Option<&str> {
        None
    }
}
