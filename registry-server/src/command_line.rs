//! The command line: a file, a flag for each setting, and what to do.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use crate::admin::Task;
use crate::config::{dashed, settings};
use crate::probe::QUESTIONS;
use crate::security::authorization::AccessQuestion;
use crate::token_command::{TokenAction, TokenCommand};

mod shell;

pub use shell::{Description, Unwritable};

/// The action of the command.
#[derive(Debug, PartialEq, Eq)]
pub enum Action {
    /// Serve.
    Serve,
    /// Print the effective settings and where each comes from.
    ShowConfig,
    /// Ask the running server after its health.
    Probe {
        /// The question, one of [`QUESTIONS`].
        question: String,
    },
    /// Describe the command itself; settings are not needed for that.
    Describe(Description),
    /// Do a task of an operator on the database.
    Administer(Task),
    /// Issue, list or revoke tokens of a registry that runs.
    Tokens(TokenCommand),
    /// Set the password of a user in a file of users.
    SetPassword {
        /// The file.
        file: PathBuf,
        /// The user.
        user: String,
        /// The groups of the user; `None`: those that it has.
        groups: Option<Vec<String>>,
    },
}

/// A command line, read.
#[derive(Debug)]
#[non_exhaustive]
pub struct Invocation {
    /// The action.
    pub action: Action,
    /// The properties file.
    pub file: Option<PathBuf>,
    /// Flags by their names with dashes.
    pub flags: Vec<(String, String)>,
}

/// Reads a command line, the program's name first.
///
/// # Errors
/// The error that clap shows, which is also how `--help` and `--version` come back.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Invocation, clap::Error> {
    let matches = command().try_get_matches_from(arguments)?;
    let described = matches.subcommand().and_then(|(name, inner)| shell::asked_for(name, inner));
    if let Some(description) = described {
        return Ok(Invocation { action: Action::Describe(description), file: None, flags: Vec::new() });
    }
    let (action, inner) = match matches.subcommand() {
        Some(("config", inner)) => (Action::ShowConfig, inner),
        Some(("health", inner)) => {
            let question = inner.get_one::<String>("question").cloned().unwrap_or_default();
            (Action::Probe { question }, inner)
        }
        Some(("migrate-database", inner)) => (Action::Administer(Task::Migrate), inner),
        Some(("changes", inner)) => {
            (Action::Administer(Task::Changes { after: number(inner, "after") }), inner)
        }
        Some(("restore", inner)) => {
            (Action::Administer(Task::Restore { change: number(inner, "change") }), inner)
        }
        Some(("erase", inner)) => {
            let context = inner.get_one::<String>("context").cloned().unwrap_or_default();
            let id = inner.get_one::<i32>("id").copied().unwrap_or_default();
            (Action::Administer(Task::Erase { context, id }), inner)
        }
        Some(("after-restore", inner)) => {
            (Action::Administer(Task::AfterRestore { ids: number(inner, "ids") }), inner)
        }
        Some(("check-database", inner)) => (Action::Administer(Task::CheckDatabase), inner),
        Some(("access", inner)) => {
            let text = |name: &str| inner.get_one::<String>(name).cloned();
            let question = AccessQuestion {
                principal: text("principal"),
                groups: inner.get_many::<String>("group").unwrap_or_default().cloned().collect(),
                operation: text("operation"),
                subject: text("subject"),
            };
            (Action::Administer(Task::Access(question)), inner)
        }
        Some(("import", inner)) => {
            let file = inner.get_one::<PathBuf>("file").cloned().unwrap_or_default();
            let as_it_stands = inner.get_flag("as-it-stands");
            (Action::Administer(Task::Import { file, as_it_stands }), inner)
        }
        Some(("tokens", inner)) => {
            let action = Action::Tokens(token_command(inner));
            return Ok(Invocation { action, file: None, flags: Vec::new() });
        }
        Some(("passwd", inner)) => {
            let text = |name| inner.get_one::<String>(name).cloned();
            let groups = text("groups").map(|all| {
                all.split(',').map(str::trim).filter(|one| !one.is_empty()).map(str::to_owned).collect()
            });
            let file = inner.get_one::<PathBuf>("file").cloned().unwrap_or_default();
            let action = Action::SetPassword { file, user: text("user").unwrap_or_default(), groups };
            return Ok(Invocation { action, file: None, flags: Vec::new() });
        }
        _ => (Action::Serve, &matches),
    };
    let file = inner.get_one::<PathBuf>("config").cloned();
    // `import` takes another file in that place.
    let file = file.or_else(|| inner.try_get_one("properties").ok().flatten().cloned());
    Ok(Invocation { action, file, flags: flags(inner) })
}

