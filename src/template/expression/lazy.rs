//! Functions that evaluate only the arguments that they need: `if`, `and`, `or`, `coalesce`.

use super::budget::{Budget, Stop};
use super::functions::{same, unknowns};
use super::parts::worse;
use super::print::{refused, stopped};
use super::syntax::Expr;
use crate::template::value::{Form, Node, Value, Why};

type Eval<'a> = &'a dyn Fn(&Expr) -> Node;

/// Evaluates one of them. `name` is in lower case.
pub(super) fn evaluate(name: &str, args: &[Expr], eval: Eval<'_>, budget: &Budget) -> Node {
    match name {
        "if" => choice(args, eval, budget),
        "and" => junction("and", false, args, eval, budget),
        "or" => junction("or", true, args, eval, budget),
        _ => coalesce(args, eval, budget),
    }
}

fn choice(args: &[Expr], eval: Eval<'_>, budget: &Budget) -> Node {
    let [condition, then, otherwise] = args else {
        return refused(budget, "if", &[], Stop::wrong("`if` takes three arguments"));
    };
    let condition = eval(condition);
    match &condition.value {
        Value::Bool(true) => eval(then),
        Value::Bool(false) => eval(otherwise),
        Value::Unknown(unknown) => {
            let mut why = Some(unknown.why.clone());
            let [then, otherwise] = [eval(then), eval(otherwise)];
            // An error in the condition is one, whatever comes of it.
            let certain = !matches!(unknown.why, Why::Wrong(_));
            if certain && matches!(same(&then, &otherwise, budget), Ok(Some(true))) {
                return Node::made(then.value);
            }
            for branch in [&then, &otherwise] {
                if let Err(stop) = further(&mut why, branch, budget) {
                    return stopped("if", stop, budget);
                }
            }
            unknown_call("if", &[condition, then, otherwise], why, budget)
        }
        other => {
            let why = format!("the condition of `if` is {}, not a boolean", other.kind());
            refused(budget, "if", &[condition], Stop::wrong(why))
        }
    }
}

/// Another argument that isn't known, either. That it's wrong matters only if it is needed.
fn further(why: &mut Option<Why>, arg: &Node, budget: &Budget) -> Result<(), Stop> {
    let mut own = None;
    unknowns(&arg.value, budget, &mut own)?;
    match own {
        Some(Why::Wrong(_)) if why.is_some() => {}
        Some(own) => *why = Some(worse(why.take(), &own)),
        None => {}
    }
    Ok(())
}

fn unknown_call(name: &str, args: &[Node], why: Option<Why>, budget: &Budget) -> Node {
    let why = why.unwrap_or_else(|| Why::Function(name.into()));
    refused(budget, name, args, Stop(why))
}

/// One argument that `decides` makes the others irrelevant.
fn junction(name: &str, decides: bool, args: &[Expr], eval: Eval<'_>, budget: &Budget) -> Node {
    if args.is_empty() {
        return refused(
            budget,
            name,
            &[],
            Stop::wrong(format!("`{name}` takes at least one argument")),
        );
    }
    let mut open = Vec::new();
    let mut why = None;
    for arg in args {
        let arg = eval(arg);
        match &arg.value {
            Value::Bool(is) if *is == decides => {
                // Azure stops at the first error, so that nothing behind it decides.
                if matches!(why, Some(Why::Wrong(_))) {
                    open.push(arg);
                    break;
                }
                return Node::made(Value::Bool(decides));
            }
            Value::Bool(_) => {}
            Value::Unknown(_) => {
                if let Err(stop) = further(&mut why, &arg, budget) {
                    return stopped(name, stop, budget);
                }
                open.push(arg);
            }
            other => {
                let wrong = format!("an argument of `{name}` is {}, not a boolean", other.kind());
                return refused(budget, name, &[arg], Stop::wrong(wrong));
            }
        }
    }
    match open.pop() {
        None => Node::made(Value::Bool(!decides)),
        // What doesn't decide doesn't matter: `and(true, x)` and `x` are the same.
        Some(last) if open.is_empty() => last,
        Some(last) => {
            open.push(last);
            unknown_call(name, &open, why, budget)
        }
    }
}

fn coalesce(args: &[Expr], eval: Eval<'_>, budget: &Budget) -> Node {
    let mut open = Vec::new();
    let mut why = None;
    for arg in args {
        let arg = eval(arg);
        if matches!(arg.value, Value::Null) {
            continue;
        }
        if let Err(stop) = further(&mut why, &arg, budget) {
            return stopped("coalesce", stop, budget);
        }
        let could_be_null = arg
            .value
            .as_unknown()
            .is_some_and(|unknown| unknown.form == Form::Expression);
        open.push(arg);
        if !could_be_null {
            break;
        }
    }
    match open.pop() {
        None => Node::made(Value::Null),
        Some(last) if open.is_empty() => last,
        Some(last) => {
            open.push(last);
            unknown_call("coalesce", &open, why, budget)
        }
    }
}
