//! Reads the document's tree into wire types: a serde deserializer whose errors carry their path and say what was
//! found and what was expected, in the words of a person who writes scenarios.
//!
//! It stands where `toml`'s own deserializer and a path tracker would: those format their messages early, and pay for
//! the path of every value of a million states, not only of the wrong one.

use super::document::{Node, Table, Value};
use super::error::nearest;
use crate::excerpt::{number, quoted};
use serde::de::{
    self, DeserializeSeed, Deserializer, Expected, IntoDeserializer, MapAccess, SeqAccess, Unexpected,
    Visitor,
};
use std::fmt::{self, Display};

/// What is wrong with a value, and where within the entry that was read.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Misfit {
    /// Path from the entry, outermost last while it is being built, outermost first when read.
    pub path: Vec<Step>,
    pub found: String,
    pub expected: Option<String>,
    pub hint: Option<String>,
    /// What is known of a wrong key that a hint can be made of.
    key: Option<Key>,
}

/// What is wrong with a key of a table.
#[derive(Debug, PartialEq)]
enum Key {
    /// It is none of these.
    Unknown(&'static [&'static str]),
    /// It is not there, and the table is yet to be known that must have it.
    Missing(&'static str),
}

/// A step of a path: a key or a position.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Step {
    Key(String),
    Index(usize),
}

impl Misfit {
    fn within(mut self, step: Step) -> Self {
        self.path.push(step);
        self
    }

    /// With an example of the key that a table of this kind is missing.
    fn with_example(mut self, table: &str) -> Self {
        if let (Some(Key::Missing(key)), true) = (self.key.as_ref(), self.path.is_empty()) {
            let fits =
                |(kind, name, _): &&(&str, &str, &str)| name == key && (kind.is_empty() || *kind == table);
            let example = EXAMPLES.iter().find(fits);
            self.hint = example.map(|(_, _, value)| format!("write it as `{key} = {value}`"));
        }
        self
    }

    /// Whether a key is none that the table has.
    pub fn is_unknown_key(&self) -> bool {
        matches!(self.key, Some(Key::Unknown(_)))
    }
}

impl Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.found)
    }
}

impl std::error::Error for Misfit {}

impl de::Error for Misfit {
    fn custom<T: Display>(message: T) -> Self {
        Misfit { found: message.to_string(), ..Misfit::default() }
    }

    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let (found, expected) = (found(&unexpected), plain(&expected.to_string()));
        // An expression may be a number by itself, and stands in quotes all the same.
        let is_number =
            matches!(unexpected, Unexpected::Signed(_) | Unexpected::Unsigned(_) | Unexpected::Float(_));
        let hint = (is_number && expected == "text in quotes").then(|| format!("write it as \"{found}\""));
        Misfit { found, expected: Some(expected), hint, ..Misfit::default() }
    }

    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::invalid_type(unexpected, expected)
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        Misfit {
            found: format!("a list of {length}"),
            expected: Some(plain(&expected.to_string())),
            ..Misfit::default()
        }
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        let hint = nearest(variant, expected.iter().copied()).filter(|_| !variant.is_empty());
        Misfit { found: quoted(variant), expected: Some(either(expected)), hint, ..Misfit::default() }
    }

    fn unknown_field(_: &str, expected: &'static [&'static str]) -> Self {
        Misfit { found: "unknown key".into(), key: Some(Key::Unknown(expected)), ..Misfit::default() }
    }

    fn missing_field(field: &'static str) -> Self {
        Misfit { found: format!("`{field}` is missing"), key: Some(Key::Missing(field)), ..Misfit::default() }
    }
}

/// An example of each key that some table must have, by the kind of table where it is not the same in all.
const EXAMPLES: [(&str, &str, &str); 27] = [
    ("", "version", "2"),
    ("Episode", "title", "\"The first reports\""),
    ("Step", "title", "\"Nobody watches\""),
    ("", "title", "\"Human trafficking in Southeast Asia\""),
    ("", "start", "2001"),
    ("", "end", "2016"),
    ("State", "id", "\"IDN\""),
    ("Rating", "id", "\"tvpa\""),
    ("Community", "id", "\"asean\""),
    ("", "kind", "\"law\""),
    ("", "count", "20"),
    ("", "between", "[\"KHM\", \"THA\"]"),
    ("", "weight", "0.5"),
    ("", "members", "[\"IDN\", \"THA\"]"),
    ("", "engagement", "0.3"),
    ("Shock", "hazard", "\"0.05\""),
    ("", "hazard", "0.05"),
    ("", "at", "2003.5"),
    ("Corridor", "from", "\"KHM\""),
    ("Corridor", "to", "\"THA\""),
    ("", "from", "2003"),
    ("", "until", "2006"),
    ("", "value", "0.5"),
    ("Episode", "state", "\"IDN\""),
    ("", "volume", "100"),
    ("", "axis", "[{ path = \"regime.tvpa.severity\", low = 0, high = 2 }]"),
    ("", "path", "\"regime.tvpa.severity\""),
];

