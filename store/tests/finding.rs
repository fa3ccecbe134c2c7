//! Search: each word of the box, cursors, the cap on scanning, and the index against a plain filter over all rows.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod shop;

use std::collections::BTreeSet;

use jiff::{Timestamp, civil::Time, tz::TimeZone};
use model::{
    Copy, Event, FoundBy, Item, Kind, MaskedCard, Method, Quantity, Query, SafeText, Status, Transaction,
    search::{Calendar, Term},
};
use proptest::prelude::*;
use shop::{MORNING, Shop, at, fen, print, sale};

fn calendar() -> Calendar {
    Calendar {
        zone: TimeZone::fixed(jiff::tz::Offset::constant(8)),
        day_starts: Time::midnight(),
        now: Timestamp::from_millisecond(MORNING).unwrap(),
    }
}

fn find(shop: &Shop, text: &str) -> Vec<(String, FoundBy)> {
    let page = shop.store.reader().unwrap().search(&Query::parse(text, &calendar()), None, 50).unwrap();
    page.rows.into_iter().map(|hit| (hit.transaction.source_id, hit.found_by)).collect()
}

fn item(name: &str) -> Item {
    Item { name: SafeText::new(name), quantity: Quantity(1000), amount: fen(300) }
}

fn filled() -> Event {
    Event {
        amount: fen(12_800),
        voucher: Some("000417".into()),
        reference: Some("2611200REF01".into()),
        authorization: Some("AU77X1".into()),
        order: Some("W2026112000988".into()),
        trade: Some("4200009876543210".into()),
        operator: Some("02".into()),
        ..sale("full")
    }
}

#[test]
fn each_word_finds_its_row_and_says_why() {
    let shop = Shop::open();
    let id = shop.record(&filled(), &[]).unwrap().id;
    let mut other = sale("other");
    other.card = None;
    other.method = Method::Wechat;
    other.kind = Kind::Refund;
    other.status = Status::Unknown;
    other.time = at(-86_400_000);
    shop.record(&other, &[]).unwrap();
    let id_text = id.to_string();
    for (text, want, why) in [
        (id_text.as_str(), "full", FoundBy::Id),
        ("1234", "full", FoundBy::LastFour),
        ("417", "full", FoundBy::Voucher),
        ("00417", "full", FoundBy::Voucher),
        ("2611200ref01", "full", FoundBy::Reference),
        ("au77x1", "full", FoundBy::Authorization),
        ("w2026112000988", "full", FoundBy::Order),
        ("0988", "full", FoundBy::Order),
        ("00988", "full", FoundBy::Order),
        ("000988", "full", FoundBy::Order),
        ("4200009876543210", "full", FoundBy::Trade),
        ("3210", "full", FoundBy::Trade),
        ("128", "full", FoundBy::Amount),
        ("128.00", "full", FoundBy::Amount),
        ("88.5", "other", FoundBy::Amount),
        (">100", "full", FoundBy::Filter),
        ("wx", "other", FoundBy::Filter),
        ("card", "full", FoundBy::Filter),
        ("qr", "other", FoundBy::Filter),
        ("refund", "other", FoundBy::Filter),
        ("unknown", "other", FoundBy::Filter),
        ("today", "full", FoundBy::Filter),
        ("yest", "other", FoundBy::Filter),
        ("11-20", "full", FoundBy::Filter),
        ("2026-11-19", "other", FoundBy::Filter),
        ("50..100", "other", FoundBy::Filter),
        ("op:02", "full", FoundBy::Filter),
        ("1234 128 today", "full", FoundBy::LastFour),
    ] {
        assert_eq!(find(&shop, text), [(want.to_owned(), why)], "{text}");
    }
    for nothing in ["9999", "988", "unprinted", "1234 wx", "declined", "中文", "1234 yest", "kkkl"] {
        assert_eq!(find(&shop, nothing), [], "{nothing}");
    }
    shop.reprint(id, "front").unwrap();
    assert_eq!(find(&shop, "unprinted"), [("full".to_owned(), FoundBy::Filter)]);
}

