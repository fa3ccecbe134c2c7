//! The papers of a batch, worded: the settlement report (结算总计单), the list one by one (打印明细) and in sums (打印汇总). Facts 6.3.

use model::{
    Align, BatchTotals, Block, CardKind, Document, Kind, Language, Moment, SafeText, Size, Total, Transaction,
    audit::Anchor,
};

use crate::compose::Letterhead;

/// What stands at the head of each of these papers.
#[derive(Debug, Clone)]
pub struct ReportHead {
    pub terminal_id: String,
    pub merchant_id: String,
    /// 收单机构
    pub acquirer: Option<SafeText>,
    /// 批次号
    pub batch: Option<String>,
    pub operator: Option<String>,
    pub at: Moment,
}

fn say(language: Language, zh: &str, en: &str) -> SafeText {
    SafeText::new(match language {
        Language::Zh => zh,
        Language::En => en,
    })
}

fn title(language: Language, zh: &str, en: &str) -> Block {
    Block::Text { text: say(language, zh, en), align: Align::Center, size: Size::Large, bold: true }
}

fn line(text: SafeText, bold: bool) -> Block {
    Block::Text { text, align: Align::Left, size: Size::Normal, bold }
}

fn pair(label: SafeText, value: impl AsRef<str>) -> Block {
    Block::Pair { label, value: SafeText::new(value.as_ref()), size: Size::Normal, bold: false }
}

fn head(letterhead: &Letterhead, head: &ReportHead, language: Language) -> Vec<Block> {
    let wall = head.at.wall().strftime("%Y-%m-%d %H:%M:%S").to_string();
    let known = [
        (say(language, "收单机构", "Acquirer"), head.acquirer.as_ref().map(|name| name.as_str().to_owned())),
        (say(language, "商户编号", "Merchant no."), Some(head.merchant_id.clone())),
        (say(language, "终端编号", "Terminal no."), Some(head.terminal_id.clone())),
        (say(language, "批次号", "Batch"), head.batch.clone()),
        (say(language, "操作员", "Operator"), head.operator.clone()),
        (say(language, "日期时间", "Date, time"), Some(wall)),
    ];
    let name = Block::Text { text: letterhead.name.clone(), align: Align::Center, size: Size::Normal, bold: true };
    let mut blocks = vec![name];
    blocks.extend(known.into_iter().filter_map(|(label, value)| Some(pair(label, value?))));
    blocks.push(Block::Rule);
    blocks
}

fn sums(totals: &BatchTotals, language: Language) -> Vec<Block> {
    let row = |zh: &str, en: &str, total: &Total| {
        let count = match language {
            Language::Zh => format!("{} 笔  {}", total.count, total.amount),
            Language::En => format!("{}  {}", total.count, total.amount),
        };
        pair(say(language, zh, en), count)
    };
    vec![
        row("内卡借记", "Debit", &totals.debit),
        row("内卡贷记", "Credit", &totals.credit),
        row("外卡借记", "Foreign debit", &totals.foreign_debit),
        row("外卡贷记", "Foreign credit", &totals.foreign_credit),
    ]
}

/// 结算总计单: our totals, beside the host's where it told them, that they agree, and the anchor code of the audit trail:
/// paper is a witness that nobody can bend afterwards (facts store-and-reliability C.3).
pub fn settlement_report(
    letterhead: &Letterhead,
    top: &ReportHead,
    ours: &BatchTotals,
    host: Option<&BatchTotals>,
    unknown: u32,
    anchor: &Anchor,
    language: Language,
) -> Document {
    let mut blocks = vec![title(language, "结算总计单", "SETTLEMENT")];
    blocks.extend(head(letterhead, top, language));
    blocks.extend(sums(ours, language));
    if let Some(host) = host.filter(|host| *host != ours) {
        blocks.push(Block::Rule);
        blocks.push(line(say(language, "主机总计", "Totals of the host"), true));
        blocks.extend(sums(host, language));
    }
    blocks.push(Block::Rule);
    blocks.push(line(say(language, "对账平", "BALANCED"), true));
    if unknown > 0 {
        let (zh, en) =
            (format!("{unknown}笔结果未知，未计入，请先查询"), format!("{unknown} OUTCOME UNKNOWN, NOT IN IT"));
        blocks.push(line(SafeText::new(if language == Language::Zh { &zh } else { &en }), true));
    }
    blocks.push(pair(say(language, "操作记录锚码", "Audit anchor"), anchor.to_string()));
    blocks.push(Block::Blank { lines: 1 });
    Document { language, blocks }
}

/// 重打结算单: the same paper once more. Its numbers and its time stay as they were; title and mark say that it is no first one.
pub fn settlement_again(document: Document) -> Document {
    let Document { language, blocks } = document;
    let mark = match language {
        Language::Zh => "重打印凭证/DUPLICATED",
        Language::En => "DUPLICATED",
    };
    let mark = Block::Text { text: SafeText::new(mark), align: Align::Center, size: Size::Normal, bold: true };
    let top = [title(language, "重打结算单", "SETTLEMENT REPRINT"), mark];
    // the first block is the title of the first paper
    Document { language, blocks: top.into_iter().chain(blocks.into_iter().skip(1)).collect() }
}

