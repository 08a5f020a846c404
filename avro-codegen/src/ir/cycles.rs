//! Types that contain themselves.
//!
//! A type must not hold itself by value, so one link of every such cycle goes behind a `Box`: preferably the payload of
//! a union's variant, then the value of an `Option`, then anything. Vectors and maps break a cycle by themselves.
//! Long chains of types that hold each other by value get a `Box` too, since the compiler bounds how deep a layout may
//! nest, and long chains of any kind a link that hides the rest from the compiler's other checks.
//!
//! A type that can reach itself in any way is recursive: its decoding looks at the stack.

use super::{Link, Type, TypeDef, TypeId, TypeKind};

/// How many types may hold each other by value before a `Box` comes between.
const MAX_BY_VALUE: usize = 32;

/// How deep what a link leads to may be, in the compiler's own steps, before the compiler is spared it. Its limit is 128,
/// which has to do for the type at hand, the one below it, and what the user's code puts around them.
const MAX_DEPTH: usize = 40;

/// The compiler's steps through a value's type into what it holds: a `Vec` has an allocation, that has a marker type, and
/// a map is a vector of pairs.
const VECTOR_STEPS: usize = 4;
const MAP_STEPS: usize = 7;
const OPTION_STEPS: usize = 2;
const BOX_STEPS: usize = 4;

/// Puts boxes where they are needed and marks recursive types.
pub(super) fn break_cycles(types: &mut [TypeDef]) {
    let all = components(types, every_link);
    for index in 0..types.len() {
        types[index].recursive = all.is_cyclic(types, index, every_link);
    }
    for kind in [Place::Variant, Place::Option, Place::Any] {
        let by_value = components(types, by_value_link);
        for (index, definition) in types.iter_mut().enumerate() {
            let is_union = matches!(definition.kind, TypeKind::Union { .. });
            for part in definition.kind.parts_mut() {
                let is_option = matches!(part, Type::Nullable { .. });
                let here = match kind {
                    Place::Variant => is_union,
                    Place::Option => is_option,
                    Place::Any => true,
                };
                if here {
                    box_links(part, |id| by_value.of[id.0] == by_value.of[index]);
                }
            }
        }
    }
}

/// Bounds how deep types nest in each other for the compiler.
pub(super) fn bound_depths(types: &mut [TypeDef]) {
    break_chains(types);
    hide_depths(types);
}

/// The place of a link.
enum Place {
    Variant,
    Option,
    Any,
}

/// Calls `visit` with every type that a value of this type can hold.
pub(super) fn every_link(ty: &Type, visit: &mut dyn FnMut(TypeId)) {
    match ty {
        Type::Named { id, .. } => visit(*id),
        Type::Array(inner)
        | Type::Map(inner, _)
        | Type::BorrowedMap(inner)
        | Type::Nullable { inner, .. } => every_link(inner, visit),
        _ => {}
    }
}

/// Calls `visit` with every type that a value of this type holds in its own memory.
fn by_value_link(ty: &Type, visit: &mut dyn FnMut(TypeId)) {
    match ty {
        Type::Named { id, link: Link::Plain } => visit(*id),
        Type::Nullable { inner, .. } => by_value_link(inner, visit),
        _ => {}
    }
}

/// Boxes the links of a type that `wanted` names and that are by value.
pub(super) fn box_links(ty: &mut Type, wanted: impl Fn(TypeId) -> bool) {
    match ty {
        Type::Named { id, link: link @ Link::Plain } if wanted(*id) => *link = Link::Boxed,
        Type::Nullable { inner, .. } => box_links(inner, wanted),
        _ => {}
    }
}

/// The strongly connected components of the types under one kind of link.
struct Components {
    /// The number of the component of each type.
    of: Vec<usize>,
    /// The size of each component.
    sizes: Vec<usize>,
    /// The types in an order in which those that a type links to come before it, cycles apart.
    order: Vec<usize>,
}

