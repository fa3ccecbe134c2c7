//! The evidence beside a job in the reader's words. The daemon's remarks are English codes with numbers in them; those
//! that mean something to staff are worded, others stand as they are, for whoever gives support.

use model::{Grade, Job, Language};

use super::codes::{self, either};

/// What kind of evidence it is. A person may also have said that no slip is there.
pub(crate) fn grade(grade: Grade, language: Language) -> &'static str {
    match grade {
        Grade::Person => either(language, "有人看过", "a person looked"),
        _ => codes::grade(grade, language),
    }
}

/// What it says beyond its kind.
pub(crate) fn remark(detail: &str, language: Language) -> String {
    let known = if language == Language::Zh { zh(detail) } else { None };
    known.unwrap_or_else(|| detail.to_owned())
}

fn zh(detail: &str) -> Option<String> {
    if let Some(job) = detail.strip_prefix("printed again by the shop's policy, because the paper ended in job ") {
        return Some(format!("按店里的规定重打：{job} 打到一半缺纸"));
    }
    if let Some(rest) = detail.strip_prefix("failed: ") {
        return Some(match rest.rsplit_once(" (") {
            Some((why, times)) => {
                format!("没成功（第 {} 次）：{why}", times.trim_end_matches(')').replace(" of ", "/"))
            }
            None => format!("没成功：{rest}"),
        });
    }
    if let Some((who, said)) = detail.split_once(" says: ") {
        let said = if said.starts_with("it is there") { "在，是完整的" } else { "不在，或者不完整" };
        return Some(format!("{}：{said}", person(who)));
    }
    if let Some(who) = detail.strip_prefix("cancelled by ") {
        return Some(format!("{} 取消", person(who)));
    }
    let words: Vec<&str> = detail.split_whitespace().collect();
    Some(match words.as_slice() {
        ["segment", proven, "of", all] => format!("第 {proven}/{all} 段"),
        ["all", all, "segments", "proven"] => format!("{all} 段全部在纸上"),
        ["late", "proof:", proven, "of", all, ..] => format!("迟到的凭据：第 {proven}/{all} 段在纸上"),
        ["cancelled", "before", ..] => "还没发出就取消了".to_owned(),
        ["cancelled", "with", proven, "of", all, ..] => format!("取消时 {proven}/{all} 段在纸上"),
        ["stopped", "with", proven, "of", all, ..] => format!("停下时 {proven}/{all} 段在纸上"),
        ["the", "connection", "was", "lost", "with", proven, "of", all, ..] => {
            format!("连接断开时 {proven}/{all} 段在纸上")
        }
        [proven, "of", all, "segments", "proven,", "then", "silence"] => {
            format!("{proven}/{all} 段在纸上，之后没有回音")
        }
        ["the", "printer", "reached", "a", "query", "without", "paper"] => "打到一半缺纸".to_owned(),
        ["restart", "while", "sending"] => "正在打时打印服务重启了".to_owned(),
        ["all", "bytes", "left;", ..] => "全部发出，这台打印机不会证实".to_owned(),
        ["moved", "from", from, "to", to, "by", who @ ..] => format!("{} 从 {from} 改到 {to}", person(&who.join(" "))),
        ["held:", "the", "printer", "took", "nothing", "for", minutes, "min;", "the", "first", released, ..] => {
            format!("打印机停了 {minutes} 分钟：先自动打 {released} 张，其余等人决定")
        }
        _ => return None,
    })
}

/// `operator 02 (uid 1000)`, `uid 1000`.
fn person(who: &str) -> String {
    match who.strip_prefix("operator ").and_then(|rest| rest.split_once(' ')) {
        Some((operator, _)) => format!("操作员 {operator}"),
        None => format!("本机用户 {}", who.trim_start_matches("uid ")),
    }
}

/// True if it was stopped because it would not print, however often it was tried.
pub(crate) fn failed(job: &Job) -> bool {
    job.evidence.iter().any(|piece| piece.grade == Grade::None && piece.detail.starts_with("failed: "))
}

/// Why a machine stopped it, where that was no person's doing.
pub(crate) fn why_stopped(job: &Job, language: Language) -> Option<String> {
    let stops = |detail: &str| detail.starts_with("failed: ") || detail.starts_with("held: ");
    let last = job.evidence.iter().rev().find(|piece| piece.grade == Grade::None && stops(&piece.detail))?;
    Some(remark(&last.detail, language))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_remarks_are_worded_and_others_are_kept() {
        for (english, chinese) in [
            ("segment 3 of 3", "第 3/3 段"),
            ("late proof: 2 of 5 segments are on paper", "迟到的凭据：第 2/5 段在纸上"),
            ("failed: the renderer broke off (3 of 3)", "没成功（第 3/3 次）：the renderer broke off"),
            ("uid 1000 says: it is not there, or not whole", "本机用户 1000：不在，或者不完整"),
            ("operator 02 (uid 7) says: it is there, whole", "操作员 02：在，是完整的"),
            ("moved from front to back by uid 1000", "本机用户 1000 从 front 改到 back"),
            (
                "held: the printer took nothing for 25 min; the first 20 jobs print by themselves",
                "打印机停了 25 分钟：先自动打 20 张，其余等人决定",
            ),
            ("the moon was full", "the moon was full"),
            ("", ""),
        ] {
            assert_eq!(remark(english, Language::Zh), chinese);
            assert_eq!(remark(english, Language::En), english);
        }
    }
}
