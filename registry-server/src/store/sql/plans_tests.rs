//! Plans of the statements: none reads a table from one end to the other where an index serves. What is asked for is one id
//! with 20,000 holders, one subject with 10,000 versions and the like, on a database that was never analyzed and on one that
//! was, at first and after the plans of a connection are settled.

use std::sync::Arc;

use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _, SqliteConnection};

use super::param::Param;
use super::sqlite::{prepare_registering, trigger_statements};
use super::tail::NEXT;
use super::{OpenOptions, SqlStore};
use crate::domain::{
    AssociationType, Config, Context, Guid, Lifecycle, Mode, SchemaId, Subject, SubjectFilter, Version,
};
use crate::store::contract::fixture::{actor, content, postgres_schema};
use crate::store::{
    AliasQuery, AssociationCondition, AssociationFilter, ImportScope, NewVersion, Page, Placement,
    ReadStore as _, SubjectQuery, VersionQuery, Visibility, WriteStore as _,
};

/// Tables that grow with what is registered.
const LARGE: [&str; 7] =
    ["contents", "current_ids", "versions", "version_references", "subjects", "change_log", "associations"];

/// Fills the tables by statements: subjects `s1`... with three versions each, and one of every extreme. `bytes` makes bytes of
/// a number.
fn fill(subjects: u32, bytes: impl Fn(&str) -> String) -> Vec<String> {
    let count = |last: u32| {
        format!("WITH RECURSIVE g (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g WHERE n < {last}) ")
    };
    let (contents, half) = (subjects * 5 / 2, subjects / 2);
    let insert = |last: u32, into: &str, values: &str| {
        format!("INSERT INTO {into} {}SELECT {values} FROM g", count(last))
    };
    let content = |context: &str| {
        format!("'{context}', n, {}, {}, 'AVRO', 'text ' || n, 0", bytes("n"), bytes("n + 7"))
    };
    let columns = "(context, id, guid, digest, schema_type, body, purged)";
    let version =
        |subject: &str, version: &str, id: &str| format!("'.', {subject}, {version}, {id}, 0, 1, 1, n");
    vec![
        format!("UPDATE contexts SET last_id = {}", contents * 10),
        insert(contents, &format!("contents {columns}"), &content(".")),
        insert(100, &format!("contents {columns}"), &content(".c")),
        "INSERT INTO contexts (name, last_id, listed) VALUES ('.c', 100, 1)".to_owned(),
        "INSERT INTO current_ids (context, digest, id) SELECT context, digest, id FROM contents".to_owned(),
        insert(
            contents,
            "change_log (ts, kind, context, subject, version, id, new_value)",
            "1, 'register', '.', 's' || n, 1, n, '\"\"'",
        ),
        insert(subjects, "versions", &version("'s' || n", "1", "n")),
        insert(subjects, "versions", &version("'s' || n", "2", "n + 1")),
        // One id with many holders, one subject with many versions.
        insert(subjects, "versions", &version("'holder' || n", "1", "1")),
        insert(half, "versions", &version("'long'", "n", "n")),
        insert(100, "versions", "'.c', 'c' || n, 1, n, 0, 1, 1, n"),
        "INSERT INTO subjects (context, name, revision) SELECT context, subject, MAX(written) FROM versions \
         GROUP BY context, subject"
            .to_owned(),
        // Most references are to the same few.
        insert(half, "version_references", "'.', 's' || n, 1, '.', 'long', n % 100 + 1"),
        insert(
            half,
            "associations",
            "'g' || n, '.', 's' || n, 'r' || n, 'n', 'i' || n, 'topic', 'value', 'STRONG', 0, 1, 1",
        ),
        "UPDATE versions SET deleted = 1 WHERE context = '.' AND subject IN ('s7', 's8', 's9')".to_owned(),
        "DELETE FROM version_references WHERE subject IN ('s7', 's8', 's9')".to_owned(),
    ]
}

