//! A picture as text: the characters, then where each role is, then the cursor.

use ratatui::{
    buffer::Buffer,
    style::{Color, Style},
};
use tui::console::{Cursor, Role, Theme};

/// A theme in which each role has a number for a colour, so that a sheet can name roles instead of colours.
pub(crate) fn numbered() -> Theme {
    Theme::of(|role| match Role::ALL.iter().position(|known| *known == role) {
        Some(0) | None => Style::new(),
        Some(at) => Style::new().fg(Color::Indexed(u8::try_from(at).unwrap())),
    })
}

/// Rows with `|` at their ends. The empty half of a wide glyph is no character.
pub(crate) fn text(buffer: &Buffer) -> String {
    (0..buffer.area.height)
        .map(|y| (0..buffer.area.width).map(|x| buffer[(x, y)].symbol()).collect::<String>() + "|\n")
        .collect()
}

/// Everything a reviewer wants to see.
pub(crate) fn print(buffer: &Buffer, cursor: Option<Cursor>) -> String {
    let mut out = text(buffer);
    for y in 0..buffer.area.height {
        // a theme without numbers shows what it does to the characters
        let role = |x: u16| match (buffer[(x, y)].fg, buffer[(x, y)].modifier) {
            (Color::Indexed(at), _) => Some(format!("{:?}", Role::ALL[usize::from(at)])),
            (_, modifier) if !modifier.is_empty() => Some(format!("{modifier:?}")),
            _ => None,
        };
        let mut runs = Vec::new();
        let mut x = 0;
        while x < buffer.area.width {
            let start = x;
            let this = role(x);
            while x < buffer.area.width && role(x) == this {
                x += 1;
            }
            if let Some(this) = this {
                runs.push(format!("{start}-{} {this}", x - 1));
            }
        }
        if !runs.is_empty() {
            out += &format!("r{y}: {}\n", runs.join(", "));
        }
    }
    match cursor {
        Some(c) if c.visible => out += &format!("cursor shown at {},{}", c.position.x, c.position.y),
        Some(c) => out += &format!("cursor hidden at {},{}", c.position.x, c.position.y),
        None => out += "no cursor",
    }
    out
}