/// `"a", "b" or "c"`.
fn either(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("{name:?}")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

fn found(unexpected: &Unexpected<'_>) -> String {
    match unexpected {
        Unexpected::Str(text) => quoted(text),
        Unexpected::Signed(i) => i.to_string(),
        Unexpected::Unsigned(i) => i.to_string(),
        // With its decimals, so that 3.0 is not told as a whole number that is none.
        Unexpected::Float(x) if x.fract() == 0.0 && x.abs() < 1e15 => format!("{x:?}"),
        Unexpected::Float(x) => number(*x),
        Unexpected::Bool(flag) => flag.to_string(),
        Unexpected::Seq => "a list".into(),
        Unexpected::Map => "a table".into(),
        other => other.to_string(),
    }
}

/// Rust's names of types, in plain words.
fn plain(expected: &str) -> String {
    match expected {
        "f64" => "a number".into(),
        "i32" | "i64" => "a whole number".into(),
        "u32" => format!("a whole number from 0 to {}", u32::MAX),
        "u64" | "usize" => "a whole number of at least 0".into(),
        "a boolean" => "true or false".into(),
        "a string" => "text in quotes".into(),
        "a sequence" => "a list".into(),
        "a map" => "a table".into(),
        other if other.starts_with("struct ") => "a table".into(),
        other => other.into(),
    }
}

/// A value of the tree, to be read; of a table, the keys in `without` are left for somebody else.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    pub node: &'a Node,
    pub without: &'a [&'a str],
}

impl<'a> Reader<'a> {
    pub fn of(node: &'a Node) -> Self {
        Reader { node, without: &[] }
    }

    /// Reads the value as a type.
    pub fn read<T: de::Deserialize<'a>>(self) -> Result<T, Misfit> {
        T::deserialize(self).map_err(|mut misfit| {
            misfit.path.reverse();
            if let (Some(Key::Unknown(keys)), Some(Step::Key(key))) = (&misfit.key, misfit.path.last()) {
                let beside = if misfit.path.len() == 1 { self.without } else { &[] };
                misfit.hint = nearest(key, keys.iter().chain(beside).copied());
            }
            misfit
        })
    }
}

impl<'de> Deserializer<'de> for Reader<'de> {
    type Error = Misfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match &self.node.value {
            Value::Text(text) => visitor.visit_borrowed_str(text),
            Value::Integer(i) => visitor.visit_i64(*i),
            Value::Float(x) => visitor.visit_f64(*x),
            Value::Flag(flag) => visitor.visit_bool(*flag),
            Value::Other(text) => Err(de::Error::invalid_type(Unexpected::Other(text), &visitor)),
            Value::List(list) => {
                let mut elements = Elements { list, next: 0 };
                let value = visitor.visit_seq(&mut elements)?;
                if elements.next < list.len() {
                    return Err(de::Error::invalid_length(
                        list.len(),
                        &format!("{} elements", elements.next).as_str(),
                    ));
                }
                Ok(value)
            }
            Value::Table(table) => visitor.visit_map(Entries::of(table, self.without)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        match self.node.text() {
            Some(text) => visitor.visit_enum(text.into_deserializer()),
            None => Err(Misfit {
                found: self.node.describe(),
                ..<Misfit as de::Error>::unknown_variant("", variants)
            }),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        self.deserialize_any(visitor).map_err(|misfit| misfit.with_example(name))
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier
    }
}

struct Elements<'de> {
    list: &'de [Node],
    next: usize,
}

impl<'de> SeqAccess<'de> for &mut Elements<'de> {
    type Error = Misfit;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Misfit> {
        let Some(node) = self.list.get(self.next) else { return Ok(None) };
        let index = self.next;
        self.next += 1;
        seed.deserialize(Reader::of(node)).map(Some).map_err(|misfit| misfit.within(Step::Index(index)))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.list.len() - self.next)
    }
}

struct Entries<'de> {
    entries: Box<dyn Iterator<Item = (&'de str, &'de Node)> + 'de>,
    current: Option<(&'de str, &'de Node)>,
}

impl<'de> Entries<'de> {
    fn of(table: &'de Table, without: &'de [&'de str]) -> Self {
        Entries { entries: Box::new(table.iter().filter(|(key, _)| !without.contains(key))), current: None }
    }
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = Misfit;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Misfit> {
        self.current = self.entries.next();
        let Some((key, _)) = self.current else { return Ok(None) };
        let read = seed.deserialize(de::value::BorrowedStrDeserializer::new(key));
        read.map(Some).map_err(|misfit: Misfit| misfit.within(Step::Key(key.into())))
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Misfit> {
        let Some((key, node)) = self.current else { return Err(de::Error::custom("a value without a key")) };
        seed.deserialize(Reader::of(node)).map_err(|misfit| misfit.within(Step::Key(key.into())))
    }
}
