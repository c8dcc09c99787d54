//! Strings that are made: of parts, or of others (learn.microsoft.com, template functions, string).

use super::call::{ANY, Call, Function};
use crate::template::expression::budget::Stop;
use crate::template::expression::parts::{Composer, Part, lacks, spelled_out};
use crate::template::expression::syntax::Quoted;
use crate::template::value::{Form, Node, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "concat",
        least: 1,
        most: ANY,
        run: concat,
    },
    Function {
        name: "format",
        least: 1,
        most: ANY,
        run: format,
    },
    Function {
        name: "join",
        least: 2,
        most: 2,
        run: join,
    },
    Function {
        name: "replace",
        least: 3,
        most: 3,
        run: replace,
    },
    Function {
        name: "toLower",
        least: 1,
        most: 1,
        run: |call| cased(call, str::to_ascii_lowercase),
    },
    Function {
        name: "toUpper",
        least: 1,
        most: 1,
        run: |call| cased(call, str::to_ascii_uppercase),
    },
    Function {
        name: "padLeft",
        least: 2,
        most: 3,
        run: pad_left,
    },
];

type Made = Result<Node, Stop>;

/// A value as a part of a string. How booleans, fractions, lists and objects read in one isn't documented.
fn push(call: &Call<'_>, composer: &mut Composer<'_>, value: &Value) -> Result<(), Stop> {
    match value {
        Value::Text(text) => composer.known(text),
        Value::Number(number) if number.is_i64() => composer.known(&number.to_string()),
        Value::Unknown(unknown) => composer.unknown_value(unknown),
        other => Err(call.unsettled(other.kind())),
    }
}

/// Of strings or of lists: the first known argument tells.
fn concat(call: &Call<'_>) -> Made {
    let known = call.args.iter().find(|arg| match &arg.value {
        Value::Unknown(unknown) => unknown.form == Form::Text,
        _ => true,
    });
    if let Some(Value::List(_)) = known.map(|arg| &arg.value) {
        let mut items = Vec::new();
        for number in 0..call.args.len() {
            items.extend(call.list(number)?.iter().cloned());
            call.budget.items(items.len())?;
        }
        return Ok(Node::made(call.make_list(items)?));
    }
    if known.is_none() {
        return Err(call.unknown());
    }
    let mut composer = Composer::new(call.budget);
    for arg in call.args {
        push(call, &mut composer, &arg.value)?;
    }
    Ok(Node::made(composer.finish()?))
}

/// `{0}` and the like, `{{` and `}}` for braces.
fn format(call: &Call<'_>) -> Made {
    let pattern = call.text(0)?;
    call.budget.steps(pattern.len() / 4)?;
    let mut composer = Composer::new(call.budget);
    let mut rest: &str = pattern;
    while let Some(at) = rest.find(['{', '}']) {
        composer.known(rest.get(..at).unwrap_or_default())?;
        let brace = rest.get(at..=at).unwrap_or_default();
        rest = rest.get(at + 1..).unwrap_or_default();
        if let Some(doubled) = rest.strip_prefix(brace) {
            composer.known(brace)?;
            rest = doubled;
            continue;
        }
        let hole = rest.split_once('}').filter(|_| brace == "{");
        let Some((hole, behind)) = hole else {
            return Err(Stop::wrong("the pattern of `format` has a brace that isn't closed"));
        };
        rest = behind;
        fill(call, &mut composer, hole)?;
    }
    composer.known(rest)?;
    Ok(Node::made(composer.finish()?))
}

fn fill(call: &Call<'_>, composer: &mut Composer<'_>, hole: &str) -> Result<(), Stop> {
    let (number, how) = match hole.find([':', ',']) {
        Some(at) => hole.split_at(at),
        None => (hole, ""),
    };
    let arg = number
        .trim()
        .parse::<usize>()
        .ok()
        .and_then(|number| call.args.get(number.checked_add(1)?));
    let Some(arg) = arg else {
        return Err(Stop::wrong(format!(
            "the pattern of `format` asks for `{{{hole}}}`, which it isn't given"
        )));
    };
    if how.is_empty() {
        return push(call, composer, &arg.value);
    }
    // Digits with zeros in front, as Bicep's loops number names.
    let digits = how
        .strip_prefix([':'])
        .and_then(|how| how.strip_prefix(['D', 'd']))
        .map(str::parse::<usize>);
    match (digits, &arg.value) {
        (Some(Ok(digits @ 0..=99)), Value::Number(number)) if number.as_i64().is_some_and(|number| number >= 0) => {
            composer.known(&format!("{:0>digits$}", number.to_string()))
        }
        _ => Err(match call.unknown() {
            Stop(crate::template::value::Why::Function(_)) => call.unsettled("this pattern"),
            stop => stop,
        }),
    }
}

