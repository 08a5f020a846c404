//! Scripts that complete the command in a shell, and its manual pages.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Arg, ArgMatches, Command, value_parser};
use clap_complete::Shell;

use super::command;

/// What the command can print or write about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Description {
    /// The script that completes it in a shell.
    Completions(Shell),
    /// Its manual page on standard output, or the pages of all subcommands as files of a folder.
    Man(Option<PathBuf>),
}

/// A description could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {to}: {error}")]
pub struct Unwritable {
    to: String,
    error: io::Error,
}

impl Unwritable {
    fn to(path: &Path) -> impl FnOnce(io::Error) -> Self + use<> {
        let to = path.display().to_string();
        move |error| Self { to, error }
    }
}

impl Description {
    /// Prints or writes it.
    ///
    /// # Errors
    /// [`Unwritable`] when a file or standard output cannot be written. A reader that has seen enough is no error.
    pub fn write(&self) -> Result<(), Unwritable> {
        match self {
            Self::Completions(shell) => print(&script(*shell)),
            Self::Man(None) => print(&page(command(), Path::new("standard output"))?),
            Self::Man(Some(folder)) => {
                fs::create_dir_all(folder).map_err(Unwritable::to(folder))?;
                for (name, command) in pages() {
                    let path = folder.join(format!("{name}.1"));
                    fs::write(&path, page(command, &path)?).map_err(Unwritable::to(&path))?;
                }
                Ok(())
            }
        }
    }
}

const NAME: &str = "registry-server";

/// The subcommands that describe the command.
pub(super) fn subcommands() -> [Command; 2] {
    let completions = Command::new("completions")
        .about("Print a script that completes this command in a shell, and exit")
        .arg(Arg::new("shell").value_name("SHELL").required(true).value_parser(value_parser!(Shell)).help("The shell"))
        .after_help("Example:\n  registry-server completions bash > ~/.local/share/bash-completion/completions/registry-server");
    let man = Command::new("man")
        .about(
            "Print the manual page of this command, or write those of all subcommands to a folder, and exit",
        )
        .arg(
            Arg::new("output")
                .short('o')
                .long("output")
                .value_name("FOLDER")
                .value_parser(value_parser!(PathBuf))
                .help("The folder for registry-server.1, registry-server-config.1 and so on"),
        )
        .after_help(
            "Examples:\n  registry-server man | man -l -\n  registry-server man -o ~/.local/share/man/man1",
        );
    [completions, man]
}

/// The description that a subcommand of [`subcommands`] asks for.
pub(super) fn asked_for(name: &str, matches: &ArgMatches) -> Option<Description> {
    match name {
        "completions" => matches.get_one::<Shell>("shell").copied().map(Description::Completions),
        "man" => Some(Description::Man(matches.get_one::<PathBuf>("output").cloned())),
        _ => None,
    }
}

fn script(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command(), NAME, &mut script);
    script
}

/// The command and its subcommands, each with the name of its page.
fn pages() -> Vec<(String, Command)> {
    let mut command = command();
    command.build();
    let mut pages = vec![(NAME.to_owned(), command.clone())];
    let subcommands = command.get_subcommands().filter(|one| one.get_name() != "help");
    pages.extend(subcommands.map(|one| (format!("{NAME}-{}", one.get_name()), one.clone())));
    pages
}

fn page(command: Command, path: &Path) -> Result<Vec<u8>, Unwritable> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page).map_err(Unwritable::to(path))?;
    Ok(page)
}

fn print(text: &[u8]) -> Result<(), Unwritable> {
    match io::stdout().write_all(text) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Unwritable::to(Path::new("standard output"))(error))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_shell_is_told_of_subcommands_and_settings() {
        for shell in [Shell::Bash, Shell::Elvish, Shell::Fish, Shell::PowerShell, Shell::Zsh] {
            let script = String::from_utf8(script(shell)).unwrap();
            for known in [NAME, "check-database", "schema-compatibility-level"] {
                assert!(script.contains(known), "{shell}: {known}");
            }
        }
    }

    #[test]
    fn each_subcommand_has_a_page() {
        let folder = tempfile::tempdir().unwrap();
        let man1 = folder.path().join("man1");
        Description::Man(Some(man1.clone())).write().unwrap();
        for subcommand in command().get_subcommands() {
            let name = format!("{NAME}-{}", subcommand.get_name());
            let page = fs::read_to_string(man1.join(format!("{name}.1"))).unwrap();
            assert!(page.contains(&format!(".TH {name} 1")), "{page}");
            let plain = page.replace("\\-", "-").replace("\\*(Aq", "'");
            assert!(plain.contains(&subcommand.get_about().unwrap().to_string()), "{page}");
        }
        let page = fs::read_to_string(man1.join("registry-server.1")).unwrap();
        assert!(page.contains(".TH registry-server 1") && page.contains("\\-\\-listeners"), "{page}");
        let count = fs::read_dir(&man1).unwrap().count();
        assert_eq!(count, 1 + command().get_subcommands().count(), "no pages beside these");
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let folder = file.path().join("man1");
        let error = Description::Man(Some(folder.clone())).write().unwrap_err().to_string();
        assert!(error.starts_with(&format!("cannot write {}: ", folder.display())), "{error}");
    }
}
