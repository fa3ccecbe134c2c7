//! What the ladder measures with: this machine's network as the kernel shows it, the hosts, the payment terminal. Behind a
//! trait, so that a test plays any fault. Each probe has a limit of its own; none changes anything anywhere.

use std::{
    net::{IpAddr, Ipv4Addr},
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};

use acquirer::{
    Batch, HostAddress, Limits, LinkFault, Request, Response, Route, Terminal, Verdict,
    ecr::{EcrFault, PaymentTerminal},
    exchange, reach,
};
use model::{SignInCause as Cause, StepName};

use super::{
    setup::{KNOCK, Setup},
    way::payment_terminal,
};

/// The gateway rung where there is no gateway.
pub(crate) const NO_ROUTE: &str = "no default route";

/// What one rung found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rung {
    pub(crate) name: StepName,
    /// `None`: not measured.
    pub(crate) ok: Option<bool>,
    pub(crate) ms: u64,
    pub(crate) detail: String,
    /// Of one that is not ok.
    pub(crate) verdict: Option<Verdict>,
}

impl Rung {
    pub(crate) fn good(name: StepName, detail: impl Into<String>) -> Rung {
        Rung { name, ok: Some(true), ms: 0, detail: detail.into(), verdict: None }
    }

    pub(crate) fn bad(name: StepName, detail: impl Into<String>, verdict: Verdict) -> Rung {
        Rung { name, ok: Some(false), ms: 0, detail: detail.into(), verdict: Some(verdict) }
    }

    pub(crate) fn unmeasured(name: StepName, why: impl Into<String>) -> Rung {
        Rung { name, ok: None, ms: 0, detail: why.into(), verdict: None }
    }

    fn took(mut self, begun: Instant) -> Rung {
        self.ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        self
    }
}

/// An echo's answer.
#[derive(Debug, Clone)]
pub(crate) enum Echoed {
    /// Boxed: it is large.
    Answer(Box<Response>),
    /// Can be decoded, but answers something else; the sentence says what.
    Strange(String),
    /// It did not get so far, or came to nothing.
    Nothing(Rung),
}

/// The probes of the ladder.
pub(crate) trait Probes: Sync {
    /// Carrier of the interfaces.
    fn link(&self) -> Rung;
    /// An address of our own.
    fn address(&self) -> Rung;
    /// A way out, and whether it is alive.
    fn gateway(&self) -> Rung;
    /// dns, tcp, tls of the hosts; of the one that came furthest.
    fn hosts(&self, setup: &Setup) -> Vec<Rung>;
    /// 回响测试
    fn echo(&self, setup: &Setup, batch: Option<u32>) -> Echoed;
    /// Is there a terminal on the line? ecr_link and terminal_busy.
    fn terminal(&self, setup: &Setup) -> Vec<Rung>;
}

/// The real ones. `root` is `/` but in tests.
#[derive(Debug)]
pub(crate) struct Machine {
    root: PathBuf,
}

impl Default for Machine {
    fn default() -> Machine {
        Machine { root: PathBuf::from("/") }
    }
}

/// Together at most two seconds of waiting for a host that is silent at one of the steps.
const REACH: Limits = Limits {
    resolve: Duration::from_millis(1500),
    connect: Duration::from_secs(2),
    tls: Duration::from_millis(1500),
    response: Duration::from_millis(1500),
};

impl Machine {
    /// With the kernel's files below a folder.
    #[cfg(test)]
    fn below(root: &std::path::Path) -> Machine {
        Machine { root: root.to_owned() }
    }

    fn read(&self, path: &str) -> Option<String> {
        std::fs::read_to_string(self.root.join(path)).ok()
    }
}

