//! Memberships: their persons, invitations and copies.

use model::{Member, MemberState};
use store::{Listed, RowKey};

use super::Around;
use crate::check::{Finding, Kind};

impl Around {
    /// A membership is in its account and lists; one that is not removed agrees with its person.
    pub(super) fn member(
        &self,
        key: &RowKey,
        listed: &Listed<Member>,
        findings: &mut Vec<Finding>,
    ) {
        let member = &listed.row;
        let (account, user) = (member.account, member.user);
        if !self.has(&RowKey::account(account)) {
            self.of_account(key, account, findings);
            return;
        }
        if self.live_account(account).is_some() {
            self.listed(key, account, listed, findings);
        }
        let waits = member.state == MemberState::Invited;
        if waits != member.delivery.is_some() {
            let detail = if waits {
                "an invited member without the delivery of a mail"
            } else {
                "the delivery of a mail, and no invitation that waits"
            };
            findings.push(Finding::new(Kind::DeliveryMisplaced, key, detail));
        }
        if waits && member.invitation.is_none() {
            let detail = "invited, and nothing to accept";
            findings.push(Finding::new(Kind::MemberWithoutInvitation, key, detail));
        }
        if member.state == MemberState::Removed {
            return;
        }
        let live = self.live_account(account);
        if live.is_some_and(|account| member.owner && account.owner != user) {
            let detail = "the owner's flag, and the account is another's";
            findings.push(Finding::new(Kind::SecondOwner, key, detail));
        }
        let Some(person) = self.user(user) else {
            // An unreadable person is a finding of their own. A deleted account keeps whom it had.
            if live.is_some() && !self.has(&RowKey::user(user)) {
                let detail = format!("there is no user {user}");
                findings.push(Finding::new(Kind::MemberWithoutPerson, key, detail));
            }
            return;
        };
        if waits {
            return;
        }
        let person = &person.user;
        if live.is_some_and(|account| !account.admits(person)) {
            let detail = format!("user {user} has not proved {}", person.email);
            findings.push(Finding::new(Kind::UnprovenMember, key, detail));
        }
        let own = (
            &member.email,
            member.first_name.as_ref(),
            member.last_name.as_ref(),
        );
        let theirs = (
            &person.email,
            Some(&person.first_name),
            Some(&person.last_name),
        );
        if live.is_some() && (own != theirs || (person.verified && !member.verified)) {
            let detail = format!("the address or the names of user {user} are others");
            findings.push(Finding::new(Kind::CopyOutdated, key, detail));
        }
    }
}
