//! Configuration in layers: the administrator's policy file stands above the user's file, which
//! stands above the built-in value. Flags stand above the user's file, and below the policy.

use std::fs;
use std::path::Path;

use jiff::tz::TimeZone;
use meterport_model::codes::Code;
use meterport_model::time::Zone;
use toml::{Table, Value};

use crate::data::Places;
use crate::fault::Fault;
use crate::output;

/// Every key, and what it is for.
pub(crate) const KEYS: [(&str, &str); 2] = [
    ("server", "the clinic's server, such as https://practice.example:8443"),
    ("zone", "the zone meters' clocks are read in, such as Europe/Berlin; default: the system's"),
];

/// The configuration in force.
#[derive(Clone, Debug, Default)]
pub(crate) struct Config {
    policy: Table,
    user: Table,
}

/// Who decided a value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Decided {
    Policy,
    Flag,
    User,
    Default,
}

impl Decided {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Policy => "policy",
            Self::Flag => "flag",
            Self::User => "user",
            Self::Default => "default",
        }
    }
}

impl Config {
    pub(crate) fn load(places: &Places) -> Result<Self, Fault> {
        Ok(Self { policy: read(&places.policy)?, user: read(&places.config)? })
    }

    /// A value and who decided it.
    pub(crate) fn get(&self, key: &str) -> Result<(Option<String>, Decided), Fault> {
        check_key(key)?;
        for (table, decided) in [(&self.policy, Decided::Policy), (&self.user, Decided::User)] {
            if let Some(Value::String(value)) = table.get(key) {
                return Ok((Some(value.clone()), decided));
            }
        }
        Ok((None, Decided::Default))
    }

    /// A value that a flag may override, where no policy forbids it.
    pub(crate) fn with_flag(
        &self,
        key: &str,
        flag: Option<&str>,
    ) -> Result<(Option<String>, Decided), Fault> {
        let (value, decided) = self.get(key)?;
        match flag {
            Some(flag) if decided == Decided::Policy && value.as_deref() != Some(flag) => {
                Err(Fault::new(Code::Policy, format!("`{key}` is set by this machine's policy"))
                    .hint(format!("leave the flag out, or ask whoever manages {key} here")))
            }
            Some(flag) if decided != Decided::Policy => Ok((Some(flag.to_owned()), Decided::Flag)),
            _ => Ok((value, decided)),
        }
    }

    /// The zone meters' clocks are read in.
    pub(crate) fn zone(&self, flag: Option<&str>) -> Result<Option<Zone>, Fault> {
        let (name, decided) = self.with_flag("zone", flag)?;
        let Some(name) = name else { return Ok(system_zone()) };
        let code = if decided == Decided::Flag { Code::Usage } else { Code::ConfigInvalid };
        Zone::named(&name).map(Some).map_err(|error| Fault::of(code, &error).hint(error.hint()))
    }

    /// Changes the user's file.
    pub(crate) fn set(&self, places: &Places, key: &str, value: &str) -> Result<(), Fault> {
        check_key(key)?;
        check_value(key, value, Code::Usage)?;
        if self.policy.contains_key(key) {
            return Err(Fault::new(
                Code::Policy,
                format!("`{key}` is set by this machine's policy"),
            )
            .hint("ask whoever manages this computer"));
        }
        let mut user = self.user.clone();
        user.insert(key.to_owned(), Value::String(value.to_owned()));
        let text = toml::to_string(&user).map_err(|error| Fault::of(Code::Internal, &error))?;
        if let Some(folder) = places.config.parent() {
            fs::create_dir_all(folder).map_err(|error| {
                Fault::file(&format!("`{}` cannot be made", folder.display()), &error)
            })?;
        }
        output::write_file(&places.config, text.as_bytes(), true)
    }
}

fn system_zone() -> Option<Zone> {
    let zone = TimeZone::try_system().ok()?;
    let name = zone.iana_name().unwrap_or("UTC").to_owned();
    Some(Zone::new(name, zone))
}

fn check_key(key: &str) -> Result<(), Fault> {
    if KEYS.iter().any(|(known, _)| *known == key) {
        return Ok(());
    }
    Err(Fault::usage(format!("there is no setting `{key}`"))
        .hint("these are the settings:")
        .candidates(KEYS.iter().map(|(key, what)| format!("{key}: {what}")).collect()))
}

fn check_value(key: &str, value: &str, code: Code) -> Result<(), Fault> {
    match key {
        "zone" => Zone::named(value)
            .map(|_| ())
            .map_err(|error| Fault::of(code, &error).hint(error.hint())),
        "server" => meterport_upload::ServerUrl::parse(value).map(|_| ()).map_err(Fault::from),
        _ => Ok(()),
    }
}

/// A file that is not there says nothing; one that is wrong says where.
fn read(path: &Path) -> Result<Table, Fault> {
    let wrong = |what: String| {
        Fault::new(Code::ConfigInvalid, format!("`{}`: {what}", path.display()))
            .hint("mend the file, or remove it")
    };
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Table::new()),
        Err(error) if error.kind() == std::io::ErrorKind::InvalidData => {
            return Err(wrong("it is not text".to_owned()));
        }
        Err(error) => {
            return Err(Fault::file(&format!("`{}` cannot be read", path.display()), &error));
        }
    };
    let table: Table =
        text.parse().map_err(|error: toml::de::Error| wrong(error.message().to_owned()))?;
    for (key, value) in &table {
        let Value::String(value) = value else {
            return Err(wrong(format!("`{key}` must be a text")));
        };
        check_key(key).map_err(|fault| wrong(fault.object().message.clone()))?;
        check_value(key, value, Code::ConfigInvalid)
            .map_err(|fault| wrong(fault.object().message.clone()))?;
    }
    Ok(table)
}
