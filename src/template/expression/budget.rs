//! How much may be evaluated for one file: whoever writes a template can make a few lines mean a terabyte.

use super::super::value::{Node, Value, Why};
use std::cell::Cell;

/// Steps: a part of an expression, an item of a list that is looked at, 64 bytes of a string.
const MOST_STEPS: u64 = 2_000_000;
/// Memory that is made, in bytes, whether or not it is kept.
const MOST_BYTES: u64 = 128 << 20;
/// Evaluations within evaluations: arguments, variables of variables, functions of the template's own.
const MOST_LEVELS: u32 = 160;
/// Longest string.
const MOST_TEXT: usize = 1 << 20;
/// Longest array, and most fields of an object.
const MOST_ITEMS: usize = 100_000;
/// Lists in lists, and objects in objects.
const MOST_NESTED: usize = 100;
/// Values in a list or an object, however deep: the same one may stand in it a thousand times.
const MOST_WITHIN: usize = 1_000_000;
/// The same of what a template states: it is copied for each resource that has it.
const MOST_STATED: usize = 100_000;

/// Why there is no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stop(pub(super) Why);

impl Stop {
    /// The expression is wrong.
    pub(super) fn wrong(what: impl AsRef<str>) -> Self {
        Self(Why::Wrong(what.as_ref().into()))
    }

    /// It is too much, or not settled what it means.
    pub(super) fn limit(what: impl AsRef<str>) -> Self {
        Self(Why::Limit(what.as_ref().into()))
    }
}

/// What is left of the steps and the memory for a file. One is shared by everything that a file has evaluated.
#[derive(Debug, Default)]
pub(in crate::template) struct Budget {
    steps: Cell<u64>,
    bytes: Cell<u64>,
    levels: Cell<u32>,
    serial: Cell<u32>,
}

/// An evaluation within another, until it is dropped.
pub(super) struct Level<'a>(&'a Cell<u32>);

impl Drop for Level<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get().saturating_sub(1));
    }
}

impl Budget {
    /// Pays for work.
    pub(super) fn steps(&self, steps: usize) -> Result<(), Stop> {
        let used = self.steps.get().saturating_add(steps as u64);
        self.steps.set(used);
        if used > MOST_STEPS {
            return Err(Stop::limit("the template takes more steps than this version evaluates"));
        }
        Ok(())
    }

    /// Pays for a string of so many bytes.
    pub(super) fn text(&self, bytes: usize) -> Result<(), Stop> {
        if bytes > MOST_TEXT {
            return Err(Stop::limit("a string becomes longer than 1 MiB"));
        }
        self.bytes(bytes)?;
        self.steps(bytes / 64)
    }

    /// Pays for reading a string.
    pub(super) fn read(&self, text: &str) -> Result<(), Stop> {
        self.steps(text.len() / 32)
    }

    /// Pays for looking a name up among the fields of an object.
    pub(super) fn look_up(&self, fields: usize, name: &str) -> Result<(), Stop> {
        self.steps(
            (fields / 16)
                .saturating_mul(1 + name.len() / 256)
                .saturating_add(name.len() / 32),
        )
    }

    /// Pays for a list of so many items, or an object of so many fields.
    pub(super) fn items(&self, items: usize) -> Result<(), Stop> {
        if items > MOST_ITEMS {
            return Err(Stop::limit("an array or object becomes longer than 100,000 items"));
        }
        self.bytes(items.saturating_mul(size_of::<Node>() + 24))?;
        self.steps(items / 4)
    }

    /// Pays for fields that are put together by their names.
    pub(super) fn merge(&self, fields: usize) -> Result<(), Stop> {
        self.items(fields)?;
        self.bytes(fields.saturating_mul(96))?;
        self.steps(fields)
    }

    /// Pays for many small objects.
    pub(super) fn objects(&self, objects: usize, fields: usize) -> Result<(), Stop> {
        self.bytes(objects.saturating_mul(64 + fields * 96))?;
        self.steps(objects.saturating_mul(fields))
    }

    fn bytes(&self, bytes: usize) -> Result<(), Stop> {
        let used = self.bytes.get().saturating_add(bytes as u64);
        self.bytes.set(used);
        if used > MOST_BYTES {
            // Whatever goes on would fail in the same way, and take its time.
            self.steps.set(u64::MAX);
            return Err(Stop::limit("the template makes more text than this version evaluates"));
        }
        Ok(())
    }

    /// Goes a level deeper.
    pub(super) fn enter(&self) -> Result<Level<'_>, Stop> {
        self.steps(1)?;
        let level = self.levels.get();
        if level >= MOST_LEVELS {
            return Err(Stop::limit("expressions are nested deeper than this version evaluates"));
        }
        self.levels.set(level + 1);
        Ok(Level(&self.levels))
    }

    /// A number that nothing else of the file has.
    pub(super) fn serial(&self) -> u32 {
        let next = self.serial.get().wrapping_add(1);
        self.serial.set(next);
        next
    }

    /// That a value isn't nested too deep, and doesn't hold too much: small lists of lists of one list are large.
    pub(super) fn weigh(&self, value: &Value) -> Result<(), Stop> {
        self.weigh_at_most(value, MOST_WITHIN)
    }

    /// The same of what a template states.
    pub(super) fn weigh_stated(&self, value: &Value) -> Result<(), Stop> {
        self.weigh_at_most(value, MOST_STATED)
    }

    /// Pays for the turns of a copy.
    pub(in crate::template) fn turns(&self, turns: usize) -> Result<(), Why> {
        self.items(turns).map_err(|Stop(why)| why)
    }

    fn weigh_at_most(&self, value: &Value, most: usize) -> Result<(), Stop> {
        let mut within = 0;
        let weighed = weigh(value, MOST_NESTED, most, &mut within);
        self.steps(within / 8)?;
        if weighed {
            Ok(())
        } else {
            Err(Stop::limit("a value becomes larger than this version evaluates"))
        }
    }
}

fn weigh(value: &Value, levels: usize, most: usize, within: &mut usize) -> bool {
    let Some(levels) = levels.checked_sub(1) else {
        return false;
    };
    let mut each = |value: &Value| {
        *within += 1;
        *within <= most && weigh(value, levels, most, within)
    };
    match value {
        Value::List(items) => items.iter().all(|item| each(&item.value)),
        Value::Object(fields) => fields.iter().all(|(_, node)| each(&node.value)),
        _ => true,
    }
}
