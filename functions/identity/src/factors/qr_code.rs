//! The QR code (ISO/IEC 18004) from which an authenticator app reads its secret.

use std::fmt::Write as _;

use qrcodegen::QrCodeEcc;
use serde::Serialize;

/// A square of modules.
#[derive(Debug, Serialize)]
pub(super) struct QrCode {
    /// The modules of a side, without the quiet zone of 4 around.
    size: i32,
    /// The dark modules, as the path of an SVG whose unit is a module.
    path: String,
}

impl QrCode {
    /// The code of `text`; none if it is longer than a code can be.
    pub(super) fn of(text: &str) -> Option<Self> {
        let code = qrcodegen::QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
        let size = code.size();
        let mut path = String::new();
        for y in 0..size {
            let mut x = 0;
            while x < size {
                let run = (x..size).take_while(|at| code.get_module(*at, y)).count();
                let run = i32::try_from(run).ok()?;
                if run > 0 {
                    write!(path, "M{x} {y}h{run}v1h-{run}z").ok()?;
                }
                x += run + 1;
            }
        }
        Some(Self { size, path })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dark_module_is_in_the_path_once() {
        let text = "otpauth://totp/Accounts:ada@example.com?secret=GEZDGNBVGY3TQOJQ";
        let code = qrcodegen::QrCode::encode_text(text, QrCodeEcc::Medium).unwrap();
        let drawn = QrCode::of(text).unwrap();
        assert_eq!(drawn.size, code.size());
        let mut dark = std::collections::BTreeSet::new();
        for run in drawn.path.split_terminator('z') {
            let (x, rest) = run.strip_prefix('M').unwrap().split_once(' ').unwrap();
            let (y, rest) = rest.split_once('h').unwrap();
            let (length, _) = rest.split_once('v').unwrap();
            let (x, y): (i32, i32) = (x.parse().unwrap(), y.parse().unwrap());
            for at in x..x + length.parse::<i32>().unwrap() {
                assert!(dark.insert((at, y)));
            }
        }
        for (x, y) in (0..code.size()).flat_map(|y| (0..code.size()).map(move |x| (x, y))) {
            assert_eq!(dark.contains(&(x, y)), code.get_module(x, y), "{x} {y}");
        }
        assert!(QrCode::of(&"a".repeat(5000)).is_none());
    }
}
