//! Functions that take functions: `map`, `filter`, `sort`, `reduce`, `toObject`, `mapValues`, `groupBy`
//! (learn.microsoft.com, template functions, lambda).

use super::budget::{Budget, Stop};
use super::functions::{Call, Merged, same, unknowns};
use super::parts::worse;
use super::print::print_call;
use super::syntax::{Expr, Quoted};
use crate::template::value::{Node, Value, Why};
use std::fmt::Write;
use std::sync::Arc;

/// `lambda('x', 'y', body)`
pub(super) struct Lambda<'a> {
    /// Its variables.
    pub(super) names: Vec<&'a str>,
    /// What it gives.
    pub(super) body: &'a Expr,
}

impl<'a> Lambda<'a> {
    /// The lambda that an argument is, if it is one.
    pub(super) fn of(expr: &'a Expr) -> Option<Result<Self, Stop>> {
        let Expr::Call(call) = expr else {
            return None;
        };
        if call.namespace.is_some() || !call.name.eq_ignore_ascii_case("lambda") {
            return None;
        }
        let (body, names) = call.args.split_last()?;
        let names = names.iter().map(|name| match name {
            Expr::Text(name) => Ok(name.as_ref()),
            _ => Err(Stop::wrong("the variables of a `lambda` are strings")),
        });
        Some(names.collect::<Result<_, _>>().map(|names| Self { names, body }))
    }
}

/// Evaluates a lambda with values for its variables.
type Apply<'a> = &'a dyn Fn(&Lambda<'_>, &[Node]) -> Node;

/// Whether a function takes lambdas. `name` is in lower case.
pub(super) fn takes_lambdas(name: &str) -> bool {
    written(name).is_some()
}

fn written(name: &str) -> Option<&'static str> {
    Some(match name {
        "map" => "map",
        "filter" => "filter",
        "sort" => "sort",
        "reduce" => "reduce",
        "toobject" => "toObject",
        "mapvalues" => "mapValues",
        "groupby" => "groupBy",
        _ => return None,
    })
}

/// Evaluates a call.
pub(super) fn run(call: &Call<'_>, lambdas: &[Lambda<'_>], apply: Apply<'_>) -> Result<Node, Stop> {
    let (given, needed) = match call.name {
        "reduce" => (2, 1..=1),
        "toobject" => (1, 1..=2),
        _ => (1, 1..=1),
    };
    if call.args.len() != given || !needed.contains(&lambdas.len()) {
        let name = written(call.name).unwrap_or(call.name);
        return Err(Stop::wrong(format!(
            "`{name}` is called with other arguments than it takes"
        )));
    }
    let all = Many { call, apply };
    let value = match (call.name, lambdas) {
        ("map", [each]) => {
            let items = call.list(0)?.iter().enumerate();
            let made: Result<Vec<_>, _> = items.map(|(at, item)| all.item(each, at, &[item])).collect();
            call.make_list(made?)?
        }
        ("filter", [keeps]) => {
            let mut kept = Vec::new();
            for (at, item) in call.list(0)?.iter().enumerate() {
                if all.decides(keeps, at, &[item])? {
                    kept.push(item.clone());
                }
            }
            call.make_list(kept)?
        }
        ("sort", [before]) => all.sort(before)?,
        ("reduce", [next]) => return all.reduce(next),
        ("toobject", [key, values @ ..]) => {
            let mut fields = Merged::default();
            for (at, item) in call.list(0)?.iter().enumerate() {
                let name = all.name(key, at, item)?;
                let value = match values.first() {
                    Some(value) => all.item(value, at, &[item])?,
                    None => item.clone(),
                };
                fields.set(name, value);
            }
            call.make_object(fields.into_fields())?
        }
        ("mapvalues", [each]) => {
            let fields = call.object(0)?.iter().enumerate();
            let made = fields.map(|(at, (name, node))| Ok((Arc::clone(name), all.item(each, at, &[node])?)));
            call.make_object(made.collect::<Result<_, Stop>>()?)?
        }
        ("groupby", [key]) => {
            let mut groups = Groups::default();
            for (at, item) in call.list(0)?.iter().enumerate() {
                groups.add(all.name(key, at, item)?, item.clone());
            }
            groups.finish(call)?
        }
        _ => return Err(call.unknown()),
    };
    Ok(Node::made(value))
}

#[derive(Default)]
struct Groups {
    names: Merged,
    groups: Vec<Vec<Node>>,
}

impl Groups {
    fn add(&mut self, name: Arc<str>, item: Node) {
        let at = self.names.place(&name).unwrap_or_else(|| {
            self.names.set(name, Node::made(Value::Null));
            self.groups.push(Vec::new());
            self.groups.len() - 1
        });
        if let Some(group) = self.groups.get_mut(at) {
            group.push(item);
        }
    }

    fn finish(self, call: &Call<'_>) -> Result<Value, Stop> {
        let names = self.names.into_fields();
        let named = names.iter().zip(self.groups);
        let fields = named.map(|((name, _), group)| Ok((Arc::clone(name), Node::made(call.make_list(group)?))));
        call.make_object(fields.collect::<Result<_, Stop>>()?)
    }
}

/// Applies lambdas to the items of a call.
struct Many<'a> {
    call: &'a Call<'a>,
    apply: Apply<'a>,
}

