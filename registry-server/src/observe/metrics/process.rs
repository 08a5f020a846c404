//! What the system knows of this process, by the names that Prometheus has for it.

use super::gathered::Gathered;

/// Adds what the system tells. Nothing, where it tells nothing.
#[cfg(target_os = "linux")]
pub(super) fn gather(gathered: &mut Gathered) {
    use procfs::process::{LimitValue, Process};

    use super::gathered::{Kind, number};

    let Ok(process) = Process::myself() else { return };
    if let Ok(stat) = process.stat() {
        let ticks = number(procfs::ticks_per_second());
        gathered.add(
            "process_cpu_seconds",
            "Time of processors that was taken, in seconds",
            Kind::Counter,
            number(stat.utime + stat.stime) / ticks,
        );
        gathered.add(
            "process_resident_memory_bytes",
            "Resident memory in bytes",
            Kind::Gauge,
            number(stat.rss.saturating_mul(procfs::page_size())),
        );
        gathered.add(
            "process_virtual_memory_bytes",
            "Virtual memory in bytes",
            Kind::Gauge,
            number(stat.vsize),
        );
        gathered.add(
            "process_threads",
            "Threads",
            Kind::Gauge,
            number(u64::try_from(stat.num_threads).unwrap_or_default()),
        );
        if let Ok(boot) = procfs::boot_time_secs() {
            gathered.add(
                "process_start_time_seconds",
                "When the process started, in seconds since 1970",
                Kind::Gauge,
                number(boot) + number(stat.starttime) / ticks,
            );
        }
    }
    if let Ok(open) = process.fd_count() {
        let open = number(u64::try_from(open).unwrap_or(u64::MAX));
        gathered.add("process_open_fds", "Open file descriptors", Kind::Gauge, open);
    }
    if let Ok(limits) = process.limits()
        && let LimitValue::Value(most) = limits.max_open_files.soft_limit
    {
        gathered.add("process_max_fds", "File descriptors that may be open", Kind::Gauge, number(most));
    }
}

/// Nothing: this system is not asked.
#[cfg(not(target_os = "linux"))]
pub(super) fn gather(_: &mut Gathered) {}
