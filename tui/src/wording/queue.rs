//! The queue in a cashier's words: why a job stands where it stands, what a person can do about it, how one dialog
//! asks and another warns.
//!
//! Sentences about one job, made from its state, cause and proven segments; keys are named as the action table has them.

use model::{Cause, Job, JobKind, JobState, Language};

use super::{
    codes::{self, either},
    remark::{failed, why_stopped},
};

/// Why it waits, how far it is, or how it ended: in the width of a column.
pub(crate) fn why(job: &Job, before: usize, language: Language) -> String {
    let cause = job.cause.map(|cause| codes::cause(cause, language));
    let zh = language == Language::Zh;
    match (job.state, cause) {
        (JobState::Queued, _) if before > 0 && zh => format!("前面还有 {before} 张"),
        (JobState::Queued, _) if before > 0 => format!("{before} before it"),
        (JobState::Blocked, Some(cause)) if zh => format!("等打印机：{cause}"),
        (JobState::Blocked, Some(cause)) => format!("waits: {cause}"),
        (JobState::Held | JobState::Expired, _) if job.kind == JobKind::Drawer => {
            either(language, "当时没开，不会再开", "did not open").to_owned()
        }
        (JobState::Held, _) if failed(job) => either(language, "几次没成，等您决定", "failed: you decide").to_owned(),
        (JobState::Held, _) => either(language, "停着，等您决定", "held: you decide").to_owned(),
        (JobState::Expired, _) => either(language, "放久了，等您决定", "too old: you decide").to_owned(),
        (JobState::Sending, Some(cause)) if job.proven > 0 && zh => {
            format!("{}/{} 段在纸上，{cause}", job.proven, job.segments)
        }
        (JobState::Sending, Some(cause)) if job.proven > 0 => format!("{}/{} out, {cause}", job.proven, job.segments),
        (JobState::Sending, Some(cause)) if zh => format!("打到一半：{cause}"),
        (JobState::Sending, Some(cause)) => format!("stopped: {cause}"),
        (JobState::Sending, None) if job.segments > 1 && job.kind != JobKind::Drawer => {
            format!("{} {}/{}", codes::job_state(job.state, language), job.proven, job.segments)
        }
        (JobState::Partial, _) if job.proven > 0 && zh => format!("只打了 {}/{} 段", job.proven, job.segments),
        (JobState::Partial, _) if job.proven > 0 => format!("{} of {} printed", job.proven, job.segments),
        (JobState::NotPrinted, Some(cause)) if zh => {
            format!("{}：{cause}", codes::job_state_of(job.kind, job.state, language))
        }
        (JobState::NotPrinted, Some(cause)) => {
            format!("{}: {cause}", codes::job_state_of(job.kind, job.state, language))
        }
        _ => state(job, language).to_owned(),
    }
}

/// Its state in a word: what is called partly printed was proven to be.
pub(crate) fn state(job: &Job, language: Language) -> &'static str {
    match job.state {
        JobState::Partial if job.proven == 0 && job.kind != JobKind::Drawer => {
            either(language, "可能只打了一部分", "maybe partly printed")
        }
        state => codes::job_state_of(job.kind, state, language),
    }
}

/// How much of it is proven to be on paper, where that is of use: it stopped on its way.
pub(crate) fn on_paper(job: &Job, language: Language) -> Option<String> {
    let stopped = job.state == JobState::Partial || (job.state == JobState::Sending && job.cause.is_some());
    let (proven, all) = (job.proven, job.segments);
    (stopped && all > 0 && job.kind != JobKind::Drawer).then(|| match (language, proven) {
        (Language::Zh, 0) => format!("共 {all} 段，打了多少没有证实"),
        (Language::Zh, _) => format!("第 {proven}/{all} 段已在纸上"),
        (Language::En, 0) => "how much of it printed is not known".to_owned(),
        (Language::En, _) => format!("part {proven} of {all} is on paper"),
    })
}

/// What a person can do about it now, or why nothing need be done. `stuck`: what stands in its printer's way;
/// `movable`: there is another printer to move it to.
pub(crate) fn advice(job: &Job, stuck: Option<Cause>, movable: bool, language: Language) -> String {
    if job.kind == JobKind::Drawer {
        return drawer(job, language).to_owned();
    }
    let say = |zh, en| either(language, zh, en).to_owned();
    let text = match (job.state, job.cause.or(stuck)) {
        (JobState::Queued | JobState::Blocked, Some(cause)) => {
            with_move(codes::remedy(cause, language), movable, language)
        }
        (JobState::Blocked, None) => with_move(codes::remedy(Cause::Offline, language), movable, language),
        (JobState::Queued, None) => say("轮到它就打，不用管", "it prints when its turn comes"),
        (JobState::Held, _) => {
            say("不会自己打：还要就按 s，不要了按 x", "won't print by itself: s prints it, x drops it")
        }
        (JobState::Expired, _) => {
            say("放久了，不会自己打：还要就按 s，不要了按 x", "too old to print by itself: s prints it, x drops it")
        }
        (JobState::Sending, _) => match job.cause {
            Some(cause) => codes::remedy(cause, language).to_owned(),
            None => say("正在打，打好会有凭据", "being printed; its proof will follow"),
        },
        (JobState::Confirmed, _) => say("在纸上，有凭据；回车看是什么凭据", "on paper, with proof; Enter shows which"),
        (JobState::Unconfirmed, _) if job.cause == Some(Cause::NoStatus) => {
            say("这台打印机不会回报：请看纸在不在", "this printer gives no status: look for the paper")
        }
        (JobState::Unconfirmed | JobState::Partial, _) => {
            say("请看纸，再按 a 回答打完整了没有", "look at the paper, then a to say if all of it printed")
        }
        (JobState::NotPrinted | JobState::Cancelled, _) if job.transaction.is_some() => {
            say("没有出纸；还要就按 p", "no paper came out; p prints it")
        }
        (JobState::NotPrinted | JobState::Cancelled, _) => say("没有出纸", "no paper came out"),
    };
    let stopped = || why_stopped(job, language).filter(|_| job.state == JobState::Held);
    match on_paper(job, language).or_else(stopped) {
        Some(so_far) => format!("{so_far}{}{text}", if language == Language::Zh { "；" } else { "; " }),
        None => text,
    }
}

