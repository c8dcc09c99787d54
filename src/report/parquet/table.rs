//! A table as a Parquet file. Rows are held column by column until a row group is full, and written then. It knows columns and cells,
//! and not what they mean.

use jiff::Timestamp;
use parquet::basic::{Compression, ZstdLevel};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;
use std::io::{self, Write};
use std::sync::Arc;

/// Rows of a row group: enough for an engine to read several at the same time, few enough to be held.
const GROUP: usize = 65_536;

/// Who wrote a file, before the version, in the form that Parquet wants.
pub(super) const WRITTEN_BY: &str = "cosmos-rbac version ";

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    /// Whether a row can have nothing there; a list is empty then.
    pub(super) is_optional: bool,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Flag,
    Number,
    /// A point in time, UTC.
    Time,
    /// A list of texts.
    Texts,
    /// Texts by their names.
    Map,
}

impl Column {
    /// Of which every row has something.
    pub(super) const fn of(name: &'static str, kind: Kind) -> Self {
        let is_optional = false;
        Self {
            name,
            kind,
            is_optional,
        }
    }

    /// Of which a row can have nothing.
    pub(super) const fn maybe(name: &'static str, kind: Kind) -> Self {
        let is_optional = true;
        Self {
            name,
            kind,
            is_optional,
        }
    }

    /// In the language of Parquet's schemas.
    fn schema(self) -> String {
        let name = self.name;
        let presence = if self.is_optional { "optional" } else { "required" };
        match self.kind {
            Kind::Text => format!("{presence} binary {name} (STRING);"),
            Kind::Flag => format!("{presence} boolean {name};"),
            Kind::Number => format!("{presence} int64 {name};"),
            Kind::Time => format!("{presence} int64 {name} (TIMESTAMP(MICROS,true));"),
            Kind::Texts => {
                format!(
                    "required group {name} (LIST) {{ repeated group list {{ required binary element (STRING); }} }}"
                )
            }
            Kind::Map => format!(
                "required group {name} (MAP) {{ repeated group key_value {{ required binary key (STRING); required binary value (STRING); }} }}"
            ),
        }
    }
}

/// The cells of a row.
pub(super) type Cells = Vec<Cell>;

/// What a row has in a column.
#[derive(Debug, Clone)]
pub(super) enum Cell {
    Nothing,
    Text(ByteArray),
    Flag(bool),
    Number(i64),
    Texts(Vec<ByteArray>),
    Map(Vec<(ByteArray, ByteArray)>),
}

impl Cell {
    pub(super) fn text(text: &str) -> Self {
        Self::Text(bytes(text))
    }

    pub(super) fn maybe(text: Option<&str>) -> Self {
        text.map_or(Self::Nothing, Self::text)
    }

    pub(super) fn texts<T: AsRef<str>>(all: impl IntoIterator<Item = T>) -> Self {
        Self::Texts(all.into_iter().map(|text| bytes(text.as_ref())).collect())
    }

    pub(super) fn maybe_flag(flag: Option<bool>) -> Self {
        flag.map_or(Self::Nothing, Self::Flag)
    }

    pub(super) fn number(number: impl TryInto<i64>) -> Self {
        Self::Number(number.try_into().unwrap_or(i64::MAX))
    }

    pub(super) fn maybe_number(number: Option<impl TryInto<i64>>) -> Self {
        number.map_or(Self::Nothing, Self::number)
    }

    pub(super) fn time(time: Timestamp) -> Self {
        Self::Number(time.as_microsecond())
    }
}

/// A text as it is held.
pub(super) fn bytes(text: &str) -> ByteArray {
    ByteArray::from(text.as_bytes().to_vec())
}

/// A table that is being written.
pub(super) struct Table<'o> {
    columns: Vec<(Column, Held)>,
    rows: usize,
    /// Writes into memory; what a row group leaves there is passed on.
    writer: SerializedFileWriter<Vec<u8>>,
    out: &'o mut dyn Write,
}

/// What is held of a column.
#[derive(Default)]
struct Held {
    texts: Vec<ByteArray>,
    /// Of a map.
    values: Vec<ByteArray>,
    numbers: Vec<i64>,
    flags: Vec<bool>,
    /// Whether there is something, of each row, and of each further item of a list.
    levels: Vec<i16>,
    /// Whether it is a further item of the list before.
    repeats: Vec<i16>,
}

impl Held {
    fn push(&mut self, cell: Cell) {
        let items = match &cell {
            Cell::Nothing => 0,
            Cell::Texts(all) => all.len(),
            Cell::Map(all) => all.len(),
            _ => 1,
        };
        self.levels.push(i16::from(items > 0));
        self.repeats.push(0);
        for _ in 1..items {
            self.levels.push(1);
            self.repeats.push(1);
        }
        match cell {
            Cell::Nothing => {}
            Cell::Text(text) => self.texts.push(text),
            Cell::Flag(flag) => self.flags.push(flag),
            Cell::Number(number) => self.numbers.push(number),
            Cell::Texts(all) => self.texts.extend(all),
            Cell::Map(all) => all.into_iter().for_each(|(key, value)| {
                self.texts.push(key);
                self.values.push(value);
            }),
        }
    }

    fn write(&mut self, column: Column, group: &mut Group<'_>) -> io::Result<()> {
        let is_list = matches!(column.kind, Kind::Texts | Kind::Map);
        let levels = (is_list || column.is_optional).then_some(self.levels.as_slice());
        let repeats = is_list.then_some(self.repeats.as_slice());
        match column.kind {
            Kind::Text | Kind::Texts => chunk::<ByteArrayType>(group, &self.texts, levels, repeats)?,
            Kind::Flag => chunk::<BoolType>(group, &self.flags, levels, repeats)?,
            Kind::Number | Kind::Time => chunk::<Int64Type>(group, &self.numbers, levels, repeats)?,
            Kind::Map => {
                chunk::<ByteArrayType>(group, &self.texts, levels, repeats)?;
                chunk::<ByteArrayType>(group, &self.values, levels, repeats)?;
            }
        }
        *self = Self::default();
        Ok(())
    }
}

