//! What a condition says of a request of which only the action, and the role that it assigns, are known.

use super::parse::{Expression, Join, parse};
use crate::model::ActionPattern;
use crate::model::guid;
use crate::resolve::control_plane::truth::Truth;

/// A condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::resolve::control_plane) struct Condition<'t> {
    /// `None`: it isn't understood.
    expression: Option<Expression<'t>>,
}

/// The attribute of a request to write a role assignment.
const ROLE: &str = "Microsoft.Authorization/roleAssignments:RoleDefinitionId";

impl<'t> Condition<'t> {
    pub(in crate::resolve::control_plane) fn new(text: &'t str) -> Self {
        Self {
            expression: parse(text),
        }
    }

    /// Whether it holds for an action; `role` is the key of the role that the request assigns, if it is one that does.
    pub(in crate::resolve::control_plane) fn holds(&self, action: &str, role: Option<&str>) -> Truth {
        let Some(expression) = &self.expression else {
            return Truth::Unknown;
        };
        let asked = Asked { action, role };
        match asked.holds(expression) {
            // "If a user tries to perform an action that is not named, the condition evaluates to true": so it can't be
            // what takes such an action away, however it is written.
            Truth::False if !asked.is_named(expression) => Truth::Unknown,
            other => other,
        }
    }

    /// The roles that it names, by their keys.
    pub(in crate::resolve::control_plane) fn roles(&self) -> Vec<String> {
        let mut found = Vec::new();
        if let Some(expression) = &self.expression {
            roles(expression, &mut found);
        }
        found
    }
}

fn roles(expression: &Expression<'_>, into: &mut Vec<String>) {
    match expression {
        Expression::Not(inner) => roles(inner, into),
        Expression::Chain(first, more) => {
            roles(first, into);
            more.iter().for_each(|(_, one)| roles(one, into));
        }
        Expression::Comparison { name, values, .. } if name.eq_ignore_ascii_case(ROLE) => {
            into.extend(values.iter().filter_map(|value| guid::parse(value)));
        }
        _ => {}
    }
}

/// What is known of a request.
struct Asked<'r> {
    action: &'r str,
    role: Option<&'r str>,
}

impl Asked<'_> {
    fn holds(&self, expression: &Expression<'_>) -> Truth {
        match expression {
            Expression::Not(inner) => self.holds(inner).negated(),
            Expression::Chain(first, more) => self.chain(first, more),
            Expression::ActionMatches(patterns) => self.matches(patterns),
            Expression::Comparison {
                source,
                name,
                operator,
                values,
            } => self.compares(source, name, operator, values),
            Expression::Unknown => Truth::Unknown,
        }
    }

    /// Which of `&&` and `||` binds more closely isn't documented ("the evaluation order is ambiguous"): what it says is
    /// known where the usual order and that of reading agree.
    fn chain(&self, first: &Expression<'_>, more: &[(Join, Expression<'_>)]) -> Truth {
        let first = self.holds(first);
        let (mut in_order, mut alternatives, mut term) = (first, Truth::False, first);
        for (join, expression) in more {
            let next = self.holds(expression);
            match join {
                Join::And => {
                    in_order = in_order.and(next);
                    term = term.and(next);
                }
                Join::Or => {
                    in_order = in_order.or(next);
                    alternatives = alternatives.or(term);
                    term = next;
                }
            }
        }
        in_order.if_same(alternatives.or(term))
    }

    fn matches(&self, patterns: &[&str]) -> Truth {
        let one = |pattern: &&str| {
            let pattern = ActionPattern::full(*pattern);
            let literally = Truth::from(pattern.covers_most(self.action));
            literally.if_same(pattern.covers_without_segment(self.action).into())
        };
        patterns.iter().map(one).fold(Truth::False, Truth::or)
    }

    /// Only the role of a request is known.
    fn compares(&self, source: &str, name: &str, operator: &str, values: &[&str]) -> Truth {
        let Some(role) = self.role else {
            return Truth::Unknown;
        };
        if !source.eq_ignore_ascii_case("Request") || !name.eq_ignore_ascii_case(ROLE) {
            return Truth::Unknown;
        }
        let Some(values) = values
            .iter()
            .map(|value| guid::parse(value))
            .collect::<Option<Vec<_>>>()
        else {
            return Truth::Unknown;
        };
        if values.is_empty() {
            return Truth::Unknown;
        }
        // A request has one role, so it doesn't matter whether any or all of its values are meant, but of the list it does.
        let (quantifier, operator) = operator.rsplit_once(':').unwrap_or(("ForAnyOfAnyValues", operator));
        let of_any = match quantifier.to_ascii_lowercase().as_str() {
            "foranyofanyvalues" | "forallofanyvalues" => true,
            "foranyofallvalues" | "forallofallvalues" => false,
            _ => return Truth::Unknown,
        };
        let wants_same = match operator.to_ascii_lowercase().as_str() {
            "guidequals" => true,
            "guidnotequals" => false,
            _ => return Truth::Unknown,
        };
        let mut agree = values.iter().map(|value| (value == role) == wants_same);
        Truth::from(if of_any {
            agree.any(|one| one)
        } else {
            agree.all(|one| one)
        })
    }

    /// Whether the condition is about the action: because it names it, or because it names none.
    fn is_named(&self, expression: &Expression<'_>) -> bool {
        let mut names_any = false;
        self.named(expression, &mut names_any) || !names_any
    }

    fn named(&self, expression: &Expression<'_>, names_any: &mut bool) -> bool {
        match expression {
            Expression::Not(inner) => self.named(inner, names_any),
            Expression::Chain(first, more) => {
                let first = self.named(first, names_any);
                let rest = more.iter().filter(|(_, one)| self.named(one, names_any)).count();
                first || rest > 0
            }
            Expression::ActionMatches(patterns) => {
                *names_any = true;
                self.matches(patterns).is_possible()
            }
            _ => false,
        }
    }
}
