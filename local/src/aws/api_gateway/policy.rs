//! Whether the policy that an authorizer answered allows a call.

use serde_json::Value;

/// What a policy says of one action on one resource: a denial beats an allowance, and silence is a denial.
pub(super) fn allows(policy: &Value, resource: &str) -> bool {
    let statements = policy["Statement"].as_array().into_iter().flatten();
    let mut allowed = false;
    for statement in statements {
        let applies = any(&statement["Action"], "execute-api:Invoke")
            && any(&statement["Resource"], resource);
        match statement["Effect"].as_str() {
            Some("Allow") if applies => allowed = true,
            Some("Deny") if applies => return false,
            _ => {}
        }
    }
    allowed
}

fn any(patterns: &Value, text: &str) -> bool {
    match patterns {
        Value::String(pattern) => matches(pattern, text),
        Value::Array(patterns) => patterns.iter().any(|pattern| any(pattern, text)),
        _ => false,
    }
}

/// IAM's wildcards: `*` is any text, `?` any character.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), text.chars().collect());
    let (mut at_pattern, mut at_text) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while at_text < text.len() {
        match pattern.get(at_pattern) {
            Some('*') => {
                star = Some((at_pattern, at_text));
                at_pattern += 1;
            }
            Some(letter) if *letter == '?' || *letter == text[at_text] => {
                at_pattern += 1;
                at_text += 1;
            }
            _ => {
                let Some((pattern, text)) = star else {
                    return false;
                };
                star = Some((pattern, text + 1));
                at_pattern = pattern + 1;
                at_text = text + 1;
            }
        }
    }
    pattern[at_pattern..].iter().all(|letter| *letter == '*')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{allows, matches};

    #[test]
    fn wildcards_are_those_of_iam() {
        assert!(matches("arn:*/prod/*/*", "arn:x/prod/GET/api/accounts"));
        assert!(matches("*", ""));
        assert!(matches("a?c*", "abc"));
        assert!(!matches("a*c", "abcd"));
    }

    #[test]
    fn a_denial_beats_an_allowance() {
        let allow =
            json!({ "Effect": "Allow", "Action": "execute-api:Invoke", "Resource": ["a/*"] });
        let deny = json!({ "Effect": "Deny", "Action": ["execute-api:*"], "Resource": "a/b" });
        let policy = json!({ "Statement": [allow, deny] });
        assert!(allows(&policy, "a/c"));
        assert!(!allows(&policy, "a/b"));
        assert!(!allows(&policy, "b"));
    }
}
