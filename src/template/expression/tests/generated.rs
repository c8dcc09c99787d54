//! Expressions that are made up. A tape of bytes says what is chosen; where it ends, everything is as short as it gets, so
//! that a failing one becomes short, too.

use std::fmt::Write;

/// Choices, one byte each.
pub(super) struct Tape<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Tape<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// One of so many.
    pub(super) fn choose(&mut self, many: usize) -> usize {
        let byte = self.bytes.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        usize::from(byte) % many
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.choose(of.len())]
    }
}

/// What an expression should give. It does not always: that is part of what is tried.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Int,
    Bool,
    List,
    Object,
}

use Kind::{Bool, Int, List, Object, Text};

/// Functions, what they give, and what they take.
const FUNCTIONS: &[(&str, Kind, &[Kind])] = &[
    ("concat", Text, &[Text, Text]),
    ("concat", Text, &[Text, Int, Text]),
    ("concat", List, &[List, List]),
    ("toLower", Text, &[Text]),
    ("toUpper", Text, &[Text]),
    ("replace", Text, &[Text, Text, Text]),
    ("split", List, &[Text, Text]),
    ("join", Text, &[List, Text]),
    ("trim", Text, &[Text]),
    ("substring", Text, &[Text, Int]),
    ("substring", Text, &[Text, Int, Int]),
    ("take", Text, &[Text, Int]),
    ("skip", Text, &[Text, Int]),
    ("take", List, &[List, Int]),
    ("skip", List, &[List, Int]),
    ("first", Text, &[Text]),
    ("last", Text, &[Text]),
    ("first", Text, &[List]),
    ("last", Text, &[List]),
    ("padLeft", Text, &[Text, Int]),
    ("string", Text, &[Int]),
    ("string", Text, &[Text]),
    ("base64", Text, &[Text]),
    ("base64ToString", Text, &[Text]),
    ("uriComponent", Text, &[Text]),
    ("guid", Text, &[Text, Text]),
    ("uniqueString", Text, &[Text]),
    ("coalesce", Text, &[Text, Text]),
    ("length", Int, &[Text]),
    ("length", Int, &[List]),
    ("length", Int, &[Object]),
    ("indexOf", Int, &[Text, Text]),
    ("lastIndexOf", Int, &[Text, Text]),
    ("add", Int, &[Int, Int]),
    ("sub", Int, &[Int, Int]),
    ("mul", Int, &[Int, Int]),
    ("div", Int, &[Int, Int]),
    ("mod", Int, &[Int, Int]),
    ("min", Int, &[Int, Int]),
    ("max", Int, &[List]),
    ("int", Int, &[Text]),
    ("not", Bool, &[Bool]),
    ("and", Bool, &[Bool, Bool]),
    ("or", Bool, &[Bool, Bool]),
    ("xor", Bool, &[Bool, Bool]),
    ("equals", Bool, &[Text, Text]),
    ("equals", Bool, &[Int, Int]),
    ("equals", Bool, &[List, List]),
    ("equals", Bool, &[Object, Object]),
    ("less", Bool, &[Int, Int]),
    ("greaterOrEquals", Bool, &[Int, Int]),
    ("contains", Bool, &[Text, Text]),
    ("contains", Bool, &[List, Text]),
    ("contains", Bool, &[Object, Text]),
    ("empty", Bool, &[Text]),
    ("empty", Bool, &[List]),
    ("startsWith", Bool, &[Text, Text]),
    ("endsWith", Bool, &[Text, Text]),
    ("bool", Bool, &[Text]),
    ("createArray", List, &[Text, Text]),
    ("createArray", List, &[Object]),
    ("flatten", List, &[List]),
    ("shallowMerge", Object, &[List]),
    ("createObject", Object, &[Text, Text, Text, Int]),
    ("resourceId", Text, &[Text, Text, Text]),
    ("extensionResourceId", Text, &[Text, Text, Text]),
    ("dateTimeAdd", Text, &[Text, Text]),
    ("createArray", List, &[Int, Int]),
    ("array", List, &[Text]),
    ("range", List, &[Int, Int]),
    ("union", List, &[List, List]),
    ("union", Object, &[Object, Object]),
    ("intersection", List, &[List, List]),
    ("items", List, &[Object]),
    ("objectKeys", List, &[Object]),
    ("indexFromEnd", Text, &[List, Int]),
    ("tryIndexFromEnd", Text, &[List, Int]),
    ("tryGet", Text, &[Object, Text]),
    ("json", Object, &[Text]),
];

/// Strings: such as there are in ids, and such as are read wrongly.
const TEXTS: &[&str] = &[
    "",
    "a",
    "A",
    "-",
    "/",
    "a-b",
    "x/y/z",
    "{0}",
    "{",
    "}",
    "é",
    "😀",
    " ",
    "it''s",
    "ab",
    "5",
    "true",
    "A.B/c",
    "{\"a\":[1]}",
];

/// An expression.
pub(super) fn expression(tape: &mut Tape<'_>, kind: Kind, depth: usize) -> String {
    let mut text = String::new();
    write(tape, kind, depth, &[], &mut text);
    text
}

