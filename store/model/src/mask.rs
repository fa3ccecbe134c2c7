//! Finds and hides card numbers, track remainders and security codes in free text, and tells whether an identifier
//! is a card number (DESIGN §4.6, INTERFACES §4). Works on characters, never on bytes of an encoding.

/// Issuer prefixes (as a range of leading digits) and the lengths their numbers have.
/// Sources: the issuers' published ranges; 9558 is the old ICBC range still seen in China.
const ISSUERS: &[(&str, &str, &[usize])] = &[
    ("4", "4", &[13, 16, 19]),
    ("51", "55", &[16]),
    ("2221", "2720", &[16]),
    ("34", "34", &[15]),
    ("37", "37", &[15]),
    ("300", "305", &[14, 16, 19]),
    ("309", "309", &[14, 16, 19]),
    ("36", "36", &[14, 16, 19]),
    ("38", "39", &[14, 16, 19]),
    ("3528", "3589", &[16, 17, 18, 19]),
    ("62", "62", &[13, 14, 15, 16, 17, 18, 19]),
    ("60", "60", &[13, 14, 15, 16, 17, 18, 19]),
    ("63", "65", &[13, 14, 15, 16, 17, 18, 19]),
    ("66", "69", &[13, 14, 15, 16, 17, 18, 19]),
    ("50", "50", &[13, 14, 15, 16, 17, 18, 19]),
    ("56", "59", &[13, 14, 15, 16, 17, 18, 19]),
    ("81", "81", &[16, 17, 18, 19]),
    ("9558", "9558", &[16, 17, 18, 19]),
];

/// True if the digits have an issuer's prefix, that issuer's length and a valid check digit (Luhn).
pub fn is_card_number(digits: &str) -> bool {
    issuer_lengths(digits).is_some_and(|lengths| lengths.contains(&digits.len())) && luhn(digits)
}

/// True if the text is, dashes apart, a whole card number. Identifiers that are one are refused.
pub fn hides_card_number(identifier: &str) -> bool {
    let digits: String = identifier.chars().filter(|c| *c != '-').collect();
    digits.bytes().all(|b| b.is_ascii_digit()) && is_card_number(&digits)
}

/// True if the text holds a card's track: its whole number with a track's separator and data behind it. No identifier is
/// built like that, so this never hits one; a long number alone is none.
pub fn holds_track(identifier: &str) -> bool {
    let chars: Vec<char> = identifier.chars().collect();
    let mut at = 0;
    while at < chars.len() {
        let end = run_end(&chars, at);
        let digits: String = (at..end).filter_map(|at| digit_at(&chars, at)).collect();
        let behind = match chars.get(end) {
            Some('=' | 'D' | 'd') => run_end(&chars, end + 1) - end > 4,
            Some('^') => true,
            _ => false,
        };
        if behind && looks_like_card(&digits) {
            return true;
        }
        at = end.max(at + 1);
    }
    false
}

/// The text with card numbers reduced to first six and last four, track remainders removed and security codes
/// replaced by `***`. Text without any of these comes back unchanged.
pub fn masked(text: &str) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    if !chars.iter().any(|c| plain(*c).is_ascii_digit()) {
        return text.to_owned();
    }
    remove_tracks(&mut chars);
    mask_numbers(&mut chars);
    mask_codes(&mut chars);
    chars.into_iter().collect()
}

/// Full-width forms read as ASCII, other spaces and dashes as blank and `-`, so that one rule sees them all.
fn plain(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '\u{A0}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}' => ' ',
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' => '-',
        _ => c,
    }
}

fn digit_at(chars: &[char], at: usize) -> Option<char> {
    chars.get(at).map(|c| plain(*c)).filter(char::is_ascii_digit)
}

/// The end of the run of digits that starts at `from`.
fn run_end(chars: &[char], from: usize) -> usize {
    (from..).find(|at| digit_at(chars, *at).is_none()).unwrap_or(from)
}

/// Any number of 13–19 digits with an issuer's prefix: free text is masked more eagerly than identifiers.
fn looks_like_card(digits: &str) -> bool {
    (13..=19).contains(&digits.len()) && issuer_lengths(digits).is_some() && luhn(digits)
}

fn issuer_lengths(digits: &str) -> Option<&'static [usize]> {
    ISSUERS.iter().find_map(|(low, high, lengths)| {
        let head = digits.get(..low.len())?;
        (*low <= head && head <= *high).then_some(*lengths)
    })
}

fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte.wrapping_sub(b'0'));
            match (place % 2, digit * 2) {
                (0, _) => digit,
                (_, twice) if twice > 9 => twice - 9,
                (_, twice) => twice,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Track 1 (`%B<number>^NAME^<data>?`) and track 2 (`;<number>=<data>?`, `<number>D<data>`): everything behind the
/// number's separator goes; the number itself is left to [`mask_numbers`], unless it is no valid one.
fn remove_tracks(chars: &mut Vec<char>) {
    let mut at = 0;
    while at < chars.len() {
        if digit_at(chars, at).is_none() || (at > 0 && digit_at(chars, at - 1).is_some()) {
            at += 1;
            continue;
        }
        let end = run_end(chars, at);
        let digits_before = end - at;
        let masked_before = at > 0 && chars.get(at - 1).is_some_and(|c| plain(*c) == '*');
        let behind = chars.get(end).map(|c| plain(*c));
        let number = (12..=19).contains(&digits_before) || masked_before;
        let data_end = match behind {
            Some('=' | 'D' | 'd') if number => Some(run_end(chars, end + 1)).filter(|e| e - end > 4),
            Some('^') if number => Some(track_one_end(chars, end)),
            _ => None,
        };
        if let Some(mut data_end) = data_end {
            if chars.get(data_end).is_some_and(|c| plain(*c) == '?') {
                data_end += 1;
            }
            chars.drain(end..data_end);
        }
        at = end.max(at + 1);
    }
}

/// Track 1 behind its number: `^NAME^` and the data digits, up to `?` if there is one.
fn track_one_end(chars: &[char], caret: usize) -> usize {
    let limit = chars.len().min(caret + 120);
    let Some(second) = (caret + 1..limit).find(|at| chars.get(*at).is_some_and(|c| plain(*c) == '^')) else {
        return caret;
    };
    run_end(chars, second + 1)
}

/// Masks runs of digits and groups of runs with single blanks or dashes between that make a card number.
fn mask_numbers(chars: &mut [char]) {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        if digit_at(chars, at).is_some() {
            let end = run_end(chars, at);
            runs.push((at, end));
            at = end;
        } else {
            at += 1;
        }
    }
    let mut first = 0;
    while first < runs.len() {
        let mut digits = String::new();
        let mut places: Vec<usize> = Vec::new();
        let mut found = None;
        for next in first..runs.len() {
            let Some(&(from, to)) = runs.get(next) else { break };
            if next > first && !runs.get(next - 1).is_some_and(|before| joins(chars, before.1, from)) {
                break;
            }
            digits.extend((from..to).filter_map(|at| digit_at(chars, at)));
            places.extend(from..to);
            if digits.len() > 19 {
                break;
            }
            if looks_like_card(&digits) {
                found = Some((next, places.clone()));
            }
        }
        match found {
            Some((last, places)) => {
                for at in places.iter().take(places.len().saturating_sub(4)).skip(6) {
                    if let Some(c) = chars.get_mut(*at) {
                        *c = '*';
                    }
                }
                first = last + 1;
            }
            None => first += 1,
        }
    }
}

/// True if only one or two blanks or dashes stand between two runs.
fn joins(chars: &[char], from: usize, to: usize) -> bool {
    (1..=3).contains(&(to - from)) && (from..to).all(|at| chars.get(at).is_some_and(|c| matches!(plain(*c), ' ' | '-')))
}

/// `CVV`, `CVV2`, `CVC`, `CVN`, `CVN2`, `安全码`, then blanks, `:` or `=`, then 3–4 digits: the digits become `***`.
fn mask_codes(chars: &mut Vec<char>) {
    let mut at = 0;
    while at < chars.len() {
        let Some(name_end) = code_name_end(chars, at) else {
            at += 1;
            continue;
        };
        let with_two = chars.get(name_end).is_some_and(|c| plain(*c) == '2').then_some(name_end + 1);
        let digits = with_two.into_iter().chain([name_end]).find_map(|from| {
            let from = (from..).find(|at| !chars.get(*at).is_some_and(|c| matches!(plain(*c), ' ' | ':' | '=')))?;
            let to = run_end(chars, from);
            (3..=4).contains(&(to - from)).then_some((from, to))
        });
        match digits {
            Some((from, to)) => {
                chars.splice(from..to, "***".chars());
                at = from + 3;
            }
            None => at = name_end,
        }
    }
}

fn code_name_end(chars: &[char], at: usize) -> Option<usize> {
    let three: String = chars.get(at..at + 3)?.iter().map(|c| plain(*c).to_ascii_uppercase()).collect();
    matches!(three.as_str(), "CVV" | "CVC" | "CVN" | "安全码").then_some(at + 3)
}

/// Cuts what [`mask`] and [`crate::MaskedCard`] leave of a card number down to its last four digits: the issuer prefix becomes
/// stars, however it is spaced. Other text comes back as it was.
pub fn without_prefix(text: &str) -> Option<String> {
    if !text.contains(is_star) {
        return None;
    }
    let mut chars: Vec<char> = text.chars().collect();
    let mut changed = false;
    let mut at = 0;
    while at < chars.len() {
        let Some(star) = chars.iter().skip(at).position(|c| is_star(*c)).map(|n| at + n) else { break };
        let gap = |c: &&char| is_star(**c) || is_blank(**c);
        let after = star + chars.iter().skip(star).take_while(gap).count();
        at = after;
        let stars = chars.iter().take(after).skip(star).filter(|c| is_star(**c)).count();
        let last = spaced(&chars, after..chars.len(), 4);
        let prefix = spaced(&chars, (0..star).rev(), 6);
        let goes_on = last.last().and_then(|place| chars.get(place + 1)).is_some_and(|c| is_digit(*c));
        if last.len() == 4 && !goes_on && !prefix.is_empty() && (stars > 1 || prefix.len() == 6) {
            changed = true;
            for place in prefix {
                if let Some(c) = chars.get_mut(place) {
                    *c = '*';
                }
            }
        }
    }
    changed.then(|| chars.into_iter().collect())
}

