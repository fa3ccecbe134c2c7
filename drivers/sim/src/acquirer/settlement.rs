//! Settlement at the host (批结算): 0500 answered with totals, 0320 uploads and their end. Facts: §3.5.

use super::fault::{FaultKind, Settle};
use super::host::{Host, Refusal, refuse};
use super::message::Message;
use super::station::Settling;
use super::totals::{BALANCED, ERROR, Totals, UNBALANCED};

impl Host {
    /// 0500: the answer has no field 39; field 48 carries totals and results.
    pub(super) fn settle(&mut self, request: &Message, answer: &mut Message) -> Result<(), Refusal> {
        let (theirs, ..) =
            request.text(48).and_then(Totals::read).ok_or_else(|| refuse("30", "field 48 has no totals"))?;
        let way = self.faults.take(|kind| if let FaultKind::Settle(way) = kind { Some(*way) } else { None });
        let station = self.station(request)?;
        let ours = station.totals;
        let result = |good: bool| if good { BALANCED } else { UNBALANCED };
        let (totals, domestic, foreign) = match way.unwrap_or(Settle::Mirror) {
            Settle::Mirror => (theirs, BALANCED, BALANCED),
            Settle::Balanced => (ours, BALANCED, BALANCED),
            Settle::Compare => {
                let (domestic, foreign) = theirs.agrees(&ours);
                (ours, result(domestic), result(foreign))
            }
            Settle::UnbalancedDomestic => (unlike(ours, theirs, false), UNBALANCED, BALANCED),
            Settle::UnbalancedForeign => (unlike(ours, theirs, true), BALANCED, UNBALANCED),
            Settle::Error => (ours, ERROR, ERROR),
        };
        if (domestic, foreign) != (ERROR, ERROR) {
            let balanced = (domestic, foreign) == (BALANCED, BALANCED);
            station.settling = Some(Settling { balanced, uploads: 0 });
            station.settlements += 1;
            self.faults.end(&FaultKind::RequireSettle);
        }
        self.approve(answer);
        answer.remove(39);
        answer.set(48, totals.digits(domestic, foreign));
        answer.set(49, "156");
        let date = answer.text(13).unwrap_or("0101").to_owned();
        answer.set(15, date);
        if let Some(operator) = request.bytes(63) {
            answer.set(63, operator);
        }
        Ok(())
    }

    /// 0320: details (201, 203 to 206), then 207 after a balanced answer or 202 after an unbalanced one.
    pub(super) fn upload(&mut self, request: &Message, answer: &mut Message) -> Result<Option<&'static str>, Refusal> {
        let drop_after =
            self.faults.look(|kind| if let FaultKind::UploadDrop(count) = kind { Some(*count) } else { None });
        let station = self.station(request)?;
        let settling = station.settling.as_mut().ok_or_else(|| refuse("22", "no settlement is open"))?;
        match (request.network_code(), settling.balanced) {
            ("201" | "203" | "204" | "205" | "206", _) => {
                if drop_after.is_some_and(|most| settling.uploads >= most) {
                    self.faults.take(|kind| matches!(kind, FaultKind::UploadDrop(_)).then_some(()));
                    return Ok(Some("dropped by switch"));
                }
                settling.uploads += 1;
            }
            ("207", true) | ("202", false) => station.empty(),
            ("207", false) | ("202", true) => return Err(refuse("22", "the other end message is due")),
            _ => return Err(refuse("40", "function not supported")),
        }
        if let Some(details) = request.bytes(48) {
            answer.set(48, details);
        }
        self.approve(answer);
        Ok(None)
    }
}

/// The host's totals where they differ from the terminal's on this side, otherwise one sale of 1.00 more; the other
/// side as the terminal has it.
fn unlike(ours: Totals, theirs: Totals, foreign: bool) -> Totals {
    let (domestic_agrees, foreign_agrees) = ours.agrees(&theirs);
    let mut totals = theirs;
    if foreign {
        if foreign_agrees {
            totals.foreign_debit.add(100);
        } else {
            (totals.foreign_debit, totals.foreign_credit) = (ours.foreign_debit, ours.foreign_credit);
        }
    } else if domestic_agrees {
        totals.debit.add(100);
    } else {
        (totals.debit, totals.credit) = (ours.debit, ours.credit);
    }
    totals
}