impl Components {
    fn is_cyclic(
        &self,
        types: &[TypeDef],
        index: usize,
        links: impl Fn(&Type, &mut dyn FnMut(TypeId)),
    ) -> bool {
        let mut itself = false;
        for part in types[index].kind.parts() {
            links(part, &mut |id| itself |= id.0 == index);
        }
        itself || self.sizes[self.of[index]] > 1
    }
}

/// Tarjan's algorithm with an explicit stack, since a chain of types can be as long as a schema.
fn components(types: &[TypeDef], links: impl Fn(&Type, &mut dyn FnMut(TypeId))) -> Components {
    const UNSEEN: usize = usize::MAX;
    let targets: Vec<Vec<usize>> = types
        .iter()
        .map(|definition| {
            let mut targets = Vec::new();
            for part in definition.kind.parts() {
                links(part, &mut |id| targets.push(id.0));
            }
            targets
        })
        .collect();
    let mut found = Components { of: vec![UNSEEN; types.len()], sizes: Vec::new(), order: Vec::new() };
    let mut number = vec![UNSEEN; types.len()];
    let mut low = vec![UNSEEN; types.len()];
    let mut numbered = 0;
    let mut open = Vec::new();
    for start in 0..types.len() {
        if number[start] != UNSEEN {
            continue;
        }
        let mut path = vec![(start, 0)];
        while let Some((at, next)) = path.last_mut() {
            let at = *at;
            if *next == 0 {
                number[at] = numbered;
                low[at] = numbered;
                numbered += 1;
                open.push(at);
            }
            match targets[at].get(*next) {
                Some(&target) => {
                    *next += 1;
                    if number[target] == UNSEEN {
                        path.push((target, 0));
                    } else if found.of[target] == UNSEEN {
                        low[at] = low[at].min(number[target]);
                    }
                }
                None => {
                    path.pop();
                    if let Some(&(above, _)) = path.last() {
                        low[above] = low[above].min(low[at]);
                    }
                    if low[at] == number[at] {
                        let component = found.sizes.len();
                        let first = open.iter().rposition(|&member| member == at).unwrap_or(0);
                        found.sizes.push(open.len() - first);
                        for member in open.drain(first..) {
                            found.of[member] = component;
                            found.order.push(member);
                        }
                    }
                }
            }
        }
    }
    found
}

/// The types in an order in which those that a type holds by value come before it.
pub(super) fn inner_first(types: &[TypeDef]) -> Vec<usize> {
    components(types, by_value_link).order
}

/// Boxes a link by value where the types below it nest too deep.
fn break_chains(types: &mut [TypeDef]) {
    let order = inner_first(types);
    let mut heights = vec![0_usize; types.len()];
    for index in order {
        let mut height = 0;
        for part in types[index].kind.parts_mut() {
            box_links(part, |id| heights[id.0] >= MAX_BY_VALUE);
            by_value_link(part, &mut |id| height = height.max(heights[id.0]));
        }
        heights[index] = height + 1;
    }
}

/// Hides the rest of a type where it nests too deep by links of any kind.
fn hide_depths(types: &mut [TypeDef]) {
    let order = components(types, every_link).order;
    // Of types in a cycle those that come later count as flat: there the compiler sees the cycle and stops.
    let mut depths = vec![0_usize; types.len()];
    for index in order {
        let parts = types[index].kind.parts_mut();
        depths[index] = parts.into_iter().map(|part| hide_depth(part, &depths)).max().unwrap_or(0) + 1;
    }
}

/// Hides what is too deep in a type and returns how deep the rest is.
fn hide_depth(ty: &mut Type, depths: &[usize]) -> usize {
    match ty {
        Type::Named { id, link } => {
            let depth = depths[id.0];
            if depth >= MAX_DEPTH {
                *link = Link::Deep;
            }
            match link {
                Link::Plain => depth,
                Link::Boxed => depth + BOX_STEPS,
                Link::Deep => 0,
            }
        }
        Type::Array(items) => hide_depth(items, depths) + VECTOR_STEPS,
        Type::Map(values, _) => hide_depth(values, depths) + MAP_STEPS,
        Type::Nullable { inner, .. } => hide_depth(inner, depths) + OPTION_STEPS,
        _ => 0,
    }
}
