//! `avro-gen completions` and `avro-gen man`

use super::{Command, Outcome, print};
use crate::Error;
use clap::{Args, CommandFactory};
use clap_complete::Shell;
use std::fs;
use std::path::{Path, PathBuf};

/// Print a script that completes this command in a shell.
#[derive(Debug, Args)]
#[command(after_help = COMPLETIONS)]
pub(super) struct Completions {
    /// The shell.
    shell: Shell,
}

const COMPLETIONS: &str = "\
Examples:
  avro-gen completions bash > ~/.local/share/bash-completion/completions/avro-gen
  avro-gen completions fish > ~/.config/fish/completions/avro-gen.fish

Exit status: 0 done, 2 the command line is not valid";

impl Completions {
    pub(super) fn run(&self) -> Result<Outcome, Error> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Command::command(), "avro-gen", &mut script);
        print(&String::from_utf8_lossy(&script))?;
        Ok(Outcome::Success)
    }
}

/// Print the manual page of this command, or write those of all subcommands to a folder.
#[derive(Debug, Args)]
#[command(after_help = MAN)]
pub(super) struct Man {
    /// The folder for avro-gen.1, avro-gen-check.1 and so on.
    #[arg(short, long, value_name = "FOLDER")]
    output: Option<PathBuf>,
}

const MAN: &str = "\
Examples:
  avro-gen man | man -l -
  avro-gen man -o ~/.local/share/man/man1

Exit status: 0 done, 1 a page cannot be written, 2 the command line is not valid";

impl Man {
    pub(super) fn run(&self) -> Result<Outcome, Error> {
        let mut command = Command::command();
        command.build();
        let Some(folder) = &self.output else {
            print(&String::from_utf8_lossy(&page(command, Path::new("standard output"))?))?;
            return Ok(Outcome::Success);
        };
        let unwritable = |path: &Path| {
            let path = path.to_owned();
            move |error| Error::Write { path, error }
        };
        fs::create_dir_all(folder).map_err(unwritable(folder))?;
        let mut pages = vec![("avro-gen".to_owned(), command.clone())];
        let subcommands = command.get_subcommands().filter(|one| one.get_name() != "help");
        pages.extend(subcommands.map(|one| (format!("avro-gen-{}", one.get_name()), one.clone())));
        for (name, command) in pages {
            let path = folder.join(format!("{name}.1"));
            fs::write(&path, page(command, &path)?).map_err(unwritable(&path))?;
        }
        Ok(Outcome::Success)
    }
}

fn page(command: clap::Command, path: &Path) -> Result<Vec<u8>, Error> {
    let mut page = Vec::new();
    let rendered = clap_mangen::Man::new(command).render(&mut page);
    rendered.map(|()| page).map_err(|error| Error::Write { path: path.to_owned(), error })
}
