import Testing

@testable import WireGenerator

/// From a property's name to the name on the wire.
@Suite("Naming")
struct NamingTests {
  // swift-format-ignore
  static let rows: [(property: String, snake: String, camel: String)] = [
    ("input",            "input",               "input"),
    ("sessionKey",       "session_key",         "sessionKey"),
    ("runID",            "run_id",              "runId"),
    ("runIDs",           "run_ids",             "runIds"),
    ("userIDsSeen",      "user_ids_seen",       "userIdsSeen"),
    ("llmConfig",        "llm_config",          "llmConfig"),
    ("createdAt",        "created_at",          "createdAt"),
    ("sha256Digest",     "sha256_digest",       "sha256Digest"),
    ("urlOfThing",       "url_of_thing",        "urlOfThing"),
    ("URLOfThing",       "url_of_thing",        "urlOfThing"),
    ("artifactURL",      "artifact_url",        "artifactUrl"),
    ("http2Enabled",     "http2_enabled",       "http2Enabled"),
    ("HTTPSProxy",       "https_proxy",         "httpsProxy"),
    ("isASet",           "is_a_set",            "isASet"),
    ("x",                "x",                   "x"),
    ("ID",               "id",                  "id"),
    ("IDs",              "ids",                 "ids"),
    ("p95Ms",            "p95_ms",              "p95Ms"),
    ("v1Beta2",          "v1_beta2",            "v1Beta2"),
    ("snake_case",       "snake_case",          "snake_case"),
    ("kelvinUnit",       "kelvin_unit",         "kelvinUnit"),
  ]

  @Test("words are found in a property's name", arguments: rows)
  func finds(row: (property: String, snake: String, camel: String)) {
    #expect(Naming.snakeCase.wireName(of: row.property) == row.snake)
    #expect(Naming(convention: .camelCase).wireName(of: row.property) == row.camel)
  }

  @Test("an exception follows no convention")
  func excepts() {
    var naming = Naming.snakeCase
    naming.exceptions = ["runID": "run"]
    #expect(naming.wireName(of: "runID") == "run")
    #expect(naming.wireName(of: "sessionID") == "session_id")
  }
}
