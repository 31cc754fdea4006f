//! `POST /api/accounts/signup`

use axum::extract::State;
use serde::Serialize;
use shared::model::{
    Account, AccountId, AccountName, AuditContext, ChangeKind, Country, EmailAddress, Member,
    NewAccount, Password, PendingLink, PersonalName, Role, Roles, Timestamp, User, UserId,
};
use shared::store::{Backoff, Credential, SignUp, SignedUp};
use shared::{Early, FromBody, Public, Reader, Reply, observe};

use crate::identity::Identity;

pub(crate) struct Body {
    email: EmailAddress,
    password: Password,
    first_name: PersonalName,
    last_name: PersonalName,
    account_name: AccountName,
    country: Country,
}

impl FromBody for Body {
    const IDEMPOTENT: bool = true;

    fn read(reader: &mut Reader) -> Option<Self> {
        let email = reader.text("email", EmailAddress::parse);
        let password = reader.text("password", |text| Password::parse(text, email.as_ref()));
        let first_name = reader.text("firstName", PersonalName::parse);
        let last_name = reader.text("lastName", PersonalName::parse);
        let account_name = reader.text("accountName", AccountName::parse);
        let country = reader.text("country", Country::parse);
        Some(Self {
            email: email?,
            password: password?,
            first_name: first_name?,
            last_name: last_name?,
            account_name: account_name?,
            country: country?,
        })
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    id: UserId,
    email: &'a EmailAddress,
    account_id: AccountId,
    account_name: &'a AccountName,
    created_at: Timestamp,
}

/// A user with a password, and an account that they own: all of it, or nothing.
pub(crate) async fn sign_up(
    State(identity): State<Identity>,
    request: Public<Body>,
) -> Result<Reply, Early> {
    let body = request.body;
    let now = identity.app.clock.now();
    let hash = identity.passwords.hash(body.password.clone()).await?;
    let keys = identity.keyring.keys().await;
    let saving = request
        .repeatable
        .map(|named| named.by_anybody(&keys.links));
    let act = AuditContext::new(&request.origin, None, now);
    let store = &identity.app.store;
    let mut held: Option<Credential> = None;
    let mut backoff = Backoff::new();
    loop {
        let user = person(&body, held.as_ref(), &identity, now);
        let act = act.clone().by(user.actor());
        let account = Account::new(AccountId::random(), account(&body), user.id, now);
        let owner = Member {
            owner: true,
            ..Member::new(account.id, &user, Roles::only(Role::Admin), now)
        };
        let location = format!("{}/api/accounts/{}", request.origin.base_url, account.id);
        let answer = Answer {
            id: user.id,
            email: &user.email,
            account_id: account.id,
            account_name: &account.name,
            created_at: now,
        };
        let reply = Reply::created(location, &answer);
        let signed_up = act.on_user(ChangeKind::UserSignedUp, user.id);
        let created = act.on_account(ChangeKind::AccountCreated, account.id);
        let new = SignUp {
            user: (&user, &signed_up),
            credential: &credential(&user, &hash),
            account: (&account, &created),
            owner: &owner,
            saving: saving.as_ref(),
            answer: &reply.to_saved(),
        };
        let outcome = match &held {
            None => store.sign_up(&new).await?,
            Some(held) => store.sign_up_invited(&new, held).await?,
        };
        match outcome {
            SignedUp::Done => {
                observe::count("signUps");
                return Ok(reply);
            }
            SignedUp::Replay(saved) => return Ok(Reply::replayed(&saved)?),
            SignedUp::Invited(credential) => held = Some(*credential),
            SignedUp::Raced => held = None,
        }
        backoff.wait().await?;
    }
}

/// The user who signs up: a new one, or the one that an invitation made for the address.
fn person(body: &Body, held: Option<&Credential>, identity: &Identity, now: Timestamp) -> User {
    let id = held.map_or_else(UserId::random, |held| held.user);
    let names = (body.first_name.clone(), body.last_name.clone());
    let lifetime = identity.app.config.limits.verification_lifetime;
    User {
        country: Some(body.country.clone()),
        credential: held.map_or(1, |held| held.version + 1),
        verification: Some(PendingLink::new(lifetime, now)),
        ..User::new(id, body.email.clone(), names, now)
    }
}

fn account(body: &Body) -> NewAccount {
    NewAccount {
        name: body.account_name.clone(),
        description: None,
        primary_contact: None,
        country: Some(body.country.clone()),
    }
}

fn credential(user: &User, hash: &str) -> Credential {
    Credential {
        user: user.id,
        hash: Some(hash.to_owned()),
        version: user.credential,
        first_name: user.first_name.clone(),
        last_name: user.last_name.clone(),
        email: user.email.clone(),
        reset: None,
        reset_mails: Vec::new(),
    }
}
