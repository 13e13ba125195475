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

  @Test("a tool of high risk is asked for where the run asks, whatever the list allows")
  func asks() {
    let policy = ToolPolicy(role: nil, allowed: ["write_file"], denied: [])
    let verdict = policy.verdict(on: "read_file", among: [Self.high], asks: true)
    #expect(verdict == .asked(reason: "the tool is of high risk"))
    let denying = ToolPolicy(role: nil, allowed: [], denied: ["read_*"])
    guard case .blocked = denying.verdict(on: "read_file", among: [Self.high], asks: true) else {
      Issue.record("what is denied is not asked for")
      return
    }
  }

  @Test("what was delegated holds beside the role's own lists")
  func delegates() {
    let lists = ToolLists(allowed: ["read_*"], denied: ["read_secret"])
    let policy = ToolPolicy(role: "role_1", allowed: [], denied: [], delegated: [lists])
    let allowed = ["read_file", "write_file", "read_secret"].filter {
      policy.verdict(on: $0, among: [], asks: true) == .allowed
    }
    #expect(allowed == ["read_file"])
  }

  @Test("denied, then of high risk, then not among the allowed: blocked", arguments: rows)
  func decides(_ row: Row) {
    let policy = ToolPolicy(role: "role_1", allowed: row.allowed, denied: row.denied)
    #expect(
      (policy.verdict(on: row.tool, among: row.skill.map { [$0] } ?? [], asks: false) == .allowed)
        == row.isAllowed)
  }
}
