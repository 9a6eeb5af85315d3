/// The tables, views and statements of a results file: the only place that knows a column's name.
///
/// Times are microseconds from the start of the run; unsigned 64-bit numbers are stored as the
/// signed number with the same bits; digests of 256 bits are blobs. A child table's `no` is the
/// position in the record. JSON texts have no check of their form: SQLite 3.40 refuses `json_valid`
/// under `trusted_schema = OFF`, and the rows' digests cover them. Views are the public interface:
/// their columns keep their meaning in every version.
enum Schema {
  /// Marks a file as ours: the letters RSIM.
  static let applicationID: Int64 = 0x5253_494D

  /// The statements that lead from each version to the next; a new file runs all of them.
  static let migrations: [[String]] = [tables + indexes + views, frozenRuns]

  /// The version this code reads and writes.
  static var version: Int64 { Int64(migrations.count) }

  private static let tables = [
    """
    CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE scenario(scenario_id INTEGER PRIMARY KEY,
      hash BLOB NOT NULL UNIQUE CHECK(length(hash) = 32), name TEXT NOT NULL,
      canonical_json TEXT NOT NULL,
      question_json TEXT, source_text TEXT,
      row_digest BLOB NOT NULL CHECK(length(row_digest) = 32)) STRICT
    """,
    """
    CREATE TABLE strategy(strategy_id INTEGER PRIMARY KEY,
      hash BLOB NOT NULL UNIQUE CHECK(length(hash) = 32), name TEXT NOT NULL, kind TEXT NOT NULL,
      params_json TEXT NOT NULL) STRICT
    """,
    """
    CREATE TABLE arm_strategy(scenario_id INTEGER NOT NULL REFERENCES scenario, no INTEGER NOT NULL,
      arm TEXT NOT NULL, rollout TEXT NOT NULL, strategy_id INTEGER NOT NULL REFERENCES strategy,
      PRIMARY KEY(scenario_id, no), UNIQUE(scenario_id, arm, rollout)) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE metric(metric_id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,
      unit TEXT NOT NULL, better TEXT NOT NULL CHECK(better IN('lower', 'higher', 'none')),
      description TEXT NOT NULL) STRICT
    """,
    """
    CREATE TABLE scenario_metric(scenario_id INTEGER NOT NULL REFERENCES scenario,
      no INTEGER NOT NULL, metric_id INTEGER NOT NULL REFERENCES metric,
      PRIMARY KEY(scenario_id, no)) STRICT, WITHOUT ROWID
    """,
    run("run", status: "'completed', 'rolledBack', 'halted', 'paused', 'unfinished'"),
    """
    CREATE TABLE run_metric(run_id INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
      metric_id INTEGER NOT NULL REFERENCES metric, value REAL, state TEXT NOT NULL
        CHECK(state IN('finite', 'never', 'notApplicable')),
      CHECK((state = 'finite') = (value IS NOT NULL)),
      PRIMARY KEY(run_id, metric_id)) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE rollout_outcome(run_id INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
      no INTEGER NOT NULL, planner TEXT NOT NULL, rollout TEXT NOT NULL,
      verdict TEXT NOT NULL CHECK(verdict IN('waiting', 'rolling', 'paused', 'halted',
        'rollingBack', 'rolledBack', 'complete')),
      evidence_json TEXT, decided_after_us INTEGER,
      clusters INTEGER NOT NULL, updated INTEGER NOT NULL, stragglers INTEGER NOT NULL,
      PRIMARY KEY(run_id, no)) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE wave(run_id INTEGER NOT NULL REFERENCES run ON DELETE CASCADE, no INTEGER NOT NULL,
      planner TEXT NOT NULL, rollout TEXT NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL,
      starts_after_us INTEGER NOT NULL, ends_after_us INTEGER, clusters INTEGER NOT NULL,
      failed INTEGER NOT NULL, PRIMARY KEY(run_id, no)) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE mark(run_id INTEGER NOT NULL REFERENCES run ON DELETE CASCADE, no INTEGER NOT NULL,
      after_us INTEGER NOT NULL, kind TEXT NOT NULL, planner TEXT, rollout TEXT,
      subject TEXT NOT NULL, clusters INTEGER NOT NULL,
      PRIMARY KEY(run_id, no)) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE domain(domain_id INTEGER PRIMARY KEY,
      scenario_id INTEGER NOT NULL REFERENCES scenario, level TEXT NOT NULL, name TEXT NOT NULL,
      clusters INTEGER NOT NULL, UNIQUE(scenario_id, level, name, clusters)) STRICT
    """,
    """
    CREATE TABLE domain_point(run_id INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
      no INTEGER NOT NULL, domain_id INTEGER NOT NULL REFERENCES domain, bucket INTEGER NOT NULL,
      updating INTEGER NOT NULL, updated INTEGER NOT NULL, impaired INTEGER NOT NULL,
      unreachable INTEGER NOT NULL, PRIMARY KEY(run_id, no)) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE word(word_id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT
    """,
    """
    CREATE TABLE cluster_outcome(run_id INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
      no INTEGER NOT NULL, cluster_id INTEGER NOT NULL REFERENCES word,
      versions_id INTEGER NOT NULL REFERENCES word, updated_after_us INTEGER,
      impaired_us INTEGER NOT NULL, PRIMARY KEY(run_id, no)) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE event(run_id INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
      no INTEGER NOT NULL, after_us INTEGER NOT NULL, kind_id INTEGER NOT NULL REFERENCES word,
      entity_id INTEGER NOT NULL REFERENCES word, detail INTEGER NOT NULL,
      PRIMARY KEY(run_id, no)) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE run_host(run_id INTEGER PRIMARY KEY REFERENCES run ON DELETE CASCADE,
      tool_version TEXT NOT NULL, platform TEXT NOT NULL, started_utc TEXT NOT NULL,
      wall_us INTEGER NOT NULL, threads INTEGER NOT NULL,
      row_digest BLOB NOT NULL CHECK(length(row_digest) = 32)) STRICT
    """,
  ]

