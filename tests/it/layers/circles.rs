//! No files use each other in a circle: each can be read without the ones above it.

use super::graph::{Graph, Modules};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::Path;

/// The circles of a graph, one for each knot of files, and that the shortest.
fn circles(graph: &Graph) -> Vec<String> {
    let reached: BTreeMap<&str, BTreeSet<&str>> =
        graph.keys().map(|file| (file.as_str(), reach(graph, file))).collect();
    let mut knots = BTreeSet::new();
    for (file, from_here) in &reached {
        let knot: BTreeSet<&str> = from_here
            .iter()
            .filter(|other| reached[*other].contains(file))
            .copied()
            .collect();
        if !knot.is_empty() {
            knots.insert(knot);
        }
    }
    knots
        .iter()
        .map(|knot| {
            let ways = knot.iter().map(|file| way_back(graph, file));
            let shortest = ways.min_by_key(Vec::len).unwrap();
            format!("{} (of {} files)", shortest.join(" -> "), knot.len())
        })
        .collect()
}

fn next<'g>(graph: &'g Graph, file: &str) -> impl Iterator<Item = &'g str> {
    graph.get(file).into_iter().flatten().map(String::as_str)
}

/// What a file uses, by way of whatever it uses.
fn reach<'g>(graph: &'g Graph, file: &str) -> BTreeSet<&'g str> {
    let mut found = BTreeSet::new();
    let mut ahead: Vec<&str> = next(graph, file).collect();
    while let Some(one) = ahead.pop() {
        if found.insert(one) {
            ahead.extend(next(graph, one));
        }
    }
    found
}

/// The shortest way from a file back to itself, which there is.
fn way_back<'g>(graph: &'g Graph, file: &'g str) -> Vec<&'g str> {
    let mut ways = VecDeque::from([vec![file]]);
    let mut seen = BTreeSet::new();
    while let Some(way) = ways.pop_front() {
        for one in next(graph, way[way.len() - 1]) {
            let longer = [&way[..], &[one]].concat();
            if one == file {
                return longer;
            }
            if seen.insert(one) {
                ways.push_back(longer);
            }
        }
    }
    panic!("{file} is in no circle")
}

/// The folders inside modules as one node each, so that rooms have an order as well.
fn rooms(graph: &Graph) -> Graph {
    let room = |file: &str| match file.split('/').collect::<Vec<_>>()[..] {
        [module, room, _, ..] => format!("{module}/{room}/"),
        _ => file.to_owned(),
    };
    let mut rooms = Graph::new();
    for (file, uses) in graph {
        let from = room(file);
        let uses = uses
            .iter()
            .map(|file| room(file))
            .filter(|to| *to != from)
            .collect::<Vec<_>>();
        rooms.entry(from).or_default().extend(uses);
    }
    rooms
}

fn library() -> Graph {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    super::source(&root, &mut paths);
    let files = paths.iter().map(|path| {
        let name = path
            .strip_prefix(&root)
            .unwrap()
            .iter()
            .map(|part| part.to_str().unwrap());
        (
            name.collect::<Vec<_>>().join("/"),
            std::fs::read_to_string(path).unwrap(),
        )
    });
    Modules::read(&files.collect()).graph()
}

fn assert_no_circle(graph: &Graph) {
    let found = circles(graph);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn files_use_each_other_in_no_circle() {
    let graph = library();
    assert!(graph.len() > 100, "{} files", graph.len());
    assert_no_circle(&graph);
}

#[test]
fn rooms_use_each_other_in_no_circle() {
    assert_no_circle(&rooms(&library()));
}

fn made_up(files: &[(&str, &str)]) -> Graph {
    let files = files
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    Modules::read(&files.collect()).graph()
}

fn used<'g>(graph: &'g Graph, file: &str) -> Vec<&'g str> {
    next(graph, file).collect()
}

#[test]
fn a_circle_is_found_through_reexports_macros_and_tests_are_left_out() {
    let files = [
        ("lib.rs", "mod house; mod garden;"),
        (
            "house/mod.rs",
            "mod door; mod key;\n#[cfg(test)] mod tests;\npub(crate) use door::Door; pub(crate) use key::*;",
        ),
        ("house/door.rs", "pub(crate) struct Door(super::Key);"),
        ("house/key.rs", "use crate::garden::Tree; pub(crate) struct Key(Tree);"),
        ("house/tests.rs", "use super::*;"),
        (
            "garden.rs",
            r#"pub(crate) struct Tree; fn f() { println!("{}", crate::house::Door::new()); }"#,
        ),
    ];
    let graph = made_up(&files);
    assert_eq!(used(&graph, "house/mod.rs"), [""; 0]);
    assert_eq!(used(&graph, "house/door.rs"), ["house/key.rs"]);
    assert_eq!(
        circles(&graph),
        ["garden.rs -> house/door.rs -> house/key.rs -> garden.rs (of 3 files)"]
    );
    let mut opened = files;
    opened[5].1 = "pub(crate) struct Tree;\n#[cfg(test)]\nmod tests { use crate::house::Door; }";
    assert_eq!(circles(&made_up(&opened)), [""; 0]);
}

#[test]
fn a_module_that_uses_what_uses_it_is_a_circle() {
    let graph = made_up(&[
        ("lib.rs", "pub mod table;"),
        (
            "table/mod.rs",
            "mod row; pub use row::Row; pub struct Width; fn f() -> Row { row::Row }",
        ),
        ("table/row.rs", "pub struct Row; use super::Width;"),
    ]);
    assert_eq!(
        circles(&graph),
        ["table/mod.rs -> table/row.rs -> table/mod.rs (of 2 files)"]
    );
}

#[test]
fn rooms_may_be_in_a_circle_although_no_files_are() {
    let graph = made_up(&[
        ("lib.rs", "mod house;"),
        ("house/mod.rs", "mod attic; mod roof;"),
        ("house/roof.rs", "pub(super) struct Roof(super::attic::Beam);"),
        ("house/attic/mod.rs", "mod beam; mod floor; pub(super) use beam::Beam;"),
        ("house/attic/beam.rs", "pub(in super::super) struct Beam;"),
        ("house/attic/floor.rs", "type Above = crate::house::roof::Roof;"),
    ]);
    assert_eq!(circles(&graph), [""; 0]);
    assert_eq!(
        circles(&rooms(&graph)),
        ["house/attic/ -> house/roof.rs -> house/attic/ (of 2 files)"]
    );
}

#[test]
fn what_is_reexported_from_elsewhere_is_used() {
    let graph = made_up(&[
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "pub(crate) use super::b::{self, B};"),
        ("b.rs", "use super::a as first; pub(crate) struct B; type C = first::B;"),
    ]);
    assert_eq!(used(&graph, "a.rs"), ["b.rs"]);
    assert_eq!(used(&graph, "b.rs"), [""; 0], "its own, by a detour");
}

#[test]
#[should_panic(expected = "a.rs: `crate::c::D` leads nowhere")]
fn a_path_that_leads_nowhere_is_told() {
    made_up(&[("lib.rs", "mod a;"), ("a.rs", "use crate::c::D;")]);
}
