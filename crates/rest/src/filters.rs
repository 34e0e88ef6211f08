//! Ordering, search and filters of a list (DRF's `OrderingFilter` and `SearchFilter`, and django-filter).

use presspass_serializers::{FieldErrors, is_space, strip};

use crate::query::Query;

/// The longest text of a filter, and of all terms of a search together, in bytes. A database compares each of them with
/// each position of each text: the product of both is the cost of a request.
pub const MAX_TEXT: usize = 500;

/// The maximum number of terms of a search.
const MAX_TERMS: usize = 32;

/// The valid terms of `?ordering=`, and whether each is descending. Names that are not `known` are ignored.
#[must_use]
pub fn ordering<T: Copy>(query: &Query, known: &[(&str, T)]) -> Vec<(T, bool)> {
    let terms = query.get("ordering").unwrap_or("").split(',').map(strip);
    let mut seen: Vec<&str> = Vec::new();
    terms
        .filter_map(|term| {
            let (name, descending) = term.strip_prefix('-').map_or((term, false), |name| (name, true));
            let (name, value) = known.iter().find(|(known, _)| *known == name)?;
            // A second order by the same column has no effect.
            if seen.contains(name) {
                return None;
            }
            seen.push(name);
            Some((*value, descending))
        })
        .collect()
}

/// The terms of `?search=`, separated by commas and spaces.
///
/// # Errors
/// Where there are too many terms, or too long ones.
pub fn search(query: &Query) -> Result<Vec<String>, FieldErrors> {
    let text = query.get("search").unwrap_or("");
    let terms: Vec<String> = text
        .split(|c: char| c == ',' || is_space(c))
        .filter(|term| !term.is_empty())
        .map(str::to_owned)
        .collect();
    if terms.len() > MAX_TERMS {
        return Err(one("search", format!("Ensure this value has at most {MAX_TERMS} terms.")));
    }
    if terms.iter().map(String::len).sum::<usize>() > MAX_TEXT {
        return Err(one("search", too_long()));
    }
    Ok(terms)
}

fn too_long() -> String {
    format!("Ensure this value has at most {MAX_TEXT} bytes.")
}

fn one(name: &'static str, message: String) -> FieldErrors {
    let mut errors = FieldErrors::default();
    errors.add(name, [message.into()]);
    errors
}

/// Reads the filters of a query, and collects their errors.
#[derive(Debug)]
pub struct FilterReader<'q> {
    query: &'q Query,
    errors: FieldErrors,
}

impl<'q> FilterReader<'q> {
    #[must_use]
    pub fn new(query: &'q Query) -> Self {
        Self { query, errors: FieldErrors::default() }
    }

    /// A text; `None` where it is missing or blank.
    pub fn text(&mut self, name: &'static str) -> Option<String> {
        let text = strip(self.query.get(name)?);
        if text.contains('\0') {
            self.errors.add(name, ["Null characters are not allowed.".into()]);
        } else if text.len() > MAX_TEXT {
            self.errors.add(name, [too_long().into()]);
        } else if !text.is_empty() {
            return Some(text.to_owned());
        }
        None
    }

    /// A value of another kind; `None` where it is missing or blank. `message` is the error where `parse` returns `None`.
    pub fn parsed<T>(
        &mut self,
        name: &'static str,
        message: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.query.get(name).filter(|text| !text.is_empty())?;
        let value = parse(strip(text));
        if value.is_none() {
            self.errors.add(name, [message.into()]);
        }
        value
    }

    /// # Errors
    /// The errors of all filters that were read.
    pub fn finish(self) -> Result<(), FieldErrors> {
        if self.errors.is_empty() { Ok(()) } else { Err(self.errors) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_names_are_ignored() {
        let known = [("id", 1), ("title", 2)];
        let order = |text: &str| ordering(&Query::parse(&format!("ordering={text}")), &known);
        assert_eq!(order("-title,%20id"), [(2, true), (1, false)]);
        assert_eq!(order("nope,--id,%2Bid,?,-id"), [(1, true)]);
        assert_eq!(order("id,-id,title"), [(1, false), (2, false)]);
        assert_eq!(order(""), []);
    }

    #[test]
    fn search_splits_on_commas_and_spaces() {
        let terms = |text: &str| search(&Query::parse(&format!("search={text}")));
        assert_eq!(terms("post%2C7%20+x%C2%A0y").unwrap(), ["post", "7", "x", "y"]);
        assert!(terms("").unwrap().is_empty());
        assert!(terms(&"a,".repeat(MAX_TERMS + 1)).is_err());
        assert!(terms(&"a".repeat(MAX_TEXT + 1)).is_err());
    }

    #[test]
    fn errors_have_the_names_of_the_filters() {
        let query = Query::parse("n=nonsense&title=%20%20&m=&a=b&o=7");
        let mut reader = FilterReader::new(&query);
        assert_eq!(reader.text("title"), None);
        assert_eq!(reader.text("a").as_deref(), Some("b"));
        let mut number = |name| reader.parsed(name, "Enter a number.", |text| text.parse::<u8>().ok());
        assert_eq!((number("o"), number("m"), number("n")), (Some(7), None, None));
        assert_eq!(reader.finish().unwrap_err().of("n"), ["Enter a number."]);
    }
}
