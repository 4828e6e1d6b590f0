//! Serves a simulated FreeStyle Lite or Precision Xtra on a pseudo-terminal.
fn main() -> std::process::ExitCode {
    meterport_simulator::serve(freestyle_serial::simulator::Meter::new)
}
