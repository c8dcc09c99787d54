//! Functions that ask for what is around an expression: parameters, variables, loops, the target of the deployment, and
//! other resources.

use super::budget::{Budget, Stop};
use super::parts::Composer;
use super::print::{brief, refused};
use super::references;
use super::syntax::{Call, Expr, Property};
use crate::template::planned::Target;
use crate::template::scope::Scope;
use crate::template::value::{Node, Value, Why};

/// What the function gives. `None`: it is none of these. `name` is in lower case.
pub(super) fn ask(name: &str, args: &[Node], scope: &dyn Scope, budget: &Budget) -> Option<Result<Node, Stop>> {
    Some(match name {
        "parameters" => named(args, "parameters", |name| scope.parameter(name)),
        "variables" => named(args, "variables", |name| scope.variable(name)),
        "copyindex" => copy_index(args, scope),
        "deployment" => Ok(scope.deployment()),
        "resourcegroup" | "subscription" | "tenant" | "environment" | "managementgroup" | "deployer"
            if args.is_empty() =>
        {
            Ok(whole(name, scope.target()))
        }
        "reference" | "references" => references::whole(name, args, scope, budget),
        "resourceinfo" => references::resource_info(args, scope, budget),
        "newguid" | "utcnow" => Err(Stop(Why::Changing(written(name).into()))),
        "fail" => Err(match args.first().and_then(|arg| arg.value.as_text()) {
            Some(message) => Stop::wrong(format!("the template fails: {}", brief(message))),
            None => Stop::wrong("the template calls `fail`"),
        }),
        "pickzones" | "providers" | "tologicalzone" | "tologicalzones" | "tophysicalzone" | "tophysicalzones" => {
            Err(Stop(Why::Deployment(written(name).into())))
        }
        _ if name.starts_with("list") && name.len() > 4 => Err(Stop(Why::Deployment(name_of_list(name).into()))),
        _ => return None,
    })
}

fn name_of_list(lower: &str) -> String {
    match lower {
        "listkeys" => "listKeys".to_owned(),
        "listconnectionstrings" => "listConnectionStrings".to_owned(),
        other => other.to_owned(),
    }
}

/// How the documentation writes it.
fn written(lower: &str) -> &'static str {
    match lower {
        "resourcegroup" => "resourceGroup",
        "subscription" => "subscription",
        "tenant" => "tenant",
        "environment" => "environment",
        "managementgroup" => "managementGroup",
        "deployer" => "deployer",
        "newguid" => "newGuid",
        "utcnow" => "utcNow",
        "pickzones" => "pickZones",
        "providers" => "providers",
        "tologicalzone" => "toLogicalZone",
        "tologicalzones" => "toLogicalZones",
        "tophysicalzone" => "toPhysicalZone",
        _ => "toPhysicalZones",
    }
}

fn named(args: &[Node], function: &str, get: impl Fn(&str) -> Node) -> Result<Node, Stop> {
    match args {
        [
            Node {
                value: Value::Text(name),
                ..
            },
        ] => Ok(get(name)),
        [
            Node {
                value: Value::Unknown(unknown),
                ..
            },
        ] => Err(Stop(unknown.why.clone())),
        _ => Err(Stop::wrong(format!("`{function}` takes a name"))),
    }
}

