//! Files of a revision of git, by the command `git`.

use crate::error::Error;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A commit in the repository of a folder.
#[derive(Debug, Clone)]
pub(crate) struct GitTree {
    /// The top folder of the repository.
    top: PathBuf,
    /// What the user called the commit.
    revision: String,
    /// Its hash.
    commit: String,
    /// The folder in which was asked, from the top: empty or with a slash behind.
    prefix: String,
}

impl GitTree {
    /// The commit that a revision means in the repository of a folder; `None` when it means none.
    pub(super) fn find(folder: &Path, revision: &str) -> Result<Option<Self>, Error> {
        let meant = format!("{revision}^{{commit}}");
        let arguments = ["rev-parse", "--verify", "--quiet", "--end-of-options", &meant];
        let Some(commit) = run(folder, arguments.map(OsStr::new))? else { return Ok(None) };
        let line = |argument: &str| -> Result<String, Error> {
            let answer = run(folder, ["rev-parse", argument].map(OsStr::new))?.unwrap_or_default();
            Ok(String::from_utf8_lossy(&answer).trim_end_matches('\n').to_owned())
        };
        Ok(Some(Self {
            top: PathBuf::from(line("--show-toplevel")?),
            prefix: line("--show-prefix")?,
            revision: revision.to_owned(),
            commit: String::from_utf8_lossy(&commit).trim().to_owned(),
        }))
    }

    /// The files at or below a path of the folder, each as its path from the top and the path from the folder.
    pub(super) fn files(&self, path: &str) -> Result<Vec<(String, String)>, Error> {
        let below = format!("{}{path}", self.prefix);
        let below = below.trim_end_matches('/').trim_end_matches("/.");
        let mut arguments = vec!["ls-tree", "-r", "-z", "--full-tree", "--name-only", &self.commit];
        if !matches!(below, "" | ".") {
            arguments.extend(["--", below]);
        }
        let listed = run(&self.top, arguments.into_iter().map(OsStr::new))?.unwrap_or_default();
        let listed = String::from_utf8_lossy(&listed).into_owned();
        let names = listed.split('\0').filter(|name| !name.is_empty());
        Ok(names
            .map(|name| (name.to_owned(), name.strip_prefix(&self.prefix).unwrap_or(name).to_owned()))
            .collect())
    }

    /// The bytes of a file, by its path from the top; `None` when there is none.
    pub(crate) fn read(&self, path: &str) -> Result<Option<Vec<u8>>, Error> {
        let object = format!("{}:{path}", self.commit);
        run(&self.top, ["show", "--end-of-options", &object].map(OsStr::new))
    }

    /// What messages call a file.
    pub(crate) fn name(&self, path: &str) -> String {
        format!("{}:{path}", self.revision)
    }

    /// The path from the top of the file that messages call so.
    pub(crate) fn path<'n>(&self, name: &'n str) -> &'n str {
        name.strip_prefix(&format!("{}:", self.revision)).unwrap_or(name)
    }
}

/// What git prints; `None` when it fails.
fn run<'a>(folder: &Path, arguments: impl IntoIterator<Item = &'a OsStr>) -> Result<Option<Vec<u8>>, Error> {
    let output = Command::new("git").arg("-C").arg(folder).args(arguments).output();
    let output = output.map_err(|error| Error::Read { path: PathBuf::from("the command git"), error })?;
    Ok(output.status.success().then_some(output.stdout))
}
