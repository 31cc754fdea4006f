//! Reads what DynamoDB says that a call consumed (`ReturnConsumedCapacity`).

use aws_sdk_dynamodb::config::interceptors::AfterDeserializationInterceptorContextRef;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
use aws_sdk_dynamodb::operation::batch_write_item::BatchWriteItemOutput;
use aws_sdk_dynamodb::operation::delete_item::DeleteItemOutput;
use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::put_item::PutItemOutput;
use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_sdk_dynamodb::operation::scan::ScanOutput;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsOutput;
use aws_sdk_dynamodb::operation::update_item::UpdateItemOutput;
use aws_sdk_dynamodb::types::ConsumedCapacity;
use observe::here;

/// Adds what each call consumed to the meter of its invocation.
#[derive(Debug)]
pub struct CountUnits;

const READING: bool = false;
const WRITING: bool = true;

impl Intercept for CountUnits {
    fn name(&self) -> &'static str {
        "CountUnits"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let (Some(meter), Ok(output)) = (here(), context.output_or_error()) else {
            return Ok(());
        };
        macro_rules! consumed {
            ($($output:ty: $writing:expr),+ $(,)?) => {
                $(if let Some(output) = output.downcast_ref::<$output>() {
                    meter.consume(output.consumed_capacity.as_ref().map_or(0.0, Consumed::units), $writing);
                })+
            };
        }
        consumed!(
            GetItemOutput: READING,
            BatchGetItemOutput: READING,
            QueryOutput: READING,
            ScanOutput: READING,
            PutItemOutput: WRITING,
            UpdateItemOutput: WRITING,
            DeleteItemOutput: WRITING,
            TransactWriteItemsOutput: WRITING,
            BatchWriteItemOutput: WRITING,
        );
        Ok(())
    }
}

/// One table's, or several tables' in a batch or a transaction.
trait Consumed {
    fn units(&self) -> f64;
}

impl Consumed for ConsumedCapacity {
    fn units(&self) -> f64 {
        self.capacity_units.unwrap_or_default()
    }
}

impl Consumed for Vec<ConsumedCapacity> {
    fn units(&self) -> f64 {
        self.iter().map(Consumed::units).sum()
    }
}