/// `copyIndex()`, `copyIndex(1)`, `copyIndex('loop')`, `copyIndex('loop', 1)`.
fn copy_index(args: &[Node], scope: &dyn Scope) -> Result<Node, Stop> {
    let (name, offset) = match args {
        [] => (None, None),
        [one] if one.value.as_text().is_some() => (Some(one), None),
        [one] => (None, Some(one)),
        [name, offset] => (Some(name), Some(offset)),
        _ => return Err(Stop::wrong("`copyIndex` takes the name of a loop and an offset")),
    };
    if let Some(unknown) = args.iter().find_map(|arg| arg.value.as_unknown()) {
        return Err(Stop(unknown.why.clone()));
    }
    let name = match name.map(|name| &name.value) {
        Some(Value::Text(name)) => Some(name),
        None => None,
        Some(_) => return Err(Stop::wrong("`copyIndex` takes the name of a loop and an offset")),
    };
    let offset = match offset.map(|offset| offset.value.as_int()) {
        Some(Some(offset)) => offset,
        None => 0,
        Some(None) => return Err(Stop::wrong("the offset of `copyIndex` is no integer")),
    };
    let index = scope.copy_index(name.map(AsRef::as_ref)).ok_or_else(|| {
        Stop::wrong(match name {
            Some(name) => format!("`copyIndex` names the loop `{}`, which isn't around it", brief(name)),
            None => "`copyIndex` stands outside of a loop".to_owned(),
        })
    })?;
    let sum = index
        .checked_add(offset)
        .ok_or_else(|| Stop::wrong("`copyIndex` is too large"))?;
    Ok(Node::made(Value::Number(sum.into())))
}

/// `resourceGroup()` and the like as a whole. Which fields it has isn't known.
fn whole(name: &str, target: &Target) -> Node {
    let written = written(name);
    Node::made(Value::unknown(qualified(written, target), why_of(written, None)))
}

/// The call as a text. Templates within a template have targets of their own, and what is asked of them isn't the same.
fn qualified(function: &str, target: &Target) -> String {
    match (function, &target.subscription, &target.resource_group) {
        ("resourceGroup", subscription, Some(group)) => {
            format!(
                "{function}('{}', '{group}')",
                subscription.as_deref().unwrap_or_default()
            )
        }
        ("resourceGroup" | "subscription", Some(subscription), None) => format!("{function}('{subscription}')"),
        ("subscription", Some(subscription), _) => format!("{function}('{subscription}')"),
        _ => format!("{function}()"),
    }
}

fn why_of(function: &str, property: Option<&str>) -> Why {
    let what = match property {
        Some(property) => format!("{function}(){}", Property(property)),
        None => format!("{function}()"),
    };
    match function {
        "deployer" => Why::Deployment(what.into()),
        _ => Why::Target(what.into()),
    }
}

/// `resourceGroup().id`, `resourceInfo('name').id` and the like. `None`: it's something else.
pub(super) fn property(call: &Call, key: &str, scope: &dyn Scope, budget: &Budget) -> Option<Node> {
    let lower = call.name.to_ascii_lowercase();
    if call.namespace.is_some() {
        return None;
    }
    if let [Expr::Text(name)] = call.args.as_slice() {
        let asks_id = lower == "resourceinfo" && key.eq_ignore_ascii_case("id");
        return if asks_id { scope.symbol(name) } else { None };
    }
    if !call.args.is_empty() {
        return None;
    }
    let target = scope.target();
    let function = match lower.as_str() {
        "resourcegroup" | "subscription" | "tenant" | "environment" | "managementgroup" | "deployer" => written(&lower),
        _ => return None,
    };
    let why = why_of(function, Some(key));
    let text = match (function, key.to_ascii_lowercase().as_str()) {
        ("resourceGroup", "id") => {
            format!(
                "/subscriptions/{}/resourceGroups/{}",
                target.subscription(),
                target.resource_group()
            )
        }
        ("resourceGroup", "name") => target.resource_group().to_owned(),
        ("resourceGroup", "type") => "Microsoft.Resources/resourceGroups".to_owned(),
        ("subscription", "id") => format!("/subscriptions/{}", target.subscription()),
        ("subscription", "subscriptionid") => target.subscription().to_owned(),
        _ => {
            let text = format!("{}{}", qualified(function, target), Property(key));
            return Some(Node::made(Value::unknown(text, why)));
        }
    };
    let mut composer = Composer::new(budget);
    let made = composer.tokens(&text, &why).and_then(|()| composer.finish());
    Some(match made {
        Ok(value) => Node::made(value),
        Err(stop) => refused(budget, function, &[], stop),
    })
}
