//! Trades at the host: 0200 sale, void, refund, balance and 0400 reversal, authenticated by field 64. A till never sends
//! them; a payment terminal does, and two of them on one number break each other here (A0).

use super::fault::FaultKind;
use super::host::{Host, Refusal, refuse};
use super::message::Message;
use super::station::Trade;

impl Host {
    pub(super) fn trade(&mut self, request: &Message, answer: &mut Message) -> Result<(), Refusal> {
        for field in [3, 4, 25, 49] {
            if let Some(value) = request.bytes(field) {
                answer.set(field, value);
            }
        }
        self.check_mac(request)?;
        let (trace, kind) = (request.text(11).unwrap_or("").to_owned(), request.trade().to_owned());
        if trace.is_empty() {
            return Err(refuse("30", "no trace"));
        }
        let foreign = !request.text(2).is_some_and(|card| card.starts_with("62"));
        let amount = request.number(4).unwrap_or(0);
        let original = request.text(61).and_then(|original| original.get(6..12)).unwrap_or("").to_owned();
        let station = self.station(request)?;
        if station.traces.contains(&trace) {
            return Err(refuse("94", "trace used before"));
        }
        match kind.as_str() {
            "01" => {}
            _ if amount == 0 => return Err(refuse("13", "no amount")),
            "23" | "21" => {
                let sale = station.trades.iter_mut().find(|trade| trade.trace == original && !trade.voided);
                let sale = sale.ok_or_else(|| refuse("25", "original not found"))?;
                if sale.amount != amount {
                    return Err(refuse("64", "another amount than the original's"));
                }
                sale.voided = true;
            }
            "22" | "20" | "24" | "25" => {}
            _ => return Err(refuse("40", "function not supported")),
        }
        station.traces.insert(trace.clone());
        if let Some(sum) = station.totals.sum_of(&kind, foreign) {
            sum.add(amount);
            station.trades.push(Trade { trace: trace.clone(), kind, amount, foreign, voided: false });
        }
        self.approve(answer);
        answer.set(38, trace);
        answer.set(63, if foreign { "VIS" } else { "CUP" });
        let date = answer.text(13).unwrap_or("0101").to_owned();
        answer.set(15, date);
        self.seal(request, answer);
        Ok(())
    }

    /// 0400 takes a trade back; one that never arrived is answered 25, which the terminal counts as done.
    pub(super) fn reverse(&mut self, request: &Message, answer: &mut Message) -> Result<(), Refusal> {
        self.check_mac(request)?;
        let trace = request.text(11).unwrap_or("").to_owned();
        let station = self.station(request)?;
        let index = station.trades.iter().position(|trade| trade.trace == trace);
        let index = index.ok_or_else(|| refuse("25", "original not found"))?;
        let trade = station.trades.remove(index);
        if let Some(sum) = station.totals.sum_of(&trade.kind, trade.foreign) {
            sum.take_away(trade.amount);
        }
        self.approve(answer);
        self.seal(request, answer);
        Ok(())
    }

    fn check_mac(&mut self, request: &Message) -> Result<(), Refusal> {
        match (self.mac_of(request), request.text(64)) {
            (Some(ours), Some(theirs)) if ours == theirs => Ok(()),
            _ => Err(refuse("A0", "MAC wrong")),
        }
    }

    /// Field 64 of the answer to a trade, to a refused one too; other answers have none.
    pub(super) fn seal(&mut self, request: &Message, answer: &mut Message) {
        if matches!(request.mti(), "0200" | "0400")
            && let Some(station) = request.text(41).map(str::to_owned)
            && let Some(mac) = self.mac_over(&station, answer)
        {
            answer.set(64, mac);
        }
    }

    fn mac_of(&self, request: &Message) -> Option<String> {
        self.mac_over(request.text(41)?, request)
    }

    fn mac_over(&self, terminal: &str, message: &Message) -> Option<String> {
        let (keys, layout) = self.stations.get(terminal)?.keys.as_ref()?;
        let switched = self.faults.look(|kind| if let FaultKind::Mac(profile) = kind { Some(*profile) } else { None });
        Some(message.authenticated(switched.unwrap_or(layout.mac()), &keys.mak))
    }
}
