//! Functions of libpq that diesel hides: the SQLSTATE of an error, the parameters of a URL, and whether a server accepts
//! connections.
#![expect(
    unsafe_code,
    reason = "diesel 2.3 gives access neither to the SQLSTATE of an error nor to libpq's PQping and PQconninfoParse; all are called here alone"
)]

use std::alloc::Layout;
use std::collections::BTreeMap;
use std::ffi::{CStr, CString, c_int};
use std::ptr::{self, NonNull};

use diesel::result::DatabaseErrorInformation;
use pq_sys::{
    PGPing, PGresult, PQconndefaults, PQconninfoFree, PQconninfoOption, PQconninfoParse, PQping,
    PQresultErrorField,
};

use crate::url::{ConnectionTarget, DatabaseUrl};

/// The parts of an error of `PostgreSQL` that do not depend on the server's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ServerError {
    /// The five characters of <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
    pub sqlstate: String,
    /// The function of the server that reported it.
    pub routine: String,
}

/// The fields of an error that `PostgreSQL` reported; `None` for errors of `SQLite` and of libpq itself.
///
/// diesel classifies some SQLSTATEs and hides all others (diesel issue 1395). Its version is pinned in Cargo.toml because
/// this reads one of its private types; it can go with the first release that has an accessor.
pub(crate) fn server_error(
    information: &(dyn DatabaseErrorInformation + Send + Sync),
) -> Option<ServerError> {
    // diesel 2.3.14 has two types of information: `String`, and `PgErrorInformation`, whose one field is a `RawResult`,
    // whose one field is a `NonNull<PGresult>`. A struct of that size and with that field has it at its beginning.
    if Layout::for_value(information) != Layout::new::<NonNull<PGresult>>() {
        return None;
    }
    #[expect(clippy::cast_ptr_alignment, reason = "the layouts are the same, and so the alignments")]
    let data = ptr::from_ref(information).cast::<NonNull<PGresult>>();
    // SAFETY: by its layout it is no `String`, so it is the other type, which begins with this pointer (see above) and owns
    // the result, which so lives as long as the borrow.
    let result = unsafe { data.read() };
    Some(ServerError { sqlstate: field(result, b'C')?, routine: field(result, b'R').unwrap_or_default() })
}

/// A field of an error, by its code in `postgres_ext.h`.
fn field(result: NonNull<PGresult>, code: u8) -> Option<String> {
    // SAFETY: the caller's result is alive; libpq only reads it, and returns NULL or text that ends with a zero byte and
    // lives as long as the result.
    let text = unsafe { PQresultErrorField(result.as_ptr(), c_int::from(code)) };
    if text.is_null() {
        return None;
    }
    // SAFETY: not NULL, and see above.
    let text = unsafe { CStr::from_ptr(text) };
    Some(text.to_string_lossy().into_owned())
}

/// The parameters that libpq connects by: those of the URL, and where it names none those of the environment, of the service
/// file, and libpq's own. `None` where it cannot read them. Host and password may come from elsewhere, too.
pub(crate) fn parameters(url: &str) -> Option<BTreeMap<String, String>> {
    let url = CString::new(url).ok()?;
    // SAFETY: libpq returns NULL, or an array that ends with an option without a keyword.
    let defaults = unsafe { PQconndefaults() };
    // SAFETY: the text ends with a zero byte and lives until libpq returns; no message is asked for.
    let of_url = unsafe { PQconninfoParse(url.as_ptr(), ptr::null_mut()) };
    let parameters = match (NonNull::new(defaults), NonNull::new(of_url)) {
        (Some(defaults), Some(of_url)) => {
            let mut parameters = options(defaults);
            parameters.extend(options(of_url));
            Some(parameters)
        }
        _ => None,
    };
    // SAFETY: they are libpq's, and not used again; it ignores NULL.
    unsafe {
        PQconninfoFree(defaults);
        PQconninfoFree(of_url);
    }
    parameters
}

/// The options of libpq that have values.
fn options(mut option: NonNull<PQconninfoOption>) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    loop {
        // SAFETY: the array is alive, and its last element, which this stops at, has no keyword.
        let PQconninfoOption { keyword, val, .. } = unsafe { option.read() };
        if keyword.is_null() {
            return found;
        }
        if !val.is_null() {
            // SAFETY: both are texts that end with a zero byte and live as long as the array.
            let text = |text| unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned();
            found.insert(text(keyword), text(val));
        }
        // SAFETY: this was not the last element.
        option = unsafe { option.add(1) };
    }
}

