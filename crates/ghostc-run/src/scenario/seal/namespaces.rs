//! Namespaces for a scenario: users, network, processes, mounts, and what processes share with each other, of its own.

use super::SealLevel;
use rustix::fs::{StatVfsMountFlags, statvfs};
use rustix::io::Errno;
use rustix::mount::{MountFlags, MountPropagationFlags, mount, mount_bind, mount_change, mount_remount};
use rustix::net::netlink::SocketAddrNetlink;
use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, recv, sendto, socket_with};
use rustix::process::{Signal, getegid, geteuid, set_parent_process_death_signal};
use rustix::thread::{
    CapabilitySet, CapabilitySets, UnshareFlags, capabilities, clear_ambient_capability_set,
    configure_capability_in_ambient_set, remove_capability_from_bounding_set, set_capabilities,
};
use std::fs;
use std::io;
use std::path::Path;

/// What root's programs may do inside, as in a container: nothing to the process inside, its namespaces, or a played
/// command. Who may not give capabilities to files cannot make namespaces with a root (user_namespaces(7)).
const FOR_ROOT: CapabilitySet = CapabilitySet::CHOWN
    .union(CapabilitySet::DAC_OVERRIDE)
    .union(CapabilitySet::FOWNER)
    .union(CapabilitySet::FSETID)
    .union(CapabilitySet::SETFCAP)
    .union(CapabilitySet::KILL)
    .union(CapabilitySet::SETGID)
    .union(CapabilitySet::SETUID)
    .union(CapabilitySet::SETPCAP)
    .union(CapabilitySet::NET_BIND_SERVICE)
    .union(CapabilitySet::SYS_CHROOT);

/// Enters new namespaces, with the loopback network up. What this process starts next is the first in the new process
/// namespace, where the level has one, and may mount.
pub(super) fn enter(level: SealLevel) -> Result<(), String> {
    let mut flags = UnshareFlags::NEWUSER | UnshareFlags::NEWNET | UnshareFlags::NEWNS;
    flags |= UnshareFlags::NEWIPC | UnshareFlags::NEWUTS;
    if level == SealLevel::All {
        flags |= UnshareFlags::NEWPID;
    }
    let (user, group) = (geteuid().as_raw(), getegid().as_raw());
    leave_shared(flags).map_err(|error| match Errno::from_io_error(&error) {
        Some(Errno::NOSPC | Errno::USERS) => "no more namespaces are allowed".to_string(),
        _ => format!("no namespaces can be made: {error}"),
    })?;
    map(user, group).map_err(|error| format!("a namespace gets no users: {error}"))?;
    raise_loopback().map_err(|error| format!("the loopback network cannot be started: {error}"))?;
    keep_for_next(CapabilitySet::SYS_ADMIN).map_err(|error| format!("nothing may be mounted: {error}"))?;
    die_with_parent();
    Ok(())
}

#[expect(
    deprecated,
    reason = "it is unsafe where files are no longer shared between threads, which these flags leave alone"
)]
fn leave_shared(flags: UnshareFlags) -> io::Result<()> {
    Ok(rustix::thread::unshare(flags)?)
}

/// Makes the user and group of this process known in the new namespace, under the same numbers.
fn map(user: u32, group: u32) -> io::Result<()> {
    fs::write("/proc/self/setgroups", "deny")?;
    fs::write("/proc/self/uid_map", format!("{user} {user} 1"))?;
    fs::write("/proc/self/gid_map", format!("{group} {group} 1"))
}

/// Lets the next program keep what this process may do, whoever its user is.
fn keep_for_next(kept: CapabilitySet) -> io::Result<()> {
    let now = capabilities(None)?;
    let inheritable = now.inheritable | kept;
    set_capabilities(None, CapabilitySets { inheritable, ..now })?;
    Ok(configure_capability_in_ambient_set(kept, true)?)
}

