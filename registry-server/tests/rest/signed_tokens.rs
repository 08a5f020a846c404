//! Signed tokens of an issuer that is there: its keys, their rotation, its outages. Tokens are made here by hand, so that what
//! reads them is not what made them.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256,
    RSA_PSS_SHA256,
};
use axum::Router;
use axum::body::Body;
use axum::http::StatusCode;
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::support::{Answer, Api};

/// A key of the issuer.
enum Key {
    Rsa(RsaKeyPair),
    Ec(EcdsaKeyPair),
    Ed(Ed25519KeyPair),
}

fn encoded(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Key {
    fn rsa() -> Self {
        Self::Rsa(RsaKeyPair::generate(KeySize::Rsa2048).expect("a key"))
    }

    fn ec() -> Self {
        Self::Ec(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key"))
    }

    fn ed() -> Self {
        Self::Ed(Ed25519KeyPair::generate().expect("a key"))
    }

    /// The public part, as the issuer tells it.
    fn public(&self, kid: &str) -> Value {
        match self {
            Self::Rsa(key) => {
                let public = key.public_key();
                let (n, e) = (public.modulus(), public.exponent());
                let of =
                    |number: aws_lc_rs::io::Positive<'_>| encoded(number.big_endian_without_leading_zero());
                json!({ "kty": "RSA", "kid": kid, "use": "sig", "n": of(n), "e": of(e) })
            }
            Self::Ec(key) => {
                let point = key.public_key().as_ref();
                json!({ "kty": "EC", "crv": "P-256", "kid": kid, "x": encoded(&point[1..33]), "y": encoded(&point[33..]) })
            }
            Self::Ed(key) => {
                json!({ "kty": "OKP", "crv": "Ed25519", "kid": kid, "alg": "EdDSA", "x": encoded(key.public_key()) })
            }
        }
    }

    fn signature(&self, algorithm: &str, text: &str) -> Vec<u8> {
        let (random, bytes) = (SystemRandom::new(), text.as_bytes());
        match self {
            Self::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                let way: &dyn aws_lc_rs::signature::RsaEncoding =
                    if algorithm == "PS256" { &RSA_PSS_SHA256 } else { &RSA_PKCS1_SHA256 };
                key.sign(way, &random, bytes, &mut signature).expect("a signature");
                signature
            }
            Self::Ec(key) => key.sign(&random, bytes).expect("a signature").as_ref().to_vec(),
            Self::Ed(key) => key.sign(bytes).as_ref().to_vec(),
        }
    }

    /// A token with these claims.
    fn token(&self, algorithm: &str, kid: &str, claims: &Value) -> String {
        let head = unsigned(&json!({ "alg": algorithm, "kid": kid, "typ": "JWT" }), claims);
        format!("{head}.{}", encoded(self.signature(algorithm, &head)))
    }
}

fn unsigned(header: &Value, claims: &Value) -> String {
    format!("{}.{}", encoded(header.to_string()), encoded(claims.to_string()))
}

/// Seconds from now, as claims have times.
fn at(seconds: i64) -> i64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("it is past 1970").as_secs();
    i64::try_from(now).expect("it is not past 2^63") + seconds
}

/// Claims that are taken, with some changed; `null` takes one out.
fn claims(changes: Value) -> Value {
    let mut claims = json!({
        "iss": "https://issuer", "aud": ["other", "registry"], "sub": "alice", "exp": at(600), "groups": ["developers"],
    });
    let (Some(claims_of), Value::Object(changes)) = (claims.as_object_mut(), changes) else {
        panic!("claims are objects")
    };
    for (name, value) in changes {
        if value.is_null() {
            claims_of.remove(&name);
        } else {
            claims_of.insert(name, value);
        }
    }
    claims
}

/// An issuer with an HTTP server of its own.
struct Issuer {
    url: String,
    keys: Arc<Mutex<Value>>,
    is_away: Arc<AtomicBool>,
    asked: Arc<AtomicUsize>,
}

impl Issuer {
    async fn start(keys: &[Value]) -> Self {
        let keys = Arc::new(Mutex::new(json!({ "keys": keys })));
        let (is_away, asked) = (Arc::<AtomicBool>::default(), Arc::<AtomicUsize>::default());
        let answer = {
            let (keys, is_away, asked) = (keys.clone(), is_away.clone(), asked.clone());
            move || async move {
                asked.fetch_add(1, Ordering::SeqCst);
                let status =
                    if is_away.load(Ordering::SeqCst) { StatusCode::BAD_GATEWAY } else { StatusCode::OK };
                (status, keys.lock().expect("no test panics with it").to_string())
            }
        };
        let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/keys", socket.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(socket, Router::new().route("/keys", get(answer))).await });
        Self { url, keys, is_away, asked }
    }

