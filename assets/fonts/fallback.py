#!/usr/bin/env python3
"""Makes the fonts that characters are taken from which neither text font has, out of those that their authors publish. Needs fonttools.

    fallback.py DROID_SANS_FALLBACK_FULL NOTO_FOLDER NOTO_EMOJI NANUM_GOTHIC [OUT]

DROID_SANS_FALLBACK_FULL  Debian's fonts-droid-fallback 6.0.1r16: DroidSansFallbackFull.ttf (Chinese, Japanese)
NOTO_FOLDER               Debian's fonts-noto-core 20201225: NotoSans*-Regular.ttf
NOTO_EMOJI                NotoEmoji-Regular.ttf as in the crate epaint_default_fonts 0.37 (without colours)
NANUM_GOTHIC              Debian's fonts-nanum 20200506: NanumGothic.ttf (Korean; only its Hangul is taken)

Records quote what people write, in any script; an empty box is not what they wrote. What it changes: characters that the text fonts
have are dropped, so that nothing else is drawn as before, and so are those for private use: a record must not draw what looks like an
icon of ours.
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

SCRIPTS = ["Hebrew", "Arabic", "Armenian", "Georgian", "Devanagari", "Bengali", "Tamil", "Telugu", "Thai"]


def rest(font, known):
    """The characters of a font that are not known and not for private use."""
    private = lambda code: 0xE000 <= code <= 0xF8FF or code >= 0xF0000
    return [code for code in font.getBestCmap() if code not in known and not private(code)]


def cut(source, target, known, family, only=None):
    font = TTFont(source, recalcTimestamp=False)
    options = subset.Options()
    options.layout_features = ["*"]
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.hinting = False
    options.glyph_names = False
    options.drop_tables += ["DSIG"]
    work = subset.Subsetter(options)
    wanted = [code for code in rest(font, known) if only is None or only(code)]
    work.populate(unicodes=wanted)
    work.subset(font)
    for record in font["name"].names:
        if record.nameID in (1, 3, 4, 6):
            record.string = family if record.nameID != 6 else family.replace(" ", "")
    font.save(target)
    return set(wanted)


def main():
    droid, noto, emoji, nanum = (Path(argument) for argument in sys.argv[1:5])
    here = Path(__file__).resolve().parent
    out = Path(sys.argv[5]) if len(sys.argv) > 5 else here
    known = {code for name in ("Inter-Regular.otf", "JetBrainsMono-Regular.ttf") for code in TTFont(here / name).getBestCmap()}
    for script in SCRIPTS:
        known |= cut(noto / f"NotoSans{script}-Regular.ttf", out / f"NotoSans{script}.ttf", known, f"Noto Sans {script} Probity")
    known |= cut(emoji, out / "NotoEmoji.ttf", known, "Noto Emoji Probity")
    hangul = lambda code: 0x1100 <= code <= 0x11FF or 0x3130 <= code <= 0x318F or 0xAC00 <= code <= 0xD7A3
    known |= cut(nanum, out / "Hangul.ttf", known, "Hangul Probity", hangul)
    cut(droid, out / "DroidSansFallback.ttf", known, "Droid Sans Fallback Probity")


main()
