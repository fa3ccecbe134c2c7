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

/// What a terminal can show of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Glyphs {
    /// Everything; characters whose width is disputed are one column.
    #[default]
    Unicode,
    /// Everything, but the disputed ones would be two columns: something of one column stands for each of them.
    Undisputed,
    /// ASCII alone: the Linux console's font, a locale without UTF-8. `?` stands for each column of anything else.
    Ascii,
}

/// A style for each role, edges or none, and what the terminal can show.
#[derive(Debug, Clone, Copy)]
pub struct Theme {
    style: fn(Role) -> Style,
    /// False: nothing is drawn for looks alone, for screen readers.
    pub edges: bool,
    pub glyphs: Glyphs,
}

impl Theme {
    /// The eight colours every terminal has, none as a background.
    pub const COLOUR: Theme = Theme::of(colour);
    /// Reverse, bold and underline only: `NO_COLOR`, `--color never`, and terminals without colours.
    pub const MONO: Theme = Theme::of(mono);
    /// The same without edges: what a screen reader reads aloud is text.
    pub const PLAIN: Theme = Theme { edges: false, ..Theme::of(mono) };

    /// A theme of one's own; screen tests give each role a number.
    pub const fn of(style: fn(Role) -> Style) -> Theme {
        Theme { style, edges: true, glyphs: Glyphs::Unicode }
    }

    /// The theme of this name, as `--theme`, the environment and `console.toml` have it.
    pub fn named(name: &str) -> Option<Theme> {
        match name {
            "default" => Some(Theme::COLOUR),
            "mono" => Some(Theme::MONO),
            "plain" => Some(Theme::PLAIN),
            _ => None,
        }
    }

    /// For a terminal that can show no more than this.
    #[must_use]
    pub const fn with_glyphs(mut self, glyphs: Glyphs) -> Theme {
        self.glyphs = glyphs;
        self
    }

    /// The same without edges.
    #[must_use]
    pub const fn without_edges(mut self) -> Theme {
        self.edges = false;
        self
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
