//! Serves the drive of a simulated Omnipod PDM, or puts its file into a folder.

fn main() -> std::process::ExitCode {
    meterport_simulator::serve(omnipod_ibf::simulator::Meter::new)
}
