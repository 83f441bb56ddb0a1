//! Writing HTML: what comes from a document goes through here, so that it can only ever be text.

use super::super::shown::{leads, shown, shown_line};
use super::super::{Face, Run, Text, Tone};

/// HTML in the making.
#[derive(Default)]
pub(super) struct Html(String);

impl Html {
    /// Markup of ours; never what a document says.
    pub(super) fn tag(&mut self, markup: &str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// What a document says, as one line: between tags, or in an attribute in double quotes.
    pub(super) fn line(&mut self, text: &str) -> &mut Self {
        escape(&mut self.0, &shown_line(text));
        self
    }

    /// What a document says, with its line feeds as they are.
    pub(super) fn verbatim(&mut self, text: &str) -> &mut Self {
        escape(&mut self.0, &shown(text));
        self
    }

    /// Runs of letters. Each line feed begins a line.
    pub(super) fn text(&mut self, text: &Text) -> &mut Self {
        for run in &text.0 {
            self.run(run);
        }
        self
    }

    fn run(&mut self, run: &Run) {
        let (begin, end) = match run.face {
            Face::Plain => ("<span", "</span>"),
            Face::Strong => ("<strong", "</strong>"),
            Face::Quiet => ("<span", "</span>"),
            Face::Mono => ("<code", "</code>"),
        };
        let class = [if run.face == Face::Quiet { "quiet" } else { "" }, tone(run.tone)];
        let class = class.into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>().join(" ");
        let link = run.link.as_deref().filter(|address| leads(address));
        if let Some(address) = link {
            self.tag("<a rel=\"noreferrer\" href=\"").line(address).tag("\">");
        }
        let is_wrapped = !class.is_empty() || matches!(run.face, Face::Strong | Face::Mono);
        if is_wrapped {
            self.tag(begin);
            if !class.is_empty() {
                self.tag(" class=\"").tag(&class).tag("\"");
            }
            self.tag(">");
        }
        for (index, line) in shown(&run.text).split('\n').enumerate() {
            if index > 0 {
                self.tag("<br>");
            }
            escape(&mut self.0, line);
        }
        if is_wrapped {
            self.tag(end);
        }
        if link.is_some() {
            self.tag("</a>");
        }
    }

    /// All of it.
    pub(super) fn into_text(self) -> String {
        self.0
    }
}

/// The class of a tone; none of one that means nothing.
pub(super) fn tone(tone: Tone) -> &'static str {
    match tone {
        Tone::Neutral => "",
        Tone::Good => "good",
        Tone::Warning => "warning",
        Tone::Bad => "bad",
    }
}

/// The number of the section at `index`.
pub(super) fn number(index: usize) -> String {
    (index + 1).to_string()
}

fn escape(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
        let (plain, special) = rest.split_at(at);
        out.push_str(plain);
        out.push_str(match special.as_bytes().first() {
            Some(b'&') => "&amp;",
            Some(b'<') => "&lt;",
            Some(b'>') => "&gt;",
            Some(b'"') => "&quot;",
            _ => "&#39;",
        });
        rest = special.get(1..).unwrap_or_default();
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        for (text, expected) in [
            ("plain", "plain"),
            ("<script>alert('1')</script>", "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;"),
            ("a & \"b\" &amp;", "a &amp; &quot;b&quot; &amp;amp;"),
            ("größe\u{202e}<", "größe‹U+202E›&lt;"),
            ("a\nb", "a b"),
            ("", ""),
        ] {
            assert_eq!(Html::default().line(text).0, expected);
        }
    }

    #[test]
    fn runs_look_as_they_say() {
        let link = |link: &str| Run { link: Some(link.to_owned()), ..run("x", Face::Plain, Tone::Neutral) };
        for (run, expected) in [
            (run("a\nb", Face::Plain, Tone::Neutral), "a<br>b"),
            (run("<", Face::Strong, Tone::Bad), "<strong class=\"bad\">&lt;</strong>"),
            (run("a", Face::Quiet, Tone::Warning), "<span class=\"quiet warning\">a</span>"),
            (run("a", Face::Mono, Tone::Neutral), "<code>a</code>"),
            (link("https://a.b/\"><x"), "<a rel=\"noreferrer\" href=\"https://a.b/&quot;&gt;&lt;x\">x</a>"),
            (link("javascript:x"), "x"),
        ] {
            assert_eq!(Html::default().text(&Text(vec![run])).0, expected);
        }
    }

    fn run(text: &str, face: Face, tone: Tone) -> Run {
        Run { text: text.to_owned(), face, tone, link: None }
    }
}
