//! `PUT /api/accounts/{id}/owner`, `DELETE /api/accounts/{id}/owner`, `POST /api/accounts/{id}/owner/accept` and
//! `POST /api/accounts/{id}/owner/decline`

use axum::extract::State;
use serde::Serialize;
use shared::model::{
    Account, AccountId, ChangeKind, Conflict, DecidedBy, Denied, Error, Member, Missing,
    OwnershipOffer, Timestamp, UserId,
};
use shared::store::{AccountUpdate, Handover};
use shared::{Access, AccountPath, App, Early, FromBody, NoBody, Reader, Reply, Signed};

use crate::reply::reply;

pub(crate) struct Body {
    user: UserId,
}

impl FromBody for Body {
    fn read(reader: &mut Reader) -> Option<Self> {
        let user = reader.user_id("userId")?;
        Some(Self { user })
    }
}

/// An offer as it is answered.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OfferReply {
    account_id: AccountId,
    user_id: UserId,
    offered_at: Timestamp,
    expires_at: Timestamp,
}

impl OfferReply {
    fn new(account: AccountId, offer: &OwnershipOffer) -> Self {
        Self {
            account_id: account,
            user_id: offer.user,
            offered_at: offer.offered_at,
            expires_at: offer.expires_at,
        }
    }
}

/// The owner offers the account to an active, proven member. The platform hands it over at once.
pub(crate) async fn offer(
    State(app): State<App>,
    request: Signed<AccountPath, Body>,
) -> Result<Reply, Early> {
    let id = request.path.account;
    let nominee = request.body.user;
    let read = request.ownership(&app, id).member(nominee).user(nominee);
    let mut access = read.read().await?;
    let by = access.standing.may_hand_over()?;
    let member = access.member(nominee)?;
    access.require_recent_factor()?;
    let account = access.standing.account.clone();
    request.if_match.check(account.version)?;
    if nominee == account.owner {
        return Ok(reply(&account, access.now));
    }
    let user = access.snapshot.user(nominee)?.ok_or(Missing::User)?;
    member.may_own()?;
    if !user.verified {
        return Err(Conflict::MemberNotActive.into());
    }
    if by == DecidedBy::Platform {
        return hand_over(&app, &request, access, member).await;
    }
    let account = app
        .store
        .update_account(account, |account| {
            access.standing.account = account.clone();
            if access.standing.may_hand_over()? != by {
                return Err(Denied::Role.into());
            }
            request.if_match.check(account.version)?;
            let update = |account| AccountUpdate {
                account,
                change: access.audit.on_user(ChangeKind::OwnershipOffered, nominee),
            };
            Ok(account.offered_to(nominee, access.now).map(update))
        })
        .await?;
    let offer = account.offer_to(nominee, access.now)?;
    Ok(Reply::pending(&OfferReply::new(id, offer)).etag(account.version))
}

/// The platform hands the account over to `heir`.
async fn hand_over(
    app: &App,
    request: &Signed<AccountPath, Body>,
    mut access: Access,
    heir: Member,
) -> Result<Reply, Early> {
    let account = access.standing.account.clone();
    let limit = app.config.limits.accounts_per_owner;
    let handover = Handover { account, heir };
    let account = app
        .store
        .hand_over(handover, limit, |handover| {
            access.standing.account = handover.account.clone();
            let by = access.standing.may_hand_over()?;
            request.if_match.check(handover.account.version)?;
            handover.heir.may_own()?;
            let audit = access.audit.decided_by(by);
            let kind = ChangeKind::OwnershipTransferred;
            Ok(audit.on_account(kind, handover.account.id))
        })
        .await?;
    Ok(reply(&account, access.now))
}

/// The nominee accepts: the account is theirs, and the former owner keeps the role `admin`.
pub(crate) async fn accept(
    State(app): State<App>,
    request: Signed<AccountPath, NoBody>,
) -> Result<Reply, Early> {
    let id = request.path.account;
    let mut access = request.access(&app, id).read().await?;
    let heir = access.standing.may_accept_ownership()?.clone();
    let account = access.standing.account.clone();
    account.offer_to(heir.user, access.now)?;
    access.require_recent_factor()?;
    let limit = app.config.limits.accounts_per_owner;
    let handover = Handover { account, heir };
    let account = app
        .store
        .hand_over(handover, limit, |handover| {
            access.standing.account = handover.account.clone();
            access.standing.member = Some(handover.heir.clone());
            access.standing.may_accept_ownership()?;
            handover.account.offer_to(handover.heir.user, access.now)?;
            let kind = ChangeKind::OwnershipTransferred;
            Ok(access.audit.on_account(kind, id))
        })
        .await?;
    Ok(reply(&account, access.now))
}

/// The nominee declines, also in a suspended account.
pub(crate) async fn decline(
    State(app): State<App>,
    request: Signed<AccountPath, NoBody>,
) -> Result<Reply, Early> {
    let access = request.access(&app, request.path.account).read().await?;
    access.standing.may_decline_ownership()?;
    let nominee = access.standing.user.id;
    let end = |account: &Account| {
        account.offer_to(nominee, access.now)?;
        Ok(nominee)
    };
    end_offer(&app, &access, end).await
}

/// The owner withdraws the offer, also in a suspended account.
pub(crate) async fn withdraw(
    State(app): State<App>,
    request: Signed<AccountPath, NoBody>,
) -> Result<Reply, Early> {
    let access = request.ownership(&app, request.path.account).read().await?;
    access.standing.may_withdraw()?;
    let owner = access.standing.user.id;
    let end = |account: &Account| {
        if account.owner != owner {
            return Err(Denied::Role.into());
        }
        let offer = account.pending_owner.as_ref().ok_or(Missing::Transfer)?;
        account.offer_to(offer.user, access.now)?;
        request.if_match.check(account.version)?;
        Ok(offer.user)
    };
    end_offer(&app, &access, end).await
}

/// Ends the offer to `nominee`, who is found anew in each try.
async fn end_offer(
    app: &App,
    access: &Access,
    nominee: impl Fn(&Account) -> Result<UserId, Error>,
) -> Result<Reply, Early> {
    let account = access.standing.account.clone();
    app.store
        .update_account(account, |account| {
            let nominee = nominee(account)?;
            let change = access
                .audit
                .on_user(ChangeKind::OwnershipOfferEnded, nominee);
            let account = account.without_offer(access.now);
            Ok(Some(AccountUpdate { account, change }))
        })
        .await?;
    Ok(Reply::no_content())
}