#[test]
fn what_was_bought_is_found_by_its_name_and_by_pinyin_initials() {
    let shop = Shop::open();
    let slip = |name: &str, items: &[&str]| Event { items: items.iter().copied().map(item).collect(), ..sale(name) };
    let sales = [
        Event {
            order: Some("WZKKL".into()),
            method: Method::Cash,
            card: None,
            ..slip("noodles", &["重庆小面", "茶叶蛋"])
        },
        Event { amount: fen(600), ..slip("drinks", &["红牛 250ml", "可口可乐 330ml"]) },
        slip("cola", &["Coca-Cola 可乐"]),
        slip("nothing", &[]),
    ];
    for (sale, age) in sales.into_iter().zip(0..) {
        shop.record(&Event { time: at(-age), ..sale }, &[]).unwrap();
    }
    for (text, want) in [
        ("可乐", &["drinks", "cola"][..]),
        ("kl", &["drinks", "cola"]),
        ("hn", &["drinks"]),
        ("红n", &["drinks"]),
        ("红牛250ml", &["drinks"]),
        ("cqxm", &["noodles"]),
        ("zqxm", &["noodles"]),
        ("COLA", &["cola"]),
        ("coca", &["cola"]),
        ("kkkl today >5", &["drinks"]),
        ("kkkl 600", &[]),
        ("kl 1234", &["drinks", "cola"]),
        ("hn kkkl", &["drinks"]),
        ("kl card", &["drinks", "cola"]),
        ("hn cash", &[]),
        ("kkkl yest", &[]),
        ("xyz", &[]),
    ] {
        let found: Vec<String> = find(&shop, text).into_iter().map(|(name, _)| name).collect();
        assert_eq!(found, want, "{text}");
    }
    // letters may be the end of an order, too: that says more
    let reasons = |text: &str| find(&shop, text).into_iter().map(|(_, why)| why).collect::<Vec<_>>();
    assert_eq!(find(&shop, "kkkl"), [("drinks".to_owned(), FoundBy::Product)]);
    assert_eq!(find(&shop, "zkkl"), [("noodles".to_owned(), FoundBy::Order)]);
    assert_eq!(reasons("hn >5"), [FoundBy::Product]);
    assert_eq!(reasons("hn 6.00"), [FoundBy::Amount]);
}

#[test]
fn a_settled_row_is_found_by_its_new_words_only() {
    let shop = Shop::open();
    let mut event = Event { status: Status::Unknown, voucher: Some("1".into()), ..sale("1") };
    shop.record(&event, &[]).unwrap();
    event.status = Status::Approved;
    event.voucher = Some("2".into());
    shop.record(&event, &[]).unwrap();
    assert_eq!(find(&shop, "1"), []);
    assert_eq!(find(&shop, "2"), [("1".to_owned(), FoundBy::Voucher)]);
    assert_eq!(find(&shop, "unknown"), []);
}

#[test]
fn a_page_goes_on_where_it_stopped_while_rows_are_added() {
    let shop = Shop::open();
    let add = |name: &str, ms: i64| drop(shop.record(&Event { time: at(ms), ..sale(name) }, &[]).unwrap());
    (0..10).for_each(|n| add(&n.to_string(), n));
    for text in ["", "1234", "88.5"] {
        let query = Query::parse(text, &calendar());
        let page = shop.store.reader().unwrap().search(&query, None, 4).unwrap();
        assert_eq!(page.searched_to, page.rows.last().map(|hit| hit.transaction.time));
        add(&format!("later {text}").replace(' ', "_"), 1000);
        let mut seen: Vec<String> = page.rows.into_iter().map(|h| h.transaction.source_id).collect();
        let mut next = page.next;
        while let Some(cursor) = next {
            let page = shop.store.reader().unwrap().search(&query, Some(&cursor), 4).unwrap();
            seen.extend(page.rows.into_iter().map(|h| h.transaction.source_id));
            next = page.next;
        }
        seen.retain(|name| !name.starts_with("later"));
        assert_eq!(seen, ["9", "8", "7", "6", "5", "4", "3", "2", "1", "0"], "{text:?}");
    }
    let bad = shop.store.reader().unwrap().search(&Query::default(), Some("no cursor"), 4);
    assert_eq!(bad, Err(store::StoreError::BadCursor));
}

