//! What the store costs at size: one durable sale (beside the disk's own fsync), the first page of a last-four search,
//! and scan steps over packed records and over products' names, over `COUNTERFOIL_BENCH_ROWS` rows (default 100,000). Before that it prints the size
//! of the file and the bytes written per sale, counted at the backend.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a bench")]

#[path = "../tests/shop/mod.rs"]
mod shop;

use std::{
    fs::{File, OpenOptions},
    hint::black_box,
    io::{self, Write as _},
    ops::Bound,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use criterion::{Criterion, criterion_group, criterion_main};
use jiff::{Timestamp, civil::Time, tz::TimeZone};
use model::{
    Caller, Copy, Event, Item, MaskedCard, Method, Moment, Origin, Quantity, Query, SafeText, search::Calendar,
};
use redb::{BackendError, Builder, StorageBackend, backends::FileBackend};
use shop::{MORNING, caller, day, fen, print, sale, slip};
use store::{OpenError, Recording, Store, StoreError, Writer};

#[derive(Debug)]
struct Counting {
    file: FileBackend,
    written: Arc<AtomicU64>,
}

impl StorageBackend for Counting {
    fn len(&self) -> io::Result<u64> {
        self.file.len()
    }
    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.file.read(offset, out)
    }
    fn set_len(&self, len: u64) -> io::Result<()> {
        self.file.set_len(len)
    }
    fn sync_data(&self) -> io::Result<()> {
        self.file.sync_data()
    }
    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.written.fetch_add(data.len() as u64, Ordering::Relaxed);
        self.file.write(offset, data)
    }
    fn close(&self) -> io::Result<()> {
        self.file.close()
    }
    fn try_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.file.try_lock_range(start, end)
    }
    fn unlock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.file.unlock_range(start, end)
    }
}

fn counting(path: &Path, written: &Arc<AtomicU64>) -> Store {
    let (to, written) = (path.to_owned(), Arc::clone(written));
    let opener = move || {
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&to).unwrap();
        let backend = Counting { file: FileBackend::new(file).unwrap(), written: Arc::clone(&written) };
        let failed = |e: redb::DatabaseError| OpenError::Io { path: to.clone(), what: e.to_string() };
        Builder::new().set_cache_size(8 << 20).create_with_backend(backend).map_err(failed)
    };
    Store::with_opener(path, opener).unwrap()
}

fn spread(n: u64, salt: u64) -> u64 {
    (n ^ salt).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20
}

/// The n-th sale of a shop with a thousand a day: seven of ten by wallet.
fn nth(n: u64, rows: u64) -> Event {
    let back = i64::try_from(rows.saturating_sub(n)).unwrap() * 86_400;
    let card = spread(n, 1) % 10 < 3;
    let text = |value: String| Some(value);
    Event {
        amount: fen(100 + spread(n, 2) % 50_000),
        time: Moment::new(MORNING - back, 480),
        method: if card { Method::Card } else { Method::Wechat },
        card: card.then(|| MaskedCard::new(&format!("622202******{:04}", spread(n, 3) % 10_000)).unwrap()),
        voucher: text(format!("{:06}", n % 1_000_000)),
        batch: text(format!("{:06}", n / 1000 % 1_000_000)),
        reference: card.then(|| format!("{:012}", 260_000_000_000 + n)),
        authorization: card.then(|| format!("{:06}", spread(n, 4) % 1_000_000)),
        order: text(format!("W{:013}", 2_026_000_000_000 + n)),
        trade: (!card).then(|| format!("4200{:024}", spread(n, 5))),
        operator: text(format!("0{}", n % 4)),
        items: [6, 7]
            .into_iter()
            .filter_map(|salt| GOODS.get(spread(n, salt) as usize % 8))
            .map(|name| item(name))
            .collect(),
        ..sale(&format!("S{n:09}"))
    }
}

const GOODS: [&str; 8] = [
    "农夫山泉 550ml",
    "可口可乐 330ml",
    "元气森林白桃味苏打气泡水 480ml",
    "乐事薯片（黄瓜味）75g",
    "德芙丝滑牛奶巧克力 43g",
    "茶叶蛋",
    "美式咖啡（中杯）",
    "M&M's 花生巧克力豆 40g",
];

