//! Memory and other figures of a process.

use std::fs;

use anyhow::Context as _;

/// The memory that a process has resident now (`VmRSS` of proc(5)), in KiB.
///
/// # Errors
/// Where there is no such process, or no /proc.
pub fn resident_kib(process: u32) -> anyhow::Result<u64> {
    field(process, "VmRSS:")
}

/// The most memory that a process has had resident (`VmHWM` of proc(5)), in KiB.
///
/// # Errors
/// Where there is no such process, or no /proc.
pub fn peak_resident_kib(process: u32) -> anyhow::Result<u64> {
    field(process, "VmHWM:")
}

/// Forgets the most memory that a process has had so far (proc(5), `clear_refs`).
///
/// # Errors
/// Where there is no such process, or it is another user's.
pub fn forget_peak(process: u32) -> anyhow::Result<()> {
    let file = format!("/proc/{process}/clear_refs");
    fs::write(&file, "5").with_context(|| format!("cannot write {file}"))
}

fn field(process: u32, name: &str) -> anyhow::Result<u64> {
    let file = format!("/proc/{process}/status");
    let status = fs::read_to_string(&file).with_context(|| format!("cannot read {file}"))?;
    let value = status.lines().find_map(|line| line.strip_prefix(name));
    let value = value.and_then(|value| value.trim().strip_suffix(" kB")?.trim().parse().ok());
    value.with_context(|| format!("{file} has no {name}"))
}

#[cfg(test)]
mod tests {
    use super::{peak_resident_kib, resident_kib};

    #[test]
    fn this_process_has_memory_and_its_peak_is_no_less() {
        let (now, peak) = (resident_kib(std::process::id()), peak_resident_kib(std::process::id()));
        let (now, peak) = (now.expect("it runs"), peak.expect("it runs"));
        assert!(0 < now && now <= peak, "{now} {peak}");
        assert!(resident_kib(u32::MAX).is_err());
    }
}
