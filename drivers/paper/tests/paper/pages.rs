//! The sheets that are no slips: the test page, the void line, the drawer's pulse; and what the shop adds to a slip.

use model::{Copy, Identity, Language, Proof, SafeText};
use paper::{
    CutForm, DensityForm, Drawn, Encoding, Logo, Profile, Rendered, Stationery, SymbolForm, TestFacts, compose,
    doubtful_line, interpret::Sheet, longest_command, missing_after, pulse, render, test_page, void_line,
};

use proptest::prelude::*;

use crate::{
    properties::{any_profile, document},
    shop::{card_sale, geometry, letterhead, printed, profile},
    walker,
};

/// Whether simplified Chinese is printed by the printer's own font; elsewhere its characters are pictures.
fn writes_chinese(profile: &Profile) -> bool {
    matches!(profile.encoding, Encoding::Gbk | Encoding::Gb2312 | Encoding::Gb18030)
}

fn facts() -> TestFacts {
    TestFacts {
        printer: SafeText::new("front"),
        connection: SafeText::new("tcp://192.168.1.50:9100"),
        time: SafeText::new("2026-11-20 09:05:00"),
        proof: Proof::InOrderReply,
        identity: Identity {
            maker: Some("XPRINTER".to_owned()),
            model: Some("XP-80".to_owned()),
            ..Identity::default()
        },
    }
}

/// A page with everything a profile can ask for, by its own commands.
fn with_density(name: &str) -> Profile {
    let mut profile = profile(name);
    profile.density = Some(DensityForm::GsK);
    profile.code128 = SymbolForm::Native;
    profile
}

fn page(profile: &Profile, language: Language) -> Rendered {
    test_page(profile, language, &facts(), &Stationery::default())
}

/// A black logo.
fn logo(width: usize, height: usize) -> Stationery {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, u32::try_from(width).unwrap(), u32::try_from(height).unwrap());
    encoder.set_color(png::ColorType::Grayscale);
    encoder.write_header().unwrap().write_image_data(&vec![0; width * height]).unwrap();
    Stationery { logo: Some(Logo::from_png(&file).unwrap()), ..Stationery::default() }
}

#[test]
fn the_test_page_says_who_it_is_from_in_both_languages() {
    for name in Profile::builtin_names() {
        let profile = profile(name);
        for (language, words) in [
            (Language::Zh, ["打印测试页", "按序应答", "标尺"]),
            (Language::En, ["PRINTER TEST", "answers in order", "RULER"]),
        ] {
            let sheet = printed(&page(&profile, language).bytes, &profile);
            if language == Language::En || writes_chinese(&profile) {
                for said in words {
                    assert!(sheet.text.contains(said), "{name}: {said} is missing in\n{}", sheet.text);
                }
            }
            if language == Language::Zh && profile.drawn == Drawn::RasterLine {
                // lines that hold a picture are one whole
                continue;
            }
            for said in ["tcp://192.168.1.50:9100", "2026-11-20 09:05:00", "XPRINTER XP-80", "TEST 1234567890"] {
                assert!(sheet.text.contains(said), "{name}: {said} is missing in\n{}", sheet.text);
            }
        }
    }
}

#[test]
fn the_test_page_is_short_and_its_length_is_not_underestimated() {
    for name in Profile::builtin_names() {
        for profile in [profile(name), with_density(name)] {
            for language in [Language::Zh, Language::En] {
                let rendered = page(&profile, language);
                let sheet = printed(&rendered.bytes, &profile);
                let millimetres = f64::from(sheet.length_dots) * 25.4 / f64::from(profile.dpi);
                assert!(millimetres <= 120.0, "{name} {language:?}: {millimetres:.1} mm");
                assert!(rendered.length_dots >= sheet.length_dots, "{name}: {} dots", sheet.length_dots);
                assert!(rendered.length_dots < sheet.length_dots * 3 / 2, "{name}: {} dots", sheet.length_dots);
            }
        }
    }
}

#[test]
fn the_ruler_reaches_both_ends_of_the_head_and_the_bar_burns_all_of_it() {
    for name in Profile::builtin_names() {
        let profile = profile(name);
        let sheet = printed(&page(&profile, Language::Zh).bytes, &profile);
        let full = |y: u32| (0..profile.dots_per_line).all(|x| sheet.dots.is_black(x, y));
        let rows = (0..sheet.dots.height()).filter(|y| full(*y)).count();
        assert_eq!(rows, 25, "{name}: the ruler's line and the bar's 24");
    }
}

