import Wire

/// A record with every kind of field, for bodies and for parameters.
struct FuzzRecord: Coded, Equatable {
  let id: Text<1, 8>
  var limit: Bounded<1, 200> = 50
  let kind: Kind?
  let kinds: [Kind]?
  let note: Patch<Text<0, 4>>
  let at: Timestamp?
  let count: UInt64?
  let ratio: Double?
  let isOpen: Bool?
  let digest: ByteString?
  let open: WireValue?
  let stored: StoredJSON?
  let scores: TextMap<Int>?
  let parts: [Part]?

  struct Part: Coded, Equatable {
    let name: String
    let size: UInt32
  }

  enum Kind: String, Coded, CaseIterable {
    case first
    case second = "second.one"
  }
}