fn with_move(remedy: &str, movable: bool, language: Language) -> String {
    match (language, movable) {
        (_, false) => remedy.to_owned(),
        (Language::Zh, true) => format!("{remedy}；等不了就按 m 换打印机"),
        (Language::En, true) => format!("{remedy}; or m moves it elsewhere"),
    }
}

fn drawer(job: &Job, language: Language) -> &'static str {
    let (zh, en) = match job.state {
        JobState::Queued | JobState::Blocked => ("几秒内好不了就不开", "if that lasts some seconds it does not open"),
        JobState::Held | JobState::Expired => {
            ("当时没开，不会自己再开；按 x 拿掉，要开请 g p 再按 d", "it did not open and won't by itself; x drops it")
        }
        JobState::Sending => ("正在开", "being opened"),
        JobState::Confirmed => ("打印机已执行", "the printer has done it"),
        JobState::Unconfirmed | JobState::Partial => ("打印机没有证实：请看钱箱", "not confirmed: look at the drawer"),
        JobState::NotPrinted | JobState::Cancelled => ("没有开", "it did not open"),
    };
    either(language, zh, en)
}

/// A printer that did another one's work.
pub(crate) fn in_place_of(there: &str, meant: &str, language: Language) -> String {
    match language {
        Language::Zh => format!("{there}（代 {meant}）"),
        Language::En => format!("{there} (for {meant})"),
    }
}

/// What a job was tried and how big it is.
pub(crate) fn tries(job: &Job, language: Language) -> String {
    let times = match (language, job.attempts) {
        (Language::Zh, 0) => "还没发给打印机".to_owned(),
        (Language::Zh, n) => format!("{n} 次"),
        (Language::En, 0) => "not sent yet".to_owned(),
        (Language::En, 1) => "once".to_owned(),
        (Language::En, n) => format!("{n} times"),
    };
    match (language, job.bytes) {
        (_, None) => times,
        (Language::Zh, Some(bytes)) => format!("{times}，{bytes} 字节"),
        (Language::En, Some(bytes)) => format!("{times}, {bytes} bytes"),
    }
}

/// What stands where there is no evidence.
pub(crate) fn no_evidence(language: Language) -> &'static str {
    either(language, "还没有：没有东西证明它在纸上", "none yet: nothing proves that it is on paper")
}

/// A label of the job's page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Label {
    Payment,
    Queue,
    PrintedOn,
    Why,
    SoFar,
    QueuedAt,
    EndedAt,
    Tries,
    AskedBy,
    Reason,
    Evidence,
}

/// The words for it.
pub(crate) fn label(label: Label, language: Language) -> &'static str {
    let (zh, en) = match label {
        Label::Payment => ("交易", "payment"),
        Label::Queue => ("打印机", "printer"),
        Label::PrintedOn => ("实际打在", "printed on"),
        Label::Why => ("原因", "cause"),
        Label::SoFar => ("打到哪里", "so far"),
        Label::QueuedAt => ("排队时间", "queued"),
        Label::EndedAt => ("结束时间", "ended"),
        Label::Tries => ("发送", "sent"),
        Label::AskedBy => ("谁要打的", "asked by"),
        Label::Reason => ("说明", "reason"),
        Label::Evidence => ("凭据", "Evidence"),
    };
    either(language, zh, en)
}

/// What was done.
pub(crate) fn was_held(job: &str, language: Language) -> String {
    match language {
        Language::Zh => format!("{job}：已停住，按 s 让它打"),
        Language::En => format!("{job}: held; s lets it print"),
    }
}

/// One job went to another printer.
pub(crate) fn was_moved(job: &str, printer: &str, language: Language) -> String {
    match language {
        Language::Zh => format!("{job}：改到 {printer} 打"),
        Language::En => format!("{job}: now at {printer}"),
    }
}

