//! Serves a simulated Accu-Chek.

fn main() -> std::process::ExitCode {
    meterport_simulator::serve(accu_chek_phdc::simulator::Meter::new)
}