type Group<'w> = SerializedRowGroupWriter<'w, Vec<u8>>;

/// Writes a column of a row group.
fn chunk<T: DataType>(
    group: &mut Group<'_>,
    values: &[T::T],
    levels: Option<&[i16]>,
    repeats: Option<&[i16]>,
) -> io::Result<()> {
    let Some(mut column) = group.next_column().map_err(failed)? else {
        return Err(io::Error::other("the table has fewer columns than its rows have cells"));
    };
    let writer = column.typed::<T>();
    writer.write_batch(values, levels, repeats).map_err(failed)?;
    column.close().map_err(failed)
}

impl<'o> Table<'o> {
    pub(super) fn new(name: &str, columns: Vec<Column>, out: &'o mut dyn Write) -> io::Result<Self> {
        let fields: Vec<String> = columns.iter().map(|column| column.schema()).collect();
        let schema = parse_message_type(&format!("message {name} {{ {} }}", fields.join(" "))).map_err(failed)?;
        // Nothing of the machine or the time: the same rows are the same bytes.
        let properties = WriterProperties::builder()
            .set_created_by(format!("{WRITTEN_BY}{}", env!("CARGO_PKG_VERSION")))
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .build();
        Ok(Self {
            columns: columns.into_iter().map(|column| (column, Held::default())).collect(),
            rows: 0,
            writer: SerializedFileWriter::new(Vec::new(), Arc::new(schema), Arc::new(properties)).map_err(failed)?,
            out,
        })
    }

    /// Adds a row, with a cell for each column.
    pub(super) fn row(&mut self, cells: Cells) -> io::Result<()> {
        if cells.len() != self.columns.len() {
            return Err(io::Error::other("a row has not as many cells as there are columns"));
        }
        for ((_, held), cell) in self.columns.iter_mut().zip(cells) {
            held.push(cell);
        }
        self.rows += 1;
        if self.rows == GROUP {
            self.write_group()?;
        }
        Ok(())
    }

    fn write_group(&mut self) -> io::Result<()> {
        let mut group = self.writer.next_row_group().map_err(failed)?;
        for (column, held) in &mut self.columns {
            held.write(*column, &mut group)?;
        }
        group.close().map_err(failed)?;
        self.rows = 0;
        self.pass_on()
    }

    fn pass_on(&mut self) -> io::Result<()> {
        self.writer.flush()?;
        let written = self.writer.inner_mut();
        self.out.write_all(written)?;
        written.clear();
        Ok(())
    }

    /// Writes what is held and the end of the file.
    pub(super) fn finish(mut self) -> io::Result<()> {
        if self.rows > 0 {
            self.write_group()?;
        }
        self.writer.finish().map_err(failed)?;
        self.pass_on()
    }
}

fn failed(error: ParquetError) -> io::Error {
    io::Error::other(error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use parquet::file::reader::{FileReader, SerializedFileReader};

    const COLUMNS: [Column; 4] = [
        Column::of("number", Kind::Number),
        Column::maybe("name", Kind::Text),
        Column::of("list", Kind::Texts),
        Column::of("map", Kind::Map),
    ];

    fn cells(row: usize) -> Cells {
        let name = format!("name {row}");
        let items = (0..row % 4).map(|item| format!("{row}-{item}"));
        let map = (0..row % 3).map(|item| (bytes(&format!("key {item}")), bytes(&name)));
        vec![
            Cell::number(row),
            Cell::maybe(Some(name.as_str()).filter(|_| row.is_multiple_of(2))),
            Cell::texts(items),
            Cell::Map(map.collect()),
        ]
    }

    /// Row groups are written while rows come, and no row is lost between them.
    #[test]
    fn rows_of_several_groups_are_read_back() {
        let number = 2 * GROUP + 5;
        let mut file = tempfile::tempfile().unwrap();
        let mut table = Table::new("t", COLUMNS.to_vec(), &mut file).unwrap();
        for row in 0..number {
            table.row(cells(row)).unwrap();
            assert!(table.rows < GROUP);
        }
        table.finish().unwrap();
        let reader = SerializedFileReader::new(file).unwrap();
        assert_eq!(reader.num_row_groups(), 3);
        let written_by = reader.metadata().file_metadata().created_by();
        assert!(written_by.unwrap().starts_with(WRITTEN_BY));
        let mut read = 0;
        for (row, found) in reader.get_row_iter(None).unwrap().enumerate() {
            let found = found.unwrap().to_string();
            let name = match row % 2 {
                0 => format!("\"name {row}\""),
                _ => "null".to_owned(),
            };
            assert!(
                found.starts_with(&format!("{{number: {row}, name: {name}, list: [")),
                "{found}"
            );
            assert_eq!(found.matches(&format!("\"{row}-")).count(), row % 4, "{found}");
            assert_eq!(found.matches("key ").count(), row % 3, "{found}");
            read += 1;
        }
        assert_eq!(read, number);
    }

    #[test]
    fn a_row_has_a_cell_for_each_column() {
        let mut out = Vec::new();
        let mut table = Table::new("t", COLUMNS.to_vec(), &mut out).unwrap();
        assert!(table.row(vec![Cell::Nothing]).is_err());
    }
}
