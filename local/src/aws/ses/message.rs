//! A mail as RFC 5322 and MIME write it, read so far as the mailbox shows it: addresses, subject, text and HTML.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Mail;

pub(super) fn parse(message: &str) -> Mail {
    let part = Part::parse(&message.replace("\r\n", "\n"));
    let header = |name: &str| part.header(name).map(words).unwrap_or_default();
    let mut mail = Mail {
        to: header("to"),
        from: header("from"),
        subject: header("subject"),
        ..Mail::default()
    };
    part.collect(&mut mail);
    mail
}

/// A message or a part of one.
struct Part {
    headers: Vec<(String, String)>,
    body: String,
}

impl Part {
    fn parse(text: &str) -> Self {
        let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
        let unfolded = head.replace("\n ", " ").replace("\n\t", " ");
        let headers = unfolded.lines().filter_map(|line| line.split_once(':'));
        Self {
            headers: headers
                .map(|(name, value)| (name.trim().to_lowercase(), value.trim().to_owned()))
                .collect(),
            body: body.to_owned(),
        }
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(own, _)| own == name)
            .map(|(_, value)| value.as_str())
    }

    /// Puts the first text and the first HTML found into `mail`.
    fn collect(&self, mail: &mut Mail) {
        let kind = self.header("content-type").unwrap_or("text/plain");
        if let Some(boundary) = parameter(kind, "boundary") {
            let boundary = format!("--{boundary}");
            let parts = self.body.split(&boundary).skip(1);
            for part in parts.take_while(|part| !part.starts_with("--")) {
                Self::parse(part.trim_start_matches('\n')).collect(mail);
            }
        } else if kind.starts_with("text/html") {
            mail.html.get_or_insert(self.decoded());
        } else if kind.starts_with("text/plain") {
            mail.text.get_or_insert(self.decoded());
        }
    }

    fn decoded(&self) -> String {
        let encoding = self.header("content-transfer-encoding").unwrap_or("7bit");
        let bytes = match encoding.to_lowercase().as_str() {
            "base64" => {
                let compact: String = self.body.split_whitespace().collect();
                STANDARD.decode(compact).unwrap_or_default()
            }
            "quoted-printable" => quoted_printable(&self.body, false),
            _ => return self.body.trim_end_matches('\n').to_owned(),
        };
        String::from_utf8_lossy(&bytes)
            .trim_end_matches('\n')
            .to_owned()
    }
}

fn parameter(header: &str, name: &str) -> Option<String> {
    let parameters = header
        .split(';')
        .skip(1)
        .filter_map(|pair| pair.trim().split_once('='));
    let mut found = parameters.filter(|(own, _)| own.eq_ignore_ascii_case(name));
    found
        .next()
        .map(|(_, value)| value.trim_matches('"').to_owned())
}

fn quoted_printable(text: &str, header: bool) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'=' if after.first() == Some(&b'\n') => rest = &after[1..],
            b'=' => {
                let hex = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
                if let Some(byte) = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
                    bytes.push(byte);
                    rest = &after[2..];
                } else {
                    bytes.push(b'=');
                }
            }
            b'_' if header => bytes.push(b' '),
            byte => bytes.push(*byte),
        }
    }
    bytes
}

/// RFC 2047's encoded words.
fn words(header: &str) -> String {
    let mut decoded = String::new();
    let mut rest = header;
    while let Some((before, after)) = rest.split_once("=?") {
        let mut fields = after.splitn(4, '?');
        let (_charset, encoding, data, tail) =
            (fields.next(), fields.next(), fields.next(), fields.next());
        let (Some(encoding), Some(data), Some(tail)) = (encoding, data, tail) else {
            break;
        };
        let bytes = match encoding {
            "B" | "b" => STANDARD.decode(data).unwrap_or_default(),
            _ => quoted_printable(data, true),
        };
        if !before.trim().is_empty() || decoded.is_empty() {
            decoded.push_str(before);
        }
        decoded.push_str(&String::from_utf8_lossy(&bytes));
        rest = tail.strip_prefix('=').unwrap_or(tail);
    }
    decoded + rest
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_raw_mail_is_read() {
        let mail = parse(
            "From: a@b.c\r\nTo: x@y.z\r\nSubject: =?UTF-8?B?SMOpbGxv?= =?UTF-8?Q?_w=C3=B6rld?=\r\n\
             Content-Type: multipart/alternative; boundary=\"q\"\r\n\r\n--q\r\n\
             Content-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
             J=C3=BCrgen=\r\n says 1=3D1\r\n--q\r\nContent-Type: text/html\r\n\
             Content-Transfer-Encoding: base64\r\n\r\nPHA+eDwv\r\ncD4=\r\n--q--\r\n",
        );
        assert_eq!(mail.subject, "Héllo wörld");
        assert_eq!(mail.to, "x@y.z");
        assert_eq!(mail.text.unwrap(), "Jürgen says 1=1");
        assert_eq!(mail.html.unwrap(), "<p>x</p>");
    }
}
