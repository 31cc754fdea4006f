//! A connection to DynamoDB that is open before the first event.

use std::convert::Infallible;
use std::error::Error;

use aws_sdk_dynamodb::config::endpoint::{DefaultResolver, Params, ResolveEndpoint as _};
use aws_sdk_dynamodb::config::http::HttpRequest;
use aws_smithy_runtime::client::orchestrator::operation::Operation;

use crate::aws::patience;
use crate::{App, Aws};

impl App {
    /// Opens the connection to DynamoDB, so that the first request need not wait for a handshake. After a failure, the first request
    /// tries again.
    pub async fn connect(&self) {
        // Boxed: the SDK's futures are large.
        if let Err(error) = Box::pin(self.aws.ping_dynamodb()).await {
            tracing::warn!(%error, "no connection to DynamoDB yet");
        }
    }
}

impl Aws {
    /// Asks the endpoint whether it is healthy. The request is not signed, so it takes no permission and no capacity. It leaves a
    /// connection in the pool that the client of DynamoDB uses.
    async fn ping_dynamodb(&self) -> Result<(), Box<dyn Error + Send + Sync>> {
        let ping = Operation::builder()
            .service_name("DynamoDB")
            .operation_name("Ping")
            .http_client(self.http.clone())
            .endpoint_url(&self.dynamodb_url().await?)
            // The pool has a part for each connect timeout.
            .timeout_config(patience())
            .no_auth()
            .no_retry()
            .serializer(|()| Ok(HttpRequest::empty()))
            .deserializer::<_, Infallible>(|_| Ok(()))
            .build();
        Ok(ping.invoke(()).await?)
    }

    /// Where the client of DynamoDB sends its calls.
    async fn dynamodb_url(&self) -> Result<String, Box<dyn Error + Send + Sync>> {
        if let Some(url) = &self.endpoints.dynamodb {
            return Ok(url.clone());
        }
        let params = Params::builder().region(self.region.to_string()).build()?;
        let endpoint = DefaultResolver::new().resolve_endpoint(&params).await?;
        Ok(endpoint.url().to_owned())
    }
}

#[cfg(test)]
mod tests;
