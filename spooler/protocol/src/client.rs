//! The client: connects, says hello, sends requests and reads what comes back. Used by the console, by the verbs and
//! by tests.

use std::{
    collections::VecDeque,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::value::RawValue;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        UnixStream,
        unix::{OwnedReadHalf, OwnedWriteHalf},
    },
};
use zeroize::Zeroize as _;

use crate::{
    ANSWER_LIMIT, PROTOCOL,
    frame::{Frame, Lines},
    hello::Hello,
    problem::Problem,
    reply::Event,
    request::{self, Approval},
};

/// Why talking to the spooler failed. Exit status 3 of the command line, except for `Refused`.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    #[error("connecting to the spooler at {path}: {source}; is counterfoil-spooler running?")]
    Unreachable { path: PathBuf, source: std::io::Error },
    #[error("the spooler closed the connection")]
    Closed,
    #[error("talking to the spooler: {0}")]
    Io(#[from] std::io::Error),
    #[error("the spooler speaks protocol {0}, this program speaks {PROTOCOL}; install the same version of both")]
    OtherProtocol(u32),
    #[error("the spooler's answer was not understood: {0}")]
    Garbled(String),
    #[error(transparent)]
    Refused(Box<Problem>),
}

/// One line from the daemon.
#[derive(Debug)]
pub enum Incoming {
    Answer {
        id: u64,
        result: Result<Box<RawValue>, Box<Problem>>,
    },
    /// A part of an answer that is still to come, for a request that asked for such.
    Progress {
        id: u64,
        part: Box<RawValue>,
    },
    Event(Event),
}

/// A connection after its hello.
#[derive(Debug)]
pub struct Client {
    reader: Reader,
    writer: Writer,
    /// The daemon's hello.
    pub hello: Hello,
    /// Lines read while waiting for another.
    waiting: VecDeque<Incoming>,
}

/// The half that reads; the console hands it to a task of its own.
#[derive(Debug)]
pub struct Reader {
    half: OwnedReadHalf,
    lines: Lines,
}

/// The half that writes requests and numbers them.
#[derive(Debug)]
pub struct Writer {
    half: OwnedWriteHalf,
    last_id: u64,
    approval: Option<Approval>,
}

#[derive(Deserialize)]
struct RawIncoming {
    id: Option<u64>,
    ok: Option<Box<RawValue>>,
    progress: Option<Box<RawValue>>,
    error: Option<Problem>,
    event: Option<Event>,
    hello: Option<Hello>,
}

impl Client {
    /// Connects and exchanges hellos.
    ///
    /// # Errors
    /// Nobody there, another protocol, or a refusal by the daemon.
    pub async fn connect(path: &Path, hello: &Hello) -> Result<Client, ClientError> {
        let stream = UnixStream::connect(path)
            .await
            .map_err(|source| ClientError::Unreachable { path: path.to_owned(), source })?;
        let (read, write) = stream.into_split();
        let mut reader = Reader { half: read, lines: Lines::new(ANSWER_LIMIT) };
        let mut writer = Writer { half: write, last_id: 0, approval: None };
        let line = serde_json::json!({ "hello": hello }).to_string() + "\n";
        // a daemon that refuses at the door answers before it reads: its answer counts more than our failed write
        let written = writer.half.write_all(line.as_bytes()).await;
        let answer = reader.raw().await;
        if let Err(error) = written
            && answer.is_err()
        {
            return Err(error.into());
        }
        match answer? {
            RawIncoming { hello: Some(theirs), .. } if theirs.protocol == PROTOCOL => {
                Ok(Client { reader, writer, hello: theirs, waiting: VecDeque::new() })
            }
            RawIncoming { hello: Some(theirs), .. } => Err(ClientError::OtherProtocol(theirs.protocol)),
            RawIncoming { error: Some(problem), .. } => Err(ClientError::Refused(Box::new(problem))),
            _ => Err(ClientError::Garbled("no hello".into())),
        }
    }

