//! Serves a simulated Dexcom receiver on a pseudo-terminal.

fn main() -> std::process::ExitCode {
    meterport_simulator::serve(dexcom_receiver::simulator::Meter::new)
}