/// The places of the first digits there, at most so many, with single blanks between.
fn spaced(chars: &[char], places: impl Iterator<Item = usize>, most: usize) -> Vec<usize> {
    let mut digits = Vec::new();
    let mut blank = false;
    for place in places {
        match chars.get(place) {
            Some(c) if is_digit(*c) => {
                digits.push(place);
                blank = false;
            }
            Some(c) if is_blank(*c) && !blank => blank = true,
            _ => break,
        }
        if digits.len() == most {
            break;
        }
    }
    digits
}

fn is_star(c: char) -> bool {
    matches!(c, '*' | '＊')
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '-' | '\u{3000}')
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || ('０'..='９').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNIONPAY: &str = "6222021234567890128";

    #[test]
    fn card_numbers_are_hidden_however_they_are_spaced() {
        assert!(is_card_number("4111111111111111"));
        for (text, want) in [
            ("卡号4111111111111111谢谢", "卡号411111******1111谢谢"),
            ("4111 1111 1111 1111", "4111 11** **** 1111"),
            ("4111-1111-1111-1111.", "4111-11**-****-1111."),
            ("４１１１１１１１１１１１１１１１", "４１１１１１******１１１１"),
            ("4111\u{3000}1111\u{3000}1111\u{3000}1111", "4111\u{3000}11**\u{3000}****\u{3000}1111"),
            ("tel 13800138000, 5500000000000004", "tel 13800138000, 550000******0004"),
        ] {
            assert_eq!(masked(text), want);
            assert_eq!(masked(want), want, "masking twice changes nothing");
        }
    }

    #[test]
    fn numbers_that_are_no_cards_are_kept() {
        for text in ["4111111111111112", "20261120123456789", "4200001234202611201234567890", "13800138000", "1234"] {
            assert_eq!(masked(text), text);
        }
    }

    #[test]
    fn track_remainders_and_security_codes_go() {
        assert!(luhn("4111111111111111"));
        assert_eq!(masked(";4111111111111111=25121010000012345678?"), ";411111******1111");
        assert_eq!(masked("%B4111111111111111^LI/MEI^25121010000012345678?x"), "%B411111******1111x");
        assert_eq!(masked("411111******1111=2512101000"), "411111******1111");
        assert_eq!(masked("4111111111111111D2512101"), "411111******1111");
        for (text, want) in [
            ("CVV 123", "CVV ***"),
            ("cvv2:1234", "cvv2:***"),
            ("CVN2=999 ok", "CVN2=*** ok"),
            ("安全码：１２３", "安全码：***"),
            ("CVC123", "CVC***"),
            ("CVV 12", "CVV 12"),
            ("CVV 12345", "CVV 12345"),
        ] {
            assert_eq!(masked(text), want);
        }
    }

    #[test]
    fn an_identifier_that_holds_a_track_is_told() {
        for track in [
            ";4111111111111111=25121010000012345678?",
            "4111111111111111D2512101",
            "%B4111111111111111^LI/MEI^25121010000012345678?",
        ] {
            assert!(holds_track(track), "{track}");
        }
        for text in
            ["20261120123456D20261120", "4111111111111112=25121010", "x4111111111111111", "4111111111111111=1", ""]
        {
            assert!(!holds_track(text), "{text}");
        }
    }

    #[test]
    fn an_identifier_that_is_a_whole_card_number_is_told() {
        assert!(hides_card_number("4111-1111-1111-1111"));
        assert!(!hides_card_number("4111111111111111x"));
        assert!(!hides_card_number("20261120000001"));
        assert_eq!(hides_card_number(UNIONPAY), luhn(UNIONPAY));
    }

    #[test]
    fn a_masked_number_can_be_cut_to_its_last_four_however_it_is_spaced() {
        for (text, cut) in [
            ("622202*********0123", "***************0123"),
            ("{\"card\":\"622202******0123\",\"amount\":100}", "{\"card\":\"************0123\",\"amount\":100}"),
            ("4111 11** **** 1111", "**** **** **** 1111"),
            ("4111-11**-****-1111.", "****-****-****-1111."),
            ("４１１１１１******１１１１", "************１１１１"),
            ("6222 02** **** ***0 128, 5 pieces", "**** **** **** ***0 128, 5 pieces"),
            ("6222****1234 and 550000******0004", "********1234 and ************0004"),
        ] {
            assert_eq!(without_prefix(text).as_deref(), Some(cut), "{text}");
        }
        for text in ["", "**** 1234", "2*1000", "12 ** 34", "CVV ***", "500ml*1000", "a * b"] {
            assert_eq!(without_prefix(text), None, "{text}");
        }
    }
}
