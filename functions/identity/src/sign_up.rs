//! `POST /api/accounts/signup`

use axum::extract::State;
use serde::Serialize;
use shared::model::{
    Account, AccountId, AccountName, AuditContext, ChangeKind, Country, EmailAddress, Error, Known,
    Member, NewAccount, Origin, Password, PendingLink, PersonalName, Role, Roles, Timestamp, User,
    UserId,
};
use shared::store::{Committed, Credential, LinkMail, Mailbox, Network, SignUp};
use shared::{App, Early, FromBody, Public, Reader, Reply, observe};

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
        let password = reader.text("password", Password::parse);
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
struct SignUpResponse<'a> {
    id: UserId,
    email: &'a EmailAddress,
    account_id: AccountId,
    account_name: &'a AccountName,
    created_at: Timestamp,
}

/// A user with a password, and an account that they own: all of it, or nothing. The verification mail is sent within the limits of
/// the address.
pub(crate) async fn sign_up(
    State(identity): State<Identity>,
    request: Public<Body>,
) -> Result<Reply, Early> {
    let App {
        config,
        clock,
        store,
        ..
    } = &identity.app;
    let body = &request.body;
    body.require_own_password(&config.brand_name)?;
    let (limits, now) = (&config.limits, clock.now());
    let keys = identity.keyring.keys().await;
    let network = Network::of(&request.origin, &keys.links);
    let mailbox = Mailbox::of(&body.email, &keys.links);
    let (counted, mail) = tokio::join!(
        store.count_sign_up(network, limits.sign_ups_per_source_and_hour, now),
        store.take_link_mail(
            mailbox,
            LinkMail::Verification,
            limits.account_mails_per_address_and_hour,
            now
        ),
    );
    let mail = mail?.ok();
    let signed_up = match counted {
        Ok(()) => create(&identity, &request, now, mail.is_some()).await,
        Err(error) => Err(error),
    };
    if let (false, Some(mail)) = (matches!(signed_up, Ok(Committed::Done(_))), &mail) {
        store.return_link_mail(mail).await;
    }
    let reply = Reply::to(signed_up?, |new| reply(&new, &request.origin))?;
    Ok(reply)
}

/// The user and the account, with a mail if `mailed`.
async fn create(
    identity: &Identity,
    request: &Public<Body>,
    now: Timestamp,
    mailed: bool,
) -> Result<Committed<SignUp>, Error> {
    let body = &request.body;
    let hash = identity.passwords.hash(body.password.clone()).await?;
    let keys = identity.keyring.keys().await;
    let named = request.repeatable.clone();
    let saving = named.map(|named| named.by_anybody(&keys.links));
    let audit = AuditContext::new(&request.origin, None, now);
    let lifetime = identity.app.config.limits.verification_lifetime;
    let store = &identity.app.store;
    let signed_up = store
        .sign_up(saving.as_ref(), |invited| {
            let user = body.user(invited, PendingLink::new(lifetime, now), now);
            let audit = audit.clone().by(user.actor());
            let account = Account::new(AccountId::random(), body.account(), user.id, now);
            let owner = Member {
                owner: true,
                ..Member::new(account.id, &user, Roles::only(Role::Admin), now)
            };
            let signed_up = audit.on_user(ChangeKind::UserSignedUp, user.id);
            let mut new = SignUp {
                credential: Credential {
                    hash: Some(hash.clone()),
                    ..Credential::of(&user)
                },
                owner,
                signed_up: if mailed {
                    signed_up
                } else {
                    signed_up.unmailed()
                },
                created: audit.on_account(ChangeKind::AccountCreated, account.id),
                answer: Vec::new(),
                user,
                account,
            };
            new.answer = reply(&new, &request.origin).to_saved();
            new
        })
        .await?;
    if let Committed::Done(_) = &signed_up {
        observe::count("signUps");
    }
    Ok(signed_up)
}

fn reply(new: &SignUp, origin: &Origin) -> Reply {
    let location = format!("{}/api/accounts/{}", origin.base_url, new.account.id);
    let answer = SignUpResponse {
        id: new.user.id,
        email: &new.user.email,
        account_id: new.account.id,
        account_name: &new.account.name,
        created_at: new.account.created_at,
    };
    Reply::created(location, &answer)
}

impl Body {
    /// The user who signs up: a new one, or the one that an invitation made for the address.
    fn user(&self, invited: Option<&Credential>, link: PendingLink, now: Timestamp) -> User {
        let id = invited.map_or_else(UserId::random, |invited| invited.user);
        let names = (self.first_name.clone(), self.last_name.clone());
        User {
            country: Some(self.country.clone()),
            credential: invited.map_or(1, |invited| invited.version + 1),
            verification: Some(link),
            ..User::new(id, self.email.clone(), names, now)
        }
    }

    fn account(&self) -> NewAccount {
        NewAccount {
            name: self.account_name.clone(),
            description: None,
            primary_contact: None,
            country: Some(self.country.clone()),
        }
    }

    fn require_own_password(&self, brand: &str) -> Result<(), Error> {
        let known = Known::brand(brand)
            .address(&self.email)
            .names(&self.first_name, &self.last_name)
            .account(&self.account_name);
        let differs = self.password.differs_from(&known);
        differs.map_err(|invalid| Error::invalid("/password", invalid))
    }
}
