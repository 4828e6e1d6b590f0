//! Configuration in layers: the administrator's policy file stands above the user's file, which
//! stands above the built-in value. Flags stand above the user's file, and below the policy.
//!
//! What is wrong in the table `[update]` keeps nobody from reading a meter: it is an error of the
//! commands that need it, and a warning of the others.

use std::fs;
use std::path::Path;

use jiff::tz::TimeZone;
use meterport_model::codes::Code;
use meterport_model::time::Zone;
use toml::{Table, Value};

use crate::data::Places;
use crate::fault::Fault;
use crate::output;
use crate::policy::Layer;

/// Every key that `config` shows and sets, and what it is for.
pub(crate) const KEYS: [(&str, &str); 7] = [
    ("server", "the clinic's server, such as https://practice.example:8443"),
    ("zone", "the zone meters' clocks are read in, such as Europe/Berlin; default: the system's"),
    (
        "update.mode",
        "what is done with new versions: auto, ask, notify, off or managed; default: ask",
    ),
    ("update.channel", "a channel beside the ordinary one, such as beta"),
    ("update.pin", "the versions of the program that may come, such as <=1.4"),
    ("update.hours", "when updates may be applied, such as 18:00-20:00 or tue 18:00-20:00"),
    ("update.proxy", "the proxy on the way to the feed, or none; default: the system's"),
];

/// The table of the file that speaks of updates.
const UPDATE: &str = "update";

/// The configuration in force.
#[derive(Clone, Debug, Default)]
pub(crate) struct Config {
    policy: Table,
    user: Table,
    /// What the two files say of updates; the first of them that is wrong.
    update: UpdateLayers,
}

/// What the administrator's and the user's file say of updates.
#[derive(Clone, Debug)]
pub(crate) struct UpdateLayers(Result<[Layer; 2], Fault>);

impl Default for UpdateLayers {
    fn default() -> Self {
        Self(Ok(Default::default()))
    }
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
        let (policy, user) = (read(&places.policy)?, read(&places.config)?);
        let layers = || {
            let policy = update_of(&policy, &places.policy, true)?;
            Ok([policy, update_of(&user, &places.config, false)?])
        };
        Ok(Self { update: UpdateLayers(layers()), policy, user })
    }

    /// What the administrator's and the user's file say of updates.
    pub(crate) fn update(&self) -> Result<&[Layer; 2], Fault> {
        self.update.0.as_ref().map_err(Clone::clone)
    }

    /// What the administrator's file says of feeds where something in it, or in the user's file, is
    /// wrong.
    pub(crate) fn update_as_far_as_right(&self) -> Layer {
        let table = self.policy.get(UPDATE).and_then(Value::as_table);
        table.map(Layer::feeds_as_far_as_right).unwrap_or_default()
    }

    /// Whether there is a policy for this machine at all.
    pub(crate) fn has_policy(&self) -> bool {
        !self.policy.is_empty()
    }

    /// A value and who decided it.
    pub(crate) fn get(&self, key: &str) -> Result<(Option<String>, Decided), Fault> {
        check_key(key)?;
        for (table, decided) in [(&self.policy, Decided::Policy), (&self.user, Decided::User)] {
            if let Some(Value::String(value)) = lookup(table, key) {
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
        if lookup(&self.policy, key).is_some() {
            return Err(Fault::new(
                Code::Policy,
                format!("`{key}` is set by this machine's policy"),
            )
            .hint("ask whoever manages this computer"));
        }
        let mut user = self.user.clone();
        insert(&mut user, key, value)?;
        let text = toml::to_string(&user).map_err(|error| Fault::of(Code::Internal, &error))?;
        if let Some(folder) = places.config.parent() {
            fs::create_dir_all(folder).map_err(|error| {
                Fault::file(&format!("`{}` cannot be made", folder.display()), &error)
            })?;
        }
        output::write_file(&places.config, text.as_bytes(), true)
    }
}

/// A value by its key; `update.mode` stands in the table `update`.
fn lookup<'a>(table: &'a Table, key: &str) -> Option<&'a Value> {
    match key.split_once('.') {
        Some((outer, inner)) => table.get(outer)?.as_table()?.get(inner),
        None => table.get(key),
    }
}

fn insert(table: &mut Table, key: &str, value: &str) -> Result<(), Fault> {
    let value = Value::String(value.to_owned());
    match key.split_once('.') {
        Some((outer, inner)) => {
            let inside = table.entry(outer).or_insert_with(|| Value::Table(Table::new()));
            let inside = inside.as_table_mut().ok_or_else(|| {
                Fault::new(Code::ConfigInvalid, format!("`{outer}` must be a table"))
            })?;
            inside.insert(inner.to_owned(), value);
        }
        None => {
            table.insert(key.to_owned(), value);
        }
    }
    Ok(())
}

fn update_of(table: &Table, path: &Path, is_policy: bool) -> Result<Layer, Fault> {
    match table.get(UPDATE) {
        None => Ok(Layer::default()),
        Some(Value::Table(table)) => Layer::read(table, is_policy).map_err(|fault| {
            let message = fault.object().message.clone();
            let wrong = wrong(path, &message);
            match fault.object().candidates.clone() {
                Some(known) => wrong.hint("these are the settings:").candidates(known),
                None => wrong,
            }
        }),
        Some(_) => Err(wrong(path, "`update` must be a table")),
    }
}

fn wrong(path: &Path, what: &str) -> Fault {
    Fault::new(Code::ConfigInvalid, format!("`{}`: {what}", path.display()))
        .hint("mend the file, or remove it")
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
        _ => match key.strip_prefix("update.") {
            Some(key) => Layer::check(key, value).map_err(|fault| fault.with_code(code)),
            None => Ok(()),
        },
    }
}

/// A file that is not there says nothing; one that is wrong says where.
fn read(path: &Path) -> Result<Table, Fault> {
    let wrong = |what: String| wrong(path, &what);
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
    for (key, value) in table.iter().filter(|(key, _)| *key != UPDATE) {
        let Value::String(value) = value else {
            check_key(key).map_err(|fault| wrong(fault.object().message.clone()))?;
            return Err(wrong(format!("`{key}` must be a text")));
        };
        // A quoted key with a dot stands at the top and is none of a table.
        if key.contains('.') {
            return Err(wrong(format!("there is no setting `\"{key}\"`")));
        }
        check_key(key).map_err(|fault| wrong(fault.object().message.clone()))?;
        check_value(key, value, Code::ConfigInvalid)
            .map_err(|fault| wrong(fault.object().message.clone()))?;
    }
    Ok(table)
}
