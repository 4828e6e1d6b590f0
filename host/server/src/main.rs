//! The program `meterport-server`.

fn main() -> std::process::ExitCode {
    meterport_server::run(std::env::args_os())
}
