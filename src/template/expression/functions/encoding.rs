//! Other spellings of values: JSON, base64, URIs (learn.microsoft.com, template functions, string and object).

use super::call::{Call, Function};
use super::objects::Merged;
use crate::template::expression::budget::Stop;
use crate::template::value::{Form, Node, Value};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use std::fmt;
use std::sync::Arc;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "string",
        least: 1,
        most: 1,
        run: string,
    },
    Function {
        name: "json",
        least: 1,
        most: 1,
        run: |call| json(call, call.text(0)?),
    },
    Function {
        name: "base64",
        least: 1,
        most: 1,
        run: base64,
    },
    Function {
        name: "base64ToString",
        least: 1,
        most: 1,
        run: |call| call.made_text(decoded(call)?),
    },
    Function {
        name: "base64ToJson",
        least: 1,
        most: 1,
        run: |call| json(call, &decoded(call)?),
    },
    Function {
        name: "uriComponent",
        least: 1,
        most: 1,
        run: uri_component,
    },
    Function {
        name: "uriComponentToString",
        least: 1,
        most: 1,
        run: uri_component_to_string,
    },
];

/// What RFC 3986 doesn't reserve, as .NET encodes it.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

fn base64(call: &Call<'_>) -> Result<Node, Stop> {
    let text = call.text(0)?;
    call.budget.text(text.len() + text.len() / 2)?;
    call.made_text(STANDARD.encode(text.as_bytes()))
}

fn decoded(call: &Call<'_>) -> Result<String, Stop> {
    let bytes = STANDARD.decode(call.text(0)?.as_bytes());
    let text = bytes.ok().and_then(|bytes| String::from_utf8(bytes).ok());
    text.ok_or_else(|| call.unsettled("what isn't base64 of UTF-8"))
}

fn uri_component(call: &Call<'_>) -> Result<Node, Stop> {
    let text = call.text(0)?;
    call.budget.text(text.len().saturating_mul(3))?;
    call.made_text(utf8_percent_encode(text, RESERVED).to_string())
}

fn uri_component_to_string(call: &Call<'_>) -> Result<Node, Stop> {
    let text = percent_decode_str(call.text(0)?).decode_utf8();
    call.made_text(text.map_err(|_| call.unsettled("what isn't UTF-8"))?)
}

fn json(call: &Call<'_>, text: &str) -> Result<Node, Stop> {
    // A value of a byte or two takes the room of a node.
    call.budget.steps(text.len() / 2)?;
    call.budget
        .items(text.bytes().filter(|byte| matches!(byte, b',' | b'[' | b'{')).count())?;
    let Json(node) =
        serde_json::from_str(text).map_err(|_| call.unsettled("what isn't JSON, or has a property twice"))?;
    call.budget.weigh(&node.value)?;
    Ok(node)
}

/// Strings as they are, and JSON of everything else. Booleans are not settled: .NET writes them in another way than JSON.
fn string(call: &Call<'_>) -> Result<Node, Stop> {
    match (call.value(0), call.args) {
        (Value::Text(_), [text]) => Ok(text.clone()),
        (Value::Unknown(unknown), [text]) if unknown.form == Form::Text => Ok(text.clone()),
        (Value::Number(_) | Value::List(_) | Value::Object(_), _) => {
            let mut text = String::new();
            write(call, call.value(0), &mut text)?;
            call.made_text(text)
        }
        (Value::Unknown(_), _) => Err(call.unknown()),
        _ => Err(call.unsettled(call.value(0).kind())),
    }
}

/// Without spaces. Characters beyond ASCII have more than one spelling, and fractions do.
fn write(call: &Call<'_>, value: &Value, text: &mut String) -> Result<(), Stop> {
    call.budget.steps(1)?;
    if text.len() > 1 << 20 {
        return call.budget.text(text.len());
    }
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(is) => text.push_str(if *is { "true" } else { "false" }),
        Value::Number(number) if number.is_i64() => text.push_str(&number.to_string()),
        Value::Text(own) if own.bytes().all(|byte| (b' '..0x7f).contains(&byte)) => {
            call.budget.text(own.len())?;
            quote(own, text);
        }
        Value::List(items) => {
            for (number, item) in items.iter().enumerate() {
                text.push(if number > 0 { ',' } else { '[' });
                write(call, &item.value, text)?;
            }
            text.push_str(if items.is_empty() { "[]" } else { "]" });
        }
        Value::Object(fields) => {
            for (number, (name, node)) in fields.iter().enumerate() {
                text.push(if number > 0 { ',' } else { '{' });
                write(call, &Value::Text(Arc::clone(name)), text)?;
                text.push(':');
                write(call, &node.value, text)?;
            }
            text.push_str(if fields.iter().len() == 0 { "{}" } else { "}" });
        }
        Value::Unknown(_) => return Err(call.unknown()),
        Value::Text(_) | Value::Number(_) => return Err(call.unsettled("fractions, and text beyond ASCII")),
    }
    Ok(())
}

fn quote(own: &str, text: &mut String) {
    text.push('"');
    for c in own.chars() {
        if matches!(c, '"' | '\\') {
            text.push('\\');
        }
        text.push(c);
    }
    text.push('"');
}

/// JSON as a value, its fields in the order of the text.
struct Json(Node);

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_any(Values)
            .map(|value| Self(Node::made(value)))
    }
}

struct Values;

impl<'de> Visitor<'de> for Values {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, is: bool) -> Result<Value, E> {
        Ok(Value::Bool(is))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Number(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Number(number.into()))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Value, E> {
        let number = serde_json::Number::from_f64(number);
        number.map(Value::Number).ok_or_else(|| E::custom("not a number"))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Json(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::List(Arc::new(list)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut fields = Merged::default();
        while let Some((name, Json(node))) = entries.next_entry::<String, Json>()? {
            if fields.place(&name).is_some() {
                return Err(de::Error::custom("a property occurs twice"));
            }
            fields.set(name.into(), node);
        }
        Ok(Value::Object(Arc::new(fields.into_fields())))
    }
}
