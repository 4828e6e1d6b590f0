//! `completions`: what makes a shell complete this program's commands.

use clap::CommandFactory;
use clap_complete::{Shell, generate};

use crate::cli::Cli;
use crate::commands::print;
use crate::fault::Fault;

pub(crate) fn run(shell: Shell) -> Result<u8, Fault> {
    let mut script = Vec::new();
    generate(shell, &mut Cli::command(), "meterport", &mut script);
    print(&String::from_utf8_lossy(&script))?;
    Ok(0)
}
