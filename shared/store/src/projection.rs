//! Which attributes of an item a call answers.

use std::collections::HashMap;

/// The projection expression of `paths`, and the names of its placeholders. Every name gets one, because some are reserved words.
pub(super) fn projection(paths: &[&str]) -> (String, HashMap<String, String>) {
    let mut names = HashMap::new();
    let mut projected = Vec::with_capacity(paths.len());
    for path in paths {
        let steps = path.split('.').map(|name| {
            let placeholder = format!("#{name}");
            names.insert(placeholder.clone(), name.to_owned());
            placeholder
        });
        projected.push(steps.collect::<Vec<_>>().join("."));
    }
    (projected.join(", "), names)
}

#[cfg(test)]
mod tests {
    use super::projection;

    #[test]
    fn every_step_of_a_path_has_a_placeholder() {
        let (expression, names) = projection(&["sk", "invitation.mails", "invitation.mailedAt"]);
        assert_eq!(expression, "#sk, #invitation.#mails, #invitation.#mailedAt");
        let mut names: Vec<_> = names.into_iter().collect();
        names.sort_unstable();
        let expected = ["invitation", "mailedAt", "mails", "sk"];
        assert_eq!(
            names,
            expected.map(|name| (format!("#{name}"), name.to_owned()))
        );
    }
}