/// A queue went to another printer.
pub(crate) fn were_moved(count: u64, printer: &str, language: Language) -> String {
    match (language, count) {
        (Language::Zh, n) => format!("{n} 张改到 {printer} 打"),
        (Language::En, 1) => format!("1 job is now at {printer}"),
        (Language::En, n) => format!("{n} jobs are now at {printer}"),
    }
}

/// How many jobs a move takes along, and from where.
pub(crate) fn whole_queue(count: u32, printer: &str, language: Language) -> String {
    match (language, count) {
        (Language::Zh, n) => format!("{printer} 在等的 {n} 张，全部改到："),
        (Language::En, 1) => format!("The job that waits at {printer} moves to:"),
        (Language::En, n) => format!("All {n} jobs that wait at {printer} move to:"),
    }
}

/// A sentence of a dialog that is about no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Say {
    MoveTo,
    StaysWhatIsSent,
    StaysHeld,
    NoOtherPrinter,
    CancelWaiting,
    CancelSending,
    CancelPulse,
    CannotCancel,
    Ask,
    AskPulse,
    Yes,
    No,
    YesPulse,
    NoPulse,
    NoThenPrint,
    Unproven,
    Answered,
}

/// The words for it.
pub(crate) fn say(say: Say, language: Language) -> &'static str {
    let (zh, en) = match say {
        Say::MoveTo => ("改到：", "It moves to:"),
        Say::StaysWhatIsSent => ("正在打的那张留下，不会打两遍", "what is being sent stays: nothing prints twice"),
        Say::StaysHeld => ("停着的到了那边也停着", "what is stopped stays stopped there"),
        Say::NoOtherPrinter => ("没有别的打印机", "there is no other printer"),
        Say::CancelWaiting => ("还没出纸；取消后不会打出来", "no paper is out; after this none will come"),
        Say::CancelSending => {
            ("正在打：会停下并切纸，可能已有一部分在纸上", "being printed: it stops and cuts; a part may be on paper")
        }
        Say::CancelPulse => ("取消后钱箱不会开", "the drawer will not open"),
        Say::CannotCancel => ("它已经结束，没有可取消的了", "it has ended: nothing is left to cancel"),
        Say::Ask => ("这张小票在您面前吗，而且是完整的？", "Is this slip in front of you, whole?"),
        Say::AskPulse => ("钱箱当时开了吗？", "Did the drawer open?"),
        Say::Yes => ("在我面前，是完整的", "yes, it is here and whole"),
        Say::No => ("不在，或者不完整", "no, or it is not whole"),
        Say::YesPulse => ("开了", "yes"),
        Say::NoPulse => ("没开", "no"),
        Say::NoThenPrint => ("不在的话，接着可以补打一张", "if not, you can print it next"),
        Say::Unproven => ("打印机没有证实它打完了", "the printer did not prove that it came out"),
        Say::Answered => ("已经有答案了", "this has its answer by now"),
    };
    either(language, zh, en)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(state: JobState, more: serde_json::Value) -> Job {
        let mut row = serde_json::json!({
            "id": "J7", "kind": "receipt", "transaction": null, "copy": "customer", "reprint_number": 0,
            "printer": "front", "printed_on": null, "state": state, "cause": null, "evidence": [],
            "queued_at": "2026-11-20T09:05:00.000+08:00", "finished_at": null, "attempts": 1, "bytes": 900,
            "change": 4, "segments": 5, "proven": 2, "rendered": null, "operator": null, "approver": null,
            "reason": null,
        });
        for (key, value) in more.as_object().unwrap() {
            row[key] = value.clone();
        }
        serde_json::from_value(row).unwrap()
    }

    #[test]
    fn every_state_and_cause_has_its_words_in_both_languages() {
        for language in [Language::Zh, Language::En] {
            for state in JobState::ALL {
                for cause in Cause::ALL.iter().map(Some).chain([None]) {
                    for kind in JobKind::ALL {
                        let job = job(*state, serde_json::json!({ "cause": cause, "kind": kind }));
                        assert!(!why(&job, 0, language).is_empty() && !advice(&job, None, true, language).is_empty());
                    }
                }
            }
        }
    }

    #[test]
    fn a_stopped_job_says_what_is_on_paper() {
        let stopped = job(JobState::Sending, serde_json::json!({ "cause": "paper_out" }));
        assert_eq!(why(&stopped, 0, Language::Zh), "2/5 段在纸上，缺纸");
        assert_eq!(on_paper(&stopped, Language::Zh).as_deref(), Some("第 2/5 段已在纸上"));
        assert!(advice(&stopped, None, true, Language::Zh).starts_with("第 2/5 段已在纸上；请装纸"));
        let partial = job(JobState::Partial, serde_json::json!({}));
        assert_eq!(why(&partial, 0, Language::En), "2 of 5 printed");
        let queued = job(JobState::Queued, serde_json::json!({}));
        let stuck = Some(Cause::CoverOpen);
        assert!(advice(&queued, stuck, true, Language::Zh).contains("请把上盖按紧"), "it waits for its printer, too");
        assert_eq!((why(&queued, 3, Language::Zh).as_str(), on_paper(&queued, Language::Zh)), ("前面还有 3 张", None));
    }
}
