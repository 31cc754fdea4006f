//! What all functions do at their start.

use observe::Format;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Why a function cannot start.
pub type Error = lambda_runtime::Error;

/// Writes logs as Lambda reads them: one JSON object a line, as much as `RUST_LOG` asks for.
pub fn log() {
    #[expect(clippy::disallowed_methods, reason = "before there is a configuration")]
    let asked = std::env::var("RUST_LOG").ok();
    let lines = tracing_subscriber::fmt::layer()
        .fmt_fields(Format::fields())
        .event_format(Format::default());
    tracing_subscriber::registry()
        .with(filter(asked.as_deref()))
        .with(lines)
        .init();
}

/// What is logged: errors only, if nothing is asked for that can be read.
fn filter(asked: Option<&str>) -> Targets {
    let asked = asked.filter(|asked| !asked.is_empty());
    let filter = asked.and_then(|asked| asked.parse().ok());
    filter.unwrap_or_else(|| Targets::new().with_default(LevelFilter::ERROR))
}

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::filter;

    #[test]
    fn a_filter_names_targets_and_levels() {
        for (asked, canonical, hyper) in [
            (Some("info,hyper=warn"), Level::INFO, Level::WARN),
            (Some("debug"), Level::DEBUG, Level::DEBUG),
            (Some("INFO"), Level::INFO, Level::INFO),
            (Some("hyper[span]=loud"), Level::ERROR, Level::ERROR),
            (Some(""), Level::ERROR, Level::ERROR),
            (None, Level::ERROR, Level::ERROR),
        ] {
            let filter = filter(asked);
            for (target, most) in [("canonical", canonical), ("hyper::client", hyper)] {
                let more = [Level::WARN, Level::INFO, Level::DEBUG, Level::TRACE];
                assert!(filter.would_enable(target, &most), "{asked:?} {target}");
                for level in more.into_iter().filter(|level| *level > most) {
                    assert!(!filter.would_enable(target, &level), "{asked:?} {target}");
                }
            }
        }
    }
}
