//! The rules on the tables (storage §1), each as a statement that gives what breaks it.

/// A rule that holds between all transactions.
pub(super) struct Rule {
    /// The words on a thing that breaks it.
    pub(super) broken: &'static str,
    /// The thing as a text.
    thing: Thing,
    /// The tables in which it is looked for, and the condition that breaks the rule.
    from: &'static str,
}

/// A thing that a row of alias `t` stands for.
#[derive(Clone, Copy)]
enum Thing {
    /// An id of a context.
    Id,
    /// A version of a subject.
    Version,
    /// A subject.
    Subject,
    /// The settings of a subject or context.
    Setting,
}

impl Thing {
    fn text(self) -> &'static str {
        match self {
            Self::Id => "'id ' || t.id || ' in context ' || t.context",
            Self::Version => {
                "'version ' || t.version || ' of subject ' || t.subject || ' in context ' || t.context"
            }
            Self::Subject => "'subject ' || t.name || ' in context ' || t.context",
            Self::Setting => "'the settings of subject ' || t.subject || ' in context ' || t.context",
        }
    }
}

impl Rule {
    /// The statement, which runs on both databases.
    pub(super) fn statement(&self, most: usize) -> String {
        format!("SELECT {} FROM {} LIMIT {most}", self.thing.text(), self.from)
    }
}

/// All rules but the one on what contents hold.
pub(super) const RULES: &[Rule] = &[
    Rule {
        broken: "it is above the highest id that the context has given out, so it would be given out again",
        thing: Thing::Id,
        from: "contents t LEFT JOIN contexts x ON x.name = t.context WHERE x.last_id IS NULL OR t.id > x.last_id",
    },
    Rule {
        broken: "an id is a number from 0 to 2147483647",
        thing: Thing::Id,
        from: "contents t WHERE t.id < 0 OR t.id > 2147483647",
    },
    Rule {
        broken: "it was purged, and its content is still there",
        thing: Thing::Id,
        from: "contents t WHERE t.purged <> 0 AND t.body <> ''",
    },
    Rule {
        broken: "the content of its id is missing",
        thing: Thing::Version,
        from: "versions t LEFT JOIN contents c ON c.context = t.context AND c.id = t.id WHERE c.id IS NULL",
    },
    Rule {
        broken: "the content of its id was purged",
        thing: Thing::Version,
        from: "versions t JOIN contents c ON c.context = t.context AND c.id = t.id WHERE c.purged <> 0",
    },
    Rule {
        broken: "the number of a version is at least 1",
        thing: Thing::Version,
        from: "versions t WHERE t.version < 1 OR t.version > 2147483647",
    },
    Rule {
        broken: "its subject has no revision, so writes that were decided on an older state would not be noticed",
        thing: Thing::Version,
        from: "versions t LEFT JOIN subjects s ON s.context = t.context AND s.name = t.subject WHERE s.name IS NULL",
    },
    Rule {
        broken: "it refers to a version that is not there",
        thing: Thing::Version,
        from: "version_references t LEFT JOIN versions v ON v.context = t.target_context \
            AND v.subject = t.target_subject AND v.version = t.target_version WHERE v.version IS NULL",
    },
    Rule {
        broken: "it is not there, and has references",
        thing: Thing::Version,
        from: "version_references t LEFT JOIN versions v ON v.context = t.context AND v.subject = t.subject \
            AND v.version = t.version WHERE v.version IS NULL",
    },
    Rule {
        broken: "registrations of a content would take it, which is another one's or nobody's",
        thing: Thing::Id,
        from: "current_ids t LEFT JOIN contents c ON c.context = t.context AND c.id = t.id \
            WHERE c.id IS NULL OR c.digest <> t.digest",
    },
    Rule {
        broken: "its revision is above the last change of the log, so a later change would not be noticed",
        thing: Thing::Subject,
        from: "subjects t WHERE t.revision > (SELECT COALESCE(MAX(seq), 0) FROM change_log)",
    },
    Rule {
        broken: "their revision is above the last change of the log, so a later change would not be noticed",
        thing: Thing::Setting,
        from: "settings t WHERE t.revision > (SELECT COALESCE(MAX(seq), 0) FROM change_log)",
    },
    Rule {
        broken: "it was written by a change that the log does not have",
        thing: Thing::Version,
        from: "versions t LEFT JOIN change_log l ON l.seq = t.written WHERE l.seq IS NULL",
    },
];
