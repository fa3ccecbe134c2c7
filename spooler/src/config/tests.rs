//! What a config file may say, and how every error of one is named.

use super::*;

const FULL: &str = r#"
[shop]
name = "红梅便利店"
address = "人民路 1 号"
phone = "010-1234567"
lang = "zh"
timezone = "Asia/Shanghai"
day_starts = "05:00"
remark = "谢谢惠顾"

[store]
path = "/var/lib/counterfoil"

[spooler]
socket = "/run/counterfoil/spooler.sock"

[access]
record = ["pos"]
use = ["@till"]

[receipts]
auto_print = ["customer"]
copies = ["merchant", "customer"]
printer = "front"
after_paper = "ask"

[queue]
expire = { receipt = "4h", report = "30m", test_page = "5m", drawer = "5s" }
release_at_once = 20
outage_after = "5m"

[policy]
idle_lock = "15m"
reprint = { within = "24h", most = 2, above = 100000, own_only = true }
reasons = ["顾客遗失", "打印不清", "卡纸"]
two_person = ["settle"]

[[printer]]
name = "front"
connection = "tcp://192.168.1.50:9100"
profile = "generic-80"
standby = ["back"]

[[printer]]
name = "back"
connection = "file:///var/tmp/slips.bin"

[acquirer]
via = "host"
name = "示例收单"
host = "10.0.0.1:8583"
backup_host = "10.0.0.2:8583"
tls = { ca = "/etc/counterfoil/ca.pem", server_name = "pos.example" }
tpdu = "6000030000"
header = "603100311000"
terminal_id = "12345678"
merchant_id = "898110012345678"
exclusive = true
network_code = "003"
key_layout = "auto"
master_key_file = "/etc/counterfoil/master.key"
connect_timeout = "10s"
response_timeout = "60s"
auto_sign_in = true
"#;

fn faults(text: &str) -> Vec<String> {
    match Config::parse(text) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.iter().map(|f| format!("{}:{}: {}", f.line, f.key, f.sentence)).collect(),
    }
}

#[test]
fn everything_that_the_interface_lists_is_accepted() {
    let config = Config::parse(FULL).unwrap();
    assert_eq!(config.shop.name.as_str(), "红梅便利店");
    assert_eq!(config.printers.len(), 2);
    assert_eq!(config.receipt_printer().unwrap().name, "front");
    assert_eq!(config.access.use_all, [Who::Group("till".into())]);
    assert!(config.acquirer.is_some());
}

#[test]
fn what_is_not_set_is_as_the_interface_says() {
    let config = Config::parse("[shop]\nname = \"x\"\n").unwrap();
    assert_eq!(config.receipts.copies, [model::Copy::Merchant, model::Copy::Customer]);
    assert!(config.receipts.auto_print.is_empty());
    assert_eq!(config.receipts.after_paper, AfterPaper::Ask);
    assert_eq!(config.queue.expire.receipt.as_secs(), 14_400);
    assert_eq!(config.queue.expire.drawer.as_secs(), 5);
    assert_eq!(config.queue.release_at_once, 20);
    assert_eq!(config.policy.idle_lock.as_secs(), 900);
    assert_eq!(config.policy.reprint.above.get(), 100_000);
    assert!(config.policy.reprint.own_only);
    assert!(config.printers.is_empty() && config.acquirer.is_none() && config.receipt_printer().is_none());
}

#[test]
fn a_printer_without_profile_is_generic_80() {
    let config =
        Config::parse("[shop]\nname = \"x\"\n[[printer]]\nname = \"a\"\nconnection = \"file:///dev/null\"\n").unwrap();
    assert_eq!(config.printers[0].profile.name, "generic-80");
}

#[test]
fn every_error_is_named_at_once_with_its_line_and_key() {
    let text = r#"
[shop]
nmae = "x"
lang = "fr"
timezone = "Mars/Olympus"
day_starts = "25:00"
[access]
record = "pos"
use = ["@"]
[receipts]
auto_print = ["custmer"]
printer = "nowhere"
after_paper = "maybe"
[queue]
expire = { receipt = "4 hours", recipt = "4h" }
release_at_once = -1
[[printer]]
name = "front"
connection = "tcp://"
profile = "no-such"
standby = ["bakc"]
[[printer]]
name = "front"
connection = "serial:///dev/ttyS0?baud=fast"
[[printer]]
name = "with space"
[spoler]
socket = "/x"
"#;
    let found = faults(text);
    let expected = [
        "2:shop.name:",
        "3:shop.nmae:",
        "4:shop.lang:",
        "5:shop.timezone:",
        "6:shop.day_starts:",
        "8:access.record:",
        "9:access.use:",
        "11:receipts.auto_print:",
        "12:receipts.printer:",
        "13:receipts.after_paper:",
        "15:queue.expire.receipt:",
        "15:queue.expire.recipt:",
        "16:queue.release_at_once:",
        "19:printer.connection:",
        "20:printer.profile:",
        "21:printer.standby:",
        "23:printer.name:",
        "24:printer.connection:",
        "25:printer.connection:",
        "26:printer.name:",
        "27:spoler:",
    ];
    let places: Vec<String> =
        found.iter().map(|f| f.splitn(3, ':').take(2).collect::<Vec<_>>().join(":") + ":").collect();
    assert_eq!(places, expected, "{found:#?}");
    assert!(found.iter().any(|f| f.contains("generic-80")), "an unknown profile lists the known ones: {found:#?}");
}

