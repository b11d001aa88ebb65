//! Reading a body: strictly as its schema says, and never repeating it.

use std::{fmt, marker::PhantomData};

use axum::extract::{FromRequest, Request};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, IntoDeserializer, MapAccess, Visitor, value::MapAccessDeserializer},
};
use serde_json::error::Category;

use super::{
    super::body::{self, Unread},
    problem::Problem,
};

/// What can be asked in a body.
pub(super) trait Asked: DeserializeOwned {
    /// What fits, in a sentence for whoever sent something else.
    const FITS: &'static str;

    /// Whether every length is within its bounds.
    fn fits(&self) -> bool;
}

/// A JSON body.
pub(super) struct Body<T>(pub(super) T);

impl<S: Send + Sync, T: Asked> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let bytes = body::json(request, state).await.map_err(|unread| match unread {
            Unread::NotJson => Problem::MediaType,
            Unread::TooSlow => Problem::TooSlow,
            Unread::TooLarge => Problem::TooLarge,
            Unread::Broken => Problem::NoBody,
        })?;
        let Object(asked) = serde_json::from_slice::<Object<T>>(&bytes).map_err(|error| match error.classify() {
            Category::Data => Problem::Unfit(T::FITS),
            _ => Problem::NotJson((error.line() > 0).then(|| (error.line(), error.column()))),
        })?;
        if asked.fits() { Ok(Self(asked)) } else { Err(Problem::Unfit(T::FITS)) }
    }
}

/// A struct that is written as an object: serde would take a list of its fields as well.
struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
            type Value = Object<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<Object<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(fields)).map(Object)
            }
        }
        deserializer.deserialize_map(Fields(PhantomData))
    }
}

/// A list of structs, each written as an object.
pub(super) fn objects<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    Ok(Vec::<Object<T>>::deserialize(deserializer)?.into_iter().map(|Object(one)| one).collect())
}

/// One of a few words, written as text: serde would take an object as well.
pub(super) fn word<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    T::deserialize(String::deserialize(deserializer)?.into_deserializer())
}

/// One of a few words, or null.
pub(super) fn optional_word<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::<String>::deserialize(deserializer)?.map(|word| T::deserialize(word.into_deserializer())).transpose()
}
