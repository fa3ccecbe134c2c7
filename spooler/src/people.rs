//! Users and groups of this system, as `/etc/passwd` and `/etc/group` list them: who a uid of `[access]` is.
//!
//! Names are looked up in the two files only; users of a directory service are named by their number.

use crate::config::{Access as Listed, Who};
use model::caller::Access;

/// The two files, read.
#[derive(Debug, Default)]
pub(crate) struct People {
    users: Vec<User>,
    groups: Vec<Group>,
}

#[derive(Debug)]
struct User {
    name: String,
    uid: u32,
    gid: u32,
}

#[derive(Debug)]
struct Group {
    name: String,
    gid: u32,
    members: Vec<String>,
}

impl People {
    /// Reads the files of this system; a file that is missing lists nobody.
    pub(crate) fn of_system() -> People {
        let read =
            |path| std::fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
        People::parse(&read("/etc/passwd"), &read("/etc/group"))
    }

    fn parse(passwd: &str, group: &str) -> People {
        let users = passwd.lines().filter_map(|line| {
            let mut fields = line.split(':');
            let name = fields.next()?.to_owned();
            let uid = fields.nth(1)?.parse().ok()?;
            let gid = fields.next()?.parse().ok()?;
            Some(User { name, uid, gid })
        });
        let groups = group.lines().filter_map(|line| {
            let mut fields = line.split(':');
            let name = fields.next()?.to_owned();
            let gid = fields.nth(1)?.parse().ok()?;
            let members = fields.next()?.split(',').filter(|m| !m.is_empty()).map(str::to_owned).collect();
            Some(Group { name, gid, members })
        });
        People { users: users.collect(), groups: groups.collect() }
    }

    /// True if the uid is that user or in that group.
    fn is(&self, uid: u32, who: &Who) -> bool {
        match who {
            Who::User(name) => match self.users.iter().find(|user| user.name == *name) {
                Some(user) => user.uid == uid,
                None => name.parse() == Ok(uid),
            },
            Who::Group(name) => self.groups.iter().filter(|group| group.name == *name).any(|group| {
                // a uid may have several names
                self.users
                    .iter()
                    .filter(|user| user.uid == uid)
                    .any(|user| user.gid == group.gid || group.members.contains(&user.name))
            }),
        }
    }

    /// What a peer may do at all; `None`: it may not even connect. Root and the daemon's own user may everything.
    pub(crate) fn access(&self, uid: u32, own_uid: u32, listed: &Listed) -> Option<Access> {
        if uid == 0 || uid == own_uid {
            return Some(Access::Owner);
        }
        let is_one_of = |names: &[Who]| names.iter().any(|who| self.is(uid, who));
        match (is_one_of(&listed.record), is_one_of(&listed.use_all)) {
            (true, true) => Some(Access::UseAndRecord),
            (true, false) => Some(Access::Record),
            (false, true) => Some(Access::Use),
            (false, false) => None,
        }
    }

    /// Names of `[access]` that nobody has: a misspelt one locks somebody out silently.
    pub(crate) fn unknown<'c>(&self, listed: &'c Listed) -> Vec<&'c str> {
        listed
            .record
            .iter()
            .chain(&listed.use_all)
            .filter_map(|who| match who {
                Who::User(name) => (name.parse::<u32>().is_err() && !self.users.iter().any(|user| user.name == *name))
                    .then_some(name.as_str()),
                Who::Group(name) => (!self.groups.iter().any(|group| group.name == *name)).then_some(name.as_str()),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWD: &str = "root:x:0:0:root:/root:/bin/sh\npos:x:1001:1001::/:/bin/false\nli:x:1002:50::/:/bin/sh\n\
                          wang:x:1003:1003::/:/bin/sh\nbroken line\n";
    const GROUP: &str = "till:x:60:wang,other\nstaff:x:50:\n";

    fn access(uid: u32, listed: &Listed) -> Option<Access> {
        People::parse(PASSWD, GROUP).access(uid, 999, listed)
    }

    #[test]
    fn the_uid_decides_by_name_by_membership_and_by_main_group() {
        let listed = Listed {
            record: vec![Who::User("pos".into()), Who::Group("till".into())],
            use_all: vec![Who::Group("till".into()), Who::Group("staff".into()), Who::User("4711".into())],
        };
        assert_eq!(access(0, &listed), Some(Access::Owner));
        assert_eq!(access(999, &listed), Some(Access::Owner));
        assert_eq!(access(1001, &listed), Some(Access::Record));
        assert_eq!(access(1002, &listed), Some(Access::Use));
        assert_eq!(access(1003, &listed), Some(Access::UseAndRecord), "each list gives its own");
        assert_eq!(access(4711, &listed), Some(Access::Use), "a number stands for a user the files don't list");
        assert_eq!(access(1004, &listed), None);
    }

    #[test]
    fn a_misspelt_name_is_noticed() {
        let listed = Listed { record: vec![Who::User("pso".into())], use_all: vec![Who::Group("tills".into())] };
        assert_eq!(People::parse(PASSWD, GROUP).unknown(&listed), ["pso", "tills"]);
    }
}
