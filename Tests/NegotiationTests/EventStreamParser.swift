/// Reads `text/event-stream` as WHATWG HTML §9.2.6 says, so that tests see what a browser sees.
struct EventStreamParser {
  struct Event: Equatable {
    let type: String
    let data: String
    let id: String
  }

  private(set) var events: [Event] = []
  private(set) var lastID: String?
  private(set) var retry: Int?
  private var data: [String] = []
  private var type = ""
  private var id = ""

  init(_ bytes: [UInt8]) {
    var rest = bytes[...]
    if rest.starts(with: [0xef, 0xbb, 0xbf]) { rest = rest.dropFirst(3) }
    while let end = rest.firstIndex(where: { $0 == 10 || $0 == 13 }) {
      take(line: String(decoding: rest[..<end], as: UTF8.self))
      let isPair = rest[end] == 13 && end + 1 < rest.endIndex && rest[end + 1] == 10
      rest = rest[(end + (isPair ? 2 : 1))...]
    }
  }

  private mutating func take(line: String) {
    guard !line.isEmpty else { return dispatch() }
    let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let rest = parts.count > 1 ? parts[1] : ""
    let value = String(rest.hasPrefix(" ") ? rest.dropFirst() : rest)
    switch parts[0] {
    case "data": data.append(value)
    case "event": type = value
    case "id" where !value.utf8.contains(0): id = value
    case "retry" where !value.isEmpty && value.utf8.allSatisfy { (48...57).contains($0) }:
      retry = Int(value)
    default: break
    }
  }

  private mutating func dispatch() {
    lastID = id
    if !data.isEmpty {
      events.append(
        Event(type: type.isEmpty ? "message" : type, data: data.joined(separator: "\n"), id: id))
    }
    data = []
    type = ""
  }
}
