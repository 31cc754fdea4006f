//! Which route a path and a method lead to, as API Gateway finds it: segment by segment, a fixed one before a variable, and a
//! greedy variable (`{page+}`) where nothing else is.

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
    /// Takes the rest of the path.
    greedy: Option<(String, Box<Node>)>,
    methods: BTreeMap<String, Target>,
}

#[derive(Debug)]
struct Target {
    function: String,
    authorizer: Option<String>,
}

/// The variables of a path, by name.
type Variables = Vec<(String, String)>;

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
    pub(super) variables: Variables,
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
                    Some(name) if name.ends_with('+') => {
                        let name = name.trim_end_matches('+').to_owned();
                        let (_, next) = node.greedy.get_or_insert_with(|| (name, Box::default()));
                        next
                    }
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
        let (node, variables) = self.resource(path)?;
        let methods = &node.methods;
        if let Some(target) = methods.get(method.as_str()).or_else(|| methods.get("ANY")) {
            return Some(Matched::Route(Resource {
                path: node.path.clone(),
                function: target.function.clone(),
                authorizer: target.authorizer.clone(),
                variables,
            }));
        }
        let preflight = cors && method == Method::OPTIONS;
        preflight.then_some(Matched::Preflight)
    }

    /// The resource of `path`, with its variables.
    fn resource(&self, path: &str) -> Option<(&Node, Variables)> {
        let path = path.strip_prefix('/')?;
        let mut node = &self.root;
        let mut variables = Variables::new();
        let mut greedy = None;
        let mut rest = path;
        while !rest.is_empty() {
            if let Some((name, next)) = &node.greedy {
                let mut variables = variables.clone();
                variables.push((name.clone(), rest.to_owned()));
                greedy = Some((&**next, variables));
            }
            let (segment, after) = rest.split_once('/').unwrap_or((rest, ""));
            node = match (node.fixed.get(segment), &node.variable) {
                // A slash at the end, or two in a row: no segment is empty.
                _ if segment.is_empty() || rest.len() == segment.len() + 1 => return greedy,
                (Some(next), _) => next,
                (None, Some((name, next))) => {
                    variables.push((name.clone(), segment.to_owned()));
                    next
                }
                (None, None) => return greedy,
            };
            rest = after;
        }
        if node.methods.is_empty() {
            return greedy;
        }
        Some((node, variables))
    }
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::{Matched, Resources};
    use crate::sam::Route;

    fn found(method: &Method, path: &str) -> Option<String> {
        found_among(&[], method, path)
    }

    fn found_among(more: &[&str], method: &Method, path: &str) -> Option<String> {
        let route = |method: &str, path: &str| Route {
            method: method.into(),
            path: path.into(),
            function: "F".into(),
            authorizer: None,
        };
        let mut routes = vec![
            route("GET", "/api/accounts"),
            route("POST", "/api/accounts/signup"),
            route("GET", "/api/accounts/{id}"),
            route("GET", "/api/accounts/{id}/users/{userId}"),
        ];
        routes.extend(more.iter().map(|path| route("GET", path)));
        let resources = Resources::new(routes);
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
    fn a_greedy_variable_takes_what_nothing_else_does() {
        let get = |path| found_among(&["/{page+}", "/"], &Method::GET, path);
        for (path, expected) in [
            ("/", "/"),
            ("/x", "/{page+} page=x"),
            ("/x/y%2F/z", "/{page+} page=x/y%2F/z"),
            ("/x/", "/{page+} page=x/"),
            ("//", "/{page+} page=/"),
            ("/api", "/{page+} page=api"),
            ("/api/accounts", "/api/accounts"),
            ("/api/accounts/", "/{page+} page=api/accounts/"),
            (
                "/api/accounts/7/users",
                "/{page+} page=api/accounts/7/users",
            ),
        ] {
            assert_eq!(get(path).as_deref(), Some(expected), "{path}");
        }
        // A resource without the method is not looked for elsewhere.
        assert_eq!(get("/api/accounts/signup"), None);
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
