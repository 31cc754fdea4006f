//! What a function holds from its cold start on.

use std::sync::Arc;

use store::Store;

use crate::{Aws, Clock, Config, ConfigError, Vars};

/// The settings, the clock, the store and the means to make other clients. Cheap to clone: a router does it for each of its routes.
#[derive(Clone, Debug)]
pub struct App {
    /// What the deployment chose.
    pub config: Arc<Config>,
    /// What time it is.
    pub clock: Clock,
    /// The table.
    pub store: Store,
    /// What clients of other AWS services are made from.
    pub aws: Arc<Aws>,
}

impl App {
    /// An app with the settings in `vars`.
    ///
    /// # Errors
    ///
    /// The first variable that is missing or cannot be used.
    pub fn from_vars(vars: &Vars<'_>, clock: Clock) -> Result<Self, ConfigError> {
        let config = Arc::new(Config::from_vars(vars)?);
        let aws = Arc::new(Aws::from_vars(vars)?);
        Ok(Self {
            store: Store::new(aws.dynamodb(), config.table.clone()),
            config,
            clock,
            aws,
        })
    }

    /// An app with the settings that Lambda gives this process.
    ///
    /// # Errors
    ///
    /// The first variable that is missing or cannot be used.
    pub fn from_env() -> Result<Self, ConfigError> {
        #[expect(
            clippy::disallowed_methods,
            reason = "the one place that reads the environment"
        )]
        let vars = |name: &str| std::env::var(name).ok();
        Self::from_vars(&vars, Clock::System)
    }
}
