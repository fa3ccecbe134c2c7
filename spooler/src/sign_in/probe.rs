//! What the ladder measures with: this machine's network as the kernel shows it, the hosts, the payment terminal. Behind a
//! trait, so that a test plays any fault. Each probe has a limit of its own; none changes anything anywhere.

use std::{
    net::{IpAddr, Ipv4Addr},
    path::PathBuf,
    sync::{Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use acquirer::{
    Batch, HostAddress, Limits, LinkFault, Request, Response, Route, Terminal, Verdict,
    ecr::{EcrFault, PaymentTerminal, RecordResponse},
    exchange,
    host::Attempt,
    reach,
};
use model::{Reading, SignInCause as Cause, StepName};

use super::{said::Said, setup::Setup, way::payment_terminal};

/// What one rung found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rung {
    pub(crate) name: StepName,
    /// `None`: not measured.
    pub(crate) ok: Option<bool>,
    pub(crate) ms: u64,
    pub(crate) said: Said,
    /// Of one that is not ok.
    pub(crate) verdict: Option<Verdict>,
    /// Not ok, and yet no cause: there is another way, and that one is measured, too.
    pub(crate) aside: bool,
}

impl Rung {
    pub(crate) fn good(name: StepName, said: Said) -> Rung {
        Rung { name, ok: Some(true), ms: 0, said, verdict: None, aside: false }
    }

    pub(crate) fn bad(name: StepName, said: Said, verdict: Verdict) -> Rung {
        Rung { name, ok: Some(false), ms: 0, said, verdict: Some(verdict), aside: false }
    }

    pub(crate) fn unmeasured(name: StepName, why: Said) -> Rung {
        Rung { name, ok: None, ms: 0, said: why, verdict: None, aside: false }
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
    /// Can be decoded, but answers something else, or without what an answer must have.
    Strange(Said, Verdict),
    /// It did not get so far, or came to nothing.
    Nothing(Rung),
}

/// The probes of the ladder. `limit` is all the time that one may take: its own limit, or what is left of the ladder's.
pub(crate) trait Probes: Sync {
    /// So long ago the ladder began.
    fn elapsed(&self) -> Duration;
    /// Carrier of the interfaces.
    fn link(&self) -> Rung;
    /// An address of our own.
    fn address(&self) -> Rung;
    /// A way out, and whether it is alive.
    fn gateway(&self) -> Rung;
    /// dns, tcp, tls of the host that came furthest, behind what went wrong with the other one.
    fn hosts(&self, setup: &Setup, limit: Duration) -> Vec<Rung>;
    /// 回响测试
    fn echo(&self, setup: &Setup, batch: Option<u32>, limit: Duration) -> Echoed;
    /// Is there a terminal on the line? ecr_link and terminal_busy.
    fn terminal(&self, setup: &Setup, limit: Duration) -> Vec<Rung>;
}

/// The real ones. `root` is `/` but in tests.
#[derive(Debug)]
pub(crate) struct Machine {
    root: PathBuf,
    begun: Instant,
    /// The host that came furthest: the echo goes there.
    furthest: Mutex<Option<HostAddress>>,
    /// What the payment terminal told beside: it was acknowledged, so it is kept.
    overheard: Mutex<Vec<RecordResponse>>,
}

/// Every step of a host has a limit of its own, all of them together what is left.
const fn limits(total: Duration) -> Limits {
    const STEP: Duration = Duration::from_millis(1500);
    Limits { resolve: STEP, connect: STEP, tls: STEP, response: STEP, total: Some(total) }
}

impl Machine {
    /// From now on the time counts.
    pub(crate) fn begin() -> Machine {
        Machine::below(std::path::Path::new("/"))
    }

    /// With the kernel's files below a folder.
    fn below(root: &std::path::Path) -> Machine {
        Machine {
            root: root.to_owned(),
            begun: Instant::now(),
            furthest: Mutex::default(),
            overheard: Mutex::default(),
        }
    }

    /// Transactions that the payment terminal reported while it was probed.
    pub(crate) fn overheard(self) -> Vec<RecordResponse> {
        self.overheard.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn read(&self, path: &str) -> Option<String> {
        std::fs::read_to_string(self.root.join(path)).ok()
    }
}

impl Probes for Machine {
    fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }

    fn link(&self) -> Rung {
        let (name, begun) = (StepName::Link, Instant::now());
        let Ok(folder) = std::fs::read_dir(self.root.join("sys/class/net")) else {
            return Rung::unmeasured(name, Said::of(Reading::NotShown, "the kernel shows no interfaces"));
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
                let detail = format!("{interface} is connected");
                return Rung::good(name, Said::with(Reading::InterfaceConnected, [interface], detail)).took(begun);
            }
            seen.push(interface);
        }
        seen.sort();
        let names = seen.join(", ");
        let said = match seen.as_slice() {
            [] => Said::of(Reading::NoInterface, "there is no network interface"),
            _ => Said::with(Reading::InterfacesDown, [names.as_str()], format!("not connected: {names}")),
        };
        Rung::bad(name, said, Verdict::new(Cause::NoLink, &[])).took(begun)
    }

    fn address(&self) -> Rung {
        let (name, begun) = (StepName::Address, Instant::now());
        let Some(trie) = self.read("proc/net/fib_trie") else {
            return Rung::unmeasured(name, Said::of(Reading::NotShown, "the kernel shows no addresses"));
        };
        let own = own_addresses(&trie);
        match own.iter().find(|address| !address.is_loopback() && !address.is_link_local()) {
            Some(address) => {
                let address = address.to_string();
                Rung::good(name, Said::with(Reading::OwnAddress, [address.as_str()], address.as_str()))
            }
            None => {
                let said = own.iter().find(|address| address.is_link_local()).map_or_else(
                    || Said::of(Reading::NoOwnAddress, "no address"),
                    |address| {
                        let detail = format!("only {address}, which the machine gave itself");
                        Said::with(Reading::OwnAddressOnly, [address.to_string()], detail)
                    },
                );
                Rung::bad(name, said, Verdict::new(Cause::NoAddress, &[Cause::NoGateway]))
            }
        }
        .took(begun)
    }

    fn gateway(&self) -> Rung {
        let (name, begun) = (StepName::Gateway, Instant::now());
        let Some(routes) = self.read("proc/net/route") else {
            return Rung::unmeasured(name, Said::of(Reading::NotShown, "the kernel shows no routes"));
        };
        let Some(gateway) = default_gateway(&routes) else {
            let said = Said::of(Reading::NoRoute, "no default route");
            return Rung::bad(name, said, Verdict::new(Cause::NoGateway, &[])).took(begun);
        };
        let neighbour = self.read("proc/net/arp").and_then(|table| is_alive(&table, gateway));
        let said = |reading, what: &str| Said::with(reading, [gateway.to_string()], format!("{gateway} {what}"));
        match neighbour {
            Some(true) => Rung::good(name, said(Reading::GatewayAnswers, "answers")),
            Some(false) => {
                let said = said(Reading::GatewaySilent, "does not answer");
                Rung::bad(name, said, Verdict::new(Cause::NoGateway, &[]))
            }
            None => Rung::unmeasured(name, said(Reading::GatewayNotAsked, "was not spoken to")),
        }
        .took(begun)
    }

    fn hosts(&self, setup: &Setup, limit: Duration) -> Vec<Rung> {
        let limits = limits(limit);
        let Some(Ok(route)) = &setup.route else { return Vec::new() };
        let hosts: Vec<&HostAddress> = std::iter::once(&route.primary).chain(&route.backup).collect();
        let attempts: Vec<_> = thread::scope(|scope| {
            let running: Vec<_> =
                hosts.iter().map(|host| scope.spawn(|| reach(host, route.tls.as_ref(), &limits))).collect();
            running.into_iter().filter_map(|running| running.join().ok()).collect()
        });
        let (rungs, furthest) = of_attempts(attempts);
        *self.furthest.lock().unwrap_or_else(PoisonError::into_inner) = furthest;
        rungs
    }
    fn echo(&self, setup: &Setup, batch: Option<u32>, limit: Duration) -> Echoed {
        let (Ok(terminal), Some(Ok(route))) = (&setup.terminal, &setup.route) else {
            return Echoed::Nothing(Rung::unmeasured(
                StepName::Echo,
                Said::of(Reading::NotConfigured, "not configured"),
            ));
        };
        let furthest = self.furthest.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let primary = furthest.unwrap_or_else(|| route.primary.clone());
        let route = Route { primary, backup: None, tls: route.tls.clone() };
        echo(terminal, &route, batch.and_then(Batch::new), &limits(limit))
    }

    fn terminal(&self, setup: &Setup, limit: Duration) -> Vec<Rung> {
        let begun = Instant::now();
        let mut terminal = match payment_terminal(setup, 500) {
            Ok(terminal) => terminal,
            Err(why) => {
                let verdict = Verdict::new(Cause::NotConfigured, &[]);
                return vec![Rung::bad(StepName::EcrLink, Said::config(&why), verdict)];
            }
        };
        let talk = terminal.probe(limit);
        self.overheard.lock().unwrap_or_else(PoisonError::into_inner).extend(talk.others);
        match talk.end {
            Ok(_) => {
                let said = Said::of(Reading::TerminalAnswers, "a terminal answers");
                vec![Rung::good(StepName::EcrLink, said).took(begun)]
            }
            Err(fault) => {
                let said = Said::fault(&fault, fault.measured());
                let busy = matches!(fault, EcrFault::InUse { .. });
                let name = if busy { StepName::TerminalBusy } else { StepName::EcrLink };
                let mut rungs = vec![Rung::bad(name, said.clone(), fault.verdict()).took(begun)];
                if busy {
                    let why = Said { detail: "another program has the line".to_owned(), ..said };
                    rungs.insert(0, Rung::unmeasured(StepName::EcrLink, why));
                }
                rungs
            }
        }
    }
}

/// The attempts at the hosts as rungs, and the host that came furthest: it says most; of equals the first does. What went wrong
/// with the other one is told, too, and is no cause by itself.
fn of_attempts(attempts: Vec<Attempt>) -> (Vec<Rung>, Option<HostAddress>) {
    let came = |attempt: &Attempt| (attempt.fault.is_none(), attempt.done.len());
    let most = attempts.iter().map(came).max();
    let Some(best) = attempts.iter().position(|attempt| Some(came(attempt)) == most) else { return (Vec::new(), None) };
    let mut rungs = Vec::new();
    for attempt in attempts.iter().enumerate().filter(|(place, _)| *place != best).map(|(_, attempt)| attempt) {
        let failed = of_attempt(attempt).into_iter().filter(|rung| rung.ok == Some(false));
        rungs.extend(failed.map(|rung| Rung { aside: true, ..rung }));
    }
    let furthest = attempts.get(best);
    rungs.extend(furthest.map(of_attempt).unwrap_or_default());
    (rungs, furthest.map(|attempt| attempt.host.clone()))
}

/// dns, tcp and tls of one host, as far as it came.
fn of_attempt(attempt: &Attempt) -> Vec<Rung> {
    let literal = attempt.host.literal().is_some();
    let fault = attempt.fault.as_ref().map(|(fault, _)| fault.verdict());
    let out_of_time = matches!(attempt.fault, Some((LinkFault::OutOfTime { .. }, _)));
    attempt
        .steps()
        .into_iter()
        .map(|step| {
            // closed as soon as connected is told as a send, of which there was none here
            let name = if step.name == StepName::Send { StepName::Tcp } else { step.name };
            if name == StepName::Dns && literal && step.ok == Some(true) {
                let why = "the config names an address: nothing to look up";
                return Rung::unmeasured(name, Said::of(Reading::LiteralAddress, why));
            }
            let measured = step.measured.unwrap_or_else(|| model::Measured::of(Reading::NotMeasured));
            let said = Said { detail: step.detail, measured };
            if step.ok == Some(false) && out_of_time {
                return Rung::unmeasured(name, said);
            }
            let verdict = if step.ok == Some(false) { fault.clone() } else { None };
            Rung { name, ok: step.ok, ms: step.ms, said, verdict, aside: false }
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

fn echo(terminal: &Terminal, route: &Route, batch: Option<Batch>, limits: &Limits) -> Echoed {
    let begun = Instant::now();
    let request: Request = match terminal.echo(batch) {
        Ok(request) => request,
        Err(error) => {
            let why = Said::of(Reading::RequestNotMade, error.to_string());
            return Echoed::Nothing(Rung::unmeasured(StepName::Echo, why));
        }
    };
    let exchange = exchange(route, &request, limits);
    match exchange.answer() {
        Some(bytes) => match request.check(bytes) {
            Ok(response) => Echoed::Answer(Box::new(response)),
            Err(fault @ acquirer::ResponseFault::Frame(_)) => {
                let said = Said::fault(&fault, fault.measured());
                Echoed::Nothing(Rung::bad(StepName::Echo, said, fault.verdict()).took(begun))
            }
            Err(fault) => Echoed::Strange(Said::fault(&fault, fault.measured()), fault.verdict()),
        },
        None => {
            let verdict = exchange.verdict().unwrap_or_else(|| Verdict::new(Cause::NoResponse, &[]));
            let said = exchange.fault().map_or_else(
                || Said::of(Reading::NotMeasured, ""),
                |fault| Said::fault(fault, fault.measured(&route.primary)),
            );
            Echoed::Nothing(match exchange.fault() {
                Some(LinkFault::OutOfTime { .. }) => Rung::unmeasured(StepName::Echo, said),
                _ => Rung::bad(StepName::Echo, said, verdict).took(begun),
            })
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
        assert_eq!(rungs[1].said.detail, "192.168.1.23");
        assert_eq!(rungs[2].said.detail, "192.168.1.1 answers");
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

    #[test]
    fn of_two_hosts_the_one_that_came_furthest_is_measured_and_what_went_wrong_with_the_other_is_told_beside() {
        use std::net::TcpListener;
        let works = TcpListener::bind("127.0.0.1:0").unwrap();
        let works_at: HostAddress = works.local_addr().unwrap().to_string().parse().unwrap();
        let gone_at: HostAddress = {
            let gone = TcpListener::bind("127.0.0.1:0").unwrap();
            gone.local_addr().unwrap().to_string().parse().unwrap()
        };
        let limits = limits(Duration::from_secs(2));
        let attempts = |hosts: [&HostAddress; 2]| hosts.map(|host| acquirer::reach(host, None, &limits)).to_vec();
        for order in [[&works_at, &gone_at], [&gone_at, &works_at]] {
            let (rungs, furthest) = of_attempts(attempts(order));
            assert_eq!(furthest.as_ref(), Some(&works_at));
            assert_eq!((rungs[0].name, rungs[0].ok, rungs[0].aside), (StepName::Tcp, Some(false), true));
            assert_eq!(cause(&rungs[0]), Some(Cause::ConnectionRefused));
            assert!(rungs[0].said.detail.contains(&gone_at.to_string()), "{rungs:?}");
            assert!(rungs[1..].iter().all(|rung| !rung.aside && rung.ok != Some(false)), "{rungs:?}");
        }
        let (rungs, _) = of_attempts(attempts([&gone_at, &gone_at]));
        let told = rungs.iter().filter(|rung| rung.ok == Some(false));
        assert_eq!(told.map(|rung| rung.aside).collect::<Vec<_>>(), [true, false], "neither works: both are told");
    }
}
