//! Numbered files, of which the newest valid one counts: generations and states.

use crate::disk::Disk;
use crate::error::StoreError;
use crate::publish::publish;

/// Why a file does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Invalid {
    /// It fails its own check: torn or damaged.
    Damaged,
    /// It is whole, and says something that this program does not understand.
    Unreadable,
}

/// One kind of numbered files.
pub(crate) struct Numbered {
    /// Their folder.
    pub folder: &'static str,
    /// The end of their names, with its dot.
    pub ending: &'static str,
    /// Largest file that is read.
    pub most: usize,
}

/// The numbers of all files, newest first, with what each of them says.
pub(crate) type All<T> = Vec<(u64, Result<T, Invalid>)>;

impl Numbered {
    /// The name of a file.
    pub fn file_name(&self, number: u64) -> String {
        format!("{number:06}{}", self.ending)
    }

    /// The path of a file.
    pub fn path(&self, number: u64) -> String {
        format!("{}/{}", self.folder, self.file_name(number))
    }

    /// The number in a name, if it is exactly the name of such a file.
    pub fn number_of(&self, name: &str) -> Option<u64> {
        let number = name.strip_suffix(self.ending)?.parse().ok()?;
        (number > 0 && self.file_name(number) == name).then_some(number)
    }

    /// Reads all files. One that cannot be read at all is an error: to go on with an older one
    /// would undo a change because of a passing failure.
    pub fn read<T>(
        &self,
        disk: &dyn Disk,
        parse: impl Fn(u64, &[u8]) -> Result<T, Invalid>,
    ) -> Result<All<T>, StoreError> {
        let names = disk.list(self.folder).map_err(StoreError::io(self.folder))?;
        let mut numbers: Vec<u64> = names.iter().filter_map(|name| self.number_of(name)).collect();
        numbers.sort_unstable_by(|a, b| b.cmp(a));
        let mut all = Vec::new();
        for number in numbers {
            let path = self.path(number);
            let bytes = disk.read(&path, self.most + 1).map_err(StoreError::io(path))?;
            // Without a lock file there is no lock, and a name may go while names are read.
            let Some(bytes) = bytes else { continue };
            let parsed = match bytes.len() <= self.most {
                true => parse(number, &bytes),
                false => Err(Invalid::Damaged),
            };
            all.push((number, parsed));
        }
        Ok(all)
    }

    /// The number of the next file: above all that are whole, understood or not.
    pub fn next_number<T>(&self, all: &All<T>) -> Result<u64, StoreError> {
        let newest = all.iter().find(|(_, parsed)| !matches!(parsed, Err(Invalid::Damaged)));
        let newest = newest.map_or(0, |(number, _)| *number);
        newest.checked_add(1).ok_or(StoreError::NumbersUsedUp)
    }

    /// Writes the next file, under the exclusive lock; afterwards it counts.
    pub fn publish<T>(
        &self,
        disk: &dyn Disk,
        all: &All<T>,
        number: u64,
        bytes: &[u8],
    ) -> Result<(), StoreError> {
        if bytes.len() > self.most {
            return Err(StoreError::TooMany);
        }
        let damaged = |(taken, parsed): &(u64, Result<T, Invalid>)| {
            *taken == number && matches!(parsed, Err(Invalid::Damaged))
        };
        if all.iter().any(damaged) {
            let path = self.path(number);
            disk.remove(&path).map_err(StoreError::io(path))?;
        }
        publish(disk, self.folder, &self.file_name(number), bytes)
    }
}

/// The valid ones, newest first.
pub(crate) fn valid<T>(all: &All<T>) -> impl Iterator<Item = &T> {
    all.iter().filter_map(|(_, parsed)| parsed.as_ref().ok())
}

#[cfg(test)]
mod tests {
    use super::Numbered;

    #[test]
    fn only_the_exact_name_counts() {
        let files = Numbered { folder: "generations", ending: ".gen", most: 10 };
        for name in
            ["42.gen", "0000042.gen", "000000.gen", "000042.GEN", "000042", "+00042.gen", "new"]
        {
            assert_eq!(files.number_of(name), None, "{name}");
        }
        assert_eq!(files.number_of("000042.gen"), Some(42));
        assert_eq!(files.number_of("1234567.gen"), Some(1_234_567));
    }
}
