import Contract
import Models
import Store
import Testing
import Wire

@testable import Runs

/// What the members of a group say to each other, as the events of their run tell it.
@Suite(.timeLimit(.minutes(10))) struct GroupMessageTests {
  private static let group = GroupID(trusted: "grp_1")
  private static let memory = "018f0000-0000-7000-8000-000000000001"
  /// A script that every turn plays: it looks for a memory, then speaks.
  private static let steps: WireValue = [
    ["call": ["tool": "memory_search", "arguments": ["query": "harbour"]]], ["text": "We sail."],
  ]

  /// A group of roles whose last one leads, and a memory on its blackboard.
  private static func house(_ names: String...) async throws -> TestRunner {
    let test = try TestRunner()
    let now = test.time.now
    try await test.database.write { (transaction) throws(StoreError) in
      try AgentGroup(
        id: group.text, orgID: "o1", projectID: nil, name: "g", description: "", createdAt: now,
        updatedAt: now
      ).insert(in: transaction)
      for (place, name) in names.enumerated() {
        try AgentRole(
          id: "role_\(name)", orgID: "o1", name: name, description: "", systemPrompt: "x",
          allowedTools: [], deniedTools: [], styleConstraints: ["tone": "dry", "lines": 2],
          isLead: name == names.last, createdAt: now, updatedAt: now
        ).insert(in: transaction)
        try GroupMember(
          id: "gm_\(name)", groupID: group.text, roleID: "role_\(name)",
          agentInstanceID: "agi_\(name)", ordinal: Int64(place), createdAt: now
        ).insert(in: transaction)
      }
      try Memory(
        id: memory, type: .episodic, text: "The harbour opens at dawn.", metadata: [:],
        importance: 0.5, roleID: "role_one", groupID: group.text, createdAt: now, updatedAt: now
      ).insert(in: TestRunner.scope, transaction)
    }
    return test
  }

  private static func start(
    _ test: TestRunner, _ input: String = "Shall we go?", steps: WireValue = steps
  ) async throws -> RunID {
    let value: WireValue = [
      "group_id": .text(group.text), "input": .text(input), "llm_config": ["provider": "mock"],
      "metadata": ["mock": ["steps": steps]], "limits": ["max_steps": 20],
    ]
    let request = try CreateGroupRun(json: value.json())
    let outcome: Result<ChangeAnswer, Fault> = try await withCheckedThrowingContinuation {
      continuation in
      do {
        try test.runner.create(request, TestRunner.context()) { continuation.resume(returning: $0) }
      } catch {
        continuation.resume(throwing: error)
      }
    }
    return try #require(outcome.get().value as? GroupRunAccepted).runID
  }

  @Test("each turn begins with its task, and each contribution stands behind what it rests on")
  func story() async throws {
    let test = try await Self.house("one", "lead")
    let id = try await Self.start(test)
    let view = try await test.working { try await test.end(of: id) }
    let story = try await test.story(id).filter { $0.type != "llm.token" }
    let turn = [
      "step.started", "llm.called", "tool.called", "tool.result", "step.completed", "step.started",
      "llm.called", "step.completed",
    ]
    #expect(
      story.map(\.type)
        == ["run.started", "message.task"] + turn
        + ["message.evidence", "message.proposal", "message.task"] + turn
        + [
          "message.evidence", "message.decision", "blackboard.written", "blackboard.written",
          "run.completed",
        ])
    #expect(view.eventCount == Int64(story.count))
    let tasks = story.filter { $0.type == "message.task" }
    #expect(tasks.map(\.toAgentID) == [.value("agi_one"), .value("agi_lead")])
    #expect(tasks.allSatisfy { $0.agentID == "group:grp_1" && $0.messageType == .value("TASK") })
    #expect(
      tasks[1].payload == [
        "goal": "Shall we go?",
        "inputs": ["round": 1, "contributions": [["role": "one", "round": 1]]],
        "expected_output": "DECISION",
        "constraints": ["tone: dry", "lines: 2", "max_steps: 20"], "priority": "medium",
      ])
    let refs: WireValue = [["type": "memory", "id": .text(Self.memory)]]
    let evidence = story.filter { $0.type == "message.evidence" }
    #expect(evidence.map(\.agentID) == ["agi_one", "agi_lead"])
    #expect(
      evidence.allSatisfy { $0.payload["refs"] == refs && $0.messageType == .value("EVIDENCE") })
    for event in story where ["message.proposal", "message.decision"].contains(event.type) {
      #expect(event.payload["evidence_refs"] == [.text("memory/" + Self.memory)])
      #expect(event.toAgentID == .absent)
    }
    let kept = try await test.number(
      """
      SELECT count(*) FROM memories WHERE metadata ->> 'episodic_type' = 'EVIDENCE'
        AND text = 'memory/018f0000-0000-7000-8000-000000000001'
      """)
    #expect(kept == 1)
  }

  @Test("a long goal is cut behind its secrets, and says that some were there")
  func goals() async throws {
    let test = try await Self.house("one", "lead")
    let secret = "sk-" + String(repeating: "a1B2", count: 12)
    // The secret stands where a goal is cut.
    let input = String(repeating: "é", count: 3_980) + " " + secret
    let id = try await Self.start(test, input, steps: [["text": "yes"]])
    _ = try await test.working { try await test.end(of: id) }
    for task in try await test.story(id) where task.type == "message.task" {
      #expect(task.text("goal").unicodeScalars.count <= 4_001)
      #expect(!task.text("goal").contains("sk-") && task.redaction.containsSecrets)
    }
  }

  @Test("a run of one agent has no messages and no sources")
  func alone() async throws {
    let test = try await Self.house("one", "lead")
    let id = try await test.mock(Self.steps)
    _ = try await test.working { try await test.end(of: id) }
    #expect(try await test.story(id).allSatisfy { !$0.type.hasPrefix("message.") })
  }

  @Test("what was given and read outlives a crash, and an older checkpoint reads")
  func checkpoints() async throws {
    let test = try await Self.house("one", "lead")
    let id = try await Self.start(test)
    var state = Checkpoint()
    var discussion = Discussion()
    discussion.given = ["agi_one"]
    discussion.add("a", by: "one", after: [EvidenceRef(.run, "r")])
    state.discussion = discussion
    state.sources = [EvidenceRef(.memory, "m")]
    let (kept, old) = try await test.database.write { [state] (transaction) throws(StoreError) in
      let job = try RunJob.find(id, transaction)
      try job.map { (job) throws(StoreError) in try state.save(of: job, in: transaction) }
      let kept = try Checkpoint.find(of: id, in: transaction)
      try transaction.execute(
        """
        UPDATE checkpoints SET state = json_remove(state, '$.sources', '$.discussion.given',
          '$.discussion.refs')
        """)
      return (kept, try Checkpoint.find(of: id, in: transaction))
    }
    #expect(kept?.discussion == discussion && kept?.sources == state.sources)
    #expect(old?.discussion?.given == [] && old?.discussion?.contributions.count == 1)
  }
}
