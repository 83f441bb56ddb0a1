#!/usr/bin/env python3
"""Makes the fonts of this folder from the ones that their authors publish. Needs fonttools.

    freeze.py INTER_FOLDER JETBRAINS_MONO_FOLDER PHOSPHOR_FOLDER [OUT]

INTER_FOLDER           static Inter 4.0 (Debian's fonts-inter 4.0~beta7: usr/share/fonts/opentype/inter)
JETBRAINS_MONO_FOLDER  static JetBrains Mono 2.242 (Debian's fonts-jetbrains-mono: usr/share/fonts/truetype/jetbrains-mono)
PHOSPHOR_FOLDER        src of @phosphor-icons/web 2.1.2

What it changes, and why:
* Inter: the character map gives tabular digits (`tnum`), since egui has no switch for font features and columns of numbers
  must line up. Substitutions that depend on context are dropped from both text fonts: evidence that says `->` must never be
  drawn as an arrow. What letters need to be composed stays (ccmp, locl, mark, mkmk, kern).
* Inter's own characters in the private use area go: a record must not be able to draw what looks like an icon of ours.
* Scripts kept: Latin, Greek, Cyrillic, with punctuation, arrows, operators, technical signs and shapes.
* Phosphor: the icons of icons.txt alone, at Phosphor's own code points; filled ones are moved up by 0xF0000.
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

FILL = 0xF0000
RANGES = [
    (0x0020, 0x007E), (0x00A0, 0x024F), (0x0259, 0x0259), (0x02B0, 0x036F), (0x0370, 0x03FF), (0x0400, 0x052F),
    (0x1E00, 0x1EFF), (0x1F00, 0x1FFF), (0x2000, 0x206F), (0x2070, 0x209F), (0x20A0, 0x20CF), (0x2100, 0x218F),
    (0x2190, 0x21FF), (0x2200, 0x22FF), (0x2300, 0x23FF), (0x2423, 0x2423), (0x2460, 0x24FF), (0x2500, 0x259F),
    (0x25A0, 0x25FF), (0x2600, 0x27BF), (0xFB00, 0xFB06), (0xFFFD, 0xFFFD),
]
COMPOSING = ["ccmp", "locl", "mark", "mkmk", "kern"]


def options(features):
    chosen = subset.Options()
    chosen.layout_features = features
    chosen.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    chosen.notdef_outline = True
    chosen.glyph_names = False
    chosen.drop_tables += ["DSIG"]
    return chosen


def tabular(font):
    """Point the digits of the character map at their `tnum` glyphs."""
    table = font["GSUB"].table
    swap = {}
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag == "tnum":
            for index in record.Feature.LookupListIndex:
                for sub in table.LookupList.Lookup[index].SubTable:
                    swap.update(getattr(sub, "mapping", {}))
    for cmap in font["cmap"].tables:
        for digit in range(0x30, 0x3A):
            if digit in cmap.cmap:
                cmap.cmap[digit] = swap.get(cmap.cmap[digit], cmap.cmap[digit])  # subtables may share one map
    # Interpolated weights have digits that differ by a unit or two: all get the width that most have.
    digits = [font.getBestCmap()[digit] for digit in range(0x30, 0x3A)]
    widths = [font["hmtx"][glyph][0] for glyph in digits]
    assert max(widths) - min(widths) <= 4, widths
    for glyph in digits:
        font["hmtx"][glyph] = (max(sorted(set(widths)), key=widths.count), font["hmtx"][glyph][1])


def text_font(source, target, freeze):
    font = TTFont(source, recalcTimestamp=False)
    if freeze:
        tabular(font)
    wanted = [code for first, last in RANGES for code in range(first, last + 1)]
    work = subset.Subsetter(options(COMPOSING))
    work.populate(unicodes=wanted)
    work.subset(font)
    family = font["name"].getDebugName(1)
    for record in font["name"].names:
        if record.nameID in (1, 3, 4, 6):
            text = record.toUnicode()
            named = text.replace("-", "Probity-", 1) if record.nameID == 6 else text.replace(family, f"{family} Probity", 1)
            record.string = named
    font.save(target)


def code_points(style):
    """Icon name to code point, out of Phosphor's style sheet."""
    codes, name = {}, None
    for line in style.read_text().splitlines():
        if line.startswith(".ph") and ":before" in line:
            name = line.split(".ph-")[-1].split(":")[0]
        elif name and "content:" in line:
            codes[name] = int(line.split('"\\')[1].split('"')[0], 16)
            name = None
    return codes


