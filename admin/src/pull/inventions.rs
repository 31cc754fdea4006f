//! Names of people and accounts that do not exist. Each follows from an id.

const FIRST: [&str; 24] = [
    "Alma", "Anselm", "Bela", "Carla", "Dorian", "Edda", "Elio", "Fenja", "Gero", "Hanna", "Ilse",
    "Jonas", "Kira", "Leopold", "Mara", "Nils", "Olga", "Pavel", "Romy", "Silas", "Thea", "Urs",
    "Vera", "Wanda",
];

const LAST: [&str; 24] = [
    "Abel", "Brandt", "Conti", "Dorn", "Engel", "Falk", "Graf", "Horn", "Immel", "Jost", "Kern",
    "Lenz", "Moor", "Nagel", "Oster", "Pohl", "Quast", "Rieger", "Stein", "Thiel", "Ulmer", "Vogt",
    "Wirth", "Zorn",
];

/// A first name.
pub(super) fn first_name(id: u64) -> String {
    pick(&FIRST, id)
}

/// A last name, which does not depend on the first one.
pub(super) fn last_name(id: u64) -> String {
    pick(&LAST, id / 24)
}

/// The name of an account, with its id, because names are unique.
pub(super) fn account_name(id: u64) -> String {
    format!("{} & {} {id}", last_name(id), last_name(id / 24))
}

fn pick(names: &[&str; 24], id: u64) -> String {
    usize::try_from(id % 24)
        .ok()
        .and_then(|place| names.get(place))
        .map_or_else(String::new, |name| (*name).to_owned())
}
