//! A result record.
//!
//! | field | HID models                           | serial models                              |
//! |-------|--------------------------------------|--------------------------------------------|
//! | 2     | place in this transfer               | the same                                   |
//! | 3     | `^^^Glucose`; others are not public  | the same                                   |
//! | 4     | whole mg/dL, or mmol/L with decimals | the same                                   |
//! | 5     | `unit^method`                        | the same                                   |
//! | 7     | marks, joined with `/`               | `<`, `>`, `T`, joined with `\`             |
//! | 8     |                                      | the person's mark `B`, `A`, `D`            |
//! | 9     | time                                 | `E` for a control test                     |
//! | 12    |                                      | time                                       |
//!
//! | mark | meaning                        | mark        | meaning                             |
//! |------|--------------------------------|-------------|-------------------------------------|
//! | `<`  | below the lowest number        | `D`         | "don't feel right"                  |
//! | `>`  | above the highest number       | `I`         | ill                                 |
//! | `C`  | control solution               | `S`         | stress                              |
//! | `B`  | before food                    | `X`         | activity                            |
//! | `A`  | after food                     | `Z1`..`ZC`  | so many quarters of an hour after food |
//! | `F`  | fasting                        | others      | kept as they are                    |
//!
//! Spec: ASTM E1394, "result"; `README.md`, sources 1 to 3. Pure.

use meterport_sdk::wit::{ConcentrationUnit, Meal};

use crate::text::{Delimiters, RecordError, Time, milli, printable, time};

/// Which of the two tables a meter keeps to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Layout {
    /// The models with USB.
    Hid,
    /// The models with a jack.
    Serial,
}

/// One glucose result.
#[derive(Clone, PartialEq)]
pub struct Record {
    /// Place in this transfer.
    pub place: u32,
    /// Thousandths; `None` where the field is empty, which only HI and LO may be.
    pub value: Option<u32>,
    /// On which side of what the meter can show.
    pub side: Side,
    /// The unit of the value.
    pub unit: ConcentrationUnit,
    /// What it refers to, as a registered code.
    pub method: Option<&'static str>,
    /// When.
    pub at: Time,
    /// Control solution.
    pub control: bool,
    /// Before or after food.
    pub meal: Meal,
    /// How long after it.
    pub minutes_after_meal: Option<u16>,
    /// Measured outside of the temperatures that the meter allows.
    pub temperature: bool,
    /// Registered codes.
    pub marks: Vec<&'static str>,
    /// Marks that nobody has described.
    pub unknown: Vec<String>,
}

/// Whether a number is one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Side {
    /// It is.
    Within,
    /// LO.
    Below,
    /// HI.
    Above,
}

/// The fields of a record, counted from 1. An absent one is empty.
pub struct Fields<'a> {
    delimiters: Delimiters,
    fields: Vec<&'a str>,
}

impl<'a> Fields<'a> {
    /// Takes a record's text apart.
    ///
    /// # Errors
    ///
    /// Bytes that are not printable ASCII.
    pub fn of(record: &'a [u8], delimiters: Delimiters) -> Result<Self, RecordError> {
        let fields = printable(record)?.split(delimiters.field).collect();
        Ok(Self { delimiters, fields })
    }

    /// One field.
    #[must_use]
    pub fn field(&self, number: usize) -> &'a str {
        number.checked_sub(1).and_then(|at| self.fields.get(at)).copied().unwrap_or_default()
    }

    /// The record without its place in the transfer, which moves.
    #[must_use]
    pub fn without_place(&self) -> Vec<u8> {
        let mut fields = self.fields.clone();
        if let Some(place) = fields.get_mut(1) {
            *place = "";
        }
        fields.join(&self.delimiters.field.to_string()).into_bytes()
    }

    /// True where nothing stands in any field but these.
    #[must_use]
    pub fn has_only(&self, numbers: &[usize]) -> bool {
        let others = self.fields.iter().zip(1..).filter(|(_, number)| !numbers.contains(number));
        others.into_iter().all(|(field, _)| field.is_empty())
    }

    /// Whether it is a glucose result.
    #[must_use]
    pub fn is_glucose(&self) -> bool {
        self.field(1) == "R" && self.components(3).nth(3) == Some("Glucose")
    }

    /// The place in the transfer; `None` where there is none.
    ///
    /// # Errors
    ///
    /// What is no number.
    pub fn place(&self) -> Result<Option<u32>, RecordError> {
        match self.field(2) {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| RecordError::Field { name: "sequence" }),
        }
    }

    /// The time. It may be empty, but not absent: that is a record of the other table.
    #[must_use]
    pub fn time(&self, layout: Layout) -> &'a str {
        self.field(time_field(layout))
    }

    fn has_time(&self, layout: Layout) -> bool {
        self.fields.len() >= time_field(layout)
    }

    /// The unit of the value.
    ///
    /// # Errors
    ///
    /// One that nobody has described.
    pub fn unit(&self) -> Result<ConcentrationUnit, RecordError> {
        match self.components(5).next() {
            Some("mg/dL") => Ok(ConcentrationUnit::MgPerDl),
            Some("mmol/L") => Ok(ConcentrationUnit::MmolPerL),
            _ => Err(RecordError::Field { name: "unit" }),
        }
    }

    fn components(&self, number: usize) -> impl Iterator<Item = &'a str> {
        self.field(number).split(self.delimiters.component)
    }
}

