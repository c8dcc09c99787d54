//! Ids of which parts aren't known: those stand in braces. Two that read the same are the same; two that don't can be.

/// Whether a part of an id isn't known.
pub(super) fn is_partly_known(id: &str) -> bool {
    id.contains('{')
}

/// Whether two ids could be one.
pub(super) fn could_be(one: &str, other: &str) -> bool {
    one.split('/').count() == other.split('/').count() && could_contain(one, other)
}

/// Whether the id of something could lie at or below another.
pub(super) fn could_contain(above: &str, below: &str) -> bool {
    let mut below = below.split('/');
    let mut above = above.split('/');
    above.all(|own| below.next().is_some_and(|other| is_possible(own, other)))
}

/// Whether two segments could be one: what is known of them agrees at both ends.
fn is_possible(one: &str, other: &str) -> bool {
    let (one, other) = (one.to_lowercase(), other.to_lowercase());
    match (ends(&one), ends(&other)) {
        (None, None) => one == other,
        (Some((start, end)), None) => fits(start, end, &other),
        (None, Some((start, end))) => fits(start, end, &one),
        (Some((start, end)), Some((other_start, other_end))) => {
            let agree = start.starts_with(other_start) || other_start.starts_with(start);
            agree && (end.ends_with(other_end) || other_end.ends_with(end))
        }
    }
}

fn fits(start: &str, end: &str, whole: &str) -> bool {
    let rest = whole.strip_prefix(start);
    rest.is_some_and(|rest| rest.ends_with(end))
}

/// What is known of a segment before and after what isn't.
fn ends(segment: &str) -> Option<(&str, &str)> {
    Some((segment.split_once('{')?.0, segment.rsplit_once('}')?.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_of_two_ids_has_to_agree() {
        let group = "/subscriptions/{subscription}/resourceGroups/rg";
        assert!(could_be(group, "/subscriptions/s/resourceGroups/RG"));
        assert!(!could_be(group, "/subscriptions/s/resourceGroups/other"));
        assert!(!could_be(group, "/subscriptions/s"));
        assert!(could_contain(group, "/subscriptions/s/resourceGroups/rg/providers/x"));
        for (name, other, expected) in [
            ("orders-{x}", "orders-1", true),
            ("orders-{x}", "sales-1", false),
            ("{x}-prod", "orders-prod", true),
            ("{x}-prod", "orders-{y}", true),
            ("a-{x}", "b-{y}", false),
            ("a-{x}-a", "a-a", false),
        ] {
            assert_eq!(could_be(name, other), expected, "{name} {other}");
            assert_eq!(could_be(other, name), expected, "{other} {name}");
        }
    }
}