def icon_font(folder, names, target):
    codes = code_points(folder / "regular" / "style.css")
    plain = [name for name in names if not name.endswith(" fill")]
    filled = [name.removesuffix(" fill") for name in names if name.endswith(" fill")]
    font = TTFont(folder / "regular" / "Phosphor.ttf", recalcTimestamp=False)
    work = subset.Subsetter(options([]))
    work.populate(unicodes=[codes[name] for name in plain])
    work.subset(font)
    other = TTFont(folder / "fill" / "Phosphor-Fill.ttf")
    other_codes = code_points(folder / "fill" / "style.css")
    glyphs, drawn = other.getGlyphSet(), other.getBestCmap()
    order = font.getGlyphOrder()
    far = {}
    for name in filled:
        source = drawn[other_codes[name]]
        pen = TTGlyphPen(None)
        glyphs[source].draw(pen)
        glyph = f"fill.{name}"
        order.append(glyph)
        font["glyf"].glyphs[glyph] = pen.glyph()
        font["hmtx"][glyph] = other["hmtx"][source]
        far[other_codes[name] + FILL] = glyph
    font.setGlyphOrder(order)
    font["glyf"].glyphOrder = order
    font["maxp"].numGlyphs = len(order)
    near = dict(font.getBestCmap())
    cmap = font["cmap"]
    table = CmapSubtable.newSubtable(12)
    table.platformID, table.platEncID, table.language, table.reserved, table.length, table.nGroups = 3, 10, 0, 0, 0, 0
    table.format, table.cmap = 12, {**near, **far}
    cmap.tables = [sub for sub in cmap.tables if sub.format == 4] + [table]
    for record in font["name"].names:
        if record.nameID in (1, 3, 4, 6):
            record.string = "PhosphorProbity"
    font.save(target)
    return {**{name: codes[name] for name in plain}, **{f"{name} fill": other_codes[name] + FILL for name in filled}}


def rust(codes):
    """The constants of src/ui/icon/names.rs."""
    lines = ["//! The icons that the font holds, by Phosphor's names. Written by assets/fonts/freeze.py from icons.txt.", ""]
    lines += ["use super::Icon;", ""]
    for name in sorted(codes):
        constant = name.upper().replace("-", "_").replace(" ", "_")
        lines += [f"/// `{name}`", f"pub const {constant}: Icon = Icon('\\u{{{codes[name]:x}}}');"]
    lines += ["", "/// All of them, by name.", "pub const ALL: &[(&str, Icon)] = &["]
    lines += [f'    ("{name}", {name.upper().replace("-", "_").replace(" ", "_")}),' for name in sorted(codes)]
    lines += ["];", ""]
    return "\n".join(lines)


def main():
    inter, mono, phosphor = (Path(argument) for argument in sys.argv[1:4])
    here = Path(__file__).resolve().parent
    out = Path(sys.argv[4]) if len(sys.argv) > 4 else here
    for weight in ("Regular", "Medium", "SemiBold"):
        text_font(inter / f"Inter-{weight}.otf", out / f"Inter-{weight}.otf", True)
    text_font(mono / "JetBrainsMono-Regular.ttf", out / "JetBrainsMono-Regular.ttf", False)
    names = [line.strip() for line in (here / "icons.txt").read_text().splitlines()]
    codes = icon_font(phosphor, [name for name in names if name and not name.startswith("#")], out / "Phosphor.ttf")
    names_rs = here.parent.parent / "src" / "ui" / "icon" / "names.rs"
    names_rs.parent.mkdir(parents=True, exist_ok=True)
    names_rs.write_text(rust(codes))


main()
