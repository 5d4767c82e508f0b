//! Files into a `.tar.gz` whose bytes depend on nothing else: sorted, of one time, owned by nobody in particular.

use flate2::{Compression, GzBuilder};
use sha2::{Digest as _, Sha256};
use std::io::Write as _;
use tar::{Builder, EntryType, Header};

/// A file of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// With `/`, from the top of the archive.
    pub(super) path: String,
    pub(super) bytes: Vec<u8>,
    pub(super) executable: bool,
}

/// Packs the files, all as old as `epoch` (seconds of Unix). Their order does not matter.
pub(super) fn pack(entries: &[Entry], epoch: u64) -> Result<Vec<u8>, String> {
    let mut sorted: Vec<&Entry> = entries.iter().collect();
    sorted.sort_by(|a, b| a.path.cmp(&b.path));
    let mut builder = Builder::new(Vec::new());
    for entry in sorted {
        let mut header = Header::new_ustar();
        header.set_entry_type(EntryType::Regular);
        header.set_mode(if entry.executable { 0o755 } else { 0o644 });
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(epoch);
        header.set_size(u64::try_from(entry.bytes.len()).map_err(|why| why.to_string())?);
        builder
            .append_data(&mut header, &entry.path, entry.bytes.as_slice())
            .map_err(|why| format!("cannot pack {}: {why}", entry.path))?;
    }
    let packed = builder.into_inner().map_err(|why| why.to_string())?;
    // Neither a name nor a time, and no operating system, is in the header of gzip.
    let mut gzip = GzBuilder::new()
        .operating_system(255)
        .write(Vec::new(), Compression::best());
    gzip.write_all(&packed)
        .and_then(|()| gzip.finish())
        .map_err(|why| format!("cannot compress: {why}"))
}

/// The lines of `SHA256SUMS` for files by name.
pub(super) fn sums(files: &[(String, Vec<u8>)]) -> String {
    let line = |(name, bytes): &(String, Vec<u8>)| format!("{}  {name}\n", digest(bytes));
    files.iter().map(line).collect()
}

/// SHA-256 in hexadecimal digits.
pub(super) fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    const EPOCH: u64 = 1_700_000_000;

    fn entries() -> Vec<Entry> {
        let entry = |path: &str, bytes: &[u8], executable| Entry {
            path: path.to_string(),
            bytes: bytes.to_vec(),
            executable,
        };
        vec![
            entry("g/ghostc", b"\x7fELF", true),
            entry("g/README.md", b"# g\n", false),
            entry("g/completions/_ghostc", b"", false),
        ]
    }

    fn unpacked(packed: &[u8]) -> tar::Archive<std::io::Cursor<Vec<u8>>> {
        let mut bytes = Vec::new();
        flate2::read::GzDecoder::new(packed)
            .read_to_end(&mut bytes)
            .unwrap();
        tar::Archive::new(std::io::Cursor::new(bytes))
    }

    #[test]
    fn what_is_packed_comes_out_sorted_and_without_a_trace_of_the_machine() {
        let packed = pack(&entries(), EPOCH).unwrap();
        let mut found = Vec::new();
        for entry in unpacked(&packed).entries().unwrap() {
            let mut entry = entry.unwrap();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            let header = entry.header();
            assert_eq!(header.mtime().unwrap(), EPOCH);
            assert_eq!((header.uid().unwrap(), header.gid().unwrap()), (0, 0));
            assert_eq!(
                (header.username(), header.groupname()),
                (Ok(Some("")), Ok(Some("")))
            );
            let path = entry.path().unwrap().display().to_string();
            found.push((path, entry.header().mode().unwrap(), bytes));
        }
        let expected = [
            ("g/README.md".to_string(), 0o644, b"# g\n".to_vec()),
            ("g/completions/_ghostc".to_string(), 0o644, Vec::new()),
            ("g/ghostc".to_string(), 0o755, b"\x7fELF".to_vec()),
        ];
        assert_eq!(found, expected);
        // The time of gzip's header, RFC 1952 §2.3.1.
        assert_eq!(packed[4..8], [0; 4]);
    }

    #[test]
    fn the_order_that_files_come_in_is_not_seen_and_all_else_is() {
        let packed = pack(&entries(), EPOCH).unwrap();
        let turned: Vec<Entry> = entries().into_iter().rev().collect();
        assert_eq!(pack(&turned, EPOCH).unwrap(), packed);
        assert_ne!(pack(&entries(), EPOCH + 1).unwrap(), packed);
        let mut changed = entries();
        changed[1].executable = true;
        assert_ne!(pack(&changed, EPOCH).unwrap(), packed);
    }

    #[test]
    fn sums_are_what_sha256sum_prints() {
        let files = [("a.tar.gz".to_string(), b"abc".to_vec())];
        // The example of FIPS 180-2, appendix B.1.
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a.tar.gz\n";
        assert_eq!(sums(&files), expected);
    }
}