/// Fills the tables of a Postgres, which are analyzed when the test says so and not before.
async fn fill_postgres(connection: &mut PgConnection) {
    leave_unanalyzed(connection).await;
    insert_into_postgres(connection).await;
}

/// Has the tables analyzed by nobody but the test.
async fn leave_unanalyzed(connection: &mut PgConnection) {
    for table in LARGE {
        let sql = format!("ALTER TABLE {table} SET (autovacuum_enabled = false)");
        sqlx::query(AssertSqlSafe(sql)).execute(&mut *connection).await.unwrap();
    }
}

async fn insert_into_postgres(connection: &mut PgConnection) {
    for sql in fill(20_000, |number| format!("decode(md5(({number})::text), 'hex')")) {
        sqlx::query(AssertSqlSafe(sql)).execute(&mut *connection).await.unwrap();
    }
}

/// The statement that analyzes the tables of one test alone: another one runs beside it.
fn analyze() -> String {
    format!("ANALYZE {}", LARGE.join(", "))
}

/// Asks for everything that a request reads by an index.
async fn read_everything(store: &SqlStore) {
    let context = Context::default_context();
    let id = |number: i64| SchemaId::new(number).unwrap();
    let long = Subject::parse("long");
    for subject in ["s5", "long", "nothing", ":.c:c1"] {
        let subject = Subject::parse(subject);
        store.scope(&subject).await.unwrap();
        store.subject(&subject).await.unwrap();
    }
    store.content(&context, id(1)).await.unwrap().unwrap();
    for (number, least) in [(1, 100), (5, 3)] {
        assert!(store.holders(&context, id(number)).await.unwrap().versions.len() >= least);
    }
    store.ids_by_guid(Guid([1; 16])).await.unwrap();
    store.current_id(&context, &content("text")).await.unwrap();
    assert!(!store.referrers(&long, Version::new(2)).await.unwrap().is_empty());
    assert!(store.referrers(&Subject::parse("s5"), None).await.unwrap().is_empty());
    store.max_id(&context).await.unwrap();
    store.changes(10, 5).await.unwrap();
    let filter = SubjectFilter::in_context(Context::default_context());
    store.aliases(&AliasQuery { filter, of_contexts: false, page: Page::default() }).await.unwrap();
    for filter in [
        AssociationFilter { subject: Some(Subject::parse("s5")), ..AssociationFilter::default() },
        AssociationFilter { resource_id: Some("i5".to_owned()), ..AssociationFilter::default() },
        AssociationFilter { resource_name: Some("r5".to_owned()), ..AssociationFilter::default() },
    ] {
        assert_eq!(store.associations(&filter).await.unwrap().len(), 1);
    }
    let page = Page { offset: 2, limit: Some(3) };
    for context in [Some(context), None] {
        for prefix in ["", "s11"] {
            let filter = SubjectFilter { context: context.clone(), prefix: prefix.to_owned() };
            for visibility in [Visibility::Active, Visibility::All] {
                for latest_only in [false, true] {
                    let query =
                        VersionQuery { latest_only, page, ..VersionQuery::of(filter.clone(), visibility) };
                    assert_eq!(store.versions(&query).await.unwrap().len(), 3);
                }
                let query = SubjectQuery { page, ..SubjectQuery::of(filter.clone(), visibility) };
                assert_eq!(store.subjects(&query).await.unwrap().len(), 3);
            }
            let deleted = SubjectQuery::of(filter.clone(), Visibility::DeletedOnly);
            let deleted = store.subjects(&deleted).await.unwrap();
            assert_eq!(deleted.len(), if prefix.is_empty() { 3 } else { 0 });
            read_filtered(store, &filter, page).await;
        }
    }
}