impl Probes for Machine {
    fn link(&self) -> Rung {
        let (name, begun) = (StepName::Link, Instant::now());
        let Ok(folder) = std::fs::read_dir(self.root.join("sys/class/net")) else {
            return Rung::unmeasured(name, "the kernel shows no interfaces");
        };
        let mut seen = Vec::new();
        for entry in folder.flatten() {
            let interface = entry.file_name().to_string_lossy().into_owned();
            if interface == "lo" {
                continue;
            }
            // of one that is switched off it can't be read
            let carrier = self.read(&format!("sys/class/net/{interface}/carrier"));
            if carrier.as_deref().map(str::trim) == Some("1") {
                return Rung::good(name, format!("{interface} is connected")).took(begun);
            }
            seen.push(interface);
        }
        seen.sort();
        let detail = match seen.as_slice() {
            [] => "there is no network interface".to_owned(),
            seen => format!("not connected: {}", seen.join(", ")),
        };
        Rung::bad(name, detail, Verdict::new(Cause::NoLink, &[])).took(begun)
    }

    fn address(&self) -> Rung {
        let (name, begun) = (StepName::Address, Instant::now());
        let Some(trie) = self.read("proc/net/fib_trie") else {
            return Rung::unmeasured(name, "the kernel shows no addresses");
        };
        let own = own_addresses(&trie);
        match own.iter().find(|address| !address.is_loopback() && !address.is_link_local()) {
            Some(address) => Rung::good(name, address.to_string()),
            None => {
                let detail = own.iter().find(|address| address.is_link_local()).map_or_else(
                    || "no address".to_owned(),
                    |address| format!("only {address}, which the machine gave itself"),
                );
                Rung::bad(name, detail, Verdict::new(Cause::NoAddress, &[Cause::NoGateway]))
            }
        }
        .took(begun)
    }

    fn gateway(&self) -> Rung {
        let (name, begun) = (StepName::Gateway, Instant::now());
        let Some(routes) = self.read("proc/net/route") else {
            return Rung::unmeasured(name, "the kernel shows no routes");
        };
        let Some(gateway) = default_gateway(&routes) else {
            return Rung::bad(name, NO_ROUTE, Verdict::new(Cause::NoGateway, &[])).took(begun);
        };
        let neighbour = self.read("proc/net/arp").and_then(|table| is_alive(&table, gateway));
        match neighbour {
            Some(true) => Rung::good(name, format!("{gateway} answers")),
            Some(false) => Rung::bad(name, format!("{gateway} does not answer"), Verdict::new(Cause::NoGateway, &[])),
            None => Rung::unmeasured(name, format!("{gateway} was not spoken to")),
        }
        .took(begun)
    }

    fn hosts(&self, setup: &Setup) -> Vec<Rung> {
        let Some(Ok(route)) = &setup.route else { return Vec::new() };
        let hosts: Vec<&HostAddress> = std::iter::once(&route.primary).chain(&route.backup).collect();
        let attempts: Vec<_> = thread::scope(|scope| {
            let running: Vec<_> =
                hosts.iter().map(|host| scope.spawn(|| reach(host, route.tls.as_ref(), &REACH))).collect();
            running.into_iter().filter_map(|running| running.join().ok()).collect()
        });
        // the one that came furthest says most; of equals the first
        let mut best: Option<acquirer::host::Attempt> = None;
        for attempt in attempts {
            let better = best.as_ref().is_none_or(|best| {
                (attempt.fault.is_none(), attempt.done.len()) > (best.fault.is_none(), best.done.len())
            });
            if better {
                best = Some(attempt);
            }
        }
        let Some(attempt) = best else { return Vec::new() };
        let literal = attempt.host.literal().is_some();
        let fault = attempt.fault.as_ref().map(|(fault, _)| fault.verdict());
        attempt
            .steps()
            .into_iter()
            .map(|step| {
                // closed as soon as connected is told as a send, of which there was none here
                let name = if step.name == StepName::Send { StepName::Tcp } else { step.name };
                if name == StepName::Dns && literal && step.ok == Some(true) {
                    return Rung::unmeasured(name, "the config names an address: nothing to look up");
                }
                let verdict = if step.ok == Some(false) { fault.clone() } else { None };
                Rung { name, ok: step.ok, ms: step.ms, detail: step.detail, verdict }
            })
            .fold(Vec::new(), |mut rungs: Vec<Rung>, rung| {
                // a rung has one finding: what went wrong with it counts more
                match rungs.iter_mut().find(|known| known.name == rung.name) {
                    Some(known) if rung.ok == Some(false) => *known = rung,
                    Some(_) => {}
                    None => rungs.push(rung),
                }
                rungs
            })
    }