impl Record {
    /// Reads a glucose result.
    ///
    /// # Errors
    ///
    /// A field that is not what the table says, or belongs to the other table.
    pub fn decode(fields: &Fields<'_>, layout: Layout) -> Result<Self, RecordError> {
        let place = fields.place()?.ok_or(RecordError::Field { name: "sequence" })?;
        if !fields.has_time(layout) {
            return Err(RecordError::Field { name: "time" });
        }
        let at = time(fields.time(layout))?;
        if layout == Layout::Hid && at == Time::Lost && !fields.field(12).is_empty() {
            // The other table: its marks would be taken for none.
            return Err(RecordError::Field { name: "time" });
        }
        let mut record = Self {
            place,
            value: None,
            side: Side::Within,
            unit: fields.unit()?,
            method: None,
            at,
            control: false,
            meal: Meal::None,
            minutes_after_meal: None,
            temperature: false,
            marks: Vec::new(),
            unknown: Vec::new(),
        };
        record.note_method(fields);
        match layout {
            Layout::Hid => record.note_marks(fields.field(7))?,
            Layout::Serial => record.note_serial_marks(fields)?,
        }
        record.value = match fields.field(4) {
            "" if record.side != Side::Within => None,
            text => Some(milli(text)?),
        };
        Ok(record)
    }

    fn note_method(&mut self, fields: &Fields<'_>) {
        self.method = match fields.components(5).nth(1) {
            Some("P") => Some("plasma"),
            Some("B") => Some("whole-blood"),
            Some("C") => Some("capillary"),
            Some("D") => Some("deproteinized"),
            Some("") | None => None,
            Some(other) => {
                self.unknown.push(format!("method {other}"));
                None
            }
        };
    }

    fn note_marks(&mut self, marks: &str) -> Result<(), RecordError> {
        for mark in marks.split('/') {
            match mark {
                "<" => self.note_side(Side::Below)?,
                ">" => self.note_side(Side::Above)?,
                "C" => self.control = true,
                "B" | "A" | "F" | "D" => self.note_person(mark),
                "I" => self.marks.push("illness"),
                "S" => self.marks.push("stress"),
                "X" => self.marks.push("sport"),
                _ => match minutes_after_meal(mark) {
                    Some(minutes) if self.minutes_after_meal.is_none() => {
                        self.minutes_after_meal = Some(minutes);
                    }
                    _ => self.keep(mark),
                },
            }
        }
        if self.minutes_after_meal.is_some() && self.meal == Meal::None {
            self.meal = Meal::After;
        }
        Ok(())
    }

    fn note_serial_marks(&mut self, fields: &Fields<'_>) -> Result<(), RecordError> {
        let repeat = fields.delimiters.repeat;
        for flag in fields.field(7).split(repeat) {
            match flag {
                "<" => self.note_side(Side::Below)?,
                ">" => self.note_side(Side::Above)?,
                "T" => self.temperature = true,
                _ => self.keep(flag),
            }
        }
        for mark in fields.field(8).split(repeat) {
            match mark {
                "B" | "A" | "D" => self.note_person(mark),
                _ => self.keep(mark),
            }
        }
        for status in fields.field(9).split(repeat) {
            match status {
                "E" => self.control = true,
                "" => {}
                _ => self.unknown.push(format!("status {status}")),
            }
        }
        Ok(())
    }

    fn note_side(&mut self, side: Side) -> Result<(), RecordError> {
        if self.side != Side::Within && self.side != side {
            return Err(RecordError::Contradiction);
        }
        self.side = side;
        Ok(())
    }

    /// What the person said about it. Of two meals neither is believed, and both are kept.
    fn note_person(&mut self, mark: &str) {
        let meal = match mark {
            "B" => Meal::Before,
            "A" => Meal::After,
            "F" => Meal::Fasting,
            _ => return self.marks.push("dont-feel-right"),
        };
        if self.meal == Meal::None || self.meal == meal {
            self.meal = meal;
        } else {
            if let Some(first) = letter(self.meal) {
                self.keep(first);
            }
            self.keep(mark);
            self.meal = Meal::Unknown;
        }
    }

    fn keep(&mut self, mark: &str) {
        if !mark.is_empty() {
            self.unknown.push(mark.to_owned());
        }
    }
}

fn time_field(layout: Layout) -> usize {
    match layout {
        Layout::Hid => 9,
        Layout::Serial => 12,
    }
}

fn letter(meal: Meal) -> Option<&'static str> {
    match meal {
        Meal::Before => Some("B"),
        Meal::After => Some("A"),
        Meal::Fasting => Some("F"),
        _ => None,
    }
}

fn minutes_after_meal(mark: &str) -> Option<u16> {
    let quarters = match mark.strip_prefix('Z')?.as_bytes() {
        [digit @ b'1'..=b'9'] => digit - b'0',
        [letter @ b'A'..=b'C'] => letter - b'A' + 10,
        _ => return None,
    };
    Some(u16::from(quarters) * 15)
}

#[cfg(test)]
mod tests;
