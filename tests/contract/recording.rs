//! Records the event of a route that has none: the event of a similar route, with the path, the method and the example of this one.

use reqwest::Method;
use serde_json::{Map, Value, json};

use super::{root, text};
use crate::support::{Example, Route};

/// What a recording adds to `events/`.
pub(super) struct Recording {
    /// The case, as in `accounts/stats`.
    pub(super) case: String,
    pub(super) event: Value,
    status: u16,
    /// The case that the new one follows in the story.
    after: String,
}

/// A case of the story whose request succeeds, and its event.
struct Happy {
    case: String,
    event: Value,
}

/// A user's id in an example, and its placeholder in the story.
const USER: (u64, &str) = (9_000_000_001, "${bobId}");

/// Headers that belong to one request and not to its neighbours.
const OWN_HEADERS: [&str; 3] = ["Content-Type", "Idempotency-Key", "If-Match"];

/// The event of `route`, which the function of `folder` serves.
pub(super) fn record(route: &Route, folder: &str, story: &[Value]) -> Recording {
    let status = route.owner_status();
    assert!(
        status < 300 || route.is_missing(),
        "{}: its example is answered with {status}; record its event by hand",
        route.name
    );
    let happy = happy(folder, story);
    let number = 1 + happy
        .iter()
        .map(|one| number(&one.event))
        .max()
        .unwrap_or(0);
    let neighbour = neighbour(route, happy);
    Recording {
        case: unused_case(route, folder),
        event: event(route, neighbour.event, number),
        status,
        after: neighbour.case,
    }
}

impl Recording {
    /// Writes the event, and its case into the story.
    pub(super) fn write(&self) {
        let event = serde_json::to_string_pretty(&self.event).unwrap();
        let path = root().join(format!("events/{}.json", self.case));
        std::fs::write(path, event + "\n").unwrap();
        let story = self.told_in(&text("events/replay.json"));
        std::fs::write(root().join("events/replay.json"), story).unwrap();
    }

    /// The story with this case after its neighbour.
    pub(super) fn told_in(&self, story: &str) -> String {
        let neighbour = format!("    \"case\": \"{}\",", self.after);
        let start = story.find(&neighbour).unwrap();
        let end = start + story[start..].find("\n  }").unwrap() + "\n  }".len();
        let (case, status) = (&self.case, self.status);
        let body = match status {
            204 => "",
            _ if self.event["httpMethod"] == "HEAD" => "",
            _ => ",\n    \"body\": \"<any>\"",
        };
        let own =
            format!(",\n  {{\n    \"case\": \"{case}\",\n    \"status\": {status}{body}\n  }}");
        format!("{}{own}{}", &story[..end], &story[end..])
    }
}

fn happy(folder: &str, story: &[Value]) -> Vec<Happy> {
    let cases = story
        .iter()
        .filter(|case| case["status"].as_u64().is_some_and(|status| status < 300));
    let names = cases.filter_map(|case| case["case"].as_str());
    let own = names.filter(|name| name.split('/').next() == Some(folder));
    own.map(|name| Happy {
        case: name.to_owned(),
        event: serde_json::from_str(&text(format!("events/{name}.json"))).unwrap(),
    })
    .collect()
}

/// The first event of the same kind of caller that knows the route's variables, and shares most of its path.
fn neighbour(route: &Route, happy: Vec<Happy>) -> Happy {
    let variables = variables(route.template());
    let knows = |one: &Happy| {
        let guarded = one.event["requestContext"]["authorizer"].is_object();
        let mut known = variables.iter();
        guarded == route.is_guarded()
            && known.all(|name| one.event["pathParameters"][name].is_string())
    };
    let shared = |one: &Happy| {
        let other = one.event["resource"].as_str().unwrap();
        let pairs = route.template().split('/').zip(other.split('/'));
        pairs.take_while(|(own, other)| own == other).count()
    };
    let candidates = happy.into_iter().rev().filter(knows);
    candidates
        .max_by_key(shared)
        .unwrap_or_else(|| panic!("no event is similar to {}; record one by hand", route.name))
}

fn variables(template: &str) -> Vec<&str> {
    let segments = template.split('/');
    segments
        .filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
        .collect()
}

fn number(event: &Value) -> u64 {
    let id = event["requestContext"]["resourceId"].as_str();
    id.and_then(|id| id.trim_start_matches('r').parse().ok())
        .unwrap_or(0)
}

fn event(route: &Route, mut event: Value, number: u64) -> Value {
    let variables = variables(route.template());
    let known = event["pathParameters"].clone();
    let values: Map<String, Value> = variables
        .iter()
        .map(|name| ((*name).to_owned(), known[name].clone()))
        .collect();
    let path = values
        .iter()
        .fold(route.template().to_owned(), |path, (name, value)| {
            path.replace(&format!("{{{name}}}"), value.as_str().unwrap())
        });
    let method = route.method();
    event["resource"] = route.template().into();
    event["path"] = path.clone().into();
    event["httpMethod"] = method.as_str().into();
    event["pathParameters"] = if values.is_empty() {
        Value::Null
    } else {
        values.into()
    };
    event["queryStringParameters"] = Value::Null;
    event["multiValueQueryStringParameters"] = Value::Null;
    let context = &mut event["requestContext"];
    context["resourcePath"] = route.template().into();
    context["httpMethod"] = method.as_str().into();
    context["path"] = format!("/prod{path}").into();
    context["resourceId"] = format!("r{number:05}").into();
    context["extendedRequestId"] = format!("recorded{number:04}=").into();
    context["requestId"] = format!("00000000-0000-4000-8000-{number:012}").into();
    for headers in ["headers", "multiValueHeaders"] {
        let headers = event[headers].as_object_mut().unwrap();
        headers.retain(|name, _| !OWN_HEADERS.contains(&name.as_str()));
    }
    let trace = format!("Root=1-6a1e8f00-{number:024x}");
    event["multiValueHeaders"]["X-Amzn-Trace-Id"] = json!([trace]);
    event["headers"]["X-Amzn-Trace-Id"] = trace.into();
    event["body"] = Value::Null;
    if let Some(body) = body(route) {
        event["headers"]["Content-Type"] = "application/json".into();
        event["multiValueHeaders"]["Content-Type"] = json!(["application/json"]);
        event["body"] = body.into();
    }
    event
}

fn body(route: &Route) -> Option<String> {
    let (user, name) = USER;
    let example = Example {
        member: user,
        newcomer: user,
        invited: user,
        name: "Ada".into(),
        ..Example::default()
    };
    let body = route.example_body(&example)?.to_string();
    Some(body.replace(&user.to_string(), name))
}

/// Named by the end of the path; also by the method if that name is taken, or for `HEAD`, whose name `GET` has.
fn unused_case(route: &Route, folder: &str) -> String {
    let segments = route.template().rsplit('/');
    let mut segments = segments.filter(|segment| !segment.starts_with('{'));
    let last = segments.next().and_then(|last| last.split('.').next());
    let last = last.filter(|last| !last.is_empty()).unwrap_or("root");
    let method = route.method().as_str().to_lowercase();
    let mut names = vec![format!("{folder}/{method}-{last}")];
    if route.method() != Method::HEAD {
        names.insert(0, format!("{folder}/{last}"));
    }
    let exists = |name: &String| root().join(format!("events/{name}.json")).exists();
    let unused = names.into_iter().find(|name| !exists(name));
    unused.unwrap_or_else(|| {
        panic!(
            "the events of {} have names of others; record one by hand",
            route.name
        )
    })
}
