//! Which route a path and a method lead to, as API Gateway finds it: segment by segment, a fixed one before a variable.

use std::collections::BTreeMap;

use http::Method;

use crate::sam::Route;

/// The tree of resources.
#[derive(Debug, Default)]
pub(super) struct Resources {
    root: Node,
}

#[derive(Debug, Default)]
struct Node {
    path: String,
    fixed: BTreeMap<String, Node>,
    variable: Option<(String, Box<Node>)>,
    methods: BTreeMap<String, Target>,
}

#[derive(Debug)]
struct Target {
    function: String,
    authorizer: Option<String>,
}

/// What a request leads to.
#[derive(Debug)]
pub(super) enum Matched {
    /// SAM's answer to a preflight request.
    Preflight,
    /// A method of a resource.
    Route(Resource),
}

/// A method of a resource, with the values of its path's variables as sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Resource {
    pub(super) path: String,
    pub(super) function: String,
    pub(super) authorizer: Option<String>,
    pub(super) variables: Vec<(String, String)>,
}

impl Resources {
    pub(super) fn new(routes: Vec<Route>) -> Self {
        let mut root = Node::default();
        for route in routes {
            let mut node = &mut root;
            for segment in route
                .path
                .split('/')
                .skip(1)
                .filter(|segment| !segment.is_empty())
            {
                let variable = segment
                    .strip_prefix('{')
                    .and_then(|rest| rest.strip_suffix('}'));
                node = match variable {
                    Some(name) => {
                        let (_, next) = node
                            .variable
                            .get_or_insert_with(|| (name.to_owned(), Box::default()));
                        next
                    }
                    None => node.fixed.entry(segment.to_owned()).or_default(),
                };
            }
            node.path.clone_from(&route.path);
            let target = Target {
                function: route.function,
                authorizer: route.authorizer,
            };
            node.methods.insert(route.method, target);
        }
        Self { root }
    }

    /// The route of `path`, which is still percent-encoded.
    pub(super) fn find(&self, method: &Method, path: &str, cors: bool) -> Option<Matched> {
        let mut node = &self.root;
        let mut variables = Vec::new();
        for segment in path.strip_prefix('/')?.split('/') {
            if segment.is_empty() && path != "/" {
                return None;
            }
            node = match (node.fixed.get(segment), &node.variable) {
                (Some(next), _) => next,
                (None, Some((name, next))) => {
                    variables.push((name.clone(), segment.to_owned()));
                    next
                }
                (None, None) if path == "/" => node,
                (None, None) => return None,
            };
        }
        if let Some(target) = node
            .methods
            .get(method.as_str())
            .or_else(|| node.methods.get("ANY"))
        {
            return Some(Matched::Route(Resource {
                path: node.path.clone(),
                function: target.function.clone(),
                authorizer: target.authorizer.clone(),
                variables,
            }));
        }
        let preflight = cors && method == Method::OPTIONS && !node.methods.is_empty();
        preflight.then_some(Matched::Preflight)
    }
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::{Matched, Resources};
    use crate::sam::Route;

    fn found(method: &Method, path: &str) -> Option<String> {
        let route = |method: &str, path: &str| Route {
            method: method.into(),
            path: path.into(),
            function: "F".into(),
            authorizer: None,
        };
        let resources = Resources::new(vec![
            route("GET", "/api/accounts"),
            route("POST", "/api/accounts/signup"),
            route("GET", "/api/accounts/{id}"),
            route("GET", "/api/accounts/{id}/users/{userId}"),
        ]);
        match resources.find(method, path, true)? {
            Matched::Preflight => Some("preflight".into()),
            Matched::Route(resource) => {
                let variables = resource
                    .variables
                    .iter()
                    .map(|(name, value)| format!(" {name}={value}"));
                Some(resource.path + &variables.collect::<String>())
            }
        }
    }

    #[test]
    fn a_fixed_segment_comes_before_a_variable() {
        let get = |path| found(&Method::GET, path);
        assert_eq!(get("/api/accounts").unwrap(), "/api/accounts");
        assert_eq!(get("/api/accounts/7").unwrap(), "/api/accounts/{id} id=7");
        assert_eq!(
            get("/api/accounts/a%2Fb").unwrap(),
            "/api/accounts/{id} id=a%2Fb"
        );
        let member = "/api/accounts/{id}/users/{userId} id=7 userId=8";
        assert_eq!(get("/api/accounts/7/users/8").unwrap(), member);
        assert_eq!(
            found(&Method::POST, "/api/accounts/signup").unwrap(),
            "/api/accounts/signup"
        );
    }

    #[test]
    fn what_is_not_declared_is_not_there() {
        for path in [
            "/",
            "/api",
            "/api/accounts/",
            "/api//accounts",
            "/api/accounts/signup",
            "/x",
        ] {
            assert_eq!(found(&Method::GET, path), None, "{path}");
        }
        assert_eq!(found(&Method::PATCH, "/api/accounts"), None);
    }

    #[test]
    fn a_preflight_request_is_answered_for_every_resource() {
        assert_eq!(
            found(&Method::OPTIONS, "/api/accounts/7").unwrap(),
            "preflight"
        );
        assert_eq!(found(&Method::OPTIONS, "/api"), None);
    }
}
