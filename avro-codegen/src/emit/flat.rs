//! Text with little indentation.
//!
//! Nobody edits generated code: of a printed file more than half would be spaces in front of lines, which a compiler has to
//! read and a repository to keep. So modules do not indent what is in them, and impls, which are there for the compiler
//! alone, have no indentation at all. The types that people look up stay as they are printed.

/// What a level of indentation is printed as.
const LEVEL: usize = 4;

/// The printed text of items without the indentation that nobody needs, and without empty lines among impls. No literal
/// of generated code goes over the end of a line.
pub(super) fn flattened(printed: &str) -> String {
    let mut flat = String::with_capacity(printed.len() / 2);
    let mut modules = 0;
    let mut in_block = false;
    for line in printed.lines() {
        let text = line.trim_start();
        let indentation = (line.len() - text.len()).saturating_sub(modules * LEVEL);
        if in_block {
            in_block = !(indentation == 0 && text == "};");
            if text.is_empty() {
                continue;
            }
        } else if text == BLOCK {
            in_block = true;
        } else if is_module(text) {
            modules += 1;
        } else if text == "}" && line.len() < modules * LEVEL {
            modules -= 1;
        } else {
            flat.extend(std::iter::repeat_n(' ', indentation));
        }
        flat.push_str(text);
        flat.push('\n');
    }
    flat
}

/// The line that starts a module's impls.
const BLOCK: &str = "const _: () = {";

fn is_module(line: &str) -> bool {
    let mut words = line.split(' ');
    line.ends_with('{') && words.any(|word| word == "mod") && !line.contains("//")
}

#[cfg(test)]
mod tests {
    use super::flattened;

    #[test]
    fn modules_and_impls_are_flat_and_types_are_not() {
        let printed = "\
pub mod a {
    /// pub mod doc {
    pub struct A {
        pub mod_: i32,
    }
    pub mod b {
        pub enum B {
            X,
        }
    }
    const _: () = {
        use c::D;

        impl E for self::A {
            fn f() {
                if g {
                };
            }
        }
    };
}
pub struct F {
    pub x: (),
}
";
        let expected = "\
pub mod a {
/// pub mod doc {
pub struct A {
    pub mod_: i32,
}
pub mod b {
pub enum B {
    X,
}
}
const _: () = {
use c::D;
impl E for self::A {
fn f() {
if g {
};
}
}
};
}
pub struct F {
    pub x: (),
}
";
        assert_eq!(flattened(printed), expected);
    }
}
