//! `meterport`: three lines, the rest is the library.

fn main() -> std::process::ExitCode {
    meterport::run(std::env::args_os(), &meterport::Host::system())
}
