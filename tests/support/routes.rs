//! The one table of routes: what each answers every kind of caller, and a request that is right.

use reqwest::Method;
use serde_json::{Value, json};

use super::{PASSWORD, Person, Request, TestApp, invitation};

/// The callers, in the order of the table's columns. The stranger and everyone after owns an account of their own; the expired
/// token is the owner's.
pub(crate) const ROLES: [&str; 13] = [
    "no token",
    "bad token",
    "expired",
    "stranger",
    "removed",
    "suspended",
    "invited",
    "viewer",
    "user",
    "manage",
    "admin",
    "owner",
    "platform admin",
];

/// A route, as `METHOD /path`, and the status of its answer to each of [`ROLES`]. `401` is `UNAUTHENTICATED`, and `403` is
/// `UNAUTHORIZED`.
pub(crate) struct Route {
    pub(crate) name: &'static str,
    pub(crate) statuses: [u16; 13],
    /// Whether `RequireVerifiedEmail` refuses it while the address is not verified.
    pub(crate) waits: bool,
    user: fn(&Example) -> u64,
    body: fn(&Example) -> Value,
}

/// What the example of a request is about.
#[derive(Clone, Debug, Default)]
pub(crate) struct Example {
    pub(crate) account: u64,
    /// A member of the account.
    pub(crate) member: u64,
    /// A user who is no member.
    pub(crate) newcomer: u64,
    /// A member whose invitation is open.
    pub(crate) invited: u64,
    /// Makes the names of new accounts unique.
    pub(crate) name: String,
}

/// A route whose example has an empty object as its body.
const fn route(name: &'static str, statuses: [u16; 13]) -> Route {
    Route {
        name,
        statuses,
        waits: false,
        user: |example| example.member,
        body: |_| json!({}),
    }
}

impl Route {
    const fn body(mut self, body: fn(&Example) -> Value) -> Self {
        self.body = body;
        self
    }

    const fn user(mut self, user: fn(&Example) -> u64) -> Self {
        self.user = user;
        self
    }

    /// Refused until the caller's address is verified, with `RequireVerifiedEmail`.
    const fn waits(mut self) -> Self {
        self.waits = true;
        self
    }
}

