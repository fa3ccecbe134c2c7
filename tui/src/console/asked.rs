//! A request as it was asked, until its answer comes: it may have to be asked again, with a second person's approval.

/// The request.
#[derive(Clone)]
pub(crate) struct Asked {
    pub(crate) verb: &'static str,
    pub(super) body: serde_json::Value,
}

impl Asked {
    /// A word of it: an id, a copy, a printer.
    pub(crate) fn word(&self, key: &str) -> Option<&str> {
        self.body.get(key)?.as_str()
    }
}

impl std::fmt::Debug for Asked {
    /// Without its keys: there may be a new operator's PIN among them.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Asked").field(&self.verb).finish()
    }
}
