import Glibc
import Wire

/// What a server says when it is ready: a banner to people, one JSON object to programs.
enum Banner {
  static func show(_ facts: Server.Facts, milliseconds: Int64) {
    if Terminal.isOutput {
      FileText.print(text(facts, milliseconds))
    } else {
      FileText.print(String(decoding: ReadyLine(facts).json(), as: UTF8.self))
    }
  }

  private static func text(_ facts: Server.Facts, _ milliseconds: Int64) -> String {
    let rows = [
      ("listen", facts.url + "   (h2; " + facts.addresses.joined(separator: ", ") + ")"),
      ("data", facts.data + (facts.isKept ? "   (kept on restart)" : "   (forgotten at the end)")),
      (
        "cert",
        facts.authority.map { "development CA \($0)   (localhost names only)" } ?? "as configured"
      ),
      ("token", facts.tokenFile.map { "\($0)   (0600)" } ?? "none: everybody may do everything"),
      ("model", "builtin   (no key needed)"),
      ("try", "in another terminal"),
    ]
    let style = TextStyle(hasColours: Terminal.hasColours)
    let lines = rows.map { "  " + style.bold($0.0.padded(to: 8)) + $0.1 }
    return """
      \(style.bold("switchyard \(Version.text)"))
      \(lines.joined(separator: "\n"))

      \(command(facts))

      ready in \(milliseconds) ms · Ctrl-C drains, twice stops
      """
  }

  /// A first request that works as it stands, in any folder.
  static func command(_ facts: Server.Facts) -> String {
    var parts = ["curl --http2"]
    if let authority = facts.authority { parts.append("--cacert \(quoted(authority))") }
    if let file = facts.tokenFile {
      parts.append("-H \"authorization: Bearer $(cat \(quoted(file)))\"")
    }
    // What `call` and `watch` say when nobody tells them otherwise, so that they find the run.
    parts.append(
      "-H 'x-org-id: \(ClientOptions.standardOrg)' -H 'x-user-id: \(ClientOptions.standardUser)'")
    parts.append("--json '{\"input\": \"12 * (3 + 4)\"}' \(facts.url)/api/runs")
    return parts.joined(separator: " \\\n  ")
  }

  /// A word of a shell; one without anything special stays as it is.
  static func quoted(_ word: String) -> String {
    let isPlain = word.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2f, 0x2e, 0x5f, 0x2d: true
      default: false
      }
    }
    return isPlain && !word.isEmpty ? word : "'\(word.replacing("'", with: "'\\''"))'"
  }
}

/// The first line on standard output when that is no terminal: scripts read it.
struct ReadyLine: Coded {
  let url: String
  let data: String
  let ca: String?
  let tokenFile: String?
  let pid: Int64

  init(_ facts: Server.Facts) {
    url = facts.url
    data = facts.data
    ca = facts.authority
    tokenFile = facts.tokenFile
    pid = Int64(getpid())
  }

  init(url: String, data: String, ca: String?, tokenFile: String?, pid: Int64) {
    self.url = url
    self.data = data
    self.ca = ca
    self.tokenFile = tokenFile
    self.pid = pid
  }
}
