//! Serves a simulated FreeStyle meter.

fn main() -> std::process::ExitCode {
    meterport_simulator::serve(freestyle_hid::simulator::Meter::new)
}