    fn echo(&self, setup: &Setup, batch: Option<u32>) -> Echoed {
        let (Ok(terminal), Some(Ok(route))) = (&setup.terminal, &setup.route) else {
            return Echoed::Nothing(Rung::unmeasured(StepName::Echo, "not configured"));
        };
        echo(terminal, route, batch.and_then(Batch::new))
    }

    fn terminal(&self, setup: &Setup) -> Vec<Rung> {
        let begun = Instant::now();
        let mut terminal = match payment_terminal(setup, 500) {
            Ok(terminal) => terminal,
            Err(why) => return vec![Rung::bad(StepName::EcrLink, why, Verdict::new(Cause::NotConfigured, &[]))],
        };
        match terminal.probe(KNOCK).end {
            Ok(_) => vec![Rung::good(StepName::EcrLink, "a terminal answers").took(begun)],
            Err(fault @ EcrFault::InUse { .. }) => vec![
                Rung::unmeasured(StepName::EcrLink, "another program has the line"),
                Rung::bad(StepName::TerminalBusy, fault.to_string(), fault.verdict()).took(begun),
            ],
            Err(fault) => vec![Rung::bad(StepName::EcrLink, fault.to_string(), fault.verdict()).took(begun)],
        }
    }
}

fn echo(terminal: &Terminal, route: &Route, batch: Option<Batch>) -> Echoed {
    let begun = Instant::now();
    let request: Request = match terminal.echo(batch) {
        Ok(request) => request,
        Err(error) => return Echoed::Nothing(Rung::unmeasured(StepName::Echo, error.to_string())),
    };
    let exchange = exchange(route, &request, &REACH);
    match exchange.answer() {
        Some(bytes) => match request.check(bytes) {
            Ok(response) => Echoed::Answer(Box::new(response)),
            Err(fault @ acquirer::ResponseFault::Frame(_)) => {
                Echoed::Nothing(Rung::bad(StepName::Echo, fault.to_string(), fault.verdict()).took(begun))
            }
            Err(fault) => Echoed::Strange(fault.to_string()),
        },
        None => {
            let verdict = exchange.verdict().unwrap_or_else(|| Verdict::new(Cause::NoResponse, &[]));
            let detail = exchange.fault().map_or_else(String::new, LinkFault::to_string);
            Echoed::Nothing(Rung::bad(StepName::Echo, detail, verdict).took(begun))
        }
    }
}

/// proc(5), fib_trie: an address stands before the line that says `/32 host LOCAL`.
fn own_addresses(trie: &str) -> Vec<Ipv4Addr> {
    let (mut found, mut last) = (Vec::new(), None);
    for line in trie.lines() {
        if let Some((_, address)) = line.split_once("|-- ") {
            last = address.trim().parse::<Ipv4Addr>().ok();
        } else if line.contains("host LOCAL")
            && let Some(address) = last
            && !found.contains(&address)
        {
            found.push(address);
        }
    }
    found
}

/// proc(5), route: destination and mask zero, a gateway; hexadecimal in the machine's byte order.
fn default_gateway(routes: &str) -> Option<Ipv4Addr> {
    routes.lines().skip(1).find_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let number = |place: usize| u32::from_str_radix(fields.get(place)?, 16).ok();
        let gateway = number(2)?;
        (number(1)? == 0 && number(7)? == 0 && gateway != 0).then(|| Ipv4Addr::from(gateway.to_ne_bytes()))
    })
}

