//! The whole way, timed through the socket with the real daemon and a printer that answers at once: sale accepted
//! durably, reprint request to first byte at the printer, a burst of receipts, first page by index, one scan step,
//! memory. Prints rows for the README's table; `.ci/figures` puts them there.
//!
//! `COUNTERFOIL_BENCH_ROWS` transactions (default 20,000) are put into the store first.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a bench")]

use std::{
    fs::File,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    os::unix::net::UnixStream,
    path::Path,
    process::{Child, Command},
    sync::mpsc::{self, Receiver},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

/// A printer that takes everything at once and answers DLE EOT, GS a and GS ( H; tells when the first byte of a job
/// (ESC @) came.
fn printer(jobs: mpsc::Sender<Instant>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            answer(stream.unwrap(), &jobs);
        }
    });
    port
}

fn answer(mut stream: TcpStream, jobs: &mpsc::Sender<Instant>) {
    stream.set_nodelay(true).unwrap();
    let mut buffer = [0; 65_536];
    while let Ok(count @ 1..) = stream.read(&mut buffer) {
        let (now, seen) = (Instant::now(), &buffer[..count]);
        let mut answers = Vec::new();
        for (at, window) in seen.windows(3).enumerate() {
            match window {
                [0x10, 0x04, 1] => answers.push(0x16),
                [0x10, 0x04, 2..=4] => answers.push(0x12),
                [0x1B, 0x40, ..] => jobs.send(now).unwrap(),
                [0x1D, 0x61, items] if *items > 0 => answers.extend([0x14, 0, 0, 0]),
                [0x1D, 0x28, 0x48] => {
                    let tag = &seen[at + 7..at + 11];
                    answers.extend([0x37, 0x22]);
                    answers.extend(tag);
                    answers.push(0);
                }
                _ => {}
            }
        }
        if stream.write_all(&answers).is_err() {
            return;
        }
    }
}

struct Talk {
    stream: BufReader<UnixStream>,
}

impl Talk {
    fn to(socket: &Path) -> Talk {
        let stream = (0..600)
            .find_map(|_| {
                thread::sleep(Duration::from_millis(50));
                UnixStream::connect(socket).ok()
            })
            .expect("the daemon answers within 30 s");
        let mut talk = Talk { stream: BufReader::new(stream) };
        talk.send(&json!({"hello": {"program": "bench", "version": "0", "protocol": 1}}));
        talk.read();
        talk
    }

    fn send(&mut self, request: &Value) {
        self.stream.get_mut().write_all(format!("{request}\n").as_bytes()).unwrap();
    }

    fn read(&mut self) -> Value {
        let mut line = String::new();
        self.stream.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }

    fn ask(&mut self, verb: &str, body: Value) -> Value {
        self.send(&json!({"id": 1, verb: body}));
        let mut answer = self.read();
        assert!(answer.get("ok").is_some(), "{verb}: {answer}");
        answer["ok"].take()
    }
}

fn sale(n: u64) -> Value {
    let spread = n.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 24;
    json!({
        "source": "bench", "source_id": format!("b{n}"), "kind": "sale", "amount": 100 + spread % 50_000,
        "time": format!("2026-{:02}-{:02}T{:02}:{:02}:00+08:00", 1 + n / 40_000 % 10, 1 + n / 1440 % 28, n / 60 % 24, n % 60),
        "status": "approved", "method": if n.is_multiple_of(3) { "card" } else { "wechat" },
        "card": format!("622202******{:04}", spread % 10_000), "issuer": "中国工商银行",
        "terminal_id": "12345678", "merchant_id": "898110012345678", "voucher": format!("{:06}", n % 1_000_000),
        "batch": format!("{:06}", n / 1000 % 1_000_000), "reference": format!("{:012}", spread % 1_000_000_000_000),
        "order": format!("W{n:013}"), "operator": "01",
        "items": [{"name": "可口可乐 330ml", "quantity": 2, "amount": 60}, {"name": "农夫山泉 550ml", "quantity": 1, "amount": 40}],
    })
}

/// Median, 95th and 99th percentile in milliseconds.
fn spread(mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    let at = |share: usize| times[(times.len() * share / 100).min(times.len() - 1)].as_secs_f64() * 1000.0;
    format!("{:.2} / {:.2} / {:.2} ms", at(50), at(95), at(99))
}

fn row(what: &str, figure: &str) {
    println!("| {what} | {figure} |");
}

fn fsync(folder: &Path) -> Vec<Duration> {
    let mut file = File::create(folder.join("plain")).unwrap();
    (0..200)
        .map(|_| {
            let start = Instant::now();
            file.write_all(&[7; 65_536]).unwrap();
            file.sync_data().unwrap();
            start.elapsed()
        })
        .collect()
}

