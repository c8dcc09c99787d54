//! Text from the tenant in GitHub's flavour of Markdown, where it stays text.

use crate::model::Shown;
use crate::model::quoted::pieces;
use crate::shown;

/// Text in which names stand in backticks, as our messages have them.
pub(super) fn prose(whole: &str) -> Shown {
    let pieces = pieces(whole).into_iter();
    let pieces = pieces.map(|piece| piece.name.map_or_else(|| text(piece.whole), code));
    Shown::join(pieces, "")
}

pub(super) fn code(name: &str) -> Shown {
    if name.is_empty() {
        Shown::default()
    } else {
        shown!("<code>{}</code>", text(name))
    }
}

/// Characters that mean something become references, which Markdown shows and never reads. Mentions, issue references
/// and bare links are looked for after that; a space of no width stands in their way.
pub(in crate::report) fn text(text: &str) -> Shown {
    Shown::of(text)
        .escaped(&[
            ('@', "&#64;&#8203;"),
            ('#', "&#35;&#8203;"),
            ('\\', "&#92;"),
            ('`', "&#96;"),
            ('*', "&#42;"),
            ('_', "&#95;"),
            ('[', "&#91;"),
            (']', "&#93;"),
            ('<', "&#60;"),
            ('>', "&#62;"),
            ('&', "&#38;"),
            ('|', "&#124;"),
            ('~', "&#126;"),
            ('$', "&#36;"),
            ('!', "&#33;"),
            ('^', "&#94;"),
        ])
        .replaced("://", ":&#8203;//")
        .replaced("www.", "www&#8203;.")
        .replaced("WWW.", "WWW&#8203;.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_make_no_markup() {
        for (text, expected) in [
            ("`a|b` may", "<code>a&#124;b</code> may"),
            ("a ` b", "a &#96; b"),
            ("``a`<b>`` may", "<code>a&#96;&#60;b&#62;</code> may"),
            ("<img src=x>", "&#60;img src=x&#62;"),
            ("@org/team #12", "&#64;&#8203;org/team &#35;&#8203;12"),
            (
                "[x](https://e.vil) www.e.vil",
                "&#91;x&#93;(https:&#8203;//e.vil) www&#8203;.e.vil",
            ),
            ("a\nb", "a&#92;nb"),
        ] {
            assert_eq!(prose(text).as_str(), expected);
        }
    }
}
