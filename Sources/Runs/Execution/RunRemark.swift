internal import Models
internal import Wire

/// What was said while a run went on, and where in a turn's course it stands.
struct RunRemark: Coded, Hashable {
  /// The calls of the turn that were done before.
  var after: Int64
  let role: Role
  let text: String

  /// Who said it.
  enum Role: String, Coded, CaseIterable {
    case user
    case system
    /// The agent, in an answer that was overtaken by a message.
    case assistant
  }
}

extension [RunRemark] {
  /// What people and agents said, for a model.
  var spoken: [Conversation.Remark] {
    compactMap { remark in
      let speaker: Conversation.Message.Speaker
      switch remark.role {
      case .user: speaker = .user
      case .assistant: speaker = .assistant
      case .system: return nil
      }
      return Conversation.Remark(
        after: Int(clamping: remark.after), Conversation.Message(speaker, remark.text))
    }
  }

  /// The instructions that an agent works by, with those that came while the run went on.
  func instructions(after system: String?) -> String? {
    let said = ([system] + filter { $0.role == .system }.map(\.text)).compactMap(\.self)
    return said.isEmpty ? nil : said.joined(separator: "\n\n")
  }

  /// What of this a new turn begins with: what people said.
  var carriedOver: [RunRemark] {
    filter { $0.role != .assistant }.map { RunRemark(after: 0, role: $0.role, text: $0.text) }
  }
}
