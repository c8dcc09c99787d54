//! Expressions that are to cost a lot, and what they cost.

use super::*;
use std::fmt::Write;

fn limited(node: &Node) -> bool {
    node.value
        .first_unknown()
        .is_some_and(|unknown| matches!(unknown.why, Why::Limit(_)))
}

/// Most of it is spent, so that debug builds take no longer than release builds do for all of it.
fn nearly_used() -> Budget {
    let budget = Budget::default();
    budget.steps(3_600_000).unwrap();
    budget
}

/// Each variable is made of the one before it.
struct Chain(&'static str, Budget, Target);

impl Scope for Chain {
    fn parameter(&self, name: &str) -> Node {
        self.variable(name)
    }

    fn variable(&self, name: &str) -> Node {
        let number: u32 = name.parse().unwrap();
        if number == 0 {
            return Node::made(Value::text("aaaaaaaa"));
        }
        let text = self.0.replace('#', &(number - 1).to_string());
        evaluate_text(&text, None, self, &self.1)
    }

    fn copy_index(&self, _: Option<&str>) -> Option<i64> {
        None
    }

    fn target(&self) -> &Target {
        &self.2
    }

    fn deployment(&self) -> Node {
        self.variable("0")
    }

    fn reference(&self, _: &Value, _: bool) -> Option<Node> {
        None
    }

    fn symbol(&self, _: &str) -> Option<Node> {
        None
    }

    fn function(&self, _: &str, _: &str) -> Option<(Vec<Arc<str>>, Node)> {
        None
    }
}

#[test]
fn chains_of_variables_end() {
    for (text, start) in [
        ("[concat(variables('#'), variables('#'))]", "40"),
        ("[replace(variables('#'), 'a', 'aaaaaaaa')]", "40"),
        ("[createArray(variables('#'), variables('#'))]", "40"),
        ("[createObject('a', variables('#'), 'b', variables('#'))]", "40"),
        ("[createArray(variables('#'))]", "1000"),
    ] {
        let chain = Chain(text, nearly_used(), Target::default());
        let made = chain.variable(start);
        assert!(limited(&made), "{text}: {}", shown(&made.value));
    }
}

#[test]
fn loops_in_loops_end() {
    let ranges = |body: &str| format!("map(range(0, 10000), lambda('x', {body}))");
    for text in [
        ranges(&ranges(&ranges("1"))),
        ranges(&ranges("format('{0}{1}', lambdaVariables('x'), 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa')")),
        "padLeft('', 1000000000)".to_owned(),
        "reduce(range(0, 10000), 'a', lambda('a', 'b', concat(lambdaVariables('a'), lambdaVariables('a'))))".to_owned(),
        "reduce(range(0, 10000), createArray(1), lambda('a', 'b', createArray(lambdaVariables('a'))))".to_owned(),
        "reduce(range(0, 10000), createArray(1), lambda('a', 'b', createArray(lambdaVariables('a'), lambdaVariables('a'))))".to_owned(),
        "reduce(range(0, 10000), createArray(1), lambda('a', 'b', concat(lambdaVariables('a'), lambdaVariables('a'))))".to_owned(),
        "reduce(range(0, 10000), createObject(), lambda('a', 'b', union(lambdaVariables('a'), createObject(string(lambdaVariables('b')), 1))))".to_owned(),
        "reduce(range(0, 10000), createArray(), lambda('a', 'b', union(lambdaVariables('a'), createArray(lambdaVariables('b')))))".to_owned(),
    ] {
        let budget = nearly_used();
        let made = evaluate_text(&format!("[{text}]"), None, &World::default(), &budget);
        assert!(limited(&made), "{text}: {}", shown(&made.value).chars().take(200).collect::<String>());
    }
}

#[test]
fn unknown_values_do_not_grow_for_ever() {
    let text = "reduce(range(0, 10000), parameters('x'), lambda('a', 'b', concat(lambdaVariables('a'), lambdaVariables('a'))))";
    let made = in_world(&World::default(), text);
    let unknown = made.value.as_unknown().unwrap();
    assert!(unknown.text.len() < 100_000);
}

#[test]
fn deep_and_long_expressions_end() {
    let mut keys = "createObject()".to_owned();
    for number in 0..100_000 {
        let _ = write!(keys, ".a{number}");
    }
    for text in [
        "not(".repeat(200_000),
        "a[".repeat(200_000),
        format!("{}1{}", "array(".repeat(150), ")".repeat(150)),
        "'".repeat(200_001),
        keys,
    ] {
        let made = in_world(&World::default(), &text);
        assert!(made.value.as_unknown().is_some());
    }
    let mut nested = Node::made(Value::text("[parameters('x')]"));
    for _ in 0..1000 {
        nested = Node::made(Value::List(Arc::new(vec![nested])));
    }
    assert!(limited(&evaluate(&nested, &World::default(), &Budget::default())));
}
