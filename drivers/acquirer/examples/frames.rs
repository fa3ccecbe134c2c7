//! For `oracle.py`: prints our request frames as hex, one a line, an empty line, and then reads frames as hex from standard
//! input and prints each decoded and encoded again, or `error: …`.

use std::io::{BufRead, stdin};

use acquirer::{
    Batch, NetworkCode, Request, Terminal, Trace,
    iso::{Frame, RequestError},
};
use model::{BatchTotals, Fen, Total};

fn requests() -> Result<Vec<Request>, Box<dyn std::error::Error>> {
    let terminal = Terminal::new("6000030000".parse()?, "603100311000".parse()?, "12345678", "898110012345678")?;
    let batch = Batch::new(2).ok_or("no batch")?;
    let mut trace = Trace::FIRST;
    let mut all: Result<Vec<Request>, RequestError> =
        [NetworkCode::Single, NetworkCode::Double, NetworkCode::DoubleWithTrack, NetworkCode::Sm4]
            .into_iter()
            .map(|network| {
                trace = trace.next();
                terminal.sign_in(trace, Some(batch), network, "01")
            })
            .collect();
    if let Ok(requests) = &mut all {
        let total = |count, amount| Total { count, amount: Fen::new(amount).unwrap_or_default() };
        let totals = BatchTotals {
            debit: total(3, 123_400),
            credit: total(1, 5_000),
            foreign_debit: total(999, 999_999_999_999),
            foreign_credit: total(0, 0),
        };
        requests.extend([
            terminal.sign_in(trace, None, NetworkCode::Double, "099")?,
            terminal.sign_out(trace, Some(batch))?,
            terminal.echo(None)?,
            terminal.settle(trace, batch, &totals, "01")?,
            terminal.settle_end(trace, batch)?,
        ]);
    }
    Ok(all?)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

fn again(line: &str) -> Result<String, Box<dyn std::error::Error>> {
    let digits: Vec<char> = line.trim().chars().collect();
    let bytes: Result<Vec<u8>, _> =
        digits.chunks(2).map(|pair| u8::from_str_radix(&pair.iter().collect::<String>(), 16)).collect();
    Ok(hex(&Frame::decode(&bytes?)?.encode()?))
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for request in requests()? {
        println!("{}", hex(request.bytes()));
    }
    println!();
    for line in stdin().lock().lines() {
        match again(&line?) {
            Ok(hex) => println!("{hex}"),
            Err(error) => println!("error: {error}"),
        }
    }
    Ok(())
}
