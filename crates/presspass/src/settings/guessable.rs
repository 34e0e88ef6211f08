//! Secret keys that can be guessed: placeholders, sequences, repetitions.

/// Words that placeholders are made of, as tutorials, templates and generators write them. All in small letters; the longest
/// are taken first.
const WORDS: &str = "\
    access admin and any api app application at auth authentication backend bar base64 baz before bit bits by byte \
    bytes can change changed changeit changeme changethis char character characters chars complex cookie database \
    default demo dev development django do dummy encryption enough env environment example express fake fastapi \
    flask foo for from generate generated hash hello here hmac hs256 hs384 hs512 in insecure insert is it json jwt \
    keep key laravel least length letmein local localhost long longer master me min minimum modify more must my \
    nestjs new node not of on only or our own password phrase placeholder please presspass private prod production \
    project public put python rails random react really refresh replace replaced root safe salt sample secret \
    secure security server service session set sha256 sha512 shared should sign signature signing simple some \
    something spring start string strong super symfony temp temporary test testing than that the then this to \
    token tokens top ultra unique unsafe use used user value very web with world you your";

/// The rows of keyboards, and the alphabet: pieces of them, in either direction, are sequences.
const ROWS: &[&str] = &[
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "qwertzuiop",
    "azertyuiop",
    "asdfghjkl",
    "zxcvbnm",
];

/// The shortest piece that counts as a sequence.
const SHORTEST_SEQUENCE: usize = 4;
/// A key with fewer letters and digits than this beside words and sequences can be guessed.
const LEAST_BESIDE: usize = 12;
/// A key that repeats a piece of at most this many letters is no better than the piece.
const LONGEST_REPEATED: usize = 16;
/// A key of fewer different letters can be guessed.
const LEAST_DIFFERENT: usize = 6;

/// Why a key can be guessed, in words that follow its place; `None` where these rules find nothing.
pub(super) fn weakness(key: &str) -> Option<&'static str> {
    let lower = key.to_lowercase();
    let letters: Vec<char> = lower.chars().filter(|letter| letter.is_alphanumeric()).collect();
    // Of a key of other signs the few letters say nothing.
    let is_spelled = letters.len() >= lower.chars().count() / 2;
    let spelled: String = letters.iter().collect();
    let count = |text: &str| text.chars().filter(|letter| *letter != ' ').count();
    let mut different: Vec<char> = key.chars().collect();
    different.sort_unstable();
    different.dedup();
    if repeats(key.chars()) || is_spelled && repeats(letters.iter().copied()) {
        Some("repeats a short piece over and over")
    } else if different.len() < LEAST_DIFFERENT {
        Some("has too few different characters")
    } else if is_spelled && count(&without_sequences(&spelled)) < LEAST_BESIDE {
        Some("is a sequence of letters or digits that anyone can guess")
    } else if is_spelled && count(&without_sequences(&without_words(&spelled))) < LEAST_BESIDE {
        Some("is a placeholder that anyone can guess")
    } else {
        None
    }
}

/// The letters with a space in place of each word.
fn without_words(letters: &str) -> String {
    let mut words: Vec<&str> = WORDS.split(' ').collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words.into_iter().fold(letters.to_owned(), |rest, word| rest.replace(word, " "))
}

/// The letters with a space in place of each sequence: letters of a row in turn, or one letter over and over.
fn without_sequences(letters: &str) -> String {
    let letters: Vec<char> = letters.chars().collect();
    let mut rest = String::new();
    let mut at = 0;
    while let Some(letter) = letters.get(at) {
        let length = sequence(&letters[at..]);
        if length < SHORTEST_SEQUENCE {
            rest.push(*letter);
            at += 1;
        } else {
            rest.push(' ');
            at += length;
        }
    }
    rest
}

/// How many letters of a sequence there are at the beginning.
fn sequence(letters: &[char]) -> usize {
    let in_a_row = |row: Vec<char>| {
        let starts = (0..row.len()).map(|start| {
            let pairs = row[start..].iter().zip(letters);
            pairs.take_while(|(one, other)| one == other).count()
        });
        starts.max().unwrap_or(0)
    };
    let rows = ROWS.iter().flat_map(|row| [row.chars().collect(), row.chars().rev().collect()]);
    let same = letters.iter().take_while(|letter| **letter != ' ' && **letter == letters[0]).count();
    rows.map(in_a_row).max().unwrap_or(0).max(same)
}

fn repeats(letters: impl Iterator<Item = char>) -> bool {
    let letters: Vec<char> = letters.collect();
    (1..=LONGEST_REPEATED.min(letters.len() / 2))
        .any(|length| letters.iter().zip(&letters[length..]).all(|(one, next)| one == next))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_and_templates_suggest_can_be_guessed() {
        const PLACEHOLDER: &str = "is a placeholder that anyone can guess";
        const SEQUENCE: &str = "is a sequence of letters or digits that anyone can guess";
        const REPEATS: &str = "repeats a short piece over and over";
        for (key, why) in [
            ("your-secret-key-at-least-32-characters-long", PLACEHOLDER),
            ("super-secret-key-change-in-production", PLACEHOLDER),
            ("SUPER_SECRET_KEY_CHANGE_IN_PRODUCTION!!!", PLACEHOLDER),
            ("your-super-secret-jwt-key-change-this-in-production", PLACEHOLDER),
            ("please-change-this-to-a-long-random-string", PLACEHOLDER),
            ("my_super_secret_jwt_signing_key_12345678", PLACEHOLDER),
            ("CHANGE_ME_TO_A_COMPLEX_RANDOM_SECRET", PLACEHOLDER),
            ("YOUR_OWN_RANDOM_GENERATED_SECRET_KEY", PLACEHOLDER),
            ("!!!SET DJANGO_SECRET_KEY!!! !!!SET DJANGO_SECRET_KEY", PLACEHOLDER),
            ("secret-secret-secret-secret-secret-1", PLACEHOLDER),
            ("django-insecure-change-me-my-secret-key", PLACEHOLDER),
            ("put your unique phrase here please", PLACEHOLDER),
            ("abcdefghijklmnopqrstuvwxyz0123456789", SEQUENCE),
            ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", SEQUENCE),
            ("01234567890123456789012345678901", REPEATS),
            ("qwertyuiopasdfghjklzxcvbnm1234567890", SEQUENCE),
            ("9876543210zyxwvutsrqponmlkjihgfedcba", SEQUENCE),
            ("0123456789abcdefghijklmnopqrstuvwxyz-1a2b", SEQUENCE),
            ("aaaabbbbccccddddeeeeffffgggghhhh", SEQUENCE),
            ("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", REPEATS),
            ("8f2k8f2k8f2k8f2k8f2k8f2k8f2k8f2k8f2k8f", REPEATS),
            ("8f2k-8F2K-8f2k-8F2K-8f2k-8F2K-8f2k-8F2K", REPEATS),
        ] {
            assert_eq!(weakness(key), Some(why), "{key}");
        }
        assert_eq!(weakness("abbaabababbabbbaaabababbbbaaabab"), Some("has too few different characters"));
    }

    #[test]
    fn random_letters_beside_words_are_enough() {
        for key in [
            "presspass-production-q9J0mT3vXh5Wc8Zr1Lk7Yp4N",
            "django-insecure-q9j0mt3vxh5wc8zr1lk7yp4ns6bd2fg0",
            "-x)q2#8j&(v$k!0_z^w@m5*t7=r+e9b1nc3p6",
        ] {
            assert_eq!(weakness(key), None, "{key}");
        }
    }
}
