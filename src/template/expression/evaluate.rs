//! Works expressions out, and whole values with expressions in them.

use super::access;
use super::budget::{Budget, Stop};
use super::computed::Computed;
use super::functions;
use super::inside::{Inside, plural};
use super::lambdas::{self, Lambda};
use super::lazy;
use super::parse::{inside, literal, parse};
use super::print::{brief, refused, stopped};
use super::references;
use super::surroundings;
use super::syntax::{Call, Expr};
use crate::template::scope::Scope;
use crate::template::value::{Fields, Node, Spot, Value, Why};
use std::sync::Arc;

/// Evaluates the expressions of one place.
#[derive(Clone, Copy)]
pub(super) struct Evaluator<'a> {
    pub(super) scope: &'a dyn Scope,
    pub(super) budget: &'a Budget,
}

/// A variable of a lambda, and those around it.
#[derive(Clone, Copy)]
pub(super) struct Variables<'a> {
    name: &'a str,
    value: &'a Node,
    outer: Option<&'a Variables<'a>>,
}

type Vars<'a> = Option<&'a Variables<'a>>;

impl Evaluator<'_> {
    pub(super) fn eval(&self, expr: &Expr, vars: Vars<'_>) -> Node {
        let _level = match self.budget.enter() {
            Ok(level) => level,
            Err(stop) => return stopped("", stop, self.budget),
        };
        match expr {
            Expr::Text(text) => Node::made(Value::Text(Arc::clone(text))),
            Expr::Int(number) => Node::made(Value::Number((*number).into())),
            Expr::Call(call) => self.call(call, vars),
            Expr::Path { base, keys } => self.path(base, keys, vars),
        }
    }

    fn path(&self, base: &Expr, keys: &[Expr], vars: Vars<'_>) -> Node {
        let found: Vec<Node> = keys.iter().map(|key| self.eval(key, vars)).collect();
        if let (Expr::Call(call), [Expr::Text(first), ..], [_, rest @ ..]) = (base, keys, found.as_slice()) {
            if let Some(node) = surroundings::property(call, first, self.scope, self.budget) {
                return access::walk(node, rest, self.budget);
            }
            if call.namespace.is_none() && call.name.eq_ignore_ascii_case("reference") {
                let args = self.args(call, vars);
                return match references::ask("reference", &args, self.scope, self.budget) {
                    Ok(asked) => access::walk_deployed(asked, &found, self.budget),
                    Err(stop) => {
                        let base = refused(self.budget, "reference", &args, stop);
                        access::walk(base, &found, self.budget)
                    }
                };
            }
        }
        access::walk(self.eval(base, vars), &found, self.budget)
    }

    fn args(&self, call: &Call, vars: Vars<'_>) -> Vec<Node> {
        call.args.iter().map(|arg| self.eval(arg, vars)).collect()
    }

    fn call(&self, call: &Call, vars: Vars<'_>) -> Node {
        if call.namespace.is_some() {
            return self.own_function(call, vars);
        }
        let name = call.name.to_ascii_lowercase();
        match name.as_str() {
            "if" | "and" | "or" | "coalesce" => {
                let eval = |arg: &Expr| self.eval(arg, vars);
                lazy::evaluate(&name, &call.args, &eval, self.budget)
            }
            "lambda" => stopped(
                "lambda",
                Stop::wrong("`lambda` stands where no function takes one"),
                self.budget,
            ),
            "lambdavariables" => self.lambda_variable(call, vars),
            _ if lambdas::takes_lambdas(&name) => self.with_lambdas(&name, call, vars),
            _ => {
                let args = self.args(call, vars);
                if let Some(asked) = surroundings::ask(&name, &args, self.scope, self.budget) {
                    return asked.unwrap_or_else(|stop| refused(self.budget, &call.name, &args, stop));
                }
                self.function(&name, call, &args)
            }
        }
    }

    fn function(&self, name: &str, call: &Call, args: &[Node]) -> Node {
        let Some(function) = functions::find(name) else {
            return refused(
                self.budget,
                &call.name,
                args,
                Stop(Why::Function(Arc::clone(&call.name))),
            );
        };
        let given = args.len();
        if given < function.least || given > function.most {
            let why = format!("`{}` doesn't take {given} {}", function.name, plural(given));
            return refused(self.budget, function.name, args, Stop::wrong(why));
        }
        let called = functions::Call {
            name: function.name,
            args,
            target: self.scope.target(),
            budget: self.budget,
        };
        match (function.run)(&called) {
            Ok(node) => node,
            Err(stop) => refused(self.budget, function.name, args, stop),
        }
    }

    fn lambda_variable(&self, call: &Call, vars: Vars<'_>) -> Node {
        let name = match call.args.as_slice() {
            [Expr::Text(name)] => name,
            _ => {
                return refused(
                    self.budget,
                    "lambdaVariables",
                    &[],
                    Stop::wrong("`lambdaVariables` takes a name"),
                );
            }
        };
        let mut next = vars;
        while let Some(variable) = next {
            if variable.name.eq_ignore_ascii_case(name) {
                return variable.value.clone();
            }
            next = variable.outer;
        }
        let why = Stop::wrong(format!("there is no variable `{}` of a lambda here", brief(name)));
        refused(
            self.budget,
            "lambdaVariables",
            &[Node::made(Value::Text(Arc::clone(name)))],
            why,
        )
    }

    fn with_lambdas(&self, name: &str, call: &Call, vars: Vars<'_>) -> Node {
        let mut args = Vec::new();
        let mut given = Vec::new();
        for arg in &call.args {
            match Lambda::of(arg) {
                Some(Ok(lambda)) => given.push(lambda),
                Some(Err(stop)) => return stopped(name, stop, self.budget),
                None => args.push(self.eval(arg, vars)),
            }
        }
        let apply = |lambda: &Lambda<'_>, values: &[Node]| self.apply(lambda, values, vars);
        let called = functions::Call {
            name,
            args: &args,
            target: self.scope.target(),
            budget: self.budget,
        };
        match lambdas::run(&called, &given, &apply) {
            Ok(node) => node,
            Err(stop) => {
                let named = lambdas::print(&called, &given, stop.0.clone(), &apply);
                named.unwrap_or_else(|_| stopped(name, stop, self.budget))
            }
        }
    }

    fn apply(&self, lambda: &Lambda<'_>, values: &[Node], outer: Vars<'_>) -> Node {
        self.bind(&lambda.names, values, lambda.body, outer)
    }

    fn bind(&self, names: &[&str], values: &[Node], body: &Expr, outer: Vars<'_>) -> Node {
        match (names, values) {
            ([name, names @ ..], [value, values @ ..]) => {
                let own = Variables { name, value, outer };
                self.bind(names, values, body, Some(&own))
            }
            _ => self.eval(body, outer),
        }
    }

    /// A function that the template defines.
    fn own_function(&self, call: &Call, vars: Vars<'_>) -> Node {
        let namespace = call.namespace.as_deref().unwrap_or_default();
        let args = self.args(call, vars);
        let full = format!("{namespace}.{}", call.name);
        let Some((names, output)) = self.scope.function(namespace, &call.name) else {
            return refused(
                self.budget,
                &full,
                &args,
                Stop::wrong(format!("there is no function `{full}`")),
            );
        };
        if names.len() != args.len() {
            let given = args.len();
            let why = format!("`{full}` doesn't take {given} {}", plural(given));
            return refused(self.budget, &full, &args, Stop::wrong(why));
        }
        let scope = Inside {
            outer: self.scope,
            name: &full,
            names: &names,
            args: &args,
        };
        Evaluator {
            scope: &scope,
            budget: self.budget,
        }
        .whole(&output)
    }

    /// A value with all that is in it.
    pub(super) fn whole(&self, node: &Node) -> Node {
        let made = self.deep(node);
        match self.budget.weigh(&made.value) {
            Ok(()) => made,
            Err(stop) => stopped("", stop, self.budget).or_at(node.at),
        }
    }

    fn deep(&self, node: &Node) -> Node {
        let _level = match self.budget.enter() {
            Ok(level) => level,
            Err(stop) => return stopped("", stop, self.budget).or_at(node.at),
        };
        let value = match &node.value {
            Value::Text(text) if text.starts_with('[') => return self.text(text, node.at),
            Value::List(items) => Value::List(Arc::new(items.iter().map(|item| self.deep(item)).collect())),
            Value::Object(fields) => self.object(fields),
            value => value.clone(),
        };
        Node { value, at: node.at }
    }

    fn object(&self, fields: &Fields) -> Value {
        let mut made = Computed::default();
        for (name, node) in fields.iter() {
            let own = name.starts_with('[').then(|| self.text(name, None).value);
            made.add(name, own, self.deep(node));
        }
        made.finish(self.budget)
    }

    /// A string as it stands in a template.
    pub(super) fn text(&self, text: &str, at: Option<Spot>) -> Node {
        let Some(expression) = inside(text) else {
            let value = Value::text(literal(text));
            return Node { value, at };
        };
        let made = match self.budget.steps(expression.len() / 16) {
            Err(stop) => stopped("", stop, self.budget),
            Ok(()) => match parse(expression) {
                Ok(parsed) => self.eval(&parsed, None),
                Err(why) => Node::made(Value::unknown(expression, Why::Wrong(why.into()))),
            },
        };
        placed(made, at, self.budget)
    }
}

/// What an expression has made has the place of the expression, however deep. What was written elsewhere keeps its own.
fn placed(node: Node, at: Option<Spot>, budget: &Budget) -> Node {
    if node.at.is_some() || at.is_none() {
        return node;
    }
    let value = match node.value {
        Value::List(mut items) => {
            if budget.items(items.len()).is_ok() {
                let items = Arc::make_mut(&mut items).iter_mut();
                items.for_each(|item| *item = placed(std::mem::replace(item, Node::made(Value::Null)), at, budget));
            }
            Value::List(items)
        }
        Value::Object(fields) if budget.items(fields.iter().len()).is_ok() => {
            let fields = fields
                .iter()
                .map(|(name, node)| (Arc::clone(name), placed(node.clone(), at, budget)));
            Value::Object(Arc::new(fields.collect()))
        }
        value => value,
    };
    Node { value, at }
}
