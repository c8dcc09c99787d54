//! Laws of expressions, tried on made-up ones.

use super::generated::{Kind, Tape, expression};
use super::*;
use crate::template::expression::parse::parse;
use crate::template::expression::parts::{Part, parts, spelled_out};
use proptest::prelude::*;

/// Everything is known.
pub(super) fn full() -> World {
    let texts = ["a/b", "Orders-1", "", "5"];
    let mut parameters = BTreeMap::new();
    for (name, text) in ["t0", "t1", "t2", "t3"].into_iter().zip(texts) {
        parameters.insert(name, Node::made(Value::text(text)));
    }
    for (name, text) in [
        ("n0", "1"),
        ("n1", "2"),
        ("b0", "true"),
        ("b1", "false"),
        ("l0", r#"["a", "B/c", "a"]"#),
        ("l1", "[1, 2]"),
        ("o0", r#"{"a": "x", "b": "Y-", "c": {"d": "z"}}"#),
        ("o1", r#"{"A": 5}"#),
    ] {
        parameters.insert(name, json(text));
    }
    World {
        parameters,
        target: Target {
            subscription: Some("11111111-1111-1111-1111-111111111111".into()),
            resource_group: Some("rg-a".into()),
        },
    }
}

/// Something of it is not: bits say what.
pub(super) fn partial(known: u16, target: u8) -> World {
    let full = full();
    let kept = full
        .parameters
        .into_iter()
        .enumerate()
        .filter(|(bit, _)| known & (1 << bit) != 0);
    World {
        parameters: kept.map(|(_, parameter)| parameter).collect(),
        target: Target {
            subscription: full.target.subscription.filter(|_| target & 1 != 0),
            resource_group: full.target.resource_group.filter(|_| target & 2 != 0),
        },
    }
}

/// That what is known with less is what there is with more. The names of what isn't known are evaluated, too.
pub(super) fn agree(less: &Value, more: &Value, world: &World) -> Result<(), String> {
    let differ = || Err(format!("{} isn't {}", shown(less), shown(more)));
    match (less, more) {
        // With more, an error comes to light; or the text is one that has no documented meaning.
        (_, Value::Unknown(_)) => Ok(()),
        (Value::Unknown(unknown), _) => {
            let text = unknown.text.as_str();
            if text.contains("newGuid()") || text.contains('#') {
                return Ok(());
            }
            if unknown.form == Form::Expression {
                return same_when_named(&in_world(world, spelled_out(text)).value, more).map_or_else(differ, Ok);
            }
            let mut whole = String::new();
            for part in parts(text) {
                match part {
                    Part::Known(piece) => whole.push_str(piece),
                    Part::Unknown(part) => match in_world(world, spelled_out(part)).value {
                        Value::Text(text) => whole.push_str(&text),
                        Value::Number(number) => whole.push_str(&number.to_string()),
                        _ => return Ok(()),
                    },
                }
            }
            if Value::text(whole.as_str()) == *more {
                Ok(())
            } else {
                differ()
            }
        }
        (Value::List(less), Value::List(more)) if less.len() == more.len() => {
            let mut pairs = less.iter().zip(more.iter());
            pairs.try_for_each(|(less, more)| agree(&less.value, &more.value, world))
        }
        (Value::Object(less), Value::Object(more)) if less.iter().len() == more.iter().len() => {
            less.iter().try_for_each(|(name, node)| match more.get(name) {
                Some(own) => agree(&node.value, &own.value, world),
                None => Err(format!("{name} is missing")),
            })
        }
        (less, more) => (shown(less) == shown(more)).then_some(()).map_or_else(differ, Ok),
    }
}

/// The name of something unknown, evaluated: where that isn't known, nothing is wrong.
fn same_when_named(named: &Value, more: &Value) -> Option<()> {
    (named.first_unknown().is_some() || more.first_unknown().is_some() || shown(named) == shown(more)).then_some(())
}

pub(super) fn kind(choice: u8) -> Kind {
    [Kind::Text, Kind::Bool, Kind::List, Kind::Object, Kind::Int][usize::from(choice) % 5]
}

fn knowledge(bytes: &[u8], choice: u8, known: u16, target: u8) -> Result<(), TestCaseError> {
    let text = expression(&mut Tape::new(bytes), kind(choice), 4);
    let world = full();
    let (less, more) = (in_world(&partial(known, target), &text), in_world(&world, &text));
    let agreed = agree(&less.value, &more.value, &world);
    prop_assert!(
        agreed.is_ok(),
        "{}\nwith less: {}\nwith more: {}\n{:?}",
        text,
        shown(&less.value),
        shown(&more.value),
        agreed
    );
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(3000) })]

    #[test]
    fn what_is_known_stays_so_when_more_is(
        bytes in prop::collection::vec(any::<u8>(), 0..160), choice in any::<u8>(), known in any::<u16>(), target in any::<u8>(),
    ) {
        knowledge(&bytes, choice, known, target)?;
    }

    #[test]
    fn expressions_read_as_they_print(bytes in prop::collection::vec(any::<u8>(), 0..160), choice in any::<u8>()) {
        let text = expression(&mut Tape::new(&bytes), kind(choice), 4);
        let parsed = parse(&text).unwrap();
        prop_assert_eq!(parse(&parsed.to_string()).unwrap(), parsed);
    }

    #[test]
    fn the_names_of_unknown_values_are_expressions(bytes in prop::collection::vec(any::<u8>(), 0..160), choice in any::<u8>()) {
        let text = expression(&mut Tape::new(&bytes), kind(choice), 4);
        let node = in_world(&World::default(), &text);
        if let Some(unknown) = node.value.as_unknown().filter(|unknown| !unknown.text.contains('#')) {
            match unknown.form {
                Form::Expression => prop_assert!(parse(&unknown.text).is_ok(), "{}", unknown.text),
                Form::Text => for part in parts(&unknown.text) {
                    if let Part::Unknown(part) = part {
                        prop_assert!(parse(spelled_out(part)).is_ok(), "{}", unknown.text);
                    }
                },
            }
        }
    }

    #[test]
    fn nothing_panics(text in "[a-z'\\[\\](){},.0-9 -]{0,60}|\\PC{0,60}") {
        in_world(&full(), &text);
        in_world(&World::default(), &text);
    }
}