fn item(name: &str) -> Item {
    Item { name: SafeText::new(name), quantity: Quantity(1000), amount: fen(300) }
}

fn put(writer: &Writer, events: Vec<Event>, printed: bool) {
    let recorded = writer.commit(move |batch| {
        let prints = [print(Copy::Customer, "front")];
        for (place, event) in (0..).zip(&events) {
            // a caller each, so that each sale has its audit row as if it had come alone
            let caller = Caller { origin: Origin { uid: 1000 + place, tty: None, ssh: None }, ..caller() };
            let recording = Recording {
                event,
                caller: &caller,
                now: event.time,
                day: day(),
                print: if printed { &prints } else { &[] },
                compose: &slip,
                copies: &[Copy::Merchant, Copy::Customer],
            };
            batch.record(&recording)?;
        }
        Ok::<_, StoreError>(())
    });
    recorded.unwrap();
}

fn store(c: &mut Criterion) {
    let rows: u64 = std::env::var("COUNTERFOIL_BENCH_ROWS").ok().and_then(|n| n.parse().ok()).unwrap_or(100_000);
    let folder = tempfile::tempdir().unwrap();
    let written = Arc::new(AtomicU64::new(0));
    let store = counting(&folder.path().join("bench.redb"), &written);
    let writer = Writer::spawn(store.clone(), |_| {});
    let start = Instant::now();
    for first in (0..rows).step_by(500) {
        put(&writer, (first..rows.min(first + 500)).map(|n| nth(n, rows)).collect(), false);
        if (first + 500) % 250_000 == 0 {
            println!("{} rows: {} MiB after {:?}", first + 500, store.bytes() >> 20, start.elapsed());
        }
    }
    println!("{rows} rows: {} MiB, built in {:?}", store.bytes() >> 20, start.elapsed());
    let mut n = rows;
    for printed in [false, true] {
        let before = written.load(Ordering::Relaxed);
        for _ in 0..200 {
            put(&writer, vec![nth(n, rows)], printed);
            n += 1;
        }
        let each = (written.load(Ordering::Relaxed) - before) / 200 / 1024;
        println!("written per sale {}: {each} KiB", if printed { "with a job" } else { "without a job" });
    }

    let mut group = c.benchmark_group(format!("{rows} rows"));
    group.sample_size(50);
    let mut file = File::create(folder.path().join("plain")).unwrap();
    group.bench_function("the disk alone: write 64 KiB and fsync", |b| {
        b.iter(|| {
            file.write_all(&[7; 65_536]).unwrap();
            file.sync_data().unwrap();
        });
    });
    group.bench_function("record one sale, durable", |b| {
        b.iter(|| {
            put(&writer, vec![nth(n, rows)], false);
            n += 1;
        });
    });
    let calendar = Calendar {
        zone: TimeZone::fixed(jiff::tz::Offset::constant(8)),
        day_starts: Time::midnight(),
        now: Timestamp::from_millisecond(MORNING).unwrap(),
    };
    let mut four = 0;
    group.bench_function("first page by last four", |b| {
        b.iter(|| {
            four = (four + 7919) % 10_000;
            let query = Query::parse(&format!("{four:04}"), &calendar);
            black_box(store.reader().unwrap().search(&query, None, 50).unwrap())
        });
    });
    group.bench_function("a text that is nowhere", |b| {
        let query = Query::parse("Z9Z9Z9Z9", &calendar);
        b.iter(|| black_box(store.reader().unwrap().search(&query, None, 50).unwrap()));
    });
    let nothing = Query::parse("ali", &calendar);
    group.bench_function("scan step of 20,000 rows", |b| {
        b.iter(|| black_box(store.reader().unwrap().search(&nothing, None, 50).unwrap()));
    });
    for (what, words) in [("a product that nobody bought", "hnwt"), ("a product on every eighth slip", "kkkl")] {
        let query = Query::parse(words, &calendar);
        group.bench_function(format!("scan step, {what}"), |b| {
            b.iter(|| black_box(store.reader().unwrap().search(&query, None, 50).unwrap()));
        });
    }
    group.finish();
}

criterion_group!(benches, store);
criterion_main!(benches);