#[test]
fn one_request_looks_at_twenty_thousand_rows_or_ten_thousand_names_and_the_cursor_reaches_the_rest() {
    let shop = Shop::open();
    for part in 0..25 {
        shop.writer
            .commit(move |batch| {
                for n in 0..1000 {
                    let n = part * 1000 + n;
                    let method = if n % 5000 == 0 { Method::Alipay } else { Method::Cash };
                    let items = if n % 5000 == 0 { vec![item("可口可乐 330ml")] } else { vec![item("茶叶蛋")] };
                    let status = Status::Declined;
                    let event = Event { method, card: None, time: at(n), status, items, ..sale(&n.to_string()) };
                    shop::record(batch, &event, &[])?;
                }
                Ok(())
            })
            .unwrap();
    }
    let reader = shop.store.reader().unwrap();
    // names are read from the rows that the filters leave, and half as many of these
    for (text, want, asked) in [
        ("ali", 5, Some(2)),
        ("88.5 ali", 5, Some(2)),
        ("kkkl ali", 5, Some(2)),
        ("kkkl", 5, Some(3)),
        ("可乐 cash", 0, Some(3)),
        ("", 25_000, None),
    ] {
        let query = Query::parse(text, &calendar());
        let (mut seen, mut requests, mut next) = (Vec::new(), 0, None::<String>);
        loop {
            let page = reader.search(&query, next.as_deref(), 500).unwrap();
            seen.extend(page.rows.into_iter().map(|h| h.transaction.source_id));
            requests += 1;
            assert_eq!(page.searched_to.is_some(), page.next.is_some());
            next = page.next;
            if next.is_none() {
                break;
            }
        }
        assert_eq!(seen.len(), want, "{text:?}");
        assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), want, "{text:?}: each exactly once");
        assert_eq!(requests, asked.unwrap_or(requests), "{text:?}");
    }
}

/// The meaning of a term, said once more and plainly.
fn plainly(t: &Transaction, unprinted: bool, term: &Term) -> bool {
    let tail = |value: &Option<String>, text: &str| {
        value.as_ref().is_some_and(|v| {
            let (v, text) = (v.to_lowercase(), text.to_lowercase());
            v == text || text.len() >= 4 && v.ends_with(&text)
        })
    };
    let whole =
        |value: &Option<String>, text: &str| value.as_ref().is_some_and(|v| v.to_lowercase() == text.to_lowercase());
    match term {
        Term::Number { text, amount } => {
            t.id.to_string() == text.to_uppercase()
                || t.card.is_some_and(|c| c.last_four() == text)
                || t.voucher
                    .as_ref()
                    .is_some_and(|v| text.len() <= 6 && v.parse::<u32>().ok() == text.parse::<u32>().ok())
                || whole(&t.reference, text)
                || whole(&t.authorization, text)
                || tail(&t.order, text)
                || tail(&t.trade, text)
                || *amount == Some(t.amount)
        }
        Term::Amount(amount) => t.amount == *amount,
        Term::Amounts { from, to } => t.amount >= *from && t.amount <= *to,
        Term::Method(methods) => methods.contains(&t.method),
        Term::Kind(kinds) => kinds.contains(&t.kind),
        Term::Status(status) => t.status == *status,
        Term::Unprinted => unprinted,
        Term::Product(text) => {
            let initials = |name: &str| name.replace('红', "h").replace('牛', "n").to_lowercase();
            let named = |item: &Item| {
                let text = text.to_lowercase();
                item.name.to_lowercase().contains(&text) || initials(&item.name).contains(&text)
            };
            t.items.iter().any(named)
                || [&t.reference, &t.authorization].into_iter().any(|value| whole(value, text))
                || [&t.order, &t.trade].into_iter().any(|value| tail(value, text))
        }
        Term::Operator(operator) => t.operator.as_ref() == Some(operator),
        Term::Between { from_ms, to_ms } => t.time.unix_ms() >= *from_ms && t.time.unix_ms() < *to_ms,
    }
}

