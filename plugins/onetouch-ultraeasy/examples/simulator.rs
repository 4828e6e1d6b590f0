//! Serves a simulated OneTouch UltraEasy on a pseudo-terminal.

fn main() -> std::process::ExitCode {
    meterport_simulator::serve(onetouch_ultraeasy::simulator::Meter::new)
}
