//! The pairs of a resolution seen from below: which pair is used by which.

use super::Pair;
use std::collections::VecDeque;

/// For each pair, the pairs whose actions go on with it, once for each time they do.
pub(super) struct Links {
    starts: Vec<usize>,
    users: Vec<usize>,
}

impl Links {
    pub(super) fn of(pairs: &[Pair]) -> Self {
        let mut starts = vec![0; pairs.len() + 1];
        for child in pairs.iter().flat_map(|pair| pair.action.children()) {
            starts[child.index() + 1] += 1;
        }
        for index in 1..starts.len() {
            starts[index] += starts[index - 1];
        }
        let mut next = starts.clone();
        let mut users = vec![0; starts[pairs.len()]];
        for (user, pair) in pairs.iter().enumerate() {
            for child in pair.action.children() {
                users[next[child.index()]] = user;
                next[child.index()] += 1;
            }
        }
        Self { starts, users }
    }

    /// The users of a pair.
    fn users(&self, pair: usize) -> &[usize] {
        &self.users[self.starts[pair]..self.starts[pair + 1]]
    }

    /// Carries a property upwards from the pairs that have it, nearest first: a user gets it when `takes(user, part)`
    /// says so, which is asked once for each of its parts that has it.
    pub(super) fn spread(&self, has: &mut [bool], mut takes: impl FnMut(usize, usize) -> bool) {
        let mut open: VecDeque<usize> = (0..has.len()).filter(|&pair| has[pair]).collect();
        while let Some(pair) = open.pop_front() {
            for &user in self.users(pair) {
                if !has[user] && takes(user, pair) {
                    has[user] = true;
                    open.push_back(user);
                }
            }
        }
    }
}
