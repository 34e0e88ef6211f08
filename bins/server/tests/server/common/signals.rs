//! Signals that `RunningServer` does not send.

use std::process::{Command, ExitStatus};

use presspass_test_support::RunningServer;

use super::eventually;

/// Sends what Ctrl-C sends, and waits until the server has ended.
pub(crate) fn interrupt(server: &mut RunningServer) -> ExitStatus {
    let id = server.id().to_string();
    let sent = Command::new("sh").args(["-c", "kill -INT \"$0\"", &id]).status();
    assert!(sent.is_ok_and(|status| status.success()), "SIGINT cannot be sent");
    wait_for_exit(server)
}

/// Waits until the server has ended.
pub(crate) fn wait_for_exit(server: &mut RunningServer) -> ExitStatus {
    eventually("the server ends", || server.exit_status())
}
