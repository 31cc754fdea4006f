//! `openapi.yaml` as the judge of every answer.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{LazyLock, Mutex, OnceLock, PoisonError};

use jsonschema::Validator;
use serde_json::{Value, json};

use super::Answer;

const TEXT: &str = include_str!("../../openapi.yaml");

/// The document, and the validators of its schemas.
pub(crate) struct OpenApi {
    document: Value,
    schemas: Mutex<BTreeMap<String, &'static Validator>>,
}

/// An operation that takes a body: method, path, and the names and schemas of the body's members.
pub(crate) type Body = (String, String, Vec<(String, Value)>);

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| serde_norway::from_str(TEXT).unwrap());

impl OpenApi {
    /// The one of this project.
    pub(crate) fn get() -> &'static Self {
        static DOCUMENTED: OnceLock<OpenApi> = OnceLock::new();
        DOCUMENTED.get_or_init(|| Self {
            document: DOCUMENT.clone(),
            schemas: Mutex::default(),
        })
    }

    /// Every operation, as `METHOD /path`.
    pub(crate) fn operations(&self) -> BTreeSet<String> {
        let methods = ["get", "head", "post", "put", "patch", "delete"];
        let paths = self.document["paths"].as_object().unwrap();
        let of = |(path, item): (&String, &Value)| {
            let item = item.as_object().unwrap().clone();
            let path = path.clone();
            let known = item
                .into_iter()
                .filter(move |(name, _)| methods.contains(&name.as_str()));
            known.map(move |(method, _)| format!("{} {path}", method.to_uppercase()))
        };
        paths.iter().flat_map(of).collect()
    }

    /// Those that need no sign-in.
    pub(crate) fn public_operations(&self) -> BTreeSet<String> {
        let public = |operation: &String| {
            let (method, path) = operation.split_once(' ').unwrap();
            let operation = &self.document["paths"][path][method.to_lowercase()];
            operation["security"] == json!([])
        };
        self.operations().into_iter().filter(public).collect()
    }

    /// Every refusal that a response allows, as `status CODE`.
    pub(crate) fn refusals(&self) -> BTreeSet<String> {
        let mut refusals = BTreeSet::new();
        let responses = self.document["components"]["responses"]
            .as_object()
            .unwrap();
        for response in responses.values() {
            let schema = &response["content"]["application/problem+json"]["schema"];
            for part in schema["allOf"].as_array().into_iter().flatten() {
                let status = &part["properties"]["status"]["const"];
                let codes = part["properties"]["code"]["enum"].as_array();
                for code in codes.into_iter().flatten() {
                    refusals.insert(format!("{status} {}", code.as_str().unwrap()));
                }
            }
        }
        refusals
    }

    /// Fails unless `problem` is a problem document.
    #[track_caller]
    pub(crate) fn check_problem(&self, problem: &Value) {
        let schema = json!({ "$ref": "#/components/schemas/Problem" });
        let validator = self.validator("a problem", &schema);
        let errors: Vec<_> = validator
            .iter_errors(problem)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{errors:#?} in {problem:#}");
    }

    /// The operations that answer `schema` with 200.
    pub(crate) fn answering(&self, schema: &str) -> Vec<String> {
        let reference = format!("#/components/schemas/{schema}");
        let named = |operation: &Value| {
            let content = &operation["responses"]["200"]["content"]["application/json"];
            content["schema"]["$ref"] == reference.as_str()
        };
        let paths = self.document["paths"].as_object().unwrap();
        let operations = paths.iter().flat_map(|(path, methods)| {
            let methods = methods.as_object().unwrap().iter();
            methods.map(move |(method, operation)| (path, method, operation))
        });
        operations
            .filter(|(_, _, operation)| named(operation))
            .map(|(path, method, _)| format!("{} {path}", method.to_uppercase()))
            .collect()
    }

    /// Every problem code that any answer may carry.
    pub(crate) fn codes(&self) -> BTreeSet<String> {
        let mut codes = BTreeSet::new();
        collect_codes(&self.document["components"], &mut codes);
        codes
    }

    /// Every problem code that an operation may be answered.
    pub(crate) fn codes_of(&self, method: &str, path: &str) -> BTreeSet<String> {
        let responses = &self.document["paths"][path][method]["responses"];
        let mut codes = BTreeSet::new();
        for response in responses.as_object().unwrap().values() {
            collect_codes(self.resolve(response), &mut codes);
        }
        codes
    }

    /// Fails unless the document allows `answer`: its status, headers and body.
    #[track_caller]
    pub(crate) fn check(&self, answer: &Answer) {
        let (operation, pointer) = self.operation(answer);
        let status = answer.status.as_u16().to_string();
        let key = format!("{pointer}/responses/{status}");
        let response = self.resolve(&operation["responses"][&status]);
        assert!(
            !response.is_null(),
            "openapi.yaml knows no {status} here: {answer:#?}"
        );
        for (name, header) in response["headers"].as_object().into_iter().flatten() {
            let required = self.resolve(header)["required"] == json!(true);
            assert!(
                !required || answer.headers.contains_key(name),
                "no {name}: {answer:#?}"
            );
        }
        let Some(content) = response["content"].as_object() else {
            assert_eq!(
                answer.text, "",
                "openapi.yaml knows no body here: {answer:#?}"
            );
            return;
        };
        let kind = answer.header("content-type");
        let text = kind.strip_suffix("; charset=utf-8");
        let media = content
            .get(text.unwrap_or(kind))
            .unwrap_or_else(|| panic!("{kind}: {answer:#?}"));
        let body = match text {
            Some(_) => Value::String(answer.text.clone()),
            None => answer.json(),
        };
        let errors: Vec<_> = self
            .validator(&key, &media["schema"])
            .iter_errors(&body)
            .map(|error| format!("{error} at {}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{errors:#?} in {answer:#?}");
    }

    /// Fails unless `answer` is what the document allows for its path, or the refusal of an unknown route.
    #[track_caller]
    pub(crate) fn judge(&self, answer: &Answer) {
        assert!(answer.status.as_u16() < 500, "{answer:#?}");
        if answer.status.as_u16() == 404 && answer.json()["code"] == "NOT_FOUND" {
            self.check_problem(&answer.json());
            assert_eq!(answer.header("content-type"), "application/problem+json");
        } else {
            self.check(answer);
        }
    }

    /// The operations that take a body.
    pub(crate) fn bodies(&self) -> Vec<Body> {
        let mut bodies = Vec::new();
        for operation in self.operations() {
            let (method, path) = operation.split_once(' ').unwrap();
            let described = &self.document["paths"][path][method.to_lowercase()];
            let content = &described["requestBody"]["content"]["application/json"];
            let schema = self.resolve(&content["schema"]);
            let Some(members) = schema["properties"].as_object() else {
                continue;
            };
            let members = members
                .iter()
                .map(|(name, schema)| (name.clone(), self.resolve(schema).clone()));
            bodies.push((method.to_owned(), path.to_owned(), members.collect()));
        }
        bodies
    }

    /// The operation that `answer` answers, by its most specific path.
    #[track_caller]
    fn operation(&self, answer: &Answer) -> (&Value, String) {
        let path = answer.path.split('?').next().unwrap();
        let paths = self.document["paths"].as_object().unwrap();
        let matching = paths.keys().filter(|template| matches(template, path));
        let template = matching.min_by_key(|template| template.matches('{').count());
        let template = template.unwrap_or_else(|| panic!("openapi.yaml knows no {path}"));
        let method = answer.method.as_str().to_lowercase();
        let operation = &paths[template][&method];
        assert!(
            !operation.is_null(),
            "openapi.yaml knows no {method} {template}"
        );
        (operation, format!("{method} {template}"))
    }

    fn validator(&self, key: &str, schema: &Value) -> &'static Validator {
        let mut schemas = self.schemas.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(validator) = schemas.get(key) {
            return validator;
        }
        // The schema among the components that its references name.
        let whole = json!({
            "allOf": [schema],
            "components": self.document["components"],
        });
        let validator = jsonschema::draft202012::new(&whole).unwrap();
        let validator: &'static Validator = Box::leak(Box::new(validator));
        schemas.insert(key.to_owned(), validator);
        validator
    }

    /// What `value` refers to, if it is a reference.
    fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        match value["$ref"].as_str() {
            Some(reference) => {
                let pointer = reference.strip_prefix('#').unwrap();
                self.resolve(self.document.pointer(pointer).unwrap())
            }
            None => value,
        }
    }
}

fn matches(template: &str, path: &str) -> bool {
    let (expected, given) = (template.split('/'), path.split('/'));
    template.split('/').count() == path.split('/').count()
        && expected
            .zip(given)
            .all(|(expected, given)| expected.starts_with('{') || expected == given)
}

fn collect_codes(value: &Value, codes: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            if let Some(code) = members.get("code") {
                let listed = code["enum"].as_array().into_iter().flatten();
                let single = Some(&code["const"]);
                let named = listed.chain(single).filter_map(Value::as_str);
                codes.extend(
                    named
                        .filter(|code| code.contains(char::is_uppercase))
                        .map(str::to_owned),
                );
            }
            members
                .values()
                .for_each(|member| collect_codes(member, codes));
        }
        Value::Array(elements) => elements
            .iter()
            .for_each(|element| collect_codes(element, codes)),
        _ => {}
    }
}