fn event() -> impl Strategy<Value = (Event, bool)> {
    let short = |pattern: &'static str| proptest::option::of(pattern);
    (
        (0..4usize, 0..3usize, 0..4usize, 1u64..4, -200i64..2, any::<bool>()),
        short("[0-2]{4}"),
        short("0{0,3}[12]{1,3}"),
        (short("[ab12]{1,3}"), short("[12]{1,4}"), short("[Aa]?[12]{1,8}"), short("[12]{4,7}")),
        (short("0[12]"), proptest::collection::vec("[ab红牛]{1,4}", 0..3)),
    )
        .prop_map(
            |(
                (kind, status, method, amount, days, printed),
                card,
                voucher,
                (reference, auth, order, trade),
                (op, names),
            )| {
                let event = Event {
                    kind: Kind::ALL[kind],
                    status: Status::ALL[status],
                    method: Method::ALL[method],
                    amount: fen(amount * 1100),
                    time: at(days * 86_400_000 / 2),
                    card: card.as_deref().and_then(MaskedCard::new),
                    voucher,
                    reference,
                    authorization: auth,
                    order,
                    trade,
                    operator: op,
                    items: names.iter().map(|name| item(name)).collect(),
                    ..sale("x")
                };
                (event, printed)
            },
        )
}

fn words() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        4 => "[12]{1,7}",
        1 => "[ab12]{1,3}",
        1 => "[abhn]{2,3}",
        1 => "[ab红牛]{2,3}",
        1 => Just("11.00".to_owned()),
        1 => proptest::sample::select(vec![
            ">20", "<30", "11..22", "wx", "card", "qr", "refund", "void", "unknown", "declined", "unprinted", "today",
            "yest", "op:01", "10-01..11-01",
        ])
        .prop_map(str::to_owned),
    ];
    proptest::collection::vec(word, 0..3).prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn search_answers_as_a_plain_filter_over_all_rows_does(
        events in proptest::collection::vec(event(), 1..60),
        queries in proptest::collection::vec(words(), 12),
        limit in 1usize..9,
    ) {
        let shop = Shop::open();
        let rows = shop.writer.commit(move |batch| {
            let mut rows = Vec::new();
            for (n, (event, printed)) in events.into_iter().enumerate() {
                let event = Event { source_id: n.to_string(), ..event };
                let prints = if printed { vec![print(Copy::Customer, "front")] } else { vec![] };
                let id = shop::record(batch, &event, &prints)?.id;
                let row = batch.transaction(id)?.unwrap();
                rows.push((row, printed && event.status == Status::Approved));
            }
            Ok(rows)
        });
        let mut rows = rows.unwrap();
        rows.sort_by_key(|(t, _)| std::cmp::Reverse((t.time.unix_ms(), t.id)));
        let reader = shop.store.reader().unwrap();
        for text in queries {
            let query = Query::parse(&text, &calendar());
            let want: Vec<_> =
                rows.iter().filter(|(t, u)| query.terms.iter().all(|term| plainly(t, *u, term))).map(|(t, _)| t.id).collect();
            let (mut found, mut next) = (Vec::new(), None::<String>);
            loop {
                let page = reader.search(&query, next.as_deref(), limit).unwrap();
                found.extend(page.rows.into_iter().map(|hit| hit.transaction.id));
                next = page.next;
                if next.is_none() { break }
            }
            prop_assert_eq!(found, want, "{}", text);
        }
    }
}
