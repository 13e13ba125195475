package import Contract
import Negotiation
import Wire

/// The interface of the server: all routes, and the pipeline that every request goes through in one
/// fixed order (the catalogue, §0.2).
///
/// A step refuses by throwing a fault; what stands earlier wins. A body's bytes are read only for a
/// caller who may send them, so a malformed body is found last, with the rest of its decoding.
package final class Interface: Sendable {
  private let routes: [Route]
  let table: RowTable
  let zones = ZoneTable()
  let services: InterfaceServices
  let limits: InterfaceLimits
  let rates: RateLimiter
  let templates = FieldTemplates()

  /// Checks the whole table first: everything that is wrong with it is thrown at once.
  package init(
    routes: [Route], services: InterfaceServices, limits: InterfaceLimits
  ) throws(InterfaceProblems) {
    let descriptions = routes.map(\.description)
    try TableCheck.check(descriptions, limits)
    self.routes = routes
    self.services = services
    self.limits = limits
    table = RowTable(routes)
    rates = RateLimiter(limits, clock: services.clock)
  }

  /// The rows of all methods, in the order of the table.
  package var descriptions: [MethodDescription] { routes.map(\.description) }

  /// What logs and metrics call a row; `unmatched` where there is none.
  package func name(ofRoute route: Int?) -> String {
    route.map { table.rows[$0].name } ?? "unmatched"
  }

  /// The same with its verb and path, for the access log.
  package func route(_ route: Int?) -> RouteName {
    route.map { table.rows[$0].routeName } ?? .unmatched
  }

  /// Runs the pipeline as far as it goes without waiting.
  ///
  /// `last` is the head that was admitted last on the request's connection.
  package func respond(
    to request: consuming Request, after last: inout LastRequest?
  ) -> Outcome {
    if let head = last?.head, head.covers(request.head),
      let outcome = respond(again: &last, body: request.body)
    {
      return outcome
    }
    var exchange = Exchange(request.head, from: request.network)
    let occasion = exchange.occasion(request.body, services.identifiers)
    do throws(Fault) {
      switch try admit(&exchange, bodyCount: request.body.count) {
      case .options(let allowed):
        return .response(
          Response(
            content: options(allowed, exchange), correlationID: occasion.correlationID))
      case .row(let row):
        switch try caller(&exchange, row) {
        case .known(let principal, let until):
          let call = try authorise(&exchange, row, principal)
          let admitted = AdmittedHead(
            exchange, row, call, until: until, hasBody: !request.body.isEmpty)
          last = LastRequest(admitted)
          return perform(admitted, occasion, &last)
        case .unknown(let bearer):
          return .pending(
            ask(exchange, occasion, row, bearer), within: exchange.timeout)
        }
      }
    } catch {
      return .response(refusal(error, exchange, occasion.correlationID))
    }
  }

  /// Runs the pipeline for a request whose head is `last` once more; nil when that must be judged
  /// anew.
  package func respond(again last: inout LastRequest?, body: [UInt8]) -> Outcome? {
    guard let head = last?.head, body.isEmpty != head.hadBody, body.count <= limits.bodyBytesMax,
      head.until == .max || services.clock.nanoseconds < head.until
    else { return nil }
    return perform(head, head.exchange.occasion(body, services.identifiers), &last)
  }

  /// The refusal of a request whose body need not be read for it; nil when the body must be.
  package func preview(
    _ head: borrowing FieldSection, after last: LastRequest?
  ) -> Response? {
    if let last, last.head.covers(head) { return nil }
    var exchange = Exchange(copy head)
    let occasion = exchange.occasion([], services.identifiers)
    do throws(Fault) {
      let announced = try announcedBody(exchange.head)
      guard case .row(let row) = try admit(&exchange, bodyCount: announced),
        case .known(let principal, _) = try caller(&exchange, row)
      else { return nil }
      _ = try authorise(&exchange, row, principal)
      return nil
    } catch {
      return refusal(error, exchange, occasion.correlationID)
    }
  }

  /// The refusal of a request that the gateway gives up on: in the zone's shape, and in the format
  /// that is asked for as far as the head tells.
  package func refuse(_ head: borrowing FieldSection, with fault: Fault) -> Response {
    var exchange = Exchange(copy head)
    let occasion = exchange.occasion([], services.identifiers)
    do throws(Fault) {
      _ = try locate(&exchange)
    } catch {
      // A head that was cut says nothing for sure; in a whole one, what stands earlier wins.
      guard fault.code == .headersTooLarge else {
        return refusal(error, exchange, occasion.correlationID)
      }
      exchange.row = nil
    }
    return refusal(fault, exchange, occasion.correlationID)
  }
}
