//! A `User-Agent` as the name of a device, in words of ours. The client writes it, so no word of it is mailed.

/// Programs by a part of their `User-Agent`. The first match counts, because most claim to be several others too.
const PROGRAMS: &[(&str, &str)] = &[
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
];

/// Systems, likewise.
const SYSTEMS: &[(&str, &str)] = &[
    ("Windows", "Windows"),
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "a Mac"),
    ("Linux", "Linux"),
];

/// As in `Firefox on Windows`.
#[must_use]
pub fn device(user_agent: &str) -> String {
    let named = |known: &[(&str, &'static str)]| {
        let mut found = known.iter().filter(|(part, _)| user_agent.contains(part));
        found.next().map(|(_, name)| *name)
    };
    match (named(PROGRAMS), named(SYSTEMS)) {
        (Some(program), Some(system)) => format!("{program} on {system}"),
        (Some(program), None) => program.to_owned(),
        (None, Some(system)) => format!("a program on {system}"),
        (None, None) => "a program that we do not know".to_owned(),
    }
}

/// Whether two `User-Agent`s can be of one device. Versions do not count, because browsers get new ones every few weeks.
#[must_use]
pub fn same_device(one: &str, other: &str) -> bool {
    let unversioned = |agent: &str| -> String {
        let version = |letter: &char| letter.is_ascii_digit() || matches!(letter, '.' | '_');
        agent.chars().filter(|letter| !version(letter)).collect()
    };
    unversioned(one) == unversioned(other)
}

#[cfg(test)]
mod tests {
    use super::{device, same_device};

    const FIREFOX: &str =
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:150.0) Gecko/20100101 Firefox/150.0";

    #[test]
    fn a_device_is_named_in_words_of_ours() {
        for (agent, expected) in [
            (FIREFOX, "Firefox on Windows"),
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36 Edg/150.0",
                "Edge on Linux",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 20_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/20.0 \
                 Mobile/15E148 Safari/604.1",
                "Safari on an iPhone",
            ),
            (
                "Mozilla/5.0 (Linux; Android 15) Chrome/150.0 Mobile Safari/537.36",
                "Chrome on Android",
            ),
            ("curl/8.14.1", "curl"),
            ("", "a program that we do not know"),
            (
                "your account is locked, call 0800 1234",
                "a program that we do not know",
            ),
        ] {
            assert_eq!(device(agent), expected);
        }
    }

    #[test]
    fn a_new_version_is_no_new_device() {
        assert!(same_device(FIREFOX, &FIREFOX.replace("150", "151")));
        assert!(!same_device(
            FIREFOX,
            &FIREFOX.replace("Windows NT", "X11; Linux")
        ));
        assert!(!same_device(FIREFOX, "curl/8.14.1"));
    }
}
