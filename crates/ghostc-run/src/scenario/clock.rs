//! The one clock of a scenario, which is the same in every process of this machine and never goes back.

use rustix::time::{ClockId, clock_gettime};

/// Microseconds since some time that stays the same as long as the system runs.
pub(super) fn micros() -> u64 {
    let now = clock_gettime(ClockId::Monotonic);
    let (seconds, nanos) = (u64::try_from(now.tv_sec), u64::try_from(now.tv_nsec));
    seconds.unwrap_or(0).saturating_mul(1_000_000) + nanos.unwrap_or(0) / 1000
}
