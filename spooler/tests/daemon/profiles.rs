//! Profiles of the shop's own in `printers.d/`, its logo and its font: used when they are right, named when they are not.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use crate::shop;

use serde_json::{Value, json};
use shop::{Shop, Talk, event};

const LINE: &str = "connection = \"file:///dev/null\"\n";

/// A shop whose printer has this profile, and these files in `printers.d/`.
fn shop(profile: &str, files: &[(&str, &str)]) -> Shop {
    let shop = Shop::closed(&format!("[[printer]]\nname = \"front\"\n{LINE}profile = {}\n", json!(profile)));
    std::fs::create_dir(shop.path("printers.d")).unwrap();
    for (name, text) in files {
        std::fs::write(shop.path("printers.d").join(name), text).unwrap();
    }
    shop
}

fn checked(shop: &Shop) -> (bool, String) {
    let out = shop.command().arg("--check").output().unwrap();
    let text = if out.status.success() { out.stdout } else { out.stderr };
    (out.status.success(), String::from_utf8(text).unwrap())
}

fn row(talk: &mut Talk) -> Value {
    talk.ok("printers", json!({}))["rows"][0].clone()
}

#[test]
fn an_own_profile_is_used_for_its_printer() {
    let mine = "name = \"mine\"\ninherits = \"generic-58\"\ncolumns = 30\n";
    let mut shop = shop("mine", &[("mine.toml", mine)]);
    shop.start();
    let mut talk = shop.talk();
    let row = row(&mut talk);
    assert_eq!((&row["profile"], &row["columns"]), (&json!("mine"), &json!(30)), "{row}");
    let id = talk.ok("record", event(100))["id"].clone();
    let text = talk.ok("receipt", json!({ "id": id }))["text"].as_str().unwrap().to_owned();
    assert!(text.lines().any(|line| line == "-".repeat(30)), "{text}");
    assert_eq!(talk.ok("reprint", json!({ "id": id, "wait": 30 }))["state"], "unconfirmed");
}

#[test]
fn a_wrong_profile_is_named_with_its_file_line_and_key() {
    let good = "name = \"mine\"\ninherits = \"generic-80\"\n";
    for (text, place, says) in [
        (format!("{good}columns = 480\n"), "3:columns", "480"),
        (format!("{good}\nasbestos = true\n"), "4:asbestos", "asbestos"),
        (format!("{good}cut = \"tear\"\n"), "3:cut", "tear"),
        (format!("{good}columns = \n"), "3:", ""),
        ("name = \"mine\"\n".to_owned(), "1:inherits: is missing", "more"),
        ("inherits = \"generic-80\"\n".to_owned(), "1:name: is missing", "this profile"),
        (format!("# a copy\n{}", good.replace("mine", "other")), "2:name", "\"mine\""),
    ] {
        let shop = shop("mine", &[("mine.toml", &text)]);
        let (well, said) = checked(&shop);
        let start = format!("{}:{place}", shop.path("printers.d/mine.toml").display());
        assert!(!well && said.starts_with(&start) && said.contains(says), "{start} … {says}: {said}");
        assert_eq!(shop.fails(), (2, said), "the daemon itself says the same");
    }
}

#[test]
fn everything_that_is_wrong_with_a_profile_is_named_at_once_and_once() {
    let text =
        "inherits = \"generic-80\"\ncolumns = 480\nasbestos = true\ncut = \"tear\"\nspeed = 1\nname = \"other\"\n";
    let shop = shop("mine", &[("mine.toml", text)]);
    let printer = |name: &str| format!("[[printer]]\nname = \"{name}\"\n{LINE}profile = \"mine\"\n");
    // two printers with one profile, and an error of the config's own
    shop.config(&format!("{}{}[shopp]\n", printer("front"), printer("back")));
    let (well, said) = checked(&shop);
    let file = shop.path("printers.d/mine.toml").display().to_string();
    let lines: Vec<&str> = said.lines().collect();
    assert!(!well && lines.len() == 6, "{said}");
    for (line, place) in lines.iter().zip(["2:columns: ", "3:asbestos: ", "4:cut: ", "5:speed: ", "6:name: "]) {
        assert!(line.starts_with(&format!("{file}:{place}")), "{place}: {said}");
    }
    assert!(lines[5].contains(":shopp: "), "{said}");
    let known = lines[1].split_once("known are: ").unwrap().1;
    assert!(known.starts_with("name, ") && known.ends_with(", cleaning_days"), "the list is whole: {known}");
}

