"""What was tried against the query page, and what it must answer; the tests run every line, the page shows them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Attack:
    """A query that should not get through: what it is after, its words, and the kind of refusal it meets."""

    aim: str
    sql: str
    refusal: str


ATTACKS = (
    # Files of the machine, by every name an engine has for reading one.
    Attack("file", "SELECT * FROM read_csv('/etc/passwd')", "wrong"),
    Attack("file", "SELECT * FROM read_text('/etc/passwd')", "wrong"),
    Attack("file", "SELECT * FROM read_blob('/proc/self/environ')", "wrong"),
    Attack("file", "SELECT * FROM read_parquet('../observations.parquet')", "wrong"),
    Attack("file", "SELECT * FROM sniff_csv('/etc/passwd')", "wrong"),
    Attack("file", "SELECT * FROM glob('/*')", "wrong"),
    Attack("file", "SELECT * FROM '/etc/passwd'", "wrong"),
    Attack("file", "SELECT readfile('/etc/passwd')", "wrong"),
    Attack("file", "SELECT * FROM fsdir('/')", "wrong"),
    Attack("file", "SELECT * FROM csv('/etc/passwd')", "wrong"),
    Attack("file", "ATTACH DATABASE 'data/build/catalogue.sqlite' AS other", "denied"),
    Attack("file", "COPY observation TO '/tmp/taken.csv'", "denied"),
    Attack("file", "VACUUM INTO '/tmp/taken.sqlite'", "denied"),
    Attack("file", "EXPORT DATABASE '/tmp/taken'", "denied"),
    Attack("file", "SELECT writefile('/tmp/taken', 'x')", "wrong"),
    Attack("file", "SELECT edit('x', 'sh')", "wrong"),
    # Somebody else's machine.
    Attack("network", "SELECT * FROM read_csv('https://example.org/taken.csv')", "wrong"),
    Attack("network", "SELECT * FROM 's3://bucket/file.parquet'", "wrong"),
    Attack("network", "ATTACH 'postgres://user@host/db' AS other", "denied"),
    # Code that is not there.
    Attack("extension", "INSTALL httpfs", "denied"),
    Attack("extension", "LOAD httpfs", "denied"),
    Attack("extension", "SELECT load_extension('/tmp/evil.so')", "denied"),
    Attack("extension", "SELECT fts3_tokenizer('simple', x'4141414141414141')", "denied"),
    Attack("extension", "CALL pragma_version()", "denied"),
    # Settings, secrets, and what the engine knows about itself.
    Attack("setting", "SET memory_limit = '100GB'", "denied"),
    Attack("setting", "PRAGMA writable_schema = on", "denied"),
    Attack("setting", "PRAGMA temp_store_directory = '/tmp'", "denied"),
    Attack("setting", "SELECT * FROM pragma_database_list", "denied"),
    Attack("setting", "SELECT count(*) FROM pragma_compile_options", "denied"),
    Attack("setting", "SELECT getenv('DASHBOARD_DATABASE_URL')", "wrong"),
    Attack("setting", "SELECT current_setting('home_directory')", "wrong"),
    Attack("setting", "SELECT * FROM duckdb_settings()", "wrong"),
    Attack("setting", "SELECT * FROM duckdb_secrets()", "wrong"),
    Attack("setting", "SELECT sql FROM sqlite_master", "denied"),
    Attack("setting", "SELECT count(*) FROM sqlite_schema", "denied"),
    Attack("setting", "SELECT * FROM information_schema.tables", "wrong"),
    Attack("setting", "SELECT * FROM dbstat", "denied"),
    Attack("setting", "SELECT sqlite_source_id()", "denied"),
    # Changing what others read.
    Attack("write", "INSERT INTO observation (obs_value) VALUES (100)", "denied"),
    Attack("write", "UPDATE observation SET obs_value = 100", "denied"),
    Attack("write", "DELETE FROM claim", "denied"),
    Attack("write", "DROP TABLE indicator", "denied"),
    Attack("write", "CREATE TABLE mine (x)", "denied"),
    Attack("write", "CREATE TEMP TABLE mine AS SELECT 1", "denied"),
    Attack("write", "WITH x AS (SELECT 1) DELETE FROM claim", "denied"),
    Attack("write", "WITH x AS (SELECT 1) INSERT INTO claim (id) SELECT 1", "denied"),
    Attack("write", "BEGIN EXCLUSIVE", "denied"),
    Attack("write", "REINDEX", "denied"),
    # Two statements in one, and words that hide words.
    Attack("disguise", "SELECT 1; DROP TABLE indicator", "several"),
    Attack("disguise", "SELECT 1; -- quiet\nATTACH '/etc/passwd' AS other", "several"),
    Attack("disguise", "/* SELECT */ ATTACH '/etc/passwd' AS other", "denied"),
    Attack("disguise", "-- SELECT\nPRAGMA database_list", "denied"),
    Attack("disguise", "SEL/**/ECT 1", "denied"),
    Attack("disguise", "ＳＥＬＥＣＴ 1", "denied"),
    Attack("disguise", "SELECT\u202e 1", "wrong"),
    Attack("disguise", "SELECT 'a\x00'; DROP TABLE claim", "wrong"),
    Attack("disguise", "SELECT * FROM claim WHERE id = '' UNION SELECT sql FROM sqlite_master", "denied"),
    Attack("disguise", "EXPLAIN SELECT 1", "denied"),
    # Time, memory, size.
    Attack("exhaust", "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n", "time"),
    Attack("exhaust", "SELECT count(*) FROM observation a, observation b, observation c", "time"),
    Attack(
        "exhaust", "SELECT a.note_en FROM observation a, observation b ORDER BY a.obs_value * b.obs_value", "memory"
    ),
    Attack("exhaust", "SELECT replace(hex(printf('%400000d', 1)), '0', printf('%900000d', 1))", "memory"),
    Attack("exhaust", "SELECT hex(randomblob(1000000000))", "denied"),
    Attack("exhaust", "SELECT hex(zeroblob(1000000000))", "denied"),
    Attack("exhaust", "SELECT repeat('x', 1000000000)", "wrong"),
    Attack("exhaust", "SELECT * FROM range(1000000000000)", "wrong"),
    Attack("exhaust", "SELECT * FROM generate_series(1, 1000000000000)", "wrong"),
    Attack("exhaust", "SELECT group_concat(a.body_en) FROM casestudy a, casestudy b, observation c", "time"),
    Attack("exhaust", "SELECT " + "(" * 200 + "1" + ")" * 200, "wrong"),
    Attack("exhaust", "SELECT a.*, b.*, c.*, d.*, e.* FROM claim a, claim b, claim c, claim d, claim e", "wide"),
    Attack("exhaust", "SELECT '" + "x" * 5000 + "'", "long"),
)
