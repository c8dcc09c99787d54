//! Objects whose fields can have computed names.

use super::super::value::{Fields, Node, Value, Why};
use super::budget::Budget;
use super::functions::Merged;
use std::sync::Arc;

/// An object in the making. A name that isn't known could be any, and of two fields of one name nobody says which counts: then
/// nothing of the object is known.
#[derive(Default)]
pub(in super::super) struct Computed {
    fields: Vec<(Arc<str>, Node)>,
    is_computed: bool,
    lost: Option<(String, Why)>,
}

impl Computed {
    /// Adds a field. `name`: what its name comes to, where that had to be worked out.
    pub(in super::super) fn add(&mut self, written: &Arc<str>, name: Option<Value>, field: Node) {
        self.is_computed |= name.is_some();
        match name {
            None => self.fields.push((Arc::clone(written), field)),
            Some(Value::Text(name)) => self.fields.push((name, field)),
            Some(Value::Unknown(unknown)) => self.lose(&unknown.text, unknown.why.clone()),
            Some(_) => self.lose(written, Why::Wrong("the name of a property isn't a string".into())),
        }
    }

    fn lose(&mut self, text: &str, why: Why) {
        self.lost.get_or_insert_with(|| (text.to_owned(), why));
    }

    /// The object.
    pub(in super::super) fn finish(mut self, budget: &Budget) -> Value {
        if !self.is_computed {
            return Value::Object(Arc::new(self.fields.into_iter().collect()));
        }
        let number = self.fields.len();
        let merged: Fields = Merged::of(std::mem::take(&mut self.fields)).into_fields();
        if merged.iter().len() < number {
            self.lose("object", Why::Unsupported("two properties of the same name".into()));
        }
        match self.lost {
            None => Value::Object(Arc::new(merged)),
            Some((text, why)) => Value::unknown(format!("{text}#{}", budget.serial()), why),
        }
    }
}
