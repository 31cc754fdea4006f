//! What inviting an address and adding a user have in common.

use shared::model::{
    Authority, Change, ChangeKind, Conflict, Error, Invitation, Limits, Member, PersonalName,
    Roles, User, UserId,
};
use shared::{Access, App, Early};

/// A membership that the caller gives.
pub(crate) struct Joining<'a> {
    access: &'a Access,
    limits: &'a Limits,
    authority: Authority,
    roles: &'a Roles,
}

impl<'a> Joining<'a> {
    /// The caller may give `roles`.
    ///
    /// # Errors
    ///
    /// `Denied`, below the authority that it takes.
    pub(crate) fn new(app: &'a App, access: &'a Access, roles: &'a Roles) -> Result<Self, Early> {
        let authority = access.standing.may_manage()?;
        authority.may_give(roles)?;
        Ok(Self {
            access,
            limits: &app.config.limits,
            authority,
            roles,
        })
    }

    /// The record of it.
    pub(crate) fn change(&self, kind: ChangeKind, user: UserId) -> Change {
        self.access.audit.on_user(kind, user)
    }

    /// `user`, who is proven, as an active member in the place of `replaced`. The link in the notice leaves the account.
    ///
    /// # Errors
    ///
    /// Those of [`Self::in_place_of`] and of [`Invitation::mailed`].
    pub(crate) fn active(&self, user: &User, replaced: Option<&Member>) -> Result<Member, Error> {
        let member = self.in_place_of(replaced, user)?;
        let notice = self.mailed(replaced)?.as_notice();
        Ok(Member {
            invitation: Some(notice),
            ..member
        })
    }

    /// `user` as an invited member in the place of `replaced`, under the `names` that the caller typed. `change` asks for the
    /// mail.
    ///
    /// # Errors
    ///
    /// Those of [`Self::in_place_of`] and of [`Invitation::mailed`].
    pub(crate) fn invited(
        &self,
        user: &User,
        names: Option<(PersonalName, PersonalName)>,
        replaced: Option<&Member>,
        change: &Change,
    ) -> Result<Member, Error> {
        let member = self.in_place_of(replaced, user)?;
        Ok(member.awaiting(self.mailed(replaced)?, names, change))
    }

    /// An invitation with one more mail than `replaced` has had.
    fn mailed(&self, replaced: Option<&Member>) -> Result<Invitation, Error> {
        Invitation::mailed(
            replaced.and_then(|replaced| replaced.invitation.as_ref()),
            self.access.standing.user.id,
            self.limits.invitation_lifetime,
            self.limits.invitation_mails_per_member_and_hour,
            self.access.now,
        )
    }

    /// A new membership in the place of `replaced`.
    ///
    /// # Errors
    ///
    /// [`Error::ReauthenticationRequired`] to give `manage` or `admin`; [`Conflict::AlreadyMember`] unless `replaced` is removed or its invitation expired; `Denied` if the caller may not
    /// touch it.
    fn in_place_of(&self, replaced: Option<&Member>, user: &User) -> Result<Member, Error> {
        if self.roles.can_manage() {
            self.access.require_recent_factor()?;
        }
        let (account, now) = (self.access.standing.account.id, self.access.now);
        if let Some(replaced) = replaced {
            if !replaced.is_replaceable(now) {
                return Err(Conflict::AlreadyMember.into());
            }
            self.authority.may_replace(replaced)?;
        }
        Ok(Member {
            version: replaced.map_or(1, |replaced| replaced.version + 1),
            ..Member::new(account, user, self.roles.clone(), now)
        })
    }
}