/// The value of a number that has a default or is required.
fn number(matches: &ArgMatches, name: &str) -> i64 {
    matches.get_one::<i64>(name).copied().unwrap_or_default()
}

/// The commands for an operator.
fn tasks() -> Vec<Command> {
    let number = |name: &'static str| {
        Arg::new(name)
            .long(name)
            .value_name("NUMBER")
            .value_parser(value_parser!(i64))
            .allow_negative_numbers(true)
    };
    let migrate = Command::new("migrate-database").about(
        "Bring the tables of the database up to date as their owner, where the server's own role may not, and exit",
    );
    let changes = Command::new("changes")
        .about("Print the change log, one JSON object a line, and exit")
        .arg(number("after").default_value("0").help("Leave out everything up to this change"));
    let restore = Command::new("restore")
        .about("Bring back a version that was permanently deleted, and exit")
        .arg(number("change").required(true).help("The number of the purge in the change log"));
    let erase = Command::new("erase")
        .about("Erase the content of a schema id for good, from the change log as well, and exit")
        .arg(
            Arg::new("context")
                .long("context")
                .value_name("NAME")
                .default_value(".")
                .help("The id's context"),
        )
        .arg(
            Arg::new("id")
                .long("id")
                .value_name("NUMBER")
                .required(true)
                .value_parser(value_parser!(i32))
                .help("The id; its versions must have been deleted permanently"),
        );
    // A file of settings is told by its flag here: what stands alone is the file to import.
    let import = with_flags(
        Command::new("import")
            .about("Import versions of another registry from lines of JSON, and exit")
            .arg(
                Arg::new("file")
                    .value_name("FILE")
                    .required(true)
                    .value_parser(value_parser!(PathBuf))
                    .help("A file with one version a line, as GET /schemas answers it; - for standard input"),
            )
            .arg(
                Arg::new("as-it-stands")
                    .long("as-it-stands")
                    .action(ArgAction::SetTrue)
                    .help("Do not read the schemas: their texts are those that a registry answered"),
            ),
    );
    let after_restore = Command::new("after-restore")
        .about(
            "Go on with a database that lacks acknowledged writes, as a restored backup may: leave out ids that may have been \
             given out, have all nodes write again, and exit",
        )
        .arg(
            Arg::new("ids")
                .long("ids")
                .value_name("NUMBER")
                .value_parser(value_parser!(i64).range(1..=i64::from(i32::MAX)))
                .default_value("1000")
                .help("How many ids of each context, more than can have been given out since the backup"),
        );
    let check = Command::new("check-database")
        .about("Check what the database holds, print what is wrong, and exit; a server may go on meanwhile");
    let text = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help)
    };
    let access = Command::new("access")
        .about(
            "Tell who may do what by the rules in authorization.rules.file, and by which of them, and exit",
        )
        .arg(text("principal", "User:NAME", "Who; left out: everybody that the rules name"))
        .arg(text("group", "NAME", "A group of the principal; can be repeated").action(ArgAction::Append))
        .arg(text("operation", "PERMISSION", "What, SUBJECT_READ and the like; left out: everything"))
        .arg(text("subject", "SUBJECT", "On which subject; left out: on the registry as a whole"));
    vec![
        with_settings(access),
        with_settings(migrate),
        with_settings(changes),
        with_settings(restore),
        with_settings(erase),
        with_settings(after_restore),
        with_settings(check),
        import,
    ]
}