/// Every route of the template; a test fails by the name of one without a row.
#[rustfmt::skip]
pub(crate) const ROUTES: [Route; 83] = [
    //                                                   none bad  exp. str. rem. sus. inv. view user man. adm. own. platform
    route("GET /api/accounts",                          [401, 401, 401, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200]).waits(),
    route("POST /api/accounts",                         [401, 401, 401, 201, 201, 201, 201, 201, 201, 201, 201, 201, 201]).waits()
        .body(|example| json!({ "name": format!("New of {}", example.name) })),
    route("GET /api/accounts/{id}",                     [401, 401, 401, 403, 403, 403, 403, 200, 200, 200, 200, 200, 200]).waits(),
    route("PUT /api/accounts/{id}",                     [401, 401, 401, 403, 403, 403, 403, 403, 403, 200, 200, 200, 403]).waits()
        .body(|_| json!({ "description": "mine" })),
    route("DELETE /api/accounts/{id}",                  [401, 401, 401, 403, 403, 403, 403, 403, 403, 403, 403, 200, 200]).waits(),
    route("PUT /api/accounts/{id}/owner",               [401, 401, 401, 403, 403, 403, 403, 403, 403, 403, 403, 202, 200]).waits()
        .body(|example| json!({ "userId": example.member })),
    // Nothing is offered.
    route("DELETE /api/accounts/{id}/owner",            [401, 401, 401, 403, 403, 403, 403, 403, 403, 403, 403, 404, 403]).waits(),
    route("POST /api/accounts/{id}/owner/accept",       [401, 401, 401, 403, 403, 403, 403, 404, 404, 404, 404, 404, 403]).waits(),
    route("POST /api/accounts/{id}/owner/decline",      [401, 401, 401, 403, 403, 403, 403, 404, 404, 404, 404, 404, 403]).waits(),
    route("GET /api/accounts/{id}/events",              [401, 401, 401, 403, 403, 403, 403, 403, 403, 200, 200, 200, 200]).waits(),
    route("GET /api/accounts/{id}/stats",               [401, 401, 401, 403, 403, 403, 403, 403, 403, 200, 200, 200, 200]).waits(),
    // An account that is not deleted: restoring it changes nothing.
    route("POST /api/accounts/{id}/restore",            [401, 401, 401, 403, 403, 403, 403, 403, 403, 403, 403, 200, 200]).waits(),
    route("GET /api/accounts/{id}/users",               [401, 401, 401, 403, 403, 403, 403, 200, 200, 200, 200, 200, 200]).waits(),
    route("POST /api/accounts/{id}/users",              [401, 401, 401, 403, 403, 403, 403, 403, 403, 201, 201, 201, 403]).waits()
        .body(|_| invitation("new@example.com", &["viewer"])),
    route("GET /api/accounts/{id}/users/{userId}",      [401, 401, 401, 403, 403, 403, 403, 200, 200, 200, 200, 200, 200]).waits(),
    route("POST /api/accounts/{id}/users/{userId}",     [401, 401, 401, 403, 403, 403, 403, 403, 403, 200, 200, 200, 403]).waits()
        .user(|example| example.newcomer).body(|_| json!({ "roles": ["viewer"] })),
    route("PUT /api/accounts/{id}/users/{userId}",      [401, 401, 401, 403, 403, 403, 403, 403, 403, 200, 200, 200, 403]).waits()
        .body(|_| json!({ "roles": ["viewer"] })),
    route("DELETE /api/accounts/{id}/users/{userId}",   [401, 401, 401, 403, 403, 403, 403, 403, 403, 200, 200, 200, 403]).waits(),
    route("PUT /api/accounts/{id}/users/{userId}/invite", [401, 401, 401, 403, 403, 403, 403, 403, 403, 200, 200, 200, 403]).waits()
        .user(|example| example.invited),
    route("GET /api/users/me",                          [401, 401, 401, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200]),
    route("PATCH /api/users/me",                        [401, 401, 401, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200])
        .body(|_| json!({ "country": "FR" })),
    route("DELETE /api/users/me",                       [401, 401, 401, 409, 409, 409, 409, 409, 409, 409, 409, 409, 409])
        .body(|_| json!({ "password": PASSWORD })),
    route("POST /api/users/me/email",                   [401, 401, 401, 202, 202, 202, 202, 202, 202, 202, 202, 202, 202])
        .body(|example| json!({ "email": format!("new-{}@example.com", example.name.replace(' ', "-")), "password": PASSWORD })),
    route("GET /api/users/me/sessions",                 [401, 401, 401, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200]),
    route("DELETE /api/users/me/sessions",              [401, 401, 401, 204, 204, 204, 204, 204, 204, 204, 204, 204, 204]),
    route("DELETE /api/users/me/sessions/{id}",         [401, 401, 401, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404]),
    route("GET /api/users/me/factors",                  [401, 401, 401, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200]),
    // For persons who have proved the address. They have no second factor here.
    route("POST /api/users/me/factors/totp",            [401, 401, 401, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200]),
    route("DELETE /api/users/me/factors/totp",          [401, 401, 401, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404]),
    // The example's empty body is refused.
    route("POST /api/users/me/factors/totp/confirm",    [401, 401, 401, 400, 400, 400, 400, 400, 400, 400, 400, 400, 400]),
    route("POST /api/users/me/factors/recovery-codes",  [401, 401, 401, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404]),
    route("POST /api/users/me/factors/passkeys/options", [401, 401, 401, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200]),
    route("POST /api/users/me/factors/passkeys",        [401, 401, 401, 400, 400, 400, 400, 400, 400, 400, 400, 400, 400]),
    route("PATCH /api/users/me/factors/passkeys/{id}",  [401, 401, 401, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404])
        .body(|_| json!({ "name": "Laptop" })),
    route("DELETE /api/users/me/factors/passkeys/{id}", [401, 401, 401, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404]),
    // For platform administrators, in a session with two factors.
    route("DELETE /api/users/{id}/factors",             [401, 401, 401, 403, 403, 403, 403, 403, 403, 403, 403, 403, 401]),
    // For the invited user, whose address is verified.
    route("GET /api/users/me/invitations",              [401, 401, 401, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200]),
    route("POST /api/users/me/invitations/{id}/accept", [401, 401, 401, 404, 404, 404, 200, 404, 404, 404, 404, 404, 404]),
    route("POST /api/users/me/invitations/{id}/decline", [401, 401, 401, 404, 404, 404, 204, 404, 404, 404, 404, 404, 404]),
    route("GET /api/users",                             [401, 401, 401, 400, 400, 400, 400, 400, 400, 400, 400, 400, 400]),
    route("GET /api/users/{id}",                        [401, 401, 401, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200]),
    route("PUT /api/users/{id}",                        [401, 401, 401, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200])
        .body(|_| json!({ "status": "active" })),
    // The person owns an account.
    route("DELETE /api/users/{id}",                     [401, 401, 401, 403, 403, 403, 403, 403, 403, 403, 403, 403, 409]),
    route("DELETE /api/users/{id}/sessions",            [401, 401, 401, 403, 403, 403, 403, 403, 403, 403, 403, 403, 204]),
    route("POST /api/auth/password",                    [401, 401, 401, 204, 204, 204, 204, 204, 204, 204, 204, 204, 204])
        .body(|_| json!({ "currentPassword": PASSWORD, "newPassword": PASSWORD })),
    route("POST /api/auth/reauthenticate",              [401, 401, 401, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200])
        .body(|_| json!({ "password": PASSWORD })),
    route("POST /api/auth/verify-email/resend",         [401, 401, 401, 202, 202, 202, 202, 202, 202, 202, 202, 202, 202]),
    // Public: the token is ignored, and the example's empty body is refused for every caller.
    route("POST /api/accounts/signup",                  [400; 13]),
    route("POST /api/auth/login",                       [400; 13]),
    route("POST /api/auth/login/second-factor",         [400; 13]),
    route("POST /api/auth/passkey/options",             [200; 13]),
    route("POST /api/auth/passkey/login",               [400; 13]),
    route("POST /api/auth/refresh",                     [400; 13]),
    route("POST /api/auth/logout",                      [400; 13]),
    route("POST /api/auth/verify-email",                [400; 13]),
    route("POST /api/users/me/email/confirm",           [400; 13]),
    route("POST /api/users/me/email/undo",              [400; 13]),
    route("POST /api/auth/password/forgot",             [400; 13]),
    route("POST /api/auth/password/reset",              [400; 13]),
    route("POST /api/invitations/lookup",               [400; 13]),
    route("POST /api/invitations/accept",               [400; 13]),
    route("POST /api/invitations/decline",              [400; 13]),
    route("GET /.well-known/jwks.json",                 [200; 13]),
    route("GET /.well-known/openid-configuration",      [200; 13]),
    route("GET /invitation",                            [200; 13]),
    route("GET /verify-email",                          [200; 13]),
    route("GET /reset-password",                        [200; 13]),
    route("GET /ownership",                             [200; 13]),
    route("GET /change-email",                          [200; 13]),
    route("GET /security",                              [200; 13]),
    route("GET /pages/security.js",                     [200; 13]),
    route("GET /pages/pages.js",                        [200; 13]),
    route("GET /pages/pages.css",                       [200; 13]),
    route("HEAD /.well-known/jwks.json",                [200; 13]),
    route("HEAD /.well-known/openid-configuration",     [200; 13]),
    route("HEAD /invitation",                           [200; 13]),
    route("HEAD /verify-email",                         [200; 13]),
    route("HEAD /reset-password",                       [200; 13]),
    route("HEAD /ownership",                            [200; 13]),
    route("HEAD /change-email",                         [200; 13]),
    route("HEAD /security",                             [200; 13]),
    route("GET /",                                      [404; 13]),
    route("GET /{page+}",                               [404; 13]),
];

