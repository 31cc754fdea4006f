//! `GET` and `PATCH /api/users/me`

use axum::extract::State;
use shared::model::{ChangeKind, Country, PersonalName, Timestamp, User};
use shared::{App, Early, FromBody, NoBody, NoPath, Patch, Reader, Reply, Signed};

use super::profile::Profile;

/// Who the caller is, and where they belong.
pub(crate) async fn get(
    State(app): State<App>,
    request: Signed<NoPath, NoBody>,
) -> Result<Reply, Early> {
    let (person, memberships) = tokio::join!(
        request.person(&app).read(),
        app.store.memberships(request.caller.user),
    );
    let profile = Profile::new(&app, person?.user, memberships?);
    Ok(Reply::ok(&profile.await?))
}

pub(crate) struct Body {
    first_name: Option<PersonalName>,
    last_name: Option<PersonalName>,
    country: Patch<Country>,
}

impl FromBody for Body {
    fn read(reader: &mut Reader) -> Option<Self> {
        reader.not_empty();
        let first_name = reader.change("firstName", PersonalName::parse);
        let last_name = reader.change("lastName", PersonalName::parse);
        let country = reader.patch("country", Country::parse);
        Some(Self {
            first_name: first_name?,
            last_name: last_name?,
            country: country?,
        })
    }
}

/// Changes names and country.
pub(crate) async fn change(
    State(app): State<App>,
    request: Signed<NoPath, Body>,
) -> Result<Reply, Early> {
    let (person, memberships) = tokio::join!(
        request.person(&app).read(),
        app.store.memberships(request.caller.user),
    );
    let person = person?;
    let change = person
        .audit
        .on_user(ChangeKind::UserChanged, person.user.id);
    let updated = app.store.update_profile(person.user, &change, |user| {
        request.body.applied_to(user, person.now)
    });
    let profile = Profile::new(&app, updated.await?, memberships?);
    Ok(Reply::ok(&profile.await?))
}

impl Body {
    fn applied_to(&self, user: &User, now: Timestamp) -> User {
        let first = self.first_name.as_ref().unwrap_or(&user.first_name);
        let last = self.last_name.as_ref().unwrap_or(&user.last_name);
        User {
            country: self.country.clone().apply(user.country.clone()),
            ..user.named(first, last, now)
        }
    }
}