#[test]
fn the_printers_own_codes_and_ours_look_alike() {
    for name in ["generic-58", "generic-80"] {
        let profile = profile(name);
        let [native, raster] = [SymbolForm::Native, SymbolForm::Raster].map(|form| {
            let profile = Profile { qr: form, code128: form, ..profile.clone() };
            printed(&page(&profile, Language::En).bytes, &profile)
        });
        assert_eq!(native.qr, ["2026-11-20 09:05:00"]);
        assert_eq!(native.barcodes, ["TEST 1234567890"]);
        assert!(raster.barcodes.is_empty() && raster.qr.is_empty());
        assert_eq!(native.dots.ink(), raster.dots.ink(), "{name}: as much black either way");
    }
}

#[test]
fn a_slips_qr_code_is_the_same_dots_whoever_makes_it() {
    let document = compose(&card_sale(), &letterhead(), Copy::Customer, Language::Zh);
    for name in ["generic-58", "generic-80"] {
        let [native, raster] = [SymbolForm::Native, SymbolForm::Raster].map(|qr| {
            let profile = Profile { qr, ..profile(name) };
            printed(&render(&document, None, &profile, &Stationery::default()).bytes, &profile)
        });
        assert_eq!((native.qr.len(), raster.qr.len()), (1, 0));
        // rows are whole bytes, so a picture may stand a few dots beside its place
        let ink = |sheet: &Sheet, y| -> String {
            let row: String =
                (0..sheet.dots.width()).map(|x| if sheet.dots.is_black(x, y) { '#' } else { ' ' }).collect();
            row.trim().to_owned()
        };
        for y in 0..native.dots.height() {
            assert_eq!(ink(&native, y), ink(&raster, y), "{name}: row {y}");
        }
    }
}

#[test]
fn the_density_ladder_ends_at_the_density_of_slips() {
    let mut profile = with_density("generic-80");
    let densities = |bytes: &[u8]| -> Vec<i8> {
        let found = bytes.windows(7).filter(|w| w[..6] == [0x1D, b'(', b'K', 2, 0, 49]);
        found.map(|w| w[6].cast_signed()).collect()
    };
    assert_eq!(densities(&page(&profile, Language::Zh).bytes), [-6, -3, 0, 3, 6, 0]);
    profile.print_density = Some(2);
    assert_eq!(densities(&page(&profile, Language::Zh).bytes), [2, -6, -3, 0, 3, 6, 2, 0]);
    let slip = compose(&card_sale(), &letterhead(), Copy::Customer, Language::Zh);
    assert_eq!(densities(&render(&slip, None, &profile, &Stationery::default()).bytes), [2, 0]);
}

#[test]
fn a_page_is_sent_in_segments_that_end_between_lines() {
    for name in Profile::builtin_names() {
        let profile = with_density(name);
        let rendered = test_page(&profile, Language::Zh, &facts(), &logo(500, 200));
        let ends = &rendered.segment_ends;
        assert!(ends.is_sorted_by(|a, b| a < b) && ends.len() >= 6, "{ends:?}");
        assert_eq!(*ends.last().unwrap() as usize, rendered.bytes.len());
        for end in ends {
            assert_eq!(missing_after(&rendered.bytes, *end as usize..=*end as usize), 0);
        }
        let longest = ends.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap();
        assert!(longest <= 4096 + 255 * 72, "{longest}");
        assert_eq!(walker::real_time(&rendered.bytes), Vec::<usize>::new());
        walker::commands(&rendered.bytes);
    }
}

#[test]
fn a_logo_stands_above_the_first_line_and_keeps_to_the_paper() {
    let document = compose(&card_sale(), &letterhead(), Copy::Customer, Language::Zh);
    for name in Profile::builtin_names() {
        let profile = profile(name);
        let plain = render(&document, None, &profile, &Stationery::default());
        let with = render(&document, None, &profile, &logo(1000, 100));
        let (bare, sheet) = (printed(&plain.bytes, &profile), printed(&with.bytes, &profile));
        assert_eq!(bare.text.trim_start(), sheet.text.trim_start(), "{name}");
        let rows = profile.dots_per_line.min(1000) / 10;
        assert_eq!(sheet.length_dots - bare.length_dots, rows, "{name}");
        assert_eq!(with.length_dots - plain.length_dots, rows);
        assert!((0..rows).all(|y| (0..rows * 10).all(|x| sheet.dots.is_black(x, y))), "{name}");
        let bands: Vec<usize> =
            with.bytes.windows(4).filter(|w| *w == [0x1D, b'v', b'0', 0]).map(<[u8]>::len).collect();
        assert!(bands.len() >= (rows / u32::from(profile.max_raster_rows)) as usize);
    }
}

