internal import Contract
internal import Events
internal import Models
internal import Store
internal import Wire

/// What a group remembers of a decision: the decision itself, what it rests on, what is to be done.
struct GroupMemories: Sendable {
  /// One memory, and what the run's readers are told of it.
  struct Item: Sendable {
    let memory: Memory
    let told: WireValue
  }

  /// What a memory is of a decision; the words are the document's (the catalogue, §4.6).
  private enum Kind: String {
    case decision = "DECISION"
    case evidence = "EVIDENCE"
    // What the document calls an action that is still to come (the catalogue, §4.6).
    case action = "TODO"
  }

  /// How much a decision, and what belongs to it, matters.
  private static let importance = 0.8

  let all: [Item]
  private let scope: Scope
  private let log: EventLog

  /// The memories of what a lead decided in a run.
  init(
    _ message: AgentMessage, _ job: RunJob, _ group: GroupID, by role: String,
    _ setup: RunnerSetup
  ) {
    scope = job.scope
    log = setup.log
    let now = setup.wallClock.now
    let kinds: [(Kind, [String])] = [
      (.decision, [message.text]), (.evidence, message.texts(of: "evidence_refs")),
      (.action, message.texts(of: "next_actions")),
    ]
    all = kinds.filter { !$0.1.isEmpty }.map { kind, lines in
      let id = setup.identifiers.uuid().text
      let memory = Memory(
        id: id, type: .episodic,
        // Clipping first could leave a part of a secret that is not found any more.
        text: Excerpt.clipped(
          Redaction.clean(lines.joined(separator: "\n")), scalarsMax: Memory.textMax - 1),
        metadata: [
          "episodic_type": .text(kind.rawValue), "run_id": .text(job.id.text), "blackboard": true,
          "role_id": .text(role),
        ], importance: Self.importance, roleID: role, groupID: group.text, createdAt: now,
        updatedAt: now)
      return Item(memory: memory, told: memory.told)
    }
  }

  func insert(in transaction: borrowing Transaction) throws(StoreError) {
    for item in all { try item.memory.insert(in: scope, transaction) }
    try log.append(all.map { $0.memory.event(in: scope) }, in: transaction)
  }
}