/// proc(5), arp: flags 0x2 complete, 0x0 asked for and not answered. `None`: not there.
fn is_alive(table: &str, gateway: Ipv4Addr) -> Option<bool> {
    table.lines().skip(1).find_map(|line| {
        let mut fields = line.split_whitespace();
        let address: IpAddr = fields.next()?.parse().ok()?;
        let flags = fields.nth(1)?;
        (address == IpAddr::V4(gateway)).then(|| flags != "0x0")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn machine(files: &[(&str, &str)]) -> (tempfile::TempDir, Machine) {
        let root = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = root.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let machine = Machine::below(root.path());
        (root, machine)
    }

    fn cause(rung: &Rung) -> Option<Cause> {
        rung.verdict.as_ref().map(|verdict| verdict.cause)
    }

    const TRIE: &str = "Local:\n  +-- 0.0.0.0/0 3 0 5\n     |-- 127.0.0.1\n        /32 host LOCAL\n     |-- 192.168.1.23\n        \
                        /32 host LOCAL\n     |-- 192.168.1.255\n        /32 link BROADCAST\n";
    const ROUTES: &str = "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n\
                          eth0\t0001A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n\
                          eth0\t00000000\t0101A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n";
    const ARP: &str = "IP address       HW type     Flags       HW address            Mask     Device\n\
                       192.168.1.1      0x1         0x2         aa:bb:cc:dd:ee:ff     *        eth0\n";

    #[test]
    fn a_machine_in_a_network_has_link_address_and_gateway() {
        let (_root, machine) = machine(&[
            ("sys/class/net/lo/carrier", "1\n"),
            ("sys/class/net/eth0/carrier", "1\n"),
            ("proc/net/fib_trie", TRIE),
            ("proc/net/route", ROUTES),
            ("proc/net/arp", ARP),
        ]);
        let rungs = [machine.link(), machine.address(), machine.gateway()];
        assert!(rungs.iter().all(|rung| rung.ok == Some(true)), "{rungs:?}");
        assert_eq!(rungs[1].detail, "192.168.1.23");
        assert_eq!(rungs[2].detail, "192.168.1.1 answers");
    }

    #[test]
    fn each_missing_piece_has_a_cause_of_its_own() {
        let (_root, unplugged) = machine(&[("sys/class/net/lo/carrier", "1\n"), ("sys/class/net/eth0/carrier", "0\n")]);
        assert_eq!(cause(&unplugged.link()), Some(Cause::NoLink));
        let (_root, alone) = machine(&[(
            "proc/net/fib_trie",
            "     |-- 169.254.7.1\n        /32 host LOCAL\n     |-- 127.0.0.1\n        /32 host LOCAL\n",
        )]);
        assert_eq!(cause(&alone.address()), Some(Cause::NoAddress));
        let (_root, no_way) = machine(&[("proc/net/route", "Iface\tDestination\tGateway\n")]);
        assert_eq!(cause(&no_way.gateway()), Some(Cause::NoGateway));
        let dead = ARP.replace("0x2 ", "0x0 ");
        let (_root, dead) = machine(&[("proc/net/route", ROUTES), ("proc/net/arp", dead.as_str())]);
        assert_eq!(cause(&dead.gateway()), Some(Cause::NoGateway));
    }

    #[test]
    fn what_the_kernel_does_not_show_is_not_measured_and_never_ok() {
        let (_root, bare) = machine(&[]);
        for rung in [bare.link(), bare.address(), bare.gateway()] {
            assert_eq!((rung.ok, rung.verdict), (None, None));
        }
        let (_root, quiet) = machine(&[("proc/net/route", ROUTES), ("proc/net/arp", "IP address\n")]);
        assert_eq!(quiet.gateway().ok, None, "nobody spoke to it");
    }
}