#[test]
fn a_logo_and_a_font_that_cannot_be_read_are_named_with_the_other_errors() {
    let shop = Shop::closed("");
    let text = format!(
        "[shop]\nnmae = \"x\"\nlogo = \"{}\"\n[receipts]\nfallback_font = \"{}\"\ncopies = [\"merchnt\"]\n",
        shop.path("logo.png").display(),
        shop.path("font.ttf").display()
    );
    std::fs::write(shop.path("c.toml"), text).unwrap();
    let (well, said) = checked(&shop);
    let file = shop.path("c.toml").display().to_string();
    let lines: Vec<&str> = said.lines().collect();
    assert!(!well && lines.len() == 5, "{said}");
    for (line, place) in lines.iter().zip([
        "1:shop.name: ",
        "2:shop.nmae: ",
        "3:shop.logo: ",
        "5:receipts.fallback_font: ",
        "6:receipts.copies: ",
    ]) {
        assert!(line.starts_with(&format!("{file}:{place}")), "{place}: {said}");
    }
}

#[test]
fn a_name_is_a_file_or_a_built_in_profile_and_never_both_and_never_a_way_out_of_the_folder() {
    let mine = "name = \"mine\"\ninherits = \"generic-58\"\n";
    for (profile, files, says) in [
        ("mine", vec![], "no file"),
        ("generic-80", vec![("generic-80.toml", "name = \"generic-80\"\ninherits = \"generic-58\"\n")], "built-in"),
        ("../mine", vec![("mine.toml", mine)], "without folders"),
        ("/etc/passwd", vec![], "without folders"),
        ("..", vec![], "without folders"),
        ("", vec![], "without folders"),
        ("mi\0ne", vec![("mine.toml", mine)], "without folders"),
    ] {
        let shop = shop(profile, &files);
        std::fs::write(shop.path("mine.toml"), mine).unwrap();
        let (well, said) = checked(&shop);
        assert!(!well && said.contains(":printer.profile: ") && said.contains(says), "{profile}: {said}");
        assert!(said.contains("generic-58") || says == "built-in", "the known ones are listed: {said}");
    }
    // a file that no printer names may lie there
    let shop = shop("generic-58", &[("generic-80.toml", "whatever"), ("mine.toml", mine)]);
    assert!(checked(&shop).0);
    std::fs::remove_file(shop.path("printers.d/mine.toml")).unwrap();
    std::fs::create_dir(shop.path("printers.d/mine.toml")).unwrap();
    shop.config(&format!("[[printer]]\nname = \"front\"\n{LINE}profile = \"mine\"\n"));
    assert!(checked(&shop).1.contains("cannot be read"));
}

#[test]
fn a_logo_or_font_that_is_missing_is_an_error_for_check_and_a_line_in_the_log_for_the_daemon() {
    let mut shop = Shop::closed("");
    std::fs::write(shop.path("no-font"), "this is no font").unwrap();
    let text = std::fs::read_to_string(shop.path("c.toml")).unwrap();
    let text = text.replace("[store]", &format!("logo = \"{}\"\n[store]", shop.path("logo.png").display()));
    let text = format!(
        "{text}[receipts]\nfallback_font = \"{}\"\n[[printer]]\nname = \"front\"\n{LINE}",
        shop.path("no-font").display()
    );
    std::fs::write(shop.path("c.toml"), &text).unwrap();
    let (well, said) = checked(&shop);
    let file = shop.path("c.toml").display().to_string();
    let lines: Vec<&str> = said.lines().collect();
    assert!(!well && lines.len() == 2, "{said}");
    assert!(lines[0].starts_with(&format!("{file}:4:shop.logo: ")) && lines[0].contains("logo.png"), "{said}");
    assert!(lines[1].contains(":receipts.fallback_font: ") && lines[1].contains("no-font"), "{said}");
    shop.start();
    let mut talk = shop.talk();
    let id = talk.ok("record", event(100))["id"].clone();
    assert_eq!(talk.ok("reprint", json!({ "id": id, "wait": 30 }))["state"], "unconfirmed");
    let log = shop.log();
    assert!(log.contains("shop.logo") && log.contains("receipts.fallback_font"), "{log}");
    // what is wrong in the words themselves stays an error
    let text = text.replace(&format!("\"{}\"", shop.path("logo.png").display()), "\"logo.png\"");
    std::fs::write(shop.path("c.toml"), text).unwrap();
    assert!(checked(&shop).1.contains("shop.logo: must be an absolute path"));
    assert!(shop.close().success());
    assert_eq!(shop.fails().0, 2);
}
