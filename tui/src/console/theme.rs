//! What a piece of text means, and how that looks. Screens name roles; only themes name colours.
//!
//! Foreground and background stay the terminal's own, so the console is readable on light and dark ones; nothing is
//! said by colour alone.

use ratatui::style::{Color, Modifier, Style};

/// What a piece of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    Plain,
    /// the bar at the top
    Status,
    /// trouble counted in the bar at the top
    StatusTrouble,
    /// names a part of a screen
    Heading,
    /// names a value
    Label,
    /// the row that Enter acts on
    Selected,
    /// something good
    Good,
    /// needs somebody soon
    Warning,
    /// needs somebody now
    Trouble,
    /// what is typed into
    Field,
    /// text in a field that the next character replaces
    Replaced,
    /// the name of a key
    Key,
    /// edges of paper and dialogs
    Edge,
    /// the most important value of a screen
    Strong,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 14] = [
        Role::Plain,
        Role::Status,
        Role::StatusTrouble,
        Role::Heading,
        Role::Label,
        Role::Selected,
        Role::Good,
        Role::Warning,
        Role::Trouble,
        Role::Field,
        Role::Replaced,
        Role::Key,
        Role::Edge,
        Role::Strong,
    ];
}

/// A style for each role.
#[derive(Debug, Clone, Copy)]
pub struct Theme {
    style: fn(Role) -> Style,
}

impl Theme {
    /// The eight colours every terminal has, none as a background.
    pub const COLOUR: Theme = Theme { style: colour };
    /// Reverse, bold and underline only: `NO_COLOR`, `--color never`, and terminals without colours.
    pub const MONO: Theme = Theme { style: mono };

    /// A theme of one's own; screen tests give each role a number.
    pub const fn of(style: fn(Role) -> Style) -> Theme {
        Theme { style }
    }

    /// How this role looks.
    pub fn style(&self, role: Role) -> Style {
        (self.style)(role)
    }
}

fn colour(role: Role) -> Style {
    match role {
        Role::Good => Style::new().fg(Color::Green),
        Role::Trouble => Style::new().fg(Color::Red).add_modifier(Modifier::BOLD),
        _ => mono(role),
    }
}

fn mono(role: Role) -> Style {
    let modifier = match role {
        Role::Plain | Role::Label | Role::Good | Role::Edge => Modifier::empty(),
        Role::Status | Role::Selected | Role::Replaced => Modifier::REVERSED,
        Role::StatusTrouble => Modifier::REVERSED.union(Modifier::BOLD),
        Role::Heading | Role::Warning | Role::Trouble | Role::Key | Role::Strong => Modifier::BOLD,
        Role::Field => Modifier::UNDERLINED,
    };
    Style::new().add_modifier(modifier)
}
