//! Functions that evaluate only the arguments that they need: `if`, `and`, `or`, `coalesce`.

use super::budget::{Budget, Stop};
use super::functions::{same, unknowns};
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
            let why = unknown.why.clone();
            let [then, otherwise] = [eval(then), eval(otherwise)];
            // An error in the condition is one, whatever comes of it.
            let certain = !matches!(why, Why::Wrong(_));
            if certain && matches!(same(&then, &otherwise, budget), Ok(Some(true))) {
                return Node::made(then.value);
            }
            refused(budget, "if", &[condition, then, otherwise], Stop(why))
        }
        other => {
            let why = format!("the condition of `if` is {}, not a boolean", other.kind());
            refused(budget, "if", &[condition], Stop::wrong(why))
        }
    }
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
            // Azure stops at the first error, so that nothing behind it decides.
            Value::Bool(is) if *is == decides && !matches!(why, Some(Why::Wrong(_))) => {
                return Node::made(Value::Bool(decides));
            }
            Value::Bool(_) => {}
            Value::Unknown(_) => {
                if let Err(stop) = unknowns(&arg.value, budget, &mut why) {
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
    match (why, open.pop()) {
        // What doesn't decide doesn't matter: `and(true, x)` and `x` are the same.
        (_, Some(last)) if open.is_empty() => last,
        (Some(why), Some(last)) => {
            open.push(last);
            refused(budget, name, &open, Stop(why))
        }
        _ => Node::made(Value::Bool(!decides)),
    }
}

fn coalesce(args: &[Expr], eval: Eval<'_>, budget: &Budget) -> Node {
    let mut open = Vec::new();
    let mut why = None;
    for arg in args {
        let arg = eval(arg);
        match &arg.value {
            Value::Null => {}
            Value::Unknown(unknown) if unknown.form == Form::Expression => {
                why.get_or_insert_with(|| unknown.why.clone());
                open.push(arg);
            }
            // It isn't null, so that nothing behind it matters.
            _ => {
                open.push(arg);
                break;
            }
        }
    }
    match (why, open.pop()) {
        (_, None) => Node::made(Value::Null),
        (_, Some(last)) if open.is_empty() => last,
        (why, Some(last)) => {
            open.push(last);
            let why = why.unwrap_or_else(|| Why::Function("coalesce".into()));
            refused(budget, "coalesce", &open, Stop(why))
        }
    }
}
