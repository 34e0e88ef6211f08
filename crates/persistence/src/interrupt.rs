//! Interrupts statements of `SQLite`: at a deadline, and when no caller waits for them any more.
//!
//! diesel 2.3 hides its `sqlite3` pointer. `SQLite` calls an automatic extension for every connection that is opened: ours
//! sets a progress handler, which looks up the thread's current read. So no pointer is stored, and statements outside of
//! [`interruptible`] are never interrupted.
#![expect(unsafe_code, reason = "diesel has no safe way to set a progress handler")]

use std::cell::RefCell;
use std::ffi::{c_char, c_int, c_void};
use std::ptr::null_mut;
use std::sync::Once;
use std::time::{Duration, Instant};

use libsqlite3_sys as ffi;

use crate::running_read::RunningRead;

/// After how many instructions of its virtual machine `SQLite` calls the handler: well below a millisecond, unless very long
/// texts are compared.
const INSTRUCTIONS: c_int = 1000;

thread_local! {
    static CURRENT: RefCell<Option<Interruptible>> = const { RefCell::new(None) };
}

/// The read that a thread is running.
struct Interruptible {
    read: RunningRead,
    /// How long the database may take until the next row.
    timeout: Duration,
    /// The last step of the read, and when it began.
    seen: (u64, Instant),
}

impl Interruptible {
    fn must_end(&mut self) -> bool {
        if self.read.is_abandoned() {
            return true;
        }
        let steps = self.read.steps();
        if self.seen.0 != steps {
            self.seen = (steps, Instant::now());
        } else if self.seen.1.elapsed() > self.timeout {
            self.read.time_out();
            return true;
        }
        false
    }
}

/// Makes all connections that are opened from now on interruptible.
pub(crate) fn install() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        // SAFETY: `set_up` has the type that SQLite calls such a function by, and lives as long as the program.
        let code = unsafe { ffi::sqlite3_auto_extension(Some(set_up)) };
        if code != ffi::SQLITE_OK {
            tracing::warn!(code, "statements of SQLite have no deadline: it takes no automatic extension");
        }
    });
}

/// Runs work on this thread. Its statements on `SQLite` end with an error once the read is abandoned, or once they took
/// longer than `timeout` without returning a row.
pub(crate) fn interruptible<T>(read: &RunningRead, timeout: Duration, work: impl FnOnce() -> T) -> T {
    /// Work may panic.
    struct Reset;
    impl Drop for Reset {
        fn drop(&mut self) {
            CURRENT.set(None);
        }
    }
    CURRENT.set(Some(Interruptible { read: read.clone(), timeout, seen: (read.steps(), Instant::now()) }));
    let _reset = Reset;
    work()
}

unsafe extern "C" fn set_up(
    connection: *mut ffi::sqlite3,
    _error: *mut *mut c_char,
    _api: *const ffi::sqlite3_api_routines,
) -> c_int {
    // SAFETY: SQLite hands over the connection that it is opening, and the handler is given no data.
    unsafe { ffi::sqlite3_progress_handler(connection, INSTRUCTIONS, Some(on_progress), null_mut()) };
    ffi::SQLITE_OK
}

/// Any result but 0 interrupts the statement.
extern "C" fn on_progress(_data: *mut c_void) -> c_int {
    // This must not panic: a panic cannot unwind through C.
    let must_end = CURRENT.try_with(|current| {
        current.try_borrow_mut().is_ok_and(|mut it| it.as_mut().is_some_and(Interruptible::must_end))
    });
    c_int::from(must_end.unwrap_or(false))
}
