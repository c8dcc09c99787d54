//! What functions give for what is known.

use super::*;

#[test]
fn strings_are_made_and_taken_apart() {
    check(&[
        ("concat('a', 'b', 5)", r#""ab5""#),
        ("concat(createArray(1), createArray(2))", "[1,2]"),
        ("format('{0}/{1}-{{x}}', 'a', 7)", r#""a/7-{x}""#),
        ("format('{0:D3}', 7)", r#""007""#),
        ("toLower('AbC')", r#""abc""#),
        ("toUpper('AbC')", r#""ABC""#),
        ("replace('a-b-c', '-', '')", r#""abc""#),
        ("split('a/b/c', '/')", r#"["a","b","c"]"#),
        ("split('a,b;c', createArray(',', ';'))", r#"["a","b","c"]"#),
        ("join(createArray('a', 'b'), ', ')", r#""a, b""#),
        ("substring('abcdef', 2)", r#""cdef""#),
        ("substring('abcdef', 2, 3)", r#""cde""#),
        ("take('abc', 2)", r#""ab""#),
        ("skip('abc', 2)", r#""c""#),
        ("take('abc', 9)", r#""abc""#),
        ("skip('abc', -9)", r#""abc""#),
        ("first('abc')", r#""a""#),
        ("last('abc')", r#""c""#),
        ("last(split('/a/b', '/'))", r#""b""#),
        ("length('a😀')", "3"),
        ("trim('  a ')", r#""a""#),
        ("padLeft(5, 3, '0')", r#""005""#),
        ("startsWith('Abc', 'aB')", "true"),
        ("endsWith('Abc', 'BC')", "true"),
        ("indexOf('abcabc', 'B')", "1"),
        ("lastIndexOf('abcabc', 'b')", "4"),
        ("indexOf('abc', 'x')", "-1"),
        ("string(5)", r#""5""#),
        ("string(createArray(1, 'a\"', null()))", r#""[1,\"a\\\"\",null]""#),
        ("string(createObject('a', true()))", r#""{\"a\":true}""#),
        ("int('5')", "5"),
        ("bool('True')", "true"),
        ("base64('ab')", r#""YWI=""#),
        ("base64ToString('YWI=')", r#""ab""#),
        ("uriComponent('a b/c')", r#""a%20b%2Fc""#),
        ("uriComponentToString('a%20b')", r#""a b""#),
        ("json('{\"b\":[1,null],\"a\":0.5}')", r#"{"b":[1,null],"a":0.5}"#),
        ("json('null')", "null"),
        ("'it''s'", r#""it's""#),
        ("guid('a', 'b')", r#""2d796349-8c7e-55ec-9624-54ece82ed031""#),
        ("uniqueString('fu', 'bar')", r#""q5wxoscxs5j6k""#),
        ("copyIndex()", "2"),
        ("copyIndex('loop', 3)", "5"),
        ("contoso.greet('you')", r#""hi you""#),
    ]);
}

#[test]
fn lists_and_objects() {
    check(&[
        ("length(createArray(1, parameters('x')))", "2"),
        ("contains(createArray(parameters('x'), 'b'), 'b')", "true"),
        (
            "contains(createArray(parameters('x'), 'b'), 'c')",
            "<contains(createArray(parameters('x'), 'b'), 'c')>",
        ),
        ("contains(createObject('Key', 1), 'key')", "true"),
        ("contains('OneTwo', 'one')", "false"),
        ("union(createArray(1, 2), createArray(2, 3))", "[1,2,3]"),
        (
            "union(createObject('a', createObject('b', 1)), createObject('A', createObject('c', parameters('x'))))",
            r#"{"a":{"b":1,"c":<parameters('x')>}}"#,
        ),
        ("intersection(createArray(1, 2), createArray(2, 3))", "[2]"),
        ("range(3, 2)", "[3,4]"),
        ("min(3, 2)", "2"),
        ("max(createArray(3, 2))", "3"),
        ("flatten(createArray(createArray(1), createArray(2)))", "[1,2]"),
        (
            "items(createObject('b', 1, 'a', 2))",
            r#"[{"key":"a","value":2},{"key":"b","value":1}]"#,
        ),
        ("createObject('a', createArray(5, 6)).a[1]", "6"),
        ("createObject('a', 1)['A']", "1"),
        ("tryGet(createObject('a', 1), 'b')", "null"),
        ("tryGet(parameters('x'), 'b')", "<tryGet(parameters('x'), 'b')>"),
        ("map(range(0, 2), lambda('x', add(lambdaVariables('x'), 1)))", "[1,2]"),
        (
            "map(createArray('a'), lambda('x', 'i', format('{0}{1}', lambdaVariables('x'), lambdaVariables('i'))))",
            r#"["a0"]"#,
        ),
        (
            "filter(range(0, 4), lambda('x', greater(lambdaVariables('x'), 1)))",
            "[2,3]",
        ),
        (
            "reduce(range(0, 4), 0, lambda('a', 'b', add(lambdaVariables('a'), lambdaVariables('b'))))",
            "6",
        ),
        (
            "sort(createArray(3, 1, 2), lambda('a', 'b', less(lambdaVariables('a'), lambdaVariables('b'))))",
            "[1,2,3]",
        ),
        (
            "toObject(createArray('a'), lambda('x', lambdaVariables('x')), lambda('x', 1))",
            r#"{"a":1}"#,
        ),
        (
            "shallowMerge(createArray(createObject('a', 1), createObject('A', 2)))",
            r#"{"a":2}"#,
        ),
        (
            "groupBy(createArray('a', 'b', 'A'), lambda('x', toLower(lambdaVariables('x'))))",
            r#"{"a":["a","A"],"b":["b"]}"#,
        ),
        (
            "mapValues(createObject('a', 1), lambda('v', add(lambdaVariables('v'), 1)))",
            r#"{"a":2}"#,
        ),
        (
            "map(parameters('all'), lambda('x', lambdaVariables('x').name))",
            "<map(parameters('all'), lambda('x', lambdaVariables('x').name))>",
        ),
    ]);
}

#[test]
fn values_have_the_place_where_they_are_written() {
    let spot = |offset| Some(Spot { file: 0, offset });
    let mut world = World::default();
    world.parameters.insert("x", json(r#"  {"list": ["a"]}"#));
    let at = |text: &str| evaluate_text(text, spot(99), &world, &Budget::default());
    assert_eq!(at("plain").at, spot(99));
    assert_eq!(at("[concat('a', 'b')]").at, spot(99));
    // The place to mend is where the value is.
    assert_eq!(at("[parameters('x').list[0]]").at, spot(12));
    let made = at("[createArray(createObject('own', 1), parameters('x'))]");
    let items = made.value.as_list().unwrap();
    assert_eq!((made.at, items[0].get("own").unwrap().at), (spot(99), spot(99)));
    assert_eq!(items[1].get("list").unwrap().at, spot(11));
}

#[test]
fn whole_values_are_evaluated() {
    for (text, expected) in [
        (
            r#"{"[concat('a', 'b')]": "[true()]", "C": {"n": "[add(1, 2)]"}}"#,
            r#"{"ab":true,"C":{"n":3}}"#,
        ),
        // The name of a field can be that of any other.
        (
            r#"{"a": 1, "b": {"[parameters('x')]": 2}}"#,
            r#"{"a":1,"b":<parameters('x')#1>}"#,
        ),
        (r#"{"[concat('a', 'b')]": 1, "AB": 1}"#, "<object#1>"),
        (r#"{"[createArray(1)]": 1}"#, "<[createArray(1)]#1>"),
    ] {
        let made = evaluate(&json(text), &World::default(), &Budget::default());
        assert_eq!(shown(&made.value), expected);
    }
    let list = evaluate(
        &json(r#"["[[x]", "[[x", "[x", "[true()]"]"#),
        &World::default(),
        &Budget::default(),
    );
    assert_eq!(shown(&list.value), r#"["[x]","[[x","[x",true]"#);
}
