//! Where passwords of keys come from: the terminal, or one line each from the standard input.

use std::io::{self, BufRead};

use super::KeyError;

/// Where passwords of keys come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passwords {
    /// Somebody types them.
    Prompt,
    /// One line of the standard input for each key, in the order of the keys.
    Stdin,
}

impl Passwords {
    /// The password of a key that is there.
    ///
    /// # Errors
    ///
    /// No terminal, or no further line.
    pub fn of_key(self, name: &str) -> Result<String, KeyError> {
        match self {
            Self::Prompt => prompt(&format!("Password of {name}: ")),
            Self::Stdin => line(),
        }
    }

    /// The password of a key that is being made: typed twice.
    ///
    /// # Errors
    ///
    /// As [`Passwords::of_key`], and two that differ.
    pub fn of_new_key(self, name: &str) -> Result<String, KeyError> {
        if self == Self::Stdin {
            return line();
        }
        let first = prompt(&format!("Password for {name}: "))?;
        let second = prompt("The same once more: ")?;
        if first == second { Ok(first) } else { Err(KeyError::Mismatch) }
    }
}

fn prompt(text: &str) -> Result<String, KeyError> {
    rpassword::prompt_password(text).map_err(|source| KeyError::Terminal { source })
}

fn line() -> Result<String, KeyError> {
    let mut text = String::new();
    let read = io::stdin().lock().read_line(&mut text);
    if read.map_err(|source| KeyError::Terminal { source })? == 0 {
        return Err(KeyError::NoPassword);
    }
    let text = text.strip_suffix('\n').unwrap_or(&text);
    Ok(text.strip_suffix('\r').unwrap_or(text).to_owned())
}
