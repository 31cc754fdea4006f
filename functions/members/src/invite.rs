//! `POST /api/accounts/{id}/users`

use axum::extract::State;
use shared::model::{
    AuditContext, Authority, Change, ChangeKind, Conflict, Delivery, EmailAddress, Error,
    Invitation, Member, MemberState, PersonalName, Roles, Standing, Timestamp, User, UserId,
};
use shared::store::{Added, Backoff, Credential, ReadSet, Saving};
use shared::{AccountPath, App, Early, FromBody, Reader, Repeatable, Reply, Signed};

use crate::allowance::Allowance;
use crate::reply::MemberReply;

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

/// Invites an address: an unknown one gets a user without a password, a known one keeps its own names.
pub(crate) async fn invite(
    State(app): State<App>,
    request: Signed<AccountPath, Body>,
) -> Result<Reply, Early> {
    let now = app.clock.now();
    let mut allowance = Allowance::new(&app, request.path.account, now);
    let ended = invited(&app, &request, &mut allowance, now).await;
    allowance.end(ended).await
}

async fn invited(
    app: &App,
    request: &Signed<AccountPath, Body>,
    allowance: &mut Allowance<'_>,
    now: Timestamp,
) -> Result<Reply, Early> {
    let id = request.path.account;
    let saving = request
        .repeatable
        .clone()
        .map(|named: Repeatable| named.by_user(request.caller.user));
    let mut backoff = Backoff::new();
    loop {
        let reads = ReadSet::standing(&request.caller, id)
            .credential(&request.body.email)
            .saved(saving.as_ref());
        let snapshot = app.store.read(reads).await?;
        snapshot.live_user(&request.caller, now)?;
        if let Some(saved) = snapshot.replay(saving.as_ref(), now)? {
            return Ok(Reply::replayed(&saved)?);
        }
        let standing = snapshot.standing(&request.caller, id, &app.config.policy, now)?;
        let authority = standing.may_manage()?;
        authority.may_give(&request.body.roles)?;
        let invite = Invite {
            app,
            standing: &standing,
            authority,
            act: AuditContext::new(&request.origin, Some(standing.user.actor()), now),
            base_url: &request.origin.base_url,
            saving: saving.as_ref(),
            now,
        };
        let added = match snapshot.credential(&request.body.email)? {
            Some(holder) => invite.known(&request.body, holder, allowance).await?,
            None => invite.unknown(&request.body, allowance).await?,
        };
        match added {
            Some(reply) => return Ok(reply),
            None => backoff.wait().await?,
        }
    }
}

/// What inviting somebody known and somebody unknown have in common.
struct Invite<'a> {
    app: &'a App,
    standing: &'a Standing,
    authority: Authority,
    act: AuditContext,
    base_url: &'a str,
    saving: Option<&'a Saving>,
    now: Timestamp,
}

impl Invite<'_> {
    async fn known(
        &self,
        body: &Body,
        holder: Credential,
        allowance: &mut Allowance<'_>,
    ) -> Result<Option<Reply>, Error> {
        let names = (holder.first_name, holder.last_name);
        let user = User::new(holder.user, holder.email, names, self.now);
        let mut replaced: Option<Member> = None;
        let mut backoff = Backoff::new();
        loop {
            let change = self.change(user.id);
            let member = self.member(&user, &body.roles, replaced.as_ref(), &change)?;
            let reply = self.reply(&member);
            allowance.take().await?;
            let added = self
                .app
                .store
                .add_member(
                    &member,
                    replaced.as_ref(),
                    &change,
                    self.saving,
                    &reply.to_saved(),
                )
                .await?;
            match added {
                Added::Done => return Ok(Some(reply)),
                Added::Replay(saved) => {
                    allowance.give_back().await;
                    return Ok(Some(Reply::replayed(&saved)?));
                }
                Added::Exists(standing) if standing.is_replaceable(self.now) => {
                    self.authority.may_replace(&standing)?;
                    replaced = Some(*standing);
                }
                Added::Exists(_) => return Err(Conflict::AlreadyMember.into()),
                Added::Raced => replaced = None,
            }
            backoff.wait().await?;
        }
    }

    async fn unknown(
        &self,
        body: &Body,
        allowance: &mut Allowance<'_>,
    ) -> Result<Option<Reply>, Error> {
        let names = (body.first_name.clone(), body.last_name.clone());
        let user = User::new(UserId::random(), body.email.clone(), names, self.now);
        let credential = Credential {
            user: user.id,
            hash: None,
            version: user.credential,
            first_name: user.first_name.clone(),
            last_name: user.last_name.clone(),
            email: user.email.clone(),
            reset: None,
            reset_mails: Vec::new(),
        };
        let change = self.change(user.id);
        let member = self.member(&user, &body.roles, None, &change)?;
        let reply = self.reply(&member);
        allowance.take().await?;
        // From where they were invited is told of the membership, where it can be found.
        let invited = self.act.clone().without_source_ip();
        let invited = invited.on_user(ChangeKind::UserInvited, user.id);
        let added = self
            .app
            .store
            .add_new_member(
                &member,
                (&user, &invited),
                &credential,
                &change,
                self.saving,
                &reply.to_saved(),
            )
            .await?;
        Ok(match added {
            Added::Done => Some(reply),
            Added::Replay(saved) => {
                allowance.give_back().await;
                Some(Reply::replayed(&saved)?)
            }
            Added::Exists(_) | Added::Raced => None,
        })
    }

    fn member(
        &self,
        user: &User,
        roles: &Roles,
        replaced: Option<&Member>,
        change: &Change,
    ) -> Result<Member, Error> {
        let limits = &self.app.config.limits;
        let invitation = Invitation::mailed(
            replaced.and_then(|replaced| replaced.invitation.as_ref()),
            self.standing.user.id,
            limits.invitation_lifetime,
            limits.invitation_mails_per_member_and_hour,
            self.now,
        )?;
        Ok(Member {
            state: MemberState::Invited,
            invitation: Some(invitation),
            delivery: Some(Delivery::queued(change)),
            version: replaced.map_or(1, |replaced| replaced.version + 1),
            ..Member::new(self.standing.account.id, user, roles.clone(), self.now)
        })
    }

    fn reply(&self, member: &Member) -> Reply {
        let (account, user) = (member.account, member.user);
        let location = format!("{}/api/accounts/{account}/users/{user}", self.base_url);
        Reply::created(location, &MemberReply::from(member)).etag(member.version)
    }

    fn change(&self, user: UserId) -> Change {
        self.act.on_user(ChangeKind::MemberInvited, user)
    }
}
