//! Addresses and references of Terraform: `module.data["eu"].azurerm_cosmosdb_account.orders[0].id`.

/// A part of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part<'t> {
    /// A name between dots.
    Name(&'t str),
    /// What stands in brackets, with them: `[0]`, `["eu"]`.
    Index(&'t str),
}

impl<'t> Part<'t> {
    fn name(self) -> Option<&'t str> {
        match self {
            Self::Name(name) => Some(name),
            Self::Index(_) => None,
        }
    }

    fn index(self) -> Option<&'t str> {
        match self {
            Self::Name(_) => None,
            Self::Index(index) => Some(index),
        }
    }
}

/// The parts of an address. Dots and brackets inside quotes are part of a key.
pub(super) fn parts(text: &str) -> Vec<Part<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('.') {
            rest = after;
            continue;
        }
        let length = if rest.starts_with('[') {
            index_length(rest)
        } else {
            rest.find(['.', '[']).unwrap_or(rest.len())
        };
        let (part, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        found.push(match part.starts_with('[') {
            true => Part::Index(part),
            false => Part::Name(part),
        });
        rest = after;
    }
    found
}

/// How long an index is, which `text` begins with.
fn index_length(text: &str) -> usize {
    let mut quoted = false;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ']' if !quoted => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// An instance of a module: the calls that lead to it, each with its key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Module(Vec<(String, Option<String>)>);

impl Module {
    /// From the address of a module, such as `module.a["x"].module.b`. The root has the empty address.
    pub(super) fn parse(address: &str) -> Self {
        let parts = parts(address);
        let mut calls = Vec::new();
        let mut rest = parts.as_slice();
        while let [Part::Name("module"), Part::Name(name), after @ ..] = rest {
            let key = after.first().and_then(|part| part.index());
            calls.push(((*name).to_owned(), key.map(str::to_owned)));
            rest = after.get(usize::from(key.is_some())..).unwrap_or_default();
        }
        Self(calls)
    }

    /// A module that this one calls.
    pub(super) fn child(&self, name: &str, key: Option<&str>) -> Self {
        let mut calls = self.0.clone();
        calls.push((name.to_owned(), key.map(str::to_owned)));
        Self(calls)
    }

    /// The module that calls this one, and the name of the call. `None`: it is the root.
    pub(super) fn parent(&self) -> Option<(Self, &str)> {
        let ((name, _), rest) = self.0.split_last()?;
        Some((Self(rest.to_vec()), name))
    }

    /// What the configuration knows it by: the names of the calls.
    pub(super) fn path(&self) -> String {
        let names: Vec<&str> = self.0.iter().map(|(name, _)| name.as_str()).collect();
        names.join(".")
    }

    /// The address of something in it.
    pub(super) fn address(&self, of: &str) -> String {
        let mut text = String::new();
        for (name, key) in &self.0 {
            text.extend(["module.", name, key.as_deref().unwrap_or_default(), "."]);
        }
        text + of
    }
}

/// What a reference names, without the module that it stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Named<'t> {
    /// A variable of the module, and what of it.
    Variable { name: &'t str, rest: String },
    /// An output of a module that it calls, and what of it.
    Output {
        call: &'t str,
        key: Option<&'t str>,
        output: &'t str,
        rest: String,
    },
    /// A resource or a data source: `azurerm_cosmosdb_account.a`, `data.azurerm_client_config.c`; its key; what of it.
    Resource {
        resource: String,
        key: Option<&'t str>,
        rest: String,
    },
    /// A local value.
    Local,
    /// What differs from instance to instance: `each`, `count`, `self`; or something that is no value of the configuration.
    Other,
}

/// Reads a reference.
pub(super) fn named(reference: &str) -> Named<'_> {
    let parts = parts(reference);
    match parts.as_slice() {
        [Part::Name("var"), Part::Name(name), rest @ ..] => Named::Variable {
            name,
            rest: joined(rest),
        },
        [Part::Name("local"), Part::Name(_), ..] => Named::Local,
        [Part::Name("each" | "count" | "self" | "path" | "terraform"), ..] => Named::Other,
        [
            Part::Name("module"),
            Part::Name(call),
            Part::Index(key),
            Part::Name(output),
            rest @ ..,
        ] => Named::Output {
            call,
            key: Some(key),
            output,
            rest: joined(rest),
        },
        [Part::Name("module"), Part::Name(call), Part::Name(output), rest @ ..] => Named::Output {
            call,
            key: None,
            output,
            rest: joined(rest),
        },
        [Part::Name("module"), ..] => Named::Other,
        [Part::Name("data"), Part::Name(kind), Part::Name(name), rest @ ..] => {
            resource(format!("data.{kind}.{name}"), rest)
        }
        [Part::Name(kind), Part::Name(name), rest @ ..] => resource(format!("{kind}.{name}"), rest),
        _ => Named::Other,
    }
}

fn resource<'t>(resource: String, rest: &[Part<'t>]) -> Named<'t> {
    let key = rest.first().and_then(|part| part.index());
    let rest = rest.get(usize::from(key.is_some())..).unwrap_or_default();
    Named::Resource {
        resource,
        key,
        rest: joined(rest),
    }
}

/// Parts as they stand in an address, with a dot before each name.
fn joined(parts: &[Part<'_>]) -> String {
    let mut text = String::new();
    for part in parts {
        match part.name() {
            Some(name) => text.extend([".", name]),
            None => text.push_str(part.index().unwrap_or_default()),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_can_hold_dots_and_brackets() {
        let address = r#"module.a["x.y]\"z"].module.b[0]"#;
        let module = Module::parse(address);
        assert_eq!(module.path(), "a.b");
        assert_eq!(module.address("x.y"), format!("{address}.x.y"));
        assert_eq!(module.parent(), Some((Module::parse(r#"module.a["x.y]\"z"]"#), "b")));
        assert_eq!(Module::parse("").parent(), None);
        assert_eq!(Module::parse("").address("x.y"), "x.y");
        for odd in ["module", "module.", "[", "[\"", "a[", "..", "module.a[\"é"] {
            let _ = (parts(odd), Module::parse(odd), named(odd));
        }
    }

    #[test]
    fn references_say_what_they_name() {
        let resource = |resource: &str, key, rest: &str| Named::Resource {
            resource: resource.to_owned(),
            key,
            rest: rest.to_owned(),
        };
        for (text, wanted) in [
            ("azurerm_x.y", resource("azurerm_x.y", None, "")),
            (
                "azurerm_x.y[0].identity[0].principal_id",
                resource("azurerm_x.y", Some("[0]"), ".identity[0].principal_id"),
            ),
            ("data.t.n[\"a\"].id", resource("data.t.n", Some("[\"a\"]"), ".id")),
            (
                "var.a.b",
                Named::Variable {
                    name: "a",
                    rest: ".b".to_owned(),
                },
            ),
            (
                "module.m[\"k\"].out.id",
                Named::Output {
                    call: "m",
                    key: Some("[\"k\"]"),
                    output: "out",
                    rest: ".id".to_owned(),
                },
            ),
            ("each.key", Named::Other),
            ("module.m", Named::Other),
            ("local.a", Named::Local),
        ] {
            assert_eq!(named(text), wanted, "{text}");
        }
    }
}
