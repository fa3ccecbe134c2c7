//! A shop with a virtual printer at its daemon's side.

use std::{
    io::{BufRead, BufReader, Write},
    net::SocketAddr,
    os::unix::net::UnixStream,
    path::PathBuf,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use sim::printer::{Args, Model, Running};

use super::{Shop, Talk};

const PATIENCE: Duration = Duration::from_secs(60);

/// A shop with one virtual printer.
pub(crate) struct Till {
    pub(crate) shop: Shop,
    pub(crate) printer: Option<Running>,
    pub(crate) arguments: Args,
}

impl Till {
    pub(crate) fn open(model: Model, speed: u32, receipts: &str) -> Till {
        let mut shop = Shop::closed("");
        let address: SocketAddr = "127.0.0.1:0".parse().unwrap();
        let arguments =
            Args::new(address, shop.path("control"), shop.path("paper")).with_model(model).with_speed(speed);
        let printer = Running::start(&arguments).unwrap();
        let front =
            format!("{receipts}\n[[printer]]\nname = \"front\"\nconnection = \"tcp://{}\"\n", printer.address());
        shop.config(&front);
        shop.start();
        Till { shop, printer: Some(printer), arguments }
    }

    /// The first printer's row.
    pub(crate) fn row(talk: &mut Talk) -> Value {
        talk.ok("printers", json!({}))["rows"][0].clone()
    }

    pub(crate) fn set(&self, change: &Value) {
        let mut control = BufReader::new(UnixStream::connect(&self.arguments.control).unwrap());
        control.get_mut().write_all(format!("{}\n", json!({ "set": change })).as_bytes()).unwrap();
        let mut answer = String::new();
        control.read_line(&mut answer).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&answer).unwrap(), json!({"ok": true}));
    }

    pub(crate) fn state(&self) -> Value {
        let mut control = BufReader::new(UnixStream::connect(&self.arguments.control).unwrap());
        control.get_mut().write_all(b"{\"get\":\"state\"}\n").unwrap();
        let mut answer = String::new();
        control.read_line(&mut answer).unwrap();
        serde_json::from_str(&answer).unwrap()
    }

    /// The texts of the sheets that came out, oldest first.
    pub(crate) fn sheets(&self) -> Vec<String> {
        let mut names: Vec<PathBuf> = std::fs::read_dir(&self.arguments.paper)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|end| end == "txt"))
            .collect();
        names.sort();
        names.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
    }
}

/// Asks again and again until it is so.
pub(crate) fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "{what}: never");
        std::thread::sleep(Duration::from_millis(10));
    }
}

pub(crate) fn job_until(talk: &mut Talk, id: &Value, state: &str, cause: &Value) -> Value {
    let mut job = Value::Null;
    let begun = Instant::now();
    loop {
        job = match talk.ok("job_show", json!({ "id": id })) {
            found if found["state"] == state && found["cause"] == *cause => return found,
            found if begun.elapsed() > PATIENCE => panic!("never {state} {cause}: {found}, before that {job}"),
            found => found,
        };
        std::thread::sleep(Duration::from_millis(10));
    }
}

pub(crate) fn newest_job(talk: &mut Talk) -> Value {
    talk.ok("jobs", json!({"limit": 1}))["rows"][0].clone()
}