#[test]
fn two_printers_at_one_device_are_an_error_however_it_is_written() {
    let two = |one: &str, other: &str| {
        let printer = |name: &str, line: &str| format!("[[printer]]\nname = \"{name}\"\nconnection = \"{line}\"\n");
        faults(&format!("[shop]\nname = \"x\"\n{}{}", printer("front", one), printer("back", other)))
    };
    for (one, other) in [
        ("tcp://192.168.1.50:9100", "tcp://192.168.1.50:9100"),
        ("tcp://printer.lan:9100", "tcp://Printer.LAN:9100"),
        ("serial:///dev/ttyS0?baud=9600", "serial:///dev/ttyS0?baud=19200&flow=hardware"),
        ("usb://serial=ABC123", "usb://serial=ABC123"),
        ("usb://port=1-1.2", "usb://port=1-1.2"),
        ("usb:///dev/usb/lp0", "usb:///dev/usb/lp0"),
    ] {
        assert_eq!(two(one, other), ["8:printer.connection: front and back are the same device"], "{one} {other}");
    }
    for (one, other) in [
        ("tcp://192.168.1.50:9100", "tcp://192.168.1.50:9101"),
        ("serial:///dev/ttyS0", "serial:///dev/ttyS1"),
        ("file:///var/tmp/slips.bin", "file:///var/tmp/slips.bin"),
    ] {
        assert_eq!(two(one, other), Vec::<String>::new(), "{one} {other}");
    }
    let block = "[[printer]]\nname = \"front\"\nconnection = \"tcp://h:9100\"\n";
    let pasted = faults(&format!("[shop]\nname = \"x\"\n{block}{block}"));
    assert_eq!(pasted, ["7:printer.name: two printers are called \"front\""], "one mistake, one error");
}

#[test]
fn a_misspelt_copy_is_one_error() {
    let receipts = |text: &str| faults(&format!("[shop]\nname = \"x\"\n[receipts]\n{text}\n"));
    assert_eq!(receipts("copies = [\"merchnt\"]"), ["4:receipts.copies: must be one of: merchant customer"]);
    assert_eq!(receipts("auto_print = [\"merchant\"]\ncopies = [\"merchnt\", \"customer\"]").len(), 1);
    assert_eq!(receipts("copies = \"merchant\"\nauto_print = [\"customer\"]").len(), 1);
    let listed = "\ncopies = [\"customer\"]\nauto_print = [\"merchant\"]";
    assert_eq!(receipts(listed), ["6:receipts.auto_print: names merchant, which copies does not list"]);
    assert_eq!(receipts("\ncopies = []"), ["5:receipts.copies: must name at least one copy: merchant customer"]);
}

#[test]
fn an_acquirer_must_say_enough_for_its_way() {
    let head = "[shop]\nname = \"x\"\n[acquirer]\n";
    assert_eq!(faults(&format!("{head}via = \"terminal\"\n")).len(), 3, "ecr, terminal_id, merchant_id");
    let ids = "terminal_id = \"12345678\"\nmerchant_id = \"898110012345678\"\n";
    assert_eq!(faults(&format!("{head}{ids}ecr = \"serial:///dev/ttyUSB0?baud=9600\"\n")), Vec::<String>::new());
    assert_eq!(faults(&format!("{head}{ids}ecr = \"file:///x\"\n")).len(), 1);
    assert_eq!(faults(&format!("{head}{ids}via = \"host\"\n")).len(), 2, "host, exclusive");
    assert_eq!(faults(&format!("{head}{ids}via = \"host\"\nhost = \"a:1\"\nexclusive = false\n")).len(), 1);
    assert_eq!(faults(&format!("{head}{ids}via = \"host\"\nhost = \"a:1\"\nexclusive = true\n")), Vec::<String>::new());
}

#[test]
fn a_broken_file_names_the_line_and_a_doubled_key_is_an_error() {
    assert!(faults("[shop]\nname = \"x\"\nlang = \n").iter().any(|f| f.starts_with("3:")));
    assert!(faults("[shop]\nname = \"x\"\nname = \"y\"\n").iter().any(|f| f.starts_with("3:")));
    assert!(!faults("").is_empty(), "the shop's name is required");
}

proptest::proptest! {
    #[test]
    fn any_text_is_a_config_or_a_list_of_errors(text in proptest::prelude::any::<String>()) {
        if let Err(faults) = Config::parse(&text) {
            proptest::prop_assert!(!faults.is_empty());
        }
    }
}
