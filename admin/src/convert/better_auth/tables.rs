//! The tables that are read, and of each what has a place here.

use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Tables {
    pub(super) user: Vec<User>,
    #[serde(default)]
    pub(super) account: Vec<Account>,
    #[serde(default)]
    pub(super) organization: Vec<Organization>,
    #[serde(default)]
    pub(super) member: Vec<Member>,
    #[serde(default)]
    pub(super) invitation: Vec<Invitation>,
    #[serde(default)]
    pub(super) two_factor: Vec<TwoFactor>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct User {
    pub(super) id: String,
    #[serde(default)]
    pub(super) name: String,
    pub(super) email: Option<String>,
    #[serde(default)]
    pub(super) email_verified: bool,
    #[serde(default)]
    pub(super) banned: Option<bool>,
    pub(super) created_at: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Account {
    pub(super) provider_id: String,
    pub(super) user_id: String,
    pub(super) password: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Organization {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) created_at: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Member {
    pub(super) organization_id: String,
    pub(super) user_id: String,
    pub(super) role: String,
    pub(super) created_at: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Invitation {
    pub(super) email: String,
    pub(super) inviter_id: Option<String>,
    pub(super) organization_id: String,
    pub(super) role: Option<String>,
    pub(super) status: String,
    pub(super) expires_at: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TwoFactor {
    pub(super) user_id: String,
}
