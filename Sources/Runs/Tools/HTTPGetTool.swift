internal import Contract
internal import Models

/// Fetches a page of the web for a model, from servers that the operator lets agents reach.
struct HTTPGetTool: SourceTool {
  private let turn: ToolTurn
  private let pages: any PageSource

  /// Nil where agents may not ask the web.
  init?(turn: ToolTurn) {
    guard let pages = turn.setup.tools.pages else { return nil }
    self.turn = turn
    self.pages = pages
  }

  private static let url = "url", bytes = "bytes", status = "status"
  private static let bytesMax: Int64 = 256 << 10, bytesStandard: Int64 = 32 << 10
  private static let redirectsMax = 5
  private static let connectTimeout = Duration.seconds(10), timeout = Duration.seconds(20)
  private static let accept = "text/*, application/json, application/xml"
  private static let redirects: Set<Int> = [301, 302, 303, 307, 308]

  var description: ToolDescription {
    ToolDescription(
      name: "http_get", summary: "Fetches a page of text from the web.",
      arguments: [
        ToolDescription.Argument(
          Self.url, .text(bytesMax: PageAddress.bytesMax), isRequired: true,
          summary: "Its address, of http or https."),
        ToolDescription.Argument(
          Self.bytes, .integer(1...Self.bytesMax), isRequired: false,
          summary: "The most bytes of it; \(Self.bytesStandard) when it is left out."),
      ])
  }

  var mutates: Bool { false }

  var source: EvidenceSource? {
    EvidenceSource(.url, in: .result(Self.url), status: Self.status)
  }

  var waits: Bool { true }

  nonisolated(nonsending) func run(
    _ arguments: [ToolArgument], at _: Int64
  ) async throws(ToolError) -> ToolValue {
    guard let text = arguments.text(Self.url) else { throw .missingArgument(Self.url) }
    let bytesMax = Int(arguments.integer(Self.bytes) ?? Self.bytesStandard)
    var address = try Self.reading { () throws(PageAddress.Problem) in try PageAddress(text) }
    let end = turn.setup.clock.nanoseconds + Self.timeout.nanoseconds
    for _ in 0...Self.redirectsMax {
      let page = try await page(at: address, bytesMax: bytesMax, until: end)
      guard Self.redirects.contains(page.status), let location = page.location else {
        return try Self.told(page, from: address)
      }
      address = try Self.reading { () throws(PageAddress.Problem) in
        try address.leading(to: location)
      }
    }
    throw .refused(
      code: "too_many_redirects",
      reason: "the page is not there after \(Self.redirectsMax) redirects")
  }

  private nonisolated(nonsending) func page(
    at address: PageAddress, bytesMax: Int, until end: Int64
  ) async throws(ToolError) -> Page {
    let left = Duration.nanoseconds(end - turn.setup.clock.nanoseconds)
    do throws(PageFailure) {
      guard left > .zero else { throw .timedOut }
      return try await pages.page(
        at: PageRequest(
          url: address.text, host: address.host, accept: Self.accept, bytesMax: bytesMax,
          connectTimeout: min(left, Self.connectTimeout), timeout: left))
    } catch {
      throw .refused(code: error.word.code, reason: error.word.reason)
    }
  }

  private static func reading(
    _ work: () throws(PageAddress.Problem) -> PageAddress
  ) throws(ToolError) -> PageAddress {
    do throws(PageAddress.Problem) {
      return try work()
    } catch {
      throw .refused(code: "bad_address", reason: error.word)
    }
  }

  private static func told(_ page: Page, from address: PageAddress) throws(ToolError) -> ToolValue {
    guard isText(page.type), let text = text(of: page) else {
      throw .refused(
        code: "not_text", reason: "what is there is no text in UTF-8, but \(page.type ?? "untold")")
    }
    return .record([
      ToolArgument(Self.status, .integer(Int64(page.status))),
      ToolArgument(Self.url, .text(address.text)),
      ToolArgument("content_type", page.type.map { .text($0) } ?? .null),
      ToolArgument("text", .text(text)), ToolArgument("is_cut", .boolean(page.isCut)),
    ])
  }

  /// Whether a media type is one of text; an answer without a body may have none.
  static func isText(_ type: String?) -> Bool {
    guard let type else { return true }
    let name = type.prefix { $0 != ";" }.lowercased().filter { !$0.isWhitespace }
    return name.hasPrefix("text/")
      || name.hasPrefix("application/")
        && ["/json", "/xml", "+json", "+xml"].contains { name.hasSuffix($0) }
  }

  /// The page as text, without a sign that its end cuts; nil where it is none.
  private static func text(of page: Page) -> String? {
    for dropped in 0...(page.isCut ? 3 : 0) {
      if let text = String(validating: page.body.dropLast(dropped), as: UTF8.self) { return text }
    }
    return nil
  }
}

extension PageFailure {
  /// What a model is told.
  // swift-format-ignore
  fileprivate var word: (code: String, reason: String) {
    switch self {
    case .forbidden:   ("forbidden_address", "the page lies where agents of this server may not look")
    case .unreachable: ("unreachable", "nobody answers there")
    case .timedOut:    ("timed_out", "the page did not come in time")
    case .brokenOff:   ("broken_off", "the answer broke off")
    }
  }
}

extension PageAddress.Problem {
  /// What a model is told.
  // swift-format-ignore
  fileprivate var word: String {
    switch self {
    case .tooLong:     "an address has at most \(PageAddress.bytesMax) bytes"
    case .scheme:      "an address begins with http:// or https://"
    case .credentials: "an address with a name or a password in it is not asked for"
    case .host:        "the address names no host"
    case .port:        "a port is a number from 1 to 65535"
    case .character:   "the address has a character that no address has"
    }
  }
}