impl Many<'_> {
    /// With the number of the item, if the lambda takes it.
    fn item(&self, lambda: &Lambda<'_>, at: usize, items: &[&Node]) -> Result<Node, Stop> {
        let mut values: Vec<Node> = items.iter().map(|item| (*item).clone()).collect();
        if lambda.names.len() == values.len() + 1 {
            values.push(Node::made(Value::Number(at.into())));
        }
        if lambda.names.len() != values.len() {
            let (takes, name) = (lambda.names.len(), written(self.call.name).unwrap_or(self.call.name));
            return Err(Stop::wrong(format!("a `lambda` of `{name}` has {takes} variables")));
        }
        self.call.budget.steps(1)?;
        Ok((self.apply)(lambda, &values))
    }

    fn decides(&self, lambda: &Lambda<'_>, at: usize, items: &[&Node]) -> Result<bool, Stop> {
        let node = self.item(lambda, at, items)?;
        match &node.value {
            Value::Bool(is) => Ok(*is),
            Value::Unknown(unknown) => Err(Stop(unknown.why.clone())),
            other => Err(Stop::wrong(format!("a `lambda` gives {}, not a boolean", other.kind()))),
        }
    }

    fn name(&self, lambda: &Lambda<'_>, at: usize, item: &Node) -> Result<Arc<str>, Stop> {
        let node = self.item(lambda, at, &[item])?;
        match &node.value {
            Value::Text(name) => {
                self.call.budget.read(name)?;
                Ok(Arc::clone(name))
            }
            Value::Unknown(unknown) => Err(Stop(unknown.why.clone())),
            other => Err(Stop::wrong(format!("a `lambda` gives {}, not a string", other.kind()))),
        }
    }

    fn reduce(&self, next: &Lambda<'_>) -> Result<Node, Stop> {
        let mut sum = self
            .call
            .args
            .get(1)
            .cloned()
            .unwrap_or_else(|| Node::made(Value::Null));
        for (at, item) in self.call.list(0)?.iter().enumerate() {
            sum = self.item(next, at, &[&sum, item])?;
            // Nothing known comes of it any more, and its text only becomes longer.
            if let Value::Unknown(unknown) = &sum.value
                && unknown.text.len() > 4096
            {
                return Err(Stop(unknown.why.clone()));
            }
        }
        Ok(sum)
    }

    /// Sorts by halves. The order of equals isn't documented: they have to be the same.
    fn sort(&self, before: &Lambda<'_>) -> Result<Value, Stop> {
        if before.names.len() != 2 {
            return Err(Stop::wrong("the `lambda` of `sort` has two variables"));
        }
        let mut sorted: Vec<Node> = Vec::new();
        for item in self.call.list(0)? {
            let (mut low, mut high) = (0, sorted.len());
            while low < high {
                let middle = low.midpoint(high);
                let comes_first = match sorted.get(middle) {
                    Some(other) => self.decides(before, 0, &[item, other])?,
                    None => false,
                };
                if comes_first {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            self.call.budget.steps(sorted.len() / 16)?;
            sorted.insert(low, item.clone());
        }
        for pair in sorted.windows(2) {
            let [one, other] = pair else { continue };
            let settled = self.decides(before, 0, &[one, other])? && !self.decides(before, 0, &[other, one])?;
            if !settled && same(one, other, self.call.budget)? != Some(true) {
                return Err(Stop::limit("`sort` doesn't say which of two items comes first"));
            }
        }
        self.call.make_list(sorted)
    }
}

/// The call as something unknown: with the lambdas as far as they're known.
pub(super) fn print(call: &Call<'_>, lambdas: &[Lambda<'_>], why: Why, apply: Apply<'_>) -> Result<Node, Stop> {
    let mut all = Some(why.clone());
    let name = written(call.name).unwrap_or(call.name);
    let mut text = print_call(name, call.args, call.budget)?;
    // The closing bracket makes room for the lambdas.
    text.pop();
    for lambda in lambdas {
        let variables = lambda.names.iter().map(|name| {
            let own = format!("lambdaVariables({})", Quoted(name));
            Node::made(Value::unknown(own, why.clone()))
        });
        let body = apply(lambda, &variables.collect::<Vec<_>>());
        let mut own = None;
        unknowns(&body.value, call.budget, &mut own)?;
        // That the body is wrong matters only if there are items.
        if let Some(own) = own.filter(|own| !matches!(own, Why::Wrong(_))) {
            all = Some(worse(all, &own));
        }
        // Writing to a string doesn't fail.
        let _ = write!(text, "{}lambda(", if text.ends_with('(') { "" } else { ", " });
        for name in &lambda.names {
            let _ = write!(text, "{}, ", Quoted(name));
        }
        let _ = write!(text, "{})", super::print::print(&body.value, call.budget)?);
    }
    text.push(')');
    within(&text, call.budget)?;
    Ok(Node::made(Value::unknown(text, all.unwrap_or(why))))
}

fn within(text: &str, budget: &Budget) -> Result<(), Stop> {
    budget.text(text.len())?;
    if text.len() > 32 << 10 {
        return Err(Stop::limit("an expression becomes longer than this version follows"));
    }
    Ok(())
}
