//! The requests of a terminal that moves no money: sign-in, sign-out, echo, settlement and its end. None carries a MAC, a
//! PIN or a track.

use model::BatchTotals;

use super::{
    frame::{Frame, Header, Tpdu},
    message::{EncodeError, Message},
    mti::Mti,
    number::{Batch, NetworkCode, Trace},
    response::{Response, ResponseFault},
    totals::{self, TotalsError},
};

/// A request that cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    #[error("terminal number must be 8 printable ASCII characters")]
    TerminalId,
    #[error("merchant number must be 15 printable ASCII characters")]
    MerchantId,
    #[error("settlement totals: {0}")]
    Totals(#[from] TotalsError),
    #[error(transparent)]
    Encode(#[from] EncodeError),
}

/// Who we are at the host: addresses and numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terminal {
    tpdu: Tpdu,
    header: Header,
    terminal_id: String,
    merchant_id: String,
}

impl Terminal {
    /// 终端号 8, 商户号 15.
    ///
    /// # Errors
    /// When a number has another length or other characters.
    pub fn new(tpdu: Tpdu, header: Header, terminal_id: &str, merchant_id: &str) -> Result<Terminal, RequestError> {
        let graphic = |text: &str, length: usize| text.len() == length && text.bytes().all(|b| b.is_ascii_graphic());
        if !graphic(terminal_id, 8) {
            return Err(RequestError::TerminalId);
        }
        if !graphic(merchant_id, 15) {
            return Err(RequestError::MerchantId);
        }
        Ok(Terminal { tpdu, header, terminal_id: terminal_id.to_owned(), merchant_id: merchant_id.to_owned() })
    }

    /// 终端号
    pub fn terminal_id(&self) -> &str {
        &self.terminal_id
    }

    /// 商户号
    pub fn merchant_id(&self) -> &str {
        &self.merchant_id
    }

    /// The same terminal under another TPDU: for the probe of the addressing.
    #[must_use]
    pub fn with_tpdu(&self, tpdu: Tpdu) -> Terminal {
        Terminal { tpdu, ..self.clone() }
    }

    /// 签到: 0800. Before the first sign-in the batch is not known: `None` sends 000000. Safe to repeat, though each success
    /// makes new keys.
    ///
    /// # Errors
    /// None with a terminal made by [`Terminal::new`].
    pub fn sign_in(
        &self,
        trace: Trace,
        batch: Option<Batch>,
        network: NetworkCode,
        operator: &str,
    ) -> Result<Request, RequestError> {
        self.request(
            Message::new(Mti::SIGN_IN)
                .with(11, trace.to_string())
                .with(60, management(batch, network.digits()))
                .with(63, operator_field(operator)),
        )
    }

    /// 签退: 0820/002.
    ///
    /// # Errors
    /// None with a terminal made by [`Terminal::new`].
    pub fn sign_out(&self, trace: Trace, batch: Option<Batch>) -> Result<Request, RequestError> {
        self.request(Message::new(Mti::MANAGEMENT).with(11, trace.to_string()).with(60, management(batch, "002")))
    }

    /// 回响测试: 0820/301; needs no keys and no trace, and repeating it harms nothing.
    ///
    /// # Errors
    /// None with a terminal made by [`Terminal::new`].
    pub fn echo(&self, batch: Option<Batch>) -> Result<Request, RequestError> {
        self.request(Message::new(Mti::MANAGEMENT).with(60, management(batch, "301")))
    }

    /// 批结算: 0500/201 with our totals.
    ///
    /// # Errors
    /// When a side has more than 999 transactions.
    pub fn settle(
        &self,
        trace: Trace,
        batch: Batch,
        totals: &BatchTotals,
        operator: &str,
    ) -> Result<Request, RequestError> {
        self.request(
            Message::new(Mti::SETTLEMENT)
                .with(11, trace.to_string())
                .with(48, totals::digits(totals)?)
                .with(49, *b"156")
                .with(60, management(Some(batch), "201"))
                .with(63, operator_field(operator)),
        )
    }

    /// 上送结束, balanced: 0320/207. Details are never uploaded from here, so there is no end for an unbalanced batch.
    ///
    /// # Errors
    /// None with a terminal made by [`Terminal::new`].
    pub fn settle_end(&self, trace: Trace, batch: Batch) -> Result<Request, RequestError> {
        self.request(Message::new(Mti::UPLOAD).with(11, trace.to_string()).with(60, management(Some(batch), "207")))
    }

    fn request(&self, message: Message) -> Result<Request, RequestError> {
        let message = message.with(41, self.terminal_id.as_str()).with(42, self.merchant_id.as_str());
        let frame = Frame { tpdu: self.tpdu, header: self.header, message };
        Ok(Request { bytes: frame.encode()?, message: frame.message })
    }
}

/// Field 60 of a management message: type 00, batch, network code.
fn management(batch: Option<Batch>, code: &str) -> String {
    format!("00{:06}{code}", batch.map_or(0, Batch::get))
}

/// Field 63.1: three characters, left-aligned. An operator id of the console that does not fit is sent as `01`: hosts only
/// print it.
fn operator_field(operator: &str) -> Vec<u8> {
    let fits = (1..=3).contains(&operator.len()) && operator.bytes().all(|b| b.is_ascii_alphanumeric());
    format!("{:<3}", if fits { operator } else { "01" }).into_bytes()
}

/// A frame ready to be sent, and what its answer must echo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    bytes: Vec<u8>,
    message: Message,
}

impl Request {
    /// The frame, LEN first.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The message in it.
    pub fn message(&self) -> &Message {
        &self.message
    }

    /// Reads an answer and checks that it is one to this request.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn check(&self, answer: &[u8]) -> Result<Response, ResponseFault> {
        Response::read(&self.message, answer)
    }
}
