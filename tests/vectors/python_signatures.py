"""Made python-signatures.jsonl: python3 python_signatures.py > python-signatures.jsonl

Signs records as common AI audit loggers do, and writes each as a logger would have written it. One JSON object a line:
"key" (text, UTF-8), "canonical" (what was signed), "record" (the record's own text, its signature in it).
"""
import hashlib, hmac, json

KEYS = ["audit-secret", "schl\u00fcssel", "k" * 100]
# How the record is written says nothing about what is signed.
FORMS = [dict(), dict(ensure_ascii=False), dict(separators=(",", ":")), dict(separators=(" ,\t", " : "), ensure_ascii=False)]

decision = {
    "kind": "decision", "timestamp": "2026-03-01T09:30:00.250+01:00", "audit_id": "dec-1",
    "model": {"id": "credit-risk", "version": "4.1.0", "type": "gbm"},
    "input": {"hash": "ab" * 32, "metadata": {"income": 2400, "ratio": 0.1 + 0.2}},
    "output": {"result": "declined", "confidence": 0.91, "explanation": "Einkommen zu niedrig \u2013 caf\u00e9"},
}
values = [
    {}, {"a": {}}, {"a": []}, {"a": [[], {}, [[{}]]]}, {"a": ""}, {"": 1},
    {"text": "\u00e9 \u6f22\u5b57 \U0001f600 \u2028\u2029 \x7f \u0080 \uffff \ufeff"},
    {"text": "".join(map(chr, range(0x20)))}, {"text": "\" \\ / \b \f \n \r \t </script>"},
    {"text": "".join(map(chr, range(0x20, 0x100)))},
    {"f": [1e-07, 5e-324, 1.5e300, 1e16, 123456789012345680.0, 0.1 + 0.2, -0.0, 0.0]},
    {"f": [1e22, 1e21, 9007199254740993.0, 1.0, 100000.0, 0.0001, 0.00001, 0.00012345]},
    {"f": [1.7976931348623157e308, 2.2250738585072014e-308, -1e-07, 9999999999999998.0, 1e15, 0.5]},
    {"f": [123456.789, -2.5e-05, 1e100, 4.35, 2.675, 1 / 3, 2 / 3, 1e23, 5e-05]},
    {"n": [0, -1, 2**53 - 1, 2**53, 2**53 + 1, 2**63 - 1, 2**63, 2**64, -(2**64)]},
    {"n": [10**40, -(10**40), 10**300 + 7]},
    # U+FFFF comes before U+1F600 by code point, after it by UTF-16 unit.
    {"\U0001f600": 1, "\uffff": 2, "\ue000": 3, "z": 4, "\u00e9": 5, "e\u0301": 6, "Z": 7, "_": 8},
    {"a\"b": 1, "a\\b": 2, "a\nb": 3, "a/b": 4, "a\u0000b": 5, "a b": 6, "a\x7fb": 7, "ab": 8, "a": 9},
    {"10": 1, "9": 2, "1": 3, "01": 4}, {"b": True, "a": False, "c": None}, {"a": [True, False, None, "true"]},
    {"z": {"z": 1, "a": {"d": [{"b": 1, "a": 2}], "c": 3}}, "a": [1, 2.0, "3"]},
    {"signatures": 1, "Signature": 2, "nested": {"signature": "stays"}, "signatur": 3},
    {f"member {n % 7}-{n}": n for n in range(40)},
    decision,
]
for depth in (5, 60):
    nested = "deepest"
    for n in range(depth):
        nested = {"b": 1, "a": nested} if n % 2 else [nested, n]
    values.append({"nested": nested})

n = 0
for value in values:
    for form in FORMS if value is decision or "text" in value or "\uffff" in value else [FORMS[n % len(FORMS)]]:
        key = KEYS[n % len(KEYS)]
        canonical = json.dumps(value, sort_keys=True)
        signature = hmac.new(key.encode(), canonical.encode(), hashlib.sha256).hexdigest()
        signed = {**value, "signature": signature} if n % 3 else {"signature": signature, **value}
        print(json.dumps({"key": key, "canonical": canonical, "record": json.dumps(signed, **form)}))
        n += 1
