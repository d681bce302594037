//! What people bring: files, tables in them, and cells. One reading of each for every command, told in
//! `docs/howto/tables.md`. What a column means is not known here.

mod cell;
mod file;
mod sheet;

pub use cell::{Misread, date, flag, hint, number, whole, word};
pub use file::{FileError, FileFault, MOST_BYTES, bytes, decode, text};
pub use sheet::{Row, Sheet, Trouble, is_row_names, spans};