  /// Version 2: a run may end frozen.
  ///
  /// SQLite changes no check of a table: its rows move to another. Whoever runs this lets foreign
  /// keys be, or dropping the table would take the rows that belong to it along.
  private static let frozenRuns =
    ["v_run", "v_metric", "v_pair", "v_wave", "v_domain_worst"].map { "DROP VIEW \($0)" }
    + [
      run(
        "new_run",
        status: "'completed', 'rolledBack', 'halted', 'frozen', 'paused', 'unfinished'"),
      "INSERT INTO new_run SELECT * FROM run",
      "DROP TABLE run",
      "ALTER TABLE new_run RENAME TO run",
    ] + indexes + views

  private static func run(_ name: String, status words: String) -> String {
    """
    CREATE TABLE \(name)(run_id INTEGER PRIMARY KEY,
      run_key BLOB NOT NULL UNIQUE CHECK(length(run_key) = 32),
      scenario_id INTEGER NOT NULL REFERENCES scenario, case_name TEXT NOT NULL, arm TEXT NOT NULL,
      seed INTEGER NOT NULL, replication INTEGER NOT NULL, engine_semantics INTEGER NOT NULL,
      options_json TEXT NOT NULL, status TEXT NOT NULL
        CHECK(status IN(\(words))),
      sim_end_us INTEGER NOT NULL, bucket_us INTEGER NOT NULL, events INTEGER NOT NULL,
      digest_events INTEGER NOT NULL, digest_draws INTEGER NOT NULL,
      digest_outcome INTEGER NOT NULL, event_checkpoints BLOB NOT NULL,
      row_digest BLOB NOT NULL CHECK(length(row_digest) = 32)) STRICT
    """
  }

  private static let indexes = [
    "CREATE INDEX run_by_pair ON run(scenario_id, case_name, arm, replication)"
  ]