    fn tell(&self, keys: &[Value]) {
        *self.keys.lock().expect("no test panics with it") = json!({ "keys": keys });
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    /// A registry that takes its tokens.
    async fn api(&self, more: &[(&str, &str)]) -> Api {
        let mut settings = vec![
            ("authentication.method", "BEARER"),
            ("oauthbearer.jwks.endpoint.url", self.url.as_str()),
            ("oauthbearer.expected.issuer", "https://issuer"),
            ("oauthbearer.expected.audience", "registry,others"),
            ("oauthbearer.algorithms", "RS256,PS256,ES256,EdDSA"),
        ];
        settings.extend(more);
        Api::with(&settings).await
    }
}

async fn ask(api: &Api, token: &str) -> Answer {
    api.send("GET", "/subjects", &[&format!("authorization: Bearer {token}")], Body::empty()).await
}

#[tokio::test]
async fn tokens_are_taken_that_the_issuer_signed_for_this_registry_and_now() {
    let (rsa, ec, ed, strange) = (Key::rsa(), Key::ec(), Key::ed(), Key::rsa());
    let mut for_secrets = rsa.public("encryption");
    for_secrets["use"] = json!("enc");
    let issuer = Issuer::start(&[rsa.public("rsa"), ec.public("ec"), ed.public("ed"), for_secrets]).await;
    let api = issuer.api(&[("oauthbearer.clock.skew.seconds", "30")]).await;
    let good = || claims(json!({}));
    let with = |changes: Value| rsa.token("RS256", "rsa", &claims(changes));
    let header = |header: Value| {
        let head = unsigned(&header, &good());
        format!("{head}.{}", encoded(rsa.signature("RS256", &head)))
    };
    let public_as_secret = |kid: &str| {
        let head = unsigned(&json!({ "alg": "HS256", "kid": kid }), &good());
        let secret = rsa.public("rsa")["n"].as_str().expect("a modulus").to_owned();
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), head.as_bytes());
        format!("{head}.{}", encoded(tag))
    };
    let signed = rsa.token("RS256", "rsa", &good());
    let (head, signature) = signed.rsplit_once('.').expect("three parts");
    let other_claims = unsigned(&json!({ "alg": "RS256", "kid": "rsa" }), &claims(json!({ "sub": "root" })));
    for (what, token, status) in [
        ("RS256", signed.clone(), 200),
        ("PS256", rsa.token("PS256", "rsa", &good()), 200),
        ("ES256", ec.token("ES256", "ec", &good()), 200),
        ("EdDSA", ed.token("EdDSA", "ed", &good()), 200),
        ("one audience", with(json!({ "aud": "others" })), 200),
        ("expired within the skew", with(json!({ "exp": at(-20) })), 200),
        ("valid within the skew", with(json!({ "nbf": at(20) })), 200),
        ("without a key's name", header(json!({ "alg": "RS256" })), 200),
        ("expired", with(json!({ "exp": at(-40) })), 401),
        ("without an end", with(json!({ "exp": null })), 401),
        ("an end that is no time", with(json!({ "exp": "tomorrow" })), 401),
        ("not valid yet", with(json!({ "nbf": at(40) })), 401),
        ("another issuer", with(json!({ "iss": "https://issuer.example" })), 401),
        ("no issuer", with(json!({ "iss": null })), 401),
        ("another audience", with(json!({ "aud": ["other"] })), 401),
        ("no audience", with(json!({ "aud": null })), 401),
        ("no name", with(json!({ "sub": null })), 401),
        ("an empty name", with(json!({ "sub": "" })), 401),
        ("a name that is no text", with(json!({ "sub": 7 })), 401),
        ("the name of nobody", with(json!({ "sub": "ANONYMOUS" })), 401),
        ("a name with an end of a line", with(json!({ "sub": "a\nb" })), 401),
        ("another's key", strange.token("RS256", "rsa", &good()), 401),
        ("a key for other uses", rsa.token("RS256", "encryption", &good()), 401),
        ("other claims", format!("{other_claims}.{signature}"), 401),
        ("no signature", format!("{head}."), 401),
        ("alg none", format!("{}.", unsigned(&json!({ "alg": "none" }), &good())), 401),
        (
            "alg none with a key's name",
            format!("{}.", unsigned(&json!({ "alg": "none", "kid": "rsa" }), &good())),
            401,
        ),
        ("the public key as a secret", public_as_secret("rsa"), 401),
        ("a signature that is not taken", header(json!({ "alg": "RS512", "kid": "rsa" })), 401),
        ("the key of another kind", rsa.token("RS256", "ec", &good()), 401),
        (
            "what must be understood",
            header(json!({ "alg": "RS256", "kid": "rsa", "crit": ["x"], "x": 1 })),
            401,
        ),
        ("its own key", header(json!({ "alg": "RS256", "kid": "mine", "jwk": strange.public("mine") })), 401),
        ("no token", "abc".to_owned(), 401),
        ("two parts", head.to_owned(), 401),
        ("too long", format!("{head}.{}", "a".repeat(20_000)), 401),
    ] {
        let answer = ask(&api, &token).await;
        assert_eq!(answer.status, status, "{what}: {}", answer.text);
        if status == 401 {
            assert_eq!(answer.text, r#"{"error_code":401,"message":"Unauthorized"}"#, "{what}");
            let challenge = answer.header("www-authenticate");
            assert_eq!(challenge, Some("Bearer realm=\"\", error=\"invalid_token\""), "{what}");
        }
    }
    let none = api.get("/subjects").await;
    assert_eq!((none.status, none.header("www-authenticate")), (401, Some("Bearer realm=\"\"")));
}

