//! Which meter it is.

/// A model of the family.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Model {
    /// On a serial line.
    VerioIq,
    /// The Verio of 2015.
    Verio,
    /// Verio Flex.
    #[default]
    VerioFlex,
    /// Verio Reflect.
    VerioReflect,
    /// Select Plus.
    SelectPlus,
    /// Select Plus Flex.
    SelectPlusFlex,
    /// Ultra Plus Flex.
    UltraPlusFlex,
}

impl Model {
    /// Every model, as the knob names it and as the meter names itself. The name of the VerioIQ is
    /// documented; no source quotes the others.
    pub const ALL: [(&'static str, Self, &'static str); 7] = [
        ("verio-iq", Self::VerioIq, "VerioIQ"),
        ("verio", Self::Verio, "Verio"),
        ("verio-flex", Self::VerioFlex, "Verio Flex"),
        ("verio-reflect", Self::VerioReflect, "Verio Reflect"),
        ("select-plus", Self::SelectPlus, "Select Plus"),
        ("select-plus-flex", Self::SelectPlusFlex, "Select Plus Flex"),
        ("ultra-plus-flex", Self::UltraPlusFlex, "Ultra Plus Flex"),
    ];

    /// What it calls itself.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, model, _)| *model == self).map_or("", |(_, _, name)| *name)
    }

    /// USB vendor and product id.
    #[must_use]
    pub fn ids(self) -> (u16, u16) {
        match self {
            Self::VerioIq => (0x10C4, 0x85A7),
            Self::Verio => (0x2766, 0x0000),
            Self::VerioFlex => (0x2766, 0x0004),
            Self::VerioReflect => (0x2766, 0x000C),
            Self::SelectPlus => (0x2766, 0x1000),
            Self::SelectPlusFlex => (0x2766, 0x1004),
            Self::UltraPlusFlex => (0x2766, 0x000E),
        }
    }
}