/// The command for tokens, which asks a registry that runs and needs no settings.
fn tokens() -> Command {
    let text = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help)
    };
    let of_everybody = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
    };
    let asking = |command: Command| {
        let url = text("url", "URL", "The address of the registry").required(true);
        let user = text("user", "NAME", "Who asks, by a password; without this, a token is asked for");
        command.arg(url).arg(user)
    };
    let issue = Command::new("issue")
        .about("Issue a token to who asks, and print it")
        .arg(text("name", "NAME", "What it is for").required(true))
        .arg(
            text(
                "expires-in-seconds",
                "NUMBER",
                "The seconds after which it ends, 0 for never [default: 90 days]",
            )
            .value_parser(value_parser!(u32).range(0..=2_147_483_647)),
        )
        .arg(
            text(
                "permission",
                "NAME",
                "A permission that it is limited to, such as SUBJECT_READ; may be repeated",
            )
            .action(ArgAction::Append),
        )
        .arg(
            text(
                "subject-prefix",
                "TEXT",
                "What the names of subjects begin with that it is limited to; may be repeated",
            )
            .action(ArgAction::Append),
        );
    let list = Command::new("list")
        .about("List the tokens of who asks, one JSON object a line")
        .arg(of_everybody("all", "Those of everybody"));
    let revoke = Command::new("revoke")
        .about("Revoke a token of who asks")
        .arg(Arg::new("id").value_name("ID").required(true).help("The token's id"))
        .arg(of_everybody("any", "It may be anybody's"));
    Command::new("tokens")
        .about("Issue, list or revoke tokens of a registry that runs; the password is asked for or from standard input")
        .subcommand_required(true)
        .subcommands([asking(issue), asking(list), asking(revoke)])
}

fn token_command(matches: &ArgMatches) -> TokenCommand {
    let (name, inner) = matches.subcommand().unwrap_or(("list", matches));
    let text = |name: &str| inner.try_get_one::<String>(name).ok().flatten().cloned();
    let texts = |name: &str| inner.get_many::<String>(name).into_iter().flatten().cloned().collect();
    let action = match name {
        "issue" => TokenAction::Issue {
            name: text("name").unwrap_or_default(),
            seconds: inner.get_one("expires-in-seconds").copied(),
            permissions: texts("permission"),
            prefixes: texts("subject-prefix"),
        },
        "revoke" => TokenAction::Revoke { id: text("id").unwrap_or_default(), any: inner.get_flag("any") },
        _ => TokenAction::List { all: inner.get_flag("all") },
    };
    TokenCommand { url: text("url").unwrap_or_default(), user: text("user"), action }
}

/// The command for the file of users, which needs no settings.
fn passwd() -> Command {
    Command::new("passwd")
        .about("Set a user's password in a file for authentication.password.file, asked for or from standard input, and exit")
        .arg(
            Arg::new("file")
                .value_name("FILE")
                .required(true)
                .value_parser(value_parser!(PathBuf))
                .help("The file; it is made where there is none"),
        )
        .arg(Arg::new("user").value_name("USER").required(true).help("The user; it is added if it is not there"))
        .arg(
            Arg::new("groups")
                .long("groups")
                .value_name("GROUP,...")
                .help("The user's groups, which are also roles; without this those that it has stay"),
        )
}

