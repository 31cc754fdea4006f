//! `POST /api/users/me/email`

use axum::extract::State;
use shared::model::{
    AuditContext, ChangeKind, EmailAddress, Error, Invalid, PasswordAttempt, UserId,
};
use shared::store::{LinkMail, Mailbox, ReadSet, TakenMail};
use shared::{App, Early, FromBody, NoPath, Reader, Reply, Signed};

use crate::identity::Identity;

pub(crate) struct Body {
    email: EmailAddress,
    password: PasswordAttempt,
}

impl FromBody for Body {
    fn read(reader: &mut Reader) -> Option<Self> {
        let email = reader.text("email", EmailAddress::parse);
        let password = reader.text("password", |text| Ok(PasswordAttempt::new(text)));
        Some(Self {
            email: email?,
            password: password?,
        })
    }
}

/// Mails a link to the new address and a notice to the present one. The answer and the calls are the same whoever holds the new
/// address.
pub(crate) async fn request(
    State(identity): State<Identity>,
    request: Signed<NoPath, Body>,
) -> Result<Reply, Early> {
    let App { clock, store, .. } = &identity.app;
    let email = &request.body.email;
    let person = request.person(&identity.app).credential(email).read();
    let person = person.await?;
    let user = &person.user;
    if user.email.normal_form() == email.normal_form() {
        let own = Invalid::new("ALREADY_YOURS", "This is your address already.");
        return Err(Error::invalid("/email", own).into());
    }
    person.require_recent()?;
    user.requesting(email.clone(), false, person.now)?;
    let password = request.body.password.clone();
    let credential = identity
        .prove_again(&user.email, password, &request.origin)
        .await?;
    if credential.user != user.id {
        return Err(Error::InvalidCredentials.into());
    }
    // Somebody is looked for in any case.
    let holder = person.snapshot.credential(email)?;
    let holder = holder.map_or_else(UserId::random, |holder| holder.user);
    let reads = ReadSet::default().user(holder);
    let (places, snapshot) =
        tokio::try_join!(places(&identity, &user.email, email), store.read(reads))?;
    let holder = snapshot.user(holder)?;
    let taken = holder.is_some_and(|holder| holder.verified);
    let now = clock.now();
    let audit = AuditContext::new(&request.origin, Some(user.actor()), now);
    let change = audit.on_user(ChangeKind::EmailChangeRequested, user.id);
    let requested = store.request_address(person.user, &change, |user| {
        user.requesting(email.clone(), taken, now)
    });
    if let Err(error) = requested.await {
        for place in &places {
            store.return_link_mail(place).await;
        }
        return Err(error.into());
    }
    Ok(Reply::accepted())
}

/// A place among the mails to each address, a few an hour: nobody mails others by asking for their addresses again and again.
async fn places(
    identity: &Identity,
    present: &EmailAddress,
    wanted: &EmailAddress,
) -> Result<[TakenMail; 2], Error> {
    let App {
        config,
        clock,
        store,
        ..
    } = &identity.app;
    let (keys, now) = (identity.keyring.keys().await, clock.now());
    let per_hour = config.limits.account_mails_per_address_and_hour;
    let take = |address: &EmailAddress| {
        let mailbox = Mailbox::of(address, &keys.links);
        store.take_link_mail(mailbox, LinkMail::AddressChange, per_hour, now)
    };
    match tokio::try_join!(take(present), take(wanted))? {
        (Ok(present), Ok(wanted)) => Ok([present, wanted]),
        (present, wanted) => {
            let mut until = now;
            for taken in [present, wanted] {
                match taken {
                    Ok(place) => store.return_link_mail(&place).await,
                    Err(free) => until = until.max(free),
                }
            }
            Err(Error::too_many_requests(until, now))
        }
    }
}