/// A list of a batch that is settled already says so below its title.
pub fn of_settled(document: Document) -> Document {
    let Document { language, mut blocks } = document;
    let text = say(language, "已结算批次", "SETTLED BATCH");
    blocks.insert(blocks.len().min(1), Block::Text { text, align: Align::Center, size: Size::Normal, bold: true });
    Document { language, blocks }
}

/// 交易明细单: every approved transaction of the open batch.
pub fn detail_list(
    letterhead: &Letterhead,
    top: &ReportHead,
    rows: &[Transaction],
    totals: &BatchTotals,
    language: Language,
) -> Document {
    let mut blocks = vec![title(language, "交易明细单", "TRANSACTIONS")];
    blocks.extend(head(letterhead, top, language));
    for row in rows {
        let voucher = row.voucher.as_deref().unwrap_or("-");
        let card = row.card.map(|card| format!(" *{}", card.last_four())).unwrap_or_default();
        let label = format!("{} {voucher}{card}", kind(row.kind, language).as_str());
        blocks.push(pair(SafeText::new(&label), row.amount.to_string()));
    }
    if rows.is_empty() {
        blocks.push(line(say(language, "无交易", "No transactions"), false));
    }
    blocks.push(Block::Rule);
    blocks.extend(sums(totals, language));
    blocks.push(Block::Blank { lines: 1 });
    Document { language, blocks }
}

/// 交易汇总单: the open batch by kind, and its sides.
pub fn summary(
    letterhead: &Letterhead,
    top: &ReportHead,
    rows: &[Transaction],
    totals: &BatchTotals,
    language: Language,
) -> Document {
    let mut blocks = vec![title(language, "交易汇总单", "SUMMARY")];
    blocks.extend(head(letterhead, top, language));
    for of in Kind::ALL {
        for foreign in [false, true] {
            let fits = |row: &&Transaction| row.kind == *of && (row.card_kind == Some(CardKind::Foreign)) == foreign;
            let (count, amount) = rows
                .iter()
                .filter(fits)
                .fold((0u32, 0u64), |(count, sum), row| (count + 1, sum.saturating_add(row.amount.get())));
            if count == 0 {
                continue;
            }
            let mark = if foreign { say(language, "（外卡）", " (foreign)") } else { SafeText::new("") };
            let label = format!("{}{}", kind(*of, language).as_str(), mark.as_str());
            let total = Total { count, amount: model::Fen::new(amount).unwrap_or(model::Fen::MAX) };
            let value = match language {
                Language::Zh => format!("{} 笔  {}", total.count, total.amount),
                Language::En => format!("{}  {}", total.count, total.amount),
            };
            blocks.push(pair(SafeText::new(&label), value));
        }
    }
    blocks.push(Block::Rule);
    blocks.extend(sums(totals, language));
    blocks.push(Block::Blank { lines: 1 });
    Document { language, blocks }
}

fn kind(kind: Kind, language: Language) -> SafeText {
    let (zh, en) = match kind {
        Kind::Sale => ("消费", "Sale"),
        Kind::Void => ("撤销", "Void"),
        Kind::Refund => ("退货", "Refund"),
        Kind::Preauth => ("预授权", "Pre-auth"),
        Kind::PreauthVoid => ("预授权撤销", "Pre-auth void"),
        Kind::PreauthComplete => ("预授权完成", "Completion"),
        Kind::PreauthCompleteVoid => ("完成撤销", "Completion void"),
        Kind::Tip => ("小费", "Tip"),
        Kind::OfflineSale => ("离线消费", "Offline sale"),
    };
    say(language, zh, en)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text_view;

    #[test]
    fn a_settlement_report_names_batch_terminal_both_totals_and_the_result() {
        let head = ReportHead {
            terminal_id: "12345678".into(),
            merchant_id: "898110012345678".into(),
            acquirer: Some("示例收单".into()),
            batch: Some("000002".into()),
            operator: Some("01".into()),
            at: Moment::parse("2026-11-20T22:00:00+08:00").unwrap(),
        };
        let letterhead = Letterhead { name: "红梅便利店".into(), address: None, phone: None, remark: None };
        let anchor = Anchor::of(1204, "9f3a07bc5d21ffff");
        let fen = |n| model::Fen::new(n).unwrap();
        let ours = BatchTotals { debit: Total { count: 3, amount: fen(123_400) }, ..BatchTotals::default() };
        for (language, title, count) in [(Language::Zh, "结算总计单", "3 笔"), (Language::En, "SETTLEMENT", "3  ")]
        {
            let text = text_view(&settlement_report(&letterhead, &head, &ours, None, 0, &anchor, language), None, 32);
            for word in [title, "000002", "12345678", "898110012345678", "1234.00", count, "1204-9f3a-07bc-5d21"] {
                assert!(text.contains(word), "{word}: {text}");
            }
            let again = settlement_again(settlement_report(&letterhead, &head, &ours, None, 0, &anchor, language));
            let again = text_view(&again, None, 32);
            assert!(again.contains("DUPLICATED") && again != text, "{again}");
            for word in ["000002", "1234.00", count, "22:00:00"] {
                assert!(again.contains(word), "{word} stays: {again}");
            }
            assert!(!again.contains("结算总计单"), "{again}");
            let other = BatchTotals::default();
            let more =
                text_view(&settlement_report(&letterhead, &head, &ours, Some(&other), 2, &anchor, language), None, 32);
            assert!(more.lines().count() > text.lines().count());
        }
    }
}
