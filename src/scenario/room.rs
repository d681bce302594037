//! What the memory of this machine holds, asked before a population is made of its generator. No value of a scenario depends
//! on it: it refuses what could only end in the system's killing the program.

/// Bytes that a state takes while its scenario is built.
const BYTES_PER_STATE: u64 = 2000;
/// States for which nobody need ask.
const FEW: usize = 100_000;

/// Free memory, where the system tells.
pub fn available_memory() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("MemAvailable:"))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib * 1024)
}

/// How many of so many states free memory holds.
pub(crate) fn states(wanted: usize) -> usize {
    if wanted <= FEW {
        return wanted;
    }
    let held = available_memory().map_or(u64::MAX, |bytes| bytes / BYTES_PER_STATE);
    wanted.min(usize::try_from(held).unwrap_or(usize::MAX).max(FEW))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_states_always_fit_and_more_than_any_memory_never() {
        assert_eq!(states(1000), 1000);
        if available_memory().is_some() {
            assert!(states(usize::MAX) < usize::MAX);
        }
    }
}
