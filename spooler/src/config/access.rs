//! `[access]`: who may connect, by user or @group. Looking the names up is the business of `people`.

use super::document::{Faults, Section};

/// A user or a group, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    User(String),
    /// Written `@till`.
    Group(String),
}

/// Who may connect beside root and the daemon's own user.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Access {
    /// Only record events.
    pub record: Vec<Who>,
    /// Every verb, after log-on where operators exist.
    pub use_all: Vec<Who>,
}

impl Access {
    pub(super) fn read(mut section: Section<'_>, faults: &mut Faults) -> Access {
        let record = names(&mut section, "record", faults);
        let use_all = names(&mut section, "use", faults);
        section.finish(faults);
        Access { record, use_all }
    }
}

fn names(section: &mut Section<'_>, key: &str, faults: &mut Faults) -> Vec<Who> {
    let mut names = Vec::new();
    for text in section.texts(key, faults).unwrap_or_default() {
        let (who, name): (fn(String) -> Who, &str) = match text.value.strip_prefix('@') {
            Some(group) => (Who::Group, group),
            None => (Who::User, &text.value),
        };
        if name.is_empty() || name.contains(|c: char| c.is_whitespace() || c.is_control() || c == ':' || c == ',') {
            faults.add(text.at, text.key, "must name users or groups, a group as \"@till\"");
        } else {
            names.push(who(name.to_owned()));
        }
    }
    names
}
