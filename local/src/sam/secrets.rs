//! The secrets that the template generates.

use super::evaluate::physical_name;
use super::{Template, TemplateError};

/// A secret of Secrets Manager.
#[derive(Clone, Debug)]
pub struct GeneratedSecret {
    /// The name; its `Ref` is an ARN that ends in it.
    pub name: String,
    /// The ARN.
    pub arn: String,
    /// How many characters to draw.
    pub length: usize,
    /// Whether punctuation is left out.
    pub letters_and_digits_only: bool,
    /// Characters that are left out besides.
    pub excluded: String,
}

/// The service's own default of `PasswordLength`.
const DEFAULT_LENGTH: u64 = 32;

impl Template {
    /// Every generated secret.
    ///
    /// # Errors
    ///
    /// One cannot be read.
    pub fn secrets(&self) -> Result<Vec<GeneratedSecret>, TemplateError> {
        let resources = self.resources_of("AWS::SecretsManager::Secret")?;
        let read = |(id, resource)| {
            let properties = self.properties(id, resource)?;
            let rules = &properties["GenerateSecretString"];
            let length = rules["PasswordLength"].as_u64().unwrap_or(DEFAULT_LENGTH);
            Ok(GeneratedSecret {
                name: physical_name(id),
                arn: self.scope.secret_arn(id),
                length: usize::try_from(length).unwrap_or_default(),
                letters_and_digits_only: rules["ExcludePunctuation"] == true,
                excluded: rules["ExcludeCharacters"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned(),
            })
        };
        resources.into_iter().map(read).collect()
    }
}