#[test]
fn a_void_line_starts_on_a_line_of_its_own_says_void_and_is_cut() {
    for name in Profile::builtin_names() {
        let profile = profile(name);
        for language in [Language::Zh, Language::En] {
            // a printer that was stopped in the middle of a large bold centred line
            let mut bytes = b"\x1B@\x1Ba\x01\x1D!\x11\x1BE\x01half a li".to_vec();
            let own = void_line(&profile, language);
            bytes.extend(&own);
            let sheet = printed(&bytes, &profile);
            let lines: Vec<&str> = sheet.text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
            assert_eq!(lines.first(), Some(&"half a li"), "{name}: {lines:?}");
            let words: String =
                lines[1..].iter().filter(|line| !line.starts_with('-')).copied().collect::<Vec<_>>().join(" ");
            match language {
                Language::Zh if writes_chinese(&profile) => {
                    assert!(words.contains("作废 VOID"), "{name}: {words}")
                }
                // a line that holds a picture may be one whole
                Language::Zh => assert!(own.windows(3).any(|three| three == b"\x1Dv0"), "{name}: {words}"),
                Language::En => assert_eq!(words, "VOID - ABOVE IS INCOMPLETE", "{name}"),
            }
            assert_ne!(own, doubtful_line(&profile, language), "who may hold a whole slip is told something else");
            assert_eq!(own[0], b'\n');
            assert_eq!(missing_after(&own, 0..=0), 0);
        }
    }
}

#[test]
fn a_drawer_job_is_one_pulse_and_no_paper() {
    let mut profile = profile("generic-80");
    (profile.drawer_pin, profile.drawer_on_ms, profile.drawer_off_ms) = (5, 100, 400);
    let job = pulse(&profile);
    assert_eq!(job.bytes, [0x1B, b'p', 1, 50, 200]);
    assert_eq!((job.segment_ends.as_slice(), job.length_dots), ([5_u32].as_slice(), 0));
    let sheets = paper::interpret::sheets(&job.bytes, &geometry(&profile));
    assert!(sheets.len() <= 1 && sheets.iter().all(|sheet| sheet.pulses == 1 && sheet.length_dots == 0));
}

#[test]
fn every_form_of_cut_ends_a_slip() {
    let document = compose(&card_sale(), &letterhead(), Copy::Customer, Language::Zh);
    for cut in [
        CutForm::FeedCutPartial,
        CutForm::FeedCutFull,
        CutForm::CutPartial,
        CutForm::CutFull,
        CutForm::EscI,
        CutForm::EscM,
        CutForm::None,
    ] {
        let profile = Profile { cut, feed_before_cut: 4, ..profile("generic-80") };
        let rendered = render(&document, None, &profile, &Stationery::default());
        let sheets = paper::interpret::sheets(&rendered.bytes, &geometry(&profile));
        assert_eq!(sheets.len(), 1, "{cut:?}");
        assert_eq!(sheets[0].cut.is_some(), cut != CutForm::None, "{cut:?}");
        assert_eq!(sheets[0].problems, []);
        assert!(rendered.length_dots >= sheets[0].length_dots, "{cut:?}");
    }
}

#[test]
fn our_slips_tell_at_every_byte_what_is_missing() {
    let document = compose(&card_sale(), &letterhead(), Copy::Merchant, Language::Zh);
    for name in Profile::builtin_names() {
        let profile = profile(name);
        let slip = render(&document, None, &profile, &logo(300, 60)).bytes;
        for bytes in [slip, page(&with_density(name), Language::Zh).bytes, void_line(&profile, Language::Zh)] {
            let borders = walker::borders(&bytes);
            for pair in borders.windows(2) {
                assert_eq!(missing_after(&bytes, pair[0]..=pair[0]), 0, "{name} at {}", pair[0]);
                let middle = pair[0].midpoint(pair[1]).max(pair[0] + 1);
                assert_eq!(missing_after(&bytes, middle..=middle), pair[1] - middle, "{name} at {middle}");
            }
            let longest = borders.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap();
            assert_eq!(longest_command(&bytes), longest, "{name}");
            assert_eq!(missing_after(&bytes, 0..=bytes.len()), longest - 1, "{name}");
        }
    }
}

proptest! {
    #[test]
    fn any_slip_tells_at_any_byte_what_is_missing(
        document in document(), profile in any_profile(), cuts in prop::collection::vec(any::<prop::sample::Index>(), 8),
    ) {
        let bytes = render(&document, None, &profile, &Stationery::default()).bytes;
        let borders = walker::borders(&bytes);
        for cut in cuts {
            let cut = cut.index(bytes.len() + 1);
            let next = borders.iter().find(|border| **border >= cut).copied().unwrap_or(bytes.len());
            prop_assert_eq!(missing_after(&bytes, cut..=cut), next - cut, "cut at {}", cut);
        }
    }
}
