//! Measures serde_json and serde_cbor, with typed values, on the files of a folder: `peer FOLDER`; a line of JSON for
//! each figure.
use serde::{de::DeserializeOwned, Deserialize, Serialize};
use serde_bytes::ByteBuf;
use std::{collections::HashMap, env, fs, hint::black_box, time::Instant};

#[derive(Serialize, Deserialize, PartialEq)]
struct Event {
    seq: i64,
    r#type: String,
    ts: String,
    span_id: String,
    text: String,
}

#[derive(Serialize, Deserialize, PartialEq)]
struct Run {
    run_id: String,
    session_key: String,
    agent_id: String,
    status: String,
    input: String,
    output: Option<String>,
    attempts: i64,
    created_at: String,
    ended_at: Option<String>,
    events: Vec<Event>,
}

#[derive(Serialize, Deserialize, PartialEq)]
struct Events {
    events: Vec<Event>,
}

type Four<T> = HashMap<String, HashMap<String, HashMap<String, HashMap<String, T>>>>;

#[derive(Serialize, Deserialize, PartialEq)]
struct Forest {
    trees: Vec<Four<Four<Four<Four<Four<Four<i64>>>>>>>,
}

// In JSON its byte strings would need base64url, which serde does not do: measured in CBOR alone.
#[derive(Serialize, Deserialize, PartialEq)]
struct Message {
    id: u64,
    name: String,
    digests: Vec<ByteBuf>,
    chunks: Vec<ByteBuf>,
}

#[derive(Serialize, Deserialize, PartialEq)]
struct Numbers {
    small: Vec<i64>,
    large: Vec<i64>,
    doubles: Vec<f64>,
}

#[derive(Serialize, Deserialize, PartialEq)]
struct Article {
    title: String,
    paragraphs: Vec<String>,
}

fn report(codec: &str, set: &str, format: &str, operation: &str, size: usize, mut call: impl FnMut()) {
    let calls = (2_000_000 / (size + 200)).max(1);
    let mut times: Vec<f64> = (0..15)
        .map(|_| {
            let start = Instant::now();
            (0..calls).for_each(|_| call());
            start.elapsed().as_nanos() as f64 / calls as f64
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!(
        "{{\"codec\":\"{codec}\",\"set\":\"{set}\",\"format\":\"{format}\",\"operation\":\"{operation}\",\"bytes\":{size},\"ns\":{}}}",
        times[7]
    );
}

fn measure<T: Serialize + DeserializeOwned + PartialEq>(folder: &str, set: &str, json: bool) {
    let data = fs::read(format!("{folder}/{set}.cbor")).unwrap();
    let value: T = serde_cbor::from_slice(&data).unwrap();
    assert!(serde_cbor::from_slice::<T>(&serde_cbor::to_vec(&value).unwrap()).unwrap() == value);
    let size = data.len();
    report("serde_cbor", set, "cbor", "decode", size, || drop(black_box(serde_cbor::from_slice::<T>(&data).unwrap())));
    report("serde_cbor", set, "cbor", "encode", size, || drop(black_box(serde_cbor::to_vec(&value).unwrap())));
    if !json {
        return;
    }
    let text = fs::read(format!("{folder}/{set}.json")).unwrap();
    assert!(serde_json::from_slice::<T>(&text).unwrap() == value);
    let size = text.len();
    report("serde_json", set, "json", "decode", size, || drop(black_box(serde_json::from_slice::<T>(&text).unwrap())));
    report("serde_json", set, "json", "encode", size, || drop(black_box(serde_json::to_vec(&value).unwrap())));
}

fn main() {
    let folder = env::args().nth(1).expect("peer FOLDER");
    measure::<Run>(&folder, "run", true);
    measure::<Events>(&folder, "events", true);
    measure::<Forest>(&folder, "deep", true);
    measure::<Message>(&folder, "bytes", false);
    measure::<Numbers>(&folder, "numbers", true);
    measure::<Article>(&folder, "chinese", true);
}