fn join(call: &Call<'_>) -> Made {
    let mut composer = Composer::new(call.budget);
    let delimiter = call.kind(1)?;
    for (number, item) in call.list(0)?.iter().enumerate() {
        if number > 0 {
            push(call, &mut composer, delimiter)?;
        }
        push(call, &mut composer, &item.value)?;
    }
    Ok(Node::made(composer.finish()?))
}

/// Whether it minds the case isn't documented, so it has to come to the same.
fn replace(call: &Call<'_>) -> Made {
    let (old, new) = (call.text(1)?, call.text(2)?);
    if old.is_empty() {
        return Err(Stop::wrong("`replace` looks for an empty string"));
    }
    let settled = |text: &str| {
        let folded = text.to_ascii_lowercase();
        folded.matches(old.to_ascii_lowercase().as_str()).count() == text.matches(old.as_ref()).count()
    };
    let known = |text: &str| {
        call.budget.steps(text.len() / 8)?;
        let longer = text
            .matches(old.as_ref())
            .count()
            .saturating_mul(new.len())
            .saturating_add(text.len());
        call.budget.text(longer)?;
        if !settled(text) {
            return Err(call.unsettled("strings that differ in case"));
        }
        Ok(text.replace(old.as_ref(), new))
    };
    let single = old.parse::<char>().ok();
    each_part(call, &known, single.is_some(), |part| {
        if single.is_some_and(|old| lacks(part, old)) {
            return part.to_owned();
        }
        format!("replace({}, {}, {})", spelled_out(part), Quoted(old), Quoted(new))
    })
}

fn cased(call: &Call<'_>, run: fn(&str) -> String) -> Made {
    let known = |text: &str| {
        if !text.is_ascii() {
            return Err(call.unsettled("text beyond ASCII"));
        }
        Ok(run(text))
    };
    // A hash has no upper case.
    let same = |part: &str| call.name == "toLower" && ('A'..='Z').all(|upper| lacks(part, upper));
    each_part(call, &known, true, |part| match same(part) {
        true => part.to_owned(),
        false => format!("{}({})", call.name, spelled_out(part)),
    })
}

/// A function of one string that can be done part by part, `if` it can.
fn each_part(
    call: &Call<'_>,
    known: &dyn Fn(&str) -> Result<String, Stop>,
    can: bool,
    unknown: impl Fn(&str) -> String,
) -> Made {
    match call.value(0) {
        Value::Text(text) => {
            call.budget.steps(text.len() / 16)?;
            call.made_text(known(text)?)
        }
        Value::Unknown(whole) if whole.form == Form::Text && can => {
            let mut composer = Composer::new(call.budget);
            call.budget.steps(whole.text.len() / 4)?;
            for part in call.parts(whole)? {
                match part {
                    Part::Known(piece) => composer.known(&known(piece)?)?,
                    Part::Unknown(part) => {
                        composer.unknown(&unknown(part), &whole.why)?;
                    }
                }
            }
            Ok(Node::made(composer.finish()?))
        }
        Value::Unknown(_) => Err(call.unknown()),
        _ => Err(call.wrong(0, "a string")),
    }
}

fn pad_left(call: &Call<'_>) -> Made {
    let text = match call.kind(0)? {
        Value::Number(number) if number.is_i64() => number.to_string(),
        _ => call.text(0)?.to_string(),
    };
    let length = usize::try_from(call.int(1)?).map_err(|_| Stop::wrong("`padLeft` takes no negative length"))?;
    let with = match call.args.get(2) {
        Some(_) => call.text(2)?.to_string(),
        None => " ".to_owned(),
    };
    if with.encode_utf16().count() != 1 {
        return Err(Stop::wrong("`padLeft` pads with one character"));
    }
    let missing = length.saturating_sub(text.encode_utf16().count());
    call.budget
        .text(missing.saturating_mul(with.len()).saturating_add(text.len()))?;
    call.made_text(with.repeat(missing) + &text)
}
