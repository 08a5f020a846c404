//! The largest number of pairs that can be made when each side may be used once.

use std::collections::VecDeque;

/// How many pairs there can be. `edges` holds the possible partners of each left one, `right` is how many partners there
/// are; `step` is told how much work is done and may end it.
pub(super) fn maximum_matching<E>(
    edges: &[Vec<usize>],
    right: usize,
    step: &mut dyn FnMut(usize) -> Result<(), E>,
) -> Result<usize, E> {
    let mut partner_of_right: Vec<Option<usize>> = vec![None; right];
    let mut matched = 0;
    let mut left_over = Vec::new();
    for (left, partners) in edges.iter().enumerate() {
        match partners.iter().find(|partner| partner_of_right[**partner].is_none()) {
            Some(free) => {
                partner_of_right[*free] = Some(left);
                matched += 1;
            }
            None => left_over.push(left),
        }
    }
    for left in left_over {
        if augment(edges, left, &mut partner_of_right, step)? {
            matched += 1;
        }
    }
    Ok(matched)
}

/// Finds a partner for one more, giving others new ones where that helps.
fn augment<E>(
    edges: &[Vec<usize>],
    start: usize,
    partner_of_right: &mut [Option<usize>],
    step: &mut dyn FnMut(usize) -> Result<(), E>,
) -> Result<bool, E> {
    let mut came_from: Vec<Option<usize>> = vec![None; partner_of_right.len()];
    let mut left_before: Vec<Option<usize>> = vec![None; edges.len()];
    let mut queue = VecDeque::from([start]);
    while let Some(left) = queue.pop_front() {
        step(edges[left].len())?;
        for &partner in &edges[left] {
            if came_from[partner].is_some() {
                continue;
            }
            came_from[partner] = Some(left);
            match partner_of_right[partner] {
                Some(other) => {
                    left_before[other] = Some(partner);
                    queue.push_back(other);
                }
                None => {
                    let mut place = Some(partner);
                    while let Some(partner) = place {
                        let Some(left) = came_from[partner] else { break };
                        partner_of_right[partner] = Some(left);
                        place = if left == start { None } else { left_before[left] };
                    }
                    return Ok(true);
                }
            }
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_matching_is_as_large_as_it_can_be() {
        for (edges, right, expected) in [
            (vec![vec![0, 1], vec![0]], 2, 2),
            (vec![vec![0], vec![0]], 2, 1),
            (vec![vec![0, 1], vec![0, 2], vec![0], vec![1]], 3, 3),
            (vec![vec![], vec![]], 0, 0),
            (vec![vec![1, 2], vec![0, 1], vec![1], vec![2]], 3, 3),
        ] {
            let found = maximum_matching::<()>(&edges, right, &mut |_| Ok(()));
            assert_eq!(found, Ok(expected), "{edges:?}");
        }
    }

    #[test]
    fn work_can_be_ended() {
        assert_eq!(maximum_matching(&[vec![0], vec![0]], 1, &mut |_| Err("enough")), Err("enough"));
    }
}
