//! Pipes: how large they are, and how long they are waited for.

use rustix::event::{PollFd, Timespec, poll};
use std::io;
use std::os::fd::AsFd;
use std::time::Duration;

/// The size that pipes are asked to have, so that neither side has to wait for the other at every turn.
const PIPE: usize = 1 << 20;

/// Lets reads and writes return at once where they would wait.
pub(crate) fn set_nonblocking(file: &impl AsFd) -> io::Result<()> {
    Ok(rustix::io::ioctl_fionbio(file, true)?)
}

/// Asks for a large pipe; whether it is one now.
#[cfg(target_os = "linux")]
pub(crate) fn enlarge_pipe(pipe: &impl AsFd) -> bool {
    rustix::pipe::fcntl_setpipe_size(pipe, PIPE).is_ok()
}

/// Pipes have the size they have.
#[cfg(not(target_os = "linux"))]
pub(crate) fn enlarge_pipe(_pipe: &impl AsFd) -> bool {
    let _unused = PIPE;
    false
}

/// Waits until one of the files is ready, at most for `limit`; a signal may end it early.
pub(crate) fn wait(files: &mut [PollFd<'_>], limit: Duration) -> io::Result<()> {
    let limit = Timespec::try_from(limit).map_err(io::Error::other)?;
    match poll(files, Some(&limit)) {
        Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
