//! Sorts more texts than memory holds: sorted runs in temporary files, merged at the end.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Lines, Seek as _, Write as _};

use crate::Failure;

/// Bytes of texts that are sorted in memory.
const RUN_BYTES: usize = 32 << 20;

/// Collects texts without line breaks.
#[derive(Debug)]
pub(crate) struct Sorter {
    texts: Vec<String>,
    bytes: usize,
    limit: usize,
    runs: Vec<File>,
}

impl Sorter {
    pub(crate) fn new() -> Self {
        Self::with_limit(RUN_BYTES)
    }

    fn with_limit(limit: usize) -> Self {
        Self {
            texts: Vec::new(),
            bytes: 0,
            limit,
            runs: Vec::new(),
        }
    }

    pub(crate) fn push(&mut self, text: String) -> Result<(), Failure> {
        self.bytes += text.len();
        self.texts.push(text);
        if self.bytes < self.limit {
            return Ok(());
        }
        let run = self.spill();
        self.runs.push(run.map_err(|error| failed(&error))?);
        Ok(())
    }

    /// The texts so far, sorted, in a file that is gone when it is closed.
    fn spill(&mut self) -> std::io::Result<File> {
        self.texts.sort_unstable();
        let mut file = BufWriter::new(tempfile::tempfile()?);
        for text in self.texts.drain(..) {
            file.write_all(text.as_bytes())?;
            file.write_all(b"\n")?;
        }
        self.bytes = 0;
        let mut file = file.into_inner()?;
        file.rewind()?;
        Ok(file)
    }

    /// All of them, in order.
    pub(crate) fn sorted(mut self) -> Result<Sorted, Failure> {
        self.texts.sort_unstable();
        let runs = self.runs.into_iter();
        let mut runs: Vec<Run> = runs
            .map(|file| Run::File(BufReader::new(file).lines()))
            .collect();
        runs.push(Run::Memory(self.texts.into_iter()));
        let mut heads = BinaryHeap::new();
        for (place, run) in runs.iter_mut().enumerate() {
            if let Some(text) = run.next()? {
                heads.push(Reverse((text, place)));
            }
        }
        Ok(Sorted { runs, heads })
    }
}

/// Sorted texts.
#[derive(Debug)]
pub(crate) struct Sorted {
    runs: Vec<Run>,
    heads: BinaryHeap<Reverse<(String, usize)>>,
}

#[derive(Debug)]
enum Run {
    File(Lines<BufReader<File>>),
    Memory(std::vec::IntoIter<String>),
}

impl Run {
    fn next(&mut self) -> Result<Option<String>, Failure> {
        match self {
            Self::File(lines) => lines.next().transpose().map_err(|error| failed(&error)),
            Self::Memory(texts) => Ok(texts.next()),
        }
    }
}

impl Iterator for Sorted {
    type Item = Result<String, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        let Reverse((text, place)) = self.heads.pop()?;
        match self.runs[place].next() {
            Ok(Some(next)) => self.heads.push(Reverse((next, place))),
            Ok(None) => {}
            Err(failure) => return Some(Err(failure)),
        }
        Some(Ok(text))
    }
}

fn failed(error: &std::io::Error) -> Failure {
    Failure::unreachable("a temporary file", error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_in_order_from_memory_and_from_files() {
        for limit in [10, 1000, 1 << 20] {
            let mut sorter = Sorter::with_limit(limit);
            for number in 0..1000 {
                sorter.push(format!("{:04}", number * 7919 % 1000)).unwrap();
            }
            let found: Vec<_> = sorter.sorted().unwrap().map(Result::unwrap).collect();
            let expected: Vec<_> = (0..1000).map(|number| format!("{number:04}")).collect();
            assert_eq!(found, expected);
        }
    }
}
