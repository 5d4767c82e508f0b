//! The clock of the computer.

#![allow(
    clippy::disallowed_types,
    reason = "this is the one file that reads the clock"
)]

use super::Clock;
use std::time::{SystemTime, UNIX_EPOCH};

/// The clock of the computer.
pub struct SystemClock;

impl Clock for SystemClock {
    fn unix_seconds(&self) -> i64 {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(now.as_secs()).unwrap_or(i64::MAX)
    }
}
