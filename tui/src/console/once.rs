//! A request that is never under way twice. Which one, and what its answer is for, its owner knows.

use super::message::Tag;

/// A request of which one is under way at most; wishes meanwhile become one more.
#[derive(Debug, Default)]
pub(crate) struct Once {
    tag: Option<Tag>,
    again: bool,
}

impl Once {
    /// True if it is to be asked now.
    pub(crate) fn wish(&mut self) -> bool {
        self.again = self.tag.is_some();
        self.tag.is_none()
    }

    pub(crate) fn asked(&mut self, tag: Tag) {
        self.tag = Some(tag);
    }

    /// True if this is its answer.
    pub(crate) fn answered(&mut self, tag: Tag) -> bool {
        let mine = self.tag == Some(tag);
        if mine {
            self.tag = None;
        }
        mine
    }

    /// True once if there was a wish meanwhile.
    pub(crate) fn again(&mut self) -> bool {
        std::mem::take(&mut self.again)
    }
}