  private static let views = [
    """
    CREATE VIEW v_run AS SELECT lower(hex(run_key)) AS run_key, scenario.name AS scenario,
      lower(hex(scenario.hash)) AS scenario_hash, case_name, arm, printf('%u', seed) AS seed,
      replication, status, events, sim_end_us, engine_semantics, options_json,
      printf('%016x', digest_events) AS digest_events,
      printf('%016x', digest_draws) AS digest_draws,
      printf('%016x', digest_outcome) AS digest_outcome
    FROM run JOIN scenario USING(scenario_id)
    """,
    """
    CREATE VIEW v_metric AS SELECT lower(hex(run_key)) AS run_key, scenario.name AS scenario,
      case_name, arm, replication, metric.name AS metric, unit, state, value
    FROM run_metric JOIN run USING(run_id) JOIN scenario USING(scenario_id)
      JOIN metric USING(metric_id)
    """,
    """
    CREATE VIEW v_pair AS SELECT scenario.name AS scenario, a.case_name AS case_name,
      a.replication AS replication, metric.name AS metric, unit, a.arm AS arm_a, b.arm AS arm_b,
      ma.state AS state_a, ma.value AS value_a, mb.state AS state_b, mb.value AS value_b,
      mb.value - ma.value AS difference
    FROM run AS a
      JOIN run AS b ON b.scenario_id = a.scenario_id AND b.case_name = a.case_name
        AND b.replication = a.replication AND b.seed = a.seed AND b.arm <> a.arm
        AND b.engine_semantics = a.engine_semantics AND b.options_json = a.options_json
      JOIN run_metric AS ma ON ma.run_id = a.run_id
      JOIN run_metric AS mb ON mb.run_id = b.run_id AND mb.metric_id = ma.metric_id
      JOIN metric ON metric.metric_id = ma.metric_id
      JOIN scenario ON scenario.scenario_id = a.scenario_id
    """,
    """
    CREATE VIEW v_wave AS SELECT lower(hex(run_key)) AS run_key, scenario.name AS scenario,
      case_name, arm, replication, planner, rollout, number, wave.name AS wave,
      starts_after_us, ends_after_us, clusters, failed
    FROM wave JOIN run USING(run_id) JOIN scenario USING(scenario_id)
    """,
    """
    CREATE VIEW v_domain_worst AS SELECT lower(hex(run_key)) AS run_key, case_name, arm,
      replication, level, domain.name AS domain, domain.clusters AS clusters,
      max(impaired) AS impaired_peak, max(impaired) * 1.0 / domain.clusters AS impaired_share_peak,
      max(unreachable) AS unreachable_peak
    FROM domain_point JOIN run USING(run_id) JOIN domain USING(domain_id)
    GROUP BY run_id, domain_id
    """,
  ]
}

