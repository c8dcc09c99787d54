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
            ..Target::default()
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
            ..Target::default()
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

fn knowledge(text: &str, known: u16, target: u8) -> Result<(), TestCaseError> {
    let world = full();
    let (less, more) = (in_world(&partial(known, target), text), in_world(&world, text));
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
        knowledge(&expression(&mut Tape::new(&bytes), kind(choice), 4), known, target)?;
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

/// Numbers that follow from a seed.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn byte(&mut self) -> u8 {
        (self.next() >> 32) as u8
    }
}

/// Changes a few characters: such as mean something here, above all.
fn mutated(text: &str, numbers: &mut Numbers) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for _ in 0..numbers.next() % 4 {
        let at = numbers.next() as usize % (chars.len() + 1);
        let meant: Vec<char> = "'()[]{},.09-+ aé😀\n".chars().collect();
        let c = meant[numbers.next() as usize % meant.len()];
        match numbers.next() % 3 {
            0 => chars.insert(at, c),
            1 if at < chars.len() => drop(chars.remove(at)),
            _ if at < chars.len() => chars[at] = c,
            _ => {}
        }
    }
    chars.into_iter().collect()
}

/// What the process takes, in MiB, where the system tells.
pub(super) fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    peak.and_then(|peak| peak.trim().trim_end_matches(" kB").parse::<u64>().ok())
        .unwrap_or(0)
        / 1024
}

#[test]
#[ignore = "needs time: as many seconds as COSMOS_RBAC_FUZZ_SECONDS says"]
fn random_expressions_neither_crash_nor_hang() {
    let seconds = std::env::var("COSMOS_RBAC_FUZZ_SECONDS").map_or(20, |seconds| seconds.parse().unwrap());
    let started = std::time::Instant::now();
    let mut numbers = Numbers(std::env::var("COSMOS_RBAC_FUZZ_SEED").map_or(1, |seed| seed.parse().unwrap()));
    let (mut count, mut slowest) = (0_u64, (std::time::Duration::ZERO, String::new()));
    while started.elapsed() < std::time::Duration::from_secs(seconds) {
        let length = numbers.next() % 400;
        let bytes: Vec<u8> = (0..length).map(|_| numbers.byte()).collect();
        let depth = 2 + numbers.next() as usize % 6;
        let mut text = expression(&mut Tape::new(&bytes), kind(numbers.byte()), depth);
        // Long loops in loops.
        if numbers.next().is_multiple_of(512) {
            text = text.replace("'l0'", "'long'").replace(", 9)", ", 9000)");
        }
        knowledge(&text, numbers.next() as u16, numbers.byte()).unwrap();
        for text in [mutated(&text, &mut numbers), text] {
            let before = std::time::Instant::now();
            let budget = Budget::default();
            let node = Node::made(Value::text(format!("[{text}]")));
            let tree = [("[parameters('t1')]".into(), node.clone()), ("a".into(), node)];
            let tree = Node::made(Value::Object(Arc::new(tree.into_iter().collect())));
            let mut world = full();
            if text.contains("'long'") {
                world.parameters.insert("long", in_world(&world, "range(0, 10000)"));
            }
            evaluate(&tree, &world, &budget);
            if before.elapsed() > slowest.0 {
                slowest = (before.elapsed(), text);
            }
            count += 1;
        }
        assert!(memory() < 1024, "{text:?} takes {} MiB", memory(), text = slowest.1);
    }
    let (longest, text) = slowest;
    println!(
        "{count} expressions in {seconds} s; the slowest took {longest:?}; {} MiB at most\n{text}",
        memory()
    );
    assert!(longest.as_secs() < 60, "{text} takes {longest:?}");
}