fn timed(count: u64, mut act: impl FnMut(u64)) -> Vec<Duration> {
    (0..count)
        .map(|n| {
            let start = Instant::now();
            act(n);
            start.elapsed()
        })
        .collect()
}

struct Daemon(Child);

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn main() {
    let rows: u64 = std::env::var("COUNTERFOIL_BENCH_ROWS").ok().and_then(|n| n.parse().ok()).unwrap_or(20_000);
    let folder = tempfile::tempdir().unwrap();
    let (seen, first_bytes) = mpsc::channel();
    let port = printer(seen);
    let config = folder.path().join("c.toml");
    let socket = folder.path().join("s.sock");
    let text = format!(
        "[shop]\nname = \"红梅便利店\"\ntimezone = \"Asia/Shanghai\"\n[store]\npath = {:?}\n[spooler]\nsocket = {socket:?}\n\
         [[printer]]\nname = \"front\"\nconnection = \"tcp://127.0.0.1:{port}\"\n",
        folder.path().join("state")
    );
    std::fs::write(&config, text).unwrap();
    let start = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_counterfoil-spooler"));
        Daemon(command.arg("--config").arg(&config).env("RUST_LOG", "warn").spawn().unwrap())
    };
    let mut daemon = start();
    let mut talk = Talk::to(&socket);
    load(&mut talk, rows);

    row("the disk alone: write 64 KiB and fsync, p50 / p95 / p99", &spread(fsync(folder.path())));
    let accepted = timed(300, |n| drop(talk.ask("record", sale(rows + n))));
    row("sale accepted durably, through the socket", &spread(accepted));
    row("reprint request to first byte of the job at the printer", &spread(reprints(&mut talk, &first_bytes)));
    row("burst of 1,000 receipts, each durable and proven", &burst(&mut talk, &first_bytes));
    let last_four = |n: u64| json!({"search": format!("{:04}", n * 7919 % 10_000)});
    let pages = timed(500, |n| drop(talk.ask("transactions", last_four(n))));
    row(&format!("first page by last four over {rows} rows"), &spread(pages));
    let steps = timed(100, |_| drop(talk.ask("transactions", json!({"search": "ali"}))));
    row("one scan step (at most 20,000 rows)", &spread(steps));
    let status = talk.ask("status", json!({}));
    row("daemon's memory after that", &format!("{:.1} MiB", status["rss_bytes"].as_f64().unwrap() / 1_048_576.0));
    row("store on disk", &format!("{:.0} MiB", status["store_bytes"].as_f64().unwrap() / 1_048_576.0));
    drop(talk);

    daemon.0.kill().unwrap();
    daemon.0.wait().unwrap();
    let killed = Instant::now();
    let _daemon = start();
    drop(Talk::to(&socket));
    row("kill -9 to answering again", &format!("{:.2} s", killed.elapsed().as_secs_f64()));
}

fn load(talk: &mut Talk, rows: u64) {
    let mut under_way = 0;
    for n in 0..rows {
        talk.send(&json!({"id": n, "record": sale(n)}));
        under_way += 1;
        if under_way == 200 {
            assert!(talk.read().get("ok").is_some());
            under_way -= 1;
        }
    }
    for _ in 0..under_way {
        assert!(talk.read().get("ok").is_some());
    }
}

fn reprints(talk: &mut Talk, first_bytes: &Receiver<Instant>) -> Vec<Duration> {
    (0..200)
        .map(|_| {
            while first_bytes.try_recv().is_ok() {}
            let asked = Instant::now();
            let job = talk.ask("reprint", json!({"last": true}));
            let came = first_bytes.recv_timeout(Duration::from_secs(10)).expect("the job reaches the printer");
            while !matches!(talk.ask("job_show", json!({"id": job["id"]}))["state"].as_str(), Some("confirmed")) {}
            came - asked
        })
        .collect()
}

fn burst(talk: &mut Talk, first_bytes: &Receiver<Instant>) -> String {
    while first_bytes.try_recv().is_ok() {}
    let start = Instant::now();
    for id in 0..1000 {
        talk.send(&json!({"id": id, "reprint": {"last": true}}));
    }
    let last = (0..1000).fold(Value::Null, |_, _| talk.read());
    let accepted = start.elapsed();
    let id = last["ok"]["id"].clone();
    while talk.ask("job_show", json!({"id": id}))["state"] != "confirmed" {
        thread::sleep(Duration::from_millis(5));
        assert!(start.elapsed() < Duration::from_secs(120), "the burst does not end");
    }
    let whole = start.elapsed().as_secs_f64();
    format!("{:.0} jobs/s (accepted in {:.2} s)", 1000.0 / whole, accepted.as_secs_f64())
}
