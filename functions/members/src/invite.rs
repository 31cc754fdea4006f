//! `POST /api/accounts/{id}/users`

use axum::extract::State;
use shared::model::{ChangeKind, EmailAddress, Error, Member, PersonalName, Roles, User, UserId};
use shared::store::{Credential, Existing, HeldAddress, NewMemberRows, NewPersonRows};
use shared::{Access, AccountPath, Early, FromBody, Listing, Reader, Reply, Signed};

use crate::allowance::Allowance;
use crate::joining::Joining;
use crate::reply::created;

pub(crate) struct Body {
    email: EmailAddress,
    first_name: PersonalName,
    last_name: PersonalName,
    roles: Roles,
}

impl FromBody for Body {
    const IDEMPOTENT: bool = true;

    fn read(reader: &mut Reader) -> Option<Self> {
        let email = reader.text("email", EmailAddress::parse);
        let first_name = reader.text("firstName", PersonalName::parse);
        let last_name = reader.text("lastName", PersonalName::parse);
        let roles = reader.roles();
        Some(Self {
            email: email?,
            first_name: first_name?,
            last_name: last_name?,
            roles: roles?,
        })
    }
}

/// Invites an address: an unknown one gets a user without a password. Until they accept, the member has the names that the caller
/// typed.
pub(crate) async fn invite(
    State(listing): State<Listing>,
    request: Signed<AccountPath, Body>,
) -> Result<Reply, Early> {
    let (body, account) = (&request.body, request.path.account);
    let app = &listing.app;
    let access = request.access(app, account).credential(&body.email);
    let access = access.read().await?;
    let joining = Joining::new(app, &access, &body.roles)?;
    let existing = Existing {
        holder: access.snapshot.credential(&body.email)?,
        held: access.snapshot.held(&body.email)?,
        member: None,
    };
    let answer = |member: &Member| {
        let (base, user) = (&request.origin.base_url, member.user);
        let location = format!("{base}/api/accounts/{account}/users/{user}");
        created(member, location)
    };
    let rows = |existing: &Existing| -> Result<NewMemberRows, Error> {
        let held = existing.held.as_ref();
        let (user, person) = match (&existing.holder, held) {
            (Some(holder), _) => (known(body, holder.user, &holder.email, &access), None),
            // A person has changed the address a while ago, and it is theirs still.
            (None, Some(held)) if held.lasts(access.now) => {
                (known(body, held.user, &held.email, &access), None)
            }
            (None, held) => unknown(body, held, &access),
        };
        let change = joining.change(ChangeKind::MemberInvited, user.id);
        let names = Some((body.first_name.clone(), body.last_name.clone()));
        let member = joining.invited(&user, names, existing.member.as_ref(), &change)?;
        Ok(NewMemberRows {
            answer: answer(&member).to_saved(),
            member,
            change,
            person,
        })
    };
    let work = app.store.add_member(existing, access.saving.as_ref(), rows);
    let allowance = Allowance::new(&listing, &access).await?;
    let invited = Box::pin(allowance.spend(work)).await?;
    Ok(Reply::to(invited, |member| answer(&member))?)
}

/// The holder of a known address, as the caller knows them.
fn known(body: &Body, holder: UserId, email: &EmailAddress, access: &Access) -> User {
    let names = (body.first_name.clone(), body.last_name.clone());
    User::new(holder, email.clone(), names, access.now)
}

/// The user that an unknown address gets: without names, because those that the caller typed are for the caller's account only.
fn unknown(
    body: &Body,
    held: Option<&HeldAddress>,
    access: &Access,
) -> (User, Option<NewPersonRows>) {
    let names = (PersonalName::unknown(), PersonalName::unknown());
    let user = User::new(UserId::random(), body.email.clone(), names, access.now);
    let credential = Credential::of(&user);
    // The source IP is recorded on `MemberInvited` only; erasure finds it there.
    let audit = access.audit.clone().without_source_ip();
    let person = NewPersonRows {
        change: audit.on_user(ChangeKind::UserInvited, user.id),
        credential,
        held: held.cloned(),
        user: user.clone(),
    };
    (user, Some(person))
}
