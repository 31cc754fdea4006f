//! What an export reads: the members of one account. It reads everything by [`Store::scan`].

use aws_sdk_dynamodb::types::ReturnConsumedCapacity;
use model::{AccountId, Error, Member};

use super::purge::{Found, Place};
use super::table_error::TableError;
use super::users::text;
use super::{Store, keys, rows};

impl Store {
    /// The next members of `account`, removed ones left out.
    ///
    /// # Errors
    ///
    /// A row does not read back; [`Error::Unavailable`] or [`Error::Internal`].
    pub async fn export_members(
        &self,
        account: AccountId,
        from: Option<Place>,
    ) -> Result<Found<Member>, Error> {
        let answer = self
            .client
            .query()
            .table_name(self.table())
            .key_condition_expression("pk = :pk AND begins_with(sk, :member)")
            .expression_attribute_values(":pk", text(&keys::account_partition(account)))
            .expression_attribute_values(":member", text(keys::MEMBER_PREFIX))
            .consistent_read(true)
            .set_exclusive_start_key(from.map(|place| place.0))
            .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
            .send()
            .await
            .map_err(TableError::from)?;
        let members = answer.items().iter().map(rows::member);
        let members = members.collect::<Result<Vec<_>, _>>()?;
        let present = members
            .into_iter()
            .filter(|member| member.status().is_some());
        Ok(Found {
            rows: present.collect(),
            next: answer.last_evaluated_key.map(Place),
        })
    }
}
