import Contract

/// A head that passed the pipeline up to the row, and all that was read in it.
///
/// Clients ask for the same again and again on a connection, which is what header compression lives
/// on. A head that is byte for byte the last one is not read a second time: only who calls is asked
/// anew, and counted.
package final class AdmittedHead: Sendable {
  /// All that the head decides; its content is left out.
  let exchange: Exchange
  let row: RowPlan
  let bearer: [UInt8]?
  let principal: Principal
  let scope: Scope?
  private let hadBody: Bool

  init(
    _ exchange: Exchange, _ row: RowPlan, bearer: [UInt8]?, _ principal: Principal, _ scope: Scope?
  ) {
    self.exchange = exchange.withoutBody
    self.row = row
    self.bearer = bearer
    self.principal = principal
    self.scope = scope
    hadBody = !exchange.body.isEmpty
  }

  /// Whether `request` is the same one, but for what its body says.
  func covers(_ request: borrowing Request) -> Bool {
    request.body.isEmpty != hadBody && covers(request.head)
  }

  /// Whether `head` is the same one.
  func covers(_ head: borrowing FieldSection) -> Bool { exchange.head.isSame(as: head) }
}
