//! A shop with an acquirer: the simulated host or terminal, and a config that leads there.

use std::{
    net::SocketAddr,
    os::unix::fs::PermissionsExt,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use sim::{acquirer, terminal};

use super::{Shop, Talk};

pub(crate) const TERMINAL: &str = "12345678";
pub(crate) const MERCHANT: &str = "898110012345678";

/// A host that acts as the fact sheet says.
pub(crate) fn host() -> acquirer::Running {
    acquirer::Running::start(&arguments()).unwrap()
}

pub(crate) fn arguments() -> acquirer::Args {
    let mut arguments = acquirer::Args::new(SocketAddr::from(([127, 0, 0, 1], 0)));
    // it tells the time of the shop's zone, wherever this machine is
    arguments.clock = 8 * 3600 - i64::from(jiff::Zoned::now().offset().seconds());
    arguments
}

/// A payment terminal that is connected to this host.
pub(crate) fn terminal(host: &acquirer::Running) -> terminal::Running {
    let arguments = terminal::Args::tcp(SocketAddr::from(([127, 0, 0, 1], 0))).with_host(host.address());
    terminal::Running::start(&arguments).unwrap()
}

impl Shop {
    /// Puts the master key in place and says where a host is. `more` goes into `[acquirer]`.
    pub(crate) fn by_host(&self, address: SocketAddr, more: &str) -> String {
        let key = self.path("master.key");
        std::fs::write(&key, acquirer::TMK).unwrap();
        std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
        format!(
            "[acquirer]\nvia = \"host\"\nexclusive = true\nhost = \"{address}\"\ntpdu = \"6000030000\"\n\
             header = \"603100311000\"\nterminal_id = \"{TERMINAL}\"\nmerchant_id = \"{MERCHANT}\"\n\
             master_key_file = \"{}\"\nconnect_timeout = \"1s\"\nresponse_timeout = \"1s\"\n{more}\n",
            key.display()
        )
    }

    /// A shop that owns the terminal number itself, and signs in only when asked.
    pub(crate) fn at_host(host: &acquirer::Running, more: &str) -> Shop {
        Shop::at(host.address(), more)
    }

    pub(crate) fn at(address: SocketAddr, more: &str) -> Shop {
        let mut shop = Shop::closed("");
        shop.config(&shop.by_host(address, &format!("auto_sign_in = false\n{more}")));
        shop.start();
        shop
    }

    /// A shop with a payment terminal.
    pub(crate) fn at_terminal(terminal: &terminal::Running, more: &str) -> Shop {
        let mut shop = Shop::closed("");
        shop.config(&format!(
            "[acquirer]\nvia = \"terminal\"\necr = \"tcp://{}\"\nterminal_id = \"{TERMINAL}\"\n\
             merchant_id = \"{MERCHANT}\"\nresponse_timeout = \"2s\"\nauto_sign_in = false\n{more}\n",
            terminal.address()
        ));
        shop.start();
        shop
    }
}

/// A sale of a batch on our terminal number.
pub(crate) fn sale(number: u64, kind: &str, amount: u64, batch: &str, more: Value) -> Value {
    let mut event = json!({
        "source": "pos1", "source_id": format!("S{number}"), "kind": kind, "amount": amount,
        "time": "2026-11-20T09:05:00+08:00", "status": "approved", "method": "card",
        "terminal_id": TERMINAL, "merchant_id": MERCHANT, "batch": batch, "voucher": format!("{number:06}"),
    });
    for (key, value) in more.as_object().unwrap() {
        event[key] = value.clone();
    }
    event
}

/// Asks until it is so; only there so that a broken daemon fails a test instead of hanging it.
pub(crate) fn until(talk: &mut Talk, verb: &str, so: impl Fn(&Value) -> bool) -> Value {
    let begun = Instant::now();
    loop {
        let answer = talk.ok(verb, json!({}));
        if so(&answer) {
            return answer;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "{verb}: {answer}");
        std::thread::sleep(Duration::from_millis(10));
    }
}
