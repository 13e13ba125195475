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
    let authority = facts.authority.map { "--cacert \($0) " } ?? ""
    let token = facts.tokenFile.map { "-H \"authorization: Bearer $(cat \($0))\" " } ?? ""
    let command = """
      curl --http2 \(authority)\(token)-H 'x-org-id: o1' -H 'x-user-id: u1' \\
        --json '{"input":"12 * (3 + 4)"}' \(facts.url)/api/runs
      """
    let rows = [
      ("listen", facts.url + "   (h2; " + facts.addresses.joined(separator: ", ") + ")"),
      ("data", facts.data + "   (kept on restart)"),
      (
        "cert",
        facts.authority.map { "development CA \($0)   (localhost names only)" } ?? "as configured"
      ),
      ("token", facts.tokenFile.map { "\($0)   (0600)" } ?? "none: everybody may do everything"),
      ("model", "builtin   (no key needed)"),
      ("try", command),
    ]
    let bold = { (text: String) in "\u{1b}[1m\(text)\u{1b}[0m" }
    let lines = rows.map { "  " + bold($0.0.padded(to: 8)) + $0.1 }
    return """
      \(bold("switchyard \(Version.text)"))
      \(lines.joined(separator: "\n"))
      ready in \(milliseconds) ms · Ctrl-C drains, twice stops
      """
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

extension String {
  /// The text with spaces up to a width; a longer text stays as it is.
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
