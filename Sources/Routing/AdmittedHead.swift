package import Contract

/// What a connection remembers of the last request that passed the pipeline: the next is often the
/// same.
package struct LastRequest: Sendable {
  package let head: AdmittedHead
  /// What looks in memory for the answer to it.
  var lookup: Lookup?
  /// What was answered from memory, and the object there that it was made of.
  var known: (source: any KnownAnswer, content: ResponseContent)?

  init(_ head: AdmittedHead) { self.head = head }
}

/// What looks in memory for the answer to a head with that body.
final class Lookup: Sendable {
  let body: [UInt8]
  let find: KnownLookup

  init(_ body: [UInt8], _ find: @escaping KnownLookup) {
    self.body = body
    self.find = find
  }
}

/// A head that passed the pipeline up to the row, and all that was read in it.
///
/// Clients ask for the same again and again on a connection, which is what header compression lives
/// on. A head that is byte for byte the last one is not read a second time, as long as its caller
/// need not be asked about.
package final class AdmittedHead: Sendable {
  let exchange: Exchange
  let row: RowPlan
  let call: CallHead
  /// The moment of the monotonic clock at which the caller must be asked about again.
  let until: Int64
  /// Whether a body came with it.
  let hadBody: Bool

  init(_ exchange: Exchange, _ row: RowPlan, _ call: CallHead, until: Int64, hasBody: Bool) {
    self.exchange = exchange
    self.row = row
    self.call = call
    self.until = until
    hadBody = hasBody
  }

  /// The same, with what is left of the row's rate.
  func marked(_ standing: RateStanding) -> AdmittedHead {
    var exchange = exchange
    exchange.standing = standing
    return AdmittedHead(exchange, row, call, until: until, hasBody: hadBody)
  }

  /// Whether `head` is the same one.
  package func covers(_ head: borrowing FieldSection) -> Bool { exchange.head.isSame(as: head) }
}