fn leaf(tape: &mut Tape<'_>, kind: Kind, bound: &[(&str, Kind)], text: &mut String) {
    let own: Vec<_> = bound.iter().filter(|(_, own)| *own == kind).collect();
    if !own.is_empty() && tape.choose(2) == 1 {
        let (name, _) = own[tape.choose(own.len())];
        let _ = write!(text, "lambdaVariables('{name}')");
        return;
    }
    let unknown = tape.choose(2) == 1;
    let _ = match kind {
        Text if unknown => match tape.choose(8) {
            0 => write!(text, "resourceGroup().id"),
            1 => write!(text, "subscription().subscriptionId"),
            2 => write!(text, "resourceId('A.B/c', parameters('t{}'))", tape.choose(4)),
            3 => write!(text, "newGuid()"),
            _ => write!(text, "parameters('t{}')", tape.choose(4)),
        },
        Text => write!(text, "'{}'", tape.pick(TEXTS)),
        Int if unknown => write!(text, "parameters('n{}')", tape.choose(2)),
        Int => write!(text, "{}", tape.pick(&[0, 1, 2, 3, -1, 9])),
        Bool if unknown => write!(text, "parameters('b{}')", tape.choose(2)),
        Bool => write!(text, "{}()", tape.pick(&[true, false])),
        List if unknown => write!(text, "parameters('l{}')", tape.choose(2)),
        List => write!(text, "createArray()"),
        Object if unknown => write!(text, "parameters('o{}')", tape.choose(2)),
        Object => write!(text, "createObject()"),
    };
}

fn write(tape: &mut Tape<'_>, kind: Kind, depth: usize, bound: &[(&str, Kind)], text: &mut String) {
    if depth == 0 || tape.choose(5) == 0 {
        return leaf(tape, kind, bound, text);
    }
    let depth = depth - 1;
    let mut call = |tape: &mut Tape<'_>, name: &str, kinds: &[Kind]| {
        let _ = write!(text, "{name}(");
        for (number, kind) in kinds.iter().enumerate() {
            text.push_str(if number > 0 { ", " } else { "" });
            // Now and then it is of another kind.
            let kind = if tape.choose(24) == 23 {
                tape.pick(&[Text, Int, Bool, List, Object])
            } else {
                *kind
            };
            write_to(tape, kind, depth, bound, text);
        }
        text.push(')');
    };
    match tape.choose(8) {
        0 => call(tape, "if", &[Bool, kind, kind]),
        1 if kind == Text => {
            let pattern = tape.pick(&["'{0}'", "'a{0}-{1}'", "'{{{0}}}'", "'{1}/{0}'"]);
            let _ = write!(text, "format({pattern}, ");
            write_to(tape, Text, depth, bound, text);
            text.push_str(", ");
            let second = tape.pick(&[Text, Int]);
            write_to(tape, second, depth, bound, text);
            text.push(')');
        }
        2 if kind == Text => {
            write_to(tape, Object, depth, bound, text);
            text.push_str(tape.pick(&[".a", "['b']", ".c.d"]));
        }
        3 if kind == Text || kind == Int => {
            write_to(tape, List, depth, bound, text);
            text.push('[');
            write_to(tape, Int, depth, bound, text);
            text.push(']');
        }
        1..=3 if kind == Object => {
            let _ = write!(text, "createObject('{}', ", tape.pick(&["a", "b", "A"]));
            let of = tape.pick(&[Text, Int, Object]);
            write_to(tape, of, depth, bound, text);
            text.push(')');
        }
        1..=4 if kind == List => {
            let name = tape.pick(&["map", "filter", "sort"]);
            lambda(tape, name, depth, bound, text);
        }
        4 if kind == Object => {
            let name = tape.pick(&["toObject", "groupBy", "mapValues"]);
            lambda(tape, name, depth, bound, text);
        }
        4 if kind == Text => lambda(tape, "reduce", depth, bound, text),
        _ => {
            let fitting: Vec<_> = FUNCTIONS.iter().filter(|(_, gives, _)| *gives == kind).collect();
            let (name, _, takes) = fitting[tape.choose(fitting.len())];
            call(tape, name, takes);
        }
    }
}

fn write_to(tape: &mut Tape<'_>, kind: Kind, depth: usize, bound: &[(&str, Kind)], text: &mut String) {
    write(tape, kind, depth, bound, text);
}

fn lambda(tape: &mut Tape<'_>, name: &str, depth: usize, bound: &[(&str, Kind)], text: &mut String) {
    let variable = tape.pick(&["x", "y"]);
    let _ = write!(text, "{name}(");
    let of = tape.pick(&[Text, Int]);
    let within = [bound, &[(variable, of)]].concat();
    let over = if name == "mapValues" { Object } else { List };
    write_to(tape, over, depth, bound, text);
    if name == "reduce" {
        text.push_str(", ");
        write_to(tape, Text, depth, bound, text);
    }
    let _ = write!(text, ", lambda('{variable}', ");
    match name {
        "filter" => write_to(tape, Bool, depth, &within, text),
        "sort" => {
            let _ = write!(text, "'z', less(lambdaVariables('{variable}'), lambdaVariables('z'))");
        }
        "reduce" => {
            text.push_str("'z', ");
            write_to(tape, Text, depth, &[&within[..], &[("z", Text)]].concat(), text);
        }
        _ => write_to(tape, Text, depth, &within, text),
    }
    text.push_str("))");
}