fn command() -> Command {
    let config = with_settings(
        Command::new("config").about("Print the effective settings and where each comes from, and exit"),
    );
    let health = with_flags(
        Command::new("health")
            .about("Ask the server that runs here with these settings after its health, and exit; 0 when all is well")
            .arg(
                Arg::new("question")
                    .value_name("QUESTION")
                    .value_parser(QUESTIONS)
                    .default_value("ready")
                    .help("Whether it lives, is ready for requests, or has started"),
            ),
    );
    with_settings(Command::new("registry-server"))
        .version(env!("CARGO_PKG_VERSION"))
        .about("A schema registry that every Confluent Schema Registry client works with")
        .after_help(
            "Each setting can also stand in a properties file (schema.compatibility.level=full) or in the environment \
             (SCHEMA_REGISTRY_SCHEMA_COMPATIBILITY_LEVEL=full).\n\
             A flag wins over the environment, the environment over the file.\n\n\
             Examples:\n  \
             registry-server                                        serve on port 8081, data in one SQLite file\n  \
             registry-server --listeners http://127.0.0.1:9081      serve on this machine only\n  \
             registry-server --database-url postgres://user@db/registry\n  \
             registry-server schema-registry.properties             settings from a file\n  \
             registry-server config                                 show what is in force and why\n  \
             registry-server changes --database-url postgres://user@db/registry",
        )
        .subcommands([config, health])
        .subcommands(tasks())
        .subcommand(passwd())
        .subcommand(tokens())
        .subcommands(shell::subcommands())
        .args_conflicts_with_subcommands(true)
}

fn with_settings(command: Command) -> Command {
    let file = settings_file("properties").help("A properties file with settings, as the original takes it");
    with_flags(command.arg(file))
        .mut_arg("config", |flag| flag.conflicts_with("properties").help("The same as a flag"))
}

fn settings_file(name: &'static str) -> Arg {
    Arg::new(name).value_parser(value_parser!(PathBuf)).value_name("FILE")
}

/// A flag for a file with settings, and one for each setting.
fn with_flags(command: Command) -> Command {
    let command = command.arg(
        settings_file("config")
            .long("config")
            .help("A properties file with settings, as the original takes it"),
    );
    settings().fold(command, |command, setting| {
        let default = if setting.default.is_empty() {
            String::new()
        } else {
            format!(" [default: {}]", setting.default)
        };
        let flag = dashed(setting.name);
        command.arg(
            Arg::new(setting.name).long(flag).value_name("VALUE").help(format!("{}{default}", setting.help)),
        )
    })
}

