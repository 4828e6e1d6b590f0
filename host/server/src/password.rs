//! Passwords: which are accepted, and how they are kept (Argon2id, RFC 9106).

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};

use crate::ServerError;
use crate::seal::random;

const SHORTEST: usize = 10;
const LONGEST: usize = 1024;
const FEWEST_DIFFERENT: usize = 5;

/// Refuses a password that would be guessed.
pub(crate) fn check(user: &str, password: &str) -> Result<(), ServerError> {
    let lower = password.to_lowercase();
    let mut different: Vec<_> = lower.chars().collect();
    different.sort_unstable();
    different.dedup();
    let reason = if password.is_empty() {
        "it is empty"
    } else if password.chars().count() < SHORTEST {
        "it has fewer than 10 characters"
    } else if password.len() > LONGEST {
        "it has more than 1024 bytes"
    } else if different.len() < FEWEST_DIFFERENT {
        "it is made of few different characters"
    } else if user.len() > 2 && lower.contains(user) {
        "it contains the user's name"
    } else if ["password", "passwort", "1234567890", "qwertyuiop", "meterport"]
        .iter()
        .any(|word| lower.trim_matches(|c: char| c.is_ascii_digit() || c == '!') == *word)
        || lower == "1234567890"
    {
        "it is one that is tried first"
    } else {
        return Ok(());
    };
    Err(ServerError::WeakPassword { reason })
}

/// Hashes a password with a new salt. Slow on purpose: not on an async thread.
pub(crate) fn hash(password: &str) -> Result<String, ServerError> {
    let salt = random::<16>()?;
    Argon2::default()
        .hash_password_with_salt(password.as_bytes(), &*salt)
        .map(|hash: PasswordHash| hash.to_string())
        .map_err(|_| ServerError::Internal { what: "a password hash" })
}

/// Whether the password is the one that was hashed. Without a hash, because there is no such user,
/// it takes as long and says no.
pub(crate) fn verify(password: &str, hash: Option<&str>) -> bool {
    let known = hash.and_then(|text| PasswordHash::new(text).ok());
    match known {
        Some(hash) => Argon2::default().verify_password(password.as_bytes(), &hash).is_ok(),
        None => {
            let mut unused = [0; 32];
            let _as_long =
                Argon2::default().hash_password_into(password.as_bytes(), &[0; 16], &mut unused);
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_passwords_are_refused_with_a_reason() {
        let weak = ["", "short", "aaaaaaaaaaaa", "anna-is-here-now", "Password1234", "1234567890"];
        for password in weak {
            let error = check("anna", password).unwrap_err();
            assert!(matches!(error, ServerError::WeakPassword { .. }), "{password}");
        }
    }

    #[test]
    fn a_phrase_is_accepted() {
        check("anna", "correct horse battery").unwrap();
    }

    #[test]
    fn only_the_same_password_is_verified() {
        let hash = hash("correct horse battery").unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(verify("correct horse battery", Some(&hash)));
        assert!(!verify("correct horse batter", Some(&hash)));
        assert!(!verify("correct horse battery", None));
    }
}
