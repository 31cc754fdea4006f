//! `accounts members`

use model::{EmailAddress, MemberStatus, PersonalName, Roles, Timestamp, UserId};
use serde::Serialize;
use store::{ListedMember, ReadRange};

use super::{Which, account};
use crate::text::{columns, optional, roles, yes};
use crate::{Connection, Failure, Output};

/// A member as the operator sees them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MemberShown {
    id: UserId,
    email: EmailAddress,
    email_verified: bool,
    first_name: Option<PersonalName>,
    last_name: Option<PersonalName>,
    status: Option<MemberStatus>,
    roles: Roles,
    owner: bool,
    created_at: Timestamp,
}

/// Lists the members, in the order of their ids.
pub(super) async fn members(
    which: &Which,
    limit: usize,
    connection: &Connection,
    output: &mut Output,
) -> Result<(), Failure> {
    let account = account(which, connection).await?;
    let range = ReadRange {
        after: None,
        backwards: false,
        limit,
    };
    let page = connection.store.members(account.id, range, None).await?;
    let members: Vec<_> = page.rows.into_iter().map(MemberShown::from).collect();
    output.answer(&members, || text(&members))
}

impl From<ListedMember> for MemberShown {
    fn from(member: ListedMember) -> Self {
        Self {
            status: member.status(),
            id: member.user,
            email: member.email,
            email_verified: member.verified,
            first_name: member.first_name,
            last_name: member.last_name,
            roles: member.roles,
            owner: member.owner,
            created_at: member.created_at,
        }
    }
}

fn text(members: &[MemberShown]) -> String {
    let rows = members.iter().map(|member| {
        let names = member.first_name.iter().chain(&member.last_name);
        let names: Vec<_> = names.map(ToString::to_string).collect();
        vec![
            member.id.to_string(),
            member.email.to_string(),
            names.join(" "),
            optional(member.status.map(MemberStatus::as_str).as_ref()),
            roles(&member.roles),
            yes(member.owner),
        ]
    });
    let titles = ["id", "address", "name", "status", "roles", "owner"];
    columns(&titles, &rows.collect::<Vec<_>>())
}
