import Contract
import Wire

/// The query parameter by which a client that can set no fields opens a stream.
enum StreamTicketParameter {
  static let name = "ticket"

  /// Takes the ticket out of `parameters`; nil where there is none.
  static func take(from parameters: inout [Parameter]) throws(Fault) -> String? {
    let given = parameters.filter { $0.name == name }
    guard let ticket = given.first?.value else { return nil }
    guard given.count == 1 else { throw .field(name, "this parameter is given twice") }
    parameters.removeAll { $0.name == name }
    return ticket
  }
}