extension Schema {
  /// Statements that store; arguments in the order of the columns they name.
  enum Insert {
    static let meta = """
      INSERT INTO meta(key, value) VALUES(?, ?)
      ON CONFLICT(key) DO UPDATE SET value = excluded.value
      """
    static let scenario = """
      INSERT INTO scenario(hash, name, canonical_json, question_json, source_text, row_digest)
      VALUES(?, ?, ?, ?, ?, zeroblob(32))
      """
    static let scenarioQuestion = "UPDATE scenario SET question_json = ? WHERE scenario_id = ?"
    static let scenarioDigest = "UPDATE scenario SET row_digest = ? WHERE scenario_id = ?"
    static let strategy = """
      INSERT INTO strategy(hash, name, kind, params_json) VALUES(?, ?, ?, ?)
      ON CONFLICT(hash) DO NOTHING
      """
    static let armStrategy = """
      INSERT INTO arm_strategy(scenario_id, no, arm, rollout, strategy_id)
      SELECT ?, ?, ?, ?, strategy_id FROM strategy WHERE hash = ?
      """
    static let metric = """
      INSERT INTO metric(name, unit, better, description) VALUES(?, ?, ?, ?)
      ON CONFLICT(name) DO NOTHING
      """
    static let scenarioMetric = """
      INSERT INTO scenario_metric(scenario_id, no, metric_id) VALUES
      """
    static let clearScenarioMetrics = "DELETE FROM scenario_metric WHERE scenario_id = ?"
    static let run = """
      INSERT INTO run(run_key, scenario_id, case_name, arm, seed, replication, engine_semantics,
        options_json, status, sim_end_us, bucket_us, events, digest_events, digest_draws,
        digest_outcome, event_checkpoints, row_digest)
      VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """
    static let host = """
      INSERT INTO run_host(run_id, tool_version, platform, started_utc, wall_us, threads,
        row_digest)
      VALUES(?, ?, ?, ?, ?, ?, ?)
      """
    static let domain = """
      INSERT INTO domain(scenario_id, level, name, clusters) VALUES(?, ?, ?, ?)
      """
    static let word = "INSERT INTO word(text) VALUES(?)"
    static let runMetric = "INSERT INTO run_metric(run_id, metric_id, value, state) VALUES"
    static let rolloutOutcome = """
      INSERT INTO rollout_outcome(run_id, no, planner, rollout, verdict, evidence_json,
        decided_after_us, clusters, updated, stragglers) VALUES
      """
    static let wave = """
      INSERT INTO wave(run_id, no, planner, rollout, number, name, starts_after_us, ends_after_us,
        clusters, failed) VALUES
      """
    static let mark = """
      INSERT INTO mark(run_id, no, after_us, kind, planner, rollout, subject, clusters) VALUES
      """
    static let domainPoint = """
      INSERT INTO domain_point(run_id, no, domain_id, bucket, updating, updated, impaired,
        unreachable) VALUES
      """
    static let clusterOutcome = """
      INSERT INTO cluster_outcome(run_id, no, cluster_id, versions_id, updated_after_us,
        impaired_us)
      VALUES
      """
    static let event = """
      INSERT INTO event(run_id, no, after_us, kind_id, entity_id, detail) VALUES
      """
  }