/// Asks for lists by rules, which no schema has, and by associations, which every other subject `s1`... has.
async fn read_filtered(store: &SqlStore, filter: &SubjectFilter, page: Page) {
    for latest_only in [false, true] {
        let all = VersionQuery { latest_only, page, ..VersionQuery::of(filter.clone(), Visibility::Active) };
        let strong = vec![Some(Lifecycle::Strong)];
        let associated = |lifecycles| {
            Some(AssociationCondition {
                types: vec![AssociationType::Value],
                lifecycles,
                ..Default::default()
            })
        };
        for (rule_type, associated) in [
            (Some("CEL"), None),
            (Some("CEL"), associated(strong.clone())),
            (None, associated(strong)),
            (None, associated(vec![None, Some(Lifecycle::Strong)])),
        ] {
            let query = VersionQuery { rule_type: rule_type.map(str::to_owned), associated, ..all.clone() };
            let listed = store.versions(&query).await.unwrap().len();
            assert_eq!(listed > 0, rule_type.is_none(), "{query:?}");
            store.listed_associations(&query).await.unwrap();
        }
    }
}

/// Writes of every kind, of which each is taken from the state before.
async fn write_everything(store: &SqlStore) {
    let actor = actor();
    let token = async |subject: &Subject| store.scope(subject).await.unwrap().token.clone();
    for (subject, next, targets) in
        [("long", 10_001, vec![]), ("new", 1, vec![(Subject::parse("holder1"), Version::FIRST)])]
    {
        let subject = Subject::parse(subject);
        let next =
            store.subject(&subject).await.unwrap().next_version().unwrap_or(Version::new(next).unwrap());
        let placement = Placement::Next(next);
        let new = NewVersion {
            subject: subject.clone(),
            content: content("{}"),
            targets,
            deleted_targets: false,
            placement,
        };
        store.insert_version(&token(&subject).await, &new, &actor).await.unwrap();
    }
    let (one, two) = (Subject::parse("s5"), Subject::parse("s7"));
    let placement = Placement::At { version: Version::FIRST, id: SchemaId::new(3_000_000) };
    let new = NewVersion {
        subject: one.clone(),
        content: content("[]"),
        targets: vec![],
        deleted_targets: false,
        placement,
    };
    store.insert_version(&token(&one).await, &new, &actor).await.unwrap();
    store.delete_version(&token(&one).await, &one, Version::FIRST, &actor).await.unwrap();
    store.purge_version(&token(&one).await, &one, Version::FIRST, &actor).await.unwrap();
    store.delete_subject(&token(&one).await, &one, &actor).await.unwrap();
    store.purge_subject(&token(&one).await, &one, &actor).await.unwrap();
    store.restore_version(&token(&two).await, &two, Version::FIRST, &actor).await.unwrap();
    store.put_config(&token(&two).await, &two, Some(&Config::default()), &actor).await.unwrap();
    let empty = Subject::parse("s8");
    let scope = ImportScope::Subject(empty.clone());
    store.enter_import(&token(&empty).await, &empty, &scope, &actor).await.unwrap();
    store.put_mode(&token(&two).await, &two, Some(Mode::ReadOnly), &actor).await.unwrap();
    store.delete_context(&Context::parse(".c").unwrap(), &actor).await.unwrap();
}

/// The texts and parameters that were sent since the last call, each text once.
fn sent(store: &SqlStore) -> Vec<(String, Vec<Param>)> {
    let mut sent = std::mem::take(&mut *store.statements().texts.lock().unwrap());
    sent.sort_by(|(a, _), (b, _)| a.cmp(b));
    sent.dedup_by(|(a, _), (b, _)| a == b);
    sent
}

