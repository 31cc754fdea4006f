//! `GET /api/users`

use axum::extract::State;
use serde::Serialize;
use shared::model::{EmailAddress, Error, Invalid, Mistake};
use shared::odata::{Binary, Literal, Query, Schema, Tree, Type};
use shared::store::ReadSet;
use shared::{App, Early, NoBody, NoPath, Reply, Signed};

use super::read::profile;
use crate::users::profile::Profile;

/// The one property by which a person is found.
const SCHEMA: &Schema = &Schema(&[("email", Type::String(EmailAddress::MAX_BYTES))]);

/// A list of one person, or of none.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Found {
    value: Vec<Profile>,
    count: usize,
    next_link: Option<String>,
}

/// The holder of an address.
pub(crate) async fn find(
    State(app): State<App>,
    request: Signed<NoPath, NoBody>,
) -> Result<Reply, Early> {
    let address = match asked(&request.query) {
        Ok(address) => address,
        Err(mistake) => {
            // A caller whose session has ended gets that error first.
            let now = app.clock.now();
            app.store.live_user(&request.caller, now).await?;
            return Err(mistake.into());
        }
    };
    let read = request.person(&app);
    let read = match &address {
        Some(address) => read.credential(address),
        None => read,
    };
    let person = read.read().await?;
    app.config.policy.require_platform_admin(&person.user)?;
    let holder = address
        .map(|address| person.snapshot.credential(&address))
        .transpose()?
        .flatten();
    let mut value = Vec::new();
    if let Some(holder) = holder {
        let reads = ReadSet::default().user(holder.user);
        let user = app.store.read(reads).await?.user(holder.user)?;
        if let Some(user) = user {
            value.push(profile(&app, user).await?);
        }
    }
    Ok(Reply::ok(&Found {
        count: value.len(),
        value,
        next_link: None,
    }))
}

/// The address in `$filter=email eq '...'`, which is the only form of the only option. `None` for text that is no address: nobody
/// holds it.
fn asked(options: &[(String, String)]) -> Result<Option<EmailAddress>, Error> {
    let query = Query::parse(options, SCHEMA).map_err(|mistakes| {
        let answered = |found: shared::odata::Mistake| refusal(&found.option, found.to_string());
        Error::InvalidQuery(mistakes.into_iter().map(answered).collect())
    })?;
    let others = options.iter().map(|(name, _)| name);
    let mut others = others.filter(|name| name.starts_with('$') && *name != "$filter");
    if let Some(other) = others.next() {
        let detail = "Position 1: people are found by `$filter` alone.";
        return Err(Error::InvalidQuery(vec![refusal(other, detail)]));
    }
    match query.filter.as_ref().map(shared::odata::Filter::tree) {
        Some(Tree::Binary(Binary::Eq, property, text, _)) => match (&**property, &**text) {
            (Tree::Property("email"), Tree::Literal(Literal::String(text))) => {
                Ok(EmailAddress::parse(text).ok())
            }
            _ => Err(other_form()),
        },
        _ => Err(other_form()),
    }
}

fn other_form() -> Error {
    let detail = "Position 1: people are found by `email eq '...'` alone.";
    Error::InvalidQuery(vec![refusal("$filter", detail)])
}

fn refusal(option: &str, detail: impl Into<std::borrow::Cow<'static, str>>) -> Mistake {
    Mistake::at(option, Invalid::new("INVALID_QUERY", detail))
}

#[cfg(test)]
mod tests {
    use super::asked;

    /// The address that is asked for, and `Err` for a refusal.
    fn found(options: &[(&str, &str)]) -> Result<Option<String>, ()> {
        let owned = options
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        let asked = asked(&owned.collect::<Vec<_>>()).map_err(drop)?;
        Ok(asked.map(|address| address.normal_form().to_owned()))
    }

    #[test]
    fn a_person_is_found_by_one_form_of_one_option() {
        let ada = Ok(Some("ada@example.com".to_owned()));
        assert_eq!(found(&[("$filter", "email eq 'Ada@Example.com'")]), ada);
        assert_eq!(
            found(&[("$filter", "email  EQ ('ada@example.com')"), ("x", "y")]),
            ada
        );
        assert_eq!(found(&[("$filter", "email eq 'ada'")]), Ok(None));
        for filter in [
            "",
            "email",
            "email ne 'ada@example.com'",
            "email eq null",
            "email eq 7",
            "email eq email",
            "'ada@example.com' eq email",
            "tolower(email) eq 'ada@example.com'",
            "not (email eq 'ada@example.com')",
            "email eq 'ada@example.com' or email eq 'grace@example.com'",
            "contains(email, 'ada')",
            "email in ('ada@example.com')",
            "id eq 7",
        ] {
            assert_eq!(found(&[("$filter", filter)]), Err(()), "{filter}");
        }
    }

    #[test]
    fn no_other_option_is_taken() {
        let filter = ("$filter", "email eq 'ada@example.com'");
        assert_eq!(found(&[]), Err(()));
        assert_eq!(found(&[("filter", filter.1)]), Err(()));
        assert_eq!(found(&[filter, filter]), Err(()));
        for other in [
            "$top",
            "$skip",
            "$count",
            "$orderby",
            "$select",
            "$search",
            "$skiptoken",
        ] {
            let text = if other == "$count" { "true" } else { "1" };
            assert_eq!(found(&[filter, (other, text)]), Err(()), "{other}");
        }
    }
}
