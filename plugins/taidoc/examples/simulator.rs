//! Serves a simulated TaiDoc meter: with `--usb` behind its CP2110, with `--knob link=serial` on a
//! pseudo-terminal.

fn main() -> std::process::ExitCode {
    meterport_simulator::serve(taidoc::simulator::Meter::new)
}