impl DatabaseUrl {
    /// Whether the server accepts connections, whether or not it accepts this user and password; a file always does. `false` where
    /// it cannot be reached, and while it is starting or stopping. Blocks as long as connecting takes, at most about two
    /// seconds a host.
    #[must_use]
    pub fn accepts_connections(&self) -> bool {
        let ConnectionTarget::Server(url) = self.target() else { return true };
        // A URL that cannot be tried will not become better; connecting tells why.
        let Ok(url) = CString::new(url) else { return true };
        // SAFETY: the text ends with a zero byte and lives until libpq returns, which keeps nothing of it.
        match unsafe { PQping(url.as_ptr()) } {
            PGPing::PQPING_REJECT | PGPing::PQPING_NO_RESPONSE => false,
            PGPing::PQPING_OK | PGPing::PQPING_NO_ATTEMPT => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use diesel::connection::SimpleConnection as _;
    use diesel::result::Error as DieselError;
    use diesel::{Connection as _, PgConnection, SqliteConnection};
    use presspass_test_support::{TestDatabase, free_port};

    use super::*;

    fn said(outcome: diesel::QueryResult<()>) -> Option<ServerError> {
        match outcome.unwrap_err() {
            DieselError::DatabaseError(_, information) => server_error(&*information),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_error_of_the_server_has_its_sqlstate_and_its_routine_in_every_language() {
        let Some(place) = TestDatabase::postgresql() else { return };
        let mut connection = PgConnection::establish(&place.url()).unwrap();
        let expected = ServerError { sqlstate: "22012".to_owned(), routine: "int4div".to_owned() };
        assert_eq!(said(connection.batch_execute("SELECT 1 / 0")), Some(expected.clone()));
        if place.speaks_german() {
            let mut connection = PgConnection::establish(&place.url()).unwrap();
            let error = connection.batch_execute("SELECT 1 / 0").unwrap_err();
            assert_eq!(error.to_string(), "Division durch Null");
            assert_eq!(said(Err(error)), Some(expected));
        }
    }

    #[test]
    fn an_error_of_sqlite_and_one_of_libpq_have_none() {
        let mut sqlite = SqliteConnection::establish(":memory:").unwrap();
        assert_eq!(said(sqlite.batch_execute("SELECT * FROM nowhere")), None);
        assert_eq!(server_error(&String::from("text")), None);
        let Some(place) = TestDatabase::postgresql() else { return };
        let mut connection = PgConnection::establish(&place.url()).unwrap();
        let _ = connection.batch_execute("SELECT pg_terminate_backend(pg_backend_pid())");
        assert_eq!(said(connection.batch_execute("SELECT 1")), None);
    }

    #[test]
    fn parameters_are_those_of_the_url_as_libpq_reads_it() {
        let found =
            parameters("postgres://a%40b:p%2Fw@[::1]:5433,h2/d?sslmode=disable&options=-c%20a%3Db").unwrap();
        let of = |name: &str| found.get(name).map(String::as_str);
        assert_eq!((of("user"), of("password"), of("dbname")), (Some("a@b"), Some("p/w"), Some("d")));
        assert_eq!((of("host"), of("port")), (Some("::1,h2"), Some("5433,")));
        assert_eq!((of("sslmode"), of("options")), (Some("disable"), Some("-c a=b")));
        assert!(of("hostaddr").is_none() && of("target_session_attrs") == Some("any"), "{found:?}");
        assert_eq!(parameters("postgres://h/d?no_such_parameter=1"), None);
    }

    #[test]
    fn a_server_accepts_connections_whatever_the_password_and_the_database() {
        let accepts = |url: &str| DatabaseUrl::parse(url).unwrap().accepts_connections();
        assert!(!accepts(&format!("postgres://127.0.0.1:{}/d", free_port())));
        assert!(accepts("postgres://127.0.0.1:1/d?no_such_parameter=1"), "nothing is tried");
        assert!(accepts("sqlite:///no/such/file"));
        let Some(place) = TestDatabase::postgresql() else { return };
        assert!(accepts(&place.url()));
        let (_, host) = place.url().rsplit_once('@').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
        assert!(accepts(&format!("postgres://nobody:wrong@{host}")));
        assert!(accepts(&format!("{}_not_there", place.url())));
    }
}
