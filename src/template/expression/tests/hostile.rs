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
    budget.steps(1_800_000).unwrap();
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

/// What is cheap to write, and long to work on.
const LONG: &[&str] = &[
    "base64(parameters('text'))",
    "brandNew(parameters('wide'))",
    "concat(parameters('text'), 'a')",
    "contains('a', parameters('text'))",
    "contains(parameters('list'), parameters('text'))",
    "contains(parameters('parts'), 'b')",
    "createArray(parameters('wide'), parameters('wide'))",
    "createObject('a', 1)[parameters('text')]",
    "createObject(parameters('text'), 1)",
    "empty(parameters('parts'))",
    "equals(5, parameters('text'))",
    "equals(parameters('wide'), parameters('wide'))",
    "fail(parameters('text'))",
    "filter(parameters('list'), lambda('z', parameters('u')))",
    "format(parameters('holes'), '')",
    "guid(parameters('text'))",
    "if(parameters('u'), parameters('wide'), parameters('list'))",
    "int(parameters('text'))",
    "items(parameters('wide'))",
    "join(parameters('list'), parameters('text'))",
    "json(parameters('text'))",
    "last(parameters('parts'))",
    "length(parameters('text'))",
    "parameters('wide').zz",
    "parameters('wide')[parameters('text')]",
    "replace(parameters('text'), 'a', 'bb')",
    "replace(parameters('text'), parameters('text'), 'b')",
    "resourceId(parameters('text'), 'A.B/c', parameters('text'))",
    "resourceId(parameters('text'), parameters('text'), parameters('text'))",
    "shallowMerge(createArray(parameters('wide'), parameters('wide')))",
    "skip(parameters('list'), 1)",
    "sort(parameters('list'), lambda('a', 'b', less(lambdaVariables('a'), lambdaVariables('b'))))",
    "split(parameters('parts'), '-')",
    "split(parameters('text'), 'a')",
    "startsWith('a', parameters('text'))",
    "string(createArray(parameters('text'), parameters('text')))",
    "string(parameters('wide'))",
    "substring(parameters('text'), 5)",
    "toLower(parameters('parts'))",
    "trim(parameters('text'))",
    "tryGet(parameters('wide'), parameters('text'))",
    "union(parameters('list'), parameters('list'))",
    "union(parameters('wide'), parameters('wide'))",
    "uniqueString(parameters('text'))",
    "uriComponentToString(parameters('text'))",
];

/// Long values for these.
fn long_values() -> World {
    let mut world = World::default();
    let wide: Vec<_> = (0..20_000)
        .map(|number| format!("\"name{number}\": {number}"))
        .collect();
    for (name, node) in [
        ("text", Node::made(Value::text("a".repeat(1_000_000)))),
        ("holes", Node::made(Value::text("{0}".repeat(300_000)))),
        (
            "parts",
            Node::made(Value::unknown_text(
                "a-{parameters('u')}".repeat(2000),
                Why::Parameter("u".into()),
            )),
        ),
        ("wide", json(&format!("{{{}}}", wide.join(",")))),
        ("list", in_world(&World::default(), "range(0, 10000)")),
    ] {
        world.parameters.insert(name, node);
    }
    world
}

fn often(operation: &str) -> String {
    let many = |body: &str| format!("map(range(0, 10000), lambda('x', {body}))");
    format!("[{}]", many(&many(operation)))
}

#[test]
fn long_values_end() {
    let world = long_values();
    for operation in LONG {
        let made = evaluate_text(&often(operation), None, &world, &nearly_used());
        let why = made.value.first_unknown().map(|unknown| unknown.why.to_string());
        assert!(why.is_some(), "{operation}");
    }
}

#[test]
#[ignore = "needs an optimized build to say something"]
fn long_values_take() {
    let world = long_values();
    for operation in LONG {
        let before = std::time::Instant::now();
        let made = evaluate_text(&often(operation), None, &world, &Budget::default());
        println!(
            "{:?} {operation} {}",
            before.elapsed(),
            made.value.first_unknown().is_some()
        );
    }
    println!("{} MiB at most", super::laws::memory());
}
