//! Reading values into the places that they stay in, where their types have a blank value for that.
//!
//! What moves a value after it was read waits for it to be in the cache, as it is written field by field and moved in larger pieces.
//! These are macros since a function is given what to do as another function, which the compiler may then call.

/// Sets a place without dropping what was there, which has no memory: the compiler need not find out that it has none.
#[inline(always)]
pub(crate) fn put<T>(place: &mut T, value: T) {
    let _ = std::mem::ManuallyDrop::new(std::mem::replace(place, value));
}

/// Appends an item to `$items`: by `$at` with its `$place` if there is a `$blank` one, or by `$value`.
macro_rules! read_new {
    ($items:expr, $blank:expr, $place:ident => $at:expr, $value:expr) => {
        match $blank {
            Some(blank) => {
                $items.push(blank);
                if let Some($place) = $items.last_mut() {
                    $at?;
                }
            }
            None => $items.push($value?),
        }
    };
}

/// Sets the option in `$option`, which has no memory, in the same way.
macro_rules! read_some {
    ($option:expr, $blank:expr, $place:ident => $at:expr, $value:expr) => {
        match $blank {
            Some(blank) => {
                $crate::codec::places::put($option, Some(blank));
                if let Some($place) = $option {
                    $at?;
                }
            }
            None => $crate::codec::places::put($option, Some($value?)),
        }
    };
}

pub(crate) use {read_new, read_some};
