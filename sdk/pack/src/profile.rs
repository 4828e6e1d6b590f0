//! How drivers are compiled.
//!
//! The settings go to cargo on its command line, so that a driver in a workspace of its own is
//! compiled like ours. Optimising for speed is the only large lever on how fast a driver runs, and
//! debug information goes while function names stay, so that a trap can be understood.

/// The cargo profile's name.
pub(crate) const NAME: &str = "driver";

/// The target that has no system interface at all.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// Key and value as TOML.
pub(crate) const SETTINGS: [(&str, &str); 6] = [
    ("inherits", "\"release\""),
    ("opt-level", "3"),
    ("lto", "true"),
    ("codegen-units", "1"),
    ("panic", "\"abort\""),
    ("strip", "\"debuginfo\""),
];

/// The settings as arguments for cargo.
pub(crate) fn arguments() -> impl Iterator<Item = String> {
    SETTINGS
        .iter()
        .flat_map(|(key, value)| ["--config".to_owned(), format!("profile.{NAME}.{key}={value}")])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workspace_has_the_same_profile() {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml");
        let root: toml::Table = std::fs::read_to_string(root).unwrap().parse().unwrap();
        let ours = SETTINGS.map(|(key, value)| format!("{key} = {value}")).join("\n");
        let ours: toml::Table = ours.parse().unwrap();

        assert_eq!(root["profile"][NAME].as_table(), Some(&ours));
    }
}
