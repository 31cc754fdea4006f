//! `PUT /api/accounts/{id}/users/{userId}/invite`

use axum::extract::State;
use shared::model::{Authority, ChangeKind, Error, Invitation, Limits, Member};
use shared::store::Committed;
use shared::{Access, Early, IfMatch, Listing, MemberPath, NoBody, Reply, Signed};

use crate::allowance::Allowance;

/// A new link is mailed; the old one stops working.
pub(crate) async fn resend(
    State(listing): State<Listing>,
    request: Signed<MemberPath, NoBody>,
) -> Result<Reply, Early> {
    let MemberPath { account, user } = request.path;
    let app = &listing.app;
    let access = request.access(app, account).member(user).read().await?;
    let resending = Resending {
        access: &access,
        authority: access.standing.may_manage()?,
        if_match: &request.if_match,
        limits: &app.config.limits,
    };
    let member = access.member(user)?;
    // Refused for another reason, it takes no mail of the account's allowance.
    resending.invitation(&member)?;
    let change = access.audit.on_user(ChangeKind::InvitationResent, user);
    let work = async {
        let resent = app.store.update_member(member, &change, |member| {
            let invitation = resending.invitation(member)?;
            Ok(Some(member.invited(invitation, &change, access.now)))
        });
        Ok(Committed::Done(resent.await?))
    };
    let allowance = Allowance::new(&listing, &access).await?;
    let resent = Box::pin(allowance.spend(work)).await?;
    Ok(Reply::to(resent, |member| {
        Reply::success("Invitation email resent").etag(member.version)
    })?)
}

/// What decides whether a member's invitation is sent again.
struct Resending<'a> {
    access: &'a Access,
    authority: Authority,
    if_match: &'a IfMatch,
    limits: &'a Limits,
}

impl Resending<'_> {
    /// The invitation of `member` with one more mail.
    fn invitation(&self, member: &Member) -> Result<Invitation, Error> {
        self.authority.may_touch(member)?;
        self.if_match.check(member.version)?;
        let caller = self.access.standing.user.id;
        member.invitation_again(Some(caller), self.limits, self.access.now)
    }
}
