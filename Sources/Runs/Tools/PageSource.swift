/// What fetches pages of the web for agents; a domain never sees a socket.
package protocol PageSource: Sendable {
  /// Asks for a page, as far as this server may reach the place where it lies, and follows no
  /// redirect.
  ///
  /// Ends when the task is cancelled.
  nonisolated(nonsending) func page(
    at request: PageRequest
  ) async throws(PageFailure) -> Page
}

/// What is asked of a server of the web.
package struct PageRequest: Hashable, Sendable {
  /// The address, in the one spelling that `PageAddress` gives it.
  package let url: String
  /// The name or the address of the server.
  package let host: String
  /// The types of pages that are wanted, as the field `accept` says it.
  package let accept: String
  /// The most bytes of the page; what comes behind them is not waited for.
  package let bytesMax: Int
  /// How long connecting may take, and all of it.
  package let connectTimeout: Duration
  package let timeout: Duration
}

/// What a server of the web has answered.
package struct Page: Hashable, Sendable {
  package let status: Int
  /// The values of the fields `content-type` and `location`; nil where there are none.
  package let type: String?
  package let location: String?
  package let body: [UInt8]
  /// Whether there is more of it.
  package let isCut: Bool

  package init(status: Int, type: String?, location: String?, body: [UInt8], isCut: Bool) {
    self.status = status
    self.type = type
    self.location = location
    self.body = body
    self.isCut = isCut
  }
}

/// Why there is no page.
package enum PageFailure: Error, Hashable, Sendable {
  /// The server's address is one that this server does not let agents reach.
  case forbidden
  case unreachable
  case timedOut
  case brokenOff
}
