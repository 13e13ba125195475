import Testing

@testable import Runs

/// Which tools a role may use (the catalogue, §4.5).
struct ToolPolicyTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var allowed: [String] = []
    var denied: [String] = []
    var tool = "read_file"
    var skill: ToolOwner?
    let isAllowed: Bool
  }

  private static let low = ToolOwner(tool: "read_file", id: "skill_1", risk: .low)
  private static let high = ToolOwner(tool: "read_file", id: "skill_1", risk: .high)

  // swift-format-ignore
  static let rows = [
    Row(testDescription: "nothing said", isAllowed: true),
    Row(testDescription: "allowed by name", allowed: ["read_file"], isAllowed: true),
    Row(testDescription: "another allowed", allowed: ["write_file"], isAllowed: false),
    Row(testDescription: "allowed by its beginning", allowed: ["read_*"], isAllowed: true),
    Row(testDescription: "a star alone", allowed: ["*"], isAllowed: true),
    Row(testDescription: "a beginning without a star", allowed: ["read_"], isAllowed: false),
    Row(testDescription: "a star within", allowed: ["r*d_file"], isAllowed: false),
    Row(testDescription: "allowed by skill", allowed: ["skill_1"], skill: low, isAllowed: true),
    Row(testDescription: "allowed by skill:", allowed: ["skill:skill_1"], skill: low, isAllowed: true),
    Row(testDescription: "another skill", allowed: ["skill_2"], skill: low, isAllowed: false),
    Row(testDescription: "a skill that brings nothing", allowed: ["skill_1"], isAllowed: false),
    Row(testDescription: "denied by name", denied: ["read_file"], isAllowed: false),
    Row(testDescription: "denied beats allowed", allowed: ["read_file"], denied: ["read_*"], isAllowed: false),
    Row(testDescription: "denied by skill", denied: ["skill:skill_1"], skill: low, isAllowed: false),
    Row(testDescription: "another denied", denied: ["write_file"], isAllowed: true),
    Row(testDescription: "high risk", skill: high, isAllowed: false),
    Row(testDescription: "high risk, allowed by name", allowed: ["read_file"], skill: high, isAllowed: false),
    Row(testDescription: "discovery", allowed: ["clock"], denied: ["*"], tool: "skills_list", isAllowed: true),
    Row(testDescription: "discovery of one", denied: ["skills_get"], tool: "skills_get", isAllowed: true),
    Row(testDescription: "an empty entry", denied: [""], isAllowed: true),
  ]

  @Test("denied, then of high risk, then not among the allowed: blocked", arguments: rows)
  func decides(_ row: Row) {
    let policy = ToolPolicy(role: "role_1", allowed: row.allowed, denied: row.denied)
    #expect(
      (policy.verdict(on: row.tool, among: row.skill.map { [$0] } ?? []) == .allowed)
        == row.isAllowed)
  }
}
