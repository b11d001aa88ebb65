//! The `OpenAPI` document: from the table of operations and the types that are read and written.

use axum::http::StatusCode;
use schemars::{SchemaGenerator, generate::SchemaSettings};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use utoipa::openapi::{
    Components, ComponentsBuilder, ContentBuilder, HttpMethod, InfoBuilder, License, OpenApiBuilder, PathItem, Paths,
    PathsBuilder, Ref, RefOr, Required, Response, ResponseBuilder, Schema,
    header::HeaderBuilder,
    path::{Operation as Described, OperationBuilder, Parameter, ParameterBuilder, ParameterIn},
    request_body::RequestBodyBuilder,
    schema::{ObjectBuilder, Type},
    security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme},
};

use super::{
    PREFIX,
    operations::{OPERATIONS, Operation},
    problem::{REFUSALS, Written},
};

const ABOUT: &str = "Reviews of drafts, moods of messages, advice on conversations, and tips, for other programs. \
    Nothing that is sent is logged or kept. A body is JSON, UTF-8, at most 64 KiB; fields that are not known are \
    refused. Answers may gain fields; none changes its meaning or goes away. What goes wrong is told as \
    application/problem+json. An address that there is none of is answered with 404, a method that an address does \
    not know with 405 and Allow.";
const KEY: &str = "bearer";

/// The document; `require_keys` says whether the operations need a key.
pub(super) fn document(require_keys: bool) -> Value {
    let settings =
        || SchemaSettings::draft2020_12().with(|settings| settings.definitions_path = "/components/schemas".into());
    let mut asked = settings().into_generator();
    let mut answered = settings().for_serialize().into_generator();
    answered.subschema_for::<Written>();
    let mut paths = PathsBuilder::new();
    for operation in OPERATIONS {
        let described = described(operation, &mut asked, &mut answered, require_keys);
        paths = paths.path(format!("{PREFIX}{}", operation.path), PathItem::new(operation.method.clone(), described));
    }
    let document = OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("Bedside")
                .version(env!("CARGO_PKG_VERSION"))
                .description(Some(ABOUT))
                .license(Some(License::new(env!("CARGO_PKG_LICENSE"))))
                .build(),
        )
        .paths(with_itself(paths.build()))
        .components(Some(components()))
        .build();
    let mut document = serde_json::to_value(document).expect("the document is made of texts and numbers");
    // An OpenAPI 3.1 schema is a JSON schema, so these go in as they are: no field of them is lost on the way.
    let mut schemas = asked.take_definitions(true);
    schemas.extend(answered.take_definitions(true));
    for name in ["Review", "Mood"] {
        without_id(&mut schemas, name);
    }
    schemas.values_mut().for_each(unwrapped);
    document["components"]["schemas"] = schemas.into();
    document
}

fn described(
    operation: &Operation,
    asked: &mut SchemaGenerator,
    answered: &mut SchemaGenerator,
    require_keys: bool,
) -> Described {
    let schema = (operation.asked)(asked).to_value();
    let mut described = OperationBuilder::new()
        .operation_id(Some(operation.id))
        .summary(Some(operation.summary))
        .description(Some(operation.description))
        .security(SecurityRequirement::new::<_, [&str; 0], _>(KEY, []));
    if !require_keys {
        // “None at all” is enough, too.
        described = described.security(SecurityRequirement::default());
    }
    if operation.method == HttpMethod::Get {
        let name = schema["$ref"].as_str().and_then(|name| name.rsplit('/').next()).unwrap_or_default();
        let query = asked.definitions_mut().remove(name).unwrap_or_default();
        described = described.parameters(Some(parameters(&query, &(operation.example)())));
    } else {
        let content =
            ContentBuilder::new().schema(Some(typed::<RefOr<Schema>>(schema))).example(Some((operation.example)()));
        let body =
            RequestBodyBuilder::new().content("application/json", content.build()).required(Some(Required::True));
        described = described.request_body(Some(body.build()));
    }
    let answer = typed::<RefOr<Schema>>((operation.answer)(answered).to_value());
    let content = ContentBuilder::new().schema(Some(answer)).build();
    described = described
        .response("200", ResponseBuilder::new().description("The answer").content("application/json", content).build());
    for (status, _) in REFUSALS {
        if operation.refusals.contains(&status.as_u16()) {
            described = described.response(status.as_str(), Ref::from_response_name(name_of(*status)));
        }
    }
    described.build()
}

/// The fields of a query, as parameters.
fn parameters(query: &Value, example: &Value) -> Vec<Parameter> {
    let Some(fields) = query["properties"].as_object() else { return Vec::new() };
    let parameter = |(name, schema): (&String, &Value)| {
        let mut schema = schema.clone();
        let description = schema.as_object_mut().and_then(|schema| schema.remove("description"));
        if let Some(schema) = schema.as_object_mut() {
            schema.remove("default");
            schema.remove("examples");
        }
        let (schema, example) = (typed::<RefOr<Schema>>(schema), example.get(name).cloned());
        ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Query)
            .required(Required::False)
            .description(description.as_ref().and_then(Value::as_str))
            .schema(Some(schema))
            .example(example)
            .build()
    };
    fields.iter().map(parameter).collect()
}

/// The document tells of itself.
fn with_itself(mut paths: Paths) -> Paths {
    let object = ContentBuilder::new().schema(Some(ObjectBuilder::new().schema_type(Type::Object).build())).build();
    let operation = OperationBuilder::new()
        .operation_id(Some("openapi"))
        .summary(Some("This document"))
        .response(
            "200",
            ResponseBuilder::new().description("This document").content("application/json", object).build(),
        )
        .build();
    paths.add_path_operation(format!("{PREFIX}/openapi.json"), vec![HttpMethod::Get], operation);
    paths
}

fn components() -> Components {
    let mut key = Http::new(HttpAuthScheme::Bearer);
    key.description = Some("A key, made by: bedside key new NAME".to_owned());
    let mut components = ComponentsBuilder::new().security_scheme(KEY, SecurityScheme::Http(key));
    for (status, meaning) in REFUSALS {
        components = components.response(name_of(*status), refusal(*status, meaning));
    }
    components.build()
}

fn refusal(status: StatusCode, meaning: &str) -> Response {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let response = ResponseBuilder::new().description(meaning).content("application/problem+json", content);
    let (name, header, kind) = match status {
        StatusCode::TOO_MANY_REQUESTS => ("Retry-After", "Seconds to wait.", Type::Integer),
        StatusCode::UNAUTHORIZED => ("WWW-Authenticate", "How to show a key.", Type::String),
        StatusCode::METHOD_NOT_ALLOWED => ("Allow", "The methods that are known.", Type::String),
        _ => return response.build(),
    };
    let schema = ObjectBuilder::new().schema_type(kind).build();
    response.header(name, HeaderBuilder::new().schema(Some(schema)).description(Some(header)).build()).build()
}

/// `NotFound`: the status in words, as a name.
fn name_of(status: StatusCode) -> String {
    status.canonical_reason().unwrap_or_default().replace(' ', "")
}

/// Only lines of input bear an id that comes back.
fn without_id(schemas: &mut Map<String, Value>, name: &str) {
    if let Some(fields) = schemas.get_mut(name).and_then(|schema| schema["properties"].as_object_mut()) {
        fields.remove("id");
    }
}

/// Descriptions come from comments in the code, with its line breaks.
fn unwrapped(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(text) if name == "description" => *text = text.replace('\n', " "),
                    other => unwrapped(other),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(unwrapped),
        _ => {}
    }
}

fn typed<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).expect("a schema of ours is one that the document's model knows")
}