/// Starts the interface `lo`, which is the first and only one of a new network: `RTM_NEWLINK` of rtnetlink(7).
fn raise_loopback() -> io::Result<()> {
    const NEW_LINK: u16 = 16;
    const REQUEST_AND_ACKNOWLEDGE: u16 = 1 | 4;
    const ERROR: u16 = 2;
    const LOOPBACK: i32 = 1;
    const UP: u32 = 1;
    const LENGTH: usize = 32;
    let mut message = Vec::with_capacity(LENGTH);
    // The header: length, type, flags, sequence, port.
    message.extend((LENGTH as u32).to_ne_bytes());
    message.extend(NEW_LINK.to_ne_bytes());
    message.extend(REQUEST_AND_ACKNOWLEDGE.to_ne_bytes());
    message.extend([0; 8]);
    // The interface: family and type, index, flags, and which flags are changed.
    message.extend([0; 4]);
    message.extend(LOOPBACK.to_ne_bytes());
    message.extend(UP.to_ne_bytes());
    message.extend(UP.to_ne_bytes());
    let flags = SocketFlags::CLOEXEC;
    // The protocol that is meant where none is named is that of links and routes.
    let socket = socket_with(AddressFamily::NETLINK, SocketType::RAW, flags, None)?;
    let kernel = SocketAddrNetlink::new(0, 0);
    sendto(&socket, &message, SendFlags::empty(), &kernel)?;
    let mut answer = [0_u8; 1024];
    let (length, _) = recv(&socket, answer.as_mut_slice(), RecvFlags::empty())?;
    let answer = answer.get(..length).unwrap_or_default();
    let kind = answer.get(4..6).and_then(|kind| kind.try_into().ok());
    let code = answer.get(16..20).and_then(|code| code.try_into().ok());
    match (kind.map(u16::from_ne_bytes), code.map(i32::from_ne_bytes)) {
        (Some(ERROR), Some(0)) => Ok(()),
        (Some(ERROR), Some(code)) => Err(io::Error::from_raw_os_error(code.wrapping_neg())),
        _ => Err(io::Error::other("the answer of the system cannot be read")),
    }
}

/// Shows the processes of the new namespace alone; for the first process in it.
pub(super) fn show_own_processes() -> io::Result<()> {
    mount_change("/", MountPropagationFlags::PRIVATE | MountPropagationFlags::REC)?;
    let flags = MountFlags::NOSUID | MountFlags::NODEV | MountFlags::NOEXEC;
    Ok(mount("proc", "/proc", "proc", flags, None)?)
}

/// Keeps a folder as it is: inside, nobody writes there.
pub(super) fn freeze(folder: &Path) -> io::Result<()> {
    mount_change("/", MountPropagationFlags::PRIVATE | MountPropagationFlags::REC)?;
    mount_bind(folder, folder)?;
    // What is forbidden there already may not be allowed again.
    let now = statvfs(folder)?.f_flag;
    let kept = [
        (StatVfsMountFlags::NOSUID, MountFlags::NOSUID),
        (StatVfsMountFlags::NODEV, MountFlags::NODEV),
        (StatVfsMountFlags::NOEXEC, MountFlags::NOEXEC),
        (StatVfsMountFlags::NOATIME, MountFlags::NOATIME),
        (StatVfsMountFlags::NODIRATIME, MountFlags::NODIRATIME),
        (StatVfsMountFlags::RELATIME, MountFlags::RELATIME),
    ];
    let kept = kept.into_iter().filter(|(flag, _)| now.contains(*flag));
    let kept = kept.fold(MountFlags::empty(), |all, (_, flag)| all | flag);
    Ok(mount_remount(
        folder,
        MountFlags::BIND | MountFlags::RDONLY | kept,
        "",
    )?)
}

/// Gives up for good what programs inside are not to have.
pub(super) fn give_up_capabilities() -> io::Result<()> {
    clear_ambient_capability_set()?;
    if geteuid().is_root() {
        for capability in CapabilitySet::all().difference(FOR_ROOT).iter() {
            match remove_capability_from_bounding_set(capability) {
                // An older kernel does not know it.
                Ok(()) | Err(Errno::INVAL) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
    Ok(())
}

/// Has this process killed with the one that started it.
pub(super) fn die_with_parent() {
    let _older_kernel = set_parent_process_death_signal(Some(Signal::KILL));
}
