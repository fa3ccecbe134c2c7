//! The line to the daemon: connects, says hello, carries requests and answers, and tries again when it breaks.
//!
//! Runs as a task of its own with one more for writing, so that a daemon that stops reading never stops the console.

use std::{collections::HashMap, path::PathBuf, time::Duration};

use protocol::{Client, ClientError, Hello, Incoming, client::Reader};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::{
    away::Away,
    message::{Message, Tag},
};

/// The first pause after a failed try; each further one is twice as long, up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// A request on its way.
#[derive(Debug)]
pub(crate) struct Outgoing {
    pub(crate) tag: Tag,
    pub(crate) verb: &'static str,
    pub(crate) body: serde_json::Value,
}

/// Keeps the line up until the console is gone.
pub(crate) async fn keep(
    socket: PathBuf,
    hello: Hello,
    mut requests: UnboundedReceiver<Outgoing>,
    heard: UnboundedSender<Message>,
) {
    let mut pause = FIRST_PAUSE;
    loop {
        let away = match Client::connect(&socket, &hello).await {
            Ok(client) => {
                pause = FIRST_PAUSE;
                // requests of an earlier connection: the console asks anew once it hears of this one
                while requests.try_recv().is_ok() {}
                if heard.send(Message::Connected(client.hello.clone())).is_err() {
                    return;
                }
                match talk(client, &mut requests, &heard).await {
                    Some(error) => Away::because(error),
                    None => return,
                }
            }
            Err(error) => Away::because(error),
        };
        if heard.send(Message::Disconnected(away)).is_err() {
            return;
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// Carries lines both ways until the connection breaks (`Some`) or the console is gone (`None`).
async fn talk(
    client: Client,
    requests: &mut UnboundedReceiver<Outgoing>,
    heard: &UnboundedSender<Message>,
) -> Option<ClientError> {
    let (mut reader, mut writer): (Reader, _) = client.split();
    let (to_writer, mut lines) = unbounded_channel::<Outgoing>();
    let writing = tokio::spawn(async move {
        while let Some(request) = lines.recv().await {
            if writer.send(request.verb, &request.body).await.is_err() {
                return;
            }
        }
    });
    // the client numbers its requests 1, 2, 3 …; so do we, to know whose answer comes
    let mut asked: HashMap<u64, Tag> = HashMap::new();
    let mut last = 0;
    let error = loop {
        tokio::select! {
            incoming = reader.next() => {
                let message = match incoming {
                    Ok(Incoming::Answer { id, result }) => match asked.remove(&id) {
                        Some(tag) => Message::Answer { tag, answer: result },
                        None => continue,
                    },
                    Ok(Incoming::Progress { id, part }) => match asked.get(&id) {
                        Some(tag) => Message::Part { tag: *tag, part },
                        None => continue,
                    },
                    Ok(Incoming::Event(event)) => Message::Event(event),
                    Err(error) => break Some(error),
                };
                if heard.send(message).is_err() {
                    break None;
                }
            }
            request = requests.recv() => {
                let Some(request) = request else { break None };
                last += 1;
                asked.insert(last, request.tag);
                if to_writer.send(request).is_err() {
                    break Some(ClientError::Closed);
                }
            }
        }
    };
    writing.abort();
    error
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncBufReadExt, AsyncWriteExt, BufStream},
        net::{UnixListener, UnixStream},
    };

    use model::Language;
    use protocol::PROTOCOL;

    use super::*;

    async fn greeted(listener: &UnixListener, protocol: u32) -> BufStream<UnixStream> {
        let mut stream = BufStream::new(listener.accept().await.unwrap().0);
        let mut line = String::new();
        stream.read_line(&mut line).await.unwrap();
        assert!(line.contains("hello"), "{line}");
        say(&mut stream, &format!(r#"{{"hello":{{"program":"d","version":"1","protocol":{protocol}}}}}"#)).await;
        stream
    }

    async fn say(stream: &mut BufStream<UnixStream>, line: &str) {
        stream.write_all(format!("{line}\n").as_bytes()).await.unwrap();
        stream.flush().await.unwrap();
    }

    #[test]
    fn answers_find_their_requests_and_a_broken_line_is_taken_up_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("spooler.sock");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = UnixListener::bind(&path).unwrap();
            let (requests, outgoing) = unbounded_channel();
            let (heard, mut messages) = unbounded_channel();
            tokio::spawn(keep(path.clone(), Hello::of("c", "1"), outgoing, heard));
            for round in 0..2 {
                let mut daemon = greeted(&listener, PROTOCOL).await;
                assert!(matches!(messages.recv().await, Some(Message::Connected(_))));
                let ask = |tag| Outgoing { tag: Tag(tag), verb: "status", body: serde_json::json!({}) };
                requests.send(ask(round * 10 + 7)).unwrap();
                requests.send(ask(round * 10 + 8)).unwrap();
                let mut line = String::new();
                daemon.read_line(&mut line).await.unwrap();
                assert_eq!(line, "{\"id\":1,\"status\":{}}\n");
                say(&mut daemon, r#"{"id":2,"ok":{"later":true}}"#).await;
                say(&mut daemon, r#"{"event":{"change":9}}"#).await;
                say(&mut daemon, r#"{"id":1,"ok":{}}"#).await;
                let Some(Message::Answer { tag, answer }) = messages.recv().await else { panic!("no answer") };
                assert_eq!((tag, answer.unwrap().get()), (Tag(round * 10 + 8), r#"{"later":true}"#));
                assert!(matches!(messages.recv().await, Some(Message::Event(_))));
                let Some(Message::Answer { tag, .. }) = messages.recv().await else { panic!("no answer") };
                assert_eq!(tag, Tag(round * 10 + 7));
                drop(daemon);
                assert!(matches!(messages.recv().await, Some(Message::Disconnected(Away::Closed))));
            }
            let _other = greeted(&listener, PROTOCOL + 6).await;
            let Some(Message::Disconnected(away)) = messages.recv().await else { panic!("connected") };
            assert_eq!(away, Away::OtherProtocol(PROTOCOL + 6));
            assert!(!away.what(Language::Zh).is_empty());
        });
    }
}
