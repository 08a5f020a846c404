//! Values that the types of other crates hold as well.

#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
pub(super) const DATES: [i32; 6] = [0, -1, 20_513, -719_162, 2_932_896, 11_016];
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
pub(super) const TIMES: [i64; 5] = [0, 1, 45_000_500_000, 86_399_999_999, 3_599_000_001];
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
pub(super) const INSTANTS: [i64; 6] =
    [0, 1, -1, 1_772_281_800_123_456, -62_135_596_800_000_000 / 2, 86_400_000_000];

/// Does not compile where every value of `$theirs` could be written as `$ours`, by a call that two impls would answer then.
#[cfg(any(feature = "jiff", feature = "time"))]
macro_rules! assert_not_complete {
    ($($theirs:ty => $ours:ty),+ $(,)?) => {{
        trait Answers<A> {
            fn answer() {}
        }
        impl<F> Answers<()> for F {}
        $({
            struct Complete;
            impl<F: crate::codec::form::EncodeAs<$theirs>> Answers<Complete> for F {}
            <crate::types::mapped::Mapped<$ours> as Answers<_>>::answer();
        })+
    }};
}
#[cfg(any(feature = "jiff", feature = "time"))]
pub(super) use assert_not_complete;