fn literal(param: &Param) -> String {
    match param {
        Param::Int(Some(value)) => value.to_string(),
        Param::Text(Some(text)) => format!("'{}'", text.replace('\'', "''")),
        Param::Int(None) | Param::Text(None) => "NULL".to_owned(),
        Param::Bytes(bytes) => {
            format!("'\\x{}'", bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
        }
    }
}

#[tokio::test]
async fn reads_on_postgres_use_indexes() {
    let Some(url) = postgres_schema().await else { return };
    let store = SqlStore::open(&url, OpenOptions::default()).await.unwrap();
    let mut connection = PgConnection::connect(&url).await.unwrap();
    fill_postgres(&mut connection).await;
    read_everything(&store).await;
    let mut statements = sent(&store);
    assert!(statements.len() >= 15, "{}", statements.len());
    let [seqs, marks] = ["'{1,2}'", "'{1,1}'"].map(str::to_owned);
    let snapshot = literal(&Param::from("5:5:".to_owned()));
    let tail = [snapshot, "999999999".to_owned(), "10001".to_owned(), seqs, marks, "60000".to_owned()];
    let analyze = analyze();
    for step in ["SELECT 1", analyze.as_str()] {
        sqlx::query(AssertSqlSafe(step)).execute(&mut connection).await.unwrap();
        for mode in ["auto", "force_generic_plan"] {
            let set = format!("SET plan_cache_mode = {mode}");
            sqlx::query(AssertSqlSafe(set)).execute(&mut connection).await.unwrap();
            let mut asked: Vec<(String, Vec<String>)> = vec![(NEXT.to_owned(), tail.to_vec())];
            asked.extend(
                statements
                    .iter_mut()
                    .map(|(sql, params)| (sql.clone(), params.iter().map(literal).collect())),
            );
            for (sql, values) in asked {
                // A page is planned for its limit each time, since a plan for any limit is estimated to be dearer.
                let is_page = sql.contains("LIMIT $");
                if is_page && mode == "force_generic_plan" {
                    continue;
                }
                // How few subjects these are is not known before.
                let few = sql.contains(" few ") && step != analyze;
                // Of the versions of one subject all contents are wanted; then reading all contents may be as well.
                let all_contents = sql.contains("v.written > $3");
                // Of lists over all contexts by associations all of these are put in order.
                let all_associations = sql.contains("FROM contexts CROSS JOIN associations a ");
                let referrers = sql.contains("r.target_version");
                let prepare = format!("PREPARE asked AS {sql}");
                let explain = match values.as_slice() {
                    [] => "EXPLAIN EXECUTE asked".to_owned(),
                    values => format!("EXPLAIN EXECUTE asked({})", values.join(", ")),
                };
                // A plan is settled on, if ever, at the sixth time.
                let repeated = std::iter::repeat_n(explain.clone(), if is_page { 7 } else { 1 });
                for sql in std::iter::once(prepare).chain(repeated).chain(["DEALLOCATE asked".to_owned()]) {
                    let rows =
                        sqlx::raw_sql(AssertSqlSafe(sql.clone())).fetch_all(&mut connection).await.unwrap();
                    let plan: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
                    let scans = plan.iter().filter(|line| {
                        LARGE.iter().any(|table| line.contains(&format!("Seq Scan on {table}")))
                            && !(all_contents && line.contains("Seq Scan on contents"))
                            && !(all_associations && line.contains("Seq Scan on associations a "))
                    });
                    let scans: Vec<_> = scans.collect();
                    // Where every reference is to the same subject, reading all of them is what finds its referrers.
                    let expected = referrers && step == analyze && mode == "force_generic_plan";
                    assert!(
                        scans.is_empty() || expected || few,
                        "{step}, {mode}: {sql}\n{}",
                        plan.join("\n")
                    );
                }
            }
        }
    }
    store.close().await;
}

/// A connection keeps the plans of functions that it has made while the tables were empty, for as long as nobody analyzes them. A
/// join in such a plan may begin with all rows of a context, by an index and so unseen by who looks for scans of tables.
#[tokio::test]
async fn plans_made_for_empty_tables_read_few_rows_of_large_ones() {
    /// More than any of the calls is about, and far less than a table holds.
    const MOST: i64 = 500;
    let Some(url) = postgres_schema().await else { return };
    SqlStore::open(&url, OpenOptions::default()).await.unwrap().close().await;
    let mut filling = PgConnection::connect(&url).await.unwrap();
    leave_unanalyzed(&mut filling).await;
    let digest = |text: &str| format!("decode(md5('{text}'), 'hex')");
    // The content with the id 1 has this digest, once it is there.
    let known = digest("8");
    let token =
        |subject: &str| format!("'{{1,2}}', '{{f,t}}', '{{}}', '{{}}', current_token('.', '{subject}')");
    let write = |rest: &str, digest: &str| {
        format!(
            "write_version({}, '.', 'new', {rest}, {digest}, {digest}, 'AVRO', 'x', NULL, NULL, NULL, '{{}}', '{{}}', '{{}}', \
             FALSE, 1, NULL)",
            token("new")
        )
    };
    let own = |function: &str, rest: &str| format!("{function}({}, '.', 's9', {rest}, 1, NULL)", token("s9"));
    let together = |digests: [&str; 2]| {
        let [one, other] = digests;
        format!(
            "write_versions('{{1,2}}', '{{f,t}}', '{{}}', '{{}}', current_token('.', 'n1') || current_token('.', 'n2'), \
             '{{.,.}}', '{{n1,n2}}', '{{1,1}}', ARRAY[{one}, {other}], ARRAY[{one}, {other}], '{{AVRO,AVRO}}', '{{x,y}}', \
             '{{NULL,NULL}}', '{{NULL,NULL}}', '{{NULL,NULL}}', '{{0,0}}', '{{}}', '{{}}', '{{}}', '{{f,f}}', '{{1,1}}', \
             '{{NULL,NULL}}')"
        )
    };
    let (fresh, newer) = (digest("fresh"), digest("newer"));
    let calls = [
        write("1, FALSE, NULL", &fresh),
        write("1, FALSE, NULL", &known),
        write("5, TRUE, 3000000", &fresh),
        together([&fresh, &newer]),
        together([&fresh, &known]),
        own("delete_versions", "1"),
        own("purge_versions", "NULL"),
        own("put_setting", "'mode', 'READONLY', NULL"),
    ];
    // Each with a connection of its own, whose plans are settled after the fifth call.
    let mut settled = Vec::new();
    for call in calls {
        let mut connection = PgConnection::connect(&url).await.unwrap();
        for _ in 0..8 {
            rows_of(&mut connection, &call).await;
        }
        settled.push((call, connection));
    }
    insert_into_postgres(&mut filling).await;
    for (call, mut connection) in settled {
        for (table, rows) in rows_of(&mut connection, &call).await {
            assert!(rows < MOST, "{rows} rows of {table} are read: {call}");
        }
    }
}

/// How many rows of each table a call of a function reads, which is undone.
async fn rows_of(connection: &mut PgConnection, call: &str) -> Vec<(String, i64)> {
    let mut tx = connection.begin().await.unwrap();
    let sql = format!("SELECT (c).outcome FROM (SELECT {call} AS c OFFSET 0) AS called");
    sqlx::query(AssertSqlSafe(sql)).execute(&mut *tx).await.unwrap();
    let sql = "SELECT relname::text, seq_tup_read + COALESCE(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables \
        WHERE relname = ANY ($1)";
    let rows = sqlx::query(sql).bind(LARGE.as_slice()).fetch_all(&mut *tx).await.unwrap();
    tx.rollback().await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

#[tokio::test]
async fn writes_on_postgres_use_indexes() {
    let Some(url) = postgres_schema().await else { return };
    SqlStore::open(&url, OpenOptions::default()).await.unwrap().close().await;
    let mut connection = PgConnection::connect(&url).await.unwrap();
    fill_postgres(&mut connection).await;
    let known = "'{1,2}', '{f,t}', '{1}', (SELECT ARRAY[mark] FROM change_log WHERE seq = 1)";
    let token = |context: &str, subject: &str| format!("{known}, current_token('{context}', '{subject}')");
    let write = |subject: &str, rest: &str, digest: &str, targets: &str| {
        format!(
            "write_version({}, '.', '{subject}', {rest}, decode(md5('new'), 'hex'), {digest}, 'AVRO', 'x', NULL, NULL, NULL, \
             {targets}, FALSE, 1, NULL)",
            token(".", subject)
        )
    };
    let own = |function: &str, subject: &str, rest: &str| {
        format!("{function}({}, '.', '{subject}', {rest}, 1, NULL)", token(".", subject))
    };
    let (fresh, none) = ("decode('ff', 'hex')", "'{}', '{}', '{}'");
    let there = "(SELECT digest FROM contents WHERE context = '.' AND id = 1)";
    let entry = r#"'[{"context": ".", "subject": "s7", "before": null, "after": "1"}]'"#;
    let together = format!(
        "write_versions({known}, current_token('.', 'long') || current_token('.', 'new'), '{{.,.}}', '{{long,new}}', \
         '{{10001,1}}', ARRAY[decode(md5('1'), 'hex'), decode(md5('2'), 'hex')], ARRAY[{fresh}, {there}], \
         '{{AVRO,AVRO}}', '{{x,y}}', '{{NULL,NULL}}', '{{NULL,NULL}}', '{{NULL,NULL}}', '{{0,1}}', '{{.}}', \
         '{{holder1}}', '{{1}}', '{{f,f}}', '{{1,1}}', '{{NULL,NULL}}')"
    );
    let calls = [
        ("inserted", together),
        ("inserted", write("long", "10001, FALSE, NULL", fresh, none)),
        ("inserted", write("new", "1, FALSE, NULL", there, none)),
        ("inserted", write("new", "1, FALSE, NULL", fresh, "'{.}', '{holder1}', '{1}'")),
        ("inserted", write("new", "5, TRUE, 3000000", fresh, none)),
        ("inserted", write("s19000", "1, TRUE, NULL", fresh, none)),
        ("removed", own("delete_versions", "s19000", "1")),
        ("removed", own("delete_versions", "s19000", "NULL")),
        ("referenced", own("delete_versions", "long", "1")),
        ("removed", own("purge_versions", "s7", "1")),
        ("removed", own("purge_versions", "s7", "NULL")),
        ("restored", own("restore_version", "s7", "1, '{}', '{}', '{}'")),
        ("written", own("put_setting", "s7", "'config', '{}', NULL")),
        ("written", own("put_setting", "s7", "'mode', 'READONLY', NULL")),
        ("switched", own("enter_import", "s7", "'.', 's7'")),
        ("written", format!("clear_modes({}, '.c', 1, NULL)", token(".c", ""))),
        ("not-empty", format!("delete_context({known}, '.c', 1, NULL)")),
        (
            "written",
            format!(
                "write_associations({known}, 'new', 'topic', '[]', '{{.}}', '{{s7}}', '[]', '{{}}', '[]', {entry}, 1, NULL)"
            ),
        ),
    ];
    let analyze = analyze();
    for step in ["SELECT 1", analyze.as_str()] {
        sqlx::query(AssertSqlSafe(step)).execute(&mut connection).await.unwrap();
        for (outcome, call) in &calls {
            // A connection of its own, whose counters begin at 0; its plans are settled after the fifth call.
            let mut connection = PgConnection::connect(&url).await.unwrap();
            for time in 1..=8 {
                let mut tx = connection.begin().await.unwrap();
                let sql = format!("SELECT (c).outcome FROM (SELECT {call} AS c OFFSET 0) AS called");
                let told: String = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut *tx).await.unwrap();
                assert_eq!(told, *outcome, "{call}");
                let sql = "SELECT relname::text FROM pg_stat_xact_user_tables WHERE seq_scan > 0 AND relname = ANY ($1)";
                let scanned: Vec<String> =
                    sqlx::query_scalar(sql).bind(LARGE.as_slice()).fetch_all(&mut *tx).await.unwrap();
                assert!(scanned.is_empty(), "{step}, call {time} reads all of {scanned:?}: {call}");
                tx.rollback().await.unwrap();
            }
        }
    }
}

#[tokio::test]
async fn statements_on_sqlite_use_indexes() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("registry.db").display());
    let store = Arc::new(SqlStore::open(&url, OpenOptions::default()).await.unwrap());
    let pool = sqlx::SqlitePool::connect(&url).await.unwrap();
    for sql in fill(300, |number| format!("CAST({number} AS BLOB)")) {
        sqlx::query(AssertSqlSafe(sql)).execute(&pool).await.unwrap();
    }
    // GUIDs have 16 bytes.
    sqlx::query("UPDATE contents SET guid = randomblob(16), digest = randomblob(32)")
        .execute(&pool)
        .await
        .unwrap();
    read_everything(&store).await;
    write_everything(&store).await;
    let statements = sent(&store);
    assert!(statements.len() >= 40, "{}", statements.len());
    assert!(statements.iter().any(|(sql, _)| sql.starts_with("INSERT INTO registering")));
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    prepare_registering(&mut connection).await.unwrap();
    // The plan of a statement tells nothing of those of its triggers.
    let of_trigger: Vec<_> = trigger_statements().into_iter().map(|sql| (sql, Vec::new())).collect();
    assert_eq!(of_trigger.len(), 8);
    for (sql, params) in statements.into_iter().chain(of_trigger) {
        let mut query = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}")));
        for param in &params {
            query = match param {
                Param::Int(value) => query.bind(*value),
                Param::Text(value) => query.bind(value.clone()),
                Param::Bytes(value) => query.bind(value.clone()),
            };
        }
        let plan: Vec<String> =
            query.fetch_all(&mut connection).await.unwrap().iter().map(|row| row.get("detail")).collect();
        let reads_all = |line: &String| {
            line.starts_with("SCAN ")
                && !line.starts_with("SCAN (")
                && !line.ends_with("VALUES CLAUSE")
                && !line.contains(" INDEX ")
                && !["contexts", "CONSTANT", "s", "once", "few", "p", "x"]
                    .iter()
                    .any(|small| line.split(' ').nth(1) == Some(small))
        };
        assert!(!plan.iter().any(reads_all), "{sql}\n{}", plan.join("\n"));
        let of_holders = sql.contains("v.written FROM contents c");
        let by_context =
            |line: &String| line.starts_with("SEARCH v ") && line.ends_with("(context=?) LEFT-JOIN");
        assert!(!of_holders || !plan.iter().any(by_context), "{sql}\n{}", plan.join("\n"));
        // Pages come in the order of an index, but for what is found by the beginning of a name in any context, or is rare; and
        // those of filtered lists, which are names and numbers alone.
        let everywhere = sql.contains("ORDER BY s.qualified") && sql.contains("s.name >=");
        // What has a name that begins so is looked for by that.
        assert!(
            !everywhere || !plan.iter().any(|line| line.starts_with("SCAN s USING ")),
            "{sql}\n{}",
            plan.join("\n")
        );
        let is_filtered = sql.contains(") AS p CROSS JOIN ") || sql.contains(") AS p) AS few");
        let is_sorted = sql.contains(" few ") || everywhere || is_filtered || !sql.contains(" OFFSET ");
        let sorts = plan.iter().filter(|line| line.starts_with("USE TEMP B-TREE FOR ORDER BY")).count();
        // Where the page is one of subjects, the versions of these few are put in order once more.
        assert!(sorts <= usize::from(sql.contains(" AS last ")) || is_sorted, "{sql}\n{}", plan.join("\n"));
    }
}
