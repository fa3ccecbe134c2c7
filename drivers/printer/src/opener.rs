//! Opening the way to one printer, again and again: which node it has now, what its host's name means now.

use std::{fs, io, net::IpAddr, os::unix::fs::MetadataExt, path::PathBuf};

use crate::{
    Connection, Intake, Places,
    connection::UsbPrinter,
    file::FileLink,
    link::{Link, LinkError},
    resolve::Lookup,
    serial::SerialLink,
    tcp::TcpOpening,
    usb::{Finder, UsbLink, not_there},
    watch::Target,
};

/// A way that is being opened.
#[derive(Debug)]
pub(crate) enum Opening {
    Open(Link),
    /// Writable when it stands or failed; then [`TcpOpening::finish`].
    Connecting(TcpOpening),
    /// The host's name is looked up; the bell rings when [`Opener::resolved`] knows more.
    Resolving,
}

/// Opens the way to one printer.
#[derive(Debug)]
pub(crate) struct Opener {
    connection: Connection,
    places: Places,
    intake: Intake,
    finder: Option<Finder>,
    /// Kept while it runs, even when nobody waits any more: a resolver that hangs hangs once, not once for each try.
    lookup: Option<Lookup>,
    /// The device that was opened last, and what it was.
    node: Option<(PathBuf, FileId)>,
}

/// Device and inode number: a node that was made anew differs.
type FileId = (u64, u64);

impl Opener {
    pub(crate) fn new(connection: Connection, places: Places, intake: Intake) -> Self {
        let finder = match &connection {
            Connection::Usb(printer) => Some(Finder::new(places.clone(), printer.clone())),
            _ => None,
        };
        Self { connection, places, intake, finder, lookup: None, node: None }
    }

    pub(crate) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Begins to open. `ring` is called when a look-up is done.
    pub(crate) fn open(&mut self, ring: impl FnOnce() + Send + 'static) -> Result<Opening, LinkError> {
        match &self.connection {
            Connection::Tcp { host, port } => {
                if let Ok(address) = host.parse::<IpAddr>() {
                    return self.connect(TcpOpening::start(vec![(address, *port).into()])).map(Opening::Connecting);
                }
                if self.lookup.is_none() {
                    let lookup = Lookup::start(host, *port, ring).map_err(|source| self.error("looking up", source))?;
                    self.lookup = Some(lookup);
                }
                Ok(Opening::Resolving)
            }
            Connection::File { path } => {
                let opened = FileLink::open(path).map(Link::File);
                opened.map(Opening::Open).map_err(|source| self.error("opening", source))
            }
            Connection::Serial(_) | Connection::Usb(_) => {
                self.open_device().map(Opening::Open).map_err(|source| self.error("opening", source))
            }
        }
    }

    /// The answer of the look-up, once there is one: the connection that it makes possible.
    pub(crate) fn resolved(&mut self) -> Option<Result<TcpOpening, LinkError>> {
        let answer = self.lookup.as_ref()?.answer()?;
        // asked anew the next time: addresses change
        self.lookup = None;
        // whatever a resolver says, for a person it means: that address leads nowhere
        let unknown = |error: io::Error| io::Error::new(io::ErrorKind::HostUnreachable, error);
        let opening = answer.map_err(unknown).and_then(TcpOpening::start);
        Some(self.connect(opening))
    }

    /// What to watch while the device is not there, or may not be opened.
    pub(crate) fn targets(&self) -> Vec<Target> {
        match &self.connection {
            Connection::Serial(line) => vec![Target::Node(self.places.node(&line.path))],
            Connection::Usb(printer) => {
                let any = Target::Any { folder: self.places.usb_nodes(), prefix: "lp" };
                let named = match printer {
                    UsbPrinter::Node(path) => Some(self.places.node(path)),
                    UsbPrinter::Serial(_) | UsbPrinter::Port(_) => None,
                };
                // rights may change where a link leads
                let found = self.node().filter(|node| Some(node) != named.as_ref());
                [Some(any), named.map(Target::Node), found.map(Target::Node)].into_iter().flatten().collect()
            }
            Connection::Tcp { .. } | Connection::File { .. } => Vec::new(),
        }
    }

    /// True if there is a node to open.
    pub(crate) fn is_there(&self) -> bool {
        self.node().is_some_and(|node| node.exists())
    }

    /// True if the node that was opened last is still the same.
    pub(crate) fn is_same(&self) -> bool {
        self.node.as_ref().is_none_or(|(node, id)| id_of(node) == Some(*id))
    }

    pub(crate) fn error(&self, doing: &'static str, source: io::Error) -> LinkError {
        LinkError::new(doing, &self.connection, source)
    }

    fn connect(&self, opening: io::Result<TcpOpening>) -> Result<TcpOpening, LinkError> {
        opening.map_err(|source| self.error("connecting to", source))
    }

    fn node(&self) -> Option<PathBuf> {
        match (&self.connection, &self.finder) {
            (Connection::Serial(line), _) => Some(self.places.node(&line.path)),
            (_, Some(finder)) => finder.node(),
            _ => None,
        }
    }

    fn open_device(&mut self) -> io::Result<Link> {
        let node = self.node().ok_or_else(not_there)?;
        let link = match &self.connection {
            Connection::Serial(line) => Link::Serial(SerialLink::open(&node, line, self.intake)?),
            _ => Link::Usb(UsbLink::open(&node)?),
        };
        if let Some(finder) = &mut self.finder {
            finder.opened(&node);
        }
        self.node = id_of(&node).map(|id| (node, id));
        Ok(link)
    }
}

fn id_of(node: &std::path::Path) -> Option<FileId> {
    fs::metadata(node).ok().map(|found| (found.dev(), found.ino()))
}
