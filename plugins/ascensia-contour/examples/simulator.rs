//! Serves a simulated Contour: `--knob model=7150` and the other serial models on a pseudo-terminal.

fn main() -> std::process::ExitCode {
    meterport_simulator::serve(ascensia_contour::simulator::Meter::new)
}
