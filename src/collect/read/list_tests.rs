use super::*;

const VERSION: Query = &[("api-version", "2026-01-01")];

const LIST: List<'static> = List {
    what: "things",
    item: None,
    path: &["things"],
    query: VERSION,
    question: None,
    most: MOST_ITEMS,
    subscription: None,
};

type Link = Result<Option<String>, Failure>;

fn read(bodies: &[&str]) -> (Vec<i64>, Vec<Gap>, Vec<Link>) {
    let mut reading = Reading::default();
    let parse = |item: &Value| match item.get("n").and_then(Value::as_i64) {
        Some(0) => Ok(None),
        Some(number) => Ok(Some(number.into())),
        None => Err("no number".to_owned()),
    };
    let links = bodies
        .iter()
        .map(|body| reading.page(&LIST, body.as_bytes(), &parse))
        .collect();
    (reading.items, reading.gaps, links)
}

#[test]
fn a_bad_item_costs_only_itself() {
    let (items, gaps, _) =
        read(&[r#"{"value":[{"id":"a","n":1},{"id":"b"},7,null,{"id":"c","n":3},{"n":1e999},{"id":"z","n":0}]}"#]);
    assert_eq!(items, [1, 3]);
    let items: Vec<_> = gaps.iter().map(|gap| gap.item.as_deref()).collect();
    assert_eq!(items, [Some("b"), None, None, None]);
    assert!(
        gaps.iter()
            .all(|gap| gap.code == "MalformedItem" && gap.what == "things")
    );
}

#[test]
fn what_is_no_list_is_never_an_empty_one() {
    for body in [
        "",
        "<html>",
        "[]",
        "null",
        "{}",
        r#"{"value":null}"#,
        r#"{"value":{}}"#,
        r#"{"value":"x"}"#,
        r#"{"value":[],"value":[]}"#,
        r#"{"value":[],"nextLink":7}"#,
        "{\"value\":[{\"id\":\"\u{1}\"",
    ] {
        let (_, _, links) = read(&[body]);
        assert!(links[0].is_err(), "{body}");
    }
}

#[test]
fn repeated_items_count_once_and_contradictions_are_told() {
    let (items, gaps, links) = read(&[
        r#"{"value":[{"id":"/A","n":1},{"id":"/b","n":2}],"nextLink":"x"}"#,
        r#"{"value":[{"id":"/a","n":1},{"id":"/B","n":9}],"nextLink":""}"#,
    ]);
    assert_eq!(items, [1, 2]);
    assert_eq!(gaps.len(), 1);
    assert_eq!(
        (gaps[0].code.as_str(), gaps[0].item.as_deref()),
        ("ContradictoryItem", Some("/B"))
    );
    assert_eq!(links, [Ok(Some("x".to_owned())), Ok(Some(String::new()))]);
}

#[test]
fn a_flood_of_items_is_cut_off() {
    let rubbish = format!(r#"{{"value":[{}0]}}"#, "0,".repeat(200_000));
    let (items, gaps, links) = read(&[&rubbish]);
    assert_eq!((items.len(), gaps.len()), (0, MOST_GAPS));
    assert_eq!(links[0].as_ref().unwrap_err().code, "TooManyItems");
    let good = format!(r#"{{"value":[{}{{"n":1}}]}}"#, r#"{"n":1},"#.repeat(MOST_ITEMS));
    let (items, _, links) = read(&[&good]);
    assert_eq!(items.len(), MOST_ITEMS);
    assert!(links[0].is_err());
}

#[test]
fn an_item_beyond_the_cap_costs_only_itself() {
    let item = |number: i64, size: usize| {
        let frame = format!(r#"{{"n":{number},"x":""}}"#).len();
        format!(r#"{{"n":{number},"x":"{}"}}"#, "x".repeat(size - frame))
    };
    let body = [item(1, LARGEST_ITEM), item(2, LARGEST_ITEM + 1), item(3, 20)].join(",");
    let (items, gaps, links) = read(&[&format!(r#"{{"value":[{body}]}}"#)]);
    assert_eq!(items, [1, 3]);
    assert_eq!(links, [Ok(None)]);
    assert_eq!((gaps.len(), gaps[0].code.as_str()), (1, "MalformedItem"));
    let message = gaps[0].message.as_str();
    assert!(message.contains("larger than 1048576 bytes"), "{message}");
}

#[test]
fn a_list_may_have_a_smaller_bound() {
    let mut reading = Reading::default();
    let list = List { most: 2, ..LIST };
    let parse = |item: &Value| Ok(item.as_i64().map(Item::from));
    assert!(reading.page(&list, br#"{"value":[1,2]}"#, &parse).is_ok());
    let more = reading.page(&list, br#"{"value":[3]}"#, &parse);
    assert_eq!(
        (more.unwrap_err().code.as_str(), reading.items.len()),
        ("TooManyItems", 2)
    );
}

#[test]
fn an_error_beside_a_list_is_told() {
    let (items, _, links) =
        read(&[r#"{"value":[{"n":1}],"error":{"code":"Timeout","message":"late"},"nextLink":"x"}"#]);
    let failure = links[0].as_ref().unwrap_err();
    assert_eq!(
        (items.as_slice(), failure.code.as_str()),
        (&[1][..], "UnexpectedAnswer")
    );
    assert!(failure.message.contains("Timeout"), "{failure:?}");
    let (_, _, links) = read(&[r#"{"value":[],"error":null}"#]);
    assert_eq!(links, [Ok(None)]);
}

#[test]
fn both_names_of_the_next_page_are_known() {
    let (_, _, links) = read(&[r#"{"@odata.context":"c","value":[],"@odata.nextLink":"x"}"#]);
    assert_eq!(links, [Ok(Some("x".to_owned()))]);
}

#[test]
fn names_cannot_change_the_request() {
    let endpoint = Url::parse("https://arm.example/prefix/").unwrap();
    let built = url(
        &endpoint,
        &["dbs", "../../victim?x#y", "a b%2f", "ü\\"],
        &[("api-version", "v&1")],
    )
    .unwrap();
    assert_eq!(
        built.as_str(),
        "https://arm.example/prefix/dbs/..%2F..%2Fvictim%3Fx%23y/a%20b%252f/%C3%BC%5C?api-version=v%261"
    );
    for name in ["", ".", "..", "a\tb", ".\t.", "a\rb", "a\nb"] {
        assert_eq!(url(&endpoint, &["dbs", name], &[]).unwrap_err().code, "UnusableName");
    }
    // What looks like an encoded `..` is encoded once more.
    let built = url(&endpoint, &["%2e%2e", "x"], VERSION).unwrap();
    assert_eq!(built.path(), "/prefix/%252e%252e/x");
}

#[test]
fn links_are_followed_at_home_only() {
    let first = Url::parse("https://arm.example/subscriptions/s/things?api-version=1").unwrap();
    let follow = |link: &str| super::follow(&first, &first, link);
    for good in [
        "https://arm.example/subscriptions/s/things?api-version=1&$skiptoken=x",
        "https://ARM.example:443/Subscriptions/s/Things?x",
        "/subscriptions/s/things?x",
        "?api-version=1&x",
        "/subscription%73/s/things/?x",
    ] {
        assert_eq!(follow(good).unwrap().origin(), first.origin(), "{good}");
    }
    for bad in [
        "https://evil.example/subscriptions/s/things",
        "http://arm.example/subscriptions/s/things",
        "https://arm.example:444/subscriptions/s/things",
        "//evil.example/things",
        "/\\evil.example/things",
        "https://arm.example@evil.example/things",
        "https://user:pw@arm.example/things",
        "https://user@arm.example/subscriptions/s/things",
        "https://:pw@arm.example/subscriptions/s/things",
        "https://arm.example/subscriptions/s/things/x/readonlykeys?x",
        "/subscriptions/s/things/../listKeys",
        "/subscriptions/s/thing%73",
        "/subscriptions/other/things?x",
        "/subscriptions/s/x/things",
        "/subscriptions/s/listKeys;/things",
        "/subscriptions/s%2Fx/things",
        "/things",
        "javascript:alert(1)",
        "https://",
    ] {
        assert_eq!(follow(bad).unwrap_err().code, "NextLinkRefused", "{bad}");
    }
}
