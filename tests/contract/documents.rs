//! Documents that mirror code.

use std::collections::BTreeSet;

use super::{all, assert_same, files, template, text};

#[test]
fn access_patterns_are_the_methods_of_the_store() {
    let mut methods = BTreeSet::new();
    for path in files("shared/store/src", "rs") {
        let file = path.file_name().unwrap().to_str().unwrap().to_owned();
        let source = text(&path);
        // Only methods in `impl Store` are accesses.
        for block in source
            .split("\nimpl ")
            .filter(|block| block.starts_with("Store {"))
        {
            let (block, _) = block.split_once("\n}\n").unwrap();
            let names = all(r"\n    pub async fn (\w+)", block);
            methods.extend(names.into_iter().map(|name| format!("{name} in {file}")));
        }
    }
    let rows = text("docs/access-patterns.md");
    let named = rows.lines().filter_map(|line| {
        let (name, rest) = line.strip_prefix("| `")?.split_once("` (`")?;
        Some(format!("{name} in {}", rest.split_once('`')?.0))
    });
    assert_same(
        ("shared/store/src", methods),
        ("docs/access-patterns.md", named.collect()),
    );
}

#[test]
fn the_configuration_page_names_every_parameter_with_its_default() {
    let template = template();
    let declared = template
        .parameters()
        .map(|(name, value)| format!("{name} = {value}"));
    let page = text("docs/configuration.md");
    let mut documented = BTreeSet::new();
    for line in page.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        let bare = |cell: &str| -> Vec<String> {
            let parts = cell.split(", ");
            parts
                .map(|part| part.trim_matches('`').to_owned())
                .collect()
        };
        let (names, values) = (bare(cells[1]), bare(cells[2]));
        assert_eq!(names.len(), values.len(), "{line}");
        let pairs = names.iter().zip(&values);
        documented.extend(pairs.map(|(name, value)| format!("{name} = {value}")));
    }
    assert_same(
        ("template.yaml", declared.collect()),
        ("docs/configuration.md", documented),
    );
}