    /// Sends a request that asks for progress and waits for its answer; each part is handed over as it comes.
    ///
    /// # Errors
    /// The connection, or the daemon's refusal.
    pub async fn call_live<T: DeserializeOwned>(
        &mut self,
        verb: &str,
        body: &impl Serialize,
        mut part: impl FnMut(&RawValue),
    ) -> Result<T, ClientError> {
        let wanted = self.writer.send(verb, body).await?;
        loop {
            match self.reader.next().await? {
                Incoming::Progress { id, part: raw } if id == wanted => part(&raw),
                Incoming::Answer { id, result } if id == wanted => {
                    let raw = result.map_err(ClientError::Refused)?;
                    return serde_json::from_str(raw.get()).map_err(|e| ClientError::Garbled(e.to_string()));
                }
                other => self.waiting.push_back(other),
            }
        }
    }

    /// Sends a request and waits for its answer; other lines are kept for [`Client::next`].
    ///
    /// # Errors
    /// The connection, or the daemon's refusal.
    pub async fn call<T: DeserializeOwned>(&mut self, verb: &str, body: &impl Serialize) -> Result<T, ClientError> {
        let wanted = self.writer.send(verb, body).await?;
        loop {
            match self.reader.next().await? {
                Incoming::Answer { id, result } if id == wanted => {
                    let raw = result.map_err(ClientError::Refused)?;
                    return serde_json::from_str(raw.get()).map_err(|e| ClientError::Garbled(e.to_string()));
                }
                other => self.waiting.push_back(other),
            }
        }
    }

    /// The next line from the daemon.
    ///
    /// # Errors
    /// The connection, or a line that is no answer and no event.
    pub async fn next(&mut self) -> Result<Incoming, ClientError> {
        match self.waiting.pop_front() {
            Some(incoming) => Ok(incoming),
            None => self.reader.next().await,
        }
    }

    /// From here on every request carries this second person's approval; `None`: none does.
    pub fn approved_by(&mut self, approval: Option<Approval>) {
        self.writer.approved_by(approval);
    }

    /// Both halves, for programs that read and write at the same time.
    pub fn split(self) -> (Reader, Writer) {
        (self.reader, self.writer)
    }
}

impl Writer {
    /// From here on every request carries this second person's approval; `None`: none does.
    pub fn approved_by(&mut self, approval: Option<Approval>) {
        self.approval = approval;
    }

    /// Sends a request; returns its id.
    ///
    /// # Errors
    /// The connection.
    pub async fn send(&mut self, verb: &str, body: &impl Serialize) -> Result<u64, ClientError> {
        self.last_id += 1;
        // a log-on and an event need nobody's approval
        let approval = self.approval.as_ref().filter(|_| !matches!(verb, "log_on" | "record"));
        let line = match approval {
            None => request::line(self.last_id, verb, body),
            Some(approval) => request::approved_line(self.last_id, verb, body, approval),
        };
        let mut line = line.map_err(|e| ClientError::Io(std::io::Error::other(e)))?;
        let written = self.half.write_all(line.as_bytes()).await;
        // there may be a PIN in it
        line.zeroize();
        written?;
        Ok(self.last_id)
    }
}

impl Reader {
    /// The next answer or event.
    ///
    /// # Errors
    /// The connection, or a line that is neither.
    pub async fn next(&mut self) -> Result<Incoming, ClientError> {
        match self.raw().await? {
            RawIncoming { event: Some(event), .. } => Ok(Incoming::Event(event)),
            RawIncoming { id: Some(id), ok: Some(raw), .. } => Ok(Incoming::Answer { id, result: Ok(raw) }),
            RawIncoming { id: Some(id), progress: Some(part), .. } => Ok(Incoming::Progress { id, part }),
            RawIncoming { id: Some(id), error: Some(problem), .. } => {
                Ok(Incoming::Answer { id, result: Err(Box::new(problem)) })
            }
            RawIncoming { error: Some(problem), .. } => Err(ClientError::Refused(Box::new(problem))),
            _ => Err(ClientError::Garbled("neither answer nor event".into())),
        }
    }

    async fn raw(&mut self) -> Result<RawIncoming, ClientError> {
        loop {
            match self.lines.next_frame() {
                Some(Frame::Line(line)) => {
                    return serde_json::from_slice(&line).map_err(|e| ClientError::Garbled(e.to_string()));
                }
                Some(_) => return Err(ClientError::Garbled("a line over the limit".into())),
                None => {}
            }
            let mut chunk = [0; 16 * 1024];
            let count = self.half.read(&mut chunk).await?;
            if count == 0 {
                return Err(ClientError::Closed);
            }
            self.lines.feed(chunk.get(..count).unwrap_or_default());
        }
    }
}
