//! A letter as text and as HTML. The templates escape the names of persons and accounts.

use askama::Template;
use runtime::Config;

use crate::names::plain;

/// A letter without an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Letter {
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: String,
}

/// What every letter says in its own words.
#[derive(Clone, Debug)]
pub(crate) struct Words {
    /// The subject line.
    pub(crate) subject: String,
    /// What has happened, or what to do.
    pub(crate) lead: String,
    /// Particulars, each with its label.
    pub(crate) facts: Vec<(&'static str, String)>,
    /// The button, for a letter with a link.
    pub(crate) action: Option<Action>,
    /// What to do if the letter was not expected.
    pub(crate) closing: String,
}

/// A link, with what it does and, in words, until when.
#[derive(Clone, Debug)]
pub(crate) struct Action {
    pub(crate) label: &'static str,
    pub(crate) link: String,
    pub(crate) until: Option<String>,
}

#[derive(Template)]
#[template(path = "letter.txt")]
struct Text<'a> {
    brand: &'a str,
    name: Option<&'a str>,
    words: &'a Words,
}

#[derive(Template)]
#[template(path = "letter.html")]
struct Html<'a> {
    brand: &'a str,
    color: String,
    on_color: String,
    name: Option<&'a str>,
    words: &'a Words,
}

impl Letter {
    /// `words` under the brand of `config`, with a greeting of `name`.
    pub(crate) fn new(
        config: &Config,
        name: Option<&str>,
        words: &Words,
    ) -> Result<Self, askama::Error> {
        let brand = &config.brand_name;
        let name = name.map(plain);
        let name = name.as_deref();
        Ok(Self {
            // A header. Names have no line breaks; one would be dropped here all the same.
            subject: words.subject.replace(char::is_control, " "),
            text: Text { brand, name, words }.render()?,
            html: Html {
                brand,
                color: config.brand_color.to_string(),
                on_color: config.brand_color.text().to_string(),
                name,
                words,
            }
            .render()?,
        })
    }
}
