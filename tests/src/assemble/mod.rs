//! Puts an installation together: programs, with `drivers/` and `simulators/` beside them.
//!
//! Everything is built for the whole workspace at once, with the profile of `cargo test`. So the
//! libraries have the same features under `cargo demo`, under `cargo test --workspace` and here, and
//! the engine is compiled once for all three. A build of single packages would choose other features.

mod error;
mod place;
mod products;

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use meterport_pack::BuildOptions;

pub use error::AssembleError;
pub use place::target_folder;

use self::products::Products;

/// Everything that was built, as an installation has it.
#[derive(Clone, Debug)]
pub struct Assembled {
    /// Where the programs are.
    pub bin_dir: PathBuf,
    /// The program `meterport`.
    pub meterport: PathBuf,
    /// The program `meterport-server`.
    pub server: PathBuf,
    /// The program `meterport-pack`.
    pub pack: PathBuf,
    /// `drivers/` beside the programs: `ID.wasm` of every plugin.
    pub drivers_dir: PathBuf,
    /// `simulators/` beside the programs: a program `ID` of every plugin.
    pub simulators_dir: PathBuf,
}

/// Takes one line of progress.
pub type Progress<'a> = &'a mut dyn FnMut(&str);

/// Builds programs, simulators and drivers with cargo's files in `target_folder`, and puts them
/// together. What is up to date stays as it is.
///
/// With `progress`, cargo speaks to stderr; without, what it says goes into the error.
///
/// # Errors
///
/// Whatever does not build. Nothing half-written is left in place.
pub fn assemble(
    target_folder: &Path,
    mut progress: Option<Progress<'_>>,
) -> Result<Assembled, AssembleError> {
    let quiet = progress.is_none();
    let mut say = |line: &str| {
        if let Some(progress) = &mut progress {
            progress(line);
        }
    };
    // INVARIANT: one assembly at a time in a target folder. The lock goes with the file.
    let _lock = lock(target_folder)?;

    products::ensure_wasm_target(&mut say)?;
    say("programs and simulators (the first time takes some minutes)");
    let products = Products::build(target_folder, quiet)?;
    let assembled = layout(&products)?;

    let plugins = place::plugins()?;
    for plugin in &plugins {
        say(&format!("driver {}", plugin.id));
        let options = BuildOptions {
            output: Some(assembled.drivers_dir.join(format!("{}.wasm", plugin.id))),
            target_folder: Some(target_folder.to_path_buf()),
            quiet,
        };
        meterport_pack::build(&plugin.folder, &options)
            .map_err(|source| AssembleError::Driver { id: plugin.id.clone(), source })?;
        let simulator = products.example(&format!("simulate-{}", plugin.id))?;
        place::copy(simulator, &assembled.simulators_dir.join(place::program(&plugin.id)))?;
    }
    let drivers: Vec<String> = plugins.iter().map(|plugin| format!("{}.wasm", plugin.id)).collect();
    place::keep_only(&assembled.drivers_dir, &drivers)?;
    let simulators: Vec<String> = plugins.iter().map(|one| place::program(&one.id)).collect();
    place::keep_only(&assembled.simulators_dir, &simulators)?;
    Ok(assembled)
}

fn layout(products: &Products) -> Result<Assembled, AssembleError> {
    let meterport = products.program("meterport")?.to_path_buf();
    let bin_dir = meterport.parent().map(Path::to_path_buf).unwrap_or_default();
    Ok(Assembled {
        server: products.program("meterport-server")?.to_path_buf(),
        pack: products.program("meterport-pack")?.to_path_buf(),
        drivers_dir: bin_dir.join("drivers"),
        simulators_dir: bin_dir.join("simulators"),
        bin_dir,
        meterport,
    })
}

fn lock(target_folder: &Path) -> Result<File, AssembleError> {
    let path = target_folder.join("meterport-assemble.lock");
    let open = || {
        fs::create_dir_all(target_folder)?;
        let file = File::create(&path)?;
        file.lock()?;
        Ok(file)
    };
    open().map_err(|source| AssembleError::File { path: path.clone(), source })
}
