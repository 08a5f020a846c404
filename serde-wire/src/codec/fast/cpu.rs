//! Abilities of the processor.

#[cfg(target_arch = "x86_64")]
use std::sync::atomic::{AtomicU8, Ordering};

/// True when `pext` and `pdep` exist and are worth using. Processors of AMD's family 17h have them in microcode, where
/// one takes longer than the shifts that it replaces.
#[cfg(target_arch = "x86_64")]
pub(super) fn moves_bits() -> bool {
    match STATE.load(Ordering::Relaxed) {
        UNKNOWN => found_out(),
        state => state == YES,
    }
}

/// True when [`moves_bits`] was asked before and said so: one comparison, for what is done for single numbers.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
pub(super) fn is_known_to_move_bits() -> bool {
    STATE.load(Ordering::Relaxed) == YES
}

#[cfg(target_arch = "x86_64")]
static STATE: AtomicU8 = AtomicU8::new(UNKNOWN);

#[cfg(target_arch = "x86_64")]
const UNKNOWN: u8 = 0;
#[cfg(target_arch = "x86_64")]
const NO: u8 = 1;
#[cfg(target_arch = "x86_64")]
const YES: u8 = 2;

#[cfg(target_arch = "x86_64")]
#[cold]
#[inline(never)]
fn found_out() -> bool {
    let yes = std::is_x86_feature_detected!("bmi1")
        && std::is_x86_feature_detected!("bmi2")
        && std::is_x86_feature_detected!("lzcnt")
        && std::is_x86_feature_detected!("avx2")
        && !is_amd_17h();
    STATE.store(if yes { YES } else { NO }, Ordering::Relaxed);
    yes
}

#[cfg(target_arch = "x86_64")]
fn is_amd_17h() -> bool {
    use std::arch::x86_64::__cpuid;

    let vendor = __cpuid(0);
    let signature = __cpuid(1).eax;
    let amd = [vendor.ebx, vendor.edx, vendor.ecx] == [*b"Auth", *b"enti", *b"cAMD"].map(u32::from_le_bytes);
    let family = ((signature >> 8) & 0xf) + ((signature >> 20) & 0xff);
    amd && family == 0x17
}
