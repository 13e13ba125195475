@testable internal import Store

/// A refusal of a domain, which also carries failures of the store.
enum Refusal: StoreFailing, Equatable {
  case tooLate
  case store(StoreError)

  init(_ error: StoreError) { self = .store(error) }
}
