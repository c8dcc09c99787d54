//! Lists of the report that can be long.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Serialize, Serializer};
use std::borrow::Cow;

/// A list whose items are made one by one while they are written, so that memory doesn't hold all of them twice.
pub(super) struct List<'r, T>(Box<dyn Fn() -> Items<'r, T> + 'r>);

type Items<'r, T> = Box<dyn Iterator<Item = T> + 'r>;

impl<'r, T> List<'r, T> {
    /// The list of what `items` makes, each time that it is written.
    pub(super) fn of<I: Iterator<Item = T> + 'r>(items: impl Fn() -> I + 'r) -> Self {
        Self(Box::new(move || Box::new(items())))
    }
}

impl<T: Serialize> Serialize for List<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

/// As it is read: an array.
impl<T: JsonSchema> JsonSchema for List<'_, T> {
    fn inline_schema() -> bool {
        Vec::<T>::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        Vec::<T>::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        Vec::<T>::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Vec::<T>::json_schema(generator)
    }
}
