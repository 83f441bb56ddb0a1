//! A mapping without its comments. They often hold examples of what stands in a source, and what is sealed or hashed in the
//! records must not stand in clear beside them.

use toml_parser::Source;
use toml_parser::lexer::TokenKind;

/// `text`, TOML, without comments, and without the lines and ends of lines that are blank by that.
pub(super) fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for token in Source::new(text).lex() {
        let span = token.span().start()..token.span().end();
        match token.kind() {
            TokenKind::Comment => {
                let kept = out.trim_end_matches([' ', '\t']).len();
                out.truncate(kept);
            }
            // A line of which nothing is left.
            TokenKind::Newline if out.is_empty() || out.ends_with("\n\n") => {}
            _ => out.push_str(text.get(span).unwrap_or_default()),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_comments_go() {
        let text = "# a: Anna\n\n# b\n[source] # c\nquote = \"#\" # d\n  # e\nempty = [ # f\n  '#', # g\n]\n\
                    x = \"\"\"\n# kept\n\"\"\"\ny = '''\n# kept\n'''#h";
        let expected =
            "[source]\nquote = \"#\"\n\nempty = [\n  '#',\n]\nx = \"\"\"\n# kept\n\"\"\"\ny = '''\n# kept\n'''";
        assert_eq!(without_comments(text), expected);
        let table = |text: &str| text.parse::<toml::Table>().expect("TOML");
        assert_eq!(table(expected), table(text));
    }
}
