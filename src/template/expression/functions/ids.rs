//! Ids of resources (learn.microsoft.com, template functions, resource). Parts that aren't known stay parts of the id.

use super::call::{ANY, Call, Function};
use crate::template::expression::budget::Stop;
use crate::template::expression::parts::{Composer, ending};
use crate::template::expression::print::brief;
use crate::template::planned::Level;
use crate::template::value::{Node, Value, Why};

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "resourceId",
        least: 2,
        most: ANY,
        run: resource_id,
    },
    Function {
        name: "subscriptionResourceId",
        least: 2,
        most: ANY,
        run: subscription_resource_id,
    },
    Function {
        name: "tenantResourceId",
        least: 2,
        most: ANY,
        run: tenant_resource_id,
    },
    Function {
        name: "managementGroupResourceId",
        least: 2,
        most: ANY,
        run: management_group_resource_id,
    },
    Function {
        name: "extensionResourceId",
        least: 3,
        most: ANY,
        run: extension_resource_id,
    },
];

type Made = Result<Node, Stop>;

/// What comes before the type, the type, and the names.
type Split<'a> = (&'a [Node], &'a str, &'a [Node]);

/// At most so many arguments come before the type. A type has a name for each of its segments but the first.
fn split<'a>(call: &'a Call<'_>, leading: usize) -> Result<Split<'a>, Stop> {
    for at in 0..=leading {
        let Some((before, [kind, names @ ..])) = call.args.split_at_checked(at) else {
            break;
        };
        let Value::Text(text) = &kind.value else {
            continue;
        };
        call.budget.read(text)?;
        if text.contains('/') {
            if text.split('/').count() != names.len() + 1 || text.split('/').any(str::is_empty) {
                let why = format!(
                    "`{}` is given {} names for the type `{}`",
                    call.name,
                    names.len(),
                    brief(text)
                );
                return Err(Stop::wrong(why));
            }
            return Ok((before, text, names));
        }
    }
    match call
        .args
        .get(..=leading)
        .unwrap_or(call.args)
        .iter()
        .any(|arg| arg.value.as_unknown().is_some())
    {
        true => Err(call.unknown()),
        false => Err(Stop::wrong(format!("`{}` is given no type of a resource", call.name))),
    }
}

/// A part of an id. One with a slash would be two, an empty one none, and whether Azure takes these isn't documented.
fn part(call: &Call<'_>, composer: &mut Composer<'_>, node: &Node) -> Result<(), Stop> {
    match &node.value {
        Value::Text(text) => {
            composer.known(text)?;
            if text.contains('/') || text.is_empty() {
                return Err(call.unsettled("a name that is empty or has a slash"));
            }
            Ok(())
        }
        Value::Number(number) if number.is_i64() => composer.known(&number.to_string()),
        Value::Unknown(unknown) => composer.unknown_value(unknown),
        other => Err(Stop::wrong(format!(
            "`{}` is given {} as a part of an ID",
            call.name,
            other.kind()
        ))),
    }
}

fn provider(call: &Call<'_>, composer: &mut Composer<'_>, kind: &str, names: &[Node]) -> Result<(), Stop> {
    let mut segments = kind.split('/');
    composer.known("/providers/")?;
    composer.known(segments.next().unwrap_or_default())?;
    for (segment, name) in segments.zip(names) {
        composer.known("/")?;
        composer.known(segment)?;
        composer.known("/")?;
        part(call, composer, name)?;
    }
    Ok(())
}

fn finish(composer: Composer<'_>) -> Made {
    Ok(Node::made(composer.finish()?))
}

fn target(what: &str) -> Why {
    Why::Target(what.into())
}

fn subscription(call: &Call<'_>, composer: &mut Composer<'_>, given: Option<&Node>) -> Result<(), Stop> {
    composer.known("/subscriptions/")?;
    match given {
        Some(given) => part(call, composer, given),
        None => composer.tokens(call.target.subscription(), &target("subscription().subscriptionId")),
    }
}

/// One argument before the type is a resource group, or a subscription where it looks like an id.
fn resource_id(call: &Call<'_>) -> Made {
    let (before, kind, names) = split(call, 2)?;
    let (own_subscription, group) = match before {
        [] => (None, None),
        [one] if is_guid(one) => return Err(call.unsettled("a subscription without a resource group")),
        [group] => (None, Some(group)),
        [subscription, group, ..] => (Some(subscription), Some(group)),
    };
    let mut composer = Composer::new(call.budget);
    // Without a group it is of what the template is deployed to.
    let level = match group {
        Some(_) => Level::Group,
        None => call.target.level,
    };
    if level != Level::Above {
        subscription(call, &mut composer, own_subscription)?;
    }
    if level == Level::Group {
        composer.known("/resourceGroups/")?;
        match group {
            Some(group) => part(call, &mut composer, group)?,
            None => composer.tokens(call.target.resource_group(), &target("resourceGroup().name"))?,
        }
    }
    provider(call, &mut composer, kind, names)?;
    finish(composer)
}

fn is_guid(node: &Node) -> bool {
    match &node.value {
        Value::Text(text) => text.len() == 36 && uuid::Uuid::try_parse(text).is_ok(),
        Value::Unknown(unknown) => unknown.text == "{subscription}" || unknown.text == "subscription().subscriptionId",
        _ => false,
    }
}

fn subscription_resource_id(call: &Call<'_>) -> Made {
    let (before, kind, names) = split(call, 1)?;
    let mut composer = Composer::new(call.budget);
    subscription(call, &mut composer, before.first())?;
    provider(call, &mut composer, kind, names)?;
    finish(composer)
}

fn tenant_resource_id(call: &Call<'_>) -> Made {
    let (_, kind, names) = split(call, 0)?;
    let mut composer = Composer::new(call.budget);
    provider(call, &mut composer, kind, names)?;
    finish(composer)
}

fn management_group_resource_id(call: &Call<'_>) -> Made {
    let (before, kind, names) = split(call, 1)?;
    let mut composer = Composer::new(call.budget);
    composer.known("/providers/Microsoft.Management/managementGroups/")?;
    match before.first() {
        Some(group) => part(call, &mut composer, group)?,
        None => composer.unknown("managementGroup().name", &target("managementGroup().name"))?,
    }
    provider(call, &mut composer, kind, names)?;
    finish(composer)
}

/// The id of what it extends comes first.
fn extension_resource_id(call: &Call<'_>) -> Made {
    let mut composer = Composer::new(call.budget);
    match call.value(0) {
        Value::Text(base) if base.ends_with('/') => return Err(call.unsettled("an ID that ends with a slash")),
        Value::Unknown(unknown) if ending(&unknown.text).ends_with('/') => return Err(call.unknown()),
        Value::Text(base) => composer.known(base)?,
        Value::Unknown(unknown) => composer.unknown_value(unknown)?,
        _ => return Err(call.wrong(0, "the ID of a resource")),
    }
    let rest = Call {
        name: call.name,
        args: call.args.get(1..).unwrap_or_default(),
        target: call.target,
        budget: call.budget,
    };
    let (_, kind, names) = split(&rest, 0)?;
    provider(call, &mut composer, kind, names)?;
    finish(composer)
}