impl Route {
    /// Those that need a token.
    pub(crate) fn guarded() -> impl Iterator<Item = &'static Self> {
        ROUTES.iter().filter(|route| route.is_guarded())
    }

    pub(crate) fn is_guarded(&self) -> bool {
        self.statuses[0] == 401
    }

    /// Whether it answers nothing but that there is nothing.
    pub(crate) fn is_missing(&self) -> bool {
        self.statuses == [404; 13]
    }

    /// The status of the answer to the owner.
    pub(crate) fn owner_status(&self) -> u16 {
        self.statuses[11]
    }

    pub(crate) fn method(&self) -> Method {
        let (method, _) = self.name.split_once(' ').unwrap();
        Method::from_bytes(method.as_bytes()).unwrap()
    }

    /// The path, with its variables in braces.
    pub(crate) fn template(&self) -> &'static str {
        self.name.split_once(' ').unwrap().1
    }

    /// Whether it is about an account, and not only about the caller.
    pub(crate) fn has_account(&self) -> bool {
        let own = self.has_session() || self.template().contains("/passkeys/");
        self.template().contains("{id}") && !own && !self.has_person()
    }

    /// Whether platform administrators alone get more than a refusal.
    pub(crate) fn is_of_platform(&self) -> bool {
        self.has_person()
    }

    /// Whether it is about a person, for the platform.
    fn has_person(&self) -> bool {
        self.template().starts_with("/api/users/{id}")
    }

    fn has_session(&self) -> bool {
        self.template().contains("/sessions/")
    }

    /// The path of `example`.
    pub(crate) fn path(&self, example: &Example) -> String {
        let id = if self.has_session() {
            "A".repeat(20)
        } else if self.has_person() {
            example.member.to_string()
        } else {
            example.account.to_string()
        };
        let user = (self.user)(example).to_string();
        self.template()
            .replace("{page+}", "nothing")
            .replace("{id}", &id)
            .replace("{userId}", &user)
    }

    /// The body of `example`, unless the method has none.
    pub(crate) fn example_body(&self, example: &Example) -> Option<Value> {
        let has_body = ![Method::GET, Method::HEAD].contains(&self.method());
        has_body.then(|| (self.body)(example))
    }

    /// The request of `example`, without a token.
    pub(crate) fn request(&self, app: &TestApp, example: &Example) -> Request {
        let request = app.request(self.method(), &self.path(example));
        match self.example_body(example) {
            Some(body) => request.json(&body),
            None => request,
        }
    }

    /// The request of `example` by `person`.
    pub(crate) fn request_by(&self, person: &Person, example: &Example) -> Request {
        self.request(person.app(), example).bearer(&person.token)
    }
}
