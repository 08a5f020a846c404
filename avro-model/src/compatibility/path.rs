//! Paths of findings, as a tree: a path is its last step and the path before it (compatibility §4).

use std::fmt::Write as _;

/// One step of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Fields,
    Type,
    Items,
    Values,
    Name,
    Size,
    Symbols,
    Index(u32),
}

/// A path: an index into [`Paths`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PathId(u32);

impl PathId {
    pub(super) const ROOT: Self = Self(u32::MAX);
}

#[derive(Default)]
pub(super) struct Paths {
    steps: Vec<(PathId, Step)>,
}

impl Paths {
    pub(super) fn step(&mut self, parent: PathId, step: Step) -> PathId {
        self.steps.push((parent, step));
        PathId(u32::try_from(self.steps.len() - 1).expect("the budget bounds the number of paths"))
    }

    /// Forgets a path that nothing refers to: the one that was made last.
    pub(super) fn forget(&mut self, length: usize) {
        self.steps.truncate(length);
    }

    /// The memory that paths take.
    pub(super) fn bytes(&self) -> usize {
        self.steps.capacity() * size_of::<(PathId, Step)>()
    }

    pub(super) fn len(&self) -> usize {
        self.steps.len()
    }

    /// The steps from the root on.
    pub(super) fn steps(&self, mut path: PathId) -> Vec<Step> {
        let mut steps = Vec::new();
        while path != PathId::ROOT {
            let (parent, step) = self.steps[path.0 as usize];
            steps.push(step);
            path = parent;
        }
        steps.reverse();
        steps
    }

    /// `/` for the root, `/fields/0/type` below it.
    pub(super) fn text(&self, path: PathId) -> String {
        let steps = self.steps(path);
        if steps.is_empty() {
            return "/".to_owned();
        }
        let mut text = String::new();
        for step in steps {
            text.push('/');
            match step {
                Step::Fields => text.push_str("fields"),
                Step::Type => text.push_str("type"),
                Step::Items => text.push_str("items"),
                Step::Values => text.push_str("values"),
                Step::Name => text.push_str("name"),
                Step::Size => text.push_str("size"),
                Step::Symbols => text.push_str("symbols"),
                Step::Index(index) => write!(text, "{index}").expect("writing to a String cannot fail"),
            }
        }
        text
    }
}
