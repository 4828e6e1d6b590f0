//! The data folder: opened once, handed down as a directory and never as a path.

use std::fs;
use std::path::{Path, PathBuf};

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use etcetera::{AppStrategy, AppStrategyArgs, choose_app_strategy};
use meterport_model::codes::Code;
use meterport_update::Store;

use crate::cli::Global;
use crate::fault::Fault;
use crate::host::Host;
use crate::running;

/// Where this run keeps drivers and state, and where the user's configuration is.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    pub(crate) data: PathBuf,
    pub(crate) config: PathBuf,
    pub(crate) policy: PathBuf,
}

impl Places {
    pub(crate) fn of(global: &Global, host: &Host) -> Result<Self, Fault> {
        let strategy = choose_app_strategy(AppStrategyArgs {
            top_level_domain: "org".to_owned(),
            author: "Meterport".to_owned(),
            app_name: "meterport".to_owned(),
        });
        let own = |given: &Option<PathBuf>, place: fn(&dyn AppStrategyPlaces) -> PathBuf| match (
            given, &strategy,
        ) {
            (Some(path), _) => Ok(path.clone()),
            (None, Ok(strategy)) => Ok(place(strategy)),
            (None, Err(_)) => Err(Fault::new(Code::ConfigInvalid, "there is no home folder")
                .hint("name the places with `--data-dir` and `--config`")),
        };
        Ok(Self {
            data: match program_folder(global) {
                Some(folder) => folder,
                None => own(&global.data_dir, |places| places.data())?,
            },
            config: own(&global.config, |places| places.config())?,
            policy: host.policy.clone(),
        })
    }

    /// The data folder, made where it is missing, for its owner alone.
    pub(crate) fn open(&self) -> Result<Dir, Fault> {
        make(&self.data)
            .and_then(|()| Dir::open_ambient_dir(&self.data, ambient_authority()))
            .map_err(|error| {
                Fault::file(&format!("`{}` cannot be used", self.data.display()), &error)
                    .hint("check who may write there, or name another folder with `--data-dir`")
            })
    }

    /// The data folder, if there is one: reading a meter makes none.
    pub(crate) fn open_existing(&self) -> Result<Option<Dir>, Fault> {
        match Dir::open_ambient_dir(&self.data, ambient_authority()) {
            Ok(dir) => Ok(Some(dir)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => {
                Err(Fault::file(&format!("`{}` cannot be read", self.data.display()), &error)
                    .hint("check who may read there, or name another folder with `--data-dir`"))
            }
        }
    }

    /// The store of installed drivers, if anything was ever kept here.
    pub(crate) fn store(&self) -> Result<Option<Store>, Fault> {
        let Some(dir) = self.open_existing()? else { return Ok(None) };
        Ok(Some(Store::open(dir)?))
    }
}

/// The folder of the launcher that started this program, where it is this user's: then program and
/// drivers lie in one store and change together. An administrator's is read only, and the drivers lie
/// in the user's own folder.
fn program_folder(global: &Global) -> Option<PathBuf> {
    let folder = running::program_folder().filter(|_| global.data_dir.is_none())?;
    // Taken for every change: whoever may write it may change the store.
    fs::OpenOptions::new().write(true).open(folder.join("lock")).is_ok().then_some(folder)
}

/// The two places the system names, whatever its customs.
trait AppStrategyPlaces {
    fn data(&self) -> PathBuf;
    fn config(&self) -> PathBuf;
}

impl<S: AppStrategy> AppStrategyPlaces for S {
    fn data(&self) -> PathBuf {
        self.data_dir()
    }
    fn config(&self) -> PathBuf {
        self.config_dir().join("meterport.toml")
    }
}

fn make(path: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}