  /// Statements that read; the columns are read by position, in the order written here.
  enum Select {
    static let objects = """
      SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite~_%' ESCAPE '~'
      ORDER BY type, name
      """
    static let meta = "SELECT key, value FROM meta ORDER BY key"
    static let metaValue = "SELECT value FROM meta WHERE key = ?"
    static let scenarioIDs = "SELECT scenario_id FROM scenario ORDER BY hash"
    static let scenarioID = "SELECT scenario_id FROM scenario WHERE hash = ?"
    static let scenarios = """
      SELECT scenario.hash, scenario.name, count(run_id) FROM scenario
        LEFT JOIN run USING(scenario_id) GROUP BY scenario_id ORDER BY hash
      """
    static let scenario = """
      SELECT name, canonical_json, question_json, source_text, row_digest, hash FROM scenario
      WHERE scenario_id = ?
      """
    static let arms = """
      SELECT arm, rollout, name, kind, params_json, hash FROM arm_strategy
        JOIN strategy USING(strategy_id) WHERE scenario_id = ? ORDER BY no
      """
    static let metrics = """
      SELECT name, unit, better, description, metric_id FROM scenario_metric
        JOIN metric USING(metric_id) WHERE scenario_id = ? ORDER BY no
      """
    static let metricByName = """
      SELECT unit, better, metric_id FROM metric WHERE name = ?
      """
    static let runColumns = """
      run_id, run_key, hash, case_name, arm, seed, replication, engine_semantics, options_json,
      status, sim_end_us, events, digest_events, digest_draws, digest_outcome, scenario_id
      """
    static let runs = "SELECT \(runColumns) FROM run JOIN scenario USING(scenario_id)"
    static let runRest = "SELECT bucket_us, event_checkpoints, row_digest FROM run WHERE run_id = ?"
    static let runDigests = """
      SELECT digest_events, digest_draws, digest_outcome FROM run WHERE run_key = ?
      """
    static let runKeys = """
      SELECT run_key FROM run JOIN scenario USING(scenario_id) WHERE hash = ? ORDER BY run_key
      """
    static let groups = """
      SELECT seed, engine_semantics, options_json, count(*) FROM run
        JOIN scenario USING(scenario_id) WHERE hash = ?
      GROUP BY seed, engine_semantics, options_json ORDER BY max(run_id)
      """
    static let samples = """
      SELECT case_name, arm, replication, metric_id, value, state FROM run
        JOIN scenario USING(scenario_id) JOIN run_metric USING(run_id)
      WHERE hash = ? AND seed = ? AND engine_semantics = ? AND options_json = ?
      ORDER BY case_name, arm, replication, metric_id
      """
    static let host = """
      SELECT tool_version, platform, started_utc, wall_us, threads, row_digest FROM run_host
      WHERE run_id = ?
      """
    static let runMetrics = """
      SELECT name, value, state FROM run_metric JOIN metric USING(metric_id)
      WHERE run_id = ? ORDER BY metric_id
      """
    static let rolloutOutcomes = """
      SELECT planner, rollout, verdict, evidence_json, decided_after_us, clusters, updated,
        stragglers FROM rollout_outcome WHERE run_id = ? ORDER BY no
      """
    static let waves = """
      SELECT planner, rollout, number, name, starts_after_us, ends_after_us, clusters, failed
      FROM wave WHERE run_id = ? ORDER BY no
      """
    static let marks = """
      SELECT after_us, kind, planner, rollout, subject, clusters FROM mark
      WHERE run_id = ? ORDER BY no
      """
    static let domainPoints = """
      SELECT level, name, clusters, bucket, updating, updated, impaired, unreachable
      FROM domain_point JOIN domain USING(domain_id) WHERE run_id = ? ORDER BY no
      """
    static let domains = "SELECT domain_id, level, name, clusters FROM domain WHERE scenario_id = ?"
    static let words = "SELECT word_id, text FROM word"
    static let clusterOutcomes = """
      SELECT c.text, v.text, updated_after_us, impaired_us FROM cluster_outcome
        JOIN word AS c ON c.word_id = cluster_id JOIN word AS v ON v.word_id = versions_id
      WHERE run_id = ? ORDER BY no
      """
    static let events = """
      SELECT after_us, k.text, e.text, detail FROM event
        JOIN word AS k ON k.word_id = kind_id JOIN word AS e ON e.word_id = entity_id
      WHERE run_id = ? ORDER BY no
      """
    /// Lists whose positions do not run from 0 without a gap, by table.
    static let brokenLists = [
      ("arm_strategy", "scenario_id"), ("scenario_metric", "scenario_id"),
      ("rollout_outcome", "run_id"), ("wave", "run_id"), ("mark", "run_id"),
      ("domain_point", "run_id"), ("cluster_outcome", "run_id"), ("event", "run_id"),
    ].map { table, owner in
      """
      SELECT '\(table)', count(*) FROM (SELECT \(owner) FROM \(table) GROUP BY \(owner)
        HAVING min(no) <> 0 OR max(no) <> count(*) - 1)
      """
    }.joined(separator: "\nUNION ALL ")
    static let unrelatedRows = """
      SELECT 'domain', count(*) FROM domain
        WHERE domain_id NOT IN (SELECT domain_id FROM domain_point)
      UNION ALL SELECT 'metric', count(*) FROM metric
        WHERE metric_id NOT IN (SELECT metric_id FROM scenario_metric)
      UNION ALL SELECT 'strategy', count(*) FROM strategy
        WHERE strategy_id NOT IN (SELECT strategy_id FROM arm_strategy)
      UNION ALL SELECT 'word', count(*) FROM word
        WHERE word_id NOT IN (SELECT cluster_id FROM cluster_outcome)
          AND word_id NOT IN (SELECT versions_id FROM cluster_outcome)
          AND word_id NOT IN (SELECT kind_id FROM event)
          AND word_id NOT IN (SELECT entity_id FROM event)
      """
  }

  /// What a selection of runs may be narrowed by.
  enum Condition {
    static let scenario = "hash = ?"
    static let caseName = "case_name = ?"
    static let arm = "arm = ?"
    static let seed = "seed = ?"
    static let replication = "replication = ?"
    static let engineSemantics = "engine_semantics = ?"
    static let options = "options_json = ?"
    static let keyPrefix = "lower(hex(run_key)) LIKE ? || '%'"
    static let runOrder = " ORDER BY hash, case_name, arm, seed, replication, run_key"
  }
}
