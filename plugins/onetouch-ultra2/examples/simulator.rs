//! Serves a simulated OneTouch Ultra 2 on a pseudo-terminal.
fn main() -> std::process::ExitCode {
    meterport_simulator::serve(onetouch_ultra2::simulator::Meter::new)
}
