//! The tables of a case file; `assets/spec/case-file.md` describes them. The entries of the journals are all there is:
//! notes, tags and the rest are views of them, for readers with any SQLite tool, and cannot differ from what the journals say.

/// `application_id` of a case: "PrCs".
pub const APPLICATION_ID: u32 = 0x5072_4373;

/// `user_version` of a case that this program writes.
pub const VERSION: u32 = 1;

/// The tables and views, in SQL, one statement each.
pub const STATEMENTS: [&str; 12] = [
    "CREATE TABLE journal (
  id INTEGER PRIMARY KEY, origin TEXT NOT NULL, size INTEGER NOT NULL, head BLOB NOT NULL, is_own INTEGER NOT NULL) STRICT",
    "CREATE TABLE entry (
  journal INTEGER NOT NULL, seq INTEGER NOT NULL, prev BLOB NOT NULL, hash BLOB NOT NULL, record TEXT NOT NULL,
  PRIMARY KEY (journal, seq)) STRICT",
    "CREATE TABLE checkpoint (
  journal INTEGER NOT NULL, key TEXT NOT NULL, size INTEGER NOT NULL, note TEXT NOT NULL,
  PRIMARY KEY (journal, key)) STRICT",
    "CREATE TABLE place (
  digest TEXT NOT NULL, path TEXT NOT NULL, seen TEXT NOT NULL, PRIMARY KEY (digest, path)) STRICT",
    "CREATE TABLE view_state (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
    // A record that is no JSON, taken in damaged from somebody else, says nothing; the other entries can still be read.
    "CREATE VIEW custody AS
SELECT journal, seq, entry, record ->> '$.timestamp' AS timestamp, record ->> '$.actor' AS actor,
  record ->> '$.action' AS action, record
FROM (SELECT journal, seq, lower(hex(hash)) AS entry, CASE WHEN json_valid(record) THEN record END AS record FROM entry)",
    "CREATE VIEW undone AS
SELECT DISTINCT e.value AS entry FROM custody u, json_each(u.record, '$.entries') e
WHERE u.action = 'undone' AND e.type = 'text'
  AND u.entry NOT IN (
    SELECT r.value FROM custody c, json_each(c.record, '$.entries') r WHERE c.action = 'redone' AND r.type = 'text'
      AND (c.journal, r.value) IN (SELECT journal, lower(hex(hash)) FROM entry))
  AND (u.journal, e.value) IN (SELECT journal, lower(hex(hash)) FROM entry)",
    "CREATE VIEW said AS
SELECT DISTINCT coalesce(record ->> '$.item', entry) AS item, entry, timestamp, actor, record ->> '$.value.type' AS type,
  record -> '$.value' AS value, coalesce(record -> '$.replaces', '[]') AS replaces
FROM custody WHERE action IN ('put', 'deleted') AND entry NOT IN (SELECT entry FROM undone)",
    "CREATE VIEW item AS
SELECT item, entry, timestamp, actor, type, value FROM said
WHERE type IS NOT NULL AND (item, entry) NOT IN (SELECT s.item, r.value FROM said s, json_each(s.replaces) r WHERE r.type = 'text')",
    "CREATE VIEW note AS
SELECT i.item, i.timestamp, i.actor, i.value ->> '$.text' AS text, CASE l.type WHEN 'object' THEN l.value ->> '$.log' END AS log,
  CASE r.type WHEN 'array' THEN r.value ->> '$[0]' END AS seq, CASE r.type WHEN 'array' THEN r.value ->> '$[1]' END AS record
FROM item i LEFT JOIN json_each(i.value, '$.on') l
  LEFT JOIN json_each(CASE l.type WHEN 'object' THEN l.value END, '$.records') r
WHERE i.type = 'note'",
    "CREATE VIEW tagging AS
SELECT DISTINCT c.record ->> '$.tag' AS tag, CASE l.type WHEN 'object' THEN l.value ->> '$.log' END AS log,
  CASE r.type WHEN 'array' THEN r.value ->> '$[0]' END AS seq, CASE r.type WHEN 'array' THEN r.value ->> '$[1]' END AS record,
  c.entry, c.action, coalesce(c.record -> '$.of', '[]') AS of
FROM custody c, json_each(c.record, '$.on') l, json_each(CASE l.type WHEN 'object' THEN l.value END, '$.records') r
WHERE c.action IN ('tagged', 'untagged') AND c.entry NOT IN (SELECT entry FROM undone)",
    "CREATE VIEW tag AS
SELECT DISTINCT t.tag, t.log, t.seq, t.record FROM tagging t
WHERE EXISTS (SELECT 1 FROM tagging g WHERE g.action = 'tagged' AND g.tag = t.tag AND g.record = t.record
  AND NOT EXISTS (SELECT 1 FROM tagging u, json_each(u.of) o
    WHERE u.action = 'untagged' AND u.tag = t.tag AND u.record = t.record AND o.value = g.entry))",
];
