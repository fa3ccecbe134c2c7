//! `status`: the daemon itself.

use protocol::{Problem, Status};

use crate::house::House;

pub(super) fn answer(house: &House) -> Result<Status, Problem> {
    Ok(Status {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        uptime_s: house.clock.elapsed().as_secs(),
        change: house.changes.now(),
        store_bytes: house.store.bytes(),
        rss_bytes: rss_bytes(),
    })
}

/// Memory in use, from `/proc/self/status`; 0 where there is none.
fn rss_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kib = status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB")?.parse().ok());
    kib.map_or(0, |kib: u64| kib * 1024)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_kernel_says_how_much_memory_is_used() {
        assert!(super::rss_bytes() > 500_000);
    }
}
