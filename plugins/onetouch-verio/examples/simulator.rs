//! Serves a simulated meter of the OneTouch Verio family.

fn main() -> std::process::ExitCode {
    meterport_simulator::serve(onetouch_verio::simulator::Meter::new)
}
