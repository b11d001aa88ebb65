//! The terms of the built-in weights as the program carries them: rows in the slots that their keys ask for. `build.rs`
//! lays them out with this same file.

/// Slots, two thirds of them taken.
const SLOTS: usize = 1 << 16;
/// Bytes in a row: key, families, nine numbers, and whether a longer term begins with it.
const WIDTH: usize = 40;

/// What stands beside a term: its value, hostility and share, and two numbers for each of the three heads.
const NUMBERS: usize = 9;

/// A term, as it lies in the table; numbers are thousandths.
#[derive(Clone, Copy, Default)]
pub(super) struct Row {
    pub key: u64,
    pub families: u64,
    pub numbers: [i16; NUMBERS],
    pub begins: bool,
}

impl Row {
    /// Reads a line's fields: a term's tokens, its numbers, families and perhaps a `+`. All but the first may be left
    /// out at the end.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn read<'l>(term: &str, mut fields: impl Iterator<Item = &'l str>) -> Result<Self, &'static str> {
        let mut row = Self { key: key(term), ..Self::default() };
        for number in &mut row.numbers {
            let field = fields.next().unwrap_or_default();
            *number = if field.is_empty() { 0 } else { field.parse().map_err(|_| "a number is no whole number")? };
        }
        for family in fields.next().unwrap_or_default().split(',').filter(|family| !family.is_empty()) {
            match family {
                "+" => row.begins = true,
                place => {
                    let place = place.parse::<u32>().ok().filter(|place| *place < u64::BITS);
                    row.families |= 1 << place.ok_or("no such family")?;
                }
            }
        }
        Ok(row)
    }
}

/// The key of a term as the weights file writes it: its tokens with a space between them.
pub fn key(term: &str) -> u64 {
    term.split(' ').map(hash).reduce(joined).unwrap_or_default()
}

/// The key of two neighbours, or of a longer term and its next token.
pub(super) fn joined(first: u64, second: u64) -> u64 {
    (first.rotate_left(5) ^ second).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// FNV-1a, 64 bits.
pub(super) fn hash(token: &str) -> u64 {
    token.bytes().fold(0xCBF2_9CE4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01B3))
}

/// Where the row of a key lies, unless others came first: then it is in the next free slot.
fn slot(key: u64) -> usize {
    // The keys of short words differ in their lower bits alone.
    usize::try_from(key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 48).unwrap_or_default() % SLOTS
}

/// The table of these rows.
#[allow(dead_code, reason = "only build.rs does this")]
pub(super) fn lay_out(rows: Vec<Row>) -> Vec<u8> {
    assert!(rows.len() < SLOTS, "a term that is not there is known by an empty slot");
    let mut table = vec![0; SLOTS * WIDTH];
    for row in rows {
        let mut at = slot(row.key);
        while table[at * WIDTH..][..8] != [0; 8] {
            at = (at + 1) % SLOTS;
        }
        let numbers: Vec<u8> = row.numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        let fields =
            [&row.key.to_le_bytes()[..], &row.families.to_le_bytes(), &numbers, &[u8::from(row.begins)]].concat();
        table[at * WIDTH..][..fields.len()].copy_from_slice(&fields);
    }
    table
}

/// The row of a key.
#[allow(dead_code, reason = "build.rs does not do this")]
pub(super) fn find(table: &[u8], key: u64) -> Option<Row> {
    let (rows, _) = table.as_chunks::<WIDTH>();
    let (before, from) = rows.split_at_checked(slot(key))?;
    let of = |row: &[u8; WIDTH], at: usize| u64::from_le_bytes(std::array::from_fn(|byte| row[at + byte]));
    let row = from.iter().chain(before).take_while(|row| of(row, 0) != 0).find(|row| of(row, 0) == key)?;
    let numbers = std::array::from_fn(|at| i16::from_le_bytes([row[16 + 2 * at], row[17 + 2 * at]]));
    Some(Row { key, families: of(row, 8), numbers, begins: row[16 + 2 * NUMBERS] != 0 })
}
