//! The environment of a function: what the template declares for it and what Lambda adds.

use std::collections::BTreeMap;

use crate::options::External;
use crate::sam::{Function, REGION, physical_name};

/// Where the functions find what AWS would be to them.
#[derive(Clone, Debug)]
pub(crate) struct Surroundings {
    pub(crate) dynamodb: String,
    pub(crate) ses: String,
    pub(crate) secrets_manager: String,
    pub(crate) eventbridge: String,
    pub(crate) external: Option<External>,
}

impl Surroundings {
    /// The variables of an environment of `function` whose access key is `key`.
    pub(crate) fn environment_of(
        &self,
        function: &Function,
        key: &str,
    ) -> BTreeMap<String, String> {
        let name = physical_name(&function.id);
        let mut variables = function.environment.clone();
        let mut set = |name: &str, value: &str| {
            variables.insert(name.to_owned(), value.to_owned());
        };
        set("AWS_LAMBDA_FUNCTION_NAME", &name);
        set("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST");
        set(
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
            &function.memory.to_string(),
        );
        set("AWS_LAMBDA_LOG_GROUP_NAME", &format!("/aws/lambda/{name}"));
        set("AWS_LAMBDA_LOG_STREAM_NAME", "local");
        set("AWS_ENDPOINT_URL_DYNAMODB", &self.dynamodb);
        set("AWS_ENDPOINT_URL_DYNAMODB_STREAMS", &self.dynamodb);
        set("AWS_ENDPOINT_URL_SES", &self.ses);
        set("AWS_ENDPOINT_URL_SECRETS_MANAGER", &self.secrets_manager);
        set("AWS_ENDPOINT_URL_EVENTBRIDGE", &self.eventbridge);
        if let Some(external) = &self.external {
            set("AWS_REGION", &external.region);
            set("AWS_ACCESS_KEY_ID", &external.access_key_id);
            set("AWS_SECRET_ACCESS_KEY", &external.secret_access_key);
            if let Some(token) = &external.session_token {
                set("AWS_SESSION_TOKEN", token);
            }
        } else {
            set("AWS_REGION", REGION);
            // The key says who calls, as a role would.
            set("AWS_ACCESS_KEY_ID", key);
            set("AWS_SECRET_ACCESS_KEY", "local");
        }
        variables
    }
}
