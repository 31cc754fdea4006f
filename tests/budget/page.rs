//! The table of `docs/costs.md` is the budget.

use expect_test::expect_file;

use super::{BUDGET, Operation};
use crate::contract::text;

const BEGIN: &str = "<!-- costs:begin -->\n";
const END: &str = "<!-- costs:end -->";

/// A row's cells, with the numbers of its operations in order.
fn row(shown: &str, operations: &[Operation]) -> String {
    let all = |cell: fn(&Operation) -> String| {
        let cells: Vec<_> = operations.iter().map(cell).collect();
        if cells.iter().all(|cell| cell == "0") {
            "0".to_owned()
        } else {
            cells.join(", ")
        }
    };
    let trips = all(|operation| operation.trips.to_string());
    let read = all(|operation| match operation.each {
        Some((each, what)) => format!("{} + {each} {what}", operation.read),
        None => operation.read.to_string(),
    });
    let write = all(|operation| operation.write.to_string());
    format!("| {shown} | {trips} | {read} | {write} |\n")
}

/// Written by `UPDATE_EXPECT=1`.
#[test]
fn the_costs_of_the_page_are_the_budget() {
    let page = text("docs/costs.md");
    let (before, rest) = page.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    let head = "| operation | round trips | RRU | WRU |\n|---|---|---|---|\n";
    let rows: String = BUDGET
        .iter()
        .map(|(shown, operations)| row(shown, operations))
        .collect();
    let expected = format!("{before}{BEGIN}{head}{rows}{END}{after}");
    expect_file!["../../docs/costs.md"].assert_eq(&expected);
}