#[tokio::test]
async fn names_groups_and_demands_come_from_the_claims_that_settings_name() {
    let key = Key::ec();
    let issuer = Issuer::start(&[key.public("k")]).await;
    let api = issuer
        .api(&[
            ("oauthbearer.sub.claim.name", "client_id"),
            ("oauthbearer.groups.claim.name", "realm_access.roles"),
            ("oauthbearer.required.claims", "tenant=blue,scope=registry"),
            ("authentication.roles", "writers"),
        ])
        .await;
    let good = json!({
        "client_id": "orders", "realm_access": { "roles": ["writers"] }, "tenant": "blue", "scope": "openid registry",
    });
    for (change, status) in [
        (json!({}), 200),
        (json!({ "client_id": null }), 401),
        (json!({ "tenant": "red" }), 401),
        (json!({ "tenant": null }), 401),
        (json!({ "scope": "openid" }), 401),
        (json!({ "realm_access": { "roles": ["readers"] } }), 403),
        (json!({ "realm_access": null, "groups": ["writers"] }), 403),
    ] {
        let mut all = good.clone();
        all.as_object_mut().expect("an object").extend(change.as_object().expect("an object").clone());
        let answer = ask(&api, &key.token("ES256", "k", &claims(all))).await;
        assert_eq!(answer.status, status, "{change}: {}", answer.text);
    }
}

#[tokio::test]
async fn a_new_key_is_fetched_once_and_unknown_ones_do_not_flood_the_issuer() {
    let (old, new) = (Key::ec(), Key::ec());
    let issuer = Issuer::start(&[old.public("old")]).await;
    let api = issuer.api(&[("authentication.failures.per.minute", "1000")]).await;
    let of = |key: &Key, kid: &str| key.token("ES256", kid, &claims(json!({})));
    assert_eq!(issuer.asked(), 0, "nobody has shown a token yet");
    assert_eq!(ask(&api, &of(&old, "old")).await.status, 200);
    assert_eq!(issuer.asked(), 1);
    issuer.tell(&[old.public("old"), new.public("new")]);
    let (first, second) = (of(&new, "new"), of(&new, "new"));
    let both = tokio::join!(ask(&api, &first), ask(&api, &second));
    assert_eq!((both.0.status, both.1.status, issuer.asked()), (200, 200, 2));
    for kid in 0..20 {
        assert_eq!(ask(&api, &of(&new, &format!("none{kid}"))).await.status, 401);
    }
    assert_eq!(issuer.asked(), 2, "one fetch for unknown keys, and then none for a while");
    assert_eq!(ask(&api, &of(&old, "old")).await.status, 200);
}

#[tokio::test]
async fn while_the_issuer_is_away_the_keys_that_are_known_do() {
    let (known, withdrawn) = (Key::ec(), Key::ec());
    let issuer = Issuer::start(&[known.public("known"), withdrawn.public("withdrawn")]).await;
    issuer.is_away.store(true, Ordering::SeqCst);
    let api = issuer.api(&[("oauthbearer.jwks.endpoint.refresh.ms", "1")]).await;
    let token = |key: &Key, kid: &str| key.token("ES256", kid, &claims(json!({ "jti": issuer.asked() })));
    let answer = ask(&api, &token(&known, "known")).await;
    assert_eq!((answer.status, answer.error().0), (503, 503), "no keys were ever known: {}", answer.text);
    assert!(answer.header("retry-after").is_some());
    issuer.is_away.store(false, Ordering::SeqCst);
    until(async || ask(&api, &token(&known, "known")).await.status == 200).await;
    // Away, or answering what holds no keys.
    for broken in [true, false] {
        issuer.is_away.store(broken, Ordering::SeqCst);
        issuer.tell(&[]);
        let before = issuer.asked();
        until(async || {
            assert_eq!(ask(&api, &token(&known, "known")).await.status, 200);
            issuer.asked() > before + 1
        })
        .await;
        assert_eq!(ask(&api, &token(&withdrawn, "withdrawn")).await.status, 200);
    }
    // Also a token that was taken a moment ago is not when its key was withdrawn.
    let taken = token(&withdrawn, "withdrawn");
    assert_eq!(ask(&api, &taken).await.status, 200);
    issuer.tell(&[known.public("known")]);
    until(async || {
        assert_eq!(ask(&api, &token(&known, "known")).await.status, 200);
        ask(&api, &taken).await.status == 401
    })
    .await;
}

/// Asks again until it is so.
async fn until(is_so: impl AsyncFn() -> bool) {
    let asking = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), asking).await.expect("it becomes so");
}