fn flags(matches: &ArgMatches) -> Vec<(String, String)> {
    settings()
        .filter_map(|setting| {
            matches.get_one::<String>(setting.name).map(|value| (dashed(setting.name), value.clone()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Invocation, clap::Error> {
        parse(line.split(' ').map(OsString::from))
    }

    #[test]
    fn settings_files_and_actions_are_told_apart() {
        let plain = parsed("registry-server --listeners http://h:1 --log-level debug").unwrap();
        assert_eq!(plain.action, Action::Serve);
        assert_eq!(plain.flags.len(), 2);
        assert_eq!(plain.flags[0], ("listeners".to_owned(), "http://h:1".to_owned()));

        let with_file = parsed("registry-server registry.properties").unwrap();
        assert_eq!(with_file.file, Some(PathBuf::from("registry.properties")));

        let show = parsed("registry-server config --config f.properties --log-level warn").unwrap();
        assert_eq!((show.action, show.flags.len()), (Action::ShowConfig, 1));
        assert_eq!(show.file, Some(PathBuf::from("f.properties")));
    }

    #[test]
    fn tasks_of_an_operator() {
        for (line, task) in [
            ("registry-server migrate-database", Task::Migrate),
            ("registry-server changes", Task::Changes { after: 0 }),
            ("registry-server changes --after 7", Task::Changes { after: 7 }),
            ("registry-server restore --change 3", Task::Restore { change: 3 }),
            ("registry-server erase --id 5", Task::Erase { context: ".".to_owned(), id: 5 }),
            ("registry-server erase --context .c --id 5", Task::Erase { context: ".c".to_owned(), id: 5 }),
            ("registry-server after-restore", Task::AfterRestore { ids: 1000 }),
            ("registry-server after-restore --ids 5", Task::AfterRestore { ids: 5 }),
            ("registry-server check-database", Task::CheckDatabase),
            ("registry-server access", Task::Access(AccessQuestion::default())),
            (
                "registry-server access --principal User:a --group g --group h --operation SUBJECT_READ --subject s",
                Task::Access(AccessQuestion {
                    principal: Some("User:a".to_owned()),
                    groups: vec!["g".to_owned(), "h".to_owned()],
                    operation: Some("SUBJECT_READ".to_owned()),
                    subject: Some("s".to_owned()),
                }),
            ),
            ("registry-server import -", Task::Import { file: "-".into(), as_it_stands: false }),
            (
                "registry-server import all.jsonl --as-it-stands --config f.properties",
                Task::Import { file: "all.jsonl".into(), as_it_stands: true },
            ),
        ] {
            assert_eq!(parsed(line).unwrap().action, Action::Administer(task), "{line}");
        }
        for (line, question) in [("registry-server health", "ready"), ("registry-server health live", "live")]
        {
            assert_eq!(
                parsed(line).unwrap().action,
                Action::Probe { question: question.to_owned() },
                "{line}"
            );
        }
        assert!(parsed("registry-server health well").is_err());
        let set = |groups: Option<&[&str]>| Action::SetPassword {
            file: "users".into(),
            user: "alice".to_owned(),
            groups: groups.map(|all| all.iter().map(|one| (*one).to_owned()).collect()),
        };
        for (line, action) in [
            ("registry-server passwd users alice", set(None)),
            ("registry-server passwd users alice --groups a,b", set(Some(&["a", "b"]))),
            ("registry-server passwd users alice --groups=", set(Some(&[]))),
        ] {
            assert_eq!(parsed(line).unwrap().action, action, "{line}");
        }
        let asked = |user: Option<&str>, action| {
            Action::Tokens(TokenCommand {
                url: "http://h:1".to_owned(),
                user: user.map(str::to_owned),
                action,
            })
        };
        let issue = TokenAction::Issue {
            name: "ci".to_owned(),
            seconds: Some(60),
            permissions: vec!["SUBJECT_READ".to_owned(), "SUBJECT_WRITE".to_owned()],
            prefixes: vec!["orders-".to_owned()],
        };
        for (line, action) in [
            ("list --url http://h:1", asked(None, TokenAction::List { all: false })),
            (
                "list --url http://h:1 --user alice --all",
                asked(Some("alice"), TokenAction::List { all: true }),
            ),
            (
                "revoke x --url http://h:1",
                asked(None, TokenAction::Revoke { id: "x".to_owned(), any: false }),
            ),
            (
                "issue --url http://h:1 --name ci --expires-in-seconds 60 --permission SUBJECT_READ --permission SUBJECT_WRITE \
                 --subject-prefix orders-",
                asked(None, issue),
            ),
        ] {
            assert_eq!(parsed(&format!("registry-server tokens {line}")).unwrap().action, action, "{line}");
        }
        for line in
            ["tokens", "tokens issue --url http://h:1", "tokens list", "tokens revoke --url http://h:1"]
        {
            assert!(parsed(&format!("registry-server {line}")).is_err(), "{line}");
        }
        assert!(parsed("registry-server passwd users").is_err());
        assert!(parsed("registry-server passwd users alice s3cret").is_err());
        assert!(parsed("registry-server import").is_err());
        assert!(parsed("registry-server restore").is_err());
        assert!(parsed("registry-server erase --id x").is_err());
        assert!(parsed("registry-server after-restore --ids 0").is_err());
    }

    #[test]
    fn the_command_describes_itself() {
        for (line, description) in [
            ("registry-server completions fish", Description::Completions(clap_complete::Shell::Fish)),
            ("registry-server man", Description::Man(None)),
            ("registry-server man -o man1", Description::Man(Some("man1".into()))),
        ] {
            assert_eq!(parsed(line).unwrap().action, Action::Describe(description), "{line}");
        }
        assert!(parsed("registry-server completions csh").is_err());
    }

    #[test]
    fn a_misspelt_flag_is_named_with_the_right_one() {
        let message = parsed("registry-server --listener http://h:1").unwrap_err().to_string();
        assert!(message.contains("--listeners"), "{message}");
    }
}
