//! The command that makes the same again, as it is typed into a shell.

use std::fmt;

use crate::evidence::Evidence;
use crate::os::shell::quoted;

/// A command line in the making. Names of files stand without their folders: whoever makes the same again has them elsewhere.
#[derive(Debug, Clone)]
pub struct Command(Vec<String>);

impl Command {
    /// Of Probity.
    #[must_use]
    pub fn new(subcommand: &str) -> Self {
        Self(vec!["probity".to_owned(), subcommand.to_owned()])
    }

    /// The bundles: the first one, and those beside it.
    #[must_use]
    pub fn bundles(mut self, evidence: &Evidence) -> Self {
        for (n, log) in evidence.logs().iter().enumerate() {
            if n > 0 {
                self.0.push("--with".to_owned());
            }
            let name = log.index.bundle().file_name().unwrap_or(log.index.bundle().as_os_str());
            self.0.push(name.to_string_lossy().into_owned());
        }
        self
    }

    /// A word, unless it is empty.
    #[must_use]
    pub fn word(mut self, word: &str) -> Self {
        if !word.is_empty() {
            self.0.push(word.to_owned());
        }
        self
    }

    /// An option with its value, where there is one.
    #[must_use]
    pub fn option(mut self, name: &str, value: Option<impl fmt::Display>) -> Self {
        if let Some(value) = value {
            self.0.push(name.to_owned());
            self.0.push(value.to_string());
        }
        self
    }

    /// An option that is given once for each value.
    #[must_use]
    pub fn each(self, name: &str, values: impl IntoIterator<Item: fmt::Display>) -> Self {
        values.into_iter().fold(self, |command, value| command.option(name, Some(value)))
    }

    /// An option with values between commas, where there are any.
    #[must_use]
    pub fn list(self, name: &str, values: &[String]) -> Self {
        self.option(name, (!values.is_empty()).then(|| values.join(",")))
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, word) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str(" ")?;
            }
            f.write_str(&quoted(word))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_where_a_shell_would_read_more() {
        let command = Command::new("query")
            .word("a b.zip")
            .word("")
            .word("result:deny")
            .word("name:\"it's\" $HOME")
            .list("--columns", &["seq".to_owned(), "\"seq\"".to_owned()])
            .list("--sort", &[])
            .option("--limit", Some(3))
            .option("--output", None::<&str>);
        assert_eq!(
            command.to_string(),
            r#"probity query 'a b.zip' result:deny 'name:"it'\''s" $HOME' --columns 'seq,"seq"' --limit 3"#
        );
    }
}
