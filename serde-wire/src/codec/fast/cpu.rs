//! Abilities of the processor.

/// True when `pext` and `pdep` exist and are worth using. Processors of AMD's family 17h have them in microcode, where
/// one takes longer than the shifts that it replaces.
#[cfg(target_arch = "x86_64")]
pub(super) fn moves_bits() -> bool {
    use std::sync::atomic::{AtomicU8, Ordering};

    const UNKNOWN: u8 = 0;
    const NO: u8 = 1;
    const YES: u8 = 2;
    static STATE: AtomicU8 = AtomicU8::new(UNKNOWN);
    match STATE.load(Ordering::Relaxed) {
        UNKNOWN => {
            let yes = std::is_x86_feature_detected!("bmi1")
                && std::is_x86_feature_detected!("bmi2")
                && std::is_x86_feature_detected!("lzcnt")
                && std::is_x86_feature_detected!("avx2")
                && !is_amd_17h();
            STATE.store(if yes { YES } else { NO }, Ordering::Relaxed);
            yes
        }
        state => state == YES,
    }
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
